"""``check``, ``new``, ``describe`` and ``schema`` as people and programs call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.cli.faults import fail, fault_text
from simulation.errors import Fault, RunFailedError, ScenarioError
from simulation.scenario.load import load_scenario

RUNNER = CliRunner()

ROOT = Path(__file__).parents[2]

BAD = """\
extends = "base"
[[companies]]
name = "focal"
price = -3
pirce = 1
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scenarios").mkdir()
    Path("bad.toml").write_text(BAD)
    Path("good.toml").write_text('extends = "base"\ntitle = "Good"\n')


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = RUNNER.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


# --- check ---------------------------------------------------------------------------------------


def test_check_says_what_is_good() -> None:
    out, err = run("check", "good.toml", "base")
    first, second = out.splitlines()
    assert first.startswith("good.toml: valid, extends ")
    assert first.endswith("base.toml. Good")
    assert ": valid. Base" in second
    assert err == ""


def test_check_tells_all_faults_of_all_files() -> None:
    out, err = run("check", "bad.toml", "good.toml", "godo", code=2)
    assert out.startswith("good.toml: valid")
    assert "bad.toml:4:1: companies.focal.price must be at least 0. Got -3.\n    Meaning: " in err
    assert (
        'bad.toml:5:1: companies.focal.pirce is not a parameter.\n    Did you mean "price"?' in err
    )
    assert "godo: no such scenario.\n    Did you mean good.toml?" in err


def test_check_tells_programs() -> None:
    out, err = run("check", "bad.toml", "--json", code=2)
    assert err == ""
    first, second = json.loads(out)["error"]
    assert set(first) == {"file", "line", "column", "key", "message", "hint"}
    assert (first["file"], first["line"], first["column"]) == ("bad.toml", 4, 1)
    assert second["hint"] == 'Did you mean "price"?'
    out, _ = run("check", "good.toml", "--json")
    (found,) = json.loads(out)["files"]
    assert found["fingerprint"] == load_scenario("good.toml").fingerprint
    assert (found["file"], found["title"], found["warnings"]) == ("good.toml", "Good", [])


def test_check_warns_of_what_is_odd_and_passes() -> None:
    Path("late.toml").write_text(
        'extends = "base"\n[[events]]\nmonth = 500\nset = { "reach.fade" = 0.1 }\n'
    )
    out, _ = run("check", "late.toml")
    assert "warning: late.toml:3:1: events[0].month never happens" in out
    out, _ = run("check", "late.toml", "--json")
    assert json.loads(out)["files"][0]["warnings"][0]["line"] == 3


def test_check_takes_settings() -> None:
    run("check", "good.toml", "--set", "companies[0].price=0.2")
    _, err = run("check", "good.toml", "--set", "companies.focal.price=x", code=2)
    assert err.startswith('companies.focal.price must be a number. Got "x".')
    _, err = run("check", "good.toml", "--set", "price", code=2)
    assert err.startswith("price is not a setting.")


def test_check_reads_experiments_and_questions() -> None:
    out, _ = run("check", str(ROOT / "experiments/staffing.toml"), "--json")
    (told,) = json.loads(out)["files"]
    assert (told["kind"], told["points"] > 1, told["months"] > 1) == ("experiment", True, True)
    out, _ = run("check", str(ROOT / "experiments/questions/call-centre.toml"))
    assert "Where do call centres sit?" in out


def test_check_tells_the_faults_of_an_experiment() -> None:
    Path("mine.toml").write_text(
        'question = "Why?"\nscenario = "base"\n[levers]\n'
        '"companies.focal.prise" = { levels = [0.1, 0.2] }\n[outcomes]\nv = { metric = "valu" }\n',
        encoding="utf-8",
    )
    _, err = run("check", "mine.toml", code=2)
    assert "price" in err
    assert "mine.toml:4" in err


# --- new -----------------------------------------------------------------------------------------


def test_new_goes_to_scenarios_and_loads() -> None:
    out, _ = run("new", "teach_more")
    file = "scenarios/teach_more.toml"
    assert out == f"Wrote {file}. Change it, then: cocreate check {file}\n"
    scenario = load_scenario("teach_more")
    assert scenario.title == "Teach more"
    assert scenario.fingerprint == load_scenario("base").fingerprint


def test_new_goes_here_without_a_folder_of_scenarios() -> None:
    Path("scenarios").rmdir()
    run("new", "here")
    assert Path("here.toml").is_file()


def test_new_overwrites_only_by_force() -> None:
    run("new", "mine")
    file = Path("scenarios/mine.toml")
    run("new", "mine")
    file.write_text('extends = "base"\n')
    _, err = run("new", "mine", code=2)
    assert err.startswith(
        "scenarios/mine.toml: exists already.\n    Choose another name, or add --force"
    )
    assert file.read_text() == 'extends = "base"\n'
    run("new", "mine", "--force")
    assert "alignment" in file.read_text()


def test_new_from_another_scenario() -> None:
    run("new", "top.toml", "--from", "good.toml")
    assert Path("top.toml").read_text().startswith('extends = "good"\n')
    run("new", "far", "--from", "good.toml")
    assert Path("scenarios/far.toml").read_text().startswith('extends = "../good.toml"\n')
    out, _ = run("new", "json", "--json")
    assert json.loads(out) == {"command": "new", "file": "scenarios/json.toml", "extends": "base"}


def test_new_names_the_schema_if_it_is_there() -> None:
    Path("docs/reference").mkdir(parents=True)
    Path("docs/reference/scenario.schema.json").write_text("{}")
    run("new", "with_schema")
    first = Path("scenarios/with_schema.toml").read_text().splitlines()[0]
    assert first == "#:schema ../docs/reference/scenario.schema.json"


