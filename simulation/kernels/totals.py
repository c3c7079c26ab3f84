"""Sums in the order in which NumPy adds: what moves into a kernel stays equal to the bit."""

from __future__ import annotations

from typing import Any

from simulation.jit import subroutine


@subroutine
def total(values: Any) -> Any:
    """Return the sum of ``values (n,)``: eight partial sums where there are eight or more."""
    n = len(values)
    if n < 8:
        added = 0.0
        for value in values:
            added += value
        return added
    a, b, c, d, e, f, g, h = (
        values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7],
    )
    end = n - n % 8
    for i in range(8, end, 8):
        a += values[i]
        b += values[i + 1]
        c += values[i + 2]
        d += values[i + 3]
        e += values[i + 4]
        f += values[i + 5]
        g += values[i + 6]
        h += values[i + 7]
    added = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(end, n):
        added += values[i]
    return added
