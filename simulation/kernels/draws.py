"""Many draws at once: the same numbers as one by one, in loops that become vector code."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.streams import uniform


@njit(cache=True)
def draw_block(key: Any, first: Any, count: Any, out: Any) -> None:
    """Fill ``out[:count]`` with the draws of persons first … first + count - 1."""
    for place in range(count):
        out[place] = uniform(key, first + place)


@subroutine
def draw_pairs(keys: Any, person: Any, count: Any, out: Any) -> None:
    """Fill ``out[:count]`` with the draw of each person under the key beside it."""
    for place in range(count):
        out[place] = uniform(keys[place], person[place])


@subroutine
def draw_persons(key: Any, person: Any, out: Any) -> None:
    """Fill ``out`` with the draws of the given persons."""
    for place in range(len(person)):
        out[place] = uniform(key, person[place])
