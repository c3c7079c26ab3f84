"""The share of futures against its known answers (δ ~ N(1, 1), noise of the mean 1)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.shares import (
    centre_weights,
    edge_weights,
    effective_number,
    enough,
    normals,
    p_better,
    p_same,
    p_worse,
    shares_of,
    unsure,
)

TRUE, OF_MEANS, OF_SHRUNK = 0.841345, 0.760250, 0.921350


def posterior_means(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return posterior means of δ ~ N(1, 1) from means with noise 1, and those means."""
    rng = np.random.default_rng(seed)
    means = rng.normal(1.0, 1.0, n) + rng.normal(0.0, 1.0, n)
    return 1.0 + (means - 1.0) / 2.0, means


def posterior(n: int, seed: int) -> tuple[Posterior, np.ndarray]:
    """Return the exact posterior, and the means."""
    centre, means = posterior_means(n, seed)
    return Posterior(centre, np.eye(n) / 2.0), means


def test_mean_chance_is_the_share_where_signs_of_means_and_of_shrunk_means_are_not() -> None:
    known, _ = posterior(4000, 1)
    assert p_better(known, 0.0).mean() == pytest.approx(TRUE, abs=0.012)
    many, means = posterior_means(400_000, 2)
    assert (means > 0).mean() == pytest.approx(OF_MEANS, abs=0.003)
    assert (many > 0).mean() == pytest.approx(OF_SHRUNK, abs=0.003)


def test_interval_of_the_share_covers_the_truth_at_least_nineteen_times_in_twenty() -> None:
    covered, widths = 0, []
    for seed in range(200):
        known, _ = posterior(64, seed)
        share = shares_of(known, 0.0, known.draws(normals(64, draws=400, seed=seed))).better
        covered += share.low <= TRUE <= share.high
        widths.append(share.half_width)
    assert covered >= 190
    assert np.mean(widths) < 0.15  # an interval that covers by being wide would say nothing


def test_three_chances_of_a_future_add_up() -> None:
    known, _ = posterior(50, 3)
    total = p_better(known, 0.4) + p_same(known, 0.4) + p_worse(known, 0.4)
    np.testing.assert_allclose(total, 1.0)


def test_weights_of_a_measure_give_its_share_and_its_effective_number() -> None:
    x = np.random.default_rng(2).random((20_000, 1))
    effect = np.where(x[:, 0] > 0.9, -1.0, 1.0)
    for weights, true in ((centre_weights(x), 0.972), (edge_weights(x), 0.824)):
        part = (weights * (effect > 0)).sum() / weights.sum()
        assert part == pytest.approx(true, abs=0.01)
    assert effective_number(centre_weights(x)) == pytest.approx(20_000 / 1.2, rel=0.02)


def test_weighted_share_is_refused_below_thirty_futures() -> None:
    x = np.random.default_rng(2).random((60, 16))
    assert not enough(edge_weights(x))
    assert enough(np.ones(30))


def test_futures_that_cannot_tell_are_counted() -> None:
    known = Posterior(np.array([-3.0, 0.0, 0.1, 3.0]), np.eye(4))
    assert unsure(known, 0.0) == 2


def test_intervals_of_all_three_shares_hold_their_own_share() -> None:
    """60 futures at 3, 30 at 0, 10 at −3, all of them known, and a margin of 1."""
    known = Posterior(np.repeat([3.0, 0.0, -3.0], [60, 30, 10]), 1e-6 * np.eye(100))
    found = shares_of(known, 1.0, known.draws(normals(100, draws=4000)))
    for share, value in ((found.better, 0.6), (found.same, 0.3), (found.worse, 0.1)):
        k, rest = 100.0 * value + 0.5, 100.0 * (1.0 - value) + 0.5
        assert share.value == pytest.approx(value)
        assert (share.low, share.high) == pytest.approx(beta.ppf([0.025, 0.975], k, rest), abs=0.01)


def test_no_future_counts_for_most_of_the_weight_of_the_ends() -> None:
    for seed in range(40):
        weights = edge_weights(np.random.default_rng(seed).random((128, 3)))
        assert enough(weights)
        assert weights.max() < 0.2 * weights.sum()
