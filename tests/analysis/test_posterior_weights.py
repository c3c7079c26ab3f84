"""Weights of points and of runs, where what they must come to is known exactly.

Summaries s = A θ + e, e ~ N(0, V), of a uniform prior on the square: the posterior is the normal
distribution about A⁻¹ s with covariance Σ = A⁻¹ V A⁻ᵀ, as long as it lies well inside the square.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.analysis.calibration.inference import (
    CUT,
    NEAREST,
    Cloud,
    Fitted,
    RunDesign,
    draws,
    first_points,
    fit_all,
    posterior,
    prior_points,
    quantiles,
    regression_abc,
)
from simulation.analysis.calibration.summaries import fit_ridge

A = np.array([[1.0, 0.5], [-0.3, 0.8]])
SD = np.array([0.05, 0.04])
CORRELATION = np.array([[1.0, 0.6], [0.6, 1.0]])
NOISE = SD[:, None] * CORRELATION * SD
TRUTH = np.array([0.45, 0.55])
EXTRA = np.array([[0.002, -0.0005], [-0.0005, 0.001]])
"""Covariance of a discrepancy."""


def effective(weights):
    """Kish's effective sample size."""
    return weights.sum() ** 2 / (weights**2).sum()


def moments(theta, weights):
    """Return the weighted mean and covariance of points."""
    mean = weights @ theta
    return mean, (weights[:, None] * (theta - mean)).T @ (theta - mean)


def exact(extra=0.0):
    """Return the covariance of the posterior."""
    back = np.linalg.inv(A)
    return back @ (NOISE + extra) @ back.T


@pytest.fixture(scope="module")
def fitted():
    """A fit of no runs: only its correlation and its cut are asked for."""
    idle = fit_ridge(np.eye(3), np.eye(3))
    return Fitted(idle, np.arange(2), np.ones(2), np.empty((0, 2)), idle, idle, CORRELATION,
                  np.ones(2), cut=9.0)  # fmt: skip


@pytest.fixture(scope="module")
def cloud(fitted):
    theta = prior_points(2, 14)
    return Cloud(theta, theta @ A.T, np.tile(SD, (len(theta), 1)), fitted)


@pytest.mark.parametrize("extra", [None, EXTRA], ids=["model", "discrepancy"])
def test_weights_of_points_are_those_of_the_exact_posterior(cloud, extra):
    weights = cloud.weights(A @ TRUTH, extra)
    mean, covariance = moments(cloud.theta, weights)
    expected = exact(0.0 if extra is None else extra)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert mean == pytest.approx(TRUTH, abs=1e-3)
    assert covariance == pytest.approx(expected, rel=0.02, abs=1e-5)
    # Σ w² = ∫ p² / n of the density p, and ∫ p² = 1 / (4π √|Σ|) of a normal one in two dimensions.
    n = len(cloud.theta) * 4.0 * np.pi * np.sqrt(np.linalg.det(expected))
    assert effective(weights) == pytest.approx(n, rel=0.02)


def test_points_beyond_the_cut_have_no_weight_and_all_are_ruled_out_together(cloud, fitted):
    narrow = replace(cloud, fitted=replace(fitted, cut=CUT))
    weights = narrow.weights(A @ TRUTH)
    far = (np.abs(cloud.mean - A @ TRUTH) / SD).max(axis=1)
    assert ((weights == 0.0) == (far > CUT)).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    whole = cloud.weights(A @ TRUTH)
    kept = far <= CUT
    assert weights[kept] == pytest.approx(whole[kept] / whole[kept].sum())
    assert (narrow.weights(A @ TRUTH + 10.0) == 0.0).all()


def test_draws_come_as_often_as_their_weights_say(cloud):
    weights = cloud.weights(A @ TRUTH)
    n = 4096
    drawn = draws(cloud, weights, n)
    points, count = np.unique(drawn, axis=0, return_counts=True)
    place = {tuple(row): at for at, row in enumerate(cloud.theta)}
    expected = n * weights[[place[tuple(row)] for row in points]]
    assert np.abs(count - expected).max() < 1.0  # systematic resampling
    mean, covariance = moments(drawn, np.full(n, 1.0 / n))
    assert mean == pytest.approx(TRUTH, abs=2e-3)
    assert covariance == pytest.approx(exact(), rel=0.05, abs=5e-5)


