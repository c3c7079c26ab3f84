"""The search for reversals: small parts of the ranges in which an effect turns over.

An effect that is reversed in six per cent of the ranges passes "better in nine of ten futures"
nineteen times in twenty. So the emulator is asked in all cells of pairs of assumptions (four by
four) and in the corners of the three leading ones, and the five cells with the lowest mean, none of
them at the place of another, are run again on futures and seeds of their own. What the search can
miss: reversals by four assumptions or more, in parts smaller than a cell, or by assumptions that
are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from simulation.analysis.interval import CONFIDENCE
from simulation.arrays import Floats

CELLS = 4
CANDIDATES = 5
FUTURES = 16
SEEDS = 2
POINTS = 8192
CORNER = 0.25


@dataclass(frozen=True)
class RangeCell:
    """A part of the ranges.

    Attributes:
        assumptions: those that it bounds.
        low, high: bounds of these in the unit cube.
        mean: the emulator's mean effect in it.
    """

    assumptions: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: float

    def holds(self, x: Floats) -> np.typing.NDArray[np.bool_]:
        """Return which points lie in it."""
        columns = x[:, list(self.assumptions)]
        return np.asarray(((columns >= self.low) & (columns <= self.high)).all(axis=1))

    def is_at(self, other: RangeCell) -> bool:
        """Whether one of the two bounds all that the other does, and they have a part in common.

        The corner of three assumptions is at the place of the cell of two of them that it is in.
        """
        bounds, others = self._bounds(), other._bounds()
        if not (bounds.keys() <= others.keys() or others.keys() <= bounds.keys()):
            return False
        shared = bounds.keys() & others.keys()
        return all(max(bounds[at][0], others[at][0]) < min(bounds[at][1], others[at][1])
                   for at in shared)  # fmt: skip

    def _bounds(self) -> dict[int, tuple[float, float]]:
        return dict(zip(self.assumptions, zip(self.low, self.high, strict=True), strict=True))

    def futures(self, n_assumptions: int, n: int = FUTURES, *, seed: int = 1) -> Floats:
        """Return fresh futures within it, shape ``(n, n_assumptions)``."""
        from scipy.stats import qmc

        points = qmc.Sobol(n_assumptions, rng=seed).random(n)
        for at, low, high in zip(self.assumptions, self.low, self.high, strict=True):
            points[:, at] = low + points[:, at] * (high - low)
        return np.asarray(points)


def suspects(
    mean: Callable[[Floats], Floats], kept: Sequence[int], n_assumptions: int,
    *, candidates: int = CANDIDATES, seed: int = 1,
) -> list[RangeCell]:  # fmt: skip
    """Return the cells with the lowest mean effect, the lowest first, none at another's place.

    Most of them could otherwise go to one spot: a corner of three assumptions is in a cell of each
    two of them (see ``Cell.is_at``).

    Args:
        mean: the emulator's mean, of all assumptions.
        kept: assumptions that may be spoken of, the leading ones first.
        n_assumptions: how many there are in all.
        candidates: how many cells.
        seed: of the points at which the emulator is asked.
    """
    from scipy.stats import qmc

    x = qmc.Sobol(n_assumptions, rng=seed).random(POINTS)
    effect = mean(x)
    cells = [cell for pair in combinations(kept, 2) for cell in _cells(pair, x, effect)]
    if len(kept) == 1:
        cells = list(_cells((kept[0],), x, effect))
    if len(kept) >= 3:
        cells += _corners(tuple(kept[:3]), x, effect)
    chosen: list[RangeCell] = []
    for cell in sorted(cells, key=lambda cell: cell.mean):
        if len(chosen) < candidates and not any(cell.is_at(other) for other in chosen):
            chosen.append(cell)
    return chosen


def _cells(assumptions: tuple[int, ...], x: Floats, effect: Floats) -> list[RangeCell]:
    edges = [(at / CELLS, (at + 1) / CELLS) for at in range(CELLS)]
    bounds = product(edges, repeat=len(assumptions))
    return [_cell(assumptions, bound, x, effect) for bound in bounds]


def _corners(assumptions: tuple[int, ...], x: Floats, effect: Floats) -> list[RangeCell]:
    bounds = product(((0.0, CORNER), (1.0 - CORNER, 1.0)), repeat=len(assumptions))
    return [_cell(assumptions, bound, x, effect) for bound in bounds]


def _cell(
    assumptions: tuple[int, ...], bounds: Sequence[tuple[float, float]], x: Floats, effect: Floats
) -> RangeCell:
    empty = RangeCell(
        assumptions, tuple(low for low, _ in bounds), tuple(high for _, high in bounds), 0.0
    )
    inside = empty.holds(x)
    mean = float(effect[inside].mean()) if inside.any() else np.inf
    return RangeCell(assumptions, empty.low, empty.high, mean)


@dataclass(frozen=True)
class Reversal:
    """A cell that was run again: mean effect and its simultaneous upper bound."""

    cell: RangeCell
    mean: float
    high: float
    n: int

    def confirmed(self, margin: float) -> bool:
        """Whether the effect is below −margin there, all cells taken together."""
        return self.high < -margin


def judged(cells: Sequence[RangeCell], effects: Sequence[Floats]) -> list[Reversal]:
    """Return each cell with the mean of its runs and an upper bound that holds for all at once.

    Args:
        cells: those that were run.
        effects: mean differences in the futures of each, shape ``(n_futures,)``.
    """
    from scipy.stats import t

    result = []
    for cell, effect in zip(cells, effects, strict=True):
        n = len(effect)
        error = float(effect.std(ddof=1)) / np.sqrt(n) if n > 1 else np.inf
        threshold = float(t.ppf(1.0 - (1.0 - CONFIDENCE) / len(cells), n - 1)) if n > 1 else 1.0
        result.append(
            Reversal(cell, float(effect.mean()), float(effect.mean() + threshold * error), n)
        )
    return result
