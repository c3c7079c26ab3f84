"""The emulator knows what it does not know: noise of seeds, lack of fit, and both apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from simulation.analysis.decision.emulator import (
    Kind,
    Quadratic,
    Sample,
    emulate,
    fit,
    sample_of,
    some_of,
    with_constant,
)
from simulation.analysis.decision.posterior import Posterior

RNG = np.random.default_rng(4)


def uniform(n: int, p: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((n, p))


def test_posterior_is_that_of_the_equations() -> None:
    x = uniform(12, 2)
    sample = Sample(x, RNG.normal(size=12), np.full(12, 0.3))
    surface = fit(sample)
    K = surface._covariance  # K and N as in the module's equations
    N = np.diag(sample.noise)
    inverse = np.linalg.inv(K + N)
    mean = surface.centre + K @ inverse @ (sample.mean - surface.centre)
    posterior = surface.plain_posterior()
    np.testing.assert_allclose(posterior.mean, mean, atol=1e-8)
    np.testing.assert_allclose(posterior.covariance, K - K @ inverse @ K, atol=1e-8)


def test_noise_is_pooled_over_futures_and_divided_by_their_replicates() -> None:
    differences = np.array([[1.0, 3.0], [4.0, 6.0], [5.0, np.nan]])
    sample = sample_of(uniform(3, 1), differences)
    assert sample.mean.tolist() == [2.0, 5.0, 5.0]
    np.testing.assert_allclose(sample.noise, [1.0, 1.0, 2.0])


def test_curved_difference_is_left_to_the_process_and_reaches_its_ceiling() -> None:
    x = uniform(160, 3)
    true = np.sin(7.0 * x[:, 0]) * (x[:, 1] > 0.5)
    noise = 0.05
    sample = Sample(x, true + RNG.normal(0, noise**0.5, 160), np.full(160, noise))
    found = emulate(sample)
    assert found.surface.kind is Kind.PROCESS
    assert found.quadratic_r2 < found.r2 <= found.ceiling + 0.05
    assert found.speaks


def test_quadratic_is_used_where_the_process_does_not_beat_it() -> None:
    x = uniform(120, 4)
    true = 2.0 * x[:, 0] + x[:, 1] ** 2 - x[:, 2] * x[:, 0]
    found = emulate(Sample(x, true + RNG.normal(0, 0.5, 120), np.full(120, 0.25)))
    assert found.r2 >= found.quadratic_r2
    assert found.r2 > found.ceiling - 0.15


def test_difference_that_follows_nothing_is_not_spoken_of() -> None:
    x = uniform(100, 3)
    found = emulate(Sample(x, RNG.normal(size=100), np.full(100, 0.5)))
    assert not found.speaks


def test_intervals_cover_as_stated_on_seeds_and_futures_not_used() -> None:
    covered, n = 0.0, 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x = rng.random((100, 3))
        lack = rng.normal(0, 0.4, 100)  # an assumption that nobody speaks of
        true = np.cos(4.0 * x[:, 0]) + x[:, 1] + lack
        found = emulate(Sample(x, true + rng.normal(0, 0.3, 100), np.full(100, 0.09)))
        covered, n = covered + found.coverage * 100, n + 100
    assert 0.90 < covered / n < 0.99


def test_lack_of_fit_counts_as_signal_not_as_noise() -> None:
    rng = np.random.default_rng(9)
    x = rng.random((150, 1))
    true = rng.normal(1.0, 1.0, 150)  # nothing of it can be read off x
    posterior = fit(Sample(x, true + rng.normal(0, 0.1, 150), np.full(150, 0.01))).posterior()
    np.testing.assert_allclose(posterior.mean, true, atol=0.45)
    assert posterior.spread.max() < 0.12


def test_draws_have_mean_and_covariance_of_the_posterior() -> None:
    covariance = np.array([[1.0, 0.6], [0.6, 2.0]])
    draws = Posterior(np.array([1.0, -2.0]), covariance).draws(RNG.standard_normal((40_000, 2)))
    np.testing.assert_allclose(draws.mean(axis=0), [1.0, -2.0], atol=0.04)
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.06)


def test_posterior_is_the_mixture_over_what_lack_of_fit_may_be() -> None:
    rng = np.random.default_rng(5)
    sample = sample_of(
        rng.random((40, 2)), rng.normal(0.0, 1.0, (40, 2)) + rng.normal(size=(40, 1))
    )
    surface = fit(sample, Kind.QUADRATIC)
    posterior, plain = surface.posterior(), surface.plain_posterior()
    assert len(posterior.parts) > 3
    assert posterior.mean.mean() == pytest.approx(plain.mean.mean(), abs=0.02)
    assert plain.spread.mean() < posterior.spread.mean() < 1.5 * plain.spread.mean()


def test_quadratic_does_not_know_more_than_its_futures_tell() -> None:
    covered = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        x = rng.random((128, 12))
        true = x[:, 0] + x[:, 1] + rng.normal(0, 0.3, 128)
        sample = sample_of(x, true[:, None] + rng.normal(0, 0.8, (128, 2)))
        posterior = fit(sample, Kind.QUADRATIC).posterior()
        covered.append(np.abs(posterior.mean - true) <= 1.96 * posterior.spread)
    assert 0.85 < np.mean(covered) < 0.99


def test_weights_of_a_quadratic_give_its_mean_and_spread() -> None:
    x = uniform(60, 3)
    sample = Sample(x, x[:, 0] - x[:, 1] * x[:, 2] + RNG.normal(0, 0.2, 60), np.full(60, 0.04))
    surface, new = fit(sample, Kind.QUADRATIC), uniform(9, 3, seed=5)
    assert isinstance(surface.smooth, Quadratic)
    mean, covariance = surface.smooth.weights(surface)
    terms = with_constant(new)
    np.testing.assert_allclose(terms @ mean, surface.mean(new), atol=1e-7)
    spread = np.sqrt(np.diag(terms @ covariance @ terms.T))
    np.testing.assert_allclose(spread, surface.spread(new, with_rough=False), rtol=1e-4)


def test_assumptions_chosen_among_many_tell_nothing_of_noise() -> None:
    """Twelve of sixty, chosen with a look at all futures, seem to tell some of it."""
    told, peeked = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        sample = Sample(rng.random((100, 60)), rng.normal(size=100), np.full(100, 0.1))
        kept = strongest(sample)
        told.append(emulate(sample, kept, choose=strongest).quadratic_r2)
        peeked.append(emulate(sample, kept).quadratic_r2)
    assert np.mean(told) < 0.0 < np.mean(peeked)


def strongest(sample: Sample) -> list[int]:
    """Return the twelve assumptions most correlated with the differences."""
    return np.argsort(-np.abs((sample.x - 0.5).T @ sample.mean))[:12].tolist()


def test_some_of_many_futures_lie_on_both_sides_of_every_assumption() -> None:
    design = qmc.Sobol(20, rng=1).random(512)
    share = (design[some_of(512, 128)] < 0.5).mean(axis=0)
    assert share.min() > 0.35
    assert share.max() < 0.65
    assert some_of(5, 9).tolist() == [0, 1, 2, 3, 4]
