"""Ties between people: edges drawn by keyed generators, and their rows of neighbours.

A generator returns three arrays, one entry a tie: one end (whoever proposed it), the other end,
and whether it is strong. ``rows`` turns them into compressed sparse rows.

A draw is keyed by the person who proposes a tie and by the tie's ordinal, never by position in a
sequence, so adding a person leaves all other draws as they were. ``pick`` then moves one in n + 1
of the choices "anybody of n people", all of them to the newcomer.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.jit import njit, subroutine
from simulation.kernels.room import flags
from simulation.streams import pick, uniform

Edges = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.bool_]]
"""One end, the other end, strong; each ``(n_edges,)``."""

_32 = np.uint64(32)
_POISSON_TAIL = 1e-18


@subroutine(forceinline=True)
def _ordinal(person: Any, ordinal: Any) -> Any:
    """Return the index of a person's draw of the given ordinal."""
    return np.uint64(person) | (np.uint64(ordinal) << _32)


@njit(cache=True)
def ring_edges(
    n: int,
    ties: int,
    rewiring: float,
    key_half: np.uint64,
    keys_rewire: NDArray[np.uint64],
    keys_target: NDArray[np.uint64],
) -> Edges:
    """Return the edges of a ring lattice, some of them rewired (Watts & Strogatz 1998).

    Person i proposes ties to i + 1 … i + ties/2 around the ring, which are strong. If ``ties`` is
    odd, the last of them is proposed with probability 1/2. With probability ``rewiring`` a tie goes
    to anybody instead and is weak, unless that is i or one of those within reach on the ring: then
    it stays in place, as in the paper ("with duplicate edges forbidden; otherwise we leave the edge
    in place"). So whether i's tie moves depends on i's own draws alone. Two people who pick each
    other share one tie.

    Args:
        n: people, >= 1.
        ties: mean ties of a person, >= 0.
        rewiring: probability that a tie is rewired.
        key_half: key of the coin for the last tie where ``ties`` is odd.
        keys_rewire: keys of whether the m-th tie is rewired, ``(ceil(ties / 2),)``.
        keys_target: keys of whom it is rewired to, ``(ceil(ties / 2),)``.

    Returns:
        The edges, proposers ascending.

    Source: Watts & Strogatz 1998, Nature 393:440.
    """
    reach = (ties + 1) // 2
    one = np.empty(n * reach, dtype=np.uint32)
    other = np.empty(n * reach, dtype=np.uint32)
    strong = flags(n * reach)
    edges = 0
    for i in range(n):
        own = reach
        if ties % 2 == 1 and uniform(key_half, i) >= 0.5:
            own -= 1
        for m in range(own):
            target = (i + m + 1) % n
            is_strong = True
            if uniform(keys_rewire[m], i) < rewiring:
                anybody = pick(keys_target[m], i, n)
                apart = abs(anybody - i)
                if min(apart, n - apart) > reach:
                    target = anybody
                    is_strong = False
            one[edges] = i
            other[edges] = target
            strong[edges] = is_strong
            edges += 1
    return one[:edges], other[:edges], strong[:edges]


@subroutine(forceinline=True)
def _poisson(u: float, mean: float) -> int:
    """Return the Poisson quantile of u."""
    count = 0
    term = exp(-mean)
    total = term
    while u > total and (count < mean or term > _POISSON_TAIL):
        count += 1
        term *= mean / count
        total += term
    return count


@njit(cache=True)
def random_edges(n: int, ties: int, key_count: np.uint64, key_partner: np.uint64) -> Edges:
    """Return the edges of a random graph, all weak (Gilbert 1959; Erdős & Rényi 1959).

    Everyone proposes a Poisson number, mean ties/2, of ties to anybody. The proposals between two
    people are then Poisson with mean ties/n, independently for every pair, so that, merged, each
    pair is tied independently with ``P = 1 − exp(−ties / n)``: exactly the graph G(n, P).

    Args:
        n: people, >= 1.
        ties: mean ties of a person, >= 0.
        key_count: key of how many ties a person proposes.
        key_partner: key of whom to.

    Returns:
        The edges, proposers ascending; some are loops or repeated, which ``rows`` drops.
    """
    edges = 0
    for i in range(n):
        edges += _poisson(uniform(key_count, i), 0.5 * ties)
    one = np.empty(edges, dtype=np.uint32)
    other = np.empty(edges, dtype=np.uint32)
    at = 0
    for i in range(n):
        for ordinal in range(_poisson(uniform(key_count, i), 0.5 * ties)):
            one[at] = i
            other[at] = pick(key_partner, _ordinal(i, ordinal), n)
            at += 1
    return one, other, np.zeros(edges, dtype=np.bool_)


