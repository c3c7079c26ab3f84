"""Needs arise."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit
from simulation.streams import uniform


@njit(cache=True)
def arise(
    need_key: Any, job_key: Any, chance: Any, job_shares: Any, first_stage: Any,
    stage: Any, job: Any, waited: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any,
) -> int:
    """Give idle persons a need with probability ``chance``; return how many got one.

    The job is the first whose cumulated share exceeds the person's draw; a new journey begins.
    """
    arisen = 0
    for i in range(len(stage)):
        if stage[i] >= 0 or not uniform(need_key, i) < chance:
            continue
        draw = uniform(job_key, i)
        chosen = 0
        cumulated = job_shares[0]
        while draw >= cumulated and chosen < len(job_shares) - 1:
            chosen += 1
            cumulated += job_shares[chosen]
        job[i] = chosen
        stage[i] = first_stage
        waited[i] = 0
        journey_weight[i] = 0.0
        journey_mean[i] = 0.0
        journey_peak[i] = 0.0
        journey_last[i] = 0.0
        arisen += 1
    return arisen
