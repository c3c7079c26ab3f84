"""The required level of a lever, where the arms of an exploration are levels of one number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Sample, sample_of
from simulation.analysis.decision.level import LEAST_LEVELS, LevelCurve, required_level
from simulation.analysis.decision.screening import screen
from simulation.studies.exploration.benefits import LeverLevels
from simulation.studies.exploration.workroom import Workroom


@dataclass(frozen=True)
class Required:
    """The levels that were run, and the curve over them."""

    levels: LeverLevels
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
    samples = [sample_of(room.x, room.differences(arm, room.whose)) for arm in room.arms[1:]]
    base = Sample(room.x, np.zeros(len(room.x)), np.full(len(room.x), 1e-12))
    by_arm = dict(zip(room.arms, [base, *samples], strict=True))
    ordered = [by_arm[arm] for arm in levels.arms]
    most = max(ordered, key=lambda one: float(np.var(one.mean)))  # the base's differences are 0
    kept = list(screen(room.x, most.mean).kept)
    place = (levels.values - levels.values[0]) / (levels.values[-1] - levels.values[0])
    curve = required_level(
        place, room.x[:, kept], np.stack([one.mean for one in ordered], axis=1),
        np.stack([one.noise for one in ordered], axis=1), room.margin,
    )  # fmt: skip
    return Required(levels, curve)
