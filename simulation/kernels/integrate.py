"""Actors integrate their resources at the touchpoint: what comes of it, and what lies idle.

Operant resources, the platform and time produce how far the purpose is met; in use that and the
offering produce outcome progress. Persons are taken through the steps in blocks.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.ces import (
    add_terms,
    ces2_all,
    close_all,
    empty_total,
    join,
    weigh,
)
from simulation.kernels.elementary import exp
from simulation.kernels.encounter import share_partners
from simulation.kernels.importance import importance, total_importance
from simulation.kernels.prefetch import prefetch
from simulation.kernels.room import words
from simulation.streams import uniform

USE = 5
OPERANT, PLATFORM, TIME = range(3)
"""The inputs of a stage's production."""


@subroutine
def without(help_of: Any, own: Any, absorb: Any) -> Any:
    """Return 1 − h (1 − absorb (1 − c)): what one helper leaves of what is not known or done.

    Of help h in [0, 1] a person of competence c makes the share 1 − absorb (1 − c): at absorb 0 all
    of it, so that help and own knowledge are substitutes; above, it takes knowledge to use
    another's (absorptive capacity, Cohen & Levinthal 1990).
    """
    return 1.0 - help_of * (1.0 - absorb * (1.0 - own))


@subroutine
def operant(own: Any, absorb: Any, peers: Any, partner: Any, staff: Any) -> Any:
    """Return x_op = 1 − (1 − c) Π_a (1 − h_a (1 − absorb (1 − c))), to the bit at least c.

    Operant resources are the knowledge and skill of whoever takes part (Vargo & Lusch 2004); those
    who help each find a part of what the person of competence c lacks.
    """
    lacking = without(peers, own, absorb) * without(partner, own, absorb)
    return own + (1.0 - own) * (1.0 - lacking * without(staff, own, absorb))


BLOCK = 512
"""Persons who are taken through the steps together: few enough for the nearest caches."""

_1 = np.uint64(1)


# The steps of ``integrate`` for a block of persons. Each is a function of its own, so that what it
# works on fits into the processor's registers; lists stand for branches that none can foretell.


@subroutine
def _attend(
    first: int, last: int, nobody: int,
    persons: Any, considers: Any, segment: Any, job: Any, job_start: Any, touchpoint: Any,
    deviation: Any, attained: Any,
    who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
) -> int:
    """List a block of persons with their places in the tables; return how many.

    ``firm`` is the row of the company, ``kind`` the segment, ``place`` the touchpoint (0 for
    nowhere), ``low`` and ``high`` the outcomes of the job.
    """
    for j in range(last - first):
        i = persons[first + j]
        prefetch(deviation, i)
        prefetch(attained, i)
        who[j] = i
    for j in range(last - first):
        i = who[j]
        firm[j] = considers[i] if considers[i] >= 0 else nobody
        kind[j] = segment[i]
        place[j] = max(touchpoint[i], 0)
        low[j] = job_start[job[i]]
        high[j] = job_start[job[i] + 1]
    return last - first


@subroutine(error_model="numpy")
def _bring(
    m: int, who: Any, firm: Any, place: Any,
    when_key: Any, floor: Any, absorb: Any, delay_loss: Any, patience: Any, open_share: Any,
    staff_help: Any, readable: Any, peer_help: Any, partner_help: Any, kept: Any,
    effort_by_value: Any, staffed: Any, weights: Any, stage: Any, job: Any, provider: Any,
    tenure: Any, knowledge: Any, skill: Any, time: Any,
    touchpoint: Any, wait: Any,
    bring: Any, share: Any, own: Any, lost: Any, waiting: Any,
) -> None:
    """Fill ``bring`` (operant resources and time) and ``share`` (the stage's weights, ``(3, …)``).

    ``own`` is the person's competence; ``lost`` is what waiting leaves of the platform's support;
    ``kept`` what a handover leaves of all help. Staff who can read the share ``readable
    (n_companies + 1, n_jobs)`` of answers in the archives help by 1 − (1 − staff)(1 − readable).
    """
    n_waiting = 0
    for j in range(m):
        i = who[j]
        t = place[j]
        lost[j] = 1.0
        own[j] = max(floor, sqrt(knowledge[i] * skill[i]))
        bring[OPERANT, j] = operant(
            own[j], absorb, kept[i] * peer_help[i], kept[i] * partner_help[t], 0.0
        )
        bring[TIME, j] = max(floor, time[i])
        for r in range(3):
            share[r, j] = weights[stage[i], r]
        waiting[n_waiting] = j
        n_waiting += staffed[firm[j], t] & (touchpoint[i] >= 0)
    for j in waiting[:n_waiting]:
        i = who[j]
        lost[j] = exp(-wait[i] / patience)
        if not uniform(when_key, i) < open_share[firm[j]]:
            lost[j] *= 1.0 - delay_loss
        attention = effort_by_value[provider[i], tenure[i]]
        staff = min(1.0, staff_help[firm[j]] * attention)
        staff += (1.0 - staff) * readable[firm[j], job[i]]
        bring[OPERANT, j] = operant(
            own[j], absorb, kept[i] * peer_help[i], kept[i] * partner_help[place[j]],
            kept[i] * staff,
        )


