"""Who is heard, and what they say they need."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.kernels.importance import importance
from simulation.streams import uniform


@njit(cache=True)
def sample(key: Any, eligible: Any, size: int) -> Any:
    """Return the ``size`` eligible persons with the smallest draws, ascending by id.

    Samples nest: a larger one contains a smaller one of the same month. All are returned where
    fewer are eligible.
    """
    count = 0
    for i in range(len(eligible)):
        if eligible[i]:
            count += 1
    person = np.empty(count, dtype=np.int64)
    draw = np.empty(count)
    place = 0
    for i in range(len(eligible)):
        if eligible[i]:
            person[place] = i
            draw[place] = uniform(key, i)
            place += 1
    if size >= count:
        return person
    if size <= 0:
        return person[:0]
    threshold = np.partition(draw, size - 1)[size - 1]
    return person[draw <= threshold][:size]


@njit(cache=True)
def hear_needs(
    person: Any, segment: Any, job: Any, job_start: Any, levels: Any, deviation: Any,
    satisfaction: Any, need: Any, heard: Any,
) -> None:
    """Add up I/10 + max(I/10 − S, 0) over the persons heard, by segment and outcome.

    Persons speak of the outcomes of their present job. ``need (n_segments, n_outcomes)``;
    ``heard (n_segments,)`` counts the persons.
    """
    for i in person:
        if job[i] < 0:
            continue
        s = segment[i]
        heard[s] += 1
        for k in range(job_start[job[i]], job_start[job[i] + 1]):
            wanted = importance(levels[s, k], deviation[i, k]) / 10.0
            need[s, k] += wanted + max(wanted - satisfaction[i, k], 0.0)
