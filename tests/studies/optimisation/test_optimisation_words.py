"""What a search says: it agrees with its cards, names the margin and who gains by what it found."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from simulation.studies.optimisation import report
from simulation.studies.optimisation.answer import answer
from simulation.studies.optimisation.tables import OptimisationTables

HALF = 0.04
"""Half of each interval."""


def found(mean: float, everybody: dict[str, float], number: int, name: str = "") -> dict[str, Any]:
    return {
        "candidate": number, "name": name or f"candidate {number}",
        "settings": {"education": 0.1 * number}, "found": {"everyone": mean + 0.02},
        "gain": {"everyone": {"mean": mean, "low": mean - HALF, "high": mean + HALF}},
        "everybody": {"everyone": mean, **everybody}, "limits": [],
        "better": mean - HALF > 0.55, "dominated": False,
    }  # fmt: skip


def searched(mean: float, *, curse: float = 0.02) -> OptimisationTables:
    base = found(0.0, {"customers": 0.0, "focal": 0.0, "rival": 0.0}, 0, "base")
    base["gain"]["everyone"] = {"mean": 0.0, "low": 0.0, "high": 0.0}
    base["dominated"] = mean > 0.0
    equal = found(-0.086, {"customers": 0.04, "focal": -0.126, "rival": 0.0}, 1, "equal shares")
    best = found(mean, {"customers": mean + 0.05, "focal": -0.05, "rival": 0.0004}, 4)
    findings = {
        "whose": ["everyone"], "margin": 0.55, "searched": 8, "search_pairs": 32,
        "fresh_pairs": 32, "curse": {"everyone": curse}, "candidates": [base, equal, best],
        "units": {"currency": "EUR", "per_unit": 100.0, "per_person": 1.0},
    }  # fmt: skip
    asked = {"question": "What should focal do?", "optimisation": {"levers": ["education"]}}
    none = pd.DataFrame()
    return OptimisationTables(none, none, none, findings, {"sweep": asked})


def said(tables: OptimisationTables) -> list[str]:
    return [text.replace("\u00a0", " ") for text in answer(tables)]


def test_gain_below_the_margin_is_said_with_the_margin() -> None:
    text = said(searched(0.331))
    assert text[0].startswith("For everyone together, none of 2 candidates is shown to be better")
    assert text[1] == (
        "Candidate 4 (education 0.4) gains 33.1 EUR a month (95 % interval 29.1 to 37.1), less "
        "than the margin of 55 EUR that counts."
    )


def test_who_gains_and_loses_by_it_is_said() -> None:
    assert said(searched(0.331))[2] == (
        "With candidate 4, on average, customers gain 38.1 EUR a month and focal loses 5 EUR a "
        "month; for rival next to nothing changes."
    )


def test_loss_is_said_as_a_loss() -> None:
    assert "Equal shares lose 8.6 EUR a month (95 % interval 4.6 to 12.6)." in said(searched(0.331))


@pytest.mark.parametrize(
    ("curse", "text"),
    [
        (0.02, "In the search its first choice had looked better than in the test, by 2 EUR a"),
        (-0.02, "In the test the search's first choice did 2 EUR a month better for everyone"),
    ],
)
def test_curse_is_a_sentence(curse: float, text: str) -> None:
    assert said(searched(0.331, curse=curse))[-1].startswith(text)


def test_better_candidate_is_named_first_and_its_margin_needs_no_word() -> None:
    text = said(searched(0.8))
    assert text[0].startswith(
        "For everyone together, candidate 4 (education 0.4) is shown to be better than the base: "
        "it gains 80 EUR a month (95 % interval 76 to 84)"
    )
    assert not any("margin" in one for one in text)


def test_interval_about_the_margin_is_not_surely_more() -> None:
    assert said(searched(0.57))[1].endswith(
        ", not surely more than the margin of 55 EUR that counts."
    )


def test_card_and_table_agree_with_the_answer() -> None:
    tables = searched(0.331)
    assert report.cards(tables)[0].verdict == "◆ not shown better by more than the margin"
    assert [row[-1] for row in report.tested_table(tables).rows] == ["", "", "less than the margin"]


def test_base_that_wins_the_search_is_no_candidate() -> None:
    text = said(searched(-0.3))
    assert "The search ranked no candidate above the base." in text
    assert not any("With base" in one for one in text)
