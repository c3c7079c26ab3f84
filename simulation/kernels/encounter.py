"""At the touchpoint actors integrate their resources into outcome progress."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.ces import add_terms, ces2_all, close_all, empty_total, join, term
from simulation.kernels.elementary import exp
from simulation.kernels.importance import importance, total_importance
from simulation.kernels.prefetch import prefetch
from simulation.streams import uniform

USE, SUPPORT, RENEW, DISPOSE = 5, 6, 7, 8
COMPETENCE, PLATFORM, HELP, TIME = range(4)
NO_NEED, IN_NEED, IN_USE = range(3)


@njit(cache=True)
def group_contacts(
    touchpoint: Any, considers: Any, desk: Any, n_desks: int
) -> tuple[Any, Any]:
    """Return the persons at each desk, ascending: ``start (n_desks + 1,)`` and ``person``.

    ``desk[c, τ]`` is the desk of a company's staffed touchpoint, or ``n_desks`` for all that have
    none, with a last row for nobody and a last column for nowhere.
    """
    start = np.zeros(n_desks + 2, dtype=np.int64)
    for i in range(len(touchpoint)):
        start[desk[considers[i], touchpoint[i]] + 1] += 1
    for d in range(n_desks):
        start[d + 1] += start[d]
    start = start[: n_desks + 1]
    place = start.copy()
    # Persons at no desk overwrite each other in one place more.
    person = np.empty(start[n_desks] + 1, dtype=np.int64)
    for i in range(len(touchpoint)):
        d = desk[considers[i], touchpoint[i]]
        person[place[d]] = i
        place[d] += d < n_desks
    return start, person[: start[n_desks]]


@njit(cache=True)
def platform_terms(floor: Any, rho: Any, weights: Any, support: Any, ready: Any) -> None:
    """Fill ``ready`` with the platform's term of the CES wherever support is undiminished."""
    for c in range(support.shape[0]):
        for s in range(support.shape[1]):
            for t in range(support.shape[2]):
                for k in range(support.shape[3]):
                    brought = max(floor, support[c, s, t, k])
                    ready[c, s, t, k] = term(brought, weights[t, PLATFORM], rho)


BLOCK = 512
"""Persons who are taken through the steps together: few enough for the nearest caches."""

_1 = np.uint64(1)


# The steps of ``integrate`` for a block of persons. Each is a function of its own, so that what it
# works on fits into the processor's registers; lists stand for branches that none can foretell.


@njit(cache=True)
def _attend(
    first: int, last: int, nobody: int,
    stage: Any, considers: Any, segment: Any, job: Any, job_start: Any, touchpoint: Any,
    deviation: Any, attained: Any,
    who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    purpose: Any, burden: Any, outlay: Any, gained: Any, alone: Any, needy: Any,
) -> int:
    """List the active persons of a block with their places in the tables; return how many.

    ``firm`` is the row of the company, ``kind`` the segment, ``place`` the touchpoint (0 for
    nowhere), ``low`` and ``high`` the outcomes of the job. The idle get nothing.
    """
    m = 0
    for i in range(first, last):
        prefetch(deviation, i)
        prefetch(attained, i)
        who[m] = i
        m += stage[i] >= 0
        if stage[i] < 0:
            purpose[i] = burden[i] = outlay[i] = gained[i] = alone[i] = 0.0
            needy[i] = NO_NEED
    for j in range(m):
        i = who[j]
        firm[j] = considers[i] if considers[i] >= 0 else nobody
        kind[j] = segment[i]
        place[j] = max(touchpoint[i], 0)
        low[j] = job_start[job[i]]
        high[j] = job_start[job[i] + 1]
    return m


@njit(cache=True, error_model="numpy")
def _spend(
    m: int, who: Any, firm: Any, kind: Any, place: Any,
    wage: Any, burden_slope: Any, effort: Any, enjoyment: Any, hours: Any, touchpoint: Any,
    burden: Any, outlay: Any,
) -> None:
    """Let effort cost time and be a burden: (k_e/2) e² · hours · wage / enjoyment."""
    slope = 0.5 * burden_slope * wage
    for j in range(m):
        i = who[j]
        needed = effort[firm[j], place[j]] if touchpoint[i] >= 0 else 0.0
        burden[i] = slope * needed * needed / (hours[i] * enjoyment[kind[j]])
        outlay[i] = wage * needed + burden[i]


