"""A small tree over the assumptions: what a rule says, in words that need no box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.analysis.decision.emulator import FOLDS
from simulation.analysis.decision.extra import extra
from simulation.arrays import Floats

DEEPEST = 2
SMALLEST = 0.1
"""A leaf holds at least this share of the futures."""


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


def tree(x: Floats, y: Floats, *, seed: int = 1) -> list[Leaf]:
    """Return the leaves of a regression tree, as deep as futures left out support (at most two).

    Args:
        x: futures in the unit cube, shape ``(n, p)``.
        y: the chance of something in each, shape ``(n,)``.
        seed: of the folds.
    """
    place = np.random.default_rng(seed).permutation(len(y)) % FOLDS
    errors = [_held_out_error(x, y, place, depth) for depth in range(DEEPEST + 1)]
    depth = int(np.argmin(errors))
    if depth == 0:
        return [Leaf((), float(y.mean()), 1.0)]
    fitted = _grown(x, y, depth).tree_
    return list(_leaves(fitted, 0, (), len(y)))


def _grown(x: Floats, y: Floats, depth: int) -> Any:
    module = extra("sklearn.tree")
    least = max(5, int(SMALLEST * len(y)))
    grown = module.DecisionTreeRegressor(max_depth=depth, min_samples_leaf=least, random_state=1)
    return grown.fit(x, y)


def _held_out_error(x: Floats, y: Floats, place: np.typing.NDArray[np.intp], depth: int) -> float:
    error = 0.0
    for fold in range(FOLDS):
        out = place == fold
        if depth == 0:
            predicted = np.full(out.sum(), y[~out].mean())
        else:
            predicted = _grown(x[~out], y[~out], depth).predict(x[out])
        error += float(((y[out] - predicted) ** 2).sum())
    return error


def _leaves(grown: Any, node: int, bounds: tuple[Bound, ...], n: int) -> list[Leaf]:
    left, right = int(grown.children_left[node]), int(grown.children_right[node])
    if left < 0:
        chance = float(grown.value[node].ravel()[0])
        return [Leaf(bounds, chance, int(grown.n_node_samples[node]) / n)]
    column, at = int(grown.feature[node]), float(grown.threshold[node])
    below = _leaves(grown, left, (*bounds, Bound(column, at, above=False)), n)
    return below + _leaves(grown, right, (*bounds, Bound(column, at, above=True)), n)
