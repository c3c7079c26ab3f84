"""What an exploration says: undecided first, who gains and loses, and on how few futures it rests.

Findings are made up, so that the sentences can be read beside their numbers.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from simulation.studies.exploration.answer import answer
from simulation.studies.exploration.report_tables import shares_table
from simulation.studies.exploration.tables import ExplorationTables

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
        "rule": {"tried": False}, "halves": [], "reversals": [],
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
