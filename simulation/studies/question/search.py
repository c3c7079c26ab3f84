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
from simulation.studies.question.claim import Claim, Effect
from simulation.studies.question.judging import JudgedHorizon, QuestionRuns, judged


def reversals_of(
    runs: QuestionRuns,
    claim: Claim,
    judged_horizon: JudgedHorizon,
    search: Sequence[Mapping[str, Any]],
    *,
    upward: bool,
) -> list[Reversal]:
    """Return the cells that were run again in one direction, with what was found there, in margins.

    Each effect is divided by its own margin, so that money and shares can stand in one claim.
    """
    cells, effects = list[RangeCell](), list[Floats]()
    for one in search:
        if bool(one["upward"]) is upward and len(one["futures"]) > 1:
            seen = _in_cell(runs, claim, judged_horizon, one)
            if len(seen) > 1:
                bounds = tuple(one["assumptions"]), tuple(one["low"]), tuple(one["high"])
                cells.append(RangeCell(*bounds, float(one["mean"])))
                effects.append(-seen if upward else seen)
    return reversals.judged(cells, effects)


def _in_cell(
    runs: QuestionRuns, claim: Claim, judged_horizon: JudgedHorizon, one: Mapping[str, Any]
) -> Floats:
    """Return the mean effect in each future of a cell, in margins; those without a run left out.

    Downward it is that of the effect which the emulator expected to fail there; upward the least of
    all effects, as all have to hold for a claim to be saved.
    """
    which = range(len(claim.effects)) if one["upward"] else [int(one["effect"])]
    effects = []
    for at in which:
        effect, margin = claim.effects[at], judged_horizon.margins[at]
        differences = runs.effect(effect, judged_horizon.horizon, futures=one["futures"]) / margin
        differences = differences + _leeway(effect, upward=bool(one["upward"]))
        known = np.isfinite(differences)
        total = np.where(known, differences, 0.0).sum(axis=1)
        effects.append(
            np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)
        )
    least = np.min(np.stack(effects), axis=0)
    return np.asarray(least[np.isfinite(least)])


def _leeway(effect: Effect, *, upward: bool) -> float:
    """Return what is added, in margins, to an effect that only must not be below −1 margin.

    So it holds where it exceeds +1, as the others do. Downward nothing: all fail below −1.
    """
    return 2.0 if upward and effect.not_less else 0.0


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
        means = [surface.mean(x[:, assumed]) / margin for surface, assumed, margin in
                 zip(late.surfaces, places_in, late.margins, strict=True)]  # fmt: skip
        return np.stack(means, axis=1)

    for upward in directions(late.judgement.shares()):
        sign = -1.0 if upward else 1.0

        leeway = np.array([_leeway(effect, upward=upward) for effect in claim.effects])

        def least(x: Floats, sign: float = sign, leeway: Floats = leeway) -> Floats:
            return np.asarray(sign * (each(x) + leeway).min(axis=1))

        cells = suspects(least, range(len(union)), len(union))
        for cell in cells:
            points = cell.futures(len(union), 256)
            worst = int(np.argmin((each(points) + leeway).mean(axis=0)))
            assumed = tuple(union[at] for at in cell.assumptions)
            scale = sign * late.margins[late.critical]
            moved = replace(cell, assumptions=assumed, mean=scale * cell.mean)
            result.append(Suspected(moved, worst, upward))
    return result
