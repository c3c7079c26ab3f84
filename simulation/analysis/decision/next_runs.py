"""Which runs would tell most next: further seeds, places to look at again, what was left out.

A design answers in most futures. In some it cannot tell; a reversal may hide in a corner; an
emulator may be wrong where it matters; and what screening left out may matter after all. These
functions say where to run again. They take arrays and return places and numbers of seeds, for
whichever study runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.decision.reversals import RangeCell, suspects
from simulation.analysis.decision.screening import LeftOut, left_out
from simulation.analysis.decision.shares import UNSURE, Shares
from simulation.arrays import Floats, Whole

NEAR_A_CLAIM = 0.8
"""Share of futures from which a claim is near, so that a reversal of it is searched."""


def further_seeds(chance: Floats, seeds: Whole, *, budget: int, most: int) -> Whole:
    """Return how many further seeds each future gets, those that can tell least first.

    A future that cannot tell (.1 < p < .9) gets as many seeds as it has, up to ``most`` in all, for
    as long as the budget lasts.

    Args:
        chance: p, that the effect exceeds the margin, by future, shape ``(n,)``.
        seeds: that each future has, shape ``(n,)``.
        budget: further seeds of all futures together.
        most: seeds of one future, those that it has included.
    """
    further = np.zeros(len(chance), dtype=np.int64)
    left = budget
    for at in np.argsort(np.abs(chance - 0.5), kind="stable"):
        if left <= 0 or not UNSURE[0] < chance[at] < UNSURE[1]:
            break
        further[at] = max(0, min(int(seeds[at]), most - int(seeds[at]), left))
        left -= int(further[at])
    return further


@dataclass(frozen=True)
class Suspect:
    """A cell to run again: where, and whether the effect might be positive or negative there.

    Attributes:
        cell: its bounds; assumptions are columns of all that was varied.
        upward: whether a positive effect is looked for; a negative one otherwise.
    """

    cell: RangeCell
    upward: bool


def directions(shares: Shares) -> tuple[bool, ...]:
    """Return in which directions a claim could be reversed; upward is True.

    None where no claim is near: the effect then differs from future to future in plain sight.
    """
    if shares.better.value >= NEAR_A_CLAIM:
        return (False,)
    if shares.worse.value >= NEAR_A_CLAIM:
        return (True,)
    return (False, True) if shares.same.value >= NEAR_A_CLAIM else ()


def suspect_cells(
    mean: Callable[[Floats], Floats], kept: Sequence[int], shares: Shares
) -> list[Suspect]:
    """Return the cells in which a claim is most likely to be reversed, five a direction.

    Args:
        mean: the emulator's mean, of the kept assumptions, ``(n, n_kept)`` to ``(n,)``.
        kept: the columns of these among all assumptions, the leading ones first.
        shares: of futures; they say which claim is near.
    """

    def turned(x: Floats) -> Floats:
        return -mean(x)

    suspected = []
    for upward in directions(shares):
        cells = suspects(turned if upward else mean, range(len(kept)), len(kept))
        sign = -1.0 if upward else 1.0
        suspected += [Suspect(_of_all(cell, kept, sign), upward) for cell in cells]
    return suspected


def _of_all(cell: RangeCell, kept: Sequence[int], sign: float) -> RangeCell:
    """Return a cell of kept assumptions as one of all, its mean with the sign that it has."""
    assumptions = tuple(int(kept[at]) for at in cell.assumptions)
    return replace(cell, assumptions=assumptions, mean=sign * cell.mean)


def fixed_at(
    place: Floats, columns: Sequence[int], n_assumptions: int, n: int, *, seed: int = 1
) -> Floats:
    """Return futures with some assumptions fixed and all others drawn, ``(n, n_assumptions)``.

    Args:
        place: of the fixed assumptions in the unit cube, shape ``(n_columns,)``.
        columns: which they are.
        n_assumptions: how many there are in all.
        n: futures.
        seed: of the draws.
    """
    points = _sobol(n_assumptions, n, seed)
    points[:, list(columns)] = place
    return points


def redrawn(x: Floats, kept: Sequence[int], *, seed: int = 1) -> Floats:
    """Return futures whose assumptions are drawn again, all but the kept ones; shape of ``x``."""
    points = _sobol(x.shape[1], len(x), seed)
    points[:, list(kept)] = x[:, list(kept)]
    return points


def _sobol(width: int, n: int, seed: int) -> Floats:
    from scipy.stats import qmc

    size = 1 << max(n - 1, 0).bit_length()
    return np.asarray(qmc.Sobol(width, rng=seed).random(size)[:n])


def left_out_share(first: Floats, again: Floats, total_variance: float) -> LeftOut | None:
    """Return what assumptions left out carry, from futures run again with only these redrawn.

    The noise that is taken off is that of the very differences d − d′ from seed to seed: both have
    the same seeds, so that much of it cancels.

    Args:
        first: paired differences by future and replicate, ``(n, n_replicates)``, NaN where missing.
        again: the same with the left-out assumptions redrawn.
        total_variance: of the true effect over futures, noise taken off.

    Returns:
        None where nothing varies, or no future has two seeds.
    """
    n = min(first.shape[1], again.shape[1])
    moved = first[:, :n] - again[:, :n]
    seeds = np.isfinite(moved).sum(axis=1)
    moved, seeds = moved[seeds > 0], seeds[seeds > 0]
    freedom = int((seeds - 1).sum())
    if total_variance <= 0.0 or freedom < 1:
        return None
    means = np.nanmean(moved, axis=1)
    squares = float(np.nansum((moved - means[:, None]) ** 2))
    noise = squares / freedom * float((1.0 / seeds).mean())
    return left_out(means, np.zeros(len(means)), noise / 2.0, total_variance)
