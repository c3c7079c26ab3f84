"""``cocreate ask`` from the command line, on a question of a few people."""

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

from simulation.cli import ask_command
from simulation.store import damages
from simulation.studies.question.files import FOLDER, NAMES

QUESTION = """
question = "Does a price of nothing bring more customers?"
source = "nobody says so; it is there to be tested with a few people in a few months"
scenario = "base"

[set]
"population.people" = 60
"run.months" = 3
"run.warm_up" = 0

[levers.price]
levels.free = { "companies.focal.price" = 0.0 }
levels.costly = { "companies.focal.price" = 0.8 }

[uncertainties]
"talk.propensity" = { range = [0.1, 0.5] }
"encounter.self_service" = { range = [0.1, 0.2] }

[design]
kind = "futures"
n = 128

[outcomes]
aware = { metric = "aware", of = "focal", window = "whole" }

[verdict]
claim = "A price of nothing brings more customers."
rule = "In nine of ten futures more people are customers at a price of nothing."
not_in = { saas = "its users do not pay themselves." }

[[verdict.must]]
more = ["free"]
than = ["costly"]
of = "adoption"
"""


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
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "free.toml").write_text(QUESTION, encoding="utf-8")


def cocreate(*words: str) -> Answer:
    app = typer.Typer()
    ask_command.register(app)
    app.command("other")(lambda: None)
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


ASK = ["ask", "free", "--quick", "--futures", "16", "--workers", "0", "--no-report"]
KEYS = {"name", "question", "source", "status", "verdict", "effect", "low", "high", "replicates"}


def test_questions_are_listed_with_source_and_status() -> None:
    listed = cocreate("ask", "--json").json
    assert [one["name"] for one in listed] == [*NAMES, "free"]
    assert all(set(one) >= KEYS for one in listed)
    assert {one["status"] for one in listed} == {"not answered here yet"}
    shown = cocreate("ask").out
    assert "equal-alignment" in shown
    assert "an equal amount" in shown


def test_an_answer_has_the_keys_that_scripts_rely_on_and_is_not_worked_out_twice() -> None:
    answer = cocreate(*ASK, "--json")
    assert answer.code == 0
    (asked,) = answer.json
    assert set(asked) >= KEYS | {"command", "result", "runs", "elapsed_s", "market", "shares"}
    assert asked["verdict"] == "undecided"
    assert asked["runs"]["reused"] == 0
    assert asked["result"].startswith("results/questions/free-quick/base-")
    assert damages(Path(asked["result"])) == []
    (again,) = cocreate(*ASK, "--json").json
    assert again["runs"]["reused"] == again["runs"]["done"] == asked["runs"]["done"]
    status = {one["name"]: one["status"] for one in cocreate("ask", "--json").json}
    assert status["free"].startswith("base: undecided, leans")
    assert "(a quick look, " in status["free"]
    shown = cocreate(*ASK).out.replace("\n", " ")
    assert "“A price of nothing brings more customers” holds" in shown
    assert "Again" in shown
    page = cocreate("ask", "--findings", "findings.md")
    assert page.code == 0
    assert "There are quick looks among these" in Path("findings.md").read_text(encoding="utf-8")
    again = cocreate("ask", "--findings", "findings.md", "--out", "elsewhere")
    assert again.code == 0, "what an earlier page says is kept beside it"
    assert "1 answer, 1 of them kept from before" in again.err.replace("\n", " ")
    assert "is no name for a page" in cocreate("ask", "--findings", "page.json").err
    Path("package.json").write_text("{}", encoding="utf-8")
    refused = cocreate(*ASK, "--findings", "package.md")
    assert refused.code == 2
    assert "does not hold answers" in refused.err.replace("\n", " ")
    assert Path("package.json").read_text(encoding="utf-8") == "{}"


def test_a_market_in_which_it_cannot_be_asked_is_left_out_with_the_reason() -> None:
    answer = cocreate(*ASK, "--market", "saas", "--market", "telecom", "--json")
    assert [one["market"] for one in answer.json] == ["telecom"]
    assert "its users do not pay themselves" in answer.err.replace("\n", " ")


def test_a_full_answer_says_beforehand_how_long_it_takes() -> None:
    words = ["ask", "free", "--market", "base", "--futures", "16", "--workers", "0", "--no-report"]
    answer = cocreate(*words)
    assert answer.code == 0
    said = answer.err.replace("\n", " ")
    assert re.search(r"About [\d,]+ to [\d,]+ runs, \d+ minutes to \d+ minutes", said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask", "fre"), "Did you mean free?"),
        (("ask", "free", "--all"), "cannot be combined with a question"),
        (("ask", "free", "--quick", "--market", "nowhere"), "nowhere"),
        (("ask", "--findings", "x.md"), "holds no answer"),
    ],
)
def test_wrong_input_is_told_with_exit_code_2(words: tuple[str, ...], said: str) -> None:
    answer = cocreate(*words)
    assert answer.code == 2
    assert said in answer.err.replace("\n", " ")


def test_the_printed_command_asks_once_more_with_all_that_was_changed(tmp_path: Path) -> None:
    asked = cocreate(*ASK, "--set", "population.people=40", "--json").json[0]
    manifest = json.loads((Path(asked["result"]) / "manifest.json").read_text())
    words = shlex.split(manifest["remake"])[1:]
    again = cocreate(*words, "--workers", "0", "--no-report", "--json").json[0]
    assert manifest["remake"] in cocreate(*ASK, "--set", "population.people=40").out
    assert Path(again["result"]).parent.parent != Path(asked["result"]).parent.parent
    first, second = (Path(one["result"]) / "runs.parquet" for one in (asked, again))
    assert first.read_bytes() == second.read_bytes()
