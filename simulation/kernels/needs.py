"""Needs arise."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.draws import draw_pairs
from simulation.kernels.room import floats, integers
from simulation.kernels.totals import total
from simulation.streams import uniform

BLOCK = 512
"""Persons who draw together: few enough for the nearest cache."""


@njit(cache=True)
def arise(
    month: Any, need_key: Any, job_key: Any, chance: Any, job_shares: Any, first_stage: Any,
    stage: Any, job: Any, waited: Any, need_month: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any,
) -> int:
    """Give idle persons a need with probability ``chance``; return how many got one.

    The job is the first whose cumulated share exceeds the person's draw; a new journey begins.
    """
    n = len(stage)
    arisen = 0
    idle = integers(BLOCK + 1)
    key = np.full(BLOCK, need_key)
    draw = floats(BLOCK)
    for first in range(0, n, BLOCK):
        n_idle = 0
        for i in range(first, min(first + BLOCK, n)):
            idle[n_idle] = i
            n_idle += stage[i] < 0
        draw_pairs(key, idle, n_idle, draw)
        for place in range(n_idle):
            if not draw[place] < chance:
                continue
            i = idle[place]
            job_draw = uniform(job_key, i)
            chosen = 0
            cumulated = job_shares[0]
            while job_draw >= cumulated and chosen < len(job_shares) - 1:
                chosen += 1
                cumulated += job_shares[chosen]
            job[i] = chosen
            stage[i] = first_stage
            waited[i] = 0
            need_month[i] = month
            journey_weight[i] = 0.0
            journey_mean[i] = 0.0
            journey_peak[i] = 0.0
            journey_last[i] = 0.0
            arisen += 1
    return arisen


@njit(cache=True)
def drift(growth: Any, levels: Any) -> None:
    """Multiply levels by ``growth``, both ``(n_segments, n_outcomes)``, and keep segments' means.

    The mean over the outcomes of a segment is restored by the same factor for all of them.
    """
    n_outcomes = levels.shape[1]
    for s in range(len(levels)):
        before = total(levels[s]) / n_outcomes
        for k in range(n_outcomes):
            levels[s, k] *= growth[s, k]
        kept = before / (total(levels[s]) / n_outcomes)
        for k in range(n_outcomes):
            levels[s, k] *= kept
