"""What an exploration says: undecided first, who gains and loses, and on how few futures it rests.

Findings are made up, so that the sentences can be read beside their numbers.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.decision.cross_fit import Chance, Guide, chance_by_runs
from simulation.analysis.decision.emulator import Kind, sample_of
from simulation.studies.exploration.answer import answer
from simulation.studies.exploration.judged_arm import _rule, _splits
from simulation.studies.exploration.report import search_texts
from simulation.studies.exploration.report_tables import shares_table
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.exploration.workroom import Workroom

SURE = {"better": 0.0, "same": 1.0, "worse": 0.0}


def share(mean: float, **values: float) -> dict[str, Any]:
    ends = {
        which: {"value": values.get(which, none), "low": values.get(which, none) / 2, "high": 0.96}
        for which, none in SURE.items()
    }
    return {"mean": mean, **ends}


def explored(n: int, verdict: str = "undecided", worse: float = 0.0) -> ExplorationTables:
    shares = {
        "everyone": share(1.28, better=0.75, same=0.25),
        "customers": share(1.15, better=0.62, same=0.38),
        "focal": share(-0.3, better=0.0004, worse=worse, same=1.0 - worse),
        "rival": share(0.0), "installer": share(0.0),
    }  # fmt: skip
    arm = {
        "name": "teach", "mean": 1.28, "verdict": verdict, "shares": shares, "kept": [0],
        "rule": {"tried": False}, "splits": [], "reversals": [],
        "own": {name: {"mean": 0.0, "low": 0.0, "high": 0.0} for name in shares},
    }  # fmt: skip
    findings = {
        "base": "as today", "arms": [arm], "decision": {"whose": "everyone"},
        "futures": {"used": n, "drawn": n}, "margin": 0.5, "level": None,
        "regret": {"minimax": "teach", "arms": [{"name": "teach", "greatest": 0.0, "mean": 0.0}]},
        "information": {"evpi": {"uniform": 0.0}, "subsets": []},
        "units": {"currency": "EUR", "per_unit": 100.0, "per_person": 1.0},
    }  # fmt: skip
    names = ("knowledge_forgotten", "most", "problem_rate")
    factors = [
        {"key": f"reach.{name}", "role": "uncertainty", "kind": "interval",
         "columns": [f"reach.{name}"], "low": 0.0, "high": 1.0}
        for name in names
    ]  # fmt: skip
    sweep = {
        "question": "Teach?", "asked": {}, "outcomes": [], "factors": factors,
        "exploration": {"unknown": [one["key"] for one in factors]},
    }  # fmt: skip
    none = pd.DataFrame()
    return ExplorationTables(none, none, none, findings, {"sweep": sweep})


def said(tables: ExplorationTables) -> list[str]:
    return [text.replace("\u00a0", " ") for text in answer(tables)]


def test_undecided_is_said_first_and_the_share_once() -> None:
    first = said(explored(18))[0]
    assert first.startswith(
        "Undecided: for everyone together, “teach” is better than “as today” in 75 % of futures "
        "(95 % interval 38 % to 96 %), by +128 EUR a month on average, and practically the same in "
        "25 %"
    )


def test_answer_of_few_futures_says_so_and_claims_nothing_beyond_them() -> None:
    text = said(explored(18))
    assert text[-1] == ("All of this rests on only 18 futures; at least 128 are needed to decide.")
    assert "In the 18 futures that count “teach” forgoes next to nothing" in " ".join(text)
    assert not any("hatever happens" in one for one in text)
    assert len(text) <= 4


def test_answer_of_many_futures_needs_no_such_word() -> None:
    text = said(explored(256, "supported"))
    assert text[0].startswith("For everyone together")
    assert not any("rests on only" in one for one in text)


@pytest.mark.parametrize(
    ("worse", "text"),
    [
        (0.0, "for focal, rival and installer practically nothing changes; nobody loses in more"),
        (0.3, "focal loses in 30 % of futures (−30 EUR a month on average), for rival and"),
    ],
)
def test_who_gains_and_who_loses_is_said(worse: float, text: str) -> None:
    second = said(explored(18, worse=worse))[1]
    assert second.startswith("With “teach”, customers gain in 62 % of futures (+115 EUR a month")
    assert text in second


def test_table_rounds_shares_as_cards_do() -> None:
    cells = {row[1]: row[2] for row in shares_table(explored(18)).rows}
    assert cells["focal"].replace("\u00a0", " ") == "0 %"


def test_parameter_of_one_word_is_named_with_its_section() -> None:
    tables = explored(18)
    assert [tables.name(at) for at in range(3)] == [
        "knowledge forgotten", "reach: most", "problem rate",
    ]  # fmt: skip


def changed(tables: ExplorationTables, **changes: Any) -> ExplorationTables:
    """Return the same findings with something else said of the arm."""
    arm = {**tables.findings["arms"][0], **changes}
    return replace(tables, findings={**tables.findings, "arms": [arm]})


@pytest.mark.parametrize(
    ("fails", "lower", "upper", "text"),
    [
        (False, 0.9, 0.6, "in the upper half of problem rate (above 0.5): better in 60 % of"),
        (False, 0.5, 0.8, "in the lower half of problem rate (below 0.5): better in 50 % of"),
        (True, 0.1, 0.4, "in the upper half of problem rate (above 0.5): worse in 40 % of"),
    ],
)
def test_worst_half_is_that_of_an_assumption_that_parts_the_futures(
    fails: bool, lower: float, upper: float, text: str
) -> None:
    split = {"assumption": 2, "fails": fails, "lower": {"value": lower}, "upper": {"value": upper}}
    first = said(changed(explored(256, "depends"), splits=[split]))[0]
    assert f"it does worst {text}" in first
    other = min(lower, upper) if fails else max(lower, upper)
    assert first.endswith(f"futures there, in {100 * other:.0f} % in the other half.")


def test_no_half_is_named_where_chance_would_name_one() -> None:
    tables = explored(256, "depends")
    assert said(tables)[0].endswith("; no half of any assumption's range is shown to be different.")
    older = changed(tables, splits=None, halves=[{"assumption": 0, "upper": True}])
    assert "half" not in said(older)[0]


def test_best_of_several_arms_is_said_to_be_picked_by_the_same_runs() -> None:
    tables = explored(256)
    assert not any("picked by" in one for one in said(tables))
    arm = tables.findings["arms"][0]
    several = replace(tables, findings={
        **tables.findings, "arms": [arm, {**arm, "name": "ask", "mean": 0.2}],
    })  # fmt: skip
    assert said(several)[1].startswith(
        "“teach” is the best of 2 alternatives to “as today”, picked by these same runs"
    )


RULE = {
    "exception": True, "tried": True, "shown": True, "by_runs": True, "density": 0.7,
    "density_low": 0.6, "density_high": 0.8, "coverage": 0.5, "base_rate": 0.25,
    "bounds": [{"assumption": 0, "low": 0.5, "high": float("inf")}],
}  # fmt: skip


def test_rule_says_on_what_it_was_measured() -> None:
    (text,) = [one for one in said(changed(explored(256), rule=RULE)) if "xcept where" in one]
    assert "not better in 70 % of futures (60 % to 80 %, against 25 % over all)" in text
    assert "both by what the runs of each future show, in futures not used to find the rule" in text
    older = {key: value for key, value in RULE.items() if key != "by_runs"}
    (text,) = [one for one in said(changed(explored(256), rule=older)) if "xcept where" in one]
    assert text.endswith("knew these futures too, which makes a rule look better than it is.")


@pytest.mark.parametrize(
    ("value", "effect", "text"),
    [
        (1.0, "kept", "in all of the ranges. The point where it is least (knowledge forgotten 0.5"),
        (1.0, "kept", "the runs confirm that the effect is still there."),
        (1.0, "lost", "the runs show that it is lost there."),
        (0.4, "lost", "is lost just beyond. The worst point there (knowledge forgotten 0.5"),
        (0.4, "kept", "the runs do not confirm it: the effect is still there."),
    ],
)
def test_radius_says_that_an_effect_is_lost_only_where_it_is(
    value: float, effect: str, text: str
) -> None:
    tables = changed(explored(256), radius={"value": value, "worst": [0.5]})
    runs = {"mean": 1.0, "low": 0.8, "high": 1.2, "n": 16, "effect": effect}
    search = {"wanted": True, "enough": True, "further_runs": 0, "radius": {"teach": runs},
              "left_out": {}}  # fmt: skip
    tables = replace(tables, findings={**tables.findings, "search": search})
    (said_of_it,) = [one for one in search_texts(tables) if "by the emulator" in one]
    assert text in said_of_it.replace("\u00a0", " ")
    assert ("lost just beyond" in said_of_it) == (value < 1.0)


def test_rule_of_an_arm_is_sought_without_the_futures_by_whose_runs_it_is_measured() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((256, 4))
    true = np.where(x[:, 2] > 0.4, 1.0, -1.0)
    sample = sample_of(x, true[:, None] + rng.normal(0.0, 0.5, (256, 2)))
    room = cast("Workroom", SimpleNamespace(margin=0.1))
    by_runs = chance_by_runs([sample], Chance((0.1,)))
    guide = Guide((3, 2), by_runs)
    rule = _rule(room, sample, guide, Kind.QUADRATIC, by_runs)
    assert (rule["tried"], rule["shown"], rule["exception"]) == (True, True, True)
    (bound,) = rule["bounds"]
    assert (bound["assumption"], bound["low"]) == (1, -np.inf)
    assert bound["high"] == pytest.approx(0.4, abs=0.05)
    splits = _splits(room, sample, np.tile(true, (10, 1)))
    assert (splits[0]["assumption"], splits[0]["lower"]["value"] < 0.4) == (2, True)
