"""Does the model fit at all, and if not, which series conflict?

A model is never right to the last customer. Each series has a stated tolerance (5 % of its mean);
the discrepancy is κ times that. The least κ of 0, 1, 2, 4, 8 is taken at which the point that the
data like best predicts every series and all of them together (p ≥ .05). How far data may be from a
prediction is known from the runs that are most like the data: what regressions of their features
on their parameters leave, as far as those regressions have not seen them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import (
    GRID,
    Cloud,
    Fitted,
    RunDesign,
    fit_all,
    posterior,
    prior_points,
)
from simulation.analysis.calibration.summaries import cross_fitted, cubic_terms, fit_ridge
from simulation.analysis.threads import by_one_thread
from simulation.arrays import Floats

KAPPAS = (0, 1, 2, 4, 8)
FITS = 1
LEAST_P = 0.05
NEAR = 0.4
LEAST_NEAR = 100
DRAWS = 400


@dataclass(frozen=True)
class Fit:
    """How well the best point predicts the data.

    Attributes:
        kappa: multiple of the stated tolerance.
        best: the point, shape ``(p,)``.
        p: of each series, by name.
        joint: of all together.
    """

    kappa: int
    best: Floats
    p: dict[str, float]
    joint: float

    @property
    def holds(self) -> bool:
        """Whether everything is predicted."""
        return min(*self.p.values(), self.joint) >= LEAST_P if self.p else True


def discrepancy(fitted: Fitted, features: Features, observed: Floats) -> Floats:
    """Return the covariance C of the summaries under the stated tolerance, shape ``(q, q)``."""
    rng = np.random.default_rng(4)
    noise = rng.multivariate_normal(np.zeros(len(observed)), features.tolerance(), DRAWS)
    summaries = fitted.summarise(observed + noise)
    return np.atleast_2d(np.cov(summaries, rowvar=False))


def like_the_data(fitted: Fitted, summaries: Floats) -> NDArray[np.bool_]:
    """Return which runs of the design are most like the data: the nearest 40 %, 100 at least."""
    scale = np.maximum(fitted.summaries.std(axis=0), 1e-9)
    distance = (((fitted.summaries - summaries) / scale) ** 2).sum(axis=1)
    share = min(1.0, max(NEAR, LEAST_NEAR / len(distance)))
    return np.asarray(distance <= np.quantile(distance, share))


@by_one_thread
def fits(design: RunDesign, fitted: Fitted, features: Features, observed: Floats) -> list[Fit]:
    """Return how well the data are predicted at κ = 0, 1, 2 … up to the first that holds."""
    summaries = fitted.summarise(observed[None])[0]
    near = like_the_data(fitted, summaries)
    terms, seen = cubic_terms(design.theta[near]), design.features[near]
    left = seen - cross_fitted(terms, seen)
    predict = fit_ridge(terms, seen)
    covariance = discrepancy(fitted, features, observed)
    cloud = Cloud.of(fitted, prior_points(design.theta.shape[1], GRID))
    result: list[Fit] = []
    for kappa in KAPPAS:
        where, weights = posterior(cloud, summaries, kappa**2 * covariance, GRID)
        best = where.theta[int(np.argmax(weights))]
        gap = observed - predict(cubic_terms(best[None]))[0]
        result.append(_fit(kappa, best, gap, left=left, features=features))
        if result[-1].holds:
            break
    return result


def _fit(kappa: int, best: Floats, gap: Floats, *, left: Floats, features: Features) -> Fit:
    rng = np.random.default_rng(5)
    tolerance = kappa**2 * features.tolerance()
    noise = rng.multivariate_normal(np.zeros(len(gap)), tolerance, len(left))
    around, centre = left + noise, left.mean(axis=0)
    each = {
        name: _p(gap[chosen], around[:, chosen], centre[chosen])
        for at, name in enumerate(features.names)
        for chosen in (features.series == at,)
    }
    joint = _p(gap, around, centre) if len(each) > 1 else min(each.values(), default=1.0)
    return Fit(kappa, best, each, joint)


def _p(gap: Floats, around: Floats, centre: Floats) -> float:
    """Return the share of what is left that is as far out as the gap.

    Each row is measured by the covariance of the *others*, as the gap is: by one that it has helped
    to estimate it seems nearer than anything new, the more so the fewer the rows, and data of the
    model itself would be said not to fit it.
    """
    n = len(around)
    covariance = np.atleast_2d(np.cov(around, rowvar=False))
    ridge = 0.02 * np.diag(np.diag(covariance)) + 1e-8 * np.eye(len(gap))
    off = around - around.mean(axis=0)
    # (n - 1)/(n - 2) S - n/((n - 1)(n - 2)) d dᵀ is the covariance without a row d off the mean.
    precision = np.linalg.inv((n - 1) / (n - 2) * covariance + ridge)
    near = np.einsum("ij,jk,ik->i", off, precision, off)
    distance = (n / (n - 1)) ** 2 * near / (1.0 - n / ((n - 1) * (n - 2)) * near)
    to_gap = gap - centre
    squared = float(to_gap @ np.linalg.inv(covariance + ridge) @ to_gap)
    return (1.0 + float((distance >= squared).sum())) / (1.0 + n)


@by_one_thread
def conflicts(design: RunDesign, features: Features, observed: Floats) -> list[str]:
    """Return the series without which the others fit (κ of at most 1), by name."""
    if len(features.names) < 2:
        return []
    result = []
    for at, name in enumerate(features.names):
        chosen = features.series != at
        fewer = replace(
            features,
            names=tuple(one for one in features.names if one != name),
            series=features.series[chosen] - (features.series[chosen] > at),
        )
        smaller = replace(design, features=design.features[:, chosen])
        checks = fits(smaller, fit_all(smaller), fewer, observed[chosen])
        if checks[-1].holds and checks[-1].kappa <= FITS:
            result.append(name)
    return result
