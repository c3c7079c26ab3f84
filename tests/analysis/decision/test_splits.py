"""An assumption that parts the futures is named; one that does nothing hardly ever is."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.claims import Judgement
from simulation.analysis.decision.splits import splits


def known(holds: np.ndarray) -> Judgement:
    """Return what is known of futures whose effects are known exactly."""
    return Judgement(np.tile(holds, (50, 1)), np.tile(~holds, (50, 1)))


def test_the_assumption_that_decides_is_named_with_the_shares_of_its_halves() -> None:
    x = np.random.default_rng(1).random((128, 30))
    holds = np.random.default_rng(2).random(128) < np.where(x[:, 7] < 0.5, 0.8, 0.2)
    first, *_ = splits(x, (holds, ~holds), known(holds))
    assert first.assumption == 7
    assert first.lower.value == pytest.approx(holds[x[:, 7] < 0.5].mean())
    assert first.upper.value == pytest.approx(holds[x[:, 7] >= 0.5].mean())
    assert first.lower.low < 0.8 < first.lower.high
    assert first.score > first.floor


def test_of_assumptions_that_do_nothing_one_is_named_in_a_twentieth_of_cases() -> None:
    named = 0
    for case in range(200):
        rng = np.random.default_rng([5, case])
        x, holds = rng.random((128, 40)), rng.random(128) < 0.4
        named += bool(splits(x, (holds, ~holds), known(holds)))
    assert 2 <= named <= 20  # 10 expected; P(outside) < .004


def test_of_a_claim_that_never_holds_it_is_said_where_it_fails() -> None:
    x = np.random.default_rng(3).random((200, 5))
    fails = x[:, 2] > 0.5
    none = np.zeros(200, dtype=bool)
    judgement = Judgement(np.tile(none, (50, 1)), np.tile(fails, (50, 1)))
    only, *_ = splits(x, (none, fails), judgement)
    assert (only.assumption, only.fails) == (2, True)
    assert (only.lower.value, only.upper.value) == pytest.approx((0.0, 1.0))


@pytest.mark.parametrize("always", [True, False])
def test_what_always_or_never_happens_is_parted_by_nothing(always: bool) -> None:
    x = np.random.default_rng(4).random((128, 5))
    holds = np.full(128, always)
    assert splits(x, (holds, ~holds), known(holds)) == []


def test_an_assumption_that_never_leaves_its_half_is_passed_over() -> None:
    x = np.random.default_rng(6).random((128, 2))
    x[:, 1] *= 0.4
    holds = x[:, 0] > 0.5
    assert [one.assumption for one in splits(x, (holds, ~holds), known(holds))] == [0]
