"""The stages of the journey as codes, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.schema import Journey as JourneyParameters
from simulation.scenario.words import Stage

STAGES: tuple[Stage, ...] = tuple(Stage)
CODE: dict[Stage, int] = {stage: code for code, stage in enumerate(STAGES)}
N_STAGES = len(STAGES)

IDLE = -1
NEED, SEARCH, EVALUATE, PURCHASE, ONBOARD, USE, SUPPORT, RENEW, DISPOSE = range(N_STAGES)


@dataclass(frozen=True)
class Journey:
    """Which stages there are, and the next one of each.

    Attributes:
        present: bool ``(n_stages,)``
        following: int8 ``(n_stages,)``: the next present stage in order; use follows everything
            from the purchase to support, and the end (dispose absent) is idle.
        first: the stage in which a need begins; IDLE where people cannot begin.
    """

    present: NDArray[np.bool_]
    following: NDArray[np.int8]
    first: int

    @classmethod
    def of(cls, parameters: JourneyParameters) -> Journey:
        """Return the journey of a scenario."""
        present = np.zeros(N_STAGES, dtype=np.bool_)
        present[[CODE[stage] for stage in parameters.stages]] = True
        following = np.full(N_STAGES, IDLE, dtype=np.int8)
        for code in (NEED, SEARCH, EVALUATE):
            following[code] = _next(present, code + 1, PURCHASE)
        following[PURCHASE] = ONBOARD if present[ONBOARD] else USE
        following[[ONBOARD, USE, SUPPORT]] = USE
        following[RENEW] = DISPOSE if present[DISPOSE] else IDLE
        return cls(present, following, _next(present, NEED, PURCHASE))


def _next(present: NDArray[np.bool_], start: int, end: int) -> int:
    """Return the first present stage of start … end, or IDLE."""
    for code in range(start, end + 1):
        if present[code]:
            return code
    return IDLE
