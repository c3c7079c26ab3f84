"""Commands say everything that is wrong at once: in files, in settings and in other options."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli.app import app

FILE = """
question = "Does it pay?"
scenario = "base"
[levers]
"companies.focal.price" = { range = [0.2, 0.5] }
[uncertainties]
"journey.problem_rate" = { range = [0.1, 0.5] }
[design]
kind = "KIND"
n = 64
[outcomes]
value = { metric = "co_created_value", window = "for ever" }
"""
NEAR = """
question = "Does it pay?"
scenario = "broken"
replicates = 0
series = ["custmers"]
[levers]
"companies.focal.price" = { range = [0.2, 0.5] }
[design]
kind = "lhs"
n = 64
[outcomes]
value = { metric = "co_created_valu" }
"""
ASKED = """
question = "Does it pay?"
scenario = "base"
replicates = 1
[outcomes]
value = { metric = "co_created_valu", window = "for ever" }
[verdict]
rule = "It pays."
[[verdict.must]]
outcome = "value"
"""
BROKEN = 'extends = "base"\n[journey]\nproblem_rate = 7.0\n'


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    for kind in ("lhs", "futures", "sobol"):
        Path(f"{kind}.toml").write_text(FILE.replace("KIND", kind), encoding="utf-8")
    Path("near.toml").write_text(NEAR, encoding="utf-8")
    Path("asked.toml").write_text(ASKED, encoding="utf-8")
    Path("months.csv").write_text("month,adoption:nobody\n1,0.1\n2,0.2\n", encoding="utf-8")
    Path("broken.toml").write_text(BROKEN, encoding="utf-8")
    Path("other.toml").write_text(BROKEN.replace("7.0", '"often"'), encoding="utf-8")


SETS = ["--set", "nothing", "--set", "desks.wage=-1"]
OF_SETS = ["nothing is not a setting", "desks.wage"]
MEANS = ["--workers", "0", "--time-limit", "3"]

CASES = {
    "run": (["run", "broken.toml", "other.toml", *SETS, "--panel", "nose", "--model", "no.where:X",
             "--posterior", "gone", "--then", "neither"],
            ["broken.toml", "other.toml", *OF_SETS, "nose", "no.where", "gone", "neither"]),
    "run, for whom": (["run", "base", "--for", "nobody", "--panel", "nose", "--posterior", "gone"],
                      ["nobody", "nose", "gone"]),
    "compare": (["compare", "broken.toml", "other.toml", *SETS, "--margin", "wide", "--precision",
                 "-3", "--mechanisms", "magic", "--posterior", "gone", "--model", "no.where:X",
                 "--what-if", "a: companies.focal.price=-1", "--what-if", "b: nothing",
                 "--what-if", "c: companies.focal.prize=1"],
                ["broken.toml", "other.toml", *OF_SETS, "--margin", "--precision", "magic", "gone",
                 "no.where", "companies.focal.price", "companies.focal.prize"]),
    "compare, two what-ifs of which both are broken": (
        ["compare", "base", "nowhere", "--what-if", "a: companies.focal.price=-1",
         "--what-if", "b: companies.focal.prize=1"],
        ["nowhere", "companies.focal.price ", "companies.focal.prize"]),
    "compare, judged": (["compare", "base", "--what-if", "a: companies.focal.price=0.4", "-r", "1",
                         "--outcome", "joy", "--for", "nobody"],
                        ["at least 2 pairs", "joy", "nobody"]),
    "sweep": (["sweep", "lhs.toml", *SETS, "--model", "no.where:X", *MEANS],
              [*OF_SETS, "for ever", "no.where", "--time-limit"]),
    "sensitivity": (["sensitivity", "sobol.toml", *SETS, "--model", "no.where:X", *MEANS],
                    [*OF_SETS, "for ever", "no.where", "--time-limit"]),
    "explore": (["explore", "futures.toml", *SETS, "--posterior", "gone", "--rate", "3",
                 "--model", "no.where:X", *MEANS],
                [*OF_SETS, "for ever", "gone", "--rate", "no.where", "--time-limit"]),
    "optimise": (["optimise", "base", *SETS, "--keep", "joy", "--keep", "mirth", "--lever", "a=b",
                  "--nobody-loses", "much", "--rate", "3", "--model", "no.where:X", *MEANS],
                 [*OF_SETS, "--keep joy", "--keep mirth", "--lever a=b", "much", "--rate",
                  "no.where", "--time-limit"]),
    "optimise, for whom": (["optimise", "base", "--for", "nobody", "--for", "noone",
                            "--lever", "touchpoints.call_centre.listens"],
                           ["nobody", "noone", "no range to search"]),
    "optimise, a lever": (["optimise", "broken.toml", "--lever", "companies.focal.call_centre"],
                          ["broken.toml"]),
    "calibrate": (["calibrate", "broken.toml", *SETS, "--model", "no.where:X"],
                  ["broken.toml", *OF_SETS, "--data", "no.where"]),
    "calibrate, what": (["calibrate", "base", "--data", "gone.csv", "--company", "nobody",
                         "--parameter", "journey.prob", "--changed", "x"],
                        ["gone.csv", "nobody", "journey.prob", "x is not a setting"]),
    "attribute": (["attribute", "broken.toml", *SETS, "--switches", "--parts", "--outcome", "joy",
                   "--window", "for ever"],
                  ["broken.toml", *OF_SETS, "cannot be combined", "joy", "for ever"]),
    "attribute, of whom": (["attribute", "base", "--company", "nobody", "--outcome", "joy",
                            "--window", "for ever"],
                           ["nobody", "joy", "for ever"]),
    "check": (["check", "near.toml", "asked.toml", "other.toml", *SETS],
              ["nothing is not a setting", "replicates", '"custmers"',
               "co_created_valu", "broken.toml", "for ever",
               "other.toml", "asked.toml:4", "asked.toml:6"]),
    "run, names of a scenario that is wrong": (
        ["run", "broken.toml", "--panel", "attitude:nobody", "--for", "noone"],
        ["broken.toml", "attitude:nobody", "noone"]),
    "run, names beside a setting that is wrong": (
        ["run", "base", "--set", "desks.wage=-1", "--panel", "attitude:nobody", "--for", "noone"],
        ["desks.wage", "attitude:nobody", "noone"]),
    "compare, for whom in a scenario that is wrong": (
        ["compare", "broken.toml", "base", "--for", "nobody"], ["broken.toml", "--for nobody"]),
    "calibrate, to data of a scenario that is wrong": (
        ["calibrate", "broken.toml", "--data", "months.csv", "--company", "noone",
         "--parameter", "journey.prob"],
        ["broken.toml", "noone", "adoption:nobody", "journey.prob"]),
    "optimise, for whom in a scenario that is wrong": (
        ["optimise", "broken.toml", "--for", "nobody"], ["broken.toml", "--for nobody"]),
    "attribute, to a company of a scenario that is wrong": (
        ["attribute", "broken.toml", "--company", "nobody", "--window", "for ever"],
        ["broken.toml", "nobody", "for ever"]),
    "ask": (["ask", "call-centre", "--market", "broken.toml", "--market", "nowhere", *SETS,
             "--workers", "0", "--engine", "dask"],
            ["broken.toml", "nowhere", *OF_SETS, "--engine dask"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_wrong_is_said_at_once(name: str) -> None:
    words, wrong = CASES[name]
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 2, answer.output
    assert [one for one in wrong if one not in answer.stderr] == [], answer.stderr
    lines = [line for line in answer.stderr.splitlines() if not line.startswith("    ")]
    assert len(lines) == len(set(lines))


def test_names_below_a_misspelt_section_are_not_called_wrong() -> None:
    """The company may be one that the file names there."""
    text = 'extends = "base"\n[[companys]]\nname = "mine"\n'
    Path("mine.toml").write_text(text, encoding="utf-8")
    answer = CliRunner().invoke(
        app, ["run", "mine.toml", "--for", "mine", "--panel", "attitude:mine"]
    )
    assert answer.exit_code == 2
    assert "companys" in answer.stderr
    assert "attitude:mine" not in answer.stderr
    assert "--for" not in answer.stderr
