"""Results that go to other places, come back, and are described for others."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from simulation.cli.export_command import guarded
from simulation.errors import CocreateError, InputError, ResultError
from simulation.execution import Serial, Unwatched
from simulation.scenario.load import load_scenario
from simulation.store import damages
from simulation.studies.crate import PROFILE, write_crate
from simulation.studies.result import open_result
from simulation.studies.run.plan import Replicates
from simulation.studies.study import carry_out
from simulation.studies.transfer import pull, push

SMALL = {"population.people": 60, "run.months": 2, "run.warm_up": 0}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "here"
    study = Replicates("base", load_scenario("base", SMALL), (1, 2))
    carry_out(study, folder, Serial(), Unwatched())
    return folder


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("scheme", ["memory://there/one", "file://"])
def test_a_result_comes_back_as_it_went(result: Path, tmp_path: Path, scheme: str) -> None:
    url = scheme if scheme != "file://" else f"file://{tmp_path}/there"
    push(result, url, force=True)
    assert files(pull(url, tmp_path / "back")) == files(result)


@pytest.fixture
def outer(result: Path, tmp_path: Path) -> Path:
    """A result with two others within, as a comparison has whose mechanisms were asked for."""
    folder = tmp_path / "outer"
    for within in ("", "mechanisms/one", "mechanisms/two"):
        shutil.copytree(result, folder / within, dirs_exist_ok=True)
    return folder


@pytest.mark.parametrize("scheme", ["memory://there/outer", "file://"])
def test_results_within_a_result_go_along(outer: Path, tmp_path: Path, scheme: str) -> None:
    url = scheme if scheme != "file://" else f"file://{tmp_path}/there"
    went = push(outer, url, force=True)
    for within in ("mechanisms/one/", "mechanisms/two/", ""):
        named = [name for name in went if name.startswith(within)]
        assert named[-1] == f"{within}manifest.json"
    assert files(pull(url, tmp_path / "back")) == files(outer)


def test_results_within_one_that_is_replaced_do_not_stay(outer: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/there"
    push(outer, url)
    shutil.rmtree(outer / "mechanisms" / "two")
    push(outer, url, force=True)
    assert files(pull(url, tmp_path / "back")) == files(outer)


def test_a_result_within_that_was_damaged_on_the_way_is_told(outer: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/there"
    push(outer, url)
    (tmp_path / "there" / "mechanisms" / "one" / "runs.parquet").unlink()
    with pytest.raises(ResultError, match=r"one/runs\.parquet: is missing"):
        pull(url, tmp_path / "back")
    (tmp_path / "there" / "mechanisms" / "one" / "manifest.json").unlink()
    with pytest.raises(ResultError, match=r"mechanisms/one: .* no manifest\.json"):
        pull(url, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_place_that_is_taken_is_not_overwritten(result: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/there"
    push(result, url)
    with pytest.raises(ResultError, match="is taken"):
        push(result, url)
    push(result, url, force=True)


def test_nothing_is_removed_unasked_where_there_is_no_result(result: Path, tmp_path: Path) -> None:
    kept = tmp_path / "there" / "mechanisms" / "notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("somebody's own", encoding="utf-8")
    with pytest.raises(ResultError, match=r"holds mechanisms/ without a result.*--force"):
        push(result, (tmp_path / "there").as_uri())
    assert kept.read_text(encoding="utf-8") == "somebody's own"


def test_what_was_damaged_on_the_way_is_no_result(result: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/there"
    push(result, url)
    path = tmp_path / "there" / "runs.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ResultError, match=r"runs\.parquet: was changed"):
        pull(url, tmp_path / "back")
    path.unlink()
    with pytest.raises(ResultError, match=r"runs\.parquet: is missing"):
        pull(url, tmp_path / "back")
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


def test_names_in_a_manifest_do_not_lead_out_of_its_folder(result: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/there"
    push(result, url)
    manifest = tmp_path / "there" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"runs.parquet"', '"../../evil"'))
    with pytest.raises(ResultError, match="outside its folder"):
        pull(url, tmp_path / "back")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("there", "URL must begin with the kind of place. Got there. Write it like s3://"),
        ("nosuch://x/y", "URL nosuch://x/y cannot be reached: Protocol not known: nosuch"),
    ],
)
def test_what_is_no_url_is_refused(result: Path, url: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        push(result, url)


def test_what_is_not_there_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(CocreateError, match="holds no result"):
        pull(f"file://{tmp_path}/nowhere", tmp_path / "back")


def test_a_crate_names_software_inputs_and_every_file(result: Path, tmp_path: Path) -> None:
    target = tmp_path / "crate"
    target.mkdir()
    for name, content in files(result).items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_bytes(content)
    write_crate(open_result(result), target / "ro-crate-metadata.json")
    crate = ROCrate(target)
    assert crate.root_dataset["conformsTo"].id == PROFILE
    action = crate.get("#run")
    assert action.type == "CreateAction"
    assert action["instrument"]["name"] == "cocreate"
    assert [one.id for one in action["object"]] == ["scenario.toml"]
    parts = {part.id for part in crate.root_dataset["hasPart"]}
    assert parts == set(files(result)) - {"journal.bin"}
    assert crate.get("runs.parquet")["sha256"]


def test_verify_finds_every_kind_of_change(result: Path, tmp_path: Path) -> None:
    def faults_after(change: object) -> list[str]:
        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        for name, content in files(result).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        assert damages(folder) == []
        change(folder)  # type: ignore[operator]
        return [f"{fault.file.relative_to(folder)} {fault.message}"
                for fault in damages(folder) if fault.file is not None]  # fmt: skip

    def spaced(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(path.read_text() + " ")

    foreign = ("notes.txt", "figures/other.png", "people/x.npz", ".hidden", "deep/er/file")
    for name in foreign:

        def put(folder: Path, name: str = name) -> None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("?")

        assert faults_after(put) == [f"{name} is not in the manifest."]
    assert faults_after(spaced) == ["manifest.json was changed after it was written."]

    def linked(folder: Path) -> None:
        (folder / "runs.parquet").rename(tmp_path / "elsewhere.parquet")
        (folder / "runs.parquet").symlink_to(tmp_path / "elsewhere.parquet")

    assert faults_after(linked) == ["runs.parquet is a link to another file."]
    for name in files(result):
        if name != "manifest.json":
            told = faults_after(lambda folder, name=name: (folder / name).unlink())
            assert told == [f"{name} is missing."]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert next(csv.reader([f'"{guarded(text)}"']))[0].startswith("'")


@pytest.mark.parametrize("value", [-1.5, 3, True, None, "plain", "a=b"])
def test_all_else_stays_as_it_is(value: object) -> None:
    assert guarded(value) is value
