"""Before and after resources are integrated: who meets whom, what it costs, and what comes of it.

What happens in between is in ``integrate``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.room import integers, zeros
from simulation.streams import uniform

SUPPORT = 6


@njit(cache=True)
def group_contacts(
    who: Any, touchpoint: Any, considers: Any, desk: Any, n_desks: int
) -> tuple[Any, Any]:
    """Return those of ``who`` at each desk, ascending: ``start (n_desks + 1,)`` and ``person``.

    ``desk[c, τ]`` is the desk of a company's staffed touchpoint, or ``n_desks`` for all that have
    none, with a last row for nobody and a last column for nowhere.
    """
    start = np.zeros(n_desks + 2, dtype=np.int64)
    for i in who:
        start[desk[considers[i], touchpoint[i]] + 1] += 1
    for d in range(n_desks):
        start[d + 1] += start[d]
    start = start[: n_desks + 1]
    place = start.copy()
    # Persons at no desk overwrite each other in one place more.
    person = integers(start[n_desks] + 1)
    for i in who:
        d = desk[considers[i], touchpoint[i]]
        person[place[d]] = i
        place[d] += d < n_desks
    return start, person[: start[n_desks]]


@njit(cache=True)
def share_partners(
    visitors: Any, so_far: Any, in_use: Any, effort: Any, partner: Any, hours: Any,
    capability: Any, active: Any, flows: Any,
) -> Any:
    """Return partners' help by touchpoint: capability, shared out where hours are short.

    Encounters in use are served first, then those of each round from the hours that are left;
    ``so_far`` are the month's ``visitors (n_companies + 1, n_touchpoints)`` with these.
    """
    helped = zeros(len(partner))
    asked, before = zeros(len(partner)), zeros(len(partner))
    for p in range(len(hours)):
        for t in range(len(partner)):
            if partner[t] != p:
                continue
            for c in range(len(visitors)):
                asked[t] += visitors[c, t] * effort[c, t]
                before[t] += so_far[c, t] * effort[c, t]
            before[t] = 0.0 if in_use else before[t] - asked[t]
        needed = taken = 0.0
        for t in range(len(partner)):
            if partner[t] == p:
                needed += asked[t]
                taken += before[t]
        share = min(1.0, max(0.0, hours[p] - taken) / needed) if needed > 0.0 else 1.0
        for t in range(len(partner)):
            if partner[t] == p:
                helped[t] = capability[p] * share * flows * (1.0 if active[p] else 0.0)
    return helped


@njit(cache=True)
def add_trouble(users: Any, provider: Any, trouble: Any, rounds: Any, total: Any) -> None:
    """Add up the share of the month in which users had a problem open, ``(n_companies,)``."""
    for i in users:
        total[provider[i]] += trouble[i] / rounds


@njit(cache=True, error_model="numpy")
def spend(
    who: Any, wage: Any, burden_slope: Any, effort: Any, besides: Any, enjoyment: Any,
    segment: Any, considers: Any, hours: Any, touchpoint: Any,
    needed: Any, time: Any, burden: Any, spent: Any, outlay: Any, total_besides: Any,
) -> None:
    """Let encounters cost time, and be the more of a burden the more there were this month.

    burden of the month = (k_e/2) (H/hours)² hours · wage / enjoyment, H the hours of all its
    encounters; an encounter's is what it adds. ``time`` is the share of the hours asked that the
    person has left. ``besides (n_companies + 1,)`` are hours that go with it and are not spent at
    the touchpoint; ``total_besides`` adds them up.
    """
    slope = 0.5 * burden_slope * wage
    for i in who:
        c = considers[i]
        asked = effort[c, touchpoint[i]] if touchpoint[i] >= 0 else 0.0
        before = spent[i]
        extra = besides[c]
        total_besides[c] += extra
        after = before + asked + extra
        needed[i] = asked
        time[i] = min(1.0, (hours[i] - before) / asked) if asked > 0.0 else 1.0
        added = after * after - before * before
        burden[i] = slope * added / (hours[i] * enjoyment[segment[i]])
        outlay[i] += wage * (asked + extra) + burden[i]
        spent[i] = after


@njit(cache=True)
def succeed(
    who: Any, key: Any, clarity: Any, staffed: Any,
    considers: Any, job: Any, problem: Any, stage: Any, touchpoint: Any, abandoned: Any,
    purpose: Any, success: Any,
) -> None:
    """Let the purpose be met with chance z̄; that of a query without staff with z̄ · clarity.

    Who gave up waiting has not met it.
    """
    for i in who:
        t = touchpoint[i]
        chance = purpose[i]
        if stage[i] == SUPPORT and not problem[i] and t >= 0 and not staffed[considers[i], t]:
            chance *= clarity[job[i]]
        success[i] = not abandoned[i] and uniform(key, i) < chance


@njit(cache=True)
def note_visits(
    who: Any, channels: Any, partner: Any, provider: Any, considers: Any, touchpoint: Any,
    usage: Any, spoke: Any, partnered: Any, partnered_use: Any,
) -> None:
    """Note which functions of the company considered hear people, and customers at partners'.

    ``channels (n_companies + 1, n_touchpoints)`` has bit f set where function f hears, ``partner
    (n_touchpoints,)`` is the partner that owns it, or -1; ``partnered (n_companies,
    n_partners)`` counts, ``partnered_use`` adds up their usage.
    """
    for i in who:
        t = touchpoint[i]
        if t < 0:
            continue
        if considers[i] >= 0:
            spoke[i, considers[i]] |= channels[considers[i], t]
        if partner[t] >= 0 and provider[i] >= 0:
            partnered[provider[i], partner[t]] += 1
            partnered_use[provider[i], partner[t]] += usage[i]
