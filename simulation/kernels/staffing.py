"""How many servers a desk needs: Erlang's formulas with people who give up (Erlang A).

Contacts arrive at rate λ a minute, handling and patience are exponential with means 1/μ and 1/θ, n
servers. With a = λ/μ, y = λ/θ, s = nμ/θ and

    E = Σ_{j<n} [a^j / j!] / [a^{n−1} / (n−1)!],      F(s, y) = Σ_{k≥0} y^k / Π_{i=0..k} (s + i)

the states without a wait weigh E, those with one (λ/θ) F(s, y), relative to the state n − 1. The
wait that is offered has density ∝ λ exp(y (1 − e^{−θx}) − nμ x), and a share e^{−θx} of people
bears it, so that of all contacts are answered within T minutes

    [E + y (F(s + 1, y) − e^{y (1 − e^{−θT}) − (s + 1) θT} F(s + 1, y e^{−θT}))] / [E + y F(s, y)].

Source: Palm 1957; Zeltyn & Mandelbaum 2005, Queueing Systems 51:361 (their building blocks; the
integrals are written as the series of the incomplete gamma function here). Without abandonment it
is Erlang's C formula.
"""

from __future__ import annotations

from math import ceil, exp, floor, inf
from typing import Any

from simulation.jit import njit, subroutine

MOST_SERVERS = 100_000

STRAIN_FROM = 0.85
"""Occupancy above which turnover rises."""


@subroutine(error_model="numpy")
def _series(s: float, y: float) -> float:
    """Return F(s, y), all of whose terms are positive; infinite beyond what a number can hold."""
    term = 1.0 / s
    total = term
    k = 1.0
    while term > 1e-17 * total and total < inf:
        term *= y / (s + k)
        total += term
        k += 1.0
    return total


@subroutine(error_model="numpy")
def answered(
    rate: float, handling: float, patience: float, servers: int, unqueued: float, within: float
) -> float:
    """Return the share of contacts that are answered within ``within`` minutes.

    Args:
        rate: contacts a minute, > 0.
        handling: mean minutes, > 0.
        patience: mean minutes, > 0; infinity where nobody gives up.
        servers: n, at least 1.
        unqueued: E, the weight of the states without a wait.
        within: T, minutes.
    """
    load = rate * handling
    if patience == inf:
        if servers <= load:
            return 0.0
        waits = load / (servers - load)
        return 1.0 - waits / (unqueued + waits) * exp(-(servers - load) * within / handling)
    y, s, passed = rate * patience, servers * patience / handling, within / patience
    late = exp(y * (1.0 - exp(-passed)) - (s + 1.0) * passed)
    served = _series(s + 1.0, y) - late * _series(s + 1.0, y * exp(-passed))
    return (unqueued + y * served) / (unqueued + y * _series(s, y))


@subroutine(error_model="numpy")
def servers_needed(
    rate: float, handling: float, patience: float, share: float, within: float
) -> int:
    """Return the least number of servers, at least 1, that answers a share of contacts in time.

    No more than n/a of the contacts can be answered at all where people give up, so the search
    begins at ``share`` · a.
    """
    load = rate * handling
    if load <= 0.0:
        return 1
    first = max(1, ceil(share * load * (1.0 - 1e-12)))
    unqueued = 1.0
    for n in range(1, MOST_SERVERS):
        if n > 1:
            unqueued = 1.0 + unqueued * (n - 1) / load
        if n >= first and answered(rate, handling, patience, n, unqueued, within) >= share:
            return n
    return MOST_SERVERS


@njit(cache=True)
def staff_desks(
    memory: Any, lag: Any, patience: Any, peak: Any, open_hours: Any, handling: Any, desks: Any,
    fixed: Any, service_level: Any, within: Any,
    contacts: Any, expected: Any, staff: Any, servers: Any,
) -> None:
    """Staff every desk, ``(n_companies, n_touchpoints)``, for the contacts expected there.

    expected ← expected + memory (contacts − expected); staff ← staff + (needed − staff)/(1 + lag);
    at work are ⌊staff + ½⌋, at least 1, where a service level is given, else ``fixed`` servers;
    nobody where the company has no desk. The hour of a contact has ``peak`` times the contacts of
    an hour's mean.
    """
    for c in range(len(staff)):
        for t in range(staff.shape[1]):
            expected[c, t] += memory * (contacts[c, t] - expected[c, t])
            if not (service_level[c, t] > 0.0 and desks[c, t]):
                staff[c, t] = fixed[c, t]
                servers[c, t] = fixed[c, t] if desks[c, t] else 0
                continue
            rate = expected[c, t] / (60.0 * open_hours[c]) * peak
            needed = servers_needed(
                rate, handling[c, t], patience, service_level[c, t], within[c, t]
            )
            staff[c, t] += (needed - staff[c, t]) / (1.0 + lag)
            servers[c, t] = max(1, floor(staff[c, t] + 0.5))


@njit(cache=True)
def train(
    turnover: Any, by_strain: Any, hired: Any, training: Any, share: Any, occupancy: Any,
    gained: Any, help_of: Any,
) -> None:
    """Let skill u grow by training and leave with people: u ← u + t (1 − u) − τ (u − u₀).

    u₀ is the skill with which people are ``hired``; what is kept is the skill gained, u − u₀.
    Turnover τ rises ``by_strain`` per unit of occupancy above .85. Help is u times the ``share`` of
    it that switch 'who' lets help; nobody's last row stays 0.
    """
    for c in range(len(gained)):
        strain = max(occupancy[c] - STRAIN_FROM, 0.0)
        leaving = min(1.0, turnover + by_strain * strain)
        u = min(gained[c], 1.0 - hired[c])
        u += training[c] * (1.0 - hired[c] - u) - leaving * u
        gained[c] = min(max(u, 0.0), 1.0 - hired[c])
        help_of[c] = (hired[c] + gained[c]) * share[c]