@njit(cache=True, error_model="numpy")
def _bring(
    m: int, who: Any, firm: Any, place: Any,
    when_key: Any, floor: Any, delay_loss: Any, patience: Any, open_share: Any, staff_help: Any,
    peer_help: Any, partner_help: Any, effort_by_value: Any, staffed: Any, weights: Any,
    effort: Any, provider: Any, tenure: Any, knowledge: Any, skill: Any, hours: Any,
    touchpoint: Any, wait: Any,
    bring: Any, share: Any, lost: Any, waiting: Any,
) -> None:
    """Fill ``bring`` and ``share``: competence, help and time, and all four weights ``(4, …)``.

    ``lost`` is what waiting leaves of the platform's support.
    """
    n_waiting = 0
    for j in range(m):
        i = who[j]
        t = place[j]
        lost[j] = 1.0
        bring[COMPETENCE, j] = max(floor, sqrt(knowledge[i] * skill[i]))
        bring[HELP, j] = (1.0 - peer_help[firm[j], t]) * (1.0 - partner_help[t])
        bring[TIME, j] = max(floor, min(1.0, hours[i] / effort[firm[j], t]))
        for r in range(4):
            share[r, j] = weights[t, r]
        waiting[n_waiting] = j
        n_waiting += staffed[t] & (touchpoint[i] >= 0)
    for j in waiting[:n_waiting]:
        i = who[j]
        lost[j] = exp(-wait[i] / patience)
        if not uniform(when_key, i) < open_share[firm[j]]:
            lost[j] *= 1.0 - delay_loss
        attention = effort_by_value[provider[i], tenure[i]]
        bring[HELP, j] *= 1.0 - min(1.0, staff_help[firm[j]] * attention)
    for j in range(m):
        bring[HELP, j] = max(floor, 1.0 - bring[HELP, j])


@njit(cache=True, error_model="numpy")
def _add_platform(
    m: int, who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    rho: Any, levels: Any, deviation: Any, ready: Any, base: Any,
    start: Any, w: Any, total: Any,
) -> Any:
    """Fill weights w and the total of the CES of every person and outcome; return how many.

    A person's first is at ``start``.
    """
    at = np.uint64(0)
    for j in range(m):
        i = who[j]
        c, s, t = firm[j], kind[j], place[j]
        start[j] = at
        inverse = 1.0 / total_importance(levels, s, deviation, i, low[j], high[j])
        for k in range(low[j], high[j]):
            w[at] = importance(levels[s, k], deviation[i, k]) * inverse
            total[at] = join(base[j], ready[c, s, t, k], rho)
            at += _1
    start[m] = at
    return np.int64(at)


@njit(cache=True)
def _diminish(
    m: int, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    rho: Any, floor: Any, support: Any, lost: Any, base: Any, share: Any, start: Any,
    late: Any, late_support: Any, late_share: Any, late_total: Any, total: Any,
) -> None:
    """Give those who waited less of the platform."""
    n_late = 0
    for j in range(m):
        if lost[j] == 1.0:
            continue
        at = start[j]
        for k in range(low[j], high[j]):
            late[n_late] = at
            late_support[n_late] = max(floor, support[firm[j], kind[j], place[j], k] * lost[j])
            late_share[n_late] = share[PLATFORM, j]
            late_total[n_late] = base[j]
            n_late += 1
            at += _1
    add_terms(late_support, late_share, rho, _whole(n_late), late_total)
    for number in range(n_late):
        total[late[number]] = late_total[number]


