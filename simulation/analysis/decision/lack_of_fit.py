"""How large lack of fit and noise may be, given the differences: not one value of each but several.

Where the noise of seeds is as large as what differs from future to future, the likelihood hardly
tells how much does. Its top may lie at nothing: then all futures seem to be alike, each as sure as
all of them together, and a share of .8 looks like 1. So the effects are judged for several values,
as likely as the data and what was known before make them:

    d̄ ~ N(μ, S + τ²I + φN),   τ flat,   φ ~ ν/χ²(ν)

τ is the standard deviation of lack of fit (flat, as Gelman 2006 advises where groups are many); N
the noise from seed to seed, pooled with ν degrees of freedom, and φ by how much it may be wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.extra import extra
from simulation.arrays import Floats

VALUES = 16
"""Pairs of τ and φ, each as likely."""
FINEST = 0.05
"""Steps of τ, in the spread of the differences, and of φ: values within one are the same."""
WIDEST = 3.0**0.5
"""The greatest τ, in the spread of the differences."""
STEPS = 24
NOISES = 5
"""Values of φ at which τ is weighed."""
KNOWN = 1000
"""Degrees of freedom from which the noise is known."""
NEGLIGIBLE = 12.0
"""Log likelihood below the greatest at which a value is left out."""


@dataclass(frozen=True)
class LackOfFit:
    """One possible size of what the assumptions do not explain, and of the noise.

    Attributes:
        rough: variance of lack of fit, in the square of the spread of the differences.
        noise: factor of the variance from seed to seed.
        count: how many of ``VALUES`` it stands for.
    """

    rough: float
    noise: float
    count: int


def possible(left: Floats, smooth: Floats, noise: Floats, freedom: int) -> list[LackOfFit]:
    """Return the sizes of lack of fit and noise that differences allow, their counts ``VALUES``.

    Args:
        left: differences less their centre, in their own spread, shape ``(n,)``.
        smooth: covariance S of what the assumptions explain, in that unit, shape ``(n, n)``.
        noise: variance of the mean over seeds, in that unit squared, shape ``(n,)``.
        freedom: degrees of freedom ν with which the noise was pooled; 0 if it is known.
    """
    factors = _factors(freedom)
    with extra("threadpoolctl").threadpool_limits(1):  # small matrices: threads wait longer
        curves = [_curve(left, smooth, noise * factor) for factor in factors]
    top = max(float(logs.max()) for _, logs in curves)
    masses = [np.exp(logs - top) for _, logs in curves]
    parts = [(m[1:] + m[:-1]) / 2.0 * np.diff(taus)
             for (taus, _), m in zip(curves, masses, strict=True)]  # fmt: skip
    ends = np.r_[0.0, np.cumsum(np.concatenate(parts))]
    counts: Counter[tuple[float, float]] = Counter()
    for at in (np.arange(VALUES) + 0.5) / VALUES * ends[-1]:
        factor, tau = _value(float(at), ends, factors, curves)
        counts[round(tau / FINEST) * FINEST, round(factor / FINEST) * FINEST] += 1
    return [LackOfFit(tau**2, factor, count) for (tau, factor), count in sorted(counts.items())]


def _factors(freedom: int) -> Floats:
    """Return values of φ, each as likely before the differences between futures are seen."""
    from scipy.stats import chi2

    if freedom == 0 or freedom >= KNOWN:
        return np.ones(1)
    middles = (np.arange(NOISES) + 0.5) / NOISES
    return np.asarray(freedom / chi2.ppf(middles[::-1], freedom))


def _curve(left: Floats, smooth: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return values of τ and the log likelihood at each, dense where it is not negligible."""
    coarse = WIDEST * (np.arange(STEPS) / (STEPS - 1)) ** 2
    logs = np.array([_log_likelihood(left, smooth, noise + tau**2) for tau in coarse])
    near = np.flatnonzero(logs > logs.max() - NEGLIGIBLE)
    low, high = coarse[max(near[0] - 1, 0)], coarse[min(near[-1] + 1, STEPS - 1)]
    fine = np.linspace(low, high, STEPS)
    return fine, np.array([_log_likelihood(left, smooth, noise + tau**2) for tau in fine])


def _log_likelihood(left: Floats, smooth: Floats, apart: Floats) -> float:
    """Return the log density of differences with covariance ``smooth + diag(apart)``."""
    from scipy.linalg import cho_factor, cho_solve

    root = cho_factor(smooth + np.diag(apart + 1e-9), lower=True, check_finite=False)
    logdet = 2.0 * float(np.log(np.diag(root[0])).sum())
    return -(logdet + float(left @ cho_solve(root, left, check_finite=False))) / 2.0


def _value(
    at: float, ends: Floats, factors: Floats, curves: list[tuple[Floats, Floats]]
) -> tuple[float, float]:
    """Return φ and τ where so much of the mass is below them, φ's curves one after the other."""
    piece = min(int(np.searchsorted(ends, at, side="right")) - 1, len(ends) - 2)
    curve, step = divmod(piece, STEPS - 1)
    taus = curves[curve][0]
    share = (at - ends[piece]) / (ends[piece + 1] - ends[piece])
    return float(factors[curve]), float(taus[step] + share * (taus[step + 1] - taus[step]))