def test_new_base_extends_the_shipped_base() -> None:
    run("new", "base")
    assert load_scenario("scenarios/base.toml").title == "Base"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["My idea"],
            'NAME must be letters, digits and underscores. Got "My idea".\n    For example',
        ),
        (["nowhere/x"], "nowhere: is a folder that does not exist.\n    Make it first"),
        (["x", "--from", "bse"], "bse: no such scenario.\n    Did you mean"),
        (["x", "--from", "bad.toml"], "bad.toml:4:1: companies.focal.price must be at least 0."),
        (["good.toml", "--from", "good", "--force"], "good.toml: cannot extend itself."),
    ],
)
def test_new_refuses(words: list[str], said: str) -> None:
    before = sorted(Path().rglob("*"))
    _, err = run("new", *words, code=2)
    assert err.startswith(said)
    assert sorted(Path().rglob("*")) == before


# --- describe ------------------------------------------------------------------------------------


def test_describe_lists_everything_by_section() -> None:
    out, err = run("describe")
    assert "\ncompanies.*.strategy: How a company works" in out
    assert out.count("companies.*.strategy:") == 1
    assert "  price " in out
    assert "cocreate describe PARAMETER" in err


def test_describe_explains_one() -> None:
    out, err = run("describe", "companies.focal.strategy.alignment")
    assert out.splitlines() == [
        "companies.*.strategy.alignment",
        "  coupling of the functions: how much each moves towards the others' focus",
        "  type     number",
        "  range    0 to 1",
        "  default  0.5",
        "  explore  0 to 1",
        "  source   assumption",
        "  events   may change it",
        "  in a file",
        "    [[companies]]",
        '    name = "focal"',
        "    [companies.strategy]",
        "    alignment = 0.5",
    ]
    assert err == ""
    out, _ = run("describe", "network.kind")
    assert "one of small_world | scale_free" in out
    assert "cannot change it: it determines the initial state" in out


def test_describe_guesses() -> None:
    out, err = run("describe", "elastcity")
    assert err.startswith("No parameter is called elastcity. Similar ones:")
    assert out.startswith("encounter.elasticity\n")
    out, _ = run("describe", "prise")  # nearer to price than to surprise
    assert out.partition("companies.*.price\n")[0].count("\n  type ") < 2
    assert "surprise" not in out.partition("companies.*.price\n")[0]
    _, err = run("describe", "call centre", code=2)
    assert "It is one of the touchpoints of the scenario base: cocreate describe touchpoints" in err
    _, err = run("describe", "qqqq", code=2)
    assert "`cocreate describe` lists them all." in err


@pytest.mark.parametrize("typed", ["good.toml", "base.toml", "gone.toml", "telecom", "staffing"])
def test_describe_says_of_files_that_they_are_files(typed: str) -> None:
    out, err = run("describe", typed, code=2)
    assert f"{typed}: is a file; what is explained here are parameters." in err
    assert f"cocreate check {typed}" in err
    assert out == ""


def test_describe_tells_programs() -> None:
    out, _ = run("describe", "*elasticity", "--json")
    first, second = json.loads(out)["parameters"]
    assert first["path"] == "encounter.elasticity"
    assert first["sweep"] == [0.25, 5.0]
    assert second["low"] == 0
    out, _ = run("describe", "qqqq", "--json", code=2)
    assert json.loads(out)["error"][0]["file"] is None
    out, _ = run("describe", "--json")
    assert len(json.loads(out)["parameters"]) > 150


# --- schema --------------------------------------------------------------------------------------


def test_schema_is_json_on_standard_output_or_in_a_file() -> None:
    out, err = run("schema")
    assert json.loads(out)["properties"]["extends"]
    assert err == ""
    run("schema", "--out", "schema.json")
    assert Path("schema.json").read_text(encoding="utf-8") == out
    Path("schema.json").write_text("{}")
    _, err = run("schema", "--out", "schema.json", code=2)
    assert "exists already" in err
    run("schema", "--out", "schema.json", "--force")


# --- faults --------------------------------------------------------------------------------------


def test_wrong_input_and_failure_have_different_exit_codes(capsys) -> None:
    with pytest.raises(typer.Exit) as left:
        fail(ScenarioError([Fault("is wrong.", key="x")]))
    assert left.value.exit_code == 2
    with pytest.raises(typer.Exit) as left:
        fail(RunFailedError("Run 3 ended."), as_json=True)
    assert left.value.exit_code == 1
    out, err = capsys.readouterr()
    assert err == "x is wrong.\n"
    assert json.loads(out)["error"][0]["message"] == "Run 3 ended."


def test_a_fault_without_a_place_has_no_colon_in_front() -> None:
    assert fault_text(Fault("It broke.")) == "It broke."


def test_a_name_where_a_command_belongs_is_answered_with_the_command() -> None:
    _, err = run("base", "run", code=2)
    assert "'base' is no command. Did you mean: cocreate run base" in err
    _, err = run("good.toml", "check", code=2)
    assert "Did you mean: cocreate check good.toml" in err
    _, err = run("chek", "good.toml", code=2)
    assert "Did you mean 'check'" in err


@pytest.mark.parametrize("command", ["check", "run", "sweep", "ask"])
def test_a_name_that_no_system_takes_is_no_file(command: str) -> None:
    _, err = run(command, "x" * 5000, code=2)
    assert "no such" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["schema", "--out", "."], ".: cannot be written: Is a directory."),
        (["new", "taken.toml"], "taken.toml: exists already."),
    ],
)
def test_what_cannot_be_written_over_is_said(words: list[str], sentence: str) -> None:
    Path("taken.toml").write_bytes(b"\xff\xfe no UTF-8")
    _, err = run(*words, code=2)
    assert sentence in err
