"""Importance of outcomes to one person, shared by all kernels that weigh outcomes."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit


@njit(inline="always")
def importance(level: Any, deviation: Any) -> Any:
    """Return I = min(a · d, 10): segment importance times the person's fixed deviation."""
    return min(level * deviation, 10.0)


@njit(inline="always")
def total_importance(levels: Any, deviations: Any, low: Any, high: Any) -> Any:
    """Return Σ_k I over outcomes low … high-1, by which I is divided to get weights."""
    total = 0.0
    for k in range(low, high):
        total += importance(levels[k], deviations[k])
    return total
