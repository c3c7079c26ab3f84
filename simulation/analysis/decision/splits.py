"""Which assumption by itself parts the futures in which a claim holds from the others.

The share of futures in the upper half of an assumption's range less that in its lower half, over
its standard error under no difference,

    z = (k_u/n_u - k_l/n_l) / sqrt(q (1 - q) (1/n_u + 1/n_l)),  q = share over all

is held against the greatest |z| of *all* assumptions when outcomes are dealt anew to the futures
(Westfall & Young 1993: the chance of naming any assumption that does nothing is 5 %, however many
there are). What is dealt is what the runs showed in each future, not what an emulator makes of it,
since an emulator has looked at the assumptions already. A rule of several assumptions needs many
more futures (see ``prim``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.claims import Judgement
from simulation.analysis.decision.shares import FutureShare
from simulation.analysis.interval import ERROR_RATE
from simulation.arrays import Bools, Floats

DEALS = 2000


@dataclass(frozen=True)
class Split:
    """An assumption, and the share of futures of its lower and upper half in which a claim holds.

    Attributes:
        assumption: its column.
        fails: whether the shares are of futures in which the claim fails, not holds.
        lower: share in the lower half of its range.
        upper: share in the upper half.
        score: |z| of what the runs showed.
        floor: the |z| that chance alone exceeds for no assumption at all in 19 of 20 cases.
    """

    assumption: int
    fails: bool
    lower: FutureShare
    upper: FutureShare
    score: float
    floor: float


def splits(x: Floats, seen: tuple[Bools, Bools], judgement: Judgement) -> list[Split]:
    """Return the assumptions whose halves differ by more than chance, the greatest first.

    Args:
        x: places of the futures in the unit cube, ``(n_futures, n_assumptions)``.
        seen: in which futures the claim held, and in which it failed, as the runs showed it: two
            arrays ``(n_futures,)``. That whose share is nearer to one half is looked at.
        judgement: what is known of the true effects, which gives the shares and their intervals.
    """
    holds, fails = (np.asarray(one, dtype=np.bool_) for one in seen)
    of_fails = abs(fails.mean() - 0.5) < abs(holds.mean() - 0.5)
    event = fails if of_fails else holds
    upper = x >= 0.5
    score, floor = _scores(upper, event)
    named = [int(at) for at in np.argsort(-score, kind="stable") if score[at] > floor]
    side = Judgement(judgement.fails, judgement.holds) if of_fails else judgement
    return [
        Split(at, bool(of_fails), _share(side, ~upper[:, at]), _share(side, upper[:, at]),
              float(score[at]), floor)
        for at in named
    ]  # fmt: skip


def _scores(upper: Bools, event: Bools) -> tuple[Floats, float]:
    """Return |z| of each assumption, and the floor; nothing stands out of an event of no spread."""
    n_upper = upper.sum(axis=0)
    n_lower = len(upper) - n_upper
    spread = float(event.std())
    usable = (n_upper > 0) & (n_lower > 0)
    if spread == 0.0 or not usable.any():
        return np.zeros(upper.shape[1]), np.inf
    n_upper, n_lower = np.where(usable, n_upper, 1), np.where(usable, n_lower, 1)
    weight = np.where(upper, 1.0 / n_upper, -1.0 / n_lower) * usable
    weight /= spread * np.sqrt(1.0 / n_upper + 1.0 / n_lower)
    rng = np.random.default_rng(4)
    dealt = rng.permuted(np.tile(event.astype(np.float64), (DEALS, 1)), axis=1)
    # Of few futures scores tie with the floor; the last digits of sums must not decide.
    greatest = np.abs(dealt @ weight).max(axis=1).round(9)
    return np.abs(event @ weight).round(9), float(np.quantile(greatest, 1.0 - ERROR_RATE))


def _share(side: Judgement, inside: Bools) -> FutureShare:
    return Judgement(side.holds[:, inside], side.fails[:, inside]).shares().better
