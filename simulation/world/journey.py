"""The stages of the journey as codes, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import StageWeights
from simulation.scenario.words import Stage

STAGES: tuple[Stage, ...] = tuple(Stage)
CODE: dict[Stage, int] = {stage: code for code, stage in enumerate(STAGES)}
N_STAGES = len(STAGES)

IDLE = -1
NEED, SEARCH, EVALUATE, PURCHASE, ONBOARD, USE, SUPPORT, RENEW, DISPOSE = range(N_STAGES)

BY_STAFF = N_STAGES
"""Where a query for staff is taken: support where it is staffed, a row of tables by stage."""


@dataclass(frozen=True)
class Journey:
    """Which stages there are, and the next one of each.

    Attributes:
        present: bool ``(n_stages,)``
        following: int8 ``(n_stages,)``: the next present stage in order; use follows everything
            from the purchase to support, and the end (dispose absent) is idle.
        first: the stage in which a need begins; IDLE where people cannot begin.
        again: the stage in which a need that outlives its contract goes on, search at the earliest;
            IDLE where people cannot go on.
        weights: what each stage asks for: operant resources, platform, time; rows sum to 1,
            float64 ``(n_stages, 3)``
    """

    present: NDArray[np.bool_]
    following: NDArray[np.int8]
    first: int
    again: int
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, scenario: Scenario) -> Journey:
        """Return the journey of a scenario."""
        present = np.zeros(N_STAGES, dtype=np.bool_)
        present[[CODE[stage] for stage in scenario.journey.stages]] = True
        following = np.full(N_STAGES, IDLE, dtype=np.int8)
        for code in (NEED, SEARCH, EVALUATE):
            following[code] = _next(present, code + 1, PURCHASE)
        following[PURCHASE] = ONBOARD if present[ONBOARD] else USE
        following[[ONBOARD, USE, SUPPORT]] = USE
        following[RENEW] = DISPOSE if present[DISPOSE] else IDLE
        return cls(
            present,
            following,
            first=_next(present, NEED, PURCHASE),
            again=_next(present, SEARCH, PURCHASE),
            weights=_weights(scenario.encounter.weights),
        )


def _weights(given: StageWeights) -> NDArray[np.float64]:
    rows = [getattr(given, stage) for stage in STAGES]
    raw = np.array([[row.operant, row.platform, row.time] for row in rows], dtype=np.float64)
    weights: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
    return weights


def _next(present: NDArray[np.bool_], start: int, end: int) -> int:
    """Return the first present stage of start … end, or IDLE."""
    for code in range(start, end + 1):
        if present[code]:
            return code
    return IDLE
