"""A census of the people at the month's end, in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.importance import importance
from simulation.kernels.room import integers

IN_USE = 2
USE, SUPPORT = 5, 6

PROMOTER = 0.2
"""Attitude from which a customer, rating 7.5 + 5 A out of ten, rates 8.5 or more: a promoter."""

DETRACTOR = -0.2
"""Attitude down to which a customer rates 6.5 or less: a detractor."""

EXTREME = 0.9
"""Attitudes beyond it, either way, can hardly move any more."""

BLOCK = 512
"""Persons who are counted in several passes while they are in the nearest cache."""


@njit(cache=True, error_model="numpy")
def survey(
    levels: Any, job_start: Any,
    segment: Any, provider: Any, considers: Any, stage: Any, job: Any, problem: Any, queries: Any,
    knowledge: Any, skill: Any,
    progress: Any, deviation: Any, satisfaction: Any, aware: Any, attitude: Any, needy: Any,
    in_segment: Any, wanted: Any, satisfied: Any, in_stage: Any, customers: Any, liking: Any,
    knowing: Any, users: Any, reached: Any, opinions: Any, mind: Any,
) -> None:
    """Add up what people are and think.

    ``in_segment (S,)`` persons; ``wanted`` and ``satisfied (S, K)`` importance and satisfaction;
    ``in_stage (n_stages + 1,)`` persons, the idle first, and in support who
    uses with a problem or a query open; ``customers`` and ``liking (C,)`` persons
    and their attitude to the provider; ``knowing (C,)`` persons who are aware; ``users`` and
    ``reached (C,)`` persons who used the offering and their progress; ``opinions (C, 3)``
    customers who are promoters, who are detractors, whose attitude is extreme; ``mind (3,)``
    knowledge, skill, and customers' satisfaction weighted by importance.
    """
    n, n_outcomes = deviation.shape
    customer = integers(BLOCK)
    user = integers(BLOCK)
    known = skilled = content = 0.0
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        n_customers = n_users = 0
        for i in range(first, last):
            in_segment[segment[i]] += 1.0
            waits = (stage[i] == USE) & (problem[i] | (queries[i] > 0))
            in_stage[SUPPORT + 1 if waits else stage[i] + 1] += 1.0
            known += knowledge[i]
            skilled += skill[i]
            customer[n_customers] = user[n_users] = i
            n_customers += provider[i] >= 0
            n_users += needy[i] == IN_USE
        for c in range(aware.shape[1]):
            count = 0
            for i in range(first, last):
                count += aware[i, c] > 0
            knowing[c] += count
        for i in range(first, last):
            s = np.uint64(segment[i])
            for k in range(np.uint64(n_outcomes)):
                wanted[s, k] += importance(levels[s, k], deviation[i, k])
            for k in range(np.uint64(n_outcomes)):
                satisfied[s, k] += satisfaction[i, k]
        for i in customer[:n_customers]:
            s = segment[i]
            weight = 0.0
            agreed = 0.0
            for k in range(job_start[job[i]], job_start[job[i] + 1]):
                want = importance(levels[s, k], deviation[i, k])
                weight += want
                agreed += want * satisfaction[i, k]
            content += agreed / weight
            customers[provider[i]] += 1.0
            like = attitude[i, provider[i]]
            liking[provider[i]] += like
            opinions[provider[i], 0] += like >= PROMOTER
            opinions[provider[i], 1] += like <= DETRACTOR
            opinions[provider[i], 2] += abs(like) > EXTREME
        for i in user[:n_users]:
            users[considers[i]] += 1.0
            reached[considers[i]] += progress[i]
    mind[0] += known
    mind[1] += skilled
    mind[2] += content
