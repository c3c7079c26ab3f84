"""Screened assumptions, one seed in most futures and six effects at once do not make an answer."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import honesty_screened

from simulation.analysis.decision.by_shares import ShareVerdict


def test_share_covers_the_truth_after_screening_with_hardly_any_seeds() -> None:
    assert honesty_screened.screened_covers(128, 10)["covers"] >= 0.7


def test_six_effects_of_nothing_are_neither_refuted_nor_said_to_depend() -> None:
    verdicts = honesty_screened.six_nulls_verdicts(128, 3)
    assert verdicts[ShareVerdict.REFUTED] + verdicts[ShareVerdict.DEPENDS] == 0
