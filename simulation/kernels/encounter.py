"""Before and after resources are integrated: who meets whom, what it costs, and what comes of it.

What happens in between is in ``integrate``.
"""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.handover import remember
from simulation.kernels.room import zeros
from simulation.kernels.sense import complain
from simulation.streams import uniform

SUPPORT = 6

PLATFORM = 1
"""Its place among the resources that are brought."""


@subroutine
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
def conclude_use(
    users: Any, provider: Any, trouble: Any, rounds: Any, brought: Any, slack: Any,
    total: Any, brought_so_far: Any, slack_so_far: Any,
) -> None:
    """Add up problems' time, and what of the platform's effort was brought and not used.

    ``total (C,)`` gets the share of the month in which users had a problem open; ``brought_so_far``
    and ``slack_so_far (C, T)``, which lean planning goes by, the month's ``(C + 1, T, 4)``.
    """
    for i in users:
        total[provider[i]] += trouble[i] / rounds
    for c in range(len(brought_so_far)):
        for t in range(brought_so_far.shape[1]):
            brought_so_far[c, t] += brought[c, t, PLATFORM]
            slack_so_far[c, t] += slack[c, t, PLATFORM]


@subroutine(error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def conclude(
    who: Any, broken: Any, called: Any, pass_key: Any, clarity: Any, staffed: Any,
    listens: Any, rate: Any, levels: Any, job_start: Any,
    segment: Any, provider: Any, considers: Any, job: Any, problem: Any, deviation: Any,
    use_touchpoint: Any, stage: Any, touchpoint: Any, abandoned: Any, purpose: Any,
    tried: Any, tried_at: Any, tried_in: Any, success: Any,
    failures: Any, complaints: Any, wanted: Any, recovered: Any,
) -> None:
    """Say what came of the encounters of a round.

    Whose purpose was met (see ``_succeed``), where people have tried in vain (``remember``), and
    what they complain of (``complain``).
    """
    _succeed(
        who, pass_key, clarity, staffed, considers, job, problem, stage, touchpoint, abandoned,
        purpose, success,
    )
    remember(who, stage, touchpoint, considers, success, tried, tried_at, tried_in)
    complain(
        broken, who, called, listens, rate, levels, job_start, segment, provider, considers, job,
        deviation, use_touchpoint, touchpoint, success, failures, complaints, wanted, recovered,
    )


@subroutine
def _succeed(
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


@subroutine
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
