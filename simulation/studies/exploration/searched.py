"""What the runs after the design say of reversals, the radius, the level, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from simulation.analysis.decision.emulator import Kind, fit, sample_of
from simulation.analysis.decision.joint_emulator import FoldCheck
from simulation.analysis.decision.next_runs import left_out_share
from simulation.analysis.decision.reversals import RangeCell, Reversal, judged
from simulation.analysis.decision.shares import normals, shares_of
from simulation.analysis.interval import estimate
from simulation.arrays import Floats
from simulation.studies.exploration.later import FURTHER, LEAST_TO_SEARCH, Batch, Later, Purpose
from simulation.studies.exploration.required import Required
from simulation.studies.exploration.workroom import Workroom

LEAST_IN_CELL = 4
"""Plausible futures that a cell needs to be judged."""


@dataclass(frozen=True)
class LaterRuns:
    """The runs after the design, and what they were run for."""

    room: Workroom
    later: Later

    def effects(self, batch: Batch) -> Floats:
        """Return the mean difference in each future of a batch, ``(n_futures,)``."""
        futures = self.room.paired(batch.arm, batch.run_numbers)
        if not futures:
            return np.zeros(0)
        return np.nanmean(self.room.differences_in(batch.arm, self.room.whose, futures), axis=1)

    def batches(self, purpose: Purpose, arm: str | None = None) -> list[Batch]:
        """Return the batches of a purpose, of one arm or of all."""
        return [
            batch
            for batch in self.later.batches
            if batch.purpose is purpose and arm in (None, batch.arm)
        ]

    def reversals(self, arm: str, *, upward: bool) -> list[Reversal]:
        """Return the cells that were run again, with bounds that hold for all of them at once.

        Those in which a positive effect was looked for have their signs turned.
        """
        sign = -1.0 if upward else 1.0
        cells, effects = list[RangeCell](), list[Floats]()
        for batch in self.batches(Purpose.REVERSAL, arm):
            effect = self.effects(batch)
            if batch.upward == upward and len(effect) >= LEAST_IN_CELL:
                expected = sign * batch.expected
                cells.append(RangeCell(batch.assumptions, batch.low, batch.high, expected))
                effects.append(sign * effect)
        return judged(cells, effects)

    def radius(self, arm: str) -> dict[str, Any] | None:
        """Return the effect at the point where an arm's radius ends, and whether it is lost."""
        for batch in self.batches(Purpose.RADIUS, arm):
            effect = self.effects(batch)
            if len(effect) >= LEAST_IN_CELL:
                one = estimate(effect)
                lost, kept = one.high <= self.room.margin, one.low > self.room.margin
                word = "lost" if lost else "kept" if kept else "open"
                return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n,
                        "effect": word}  # fmt: skip
        return None

    def left_out(self, arm: str) -> dict[str, Any] | None:
        """Return what the assumptions that the answer does not mention carry of an arm's effect."""
        for batch in self.batches(Purpose.LEFT_OUT, arm):
            run = self.room.paired(arm, batch.run_numbers)
            before = [int(batch.keys[future - batch.first]) for future in run]
            if not run:
                return None
            again = self.room.differences_in(arm, self.room.whose, run)
            first = self.room.differences_in(arm, self.room.whose, before)[:, : batch.replicates]
            sample = sample_of(self.room.x, self.room.differences(arm, self.room.whose))
            true = float(np.var(sample.mean)) * sample.ceiling
            share = left_out_share(first, again, true)
            n = self.room.x.shape[1] - len(self.later.kept.get(arm, ()))
            return None if share is None else {**asdict(share), "assumptions": n}
        return None

    def level(self) -> dict[str, Any] | None:
        """Return the share of fresh futures in which the required level pays."""
        for batch in self.batches(Purpose.LEVEL):
            futures = self.room.paired(batch.arm, batch.run_numbers)
            if len(futures) < LEAST_IN_CELL:
                return None
            x = self.room.places(futures)
            sample = sample_of(x, self.room.differences_in(batch.arm, self.room.whose, futures))
            kept = list(next(iter(self.later.kept.values()), range(x.shape[1])))
            posterior = fit(sample.of(kept), Kind.QUADRATIC).posterior()
            draws = posterior.draws(normals(sample.n))
            share = shares_of(posterior, self.room.margin, draws).better
            return {**asdict(share), "level": batch.level}
        return None

    def data(self, sweep: Mapping[str, Any]) -> dict[str, Any]:
        """Return how much was run, and why nothing was if so."""
        asked = sweep["exploration"].get("search", {})
        runs = self.room.benefits.runs
        counts = runs["phase"].value_counts().to_dict() if "phase" in runs else {}
        enough = len(self.room.futures) >= LEAST_TO_SEARCH
        return {
            "wanted": bool(asked.get("wanted", False)),
            "enough": enough,
            "least": LEAST_TO_SEARCH,
            "further_runs": int(counts.get(FURTHER, 0)),
            "runs": {one.value: int(counts.get(one.value, 0)) for one in Purpose},
            "radius": {arm: self.radius(arm) for arm in self.room.arms[1:]},
            "left_out": {arm: self.left_out(arm) for arm in self.room.arms[1:]},
        }


def reversal_data(one: Reversal, margin: float) -> dict[str, Any]:
    """Return a cell that was run again as plain data; its assumptions are columns of all."""
    return {
        "assumptions": list(one.cell.assumptions),
        "low": list(one.cell.low),
        "high": list(one.cell.high),
        "expected": one.cell.mean,
        "mean": one.mean,
        "bound": one.high,
        "n": one.n,
        "confirmed": one.confirmed(margin),
    }


def level_data(required: Required | None, searched: LaterRuns) -> dict[str, Any] | None:
    """Return the required level, where the arms are levels of one number."""
    if required is None:
        return None
    curve, levels = required.curve, required.levels
    return {
        "lever": levels.lever,
        "values": levels.values.tolist(),
        "base": None if levels.base is None else float(levels.values[levels.base]),
        "whole": levels.whole,
        "emulator": joint_data(required),
        "level": [required.value(float(at)) for at in curve.level],
        "share": curve.share.tolist(),
        "low": curve.low.tolist(),
        "required": required.value(curve.required),
        "sure": required.value(curve.sure),
        "rising": curve.rising,
        "again": searched.level(),
    }


def joint_data(required: Required) -> dict[str, Any]:
    """Return how good the emulator over (level, assumptions) is: with all runs, and in a page."""
    emulator = required.emulator
    return {
        "kind": emulator.surface.kind.value,
        "quadratic_r2": emulator.quadratic_r2,
        **_check_data(required, emulator.whole),
        "carried": _check_data(required, emulator.thin),
    }


def _check_data(required: Required, check: FoldCheck) -> dict[str, Any]:
    least = required.value(check.least_level)
    return {**asdict(check), "least_level": least, "speaks": check.speaks, "moves": check.moves}
