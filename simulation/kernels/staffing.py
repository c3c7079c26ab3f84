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

from math import ceil, exp, inf

from simulation.jit import njit

MOST_SERVERS = 100_000


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
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
