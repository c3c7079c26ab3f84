"""What companies offer in a month: performances, and the platform's terms in integration."""

from __future__ import annotations

from math import expm1
from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.ces import term
from simulation.kernels.room import floats

INNOVATION, MARKETING_SALES, PLATFORM = range(3)


@njit(cache=True)
def offer(
    teachers: Any, function: Any, offered: Any, open_to: Any, partner: Any, active: Any,
    effort: Any, teaching_effort: Any, allocation: Any, settling: Any, outage: Any,
    capability: Any, floor: Any, rho: Any,
    offering: Any, promise: Any, lesson: Any, support: Any, ready: Any,
    is_operated: Any, is_open: Any,
) -> None:
    """Fill what companies offer: performances 1 − exp(−q), support, and what is open.

    ``offering``, ``promise`` and ``lesson (C + 1, S, K)`` are the performance of innovation, of
    marketing and sales, and Σ_f share_cf · performance_cf by ``teachers (C, 3)``, nobody's 0. For
    ``support`` and ``ready (C + 1, S, T, K)`` see ``_support``; the platform has ``effort (C,)``
    less what it teaches, without what is ``settling``. Partners' touchpoints are operated while the
    partner is ``active``; open is what is ``open_to (C + 1, T)`` people and operated.
    """
    n_rows, n_functions, n_segments, n_outcomes = capability.shape
    for t in range(len(partner)):
        is_operated[t] = partner[t] < 0 or active[partner[t]]
        for c in range(n_rows):
            is_open[c, t] = open_to[c, t] and is_operated[t]
    performance = floats(n_functions)
    for c in range(n_rows):
        has_platform = c < len(effort)
        free = effort[c] * (1.0 - teaching_effort[c, PLATFORM]) if has_platform else 0.0
        up = 1.0 - outage[c] if has_platform else 0.0
        for s in range(n_segments):
            for k in range(n_outcomes):
                taught = 0.0
                for f in range(n_functions):
                    performance[f] = -expm1(-capability[c, f, s, k])
                    taught += teachers[c, f] * performance[f] if has_platform else 0.0
                offering[c, s, k] = performance[INNOVATION]
                promise[c, s, k] = performance[MARKETING_SALES]
                lesson[c, s, k] = taught
                _support(
                    c, s, k, function, offered, allocation, settling, free, up, capability,
                    performance, floor, rho, support, ready,
                )


@subroutine
def _support(
    c: Any, s: Any, k: Any, function: Any, offered: Any, allocation: Any, settling: Any,
    free: Any, up: Any, capability: Any, performance: Any, floor: Any, rho: Any,
    support: Any, ready: Any,
) -> None:
    """Fill the support of one outcome at each touchpoint, and its term of weight 1.

    A touchpoint that the platform runs gets the performance of q · ``free`` · allocation, times
    ``up``; one of another function that function's performance; one of none (-1), or that the
    company does not offer, nothing. ``function`` and ``offered (C + 1, T)``.
    """
    # Powers are costly: most touchpoints have the support of the one before, or of their function.
    nothing = term(floor, 1.0, rho)
    last_share, of_platform, its_term = 0.0, 0.0, nothing
    last_function, function_term = -1, nothing
    for t in range(support.shape[2]):
        f = function[c, t]
        if not offered[c, t] or f < 0:
            support[c, s, t, k] = 0.0
            ready[c, s, t, k] = nothing
        elif f == PLATFORM:
            share = free * max(allocation[c, t] - settling[c, t], 0.0)
            if share != last_share:
                last_share = share
                of_platform = -expm1(-(capability[c, f, s, k] * share)) * up
                its_term = term(max(floor, of_platform), 1.0, rho)
            support[c, s, t, k] = of_platform
            ready[c, s, t, k] = its_term
        else:
            if f != last_function:
                last_function = f
                function_term = term(max(floor, performance[f]), 1.0, rho)
            support[c, s, t, k] = performance[f]
            ready[c, s, t, k] = function_term

