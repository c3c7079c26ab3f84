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

from simulation.jit import njit
from simulation.streams import uniform

NEVER = -1
MARKS = 8
"""Marks of one byte that a word holds."""


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


@njit(cache=True)
def _first(key: Any, when: Any, left: Any, fresh: Any) -> int:
    """Draw 1 / u for everybody; list those who adopted before the start, and return how many."""
    n = len(when)
    # Two loops: a division would keep the draws from being made several at a time.
    for i in range(n):
        left[i] = uniform(key, i)
    for i in range(n):
        left[i] = 1.0 / left[i]
    n_first = 0
    for i in range(n):
        if when[i] != NEVER:
            left[i] = np.inf
            fresh[n_first] = i
            n_first += 1
    return n_first


@njit(cache=True)
def _wear(left: Any, silence: Any, fell: Any) -> None:
    """Let a step wear down what everybody has left, and mark those who fall below 1."""
    for i in range(len(left)):
        still = left[i] * silence[i]
        left[i] = still
        fell[i] = still < 1.0


@njit(cache=True)
def _list(fell: Any, words: Any, some: Any, fresh: Any) -> int:
    """List those who are marked, ascending, and return how many.

    First the words of eight marks that are not empty, then the marks in them; without branches, for
    no processor can foretell who adopts: an entry is written, and kept only if the next moves on.
    """
    full = 0
    for w in range(len(words)):
        some[full] = w
        full += words[w] != 0
    n_fresh = 0
    for at in range(full):
        begin = np.int64(some[at]) * MARKS
        for i in range(begin, begin + MARKS):
            fresh[n_fresh] = i
            n_fresh += fell[i]
    return n_fresh


@njit(cache=True)
def _adopt(step: Any, when: Any, left: Any, fresh: Any, n_fresh: Any) -> None:
    """Write down that the first ``n_fresh`` of ``fresh`` adopt in this step."""
    for at in range(n_fresh):
        left[fresh[at]] = np.inf
        when[fresh[at]] = step


@njit(cache=True)
def _tell(fresh: Any, n_fresh: Any, unmoved: Any, start: Any, neighbour: Any, silence: Any) -> None:
    """Let the first ``n_fresh`` of ``fresh`` tell their ties, who hear it in the next step."""
    for at in range(n_fresh):
        i = fresh[at]
        for other in neighbour[start[i] : start[i + 1]]:
            silence[other] *= unmoved


@njit(cache=True)
def _places(n: Any) -> Any:
    """Return room for marks, as bytes and as words, and for lists of words and of people."""
    n_words = (n + MARKS - 1) // MARKS
    fell = np.zeros(n_words * MARKS, dtype=np.uint8)
    # One entry more than can be kept: each is written before it is known to be kept.
    some = np.empty(n_words + 1, dtype=np.uint32)
    return fell, fell.view(np.uint64), some, np.empty(n + 1, dtype=np.uint32)


@njit(cache=True)
def spread(
    key: Any, innovation: Any, imitation: Any, start: Any, neighbour: Any, when: Any, adopters: Any,
) -> None:
    """Let adoption spread along ties: ``1 − P = (1 − p)(1 − q)^k``.

    ``when (n_people,)`` holds 0 for those who have adopted and ``NEVER`` for the others, and is
    filled with steps; ``adopters (steps + 1,)`` holds 0s, and is filled with how many adopt in each
    step.
    """
    n = len(when)
    left = np.empty(n)
    silence = np.full(n, 1.0 - innovation)
    fell, words, some, fresh = _places(n)
    unmoved = 1.0 - imitation
    n_fresh = _first(key, when, left, fresh)
    adopters[0] = n_fresh
    unreached = n - n_fresh
    for step in range(1, len(adopters)):
        if unreached == 0:
            break
        _tell(fresh, n_fresh, unmoved, start, neighbour, silence)
        _wear(left, silence, fell)
        n_fresh = _list(fell, words, some, fresh)
        _adopt(step, when, left, fresh, n_fresh)
        adopters[step] = n_fresh
        unreached -= n_fresh


@njit(cache=True)
def spread_everywhere(
    key: Any, innovation: Any, imitation: Any, when: Any, adopters: Any,
) -> None:
    """Let adoption spread where everybody meets everybody: ``1 − P = (1 − p)(1 − q)^F``.

    F is the share of adopters; the arrays are those of ``spread``.
    """
    n = len(when)
    left = np.empty(n)
    silence = np.empty(n)
    fell, words, some, fresh = _places(n)
    n_fresh = _first(key, when, left, fresh)
    adopters[0] = n_fresh
    unreached = n - n_fresh
    for step in range(1, len(adopters)):
        if unreached == 0:
            break
        silence[:] = (1.0 - innovation) * (1.0 - imitation) ** ((n - unreached) / n)
        _wear(left, silence, fell)
        n_fresh = _list(fell, words, some, fresh)
        _adopt(step, when, left, fresh, n_fresh)
        adopters[step] = n_fresh
        unreached -= n_fresh
