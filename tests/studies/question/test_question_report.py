"""Answers to the sixteen questions: made-up runs on both sides of every claim."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.verdict import BASELINE, Verdict
from simulation.report.words import NBSP
from simulation.studies.question.answer import answer
from simulation.studies.question.findings_page import findings_page
from simulation.studies.question.plan import NAMES, assumption_factor_of, load_question
from simulation.studies.question.report import report_of
from simulation.studies.question.report_tables import tables_of
from simulation.studies.question.tables import AskedQuestion
from simulation.studies.question.verdict import read_verdict, verdict_data, write_verdict
from simulation.studies.sweep.plan import sweep_data

Worth = Callable[[Mapping[str, Any]], float]
EVIL = "<script>alert(1)</script>"
SEEDS = 6
STRATEGY = "companies.focal.strategy"


@cache
def cells_of(name: str) -> tuple[pd.DataFrame, str | None, dict[str, Any], dict[str, Any]]:
    experiment = load_question(name, quick=True).experiment
    cells = pd.DataFrame([point.cells for point in experiment.points])
    scenario = experiment.base.model_dump(mode="json")
    return cells, assumption_factor_of(experiment), sweep_data(experiment), scenario


def asked(name: str, worth: Worth, *, noise: float = 30.0, **manifest: Any) -> AskedQuestion:
    """Return a question whose runs are made up: a worth of the cells, and chance.

    Money is told per 1000 people, of whom there are 1500: a worth of 1500 counts 1000.
    """
    cells, _, sweep, scenario = cells_of(name)
    rng = np.random.default_rng(5)
    shared = 100.0 * rng.standard_normal(SEEDS)
    rows = []
    for point, row in enumerate(cells.to_dict("records")):
        for seed in range(SEEDS):
            value = 1000.0 * worth({str(k): v for k, v in row.items()})
            value += shared[seed] + noise * rng.standard_normal()
            rows.append({"point": point, "seed": seed + 1, **row,
                         **{one["name"]: value for one in sweep["outcomes"]}})  # fmt: skip
    units = {one["name"]: "share" if one["metric"] == "adoption" else "money/month"
             for one in sweep["outcomes"]}  # fmt: skip
    told_of = {
        "sweep": sweep, "scenario": scenario, "scenario_name": "base", "months": 60,
        "finished": "2026-01-01", "fingerprint": "abc", "model_version": "1", **manifest,
    }  # fmt: skip
    empty = pd.DataFrame({"seed": [], "error": [], "remake": []})
    return AskedQuestion(pd.DataFrame(rows), empty, units, told_of)


def said(question: AskedQuestion) -> list[str]:
    return [text.replace(NBSP, " ") for text in answer(question)]


def nothing(_: Mapping[str, Any]) -> float:
    return 0.0


def level(lever: str, good: str, size: float = 1.0) -> Worth:
    return lambda cells: size * (str(cells[lever]) == good)


CASES: dict[str, tuple[Worth, Worth]] = {
    "innovation-alone": (level("funding", "all three"), level("funding", "innovation alone")),
    "call-centre": (level("centre", "integrated"), level("centre", "none")),
    "teach-customers": (level("teaching", "M&S teaches"), level("teaching", "none")),
    "inside-out": (
        lambda cells: cells[f"{STRATEGY}.outside_in"],
        lambda cells: -cells[f"{STRATEGY}.outside_in"],
    ),
    "seven-layers": (
        level("weakened", "people & ecosystem", -1.0), level("weakened", "experience", -1.0),
    ),
    "value-network": (level("blocked", "teaching", -1.0), level("blocked", "insight", -1.0)),
    "resources-first": (level("path", "should"), level("path", "could")),
    "whole-journey": (level("effort", "whole journey"), level("effort", "social touchpoints")),
    "right-resources": (level("effort", "use"), level("effort", "even")),
    "centricity": (level("strengthened", "understanding"), level("strengthened", "lean")),
    "three-kinds-of-alignment": (level("level", "equal"), level("coupling", "strong")),
    "platform-without-sales": (
        lambda cells: 1.0 * (cells["platform"] == "funded" and cells["sales"] == "aligned"),
        lambda cells: 1.0 * (cells["platform"] == "funded" and cells["sales"] == "misaligned"),
    ),
    "platform-without-scrm": (
        lambda cells: 1.0 * (cells["social"] == "on" and all_funded(cells)),
        lambda cells: 1.0 * (cells["social"] == "off" and all_funded(cells)),
    ),
    "equal-alignment": (
        lambda cells: -5.0 * apart(cells),
        lambda cells: 5.0 * apart(cells),
    ),
    "crm-to-scrm": (
        lambda cells: switched(cells, (8, 6, 4, 2, 0, -2)),
        lambda cells: switched(cells, (-2, 0, 2, 4, 6, 8)),
    ),
    "scale-of-social": (
        lambda cells: scale(cells, {"social": 1.0, "desk": -1.0}),
        lambda cells: scale(cells, {"social": -1.0, "desk": 1.0}),
    ),
}  # fmt: skip
"""For each question a worth on which its claim holds, and one on which it does not."""


def switched(cells: Mapping[str, Any], worth: tuple[int, ...]) -> float:
    names = ("who", "what", "when", "where", "why", "outside_in")
    return sum(
        one * float(cells[f"{STRATEGY}.{name}"]) for name, one in zip(names, worth, strict=True)
    )


def all_funded(cells: Mapping[str, Any]) -> bool:
    return all(cells[name] == "funded" for name in ("innovation", "sales", "platform"))


def apart(cells: Mapping[str, Any]) -> float:
    money = [
        value for key, value in cells.items() if str(key).startswith("companies.focal.funding")
    ]
    return float(sum((x / sum(money) - 1 / 3) ** 2 for x in money))


def scale(cells: Mapping[str, Any], small: Mapping[str, float]) -> float:
    people = float(cells["population.people"])
    gain = small.get(str(cells["channel"]), 0.0)
    return people / 1000.0 * (gain if people < 5000 else -gain)


def test_every_question_has_both_sides() -> None:
    assert set(CASES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_opposite_results_give_opposite_verdicts_and_sentences(name: str) -> None:
    yes, no = (asked(name, worth) for worth in CASES[name])
    assert yes.answer.verdict is Verdict.SUPPORTED, yes.answer.effect
    assert no.answer.verdict is Verdict.REFUTED, no.answer.effect
    first, other = said(yes), said(no)
    assert first[0].startswith("Supported: “")
    assert other[0].startswith("Refuted: “")
    assert len(first) == len(other) == 3
    assert first[1] != other[1]


@pytest.mark.parametrize("name", NAMES)
def test_chance_alone_supports_nothing(name: str) -> None:
    question = asked(name, nothing, noise=400.0)
    assert question.answer.main.verdict is not Verdict.SUPPORTED
    assert len(said(question)) == 3


def test_a_verdict_that_turns_over_says_where() -> None:
    world = cells_of("inside-out")[1]
    assert world is not None

    def worth(cells: Mapping[str, Any]) -> float:
        sign = -1.0 if cells[world] == "strong lenses" else 1.0
        return sign * float(cells[f"{STRATEGY}.outside_in"])

    question = asked("inside-out", worth)
    assert question.answer.verdict is Verdict.DEPENDS
    first, _, third = said(question)
    assert first.startswith("It depends: ")
    assert "refuted where “strong lenses”" in first
    assert "most sensitive to “strong lenses” (capability.lens" in third
    assert "“strong lenses” at about capability.lens = 1.3" in third
    told_of = verdict_data(question, quick=True)
    assert told_of["refuting"] == ["strong lenses"]
    assert BASELINE in told_of["supporting"]
    assert told_of["remake"] == "cocreate ask inside-out --quick"


@pytest.mark.parametrize("name", ["inside-out", "equal-alignment", "crm-to-scrm", "call-centre"])
def test_page_has_its_figures_and_is_escaped(name: str, tmp_path: Path) -> None:
    question = asked(name, CASES[name][0], scenario_name=EVIL)
    report = report_of(question)
    page = report.write(tmp_path).read_text(encoding="utf-8")
    assert EVIL not in page
    assert "The answer" in page
    assert page.count("<figure ") == len(report.figures)
    assert EVIL not in (tmp_path / "report.md").read_text(encoding="utf-8")
    main = {"inside-out": "response", "equal-alignment": "ternary", "crm-to-scrm": "orders"}
    assert report.figures[0].name == main.get(name, "settings")


def test_tables_have_claims_assumptions_and_the_rule() -> None:
    question = asked("call-centre", CASES["call-centre"][0])
    claims, influence, rule, settings = tables_of(question)
    assert len(claims.rows) == 4
    assert len(influence.rows) == 6
    assert ("first", "integrated") in rule.rows
    assert not any(row[0] == "quick" for row in rule.rows)
    assert len(settings.rows) == 35


def test_verdict_is_kept_and_read_again(tmp_path: Path) -> None:
    question = asked("call-centre", nothing, noise=0.0)
    kept = write_verdict(tmp_path, question, quick=False)
    assert read_verdict(tmp_path) == kept
    assert json.loads((tmp_path / "verdict.json").read_text())["name"] == "call-centre"
    (tmp_path / "verdict.json").write_text("{", encoding="utf-8")
    assert read_verdict(tmp_path) is None
    assert read_verdict(tmp_path / "nowhere") is None


def test_findings_are_written_from_verdicts_alone() -> None:
    yes, no = (
        verdict_data(asked("call-centre", worth), quick=False) for worth in CASES["call-centre"]
    )
    page = findings_page([yes, no])
    assert "| [call-centre](#call-centre) | **supported** |" in page
    assert "| [call-centre](#call-centre) | **refuted** |" in page
    assert "    cocreate ask call-centre\n" in page
    assert "6 seeds (1–6), 1,500 people, 60 months" in page
    assert EVIL not in findings_page([yes | {"question": EVIL}])