@njit(cache=True)
def scale_free_edges(n: int, ties: int, key_half: np.uint64, key_end: np.uint64) -> Edges:
    """Return the edges of a network grown by preferential attachment, all weak.

    The first ceil(ties/2) + 1 people know each other; everyone after them ties to ties/2 different
    earlier people (if ``ties`` is odd, the last of these ties with probability 1/2), chosen in
    proportion to the ties they have: an end of a uniformly drawn earlier tie, drawn again with the
    next ordinal where it is somebody already chosen. People are tied by earlier people's ties only,
    so the network of n people is a prefix of that of n + 1, and low ids are its hubs.

    Args:
        n: people, >= 1.
        ties: mean ties of a person in a large network, >= 0.
        key_half: key of the coin for the last tie where ``ties`` is odd.
        key_end: key of the tie's end to copy.

    Returns:
        The edges, later ends ascending.

    Source: Barabási & Albert 1999, Science 286:509; drawing an end of a tie: Batagelj & Brandes
    2005, Phys. Rev. E 71:036113.
    """
    most = (ties + 1) // 2
    one = np.empty(n * most, dtype=np.uint32)
    other = np.empty(n * most, dtype=np.uint32)
    edges = 0
    for i in range(n):
        before = edges
        if i <= most:
            for j in range(i):
                one[edges] = i
                other[edges] = j
                edges += 1
            continue
        own = most
        if ties % 2 == 1 and uniform(key_half, i) >= 0.5:
            own -= 1
        ordinal = 0
        while edges < before + own:
            end = np.int64(uniform(key_end, _ordinal(i, ordinal)) * (2 * before))
            ordinal += 1
            target = one[end >> 1] if end & 1 else other[end >> 1]
            if not (other[before:edges] == target).any():
                one[edges] = i
                other[edges] = target
                edges += 1
    return one[:edges], other[:edges], np.zeros(edges, dtype=np.bool_)


@njit(cache=True)
def group_edges(n: int, size: int) -> Edges:
    """Return the edges of groups of consecutive people who all know each other, all strong.

    Args:
        n: people, >= 1; the last group is smaller where ``size`` does not divide it.
        size: people in a group, >= 1.

    Returns:
        The edges, later ends ascending.

    Source: the personal networks of Goldenberg, Libai & Muller 2001, Marketing Letters 12:211.
    """
    rest = n % size
    edges = (n // size) * (size * (size - 1) // 2) + rest * (rest - 1) // 2
    one = np.empty(edges, dtype=np.uint32)
    other = np.empty(edges, dtype=np.uint32)
    at = 0
    for i in range(n):
        for j in range(i - i % size, i):
            one[at] = i
            other[at] = j
            at += 1
    return one, other, np.ones(edges, dtype=np.bool_)


@subroutine
def _place(
    one: NDArray[np.uint32],
    other: NDArray[np.uint32],
    strong: NDArray[np.bool_],
    start: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return everyone's neighbours in the order of the edges, by counting sort."""
    free = start[:-1].copy()
    neighbour = np.empty(start[-1], dtype=np.uint32)
    is_strong = flags(start[-1])
    for edge in range(one.shape[0]):
        a = one[edge]
        b = other[edge]
        if a != b:
            neighbour[free[a]] = b
            is_strong[free[a]] = strong[edge]
            free[a] += 1
            neighbour[free[b]] = a
            is_strong[free[b]] = strong[edge]
            free[b] += 1
    return neighbour, is_strong


@subroutine
def _transpose(
    start: NDArray[np.int64], neighbour: NDArray[np.uint32], strong: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the same symmetric rows with neighbours ascending.

    Whoever is visited in ascending order lands in each neighbour's row in ascending order.
    """
    free = start[:-1].copy()
    ascending = np.empty_like(neighbour)
    is_strong = np.empty_like(strong)
    for person in range(start.shape[0] - 1):
        for at in range(start[person], start[person + 1]):
            into = free[neighbour[at]]
            ascending[into] = person
            is_strong[into] = strong[at]
            free[neighbour[at]] = into + 1
    return ascending, is_strong


@subroutine
def _merge(
    start: NDArray[np.int64], neighbour: NDArray[np.uint32], strong: NDArray[np.bool_]
) -> int:
    """Merge equal neighbours of ascending rows in place; return how many remain in all."""
    kept = 0
    begin = start[0]
    for person in range(start.shape[0] - 1):
        first = kept
        for at in range(begin, start[person + 1]):
            if kept > first and neighbour[kept - 1] == neighbour[at]:
                strong[kept - 1] |= strong[at]
            else:
                neighbour[kept] = neighbour[at]
                strong[kept] = strong[at]
                kept += 1
        begin = start[person + 1]
        start[person + 1] = kept
    return kept


@njit(cache=True)
def rows(
    one: NDArray[np.uint32], other: NDArray[np.uint32], strong: NDArray[np.bool_], n: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.bool_]]:
    """Return everyone's neighbours as compressed sparse rows, in time and memory O(n + ties).

    Each tie is stored twice, once for each end. Loops are dropped, ties named more than once are
    merged, and a merged tie is strong if any of its namings is.

    Args:
        one: one end, ids below n, ``(n_edges,)``.
        other: the other end, ``(n_edges,)``.
        strong: whether the tie is strong, ``(n_edges,)``.
        n: people.

    Returns:
        ``start`` ``(n + 1,)``; ``neighbour`` and ``strong`` ``(start[n],)``: the neighbours of
        person i are ``neighbour[start[i]:start[i + 1]]``, ascending.
    """
    start = np.zeros(n + 1, dtype=np.int64)
    for edge in range(one.shape[0]):
        if one[edge] != other[edge]:
            start[one[edge] + 1] += 1
            start[other[edge] + 1] += 1
    start = np.cumsum(start)
    neighbour, is_strong = _place(one, other, strong, start)
    neighbour, is_strong = _transpose(start, neighbour, is_strong)
    kept = _merge(start, neighbour, is_strong)
    if kept == neighbour.shape[0]:
        return start, neighbour, is_strong
    return start, neighbour[:kept].copy(), is_strong[:kept].copy()
