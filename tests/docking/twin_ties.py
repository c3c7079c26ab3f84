"""Who knows whom: for each person the list of (other, strong), in ascending order of the other."""

from __future__ import annotations

from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind
from twin_draws import Dice

Ties = list[list[tuple[int, bool]]]


def weave(network: Network, n: int, dice: Dice) -> Ties:
    """Return everybody's ties."""
    strong: dict[frozenset[int], bool] = {}
    if network.kind is NetworkKind.SMALL_WORLD:
        proposals = small_world(network, n, dice)
    elif network.kind is NetworkKind.GROUPS:
        proposals = groups(network.group_size, n)
    elif network.kind in (NetworkKind.FULL_MIXING, NetworkKind.NONE):
        proposals = []
    else:
        raise NotImplementedError(network.kind)
    for one, other, is_strong in proposals:
        if one != other:  # a pair that is named twice is strong if either naming is
            pair = frozenset((one, other))
            strong[pair] = strong.get(pair, False) or is_strong
    ties: Ties = [[] for _ in range(n)]
    for pair, is_strong in strong.items():
        one, other = pair
        ties[one].append((other, is_strong))
        ties[other].append((one, is_strong))
    return [sorted(row) for row in ties]


def small_world(network: Network, n: int, dice: Dice) -> list[tuple[int, int, bool]]:
    """Return a ring whose ties go astray with the probability of rewiring."""
    reach = (network.ties + 1) // 2
    proposals = []
    for i in range(n):
        for m in range(1, reach + 1):
            odd_one = m == reach and network.ties % 2 == 1
            if odd_one and not dice.uniform("network", 0, "half", i) < 0.5:
                continue
            neighbour, is_strong = (i + m) % n, True
            if dice.uniform("network", 0, f"rewire:{m}", i) < network.rewiring:
                target = dice.pick("network", 0, f"target:{m}", i, n)
                apart = min((target - i) % n, (i - target) % n)
                if apart > reach:
                    neighbour, is_strong = target, False
            proposals.append((i, neighbour, is_strong))
    return proposals


def groups(size: int, n: int) -> list[tuple[int, int, bool]]:
    """Return groups of consecutive people, all of whom know each other well."""
    return [
        (i, j, True) for i in range(n) for j in range(i + 1, n) if i // size == j // size
    ]