@njit(cache=True)
def _meet_purpose(
    m: int, who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    floor: Any, self_service: Any, support: Any, touchpoint: Any, abandoned: Any,
    start: Any, w: Any, lost: Any, bring: Any, share: Any,
    z: Any, purpose: Any, brought: Any, slack: Any,
) -> None:
    """Add up z̄, and what is brought and not used; who has no touchpoint or gave up is alone."""
    for j in range(m):
        i = who[j]
        c, s, t = firm[j], kind[j], place[j]
        if touchpoint[i] < 0 or abandoned[i]:
            purpose[i] = self_service if touchpoint[i] < 0 else floor
            for at in range(start[j], start[j + 1]):
                z[at] = purpose[i]
            continue
        at = start[j]
        met = supported = 0.0
        idle_competence = idle_platform = idle_help = idle_time = 0.0
        for k in range(low[j], high[j]):
            platform = max(floor, support[c, s, t, k] * lost[j])
            met += w[at] * z[at]
            supported += w[at] * platform
            idle_competence += w[at] * max(0.0, bring[COMPETENCE, j] - z[at])
            idle_platform += w[at] * max(0.0, platform - z[at])
            idle_help += w[at] * max(0.0, bring[HELP, j] - z[at])
            idle_time += w[at] * max(0.0, bring[TIME, j] - z[at])
            at += _1
        purpose[i] = min(1.0, met)
        bring[PLATFORM, j] = supported
        for r, idle in enumerate((idle_competence, idle_platform, idle_help, idle_time)):
            counts = share[r, j] > 0.0
            brought[c, t, r] += bring[r, j] if counts else 0.0
            slack[c, t, r] += idle if counts else 0.0


@njit(cache=True)
def _list_users(
    m: int, who: Any, firm: Any, kind: Any, low: Any, high: Any,
    floor: Any, self_service: Any, offering: Any, job_value: Any, stage: Any, job: Any,
    start: Any, z: Any,
    users: Any, o: Any, x: Any, gained: Any, alone: Any, needy: Any,
) -> tuple[int, int]:
    """List users, and what they integrate: O and z at least at the floor; return how many."""
    n_users = 0
    for j in range(m):
        i = who[j]
        g = stage[i]
        users[n_users] = j
        n_users += (g == USE) | (g == SUPPORT) | (g == RENEW)
        alone[i] = 0.0 if g == DISPOSE else job_value[job[i]] * self_service
        gained[i] = alone[i]
        needy[i] = NO_NEED if g == DISPOSE else IN_NEED
    n_used = 0
    for j in users[:n_users]:
        at = start[j]
        for k in range(low[j], high[j]):
            o[n_used] = max(floor, offering[firm[j], kind[j], k])
            x[n_used] = max(floor, z[at])
            n_used += 1
            at += _1
    return n_users, n_used


@njit(cache=True)
def _reach(
    n_users: int, users: Any, who: Any, firm: Any,
    problem_loss: Any, job_value: Any, job: Any, problem: Any, start: Any, w: Any, o: Any, y: Any,
    attained: Any, progress: Any, gained: Any, needy: Any, offered: Any,
) -> None:
    """Let users reach Y = Σ w y."""
    used = 0
    for j in users[:n_users]:
        i = who[j]
        kept = 1.0 - problem_loss if problem[i] else 1.0
        reached = offers = 0.0
        for k in range(start[j + _1] - start[j]):
            attained[i, k] = kept * y[used]
            reached += w[start[j] + k] * attained[i, k]
            offers += w[start[j] + k] * o[used]
            used += 1
        progress[i] = min(1.0, reached)
        gained[i] = job_value[job[i]] * progress[i]
        needy[i] = IN_USE
        offered[firm[j]] += offers


@njit(forceinline=True)
def _whole(count: int) -> int:
    """Round up to whole vectors; what stands behind is old and does no harm."""
    return (count + 31) // 32 * 32


