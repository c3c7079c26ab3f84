"""Regret of A(10, 4, 1), B(7, 7, 2), C(3, 6, 8): greatest 7, 6, 7; mean 10/3, 3, 8/3."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.regret import joint_draws, minimax, regrets, seed_correlation

VALUES = np.array([[[10.0, 7.0, 3.0], [4.0, 7.0, 6.0], [1.0, 2.0, 8.0]]])


def test_three_arms_have_their_known_regrets_and_b_is_minimax() -> None:
    found = regrets(VALUES)
    assert [one.greatest for one in found] == [7.0, 6.0, 7.0]
    assert [one.mean for one in found] == pytest.approx([10 / 3, 3.0, 8 / 3])
    assert minimax(found) == 1
    assert [one.best for one in found] == pytest.approx([1 / 3] * 3)


def test_regret_within_the_margin_satisfies() -> None:
    assert [one.satisficing for one in regrets(VALUES, 3.0)] == pytest.approx([2 / 3, 2 / 3, 2 / 3])


def test_joint_draws_share_what_arms_have_in_common_with_the_base() -> None:
    one = Posterior(np.zeros(3), np.eye(3))
    draws = joint_draws([one, one], np.array([[1.0, 0.8], [0.8, 1.0]]), draws=20_000)
    assert draws.shape == (20_000, 3, 3)
    assert not draws[:, :, 0].any()
    first, second = draws[:, 1, 1], draws[:, 1, 2]
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.8, abs=0.02)


def test_correlation_of_seeds_is_pooled_within_futures() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(size=(400, 3))
    arms = np.stack([rng.normal(size=(400, 3)) - base for _ in range(2)], axis=2)
    arms += rng.normal(0, 50, (400, 1, 2))  # what futures differ by is no noise
    assert seed_correlation(arms)[0, 1] == pytest.approx(0.5, abs=0.08)


def test_joint_draws_stay_correlated_where_arms_are_known_unequally_well() -> None:
    """As after further seeds: each arm's covariance has axes of its own."""
    rng = np.random.default_rng(3)
    posteriors = [Posterior(np.zeros(30), np.diag(rng.uniform(0.5, 2.0, 30))) for _ in range(2)]
    draws = joint_draws(posteriors, np.array([[1.0, 0.9], [0.9, 1.0]]), draws=4000)
    together = [np.corrcoef(draws[:, at, 1], draws[:, at, 2])[0, 1] for at in range(30)]
    np.testing.assert_allclose(together, 0.9, atol=0.05)


def test_ninetieth_percentile_of_regret_is_high_and_not_low() -> None:
    """Regret over ten futures of the second arm is 1, 2 … 10: nine in ten cost at most 9.1."""
    values = np.stack([np.arange(1.0, 11.0), np.zeros(10)], axis=1)[None]
    assert [one.high for one in regrets(values)] == pytest.approx([0.0, 9.1])
