"""The way from differences to a verdict keeps its word on made-up models with known answers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import honesty

from simulation.analysis.decision.by_shares import ShareVerdict
from simulation.analysis.decision.emulator import Kind


def test_claim_true_in_six_of_ten_futures_has_that_share_and_its_box_is_found() -> None:
    found = honesty.sixty(256)
    assert found["low"] <= 0.6 <= found["high"]
    assert found["high"] - found["low"] < 0.2
    assert found["shown"]
    assert found["restricted"] == (0, 1)
    assert found["density"] == pytest.approx(1.0, abs=0.1)
    assert found["coverage"] == pytest.approx(1.0, abs=0.1)


def test_no_rule_is_shown_where_no_assumption_matters() -> None:
    assert honesty.rule_of_noise(5)["shown"] == 0.0
    assert honesty.rule_of_noise(5, leaking=True)["shown"] > 0.0


def test_no_effect_is_no_difference_with_seeds_of_its_own_for_every_future() -> None:
    found = honesty.verdicts(honesty.NOTHING, 128, 12, checked=False)
    assert found[ShareVerdict.NO_DIFFERENCE] == 12


def test_effect_reversed_in_a_corner_is_not_supported() -> None:
    found = honesty.verdicts(honesty.CORNER, 128, 6, checked=False)
    assert found[ShareVerdict.SUPPORTED] == 0


def test_without_the_search_the_reversed_corner_would_pass() -> None:
    found = honesty.verdicts(honesty.CORNER, 128, 4, searched=False, checked=False)
    assert found[ShareVerdict.SUPPORTED] >= 2


def test_noise_does_not_say_yes() -> None:
    """True in .8 of futures, and two seeds hardly tell one future from another."""
    found = honesty.verdicts(honesty.LOUD, 128, 20, searched=False, checked=False)
    assert found[ShareVerdict.SUPPORTED] <= 2
    bold = honesty.verdicts(honesty.LOUD, 128, 20, searched=False, checked=False, known=True)
    assert bold[ShareVerdict.SUPPORTED] > found[ShareVerdict.SUPPORTED]


def test_share_covers_the_truth_with_seeds_of_its_own() -> None:
    assert honesty.share_covers(64, 60, Kind.QUADRATIC) >= 0.88


def test_emulator_covers_on_fresh_futures_and_seeds() -> None:
    assert 0.90 < honesty.emulator_covers(96, 3) < 0.99


def test_winner_on_noise_is_not_called_better_and_its_luck_is_stated() -> None:
    found = honesty.noise_is_better(60)
    assert found["called better"] <= 0.07
    assert found["found minus fresh"] > 0.3  # 1.54 standard errors of a mean of eight
