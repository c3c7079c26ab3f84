"""``cocreate report``, ``plot`` and ``export`` on results of every kind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import typer
from openpyxl import load_workbook
from typer.testing import CliRunner

from simulation.cli import (
    attribute_command,
    compare_command,
    export_command,
    report_command,
    run_command,
    verify_command,
)
from simulation.errors import ResultError
from simulation.store import damages
from simulation.store.read import open_parquet
from simulation.store.tables import write_frame

BASE = str(Path(__file__).parents[2] / "scenarios" / "base.toml")
SMALL = ["--set", "population.people=60", "--set", "run.warm_up=0", "--months", "5",
         "-r", "2", "--workers", "0", "--no-report", "--quiet"]  # fmt: skip


def cocreate(*words: str, code: int = 0) -> str:
    app = typer.Typer()
    for one in (run_command, compare_command, attribute_command, report_command,
                export_command, verify_command):  # fmt: skip
        one.register(app)
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == code, answer.stderr
    return answer.stdout if code == 0 else answer.stderr


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("results")
    asked = {
        "run": ["run", BASE],
        "areas": ["attribute", BASE],
        "parts": ["attribute", BASE, "--parts"],
        "compare": ["compare", BASE, "--what-if", "rich: companies.focal.funding.innovation=9"],
    }
    longer = ["--set", "population.people=200", "--months", "14"]
    for name, words in asked.items():
        more = longer if name == "run" else []
        cocreate(*words, *SMALL, *more, "--out", str(root / name))
    return {name: root / name for name in asked}


def step(_model: object) -> None:
    raise AssertionError("A model was stepped.")


@pytest.mark.parametrize(
    ("name", "title", "figure"),
    [
        ("run", "Base: a focal company", "portfolio"),
        ("areas", "Who created the value", "areas"),
        ("parts", "The value network: what does the value depend on", "lost_over_time"),
        ("compare", "rich against base", "difference"),
    ],
)
def test_a_report_is_of_the_kind_of_its_result_and_steps_no_model(
    name: str, title: str, figure: str, results: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = results[name]
    monkeypatch.setattr("simulation.model.EcosystemModel.step", step)
    said = cocreate("report", str(folder))
    assert str(folder / "report.html") in said
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"<h1>{title}" in page
    assert (folder / "figures" / f"{figure}.svg").is_file()
    assert page.count("<li>") >= 3
    listed = cocreate("plot", str(folder), "--list").split()
    assert figure in listed
    told = json.loads(cocreate("plot", str(folder), "--list", "--json"))
    assert (told["command"], told["available"]) == ("plot", listed)
    cocreate("plot", str(folder), "--figure", figure)
    drawn = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert drawn <= set(listed)
    assert damages(folder) == []


@pytest.mark.usefixtures("blank_figures")
def test_a_report_is_for_whoever_is_named_and_the_result_stays(results: dict[str, Path]) -> None:
    for name, words in (
        ("run", "For customers (all people): "),
        ("compare", "With “rich”, it is open whether people gain"),
    ):
        folder = results[name]
        cocreate("report", str(folder), "--for", "customers")
        assert words in (folder / "report.html").read_text(encoding="utf-8")
        cocreate("report", str(folder))
        assert words not in (folder / "report.html").read_text(encoding="utf-8")
        assert damages(folder) == []
    refused = cocreate("report", str(results["areas"]), "--for", "customers", code=2)
    assert "asks whose benefit counts before it runs" in refused


def test_a_figure_of_a_result_is_drawn_alone_and_an_unknown_one_is_told(
    results: dict[str, Path],
) -> None:
    said = cocreate("plot", str(results["areas"]), "--figure", "shapley_by_actor")
    assert [Path(line).name for line in said.split()] == [
        "shapley_by_actor.png", "shapley_by_actor.svg",
    ]  # fmt: skip
    told = cocreate("plot", str(results["areas"]), "--figure", "area", code=2)
    assert "Did you mean areas?" in told


@pytest.mark.parametrize("name", ["run", "parts"])
def test_the_value_network_is_exported(name: str, results: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "network"
    words = ("export", str(results[name]), "--format", "graphml", "--out", str(out))
    told = json.loads(cocreate(*words, "--json"))
    made = {Path(path).name for path in told["files"]}
    assert made == {path.name for path in out.iterdir()}
    assert "<graphml" in (out / "value_network.graphml").read_text(encoding="utf-8")
    table = (out / "value_network_by_month.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "month,giver,receiver,deliverable,kind,unit,amount"
    assert "exists already" in cocreate(*words, code=2)
    cocreate(*words, "--force")


def test_scenarios_of_a_comparison_have_networks_of_their_own(
    results: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "network"
    cocreate("export", str(results["compare"]), "--format", "graphml", "--out", str(out))
    assert {path.name for path in out.iterdir()} == {"base", "rich"}
    flows = [(out / name / "value_network.csv").read_text("utf-8") for name in ("base", "rich")]
    assert flows[0] != flows[1]


def test_names_of_what_ifs_do_not_lead_out_of_the_export(tmp_path: Path) -> None:
    words = ["--what-if", "../rich: companies.focal.funding.innovation=9"]
    cocreate("compare", BASE, *words, *SMALL, "--out", str(tmp_path / "result"))
    out = tmp_path / "deep" / "network"
    cocreate("export", str(tmp_path / "result"), "-f", "graphml", "--out", str(out))
    assert {path.name for path in out.iterdir()} == {"base", "_rich"}
    assert {path.name for path in out.parent.iterdir()} == {"network"}


def test_a_crate_overwrites_nothing_and_is_not_within_its_result(
    results: dict[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(results["run"], tmp_path / "run")
    out = tmp_path / "crate"
    out.mkdir()
    (out / "runs.parquet").write_text("mine")
    words = ("export", str(folder), "-f", "ro-crate", "--out")
    assert "is not empty" in cocreate(*words, str(out), code=2)
    assert (out / "runs.parquet").read_text() == "mine"
    assert "within the result" in cocreate(*words, str(folder / "export" / "crate"), code=2)
    assert not (folder / "export").exists()
    cocreate(*words, str(out), "--force")
    assert (out / "runs.parquet").read_bytes() == (folder / "runs.parquet").read_bytes()
    assert "exists already" not in cocreate("export", str(folder), "-f", "ro-crate")
    graph = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    for one in graph:
        if "contentSize" in one:
            assert int(one["contentSize"]) == (folder / one["@id"]).stat().st_size
    assert damages(folder) == []


@pytest.mark.parametrize("name", ["xlsx", "csv", "csv-european", "parquet"])
def test_spreadsheets_have_what_is_ours_and_no_formula(
    name: str, results: dict[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(results["run"], tmp_path / "run")
    odd = pd.DataFrame({'=1+1;"': ["=2+2", "a\x1b[2Jb"], "n": [1.5, 2.5]})
    write_frame(folder / "selftest.parquet", odd, {'=1+1;"': ("=unit", "=meaning\x07")})
    (folder / "theirs.parquet").write_bytes(b"not ours")
    out = tmp_path / "out"
    cocreate("export", str(folder), "-f", name, "--out", str(out))
    assert not list(out.glob("theirs*"))
    if name == "csv-european":
        read = pd.read_csv(out / "selftest.csv", sep=";", decimal=",", encoding="utf-8-sig")
        assert list(read.columns) == ["'=1+1;\"", "n"]
    if name == "xlsx":
        book = load_workbook(out / "result.xlsx")
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        assert book["selftest"]["A3"].value == "a\\x1b[2Jb"


@pytest.mark.parametrize("name", ["xlsx", "csv", "csv-european", "parquet"])
@pytest.mark.parametrize("spared", [0.5, 0.98])
def test_a_damaged_table_is_not_exported(
    name: str, spared: float, results: dict[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(results["run"], tmp_path / "run")
    path = folder / "series.parquet"
    data = path.read_bytes()
    path.write_bytes(data[: int(spared * len(data))])
    told = cocreate("export", str(folder), "-f", name, "--out", str(tmp_path / "out"), code=2)
    assert "series.parquet: cannot be read as Parquet" in told
    assert not (tmp_path / "out").exists()


def test_a_table_that_is_damaged_within_is_told_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_frame(path, pd.DataFrame({"a": [str(n) for n in range(2000)]}))
    data = bytearray(path.read_bytes())
    data[40:2000] = b"\xff" * 1960
    path.write_bytes(data)
    with pytest.raises(ResultError, match="cannot be read"), open_parquet(path) as file:
        list(file.iter_batches())


def test_a_result_without_a_flow_has_no_network(results: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(results["run"], tmp_path / "run")
    path = folder / "ledger.parquet"
    pd.read_parquet(path).iloc[:0].to_parquet(path)
    told = cocreate("export", str(folder), "--format", "graphml", code=2)
    assert "has no ledger with a flow" in told


@pytest.mark.parametrize("name", ["run", "areas", "parts", "compare"])
def test_runs_of_every_kind_of_result_can_be_made_again(
    name: str, results: dict[str, Path]
) -> None:
    folder = results[name]
    told = json.loads(cocreate("verify", str(folder), "--all", "--workers", "0", "--json"))
    assert told["remade"] == len(pd.read_parquet(folder / "runs.parquet"))
    assert told["faults"] == []


def test_tables_for_a_european_spreadsheet_have_its_decimals(
    results: dict[str, Path], tmp_path: Path
) -> None:
    folder = results["run"]
    said = cocreate("export", str(folder), "--format", "csv-european", "--out", str(tmp_path))
    assert all(line.endswith(".csv") for line in said.split())
    file = tmp_path / "runs.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbfrun;")
    read = pd.read_csv(file, sep=";", decimal=",", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(
        read.select_dtypes("number"),
        pd.read_parquet(folder / "runs.parquet").select_dtypes("number"), check_dtype=False,
    )  # fmt: skip
    assert (tmp_path / "units.csv").read_bytes().startswith(b"\xef\xbb\xbftable;")


def test_slides_have_the_answer_first_and_every_figure_with_its_finding(
    results: dict[str, Path],
) -> None:
    from pptx import Presentation

    from simulation import open_result

    path = Path(cocreate("report", str(results["compare"]), "--slides").strip())
    assert path.name == "slides.pptx"
    report = open_result(results["compare"]).report()
    texts = [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in Presentation(str(path)).slides
    ]
    assert all(sentence in texts[0] for sentence in report.answer)
    assert report.lead_figure is not None
    assert report.lead_figure.finding in texts[1]
    assert all(any(figure.finding in text for text in texts) for figure in report.figures)
    both = cocreate("report", str(results["compare"]), "--slides", "--summary", code=2)
    assert "exclude each other" in both
