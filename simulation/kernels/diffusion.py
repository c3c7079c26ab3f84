"""Word of mouth alone: who adopts when, under a chance that grows with the adopters one knows.

The time of adoption is drawn by inverting its distribution function at *one* uniform draw u of each
person: they adopt in the first step t with ``Π_{s≤t} (1 − P_s) < u``, where P_s is their chance of
adopting in step s. Given the past, the chance of adopting in a step is then P_s exactly, as if a
draw were made in every step, but sixty steps cost one draw.

``silence / u`` is kept for each person; a step multiplies it by 1 − P, and whoever falls below 1
adopts. Who adopts pushes the change along their own ties, before the next step: nobody is asked in
vain, and everybody reads the state at the step's beginning.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.streams import uniform

NEVER = -1


@njit(cache=True)
def are_rows(start: Any, neighbour: Any) -> bool:
    """Tell whether rows can be followed without leaving the arrays."""
    n = len(start) - 1
    if n < 0 or start[0] != 0 or start[n] != len(neighbour):
        return False
    falls = 0
    for i in range(n):
        falls += start[i + 1] < start[i]
    strangers = 0
    for other in neighbour:
        strangers += other >= n
    return falls == 0 and strangers == 0


@njit(inline="always")
def _first(key: Any, when: Any, left: Any, fresh: Any) -> Any:
    """Draw 1 / u for everybody; list those who adopted before the start, and return how many."""
    for i in range(len(when)):
        left[i] = 1.0 / uniform(key, i)
    found = 0
    for i in range(len(when)):
        if when[i] != NEVER:
            left[i] = np.inf
            fresh[found] = i
            found += 1
    return found


@njit(inline="always")
def _adopt(step: Any, when: Any, left: Any, fresh: Any, found: Any) -> None:
    """Write down that the first ``found`` of ``fresh`` adopt in this step."""
    for at in range(found):
        left[fresh[at]] = np.inf
        when[fresh[at]] = step


@njit(cache=True)
def spread(
    key: Any, innovation: Any, imitation: Any, start: Any, neighbour: Any, when: Any, adopters: Any,
) -> None:
    """Let adoption spread along ties: ``1 − P = (1 − p)(1 − q)^k``.

    ``when (n_people,)`` holds 0 for those who have adopted and ``NEVER`` for the others, and is
    filled with steps; ``adopters (steps + 1,)`` is filled with how many adopt in each step.
    """
    n = len(when)
    left = np.empty(n)
    silence = np.full(n, 1.0 - innovation)
    unmoved = 1.0 - imitation
    # One place more than people: the next candidate is written down before it is known to adopt.
    fresh = np.empty(n + 1, dtype=np.uint32)
    found = _first(key, when, left, fresh)
    adopters[0] = found
    unreached = n - found
    for step in range(1, len(adopters)):
        if unreached == 0:
            break
        for at in range(found):
            teller = fresh[at]
            for tie in range(start[teller], start[teller + 1]):
                silence[neighbour[tie]] *= unmoved
        found = 0
        for i in range(n):
            still = left[i] * silence[i]
            left[i] = still
            # No branch: which of the people adopt, no processor can foretell.
            fresh[found] = i
            found += still < 1.0
        _adopt(step, when, left, fresh, found)
        adopters[step] = found
        unreached -= found


@njit(cache=True)
def spread_everywhere(
    key: Any, innovation: Any, imitation: Any, when: Any, adopters: Any,
) -> None:
    """Let adoption spread where everybody meets everybody: ``1 − P = (1 − p)(1 − q)^F``.

    F is the share of adopters; the arrays are those of ``spread``.
    """
    n = len(when)
    left = np.empty(n)
    fresh = np.empty(n + 1, dtype=np.uint32)
    found = _first(key, when, left, fresh)
    adopters[0] = found
    unreached = n - found
    for step in range(1, len(adopters)):
        if unreached == 0:
            break
        silence = (1.0 - innovation) * (1.0 - imitation) ** ((n - unreached) / n)
        found = 0
        for i in range(n):
            still = left[i] * silence
            left[i] = still
            fresh[found] = i
            found += still < 1.0
        _adopt(step, when, left, fresh, found)
        adopters[step] = found
        unreached -= found