@subroutine(error_model="numpy")
def _add_platform(
    m: int, who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    rho: Any, levels: Any, deviation: Any, ready: Any, base: Any, share: Any,
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
            total[at] = join(base[j], weigh(ready[c, s, t, k], share[PLATFORM, j], rho), rho)
            at += _1
    start[m] = at
    return np.int64(at)


@subroutine
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


@subroutine
def _meet_purpose(
    m: int, who: Any, firm: Any, kind: Any, place: Any, low: Any, high: Any,
    floor: Any, self_service: Any, support: Any, touchpoint: Any, abandoned: Any,
    start: Any, w: Any, lost: Any, bring: Any, own: Any, share: Any,
    z: Any, purpose: Any, brought: Any, slack: Any,
) -> None:
    """Add up z̄, and what is brought and not used; who has no touchpoint or gave up is alone.

    Help is what x_op has above the person's own competence; of operant resources that exceed z,
    help lies idle first.
    """
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
        idle_competence = idle_platform = idle_operant = idle_time = 0.0
        for k in range(low[j], high[j]):
            platform = max(floor, support[c, s, t, k] * lost[j])
            met += w[at] * z[at]
            supported += w[at] * platform
            idle_competence += w[at] * max(0.0, own[j] - z[at])
            idle_platform += w[at] * max(0.0, platform - z[at])
            idle_operant += w[at] * max(0.0, bring[OPERANT, j] - z[at])
            idle_time += w[at] * max(0.0, bring[TIME, j] - z[at])
            at += _1
        purpose[i] = min(1.0, met)
        counts = 1.0 if share[OPERANT, j] > 0.0 else 0.0
        brought[c, t, 0] += counts * own[j]
        slack[c, t, 0] += counts * idle_competence
        brought[c, t, 2] += counts * (bring[OPERANT, j] - own[j])
        slack[c, t, 2] += counts * max(0.0, idle_operant - idle_competence)
        counts = 1.0 if share[PLATFORM, j] > 0.0 else 0.0
        brought[c, t, 1] += counts * supported
        slack[c, t, 1] += counts * idle_platform
        counts = 1.0 if share[TIME, j] > 0.0 else 0.0
        brought[c, t, 3] += counts * bring[TIME, j]
        slack[c, t, 3] += counts * idle_time


@subroutine(forceinline=True)
def offered_to(
    configuration: Any, weight: Any, laid: Any, stock: Any, offering: Any, fit: Any
) -> Any:
    """Return O_ik = min(1, fit_ic (1 − exp(−q_ik))), q_ik = (1 − x) q_csk + x w_ik Σ_k q_csk.

    x is ``configuration``, q_csk the ``stock`` of innovation, ``laid`` its sum over the outcomes of
    the job; without configuration 1 − exp(−q_ik) is ``offering``.
    """
    if configuration > 0.0:
        offering = 1.0 - exp(-((1.0 - configuration) * stock + configuration * weight * laid))
    return min(1.0, offering * fit)


@subroutine
def _list_users(
    m: int, who: Any, firm: Any, kind: Any, low: Any, high: Any,
    floor: Any, offering: Any, innovation: Any, configuration: Any, fit: Any, stage: Any,
    start: Any, w: Any, z: Any,
    users: Any, o: Any, x: Any,
) -> tuple[int, int]:
    """List users, and what they integrate: O and z at least at the floor; return how many.

    The offering suits each differently, see ``offered_to``.
    """
    n_users = 0
    for j in range(m):
        i = who[j]
        users[n_users] = j
        n_users += stage[i] == USE
    n_used = 0
    for j in users[:n_users]:
        at = start[j]
        suits = fit[who[j], firm[j]]
        own = configuration[firm[j]]
        laid = 0.0
        if own > 0.0:
            for k in range(low[j], high[j]):
                laid += innovation[firm[j], kind[j], k]
        for k in range(low[j], high[j]):
            c, s = firm[j], kind[j]
            offers = offered_to(own, w[at], laid, innovation[c, s, k], offering[c, s, k], suits)
            o[n_used] = max(floor, offers)
            x[n_used] = max(floor, z[at])
            n_used += 1
            at += _1
    return n_users, n_used


@subroutine
def _reach(
    n_users: int, users: Any, who: Any, firm: Any,
    problem_loss: Any, job_value: Any, usage: Any, job: Any, trouble: Any, start: Any, w: Any,
    o: Any, y: Any, attained: Any, progress: Any, gained: Any, offered: Any,
) -> None:
    """Let users reach Y = Σ w y, less what problems took; ``problem_loss`` is that of a round."""
    used = 0
    for j in users[:n_users]:
        i = who[j]
        kept = 1.0 - problem_loss * trouble[i]
        reached = offers = 0.0
        for k in range(start[j + _1] - start[j]):
            attained[i, k] = kept * y[used]
            reached += w[start[j] + k] * attained[i, k]
            offers += w[start[j] + k] * o[used]
            used += 1
        progress[i] = min(1.0, reached)
        gained[i] = job_value[job[i]] * usage[i] * progress[i]
        offered[firm[j]] += offers


@subroutine(forceinline=True)
def _whole(count: int) -> int:
    """Round up to whole vectors; what stands behind is old and does no harm."""
    return (count + 31) // 32 * 32


@njit(cache=True)
def integrate(
    persons: Any, when_key: Any,
    rho: Any, offering_rho: Any, offering_weight: Any, floor: Any, absorb: Any, delay_loss: Any,
    patience: Any, self_service: Any, problem_loss: Any,
    open_share: Any, staff_help: Any, readable: Any, peer_help: Any, kept: Any,
    partner: Any, partner_hours: Any, partner_capability: Any, partner_active: Any,
    partner_flows: Any, effort: Any, in_use: Any, visitors: Any, visitors_so_far: Any,
    effort_by_value: Any, staffed: Any, weights: Any, configuration: Any,
    job_start: Any, job_value: Any, levels: Any, offering: Any, innovation: Any, support: Any,
    ready: Any,
    segment: Any, provider: Any, considers: Any, job: Any, tenure: Any,
    knowledge: Any, skill: Any, usage: Any, deviation: Any, fit: Any,
    stage: Any, touchpoint: Any, time: Any, wait: Any, abandoned: Any, trouble: Any,
    purpose: Any, attained: Any, progress: Any, gained: Any,
    brought: Any, slack: Any, offered: Any,
) -> None:
    """Integrate resources at the encounter of each of ``persons``.

    Per outcome k: z_k = CES_σ(operant x_op, platform P_k (1 − wait loss), time; a_g), inputs at
    least ``floor``, with the weights a_g of the stage (``weights (n_stages, 3)``, rows sum to 1)
    and x_op of competence c = √(κh) and of help (see ``operant``); z̄ = Σ w z. Alone (no touchpoint)
    z is ``self_service``; an abandoned contact leaves z at the floor. In use
    y_k = CES_σo(O_k, z_k) and Y = Σ w y; y loses ``problem_loss`` of itself for each round in which
    a problem was open.

    ``ready`` holds the platform's term of weight 1 at undiminished support, ``(n_companies + 1,
    n_segments, n_touchpoints, K)``; for what partners help see ``share_partners``.

    Outputs by person: purpose (z̄); in use also attained ``(n, most outcomes a job)`` (y), progress
    (Y), gained (money worth of progress). Sums by company and touchpoint: brought and slack
    ``(n_companies + 1, n_touchpoints, 4)`` of competence, platform, help and time; by company:
    offered (Σ Σ w O).
    """
    n, nobody = len(persons), len(open_share) - 1
    partner_help = share_partners(
        visitors, visitors_so_far, in_use, effort, partner, partner_hours, partner_capability,
        partner_active, partner_flows,
    )
    # As much room as a block needs, in whole vectors: a round of few people is over soon.
    block = _whole(min(n, BLOCK))
    most = _whole(block * attained.shape[1])
    who, start = words(block + 1), words(block + 1)
    users, listed = words(block + 1), words(block + 1)
    firm, kind = words(block), words(block)
    place, late = words(block), words(most)
    low, high = words(block), words(block)
    bring, share = np.ones((3, block)), np.ones((3, block))
    own, lost, base = np.ones(block), np.ones(block), np.ones(block)
    w, total, z = np.ones(most), np.ones(most), np.ones(most)
    o, x, y = np.ones(most), np.ones(most), np.ones(most)
    for first in range(0, n, BLOCK):
        m = _attend(
            first, min(first + BLOCK, n), nobody,
            persons, considers, segment, job, job_start, touchpoint, deviation, attained,
            who, firm, kind, place, low, high,
        )
        _bring(
            m, who, firm, place,
            when_key, floor, absorb, delay_loss, patience, open_share, staff_help, readable,
            peer_help, partner_help, kept, effort_by_value, staffed, weights, stage, job,
            provider, tenure,
            knowledge, skill, time, touchpoint, wait,
            bring, share, own, lost, listed,
        )
        for j in range(block):
            base[j] = empty_total(rho)
        for r in (OPERANT, TIME):
            add_terms(bring[r], share[r], rho, _whole(m), base)
        size = _add_platform(
            m, who, firm, kind, place, low, high, rho, levels, deviation, ready, base, share,
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
            abandoned, start, w, lost, bring, own, share,
            z, purpose, brought, slack,
        )
        n_users, n_used = _list_users(
            m, who, firm, kind, low, high, floor, offering, innovation, configuration, fit, stage,
            start, w, z,
            users, o, x,
        )
        ces2_all(o, x, offering_weight, offering_rho, _whole(n_used), y)
        _reach(
            n_users, users, who, firm, problem_loss, job_value, usage, job, trouble, start, w, o,
            y, attained, progress, gained, offered,
        )
