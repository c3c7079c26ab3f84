"""At the touchpoint actors integrate their resources into outcome progress."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.kernels.ces import ces2, close, join, term
from simulation.kernels.importance import importance, total_importance
from simulation.streams import uniform

USE, SUPPORT, RENEW, DISPOSE = 5, 6, 7, 8
COMPETENCE, PLATFORM, HELP, TIME = range(4)
NO_NEED, IN_NEED, IN_USE = range(3)


@njit(cache=True)
def group_contacts(touchpoint: Any, considers: Any, desk: Any, n_desks: int) -> tuple[Any, Any]:
    """Return the persons at each desk, ascending: ``start (n_desks + 1,)`` and ``person``.

    ``desk[c, τ]`` is the desk of a company's staffed touchpoint, or -1.
    """
    start = np.zeros(n_desks + 1, dtype=np.int64)
    for i in range(len(touchpoint)):
        if touchpoint[i] >= 0 and desk[considers[i], touchpoint[i]] >= 0:
            start[desk[considers[i], touchpoint[i]] + 1] += 1
    for d in range(n_desks):
        start[d + 1] += start[d]
    place = start[:-1].copy()
    person = np.empty(start[n_desks], dtype=np.int64)
    for i in range(len(touchpoint)):
        if touchpoint[i] >= 0 and desk[considers[i], touchpoint[i]] >= 0:
            d = desk[considers[i], touchpoint[i]]
            person[place[d]] = i
            place[d] += 1
    return start, person


@njit(cache=True)
def platform_terms(floor: Any, rho: Any, weights: Any, support: Any, ready: Any) -> None:
    """Fill ``ready`` with the platform's term of the CES wherever support is undiminished."""
    for c in range(support.shape[0]):
        for s in range(support.shape[1]):
            for t in range(support.shape[2]):
                for k in range(support.shape[3]):
                    brought = max(floor, support[c, s, t, k])
                    ready[c, s, t, k] = term(brought, weights[t, PLATFORM], rho)


@njit(cache=True)
def integrate(
    when_key: Any,
    rho: Any, offering_rho: Any, offering_weight: Any, floor: Any, delay_loss: Any, patience: Any,
    wage: Any, burden_slope: Any, self_service: Any, problem_loss: Any,
    open_share: Any, staff_help: Any, peer_help: Any, partner_help: Any, effort_by_value: Any,
    contract_months: Any, staffed: Any, weights: Any, effort: Any, enjoyment: Any,
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
    inputs = np.empty(4)
    for i in range(len(stage)):
        g = stage[i]
        if g < 0:
            purpose[i] = burden[i] = outlay[i] = gained[i] = alone[i] = 0.0
            needy[i] = NO_NEED
            continue
        c = considers[i]
        s = segment[i]
        t = touchpoint[i]
        low = job_start[job[i]]
        high = job_start[job[i] + 1]
        in_use = g in (USE, SUPPORT, RENEW)
        inverse = 1.0 / total_importance(levels[s], deviation[i], low, high)

        failed = t >= 0 and abandoned[i]
        base = 0.0
        lost = 1.0
        if t >= 0:
            time_needed = effort[c, t]
            share = time_needed / hours[i]
            burden[i] = 0.5 * burden_slope * share * share * hours[i] * wage / enjoyment[s]
            outlay[i] = wage * time_needed + burden[i]
            if not failed:
                helped = 1.0 - peer_help[c, t]
                helped *= 1.0 - partner_help[t]
                if staffed[t]:
                    lost = exp(-wait[i] / patience)
                    if not uniform(when_key, i) < open_share[c]:
                        lost *= 1.0 - delay_loss
                    rank = tenure[i] // contract_months if provider[i] >= 0 else 0
                    scale = effort_by_value[c, rank] if provider[i] >= 0 else 1.0
                    helped *= 1.0 - min(1.0, staff_help[c] * scale)
                inputs[COMPETENCE] = max(floor, sqrt(knowledge[i] * skill[i]))
                inputs[HELP] = max(floor, 1.0 - helped)
                inputs[TIME] = max(floor, min(1.0, hours[i] / time_needed))
                base = term(inputs[COMPETENCE], weights[t, COMPETENCE], rho)
                base = join(base, term(inputs[HELP], weights[t, HELP], rho), rho)
                base = join(base, term(inputs[TIME], weights[t, TIME], rho), rho)
                for r in (COMPETENCE, HELP, TIME):
                    if weights[t, r] > 0.0:
                        brought[c, t, r] += inputs[r]
        else:
            burden[i] = 0.0
            outlay[i] = 0.0

        integrates = t >= 0 and not failed
        platform_counts = integrates and weights[t, PLATFORM] > 0.0
        idle_competence = idle_platform = idle_help = idle_time = platform = 0.0
        z_mean = 0.0
        y_mean = 0.0
        o_mean = 0.0
        for k in range(low, high):
            w = importance(levels[s, k], deviation[i, k]) * inverse
            if integrates:
                support_k = max(floor, support[c, s, t, k] * lost)
                part = ready[c, s, t, k]
                if lost != 1.0:
                    part = term(support_k, weights[t, PLATFORM], rho)
                z = close(join(base, part, rho), rho)
                platform += w * support_k
                idle_competence += w * max(0.0, inputs[COMPETENCE] - z)
                idle_platform += w * max(0.0, support_k - z)
                idle_help += w * max(0.0, inputs[HELP] - z)
                idle_time += w * max(0.0, inputs[TIME] - z)
            else:
                z = floor if failed else self_service
            z_mean += w * z
            if in_use:
                o = max(floor, offering[c, s, k])
                y = ces2(o, max(floor, z), offering_weight, offering_rho)
                if problem[i]:
                    y *= 1.0 - problem_loss
                attained[i, k - low] = y
                y_mean += w * y
                o_mean += w * o
        if integrates:
            if weights[t, COMPETENCE] > 0.0:
                slack[c, t, COMPETENCE] += idle_competence
            if platform_counts:
                brought[c, t, PLATFORM] += platform
                slack[c, t, PLATFORM] += idle_platform
            if weights[t, HELP] > 0.0:
                slack[c, t, HELP] += idle_help
            if weights[t, TIME] > 0.0:
                slack[c, t, TIME] += idle_time
        purpose[i] = min(1.0, z_mean)
        if in_use:
            progress[i] = min(1.0, y_mean)
            offered[c] += o_mean
            gained[i] = job_value[job[i]] * progress[i]
            needy[i] = IN_USE
        elif g == DISPOSE:
            gained[i] = 0.0
            needy[i] = NO_NEED
        else:
            gained[i] = job_value[job[i]] * self_service
            needy[i] = IN_NEED
        alone[i] = job_value[job[i]] * self_service if needy[i] != NO_NEED else 0.0


@njit(cache=True)
def experience(
    considers: Any, segment: Any, stage: Any, touchpoint: Any, purpose: Any,
    total: Any, count: Any, stage_total: Any, stage_count: Any,
) -> None:
    """Add up purpose met and encounters by (company, segment, touchpoint) and (stage, touchpoint).

    ``total`` and ``count (n_companies + 1, n_segments, n_touchpoints)``; ``stage_total`` and
    ``stage_count (n_stages, n_touchpoints)``.
    """
    for i in range(len(touchpoint)):
        t = touchpoint[i]
        if t >= 0:
            total[considers[i], segment[i], t] += purpose[i]
            count[considers[i], segment[i], t] += 1
            stage_total[stage[i], t] += purpose[i]
            stage_count[stage[i], t] += 1

