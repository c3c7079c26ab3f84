"""Draws of whole surfaces: their mean and covariance over points are those of the emulator."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.emulator import Kind, Sample, fit
from simulation.analysis.decision.surface_draws import draws_of

DRAWS = 4000


def sample() -> Sample:
    rng = np.random.default_rng(3)
    x = rng.random((40, 2))
    true = 3.0 * (0.6 - x[:, 0]) + np.sin(5.0 * x[:, 1]) + rng.normal(0.0, 0.3, 40)
    return Sample(x, true + rng.normal(0.0, 0.4, 40), np.full(40, 0.16), 40)


@pytest.mark.parametrize("kind", Kind)
def test_draws_are_of_one_surface_each(kind: Kind) -> None:
    surface = fit(sample(), kind)
    points = np.random.default_rng(4).random((30, 2)) * 1.4 - 0.2  # some beyond what was run
    draws = draws_of(surface, DRAWS, np.random.default_rng(1)).at(points)
    parts = surface.alternatives()
    share = np.array([n for _, n in parts]) / sum(n for _, n in parts)
    means = np.array([one.mean(points) for one, _ in parts])
    mean = share @ means
    covariance = np.einsum("i,ijk->jk", share, [one.covariance(points) for one, _ in parts])
    covariance += np.einsum("i,ij,ik->jk", share, means - mean, means - mean)
    sd = np.sqrt(np.diag(covariance))
    assert draws.shape == (30, DRAWS)
    assert np.abs((draws.mean(axis=1) - mean) / sd).max() < 0.1
    assert np.abs((np.cov(draws) - covariance) / np.outer(sd, sd)).max() < 0.15
    # What is not known is common to points: with draws made one by one this would be 1/30.
    together = float(np.var(draws.mean(axis=0)))
    assert together == pytest.approx(covariance.mean(), rel=0.15)
    assert covariance.mean() > 3.0 * np.diag(covariance).mean() / 30.0


def test_noise_of_each_draw_is_one_that_is_possible() -> None:
    surface = fit(sample(), Kind.QUADRATIC)
    noise = draws_of(surface, 160, np.random.default_rng(1)).noise
    assert noise.shape == (40, 160)
    assert np.ptp(noise, axis=0).max() == 0.0  # one factor for all futures
    assert np.ptp(noise[0]) > 0.05  # which is not known
