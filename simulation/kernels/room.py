"""Arrays to work in.

Numba compiles ``np.empty`` and ``np.zeros`` anew for each function that calls them; it compiles
these once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import subroutine


@subroutine(forceinline=True)
def floats(shape: Any) -> Any:
    """Return room for numbers, with anything in it."""
    return np.empty(shape)


@subroutine(forceinline=True)
def zeros(shape: Any) -> Any:
    """Return numbers that are 0."""
    return np.zeros(shape)


@subroutine(forceinline=True)
def integers(shape: Any) -> Any:
    """Return room for integers, with anything in it."""
    return np.empty(shape, dtype=np.int64)


@subroutine(forceinline=True)
def words(shape: Any) -> Any:
    """Return room for keys and other unsigned integers, with anything in it."""
    return np.empty(shape, dtype=np.uint64)


@subroutine(forceinline=True)
def flags(shape: Any) -> Any:
    """Return room for truth values, with anything in it."""
    return np.empty(shape, dtype=np.bool_)
