"""``cocreate attribute`` from the command line, on a model of a few people."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from simulation.cli import attribute_command
from simulation.store import damages
from simulation.studies.attribution.plan import Trial

BASE = Path(__file__).parents[2] / "scenarios" / "base.toml"
SIZE = ["--set", "population.people=50", "--set", "run.warm_up=0"]
SMALL = [*SIZE, "--months", "4", "-r", "2", "--workers", "0"]
ATTRIBUTE = ["attribute", str(BASE), *SMALL, "--no-report"]
DIVIDENDS = {"I", "M", "P", "I+M", "I+P", "M+P", "I+M+P"}


@dataclass
class Answer:
    """What a command returned and said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on standard output, which must be JSON."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def cocreate(*words: str) -> Answer:
    app = typer.Typer()
    attribute_command.register(app)
    app.command("other")(lambda: None)
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


def test_json_has_the_keys_that_scripts_rely_on() -> None:
    answer = cocreate(*ATTRIBUTE, "--json")
    assert answer.code == 0
    told = answer.json
    assert told["command"] == "attribute"
    assert told["runs"] == {"done": 16, "failed": 0, "reused": 0}
    assert set(told["dividends"]) == DIVIDENDS
    assert set(told["shapley"]) == {"I", "M", "P"}
    assert set(told["total"]) == {"mean", "low", "high"}
    assert len(told["answer"]) == 3
    parts = sum(one["mean"] for one in told["dividends"].values())
    assert parts == pytest.approx(told["total"]["mean"])
    assert Path(told["result"]).parent == Path("results")
    assert damages(Path(told["result"])) == []


def test_the_same_command_again_runs_nothing_and_another_outcome_neither() -> None:
    first = cocreate(*ATTRIBUTE, "--json").json
    again = cocreate(*ATTRIBUTE, "--json").json
    assert again["runs"] == {"done": 16, "failed": 0, "reused": 16}
    assert again["dividends"] == first["dividends"]
    other = cocreate(*ATTRIBUTE, "--json", "--outcome", "gain:focal").json
    assert other["runs"]["reused"] == 16
    assert other["result"] == first["result"]
    assert other["outcome"] == "gain:focal"


def test_people_read_the_answer_and_how_to_make_it_again() -> None:
    answer = cocreate(*ATTRIBUTE, "--levers", "education=0..0.8,price", "-q")
    assert answer.code == 2
    answer = cocreate(*ATTRIBUTE, "--levers", "education=0..0.8,companies.focal.price=0.2..0.5")
    assert answer.code == 0
    assert "8 runs: 4 cases, 2 seeds" in answer.out
    assert "together" in answer.out
    assert "Shapley value" in answer.out
    assert "Again   cocreate attribute" in answer.out
    assert "--levers" in answer.out


@pytest.mark.parametrize(
    ("option", "key"), [("--mechanisms", "losses"), ("--layers", "changes"), ("--parts", "losses")]
)
def test_other_games(option: str, key: str) -> None:
    told = cocreate(*ATTRIBUTE, option, "--json", "-r", "1").json
    assert told["kind"] == option.removeprefix("--")
    assert len(told[key]) >= 20
    assert told[key][0]["low"] is None


def test_report_is_written_and_sealed() -> None:
    words = [word for word in ATTRIBUTE if word != "--no-report"]
    told = cocreate(*words, "--json", "--out", "here").json
    assert told["report"] == ["here/report.html", "here/figures"]
    page = Path("here/report.html").read_text(encoding="utf-8")
    assert "Who created the value" in page
    assert damages(Path("here")) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--switches", "--layers"], "--switches and --layers cannot be combined"),
        (["--company", "nobody"], "names an unknown company: nobody"),
        (["--outcome", "happines"], "names an unknown metric: happines"),
        (["--window", "some time"], "is not a window: some time"),
        (["--levers", "companies.focal.nam"], "companies.focal.nam"),
    ],
)
def test_wrong_input_is_told_with_its_remedy(words: list[str], said: str) -> None:
    answer = cocreate(*ATTRIBUTE, *words)
    assert answer.code == 2
    assert said in answer.err
    told = cocreate(*ATTRIBUTE, *words, "--json")
    assert told.code == 2
    assert told.json["error"][0]["message"]


def test_a_folder_of_something_else_is_left_alone() -> None:
    Path("there").mkdir()
    Path("there/mine.txt").write_text("mine", encoding="utf-8")
    answer = cocreate(*ATTRIBUTE, "--out", "there")
    assert answer.code == 2
    assert [path.name for path in Path("there").iterdir()] == ["mine.txt"]
    cocreate(*ATTRIBUTE, "--out", "here")
    assert cocreate(*ATTRIBUTE, "--out", "here", "--maintenance", "0.5").code == 2
    fewer = cocreate(*ATTRIBUTE, "--out", "here", "-r", "1")
    assert fewer.code == 2
    assert "not asked for" in fewer.err


def test_an_unknown_actor_is_told_after_the_runs_which_are_kept() -> None:
    answer = cocreate(*ATTRIBUTE, "--outcome", "surplus:focall", "--out", "here")
    assert answer.code == 2
    assert "Did you mean surplus:focal" in answer.err
    assert cocreate(*ATTRIBUTE, "--out", "here", "--json").json["runs"]["reused"] == 16


def sh(page: str) -> list[list[str]]:
    """Return the commands that a page prints in its shell blocks."""
    text = (BASE.parents[1] / "docs" / "howto" / page).read_text(encoding="utf-8")
    found = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [shlex.split(line)[1:] for block in found for line in block.splitlines()]


@pytest.mark.parametrize("words", sh("attribute.md"), ids=" ".join)
def test_commands_of_the_how_to_are_understood(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says what is to be run, which is not run here: the tests above do that."""
    Path("experiments").symlink_to(BASE.parents[1] / "experiments")
    trials: list[Trial] = []
    monkeypatch.setattr(
        attribute_command, "execute", lambda jobs, *_: trials.append(jobs[0].study) or 0
    )
    answer = cocreate(*words)
    assert answer.code == 0, answer.err
    (trial,) = trials
    assert len(trial.planned()) == len(trial.seeds) * len(trial.scenarios)
    assert len(trial.scenarios) >= 4