def test_quantiles_count_weights_and_not_points():
    points = prior_points(1, 12)
    even = quantiles(points, np.full(len(points), 1.0 / len(points)), (0.25, 0.5))
    assert even[0] == pytest.approx([0.25, 0.5], abs=1e-3)
    rising = quantiles(points, points[:, 0] / points.sum(), (0.25, 0.5))  # of the density 2θ
    assert rising[0] == pytest.approx([0.5, np.sqrt(0.5)], abs=1e-3)


@pytest.fixture(scope="module")
def linear():
    """1024 runs of the linear model, and what is fitted to them."""
    theta = first_points(2, 1024)
    noise = np.random.default_rng(4).multivariate_normal(np.zeros(2), NOISE, len(theta))
    design = RunDesign(theta, theta @ A.T + noise, np.ones(len(theta)), np.ones(len(theta), bool))
    return design, fit_all(design)


def test_the_posterior_fitted_to_runs_is_the_exact_one(linear):
    _, fitted = linear
    summaries = fitted.summarise((A @ TRUTH)[None])[0]
    cloud, weights = posterior(Cloud.of(fitted, prior_points(2, 12)), summaries)
    mean, covariance = moments(cloud.theta, weights)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(mean - TRUTH).max() < 0.25 * np.sqrt(np.diag(exact())).min()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(np.sqrt(np.diag(exact())), rel=0.15)
    assert covariance[0, 1] * exact()[0, 1] > 0


def test_regression_adjusted_abc_is_near_the_exact_posterior(linear):
    design, fitted = linear
    theta, weights = regression_abc(design, fitted, fitted.summarise((A @ TRUTH)[None])[0])
    mean, covariance = moments(theta, weights)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(mean - TRUTH).max() < 0.35 * np.sqrt(np.diag(exact())).min()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(np.sqrt(np.diag(exact())), rel=0.25)


def of_summaries(theta, summaries, weight=None):
    """Return a design and a fit whose runs have these summaries."""
    n = len(theta)
    design = RunDesign(theta, summaries, np.ones(n) if weight is None else weight,
                       np.ones(n, bool))  # fmt: skip
    idle = fit_ridge(np.eye(3), np.eye(3))
    return design, Fitted(idle, np.arange(1), np.ones(1), summaries, idle, idle, np.eye(1),
                          np.ones(1), CUT)  # fmt: skip


def test_abc_moves_runs_of_an_exact_line_onto_the_answer():
    """Summaries that are the logits of the parameters leave nothing to be unsure of."""
    theta = 0.02 + 0.96 * first_points(1, 512)
    design, fitted = of_summaries(theta, np.log(theta / (1.0 - theta)))
    moved, weights = regression_abc(design, fitted, np.log([0.3 / 0.7]))
    assert moved == pytest.approx(0.3, abs=1e-9)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)


def test_abc_weighs_the_nearest_fifth_by_epanechnikov():
    """Of gaps u even in (−1, 1), K = 1 − u²: n (∫K)² / ∫K² = 5/6 n are effective."""
    n = 2000
    theta = first_points(1, n)
    even = (np.arange(n)[:, None] + 0.5) / n
    design, fitted = of_summaries(theta, even)
    _, weights = regression_abc(design, fitted, np.array([0.5]))
    assert len(weights) == pytest.approx(NEAREST * n, abs=2)
    assert effective(weights) == pytest.approx(NEAREST * n * 5.0 / 6.0, rel=0.01)


def test_abc_weighs_runs_of_a_second_wave_down():
    """Summaries that say nothing leave the prior, however the runs were placed.

    Half of the runs are even in the unit interval, half in (.6, .9), where they are therefore
    ½ + ½/.3 = 13/6 times as dense as the prior, and elsewhere half as dense.
    """
    n = 20000
    rng = np.random.default_rng(9)
    theta = np.concatenate([rng.random(n // 2), rng.uniform(0.6, 0.9, n // 2)])[:, None]
    there = (theta[:, 0] > 0.6) & (theta[:, 0] < 0.9)
    weight = np.where(there, 6.0 / 13.0, 2.0)
    noise = rng.normal(size=(n, 1))
    shares = (0.25, 0.5, 0.75)
    found = quantiles(*regression_abc(*of_summaries(theta, noise, weight), np.zeros(1)), shares)
    assert found[0] == pytest.approx(shares, abs=0.04)
    ignored = quantiles(*regression_abc(*of_summaries(theta, noise), np.zeros(1)), shares)
    assert ignored[0] == pytest.approx([0.5, 0.69, 0.81], abs=0.04)  # of what was run
