"""Does the method find parameters that are known? A test that needs no runs of its own.

Every run of a fold is taken for data whose parameters are known; summaries, emulator, spread and
cut are fitted to the other folds. Told is how often the
90 % range holds the truth, whether the truth's rank is uniform (Talts et al. 2018, simulation-based
calibration; ten bins), and how much narrower the range is than the prior's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, chisquare

from simulation.analysis.calibration.inference import (
    GRID,
    LEAST_R2,
    Cloud,
    Fitted,
    RunDesign,
    fit_all,
    posterior,
    prior_points,
    quantiles,
)
from simulation.analysis.calibration.summaries import FOLDS, folds_of
from simulation.analysis.threads import by_one_thread
from simulation.arrays import Floats

RANGE = (0.05, 0.5, 0.95)
LEVEL = 0.9
LEARNED, NARROWED = 0.5, 0.8
BINS = 10


class Learning(StrEnum):
    """What data say of a parameter."""

    LEARNED = "learned"
    NARROWED = "narrowed"
    UNKNOWN = "your data do not tell"


@dataclass(frozen=True)
class Truths:
    """Known parameters and what was found of them.

    Attributes:
        theta: the truths, shape ``(n, p)``.
        low, high: ends of the 90 % ranges, shape ``(n, p)``.
        rank: share of the posterior below the truth, shape ``(n, p)``.
        kept: whether the truth was not ruled out, shape ``(n,)``.
        r2: of the summaries out of sample, shape ``(p,)``.
        prior: whether a truth was drawn from the prior, shape ``(n,)``.
    """

    theta: Floats
    low: Floats
    high: Floats
    rank: Floats
    kept: NDArray[np.bool_]
    r2: Floats
    prior: NDArray[np.bool_]

    @property
    def width(self) -> Floats:
        """Width of each range relative to the prior's own, shape ``(n, p)``."""
        return (self.high - self.low) / LEVEL

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each range holds the truth."""
        return (self.low <= self.theta) & (self.theta <= self.high)

    def called(self, parameter: int) -> list[Learning]:
        """Return what each truth's data are said to say of a parameter."""
        r2 = float(self.r2[parameter])
        return [learning(float(width), r2) for width in self.width[:, parameter]]


def learning(width: float, r2: float) -> Learning:
    """Return what data say of a parameter.

    Args:
        width: of its 90 % range relative to that of the prior.
        r2: out-of-sample R² of its summary.
    """
    if r2 < LEAST_R2 or not width < NARROWED:
        return Learning.UNKNOWN
    return Learning.LEARNED if width < LEARNED else Learning.NARROWED


@by_one_thread
def self_test(design: RunDesign, fitted: Fitted) -> Truths:
    """Return what is found of every run of a design, by fits that have not seen it."""
    n, p = design.theta.shape
    low, high, rank = (np.empty((n, p)) for _ in range(3))
    kept = np.zeros(n, dtype=bool)
    fold, points = folds_of(n, seed=3), prior_points(p, GRID)
    for one in range(FOLDS):
        out = np.flatnonzero(fold == one)
        again = fit_all(design.some(fold != one))
        inferred = infer(again, again.summarise(design.features[out]), points, design.theta[out])
        low[out], high[out], rank[out], kept[out] = inferred
    return Truths(design.theta, low, high, rank, kept, fitted.r2, design.prior)


def infer(
    fitted: Fitted, summaries: Floats, points: Floats, truth: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return low and high ends, ranks of the truths, and whether they are kept, for several data.

    Args:
        fitted: what is known from runs.
        summaries: of each data set, shape ``(n, p)``.
        points: of the prior.
        truth: the parameters behind each data set, shape ``(n, p)``.
    """
    cloud, at_truth = Cloud.of(fitted, points), Cloud.of(fitted, truth)
    low, high, rank = (np.empty(truth.shape) for _ in range(3))
    for at, one in enumerate(summaries):
        where, weights = posterior(cloud, one, size=GRID)
        low[at], _, high[at] = quantiles(where.theta, weights, RANGE).T
        rank[at] = [
            np.sum(weights[where.theta[:, j] < truth[at, j]]) for j in range(len(truth[at]))
        ]
    kept = np.abs((summaries - at_truth.mean) / at_truth.sd).max(axis=1) <= fitted.cut
    return low, high, rank, kept


@dataclass(frozen=True)
class Trust:
    """How a parameter fared in the self-test.

    Attributes:
        truths: how many truths were drawn from the prior.
        coverage: share of their 90 % ranges that hold them.
        rank_p: p-value that ranks are uniform, ten bins.
        width: median width of the range relative to the prior's.
        learned: how many truths' data were said to have learned it.
        learned_coverage: share of those ranges that hold the truth; NaN where there are none.
        unknown: share of truths whose data were said not to tell.
        near_coverage: coverage over the truths nearest to the data.
        trusted: whether the coverage where learned is not significantly below 90 %.
    """

    truths: int
    coverage: float
    rank_p: float
    width: float
    learned: int
    learned_coverage: float
    unknown: float
    near_coverage: float
    trusted: bool


def trust(truths: Truths, parameter: int, near: NDArray[np.bool_]) -> Trust:
    """Return how a parameter fared.

    Args:
        truths: of the self-test.
        parameter: its place.
        near: truths whose data are like the observed, shape ``(n,)``.
    """
    prior = truths.prior
    inside = truths.inside[:, parameter]
    called = np.array(truths.called(parameter), dtype=object)
    learned = prior & (called == Learning.LEARNED)
    n, hits = int(learned.sum()), int(inside[learned].sum())
    bins = np.bincount(np.minimum((truths.rank[prior, parameter] * BINS).astype(int), BINS - 1),
                       minlength=BINS)  # fmt: skip
    return Trust(
        truths=int(prior.sum()),
        coverage=float(inside[prior].mean()),
        rank_p=float(chisquare(bins).pvalue),
        width=float(np.median(truths.width[prior, parameter])),
        learned=n,
        learned_coverage=hits / n if n else float("nan"),
        unknown=float((called[prior] == Learning.UNKNOWN).mean()),
        near_coverage=float(inside[near].mean()) if near.any() else float("nan"),
        trusted=n == 0 or float(binom.cdf(hits, n, LEVEL)) >= 0.05 / 2,
    )
