"""``cocreate ask`` from the command line, on a question of a few people."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from simulation import open_result
from simulation.analysis.rules import NEEDS
from simulation.cli import ask_command
from simulation.store import damages
from simulation.studies.question.plan import FOLDER, NAMES

QUESTION = """
question = "Does a price of nothing bring more customers?"
source = "nobody says so; it is there to be tested with a few people in a few months"
scenario = "base"
replicates = 3

[set]
"population.people" = 60
"run.months" = 4
"run.warm_up" = 0

[levers.price]
levels.free = { "companies.focal.price" = 0.0 }
levels.dear = { "companies.focal.price" = 0.8 }

[uncertainties.assumptions]
levels.baseline = {}
levels."no talk" = { "talk.propensity" = 0.0 }

[design]
kind = "grid"

[outcomes]
aware = { metric = "aware", of = "focal", window = "whole" }

[verdict]
claim = "A price of nothing makes more people aware."
rule = "difference"
better = { price = "free" }
than = { price = "dear" }
outcome = "aware"
margin = 0.0

[verdict.quick]
replicates = 2
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


ASK = ["ask", "free", "--quick", "--workers", "0", "--no-report"]
KEYS = {"name", "question", "source", "status", "verdict", "effect", "low", "high", "replicates"}


def test_questions_are_listed_with_source_and_status() -> None:
    told = cocreate("ask", "--json").json
    assert [one["name"] for one in told] == [*NAMES, "free"]
    assert all(set(one) >= KEYS for one in told)
    assert {one["status"] for one in told} == {"not answered here yet"}
    shown = cocreate("ask").out
    assert "equal-alignment" in shown
    assert "an equal amount" in shown


def test_json_has_the_keys_that_scripts_rely_on() -> None:
    answer = cocreate(*ASK, "--json")
    assert answer.code == 0
    (told,) = answer.json
    assert set(told) >= KEYS | {"command", "result", "runs", "elapsed_s"}
    assert told["runs"] == {"done": 8, "failed": 0, "reused": 0}
    assert told["verdict"] in {"supported", "refuted", "depends", "undecided"}
    assert told["replicates"] == 2
    assert told["result"].startswith("results/questions/free-quick/")
    assert damages(Path(told["result"])) == []


def test_asking_again_runs_nothing_and_the_list_knows_the_answer() -> None:
    cocreate(*ASK)
    (again,) = cocreate(*ASK, "--json").json
    assert again["runs"]["reused"] == 8
    more = cocreate(*ASK, "--json", "-r", "3").json[0]
    assert more["runs"] == {"done": 12, "failed": 0, "reused": 8}
    status = {one["name"]: one["status"] for one in cocreate("ask", "--json").json}
    assert "(a quick look, " in status["free"]
    full = cocreate(*[word for word in ASK if word != "--quick"], "--json").json[0]
    assert full["replicates"] == 3
    status = {one["name"]: one["status"] for one in cocreate("ask", "--json").json}
    assert "(3 seeds, " in status["free"]


def test_people_read_three_sentences_and_how_to_ask_again() -> None:
    answer = cocreate(*ASK)
    assert "Does a price of nothing bring more customers?" in answer.out
    assert "free over dear makes" in answer.out.replace("\n", " ")
    assert "Again   cocreate ask free --quick" in answer.out


def test_report_is_written() -> None:
    (told,) = cocreate(*[word for word in ASK if word != "--no-report"], "--json").json
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "Does a price of nothing bring more customers?" in page
    assert (Path(told["result"]) / "figures" / "alternatives.svg").is_file()
    open_result(told["result"]).report().write(Path(told["result"]))
    verdict = Path(told["result"]) / "verdict.json"
    kept = json.loads(verdict.read_text(encoding="utf-8"))
    assert kept["quick"] is True
    assert damages(Path(told["result"])) == []
    verdict.write_text(json.dumps(kept | {"verdict": "refuted"}), encoding="utf-8")
    (fault,) = damages(Path(told["result"]))
    assert fault.file == verdict


def test_findings_are_of_full_answers_alone() -> None:
    assert cocreate("ask", "--findings", "findings.md").code == 2
    cocreate(*ASK)
    nothing = cocreate("ask", "--findings", "findings.md")
    assert nothing.code == 2
    assert "holds no full answer" in nothing.err
    cocreate(*[word for word in ASK if word != "--quick"])
    assert cocreate("ask", "--findings", "findings.md").code == 0
    assert "## free" in Path("findings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fre"], "Did you mean free"),
        (["free", "--all"], "cannot be combined"),
        (["free", "--set", "nonsense"], "is not a setting"),
        (["free", "--scheduler", "tcp://nowhere:1"], "is an option of Dask"),
    ],
)
def test_wrong_input_is_told_with_its_remedy(words: list[str], said: str) -> None:
    answer = cocreate("ask", *words, "--no-report", "--workers", "0")
    assert answer.code == 2
    assert said in answer.err


def test_a_rule_that_asks_for_no_outcome_leaves_no_result(tmp_path: Path) -> None:
    wrong = tmp_path / FOLDER / "wrong.toml"
    wrong.write_text(QUESTION.replace('metric = "aware"', 'metric = "awar"'), encoding="utf-8")
    answer = cocreate("ask", "wrong", "--workers", "0")
    assert answer.code == 2
    assert "awar" in answer.err


def test_the_example_of_the_how_to_is_a_question(tmp_path: Path) -> None:
    """Its lines are those of a file, but for what every experiment has."""
    page = Path(__file__).parents[2] / "docs" / "howto" / "ask.md"
    (block,) = re.findall(
        r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    head = QUESTION.partition("[levers.price]")[0]
    rest = '[design]\nkind = "grid"\n[outcomes]\nvalue = { metric = "co_created_value" }\n'
    file = tmp_path / FOLDER / "example.toml"
    file.write_text(f"{head}{block}{rest}", encoding="utf-8")
    answer = cocreate("ask", "example", "--workers", "0", "--no-report", "--json", "-r", "2")
    assert answer.code == 0, answer.out
    assert answer.json[0]["effect_of"] == "some over none"


def test_the_how_to_tells_of_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "howto" / "ask.md").read_text("utf-8")
    for name, needed in NEEDS.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert all(f"`{key}`" in row for key in needed)
