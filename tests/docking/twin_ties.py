"""Who knows whom: for each person the list of (other, strong), in ascending order of the other."""

from __future__ import annotations

import csv
from math import exp
from pathlib import Path

from twin_draws import Dice

from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind

Ties = list[list[tuple[int, bool]]]


def weave(network: Network, n: int, dice: Dice) -> Ties:
    """Return everybody's ties."""
    strong: dict[frozenset[int], bool] = {}
    for one, other, is_strong in proposals(network, n, dice):
        if one != other:  # a pair that is named twice is strong if either naming is
            pair = frozenset((one, other))
            strong[pair] = strong.get(pair, False) or is_strong
    ties: Ties = [[] for _ in range(n)]
    for pair, is_strong in strong.items():
        one, other = pair
        ties[one].append((other, is_strong))
        ties[other].append((one, is_strong))
    return [sorted(row) for row in ties]


def proposals(network: Network, n: int, dice: Dice) -> list[tuple[int, int, bool]]:
    """Return ties as (one, other, strong), perhaps some of them twice."""
    match network.kind:
        case NetworkKind.SMALL_WORLD:
            return ring(network.ties, network.rewiring, n, dice)
        case NetworkKind.LATTICE:
            return ring(network.ties, 0.0, n, dice)
        case NetworkKind.RANDOM:
            return at_random(network.ties, n, dice)
        case NetworkKind.SCALE_FREE:
            return to_the_popular(network.ties, n, dice)
        case NetworkKind.GROUPS:
            return groups(network.group_size, n)
        case NetworkKind.EDGE_LIST:
            assert network.file is not None
            return from_file(Path(network.file))
    return []


def own_ties(ties: int, i: int, dice: Dice) -> int:
    """Return how many ties a person proposes: half of theirs, an odd one by a coin."""
    odd = ties % 2 == 1 and dice.uniform("network", 0, "half", i) < 0.5
    return ties // 2 + odd


def ring(ties: int, rewiring: float, n: int, dice: Dice) -> list[tuple[int, int, bool]]:
    """Return a ring whose ties go astray with the probability of rewiring."""
    reach = (ties + 1) // 2
    found = []
    for i in range(n):
        for m in range(1, own_ties(ties, i, dice) + 1):
            neighbour, is_strong = (i + m) % n, True
            if dice.uniform("network", 0, f"rewire:{m}", i) < rewiring:
                target = dice.pick("network", 0, f"target:{m}", i, n)
                apart = min((target - i) % n, (i - target) % n)
                if apart > reach:
                    neighbour, is_strong = target, False
            found.append((i, neighbour, is_strong))
    return found


def ordinal(person: int, number: int) -> int:
    """Return the index of a person's draw of a number."""
    return person + (number << 32)


def at_random(ties: int, n: int, dice: Dice) -> list[tuple[int, int, bool]]:
    """Return ties to anybody, of whom everyone picks a Poisson number."""
    found = []
    for i in range(n):
        draw, count = dice.uniform("network", 0, "count", i), 0
        chance = total = exp(-ties / 2.0)
        while draw > total:
            count += 1
            chance *= ties / 2.0 / count
            total += chance
        for number in range(count):
            other = dice.pick("network", 0, "partner", ordinal(i, number), n)
            found.append((i, other, False))
    return found


def to_the_popular(ties: int, n: int, dice: Dice) -> list[tuple[int, int, bool]]:
    """Return a network in which newcomers copy an end of an earlier tie."""
    founders = (ties + 1) // 2 + 1
    found = [(i, j, False) for i in range(min(founders, n)) for j in range(i)]
    for i in range(founders, n):
        earlier, chosen, number = list(found), [], 0
        while len(chosen) < own_ties(ties, i, dice):
            draw = dice.uniform("network", 0, "end", ordinal(i, number))
            end = int(draw * 2 * len(earlier))
            one, other, _ = earlier[end // 2]
            target = one if end % 2 else other
            if target not in chosen:
                chosen.append(target)
            number += 1
        found += [(i, target, False) for target in chosen]
    return found


def from_file(file: Path) -> list[tuple[int, int, bool]]:
    """Return the ties of a table with columns a, b and perhaps strong."""
    with file.open() as lines:
        return [
            (int(row["a"]), int(row["b"]), row.get("strong", "1") in ("1", "True", "true"))
            for row in csv.DictReader(lines, skipinitialspace=True)
        ]


def groups(size: int, n: int) -> list[tuple[int, int, bool]]:
    """Return groups of consecutive people, all of whom know each other well."""
    return [(i, j, True) for i in range(n) for j in range(i + 1, n) if i // size == j // size]
