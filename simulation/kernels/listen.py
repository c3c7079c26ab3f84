"""Who is heard, and what they say they need."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.draws import draw_pairs
from simulation.kernels.importance import importance
from simulation.kernels.room import floats, integers, words
from simulation.kernels.totals import total

BLOCK = 512
"""Persons who draw together: few enough for the nearest cache."""

INNOVATION, MARKETING_SALES = range(2)


@subroutine
def _replace_largest(draw: Any, person: Any, size: Any, new_draw: Any, new_person: Any) -> None:
    """Replace the top of a heap of draws, their largest, and restore the heap."""
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and draw[child + 1] > draw[child]:
            child += 1
        if draw[child] <= new_draw:
            break
        draw[at] = draw[child]
        person[at] = person[child]
        at = child
        child = 2 * at + 1
    draw[at] = new_draw
    person[at] = new_person


@njit(cache=True)
def sample(
    keys: Any, size: Any, interviews: Any, provider: Any, job: Any, spoke: Any,
) -> Any:
    """Return whom each company's functions hear, ``(n_companies, n_functions, largest size)``.

    Eligible is who has a job and either ``spoke (n_people, n_companies)`` where the function hears
    (bit f is set), or is the company's customer where the function ``interviews (n_functions,)``
    customers. Of these the ``size (n_companies, n_functions)`` with the smallest draws under the
    function's key are heard, in no order; places that remain empty are -1. Samples nest: a larger
    one contains a smaller one of the same month.
    """
    n = len(provider)
    n_companies, n_functions = size.shape
    person = np.full((n_companies, n_functions, max(1, size.max())), -1, dtype=np.int64)
    # Empty places hold the draw 1, which is larger than any; no draw is smaller than 0.
    smallest = np.ones(person.shape)
    for c in range(n_companies):
        for f in range(n_functions):
            if size[c, f] == 0:
                smallest[c, f, 0] = 0.0
    most = BLOCK * n_functions * n_companies
    who = integers(most)
    whose = integers((most, 2))
    key = words(most)
    draw = floats(most)
    for first in range(0, n, BLOCK):
        eligible = 0
        for i in range(first, min(first + BLOCK, n)):
            if job[i] < 0:
                continue
            for c in range(n_companies):
                bits = spoke[i, c]
                if bits == 0 and provider[i] != c:
                    continue
                for f in range(n_functions):
                    if (bits >> f) & 1 or (interviews[f] and provider[i] == c):
                        who[eligible] = i
                        whose[eligible, 0] = c
                        whose[eligible, 1] = f
                        key[eligible] = keys[c, f]
                        eligible += 1
        draw_pairs(key, who, eligible, draw)
        for place in range(eligible):
            c, f = whose[place, 0], whose[place, 1]
            if draw[place] < smallest[c, f, 0]:
                _replace_largest(smallest[c, f], person[c, f], size[c, f], draw[place], who[place])
    return person


@njit(cache=True)
def hear_needs(
    person: Any, segment: Any, provider: Any, job: Any, job_start: Any, levels: Any,
    deviation: Any, satisfaction: Any, need: Any, heard: Any, non_customers: Any,
) -> None:
    """Add up I/10 + max(I/10 − S, 0) over the persons heard, by segment and outcome.

    Persons speak of the outcomes of their present job. ``person (n_functions, …)``, ascending, -1
    for nobody; ``need (n_functions, n_segments, n_outcomes)``; ``heard (n_functions, n_segments)``
    and ``non_customers (n_functions,)`` count persons.
    """
    for f in range(len(person)):
        for i in person[f]:
            if i < 0:
                continue
            s = segment[i]
            heard[f, s] += 1
            non_customers[f] += provider[i] < 0
            for k in range(job_start[job[i]], job_start[job[i] + 1]):
                wanted = importance(levels[s, k], deviation[i, k]) / 10.0
                need[f, s, k] += wanted + max(wanted - satisfaction[i, k], 0.0)


@njit(cache=True)
def sample_sizes(
    people: Any, rate: Any, reference_spend: Any, low: Any, high: Any, listening: Any, gain: Any,
    why: Any, insight: Any, feedback: Any,
) -> Any:
    """Return listening · (low + (high − low) · min(1, spend/reference)) · (1 + gain · why).

    Blocks keep the share ``insight`` away from innovation, ``feedback`` from the others. At most
    all people: a sample cannot be larger, and its places are kept in memory.
    """
    size = integers(rate.shape)
    for c in range(rate.shape[0]):
        for f in range(rate.shape[1]):
            effort = min(1.0, rate[c, f] / (people / 1000.0) / reference_spend)
            wanted = low + (high - low) * effort
            wanted *= listening[c] * (1.0 + gain * why[c])
            wanted *= 1.0 - (insight if f == INNOVATION else feedback)
            size[c, f] = np.int64(min(wanted + 0.5, float(people)))
    return size


@njit(cache=True)
def follow(
    need: Any, voices: Any, bias: Any, promise: Any, rate: Any, outside_in: Any, legacy: Any,
    count: Any, heard: Any, focus: Any,
) -> None:
    """Let functions distort what they hear, and follow it: φ ← φ + λ [o û + (1 − o) legacy − φ].

    û is ``need`` times the function's ``bias (n_companies, n_functions, n_outcomes)``, in shares;
    marketing and sales hears the more readily of what it promises, 1 − p + p K φ_k, unless it
    promises nothing of what people speak of (p = 1). Segments without a voice keep what was
    ``heard`` before. ``count (n_companies, n_functions)`` gets the number of voices.
    """
    n_companies, n_functions, n_segments, n_outcomes = need.shape
    taken = floats(n_outcomes)
    for c in range(n_companies):
        for f in range(n_functions):
            count[c, f] = voices[c, f].sum()
            for s in range(n_segments):
                if voices[c, f, s] > 0:
                    for k in range(n_outcomes):
                        taken[k] = need[c, f, s, k] * bias[c, f, k]
                    everything = total(taken)
                    for k in range(n_outcomes):
                        heard[c, f, s, k] = taken[k] / everything
                    if f == MARKETING_SALES:
                        for k in range(n_outcomes):
                            readily = 1.0 - promise + promise * n_outcomes * focus[c, f, s, k]
                            taken[k] = heard[c, f, s, k] * readily
                        everything = total(taken)
                        # Where nothing would be left of it, it hears what is said.
                        if everything > 0.0:
                            for k in range(n_outcomes):
                                heard[c, f, s, k] = taken[k] / everything
                for k in range(n_outcomes):
                    aim = outside_in[c] * heard[c, f, s, k]
                    aim += (1.0 - outside_in[c]) * legacy[c, k]
                    focus[c, f, s, k] += rate * (aim - focus[c, f, s, k])
