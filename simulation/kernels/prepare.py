"""The month begins for people: who uses, who moves, what opens in which round."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.importance import importance
from simulation.kernels.integrate import offered_to
from simulation.kernels.prefetch import AHEAD, prefetch
from simulation.kernels.room import integers
from simulation.kernels.sense import contact
from simulation.streams import uniform

USE, SUPPORT, RENEW, DISPOSE = 5, 6, 7, 8
NO_NEED, IN_NEED, IN_USE = range(3)


@subroutine(forceinline=True, error_model="numpy")
def problem_free(
    offering: Any, innovation: Any, configuration: Any, c: Any, levels: Any, s: Any,
    deviation: Any, i: Any, low: Any, high: Any, fit: Any,
) -> Any:
    """Return Σ w O_ik of what i's provider offers, see ``offered_to``."""
    total = 0.0
    laid = 0.0
    for k in range(low, high):
        total += importance(levels[s, k], deviation[i, k])
        laid += innovation[c, s, k]
    value = 0.0
    for k in range(low, high):
        wanted = importance(levels[s, k], deviation[i, k])
        value += wanted * offered_to(
            configuration[c], wanted / total, laid, innovation[c, s, k], offering[c, s, k],
            fit[i, c],
        )
    return value / total


@subroutine(forceinline=True)
def _round(rounds: Any, key: Any, i: Any) -> Any:
    """Return one of the rounds 1 … R, ⌊R u⌋ + 1."""
    return min(np.int64(rounds * uniform(key, i)), rounds - 1) + 1


@njit(cache=True)
def prepare(
    problem_key: Any, problem_round_key: Any, query_key: Any, query_round_key: Any,
    renew_round_key: Any,
    rounds: Any, supported: Any, problem_rate: Any, query_rate: Any, self_service: Any,
    offering: Any, innovation: Any, configuration: Any, levels: Any, job_start: Any,
    job_value: Any, usage: Any,
    segment: Any, provider: Any, stage: Any, job: Any, problem: Any, queries: Any,
    knowledge: Any, deviation: Any, fit: Any,
    customer: Any, needy: Any, gained: Any, alone: Any, trouble: Any, users_of: Any,
) -> Any:
    """Open the month: what it is worth before anything happens, and what it has in store.

    A problem arises with probability rate · (1 − Σ w O_ik)(1 − κ) where none is open, a query with
    probability rate · usage · (1 − κ) where none is open, each in a round of its own,
    ⌊R u⌋ + 1; so does a contract that ends this month come up for renewal. Alone, people would have
    job value · self_service, and nothing in dispose.

    Returns persons, ascending: users, and who moves in round 1; and by round, see ``by_round``: to
    whom a problem opens, who has a query from then on, whose contract comes up. ``users_of
    (n_companies,)`` counts users.
    """
    n = len(stage)
    users, movers = integers(n + 1), integers(n + 1)
    broken, broken_round = integers(n + 1), integers(n + 1)
    asking, asking_round = integers(n + 1), integers(n + 1)
    renewing, renewing_round = integers(n + 1), integers(n + 1)
    n_users = n_movers = n_broken = n_asking = n_renewing = 0
    for i in range(n):
        prefetch(deviation, min(i + AHEAD, n - 1))
        g = stage[i]
        customer[i] = provider[i] >= 0
        if g < 0:
            continue
        uses = (g == USE) | (g == RENEW)
        alone[i] = 0.0 if g == DISPOSE else job_value[job[i]] * usage[i] * self_service
        gained[i] = alone[i]
        needy[i] = IN_USE if uses else (NO_NEED if g == DISPOSE else IN_NEED)
        movers[n_movers] = i
        n_movers += (not uses) | problem[i] | (queries[i] > 0)
        if not uses:
            continue
        if g == RENEW:
            renewing[n_renewing] = i
            renewing_round[n_renewing] = _round(rounds, renew_round_key, i)
            n_renewing += 1
        users[n_users] = i
        users_of[provider[i]] += 1
        n_users += 1
        if problem[i]:
            trouble[i] = rounds
        if not supported:
            continue
        unknowing = 1.0 - knowledge[i]
        if not problem[i] and problem_rate > 0.0:
            reached = problem_free(
                offering, innovation, configuration, provider[i], levels, segment[i], deviation, i,
                job_start[job[i]], job_start[job[i] + 1], fit,
            )
            if uniform(problem_key, i) < problem_rate * (1.0 - reached) * unknowing:
                broken[n_broken] = i
                broken_round[n_broken] = _round(rounds, problem_round_key, i)
                n_broken += 1
        asks = queries[i] == 0 and query_rate > 0.0
        if asks and uniform(query_key, i) < query_rate * usage[i] * unknowing:
            asking[n_asking] = i
            asking_round[n_asking] = _round(rounds, query_round_key, i)
            n_asking += 1
    return (
        users[:n_users].copy(), movers[:n_movers].copy(),
        by_round(broken[:n_broken], broken_round, rounds),
        by_round(asking[:n_asking], asking_round, rounds),
        by_round(renewing[:n_renewing], renewing_round, rounds),
    )


