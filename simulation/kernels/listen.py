"""Who is heard, and what they say they need."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.kernels.importance import importance
from simulation.streams import uniform


@njit(cache=True)
def sample(
    key: Any, size: Any, company: Any, interviews: Any, channel: Any,
    provider: Any, considers: Any, job: Any, touchpoint: Any,
) -> Any:
    """Return the ``size`` eligible persons with the smallest draws, ascending by id.

    Eligible is who has a job and either deals with the company and had the encounter at one of its
    ``channel (n_touchpoints,)``, or is its customer where it ``interviews`` customers. Samples
    nest: a larger one contains a smaller one of the same month. All are returned where fewer are
    eligible.
    """
    n = len(provider)
    person = np.empty(n, dtype=np.int64)
    count = 0
    for i in range(n):
        t = touchpoint[i]
        there = t >= 0 and channel[t] and considers[i] == company
        if (there or (interviews and provider[i] == company)) and job[i] >= 0:
            person[count] = i
            count += 1
    if size >= count:
        return person[:count].copy()
    if size <= 0:
        return person[:0].copy()
    draw = np.empty(count)
    for place in range(count):
        draw[place] = uniform(key, person[place])
    threshold = np.partition(draw, size - 1)[size - 1]
    return person[:count][draw <= threshold][:size]


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
