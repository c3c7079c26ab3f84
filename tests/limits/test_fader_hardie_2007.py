"""Fader & Hardie (2007, J. Interactive Marketing 21:76): retention from heterogeneity alone."""

from __future__ import annotations

import numpy as np
import pytest
from builders import run_model, stored

SURVIVORS = (1000, 627, 474, 388, 332, 292, 262, 239)
ALPHA, BETA = 0.704, 1.182


def expected(renewals: int) -> float:
    """S(t) = B(α, β + t)/B(α, β), by its recursion."""
    share = 1.0
    for t in range(1, renewals + 1):
        share *= (BETA + t - 1) / (ALPHA + BETA + t - 1)
    return share


def test_the_formula_has_the_published_values() -> None:
    assert [round(1000 * expected(t)) for t in range(8)] == list(SURVIVORS)


def test_survivors_of_the_model() -> None:
    """Each share within 4 binomial standard errors of 100 000 people."""
    model = run_model(stored("limits/retention"), 2)
    people = model.world.people
    assert (people.provider == 0).all()
    for renewals in range(1, 8):
        model.step()
        share = float(np.mean(people.provider == 0))
        spread = np.sqrt(expected(renewals) * (1 - expected(renewals)) / people.n)
        assert share == pytest.approx(expected(renewals), abs=4 * spread)


def test_retention_rises_with_tenure() -> None:
    rates = [expected(t + 1) / expected(t) for t in range(7)]
    assert rates == sorted(rates)
