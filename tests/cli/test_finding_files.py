"""Files and folders as people type them: names, paths from where they stand, ``~``, a slash."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Annotated, get_args, get_origin

import pytest
from typer.testing import CliRunner

from simulation.cli import options
from simulation.cli.app import app
from simulation.errors import ExperimentError, Fault, InputError
from simulation.experiment.files import find_experiment, names_experiment
from simulation.experiment.load import Changes
from simulation.scenario.files import find_scenario
from simulation.studies.question.files import find as find_question
from simulation.studies.question.load import load_question

SCENARIO = 'extends = "base"\ntitle = "Mine"\n[population]\npeople = 60\n'


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with files of one's own, which is also home."""
    for folder, name in (("scenarios", "mine"), ("experiments", "asked"),
                         ("experiments/questions", "doubt"), ("far away", "ours")):  # fmt: skip
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.toml").write_text(SCENARIO)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def said(*words: str, code: int = 2) -> str:
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == code, answer.output
    return answer.stderr


@pytest.mark.parametrize(
    ("find", "folder", "name"),
    [
        (find_scenario, "scenarios", "mine"),
        (find_experiment, "experiments", "asked"),
        (find_question, "experiments/questions", "doubt"),
    ],
)
def test_a_file_is_found_by_name_and_by_every_way_to_write_its_path(
    find, folder: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = (tmp_path / folder / f"{name}.toml").resolve()
    ways = [name, f"{folder}/{name}", f"{folder}/{name}.toml", f"./{folder}/{name}.toml/",
            f"~/{folder}/{name}.toml", f"~/{folder}/{name}", str(file)]  # fmt: skip
    assert {find(way).resolve() for way in ways} == {file}
    monkeypatch.chdir(tmp_path / "far away")
    assert find(f"../{folder}/{name}.toml").resolve() == file


def test_every_option_that_takes_a_path_understands_a_home() -> None:
    """Shells leave ``~`` alone behind ``=`` and in quotes."""
    bare = []
    for command in app.registered_commands:
        assert command.callback is not None
        for name, one in inspect.signature(command.callback, eval_str=True).parameters.items():
            if get_origin(one.annotation) is not Annotated:
                continue
            kind, info = get_args(one.annotation)[:2]
            if Path in (kind, *get_args(kind)) and info.parser is None:
                bare.append(f"{command.callback.__name__} {name}")
    assert bare == []
    assert options.path("~/out") == Path.home() / "out"
    assert options.folder("~/out/manifest.json") == Path.home() / "out"


def test_a_market_is_a_path_from_where_one_stands_or_a_name(tmp_path: Path) -> None:
    for market in ("scenarios/mine.toml", "mine", str(tmp_path / "scenarios/mine.toml")):
        question = load_question("teach-customers", market, quick=True, changes=Changes(months=6))
        assert (question.market, question.scenario.title) == ("mine", "Mine")


def test_a_fault_is_said_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said("ask", "--all", "--market", "scenarios/nosuch.toml")
    assert text.count("no such scenario") == 1
    fault = Fault("is wrong.", key="this")
    assert InputError([fault, fault]).faults == (fault,)


def test_a_scenario_where_an_experiment_is_wanted_is_told_apart() -> None:
    assert "It is a scenario. Run it: cocreate run mine" in said("sweep", "mine")
    assert not names_experiment("mine")
    assert names_experiment("sobol")
    with pytest.raises(ExperimentError, match="no such question"):
        find_question("~/nosuch")


def test_what_is_no_result_is_told_apart_and_results_nearby_are_named() -> None:
    assert "nothing: does not exist." in said("report", "nothing")
    assert "is not a result folder, but a file" in said("verify", "scenarios/mine.toml")
    result = Path("results/mine-1234")
    result.mkdir(parents=True)
    (result / "manifest.json").write_text(json.dumps({}))
    assert "The newest results there: results/mine-1234." in said("report", "results")
    assert "The newest results there: results/mine-1234." in said("plot", "results/mien")


def test_names_of_experiments_can_be_checked() -> None:
    assert "no such" not in said("check", "social-scale", "teach-customers", code=0)


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_asked() -> None:
    text = said("ask", "--all", "--quick", "--findings", "nowhere/findings.md")
    assert "nowhere: is a folder that does not exist." in text
    assert not Path("results/questions").exists()


def test_a_comparison_with_nothing_says_how_to_name_a_what_if() -> None:
    assert "--what-if" in said("compare", "mine")
