"""Importance of outcomes to one person, shared by all kernels that weigh outcomes.

Functions of one person take whole tables and the person's place in them: a row taken out of a table
is an object that must be counted in and out, at several times the cost of its numbers.
"""

from __future__ import annotations

from typing import Any

from simulation.jit import subroutine


@subroutine(forceinline=True)
def importance(level: Any, deviation: Any) -> Any:
    """Return I = min(a · d, 10): segment importance times the person's fixed deviation."""
    return min(level * deviation, 10.0)


@subroutine(forceinline=True)
def total_importance(levels: Any, s: Any, deviation: Any, i: Any, low: Any, high: Any) -> Any:
    """Return Σ_k I over outcomes low … high-1, by which I is divided to get weights."""
    total = 0.0
    for k in range(low, high):
        total += importance(levels[s, k], deviation[i, k])
    return total


@subroutine(forceinline=True, error_model="numpy")
def weighted(
    table: Any, c: Any, levels: Any, s: Any, deviation: Any, i: Any, low: Any, high: Any
) -> Any:
    """Return Σ_k w_k x_k of a table ``(n_companies + 1, n_segments, n_outcomes)``."""
    total = 0.0
    value = 0.0
    for k in range(low, high):
        wanted = importance(levels[s, k], deviation[i, k])
        total += wanted
        value += wanted * table[c, s, k]
    return value / total
