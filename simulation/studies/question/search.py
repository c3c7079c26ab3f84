"""The search for reversals: where a claim that is near is most likely to turn.

The emulators of a claim's effects are asked in all cells of pairs of assumptions, and in the
corners of the leading three; those in which the least effect is lowest are run again (see
``analysis.decision.reversals``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulation.analysis.decision import reversals
from simulation.analysis.decision.next_runs import directions
from simulation.analysis.decision.reversals import RangeCell, Reversal, suspects
from simulation.arrays import Floats
from simulation.studies.question.claim import Claim
from simulation.studies.question.judging import QuestionRuns, judged


def reversals_of(
    runs: QuestionRuns,
    claim: Claim,
    horizon: str,
    search: Sequence[Mapping[str, Any]],
    *,
    upward: bool,
) -> list[Reversal]:
    """Return the cells that were run again in one direction, with what was found there."""
    cells, effects = list[RangeCell](), list[Floats]()
    for one in search:
        if bool(one["upward"]) is upward and len(one["futures"]) > 1:
            seen = _in_cell(runs, claim, horizon, one)
            if len(seen) > 1:
                bounds = tuple(one["assumptions"]), tuple(one["low"]), tuple(one["high"])
                cells.append(RangeCell(*bounds, float(one["mean"])))
                effects.append(-seen if upward else seen)
    return reversals.judged(cells, effects)


def _in_cell(runs: QuestionRuns, claim: Claim, horizon: str, one: Mapping[str, Any]) -> Floats:
    """Return the mean effect in each future of a cell, those without a run left out.

    Downward it is that of the effect which the emulator expected to fail there; upward the least of
    all effects, as all have to hold for a claim to be saved.
    """
    which = range(len(claim.effects)) if one["upward"] else [int(one["effect"])]
    effects = []
    for at in which:
        differences = runs.effect(claim.effects[at], horizon, futures=one["futures"])
        known = np.isfinite(differences)
        total = np.where(known, differences, 0.0).sum(axis=1)
        effects.append(
            np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)
        )
    least = np.min(np.stack(effects), axis=0)
    return np.asarray(least[np.isfinite(least)])


@dataclass(frozen=True)
class Suspected:
    """A cell to run again: where, which effect is expected to fail, and in which direction."""

    cell: RangeCell
    effect: int
    upward: bool


def suspected(runs: QuestionRuns, claim: Claim) -> list[Suspected]:
    """Return the cells in which a claim that is near is most likely to be reversed."""
    late = judged(runs, claim, "late")
    result = []
    union = list(dict.fromkeys([*late.kept, *(at for kept in late.all_kept for at in kept)]))
    places_in = [[union.index(at) for at in kept] for kept in late.all_kept]

    def each(x: Floats) -> Floats:
        means = [surface.mean(x[:, assumed]) for surface, assumed in
                 zip(late.surfaces, places_in, strict=True)]  # fmt: skip
        return np.stack(means, axis=1)

    for upward in directions(late.judgement.shares()):
        sign = -1.0 if upward else 1.0

        def least(x: Floats, sign: float = sign) -> Floats:
            return np.asarray(sign * each(x).min(axis=1))

        cells = suspects(least, range(len(union)), len(union))
        for cell in cells:
            points = cell.futures(len(union), 256)
            worst = int(np.argmin(each(points).mean(axis=0)))
            assumed = tuple(union[at] for at in cell.assumptions)
            moved = replace(cell, assumptions=assumed, mean=sign * cell.mean)
            result.append(Suspected(moved, worst, upward))
    return result
