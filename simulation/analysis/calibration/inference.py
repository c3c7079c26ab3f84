"""From a design of runs to ranges: history matching, then a likelihood through an emulator.

With s the summaries of the data, μ(θ) the emulator, D(θ) the standard deviations of what it leaves
(seeds and lack of fit; they depend on θ) and R their correlation,

    V(θ) = D R D + κ² C,      C the covariance of the summaries under the stated discrepancy,
    implausibility I(θ) = max_j |s_j − μ_j(θ)| / √V_jj,      θ is ruled out where I > cut,
    p(θ | s) ∝ p(θ) 1{I ≤ cut} |V|^(−½) exp(−½ (s − μ)ᵀ V⁻¹ (s − μ)).

(History matching: Craig et al. 1997; the emulator's error is that of runs left out.) The cut is 3,
raised until 98 % of the runs left out keep their own parameters. The prior is uniform on the cube.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from simulation.analysis.calibration.summaries import (
    FOLDS,
    Ridge,
    cross_fitted,
    cubic_terms,
    explained,
    fit_ridge,
    folds_of,
)
from simulation.analysis.threads import by_one_thread
from simulation.arrays import Floats

CUT = 3.0
KEEP = 0.98
GRID = 12
"""log₂ of the points of the prior at which a posterior of the self-test is worked out."""
FINE_GRID = 14
LEAST_SD = 1e-4
LEAST_R2 = 0.05
NEAREST = 0.2
"""Share of the runs that count in regression-adjusted ABC."""


@dataclass(frozen=True)
class RunDesign:
    """Runs at points of the cube.

    Attributes:
        theta: the points, shape ``(n, p)``.
        features: of the runs' series, shape ``(n, f)``.
        weight: density of the prior over that of the design at each point, shape ``(n,)``.
        prior: whether a point was drawn from the prior, shape ``(n,)``.
    """

    theta: Floats
    features: Floats
    weight: Floats
    prior: NDArray[np.bool_]

    def some(self, chosen: NDArray[np.bool_]) -> RunDesign:
        """Return some of the runs."""
        return RunDesign(
            self.theta[chosen], self.features[chosen], self.weight[chosen], self.prior[chosen]
        )

    @property
    def n(self) -> int:
        """How many runs there are."""
        return len(self.theta)


@dataclass(frozen=True)
class Fitted:
    """Everything that is fitted to a design.

    Attributes:
        regression: features to what is expected of the parameters.
        used: parameters whose summary says anything of them (R² of at least .05); the others'
            summaries are left out, as they are chance, shape ``(q,)``.
        r2: of every parameter's summary out of sample, shape ``(p,)``.
        summaries: the used ones of the design's runs, by regressions that have not seen them.
        emulator: μ, a cubic in the parameters.
        spread: θ to the logarithm of what the emulator leaves, squared.
        correlation: of what it leaves, shape ``(q, q)``.
        inflation: of the standard deviations, so that what was left out is as wide as stated.
        cut: implausibility beyond which a point is ruled out.
    """

    regression: Ridge
    used: NDArray[np.intp]
    r2: Floats
    summaries: Floats
    emulator: Ridge
    spread: Ridge
    correlation: Floats
    inflation: Floats
    cut: float

    def summarise(self, features: Floats) -> Floats:
        """Return the summaries of data, shape ``(n, q)``."""
        return np.asarray(self.regression(features)[:, self.used])

    def mean(self, theta: Floats) -> Floats:
        """Return μ at some points, shape ``(n, q)``."""
        return self.emulator(cubic_terms(theta))

    def sd(self, theta: Floats) -> Floats:
        """Return the standard deviations D at some points, shape ``(n, q)``."""
        return np.asarray(self.inflation * _raw_sd(self.spread, theta) + LEAST_SD)


def _raw_sd(spread: Ridge, theta: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(spread(theta), -20.0, 2.0) / 2.0))


@by_one_thread
def fit_all(design: RunDesign) -> Fitted:
    """Fit summaries, emulator, spread and cut to a design."""
    theta, prior = design.theta, design.prior
    expected = cross_fitted(design.features, theta)
    r2 = explained(expected[prior], theta[prior])
    used = np.flatnonzero(r2 >= LEAST_R2)
    if not len(used):
        used = np.array([int(np.argmax(r2))])
    summaries = expected[:, used]
    terms = cubic_terms(theta)
    left = _left_out(terms, summaries)
    spread = fit_ridge(theta, np.log(left**2 + LEAST_SD**2))
    z = left / _raw_sd(spread, theta)
    inflation = np.maximum(np.sqrt((np.clip(z, -6, 6) ** 2).mean(axis=0)), 1e-3)
    z = z / inflation
    correlation = np.atleast_2d(np.corrcoef(np.clip(z, -4, 4), rowvar=False))
    cut = max(CUT, float(np.quantile(np.abs(z).max(axis=1), KEEP)))
    return Fitted(
        regression=fit_ridge(design.features, theta),
        used=used,
        r2=r2,
        summaries=summaries,
        emulator=fit_ridge(terms, summaries, squares=False),
        spread=spread,
        correlation=0.98 * correlation + 0.02 * np.eye(len(used)),
        inflation=inflation,
        cut=cut,
    )


def _left_out(terms: Floats, summaries: Floats) -> Floats:
    """Return what emulators that have not seen a run leave of its summaries, ``(n, q)``."""
    fold, left = folds_of(len(terms), seed=2), np.empty_like(summaries)
    for one in range(FOLDS):
        out = fold == one
        again = fit_ridge(terms[~out], summaries[~out], squares=False)
        left[out] = summaries[out] - again(terms[out])
    return left


@cache
def prior_points(n_parameters: int, size: int, seed: int = 7) -> Floats:
    """Return 2^size points that fill the cube evenly (scrambled Sobol)."""
    return np.asarray(qmc.Sobol(n_parameters, rng=np.random.default_rng(seed)).random_base2(size))


def first_points(n_parameters: int, n: int) -> Floats:
    """Return n points of the prior; more of them begin with the same."""
    return prior_points(n_parameters, max(1, ceil(log2(n))), 3)[:n]


@dataclass(frozen=True)
class Cloud:
    """Points of the prior with what the emulator says of each, to weigh against any data."""

    theta: Floats
    mean: Floats
    sd: Floats
    fitted: Fitted

    @classmethod
    def of(cls, fitted: Fitted, theta: Floats) -> Cloud:
        """Return a cloud."""
        return cls(theta, fitted.mean(theta), fitted.sd(theta), fitted)

    def implausibility(self, summaries: Floats, extra: Floats | None = None) -> Floats:
        """Return I at every point for data with these summaries, shape ``(n,)``."""
        sd = self.sd if extra is None else np.sqrt(self.sd**2 + np.diag(extra))
        return np.asarray(np.abs((summaries - self.mean) / sd).max(axis=1))

    def weights(self, summaries: Floats, extra: Floats | None = None) -> Floats:
        """Return the posterior weight of every point, of sum 1; all 0 where all are ruled out.

        Args:
            summaries: of the data, shape ``(p,)``.
            extra: covariance κ² C of the discrepancy, shape ``(p, p)``.
        """
        gap = summaries - self.mean
        if extra is None:
            z = gap / self.sd
            precision = np.linalg.inv(self.fitted.correlation)
            distance = np.einsum("ij,jk,ik->i", z, precision, z)
            volume = np.log(self.sd).sum(axis=1)
        else:
            full = self.sd[:, :, None] * self.fitted.correlation * self.sd[:, None, :] + extra
            distance = np.einsum("ij,ij->i", gap, np.linalg.solve(full, gap[:, :, None])[:, :, 0])
            volume = np.linalg.slogdet(full)[1] / 2.0
        log = -0.5 * distance - volume
        allowed = self.implausibility(summaries, extra) <= self.fitted.cut
        if not allowed.any():
            return np.zeros(len(log))
        weights = np.where(allowed, np.exp(log - log[allowed].max()), 0.0)
        return np.asarray(weights / weights.sum())


def quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> Floats:
    """Return weighted quantiles of each column, shape ``(n_columns, n_shares)``."""
    result = []
    for column in values.T:
        order = np.argsort(column)
        cum = np.cumsum(weights[order])
        middle = (cum - 0.5 * weights[order]) / max(cum[-1], 1e-300)
        result.append(np.interp(shares, middle, column[order]))
    return np.asarray(result)


def draws(cloud: Cloud, weights: Floats, n: int, seed: int = 11) -> Floats:
    """Return n points in proportion to their weights (systematic resampling), in random order."""
    rng = np.random.default_rng(seed)
    places = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.random()) / n)
    return np.asarray(cloud.theta[rng.permutation(np.minimum(places, len(weights) - 1))])


def posterior(
    cloud: Cloud, summaries: Floats, extra: Floats | None = None, size: int = FINE_GRID
) -> tuple[Cloud, Floats]:
    """Return points and their posterior weights; points fill the box of the posterior.

    Where everything is ruled out, the prior is returned.
    """
    weights = cloud.weights(summaries, extra)
    for seed in (8, 9):
        if not weights.any():
            return cloud, np.full(len(cloud.theta), 1.0 / len(cloud.theta))
        inside = cloud.theta[weights > 1e-5 * weights.max()]
        low, high = inside.min(axis=0), inside.max(axis=0)
        room = 0.15 * (high - low) + 0.02
        low, high = np.maximum(low - room, 0.0), np.minimum(high + room, 1.0)
        unit = prior_points(cloud.theta.shape[1], size, seed)
        cloud = Cloud.of(cloud.fitted, low + (high - low) * unit)
        weights = cloud.weights(summaries, extra)
    if not weights.any():
        weights = np.full(len(cloud.theta), 1.0 / len(cloud.theta))
    return cloud, weights


def regression_abc(design: RunDesign, fitted: Fitted, summaries: Floats) -> tuple[Floats, Floats]:
    """Return parameters and weights by regression-adjusted ABC from the same runs.

    The nearest fifth of the runs (at least 60) count by Epanechnikov's kernel, and are moved along
    a local linear regression of parameters (as logits, so that they stay in the cube) on summaries
    (Beaumont, Zhang & Balding 2002, Genetics 162:2025).
    """
    scale = np.maximum(fitted.summaries.std(axis=0), 1e-9)
    gap = (fitted.summaries - summaries) / scale
    distance = np.sqrt((gap**2).sum(axis=1))
    reach = np.quantile(distance, max(NEAREST, min(1.0, 60 / design.n))) + 1e-12
    kernel = np.maximum(1.0 - (distance / reach) ** 2, 0.0) * design.weight
    near = kernel > 0
    logit = np.log(np.clip(design.theta, 1e-3, 1 - 1e-3))
    logit = logit - np.log(1.0 - np.clip(design.theta, 1e-3, 1 - 1e-3))
    root = np.sqrt(kernel[near])[:, None]
    terms = np.hstack([np.ones((int(near.sum()), 1)), gap[near]])
    slopes = np.linalg.lstsq(terms * root, logit[near] * root, rcond=None)[0][1:]
    moved = logit[near] - gap[near] @ slopes
    return 1.0 / (1.0 + np.exp(-moved)), kernel[near] / kernel[near].sum()
