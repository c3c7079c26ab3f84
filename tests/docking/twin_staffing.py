"""How many servers a desk needs, by integrating over the wait that is offered."""

from __future__ import annotations

from math import ceil, exp, inf

from scipy.integrate import quad
from twin_draws import Dice


def answered(rate: float, handling: float, patience: float, servers: int, within: float) -> float:
    """Return the share of contacts answered in time, where impatient ones leave (Erlang A)."""
    free = term = 1.0
    for j in range(servers - 1, 0, -1):
        term *= j / (rate * handling)
        free += term

    def offered(wait: float) -> float:
        left = wait if patience == inf else patience * (1.0 - exp(-wait / patience))
        return rate * exp(rate * left - servers * wait / handling)

    def borne(wait: float) -> float:
        return offered(wait) * (1.0 if patience == inf else exp(-wait / patience))

    scale = handling / servers
    all_waits, panel, k = 0.0, 1.0, 0
    while panel > 1e-16 * all_waits:
        panel = quad(offered, k * scale, (k + 5) * scale)[0]
        all_waits, k = all_waits + panel, k + 5
    in_time = quad(borne, 0.0, within)[0]
    return (free + in_time) / (free + all_waits)


def needed(
    rate: float, handling: float, patience: float, share: float, within: float, dice: Dice
) -> int:
    """Return the least number of servers that answers a share of contacts in time."""
    load = rate * handling
    if load <= 0.0:
        return 1
    servers = max(1, ceil(share * load * (1.0 - 1e-12)))
    while True:
        if patience == inf and servers <= load:
            servers += 1
            continue
        level = answered(rate, handling, patience, servers, within)
        dice.note((level - share) * 1e-4, f"staff for {load}")
        if level >= share:
            return servers
        servers += 1
