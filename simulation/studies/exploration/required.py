"""The required level of a lever, where the arms of an exploration are levels of one number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Sample, sample_of
from simulation.analysis.decision.joint_emulator import (
    JointEmulator,
    LevelRuns,
    joint_emulator,
    spoken_of_levels,
)
from simulation.analysis.decision.level import LEAST_LEVELS, LevelCurve, required_level
from simulation.arrays import Floats
from simulation.studies.exploration.benefits import LeverLevels
from simulation.studies.exploration.workroom import Workroom


@dataclass(frozen=True)
class Required:
    """The levels that were run, the emulator over them and the assumptions, and the curve."""

    levels: LeverLevels
    emulator: JointEmulator
    curve: LevelCurve

    def value(self, at: float | None) -> float | None:
        """Return what a place between the least and the greatest level stands for."""
        values = self.levels.values
        return None if at is None else float(values[0] + at * np.ptp(values))

    @property
    def share(self) -> float:
        """The share of futures that the curve has at the required level; 0 where there is none."""
        curve = self.curve
        if curve.required is None:
            return 0.0
        return float(np.interp(curve.required, curve.level, curve.share))


def required_of(room: Workroom) -> Required | None:
    """Return the required level; None where the arms are not five levels of one number."""
    levels = room.benefits.levels(room.arms)
    if levels is None or len(levels.values) < LEAST_LEVELS:
        return None
    runs = _runs_of(room, levels)
    kept = spoken_of_levels(runs)
    emulator = joint_emulator(runs, kept, choose=spoken_of_levels)
    curve = required_level(runs, emulator.surface, kept, room.margin)
    return Required(levels, emulator, curve)


def _runs_of(room: Workroom, levels: LeverLevels) -> LevelRuns:
    """Return the differences by future and level; the base's are 0 by definition.

    All levels share the base's seeds, so that their noise is no better known than that of one.
    """
    nothing = np.zeros(len(room.x))
    base = Sample(room.x, nothing, nothing)
    samples = [
        base if arm == room.arms[0]
        else sample_of(room.x, room.differences(arm, room.whose)) for arm in levels.arms
    ]  # fmt: skip
    return LevelRuns(
        _places(levels.values), room.x, np.stack([one.mean for one in samples], axis=1),
        np.stack([one.noise for one in samples], axis=1), levels.base,
        min(one.freedom for one in samples if one is not base),
    )  # fmt: skip


def _places(values: Floats) -> Floats:
    return np.asarray((values - values[0]) / np.ptp(values))
