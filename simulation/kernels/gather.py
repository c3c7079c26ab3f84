"""What is recorded of a month, gathered from its sums."""

from __future__ import annotations

from math import expm1
from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.room import floats
from simulation.kernels.totals import total


@subroutine
def _add_up(counts: Any, numbers: Any, counted: Any, places: Any, first: Any, last: Any) -> Any:
    """Return the sum of the words at ``places[first:last]``."""
    total = 0.0
    for n in range(first, last):
        place = places[n]
        total += float(counts[place]) if counted[place] else numbers[place]
    return total


@njit(cache=True, error_model="numpy")
def gather(
    counts: Any, numbers: Any, counted: Any, top_start: Any, top: Any, bottom_start: Any,
    bottom: Any, times: Any, plus: Any, column: Any, out: Any,
) -> None:
    """Fill ``out[column]`` with plus + (times Σ top) / Σ bottom; NaN where the latter is not > 0.

    ``counts`` and ``numbers`` are the same buffer read as whole numbers and as floating point,
    ``counted`` says which a word is. Places of row n lie at ``start[n] … start[n + 1] − 1``; a row
    without places below is plus + times Σ top.
    """
    for n in range(len(column)):
        value = times[n] * _add_up(counts, numbers, counted, top, top_start[n], top_start[n + 1])
        first, last = bottom_start[n], bottom_start[n + 1]
        if last > first:
            below = _add_up(counts, numbers, counted, bottom, first, last)
            value = value / below if below > 0.0 else float("nan")
        out[column[n]] = plus[n] + value


@njit(cache=True)
def take_stock(
    capability: Any, reported: Any, promised: Any, servers: Any, open_hours: Any, opinions: Any,
    brought: Any, slack: Any,
    mean_capability: Any, mean_performance: Any, mean_reported: Any, mean_promised: Any,
    minutes: Any, promoting: Any, used: Any,
) -> None:
    """Fill means over segments and outcomes, and what else is recorded of companies.

    ``capability (C + 1, 3, S, K)``, ``reported`` and ``promised (C + 1, S, K)``; performance is
    1 − exp(−q); ``minutes (C, T)`` in which servers could be busy; ``promoting (C,)`` promoters
    less detractors; ``used (T, 4)`` what is ``brought (C + 1, T, 4)`` less the ``slack``.
    """
    cells = capability.shape[2] * capability.shape[3]
    performance = floats(cells)
    for c in range(len(promoting)):
        for f in range(capability.shape[1]):
            stock = capability[c, f].reshape(-1)
            for cell in range(cells):
                performance[cell] = -expm1(-stock[cell])
            mean_capability[c, f] = total(stock) / cells
            mean_performance[c, f] = total(performance) / cells
        mean_reported[c] = total(reported[c].reshape(-1)) / cells
        mean_promised[c] = total(promised[c].reshape(-1)) / cells
        promoting[c] = opinions[c, 0] - opinions[c, 1]
        for t in range(servers.shape[1]):
            minutes[c, t] = servers[c, t] * (60.0 * open_hours[c])
    for t in range(used.shape[0]):
        for r in range(used.shape[1]):
            came = idle = 0.0
            for c in range(len(brought)):
                came += brought[c, t, r]
                idle += slack[c, t, r]
            used[t, r] = came - idle
