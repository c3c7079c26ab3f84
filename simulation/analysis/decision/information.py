"""The value of information: what it is worth to know an assumption before deciding.

    EVPI = mean_f max_a δ_fa − max_a mean_f δ_fa
    EVPPI(X) = mean_f max_a E[δ_a | X_f] − max_a mean_f δ_fa,  the base's δ being 0

EVPPI from one set of runs by regression of the differences on the subset (Strong, Oakley & Brennan
2014, Medical Decision Making 34:311): a cubic spline for one assumption, their tensor product for
two, predicted for futures left out. What chance alone would show is the *floor*: the 95 % point of
the greatest value over all subsets when the differences are dealt out anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import FOLDS
from simulation.arrays import Floats

REPEATS = 5
"""Sets of folds that are averaged, of the differences as they are and dealt out anew alike."""
PERMUTATIONS = 200
BOOTSTRAPS = 400
KNOTS = {1: (0.1, 0.3, 0.5, 0.7, 0.9), 2: (0.25, 0.5, 0.75)}
"""Quantiles at which pieces of a spline meet, for one assumption and for each of two."""
ENOUGH = 256
"""Futures from which pairs have as many pieces; of fewer they are one cubic each."""
MOST_FREEDOM = 0.3
"""Of the futures: a curve that takes more degrees of freedom is no estimate but a copy."""
PENALTIES = np.logspace(-4, 5, 19)


@dataclass(frozen=True)
class Known:
    """What knowing some assumptions is worth, in the unit of the effect.

    Attributes:
        assumptions: which ones, by column.
        value: EVPPI.
        low, high: 95 % interval by bootstrap over futures.
        floor: what chance alone would show; at or below it the value is not shown to be any.
    """

    assumptions: tuple[int, ...]
    value: float
    low: float
    high: float
    floor: float

    @property
    def shown(self) -> bool:
        """Whether it is more than chance alone would show."""
        return self.value > self.floor


def evpi(values: Floats, weights: Floats | None = None) -> float:
    """Return the value of perfect information.

    Args:
        values: draws of what each arm is worth, ``(n_draws, n_futures, n_arms)``, or without draws
            ``(n_futures, n_arms)``.
        weights: of the futures.
    """
    best = np.average(values.max(axis=-1), axis=-1, weights=weights)
    means = np.average(values, axis=-2, weights=weights)
    return float(best.mean() - means.reshape(-1, means.shape[-1]).mean(axis=0).max())


def subsets(n: int) -> list[tuple[int, ...]]:
    """Return all single assumptions and all pairs."""
    singles = [(one,) for one in range(n)]
    return [*singles, *combinations(range(n), 2)]


def values_of_information(
    x: Floats, differences: Floats, *, weights: Floats | None = None, seed: int = 1
) -> list[Known]:
    """Return the EVPPI of every assumption and every pair, the most valuable first.

    Args:
        x: futures in the unit cube (or any scale), shape ``(n, p)``.
        differences: of each arm against the base, shape ``(n, n_arms)``.
        weights: of the futures, if they do not count alike.
        seed: of folds, permutations and bootstrap.
    """
    rng = np.random.default_rng(seed)
    n = len(x)
    weight = np.ones(n) if weights is None else weights
    chosen = subsets(x.shape[1])
    places = [rng.permutation(n) % FOLDS for _ in range(REPEATS)]
    shuffles = np.stack([rng.permutation(n) for _ in range(PERMUTATIONS)])
    picks = rng.integers(0, n, (BOOTSTRAPS, n))
    result, greatest = [], np.full(PERMUTATIONS, -np.inf)
    for subset in chosen:
        fixed, bent = basis(x[:, subset])
        fitted = np.mean([_crossfit(fixed, bent, differences, place) for place in places], axis=0)
        value = _gain(fitted, weight)
        draws = np.array([_gain(fitted[pick], weight[pick]) for pick in picks])
        low, high = np.quantile(draws, [0.025, 0.975])
        result.append((subset, value, float(low), float(high)))
        dealt = _dealt_out(fixed, bent, differences, shuffles, places)
        greatest = np.maximum(greatest, [_gain(one, weight) for one in dealt])
    floor = float(np.quantile(greatest, 0.95))
    known = [Known(subset, value, low, high, floor) for subset, value, low, high in result]
    return sorted(known, key=lambda one: -one.value)


def gains(x: Floats, differences: Floats, weights: Floats) -> dict[tuple[int, ...], float]:
    """Return the EVPPI of every assumption and pair with futures that do not count alike."""
    place = np.random.default_rng(1).permutation(len(x)) % FOLDS
    result = {}
    for subset in subsets(x.shape[1]):
        fixed, bent = basis(x[:, subset])
        result[subset] = _gain(_crossfit(fixed, bent, differences, place), weights)
    return result


def _gain(fitted: Floats, weight: Floats) -> float:
    """Return mean_f max(0, ĝ_f1, …) − max(0, mean_f ĝ_f1, …)."""
    best = np.average(np.maximum(fitted.max(axis=1), 0.0), weights=weight)
    return float(best - max(0.0, np.average(fitted, axis=0, weights=weight).max()))


def _dealt_out(
    fixed: Floats, bent: Floats, differences: Floats, shuffles: NDArray[np.intp],
    places: list[NDArray[np.intp]],
) -> list[Floats]:  # fmt: skip
    """Return the cross-fitted means of differences that belong to other futures.

    They are averaged over the same sets of folds as those of the differences as they are: of fewer
    sets they would vary more, and their greatest value, the floor, would be too high.
    """
    arms = differences.shape[1]
    columns = np.concatenate([differences[shuffle] for shuffle in shuffles], axis=1)
    fitted = np.mean([_crossfit(fixed, bent, columns, place) for place in places], axis=0)
    return [fitted[:, at : at + arms] for at in range(0, fitted.shape[1], arms)]


def basis(x: Floats) -> tuple[Floats, Floats]:
    """Return what is not penalised (constant and linear terms) and what is (all bends).

    Args:
        x: one assumption or two, shape ``(n, 1)`` or ``(n, 2)``.
    """
    from scipy.interpolate import BSpline

    single = []
    for column in x.T:
        bare = x.shape[1] == 2 and len(x) < ENOUGH
        inner = np.unique(np.quantile(column, () if bare else KNOTS[x.shape[1]]))
        ends = [column.min() - 1e-9], [column.max() + 1e-9]
        knots = np.r_[np.repeat(ends[0], 4), inner, np.repeat(ends[1], 4)]
        single.append(BSpline.design_matrix(column, knots, 3).toarray())
    scaled = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0.0, x.std(axis=0), 1.0)
    fixed = np.hstack([np.ones((len(x), 1)), scaled])
    if len(single) == 1:
        return fixed, _beside(fixed, single[0])
    both = (single[0][:, :, None] * single[1][:, None, :]).reshape(len(x), -1)
    return fixed, _beside(fixed, both)


def _beside(fixed: Floats, bent: Floats) -> Floats:
    """Return the part of the bends that constant and linear terms do not have, scaled."""
    left = bent - fixed @ np.linalg.lstsq(fixed, bent, rcond=None)[0]
    spread = left.std()
    return np.asarray(left / spread if spread > 0.0 else left)


def _crossfit(fixed: Floats, bent: Floats, y: Floats, place: NDArray[np.intp]) -> Floats:
    """Return predictions for futures left out, each column with its own penalty (by GCV)."""
    predicted = np.zeros_like(y)
    for fold in range(FOLDS):
        out = place == fold
        predicted[out] = _ridge(fixed[~out], bent[~out], y[~out], fixed[out], bent[out])
    return predicted


def _ridge(fixed: Floats, bent: Floats, y: Floats, new_fixed: Floats, new_bent: Floats) -> Floats:
    """Fit y by ridge regression on the bends; the fixed terms are free (Golub et al. 1979)."""
    n, free = len(y), fixed.shape[1]
    flat = np.linalg.lstsq(fixed, np.hstack([y, bent]), rcond=None)[0]
    straight, lean = flat[:, : y.shape[1]], flat[:, y.shape[1] :]
    rest, pure = y - fixed @ straight, bent - fixed @ lean
    sizes, turns = np.linalg.eigh(pure.T @ pure)
    sizes = np.maximum(sizes, 1e-9)
    seen = turns.T @ (pure.T @ rest)  # of the eigenvectors, times the root of their size
    kept = sizes[:, None] / (sizes[:, None] + PENALTIES)
    explained = (seen**2 / sizes[:, None]).T @ (1.0 - (1.0 - kept) ** 2)
    misfit = (rest**2).sum(axis=0)[:, None] - explained
    freedom = n - free - kept.sum(axis=0)
    poor = n - freedom > max(MOST_FREEDOM * n, free + 1.0)
    poor[-1] = False
    chosen = np.argmin(np.where(poor, np.inf, misfit / np.maximum(freedom, 1.0) ** 2), axis=1)
    curve = turns @ (kept[:, chosen] * seen / sizes[:, None])
    predicted = new_fixed @ straight + (new_bent - new_fixed @ lean) @ curve
    return np.clip(predicted, y.min(axis=0), y.max(axis=0))  # a cubic beyond its data knows nothing


def money(value: float, months: int, yearly_rate: float) -> float:
    """Return what a monthly value is worth over the months that a decision lasts, discounted.

        value · Σ_t (1 + r)^(−t/12),  t = 1 … months

    Args:
        value: in money a month.
        months: that the decision lasts.
        yearly_rate: r.
    """
    factor = (1.0 + yearly_rate) ** (-np.arange(1, months + 1) / 12.0)
    return float(value * factor.sum())
