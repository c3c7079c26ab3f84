"""A small tree over the assumptions: what a rule says, in words that need no box.

It is grown on, and its depth chosen by, what the runs of each future say by themselves
(``cross_fit.chance_by_runs``): an emulator's chances follow the assumptions in all futures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.analysis.decision.emulator import FOLDS, folds_of
from simulation.analysis.decision.extra import extra
from simulation.arrays import Floats

DEEPEST = 2
SMALLEST = 0.1
"""A leaf holds at least this share of the futures."""
SURE = 2.0
"""Standard errors by which a deeper tree has to be better."""


@dataclass(frozen=True)
class Bound:
    """One condition on the way to a leaf: an assumption at most, or above, a place in its range."""

    assumption: int
    at: float
    above: bool


@dataclass(frozen=True)
class Leaf:
    """A part of the ranges: its conditions, the mean chance in it, and its share of futures."""

    bounds: tuple[Bound, ...]
    chance: float
    mass: float


def tree(
    x: Floats, y: Floats, by_fold: Sequence[Sequence[int]] = (), kept: Sequence[int] = ()
) -> list[Leaf]:
    """Return the leaves of a regression tree, as deep as futures left out support (at most two).

    A deeper tree has to lower the error on futures left out by twice the standard error of that.

    Args:
        x: futures in the unit cube, shape ``(n, p)``.
        y: the chance of something in each by its own runs, shape ``(n,)``.
        by_fold: the assumptions chosen without each fold (``folds_of``); all if empty.
        kept: those chosen by all futures, by whose places bounds name them; all if empty.
    """
    every = list(range(x.shape[1]))
    seen = x[:, list(kept) or every]
    columns = [list(one) for one in by_fold] or [every] * FOLDS
    depth, best = 0, _held_out_errors(x, y, columns, 0)
    for deeper in range(1, DEEPEST + 1):
        errors = _held_out_errors(x, y, columns, deeper)
        fall = best - errors
        if fall.mean() > SURE * fall.std(ddof=1) / np.sqrt(len(y)):
            depth, best = deeper, errors
    if depth == 0:
        return [Leaf((), float(y.mean()), 1.0)]
    return list(_leaves(_grown(seen, y, depth).tree_, 0, (), len(y)))


def _grown(x: Floats, y: Floats, depth: int) -> Any:
    module = extra("sklearn.tree")
    least = max(5, int(SMALLEST * len(y)))
    grown = module.DecisionTreeRegressor(max_depth=depth, min_samples_leaf=least, random_state=1)
    return grown.fit(x, y)


def _held_out_errors(
    x: Floats, y: Floats, columns: Sequence[Sequence[int]], depth: int
) -> Floats:  # fmt: skip
    """Return the squared error of each future, left out, ``(n,)``."""
    place, errors = folds_of(len(y)), np.zeros(len(y))
    for fold, chosen in enumerate(columns):
        out, seen = place == fold, x[:, list(chosen)]
        if depth == 0 or not len(chosen):
            predicted = np.full(out.sum(), y[~out].mean())
        else:
            predicted = _grown(seen[~out], y[~out], depth).predict(seen[out])
        errors[out] = (y[out] - predicted) ** 2
    return errors


def _leaves(grown: Any, node: int, bounds: tuple[Bound, ...], n: int) -> list[Leaf]:
    left, right = int(grown.children_left[node]), int(grown.children_right[node])
    if left < 0:
        chance = float(grown.value[node].ravel()[0])
        return [Leaf(bounds, chance, int(grown.n_node_samples[node]) / n)]
    column, at = int(grown.feature[node]), float(grown.threshold[node])
    below = _leaves(grown, left, (*bounds, Bound(column, at, above=False)), n)
    return below + _leaves(grown, right, (*bounds, Bound(column, at, above=True)), n)
