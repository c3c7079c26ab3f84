"""The verdict on a claim by shares of futures, with a search for reversals.

*supported*: better in at least .9 of at least 128 futures (lower end at least .8), with the ranges
weighted evenly and towards their ends, and no reversal confirmed. *refuted*: the mirror. *no
difference*: practically the same in as many, with seeds enough to know. *depends*: neither, known
well (half-width at most .1), or reversed somewhere; with a rule that says on what, or without.
*undecided*: otherwise. What has its share with the ranges weighted evenly, and might have it
towards their ends too, is *depends* only if that is known as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from simulation.analysis.decision.reversals import Reversal
from simulation.analysis.decision.shares import FutureShare, Shares

SUPPORTED = 0.9
LEAST_LOW = 0.8
LEAST_TO_DECIDE = 128
"""Futures from which a claim can be supported, refuted or qualified."""
WIDEST = 0.1
EVENTS = ("better", "same", "worse")


class ShareVerdict(StrEnum):
    """What shares of futures say of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    NO_DIFFERENCE = "no difference"
    DEPENDS = "depends"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Evidence:
    """What a verdict by shares rests on.

    Attributes:
        uniform: shares with the ranges weighted evenly.
        edge: weighted towards their ends; None where too few futures would carry it.
        n: futures.
        seed_error: s/√R: standard error of one future's difference from seed to seed.
        margin: what counts as a difference.
        reversed_down: cells run again because the effect might be negative there.
        reversed_up: cells run again because it might be positive there, effects with signs turned.
    """

    uniform: Shares
    edge: Shares | None
    n: int
    seed_error: float
    margin: float
    reversed_down: Sequence[Reversal] = ()
    reversed_up: Sequence[Reversal] = ()


@dataclass(frozen=True)
class Judged:
    """A verdict, the reversals that qualify it, and the futures that would settle it.

    Undecided without a number of futures is what more seeds of the same futures would settle.
    """

    verdict: ShareVerdict
    except_where: tuple[Reversal, ...] = ()
    futures_needed: int | None = None


def judge(evidence: Evidence) -> Judged:
    """Return the verdict on "the arm is better than the base"."""
    down = tuple(one for one in evidence.reversed_down if one.confirmed(evidence.margin))
    up = tuple(one for one in evidence.reversed_up if one.confirmed(evidence.margin))
    if _holds(evidence, "better"):
        return Judged(ShareVerdict.DEPENDS, down) if down else Judged(ShareVerdict.SUPPORTED)
    if _holds(evidence, "worse"):
        return Judged(ShareVerdict.DEPENDS, up) if up else Judged(ShareVerdict.REFUTED)
    if _holds(evidence, "same"):
        if evidence.seed_error > evidence.margin / 2.0:
            # Noise may be all that there is to see: more seeds would tell, not more futures.
            return Judged(ShareVerdict.UNDECIDED)
        turned = down + up
        return Judged(ShareVerdict.DEPENDS, turned) if turned else Judged(
            ShareVerdict.NO_DIFFERENCE)  # fmt: skip
    widest = max(getattr(evidence.uniform, which).half_width for which in EVENTS)
    open_edge = [which for which in EVENTS if _may_hold_at_the_edge(evidence, which)]
    if open_edge and evidence.edge is not None:
        widest = max(widest, *(getattr(evidence.edge, which).half_width for which in open_edge))
    if evidence.n >= LEAST_TO_DECIDE and widest <= WIDEST:
        return Judged(ShareVerdict.DEPENDS, down)
    return Judged(ShareVerdict.UNDECIDED, futures_needed=_needed(evidence, widest))


def _holds(evidence: Evidence, which: str) -> bool:
    """Whether one event has its share under both measures."""
    if evidence.n < LEAST_TO_DECIDE:
        return False
    measured = [evidence.uniform] if evidence.edge is None else [evidence.uniform, evidence.edge]
    shares: list[FutureShare] = [getattr(one, which) for one in measured]
    even = shares[0]
    return (
        all(share.value >= SUPPORTED for share in shares)
        and even.low >= LEAST_LOW
        and all(share.low >= LEAST_LOW for share in shares)
    )


def _may_hold_at_the_edge(evidence: Evidence, which: str) -> bool:
    """Whether one event has its share, and it is not known whether it has towards the ends too."""
    if evidence.edge is None or not _holds(replace(evidence, edge=None), which):
        return False
    edge: FutureShare = getattr(evidence.edge, which)
    return not _holds(evidence, which) and edge.high >= SUPPORTED


def _needed(evidence: Evidence, widest: float) -> int:
    """Return the futures at which the interval would be narrow enough: widths fall with √F."""
    wanted = ceil(evidence.n * (widest / WIDEST) ** 2)
    return max(LEAST_TO_DECIDE, wanted)