@njit(cache=True)
def integrate(
    when_key: Any,
    rho: Any, offering_rho: Any, offering_weight: Any, floor: Any, delay_loss: Any, patience: Any,
    wage: Any, burden_slope: Any, self_service: Any, problem_loss: Any,
    open_share: Any, staff_help: Any, peer_help: Any, partner_help: Any, effort_by_value: Any,
    staffed: Any, weights: Any, effort: Any, enjoyment: Any,
    job_start: Any, job_value: Any, levels: Any, offering: Any, support: Any, ready: Any,
    segment: Any, provider: Any, considers: Any, stage: Any, job: Any, tenure: Any, problem: Any,
    knowledge: Any, skill: Any, hours: Any, deviation: Any,
    touchpoint: Any, wait: Any, abandoned: Any,
    purpose: Any, attained: Any, progress: Any, burden: Any, outlay: Any, gained: Any, alone: Any,
    needy: Any,
    brought: Any, slack: Any, offered: Any,
) -> None:
    """Integrate resources at every encounter.

    Per outcome k: z_k = CES_σ(competence √(κh), platform P_k (1 − wait loss), help, time), inputs
    at least ``floor``; y_k = CES_σo(O_k, z_k); Y = Σ w y, z̄ = Σ w z. Alone (no touchpoint) z is
    ``self_service``; an abandoned contact leaves z at the floor. With a problem open, y loses
    ``problem_loss`` of itself.

    burden = (k_e/2) e² · hours · wage / enjoyment, e = effort / hours. ``ready`` holds the
    platform's term of the CES at undiminished support, ``(n_companies + 1, n_segments,
    n_touchpoints, K)``.

    Outputs by person: purpose (z̄), attained ``(n, most outcomes a job)`` (y), progress (Y, only
    where the offering is in use), burden, outlay (wage · effort + burden), gained (money worth of
    progress), alone (the same by self-service), needy. Sums by company and touchpoint: brought and
    slack ``(n_companies + 1, n_touchpoints, 4)``; by company: offered (Σ Σ w O).
    """
    n, nobody, most = len(stage), len(open_share) - 1, BLOCK * attained.shape[1]
    who, start = np.empty(BLOCK + 1, dtype=np.uint64), np.empty(BLOCK + 1, dtype=np.uint64)
    users, listed = np.empty(BLOCK + 1, dtype=np.uint64), np.empty(BLOCK + 1, dtype=np.uint64)
    firm, kind = np.empty(BLOCK, dtype=np.uint64), np.empty(BLOCK, dtype=np.uint64)
    place, late = np.empty(BLOCK, dtype=np.uint64), np.empty(most, dtype=np.uint64)
    low, high = np.empty(BLOCK, dtype=np.uint64), np.empty(BLOCK, dtype=np.uint64)
    bring, share = np.ones((4, BLOCK)), np.ones((4, BLOCK))
    lost, base = np.ones(BLOCK), np.ones(BLOCK)
    w, total, z = np.ones(most), np.ones(most), np.ones(most)
    o, x, y = np.ones(most), np.ones(most), np.ones(most)
    for first in range(0, n, BLOCK):
        m = _attend(
            first, min(first + BLOCK, n), nobody,
            stage, considers, segment, job, job_start, touchpoint, deviation, attained,
            who, firm, kind, place, low, high,
            purpose, burden, outlay, gained, alone, needy,
        )
        _spend(
            m, who, firm, kind, place, wage, burden_slope, effort, enjoyment, hours, touchpoint,
            burden, outlay,
        )
        _bring(
            m, who, firm, place,
            when_key, floor, delay_loss, patience, open_share, staff_help, peer_help,
            partner_help, effort_by_value, staffed, weights, effort, provider, tenure, knowledge,
            skill, hours, touchpoint, wait,
            bring, share, lost, listed,
        )
        base[:] = empty_total(rho)
        for r in (COMPETENCE, HELP, TIME):
            add_terms(bring[r], share[r], rho, _whole(m), base)
        size = _add_platform(
            m, who, firm, kind, place, low, high, rho, levels, deviation, ready, base,
            start, w, total,
        )
        # x, y and o are not yet in use.
        _diminish(
            m, firm, kind, place, low, high, rho, floor, support, lost, base, share, start,
            late, x, y, o, total,
        )
        close_all(total, rho, _whole(size), z)
        _meet_purpose(
            m, who, firm, kind, place, low, high, floor, self_service, support, touchpoint,
            abandoned, start, w, lost, bring, share,
            z, purpose, brought, slack,
        )
        n_users, n_used = _list_users(
            m, who, firm, kind, low, high, floor, self_service, offering, job_value, stage, job,
            start, z,
            users, o, x, gained, alone, needy,
        )
        ces2_all(o, x, offering_weight, offering_rho, _whole(n_used), y)
        _reach(
            n_users, users, who, firm, problem_loss, job_value, job, problem, start, w, o, y,
            attained, progress, gained, needy, offered,
        )