@subroutine
def by_round(person: Any, number: Any, rounds: Any) -> Any:
    """Return persons by the ``number`` of their round, and where each round begins.

    Within a round they keep their order; ``start (rounds + 2,)``, as rounds count from 1.
    """
    start = np.zeros(rounds + 2, dtype=np.int64)
    for place in range(len(person)):
        start[number[place] + 1] += 1
    for r in range(1, rounds + 2):
        start[r] += start[r - 1]
    out = integers(len(person))
    at = start.copy()
    for place in range(len(person)):
        r = number[place]
        out[at[r]] = person[place]
        at[r] += 1
    return out, start


@njit(cache=True)
def come_to_desks(
    users: Any, day_key: Any, rounds: Any, desks: Any, provider: Any, touchpoint: Any
) -> Any:
    """Return users whose encounter falls to a desk by the round in which they come to it.

    ``desks (n_companies, n_touchpoints)``; for what is returned see ``by_round``.
    """
    who, number = integers(len(users)), integers(len(users))
    m = 0
    for i in users:
        if touchpoint[i] >= 0 and desks[provider[i], touchpoint[i]]:
            who[m] = i
            number[m] = _round(rounds, day_key, i)
            m += 1
    return by_round(who[:m], number, rounds)


@subroutine
def merged(one: Any, two: Any) -> Any:
    """Return the persons of two ascending lists, each once, ascending."""
    out = integers(len(one) + len(two))
    a = b = m = 0
    while a < len(one) or b < len(two):
        if b == len(two) or (a < len(one) and one[a] < two[b]):
            out[m] = one[a]
            a += 1
        else:
            out[m] = two[b]
            a += a < len(one) and one[a] == two[b]
            b += 1
        m += 1
    return out[:m]


@njit(cache=True)
def enter_round(
    number: Any, rounds: Any, going_on: Any, broken: Any, asking: Any, renewing: Any,
    recovers: Any, recovery_key: Any, recovering: Any, propensity: Any, negative: Any,
    contacted: Any, attitude: Any,
    provider: Any, stage: Any, hours: Any, spent: Any,
    problem: Any, queries: Any, trouble: Any, met_stage: Any, visitors: Any,
    problems: Any, new_queries: Any, in_stage: Any, passed: Any,
) -> Any:
    """Open problems and queries; return who moves, who of them chooses, and whom companies call.

    Companies call people for what they say (``contact``), as far as any ``recovers`` them. Who is
    ``going_on`` and to whom something happens moves if there are hours left, and so does whom the
    company has called, who does not choose where to go. Nobody is anywhere yet.

    A problem that opens in round r is open for R − r + 1 of R rounds unless it is settled. A user
    of ``renewing`` meets for the renewal, all others for what is open. All lists are ascending.
    ``in_stage`` counts encounters, and ``passed`` those for a renewal, which end in a decision
    whatever comes of them.
    """
    visitors[:] = 0
    if recovers:
        called = contact(
            recovery_key, recovering, propensity, negative, renewing, problem, contacted, provider,
            attitude,
        )
    else:
        called = integers(0)
    for i in broken:
        problem[i] = True
        trouble[i] += rounds - number + 1
        problems[provider[i]] += 1
    for i in asking:
        queries[i] = 1
        new_queries[provider[i]] += 1
    moving = merged(merged(going_on, renewing), merged(broken, asking))
    out = integers(len(moving))
    m = 0
    for i in moving:
        if not spent[i] < hours[i]:
            continue
        g = stage[i]
        uses = (g == USE) | (g == RENEW)
        met_stage[i] = SUPPORT if uses else g
        out[m] = i
        m += 1
    for i in renewing:
        if spent[i] < hours[i]:
            met_stage[i] = RENEW
            # Not where the decision falls: contracts end without an encounter as well.
            passed[RENEW] += 1
    choosing = out[:m]
    moving = choosing
    if len(called):
        for i in called:
            met_stage[i] = SUPPORT
        moving, choosing = merged(choosing, called), without(choosing, called)
    for i in moving:
        in_stage[met_stage[i]] += 1
    return moving, choosing, called


@subroutine
def without(persons: Any, others: Any) -> Any:
    """Return those of an ascending list that are not in another."""
    out = integers(len(persons))
    b = m = 0
    for i in persons:
        while b < len(others) and others[b] < i:
            b += 1
        if b == len(others) or others[b] != i:
            out[m] = i
            m += 1
    return out[:m]
