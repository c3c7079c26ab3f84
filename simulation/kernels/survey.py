"""A census of the people at the month's end, in one pass."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit
from simulation.kernels.importance import importance

IN_USE = 2


@njit(cache=True)
def survey(
    levels: Any, job_start: Any,
    segment: Any, provider: Any, considers: Any, stage: Any, job: Any, knowledge: Any, skill: Any,
    progress: Any, deviation: Any, satisfaction: Any, aware: Any, attitude: Any, needy: Any,
    in_segment: Any, wanted: Any, satisfied: Any, in_stage: Any, customers: Any, liking: Any,
    knowing: Any, users: Any, reached: Any, mind: Any,
) -> None:
    """Add up what people are and think.

    ``in_segment (S,)`` persons; ``wanted`` and ``satisfied (S, K)`` importance and satisfaction;
    ``in_stage (n_stages + 1,)`` persons, the idle first; ``customers`` and ``liking (C,)`` persons
    and their attitude to the provider; ``knowing (C,)`` persons who are aware; ``users`` and
    ``reached (C,)`` persons who used the offering and their progress; ``mind (3,)`` knowledge,
    skill, and customers' satisfaction weighted by importance.
    """
    n_outcomes = levels.shape[1]
    for i in range(len(segment)):
        s = segment[i]
        in_segment[s] += 1.0
        in_stage[stage[i] + 1] += 1.0
        mind[0] += knowledge[i]
        mind[1] += skill[i]
        for c in range(aware.shape[1]):
            if aware[i, c] > 0:
                knowing[c] += 1.0
        weight = 0.0
        content = 0.0
        is_customer = provider[i] >= 0
        low = job_start[job[i]] if is_customer else 0
        high = job_start[job[i] + 1] if is_customer else 0
        for k in range(n_outcomes):
            want = importance(levels[s, k], deviation[i, k])
            wanted[s, k] += want
            satisfied[s, k] += satisfaction[i, k]
            if low <= k < high:
                weight += want
                content += want * satisfaction[i, k]
        if is_customer:
            customers[provider[i]] += 1.0
            liking[provider[i]] += attitude[i, provider[i]]
            mind[2] += content / weight
        if needy[i] == IN_USE:
            users[considers[i]] += 1.0
            reached[considers[i]] += progress[i]
