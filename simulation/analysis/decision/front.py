"""The front: which candidates are shown better than the base, and which shown dominated.

All statements rest on runs not used in the search, and hold all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from simulation.analysis.interval import Interval, simultaneous_interval
from simulation.arrays import Floats

LEAST_PAIRS = 32
POWER_QUANTILE = 0.84
"""Of the normal distribution: a difference of one margin is then seen four times in five."""


def pairs_needed(spread: float, margin: float, candidates: int, objectives: int) -> int:
    """Return the fresh pairs that tell differences of a margin.

        n = max(32, ⌈((t_(1 − .025/(K M)) + .84) s/margin)²⌉)

    Args:
        spread: s, standard deviation of a paired difference.
        margin: the difference that is to be seen.
        candidates: K.
        objectives: M.
    """
    from scipy.stats import t

    if margin <= 0.0:
        return LEAST_PAIRS
    level = 1.0 - 0.025 / (candidates * objectives)
    wanted = (float(t.ppf(level, LEAST_PAIRS - 1)) + POWER_QUANTILE) * spread / margin
    return max(LEAST_PAIRS, ceil(wanted**2))


def gains(values: Floats, base: int) -> Interval:
    """Return each candidate's gain over the base, with intervals that hold all at once.

    Args:
        values: by pair, candidate and objective, shape ``(n_pairs, n_candidates, n_objectives)``.
        base: which candidate is the base; its gain is 0.
    """
    return simultaneous_interval(values - values[:, [base], :])


def better(interval: Interval, margin: float) -> list[bool]:
    """Return which candidates are shown better than the base.

    The lower end is above the margin for one objective, and above −margin for all.
    """
    low = np.nan_to_num(interval.low, nan=-np.inf)
    return [bool((bounds > margin).any() and (bounds > -margin).all()) for bounds in low]


def dominated(values: Floats, margin: float) -> list[bool]:
    """Return which candidates are shown dominated: another is as good on all, better on one.

    As good means by less than the margin worse, for certain; better, more than 0.

    Args:
        values: shape ``(n_pairs, n_candidates, n_objectives)``.
        margin: a difference that does not count.
    """
    n = values.shape[1]
    first, second = np.triu_indices(n, 1)
    interval = simultaneous_interval(values[:, first, :] - values[:, second, :])
    worse = np.zeros((n, n), dtype=bool)  # worse[i, j]: i is shown dominated by j
    for at, (one, other) in enumerate(zip(first, second, strict=True)):
        low, high = interval.low[at], interval.high[at]
        worse[other, one] = bool((low > 0).any() and (low > -margin).all())
        worse[one, other] = bool((high < 0).any() and (high < margin).all())
    return [bool(row.any()) for row in worse]


def efficient(means: Floats) -> list[int]:
    """Return the candidates that no other dominates by its means, best first by the first one.

    Args:
        means: shape ``(n_candidates, n_objectives)``; not a number where a run is missing.
    """
    known = np.isfinite(means).all(axis=1)
    kept = [
        at
        for at in np.flatnonzero(known)
        if not any(
            (means[other] >= means[at]).all() and (means[other] > means[at]).any()
            for other in np.flatnonzero(known)
        )
    ]
    return sorted((int(at) for at in kept), key=lambda at: -float(means[at, 0]))


def ranked(means: Floats) -> list[int]:
    """Return all candidates, layer by layer of efficiency; those without a value last."""
    left = list(range(len(means)))
    order: list[int] = []
    while left:
        layer = [left[at] for at in efficient(means[left])] or left
        order += layer
        left = [at for at in left if at not in set(layer)]
    return order


def curse(searched: Sequence[float], fresh: Sequence[float]) -> float:
    """Return the optimiser's curse: what the best was found to gain, less its gain on fresh runs.

    The best of many noisy means is luckier than it is good (Smith & Winkler 2006).

    Args:
        searched: means of the candidates in the search.
        fresh: their means on runs that had no say in it.
    """
    best = int(np.argmax(searched))
    return float(searched[best] - fresh[best])
