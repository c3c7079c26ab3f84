"""The network of people: who is tied to whom, and how strongly.

The generators are our own because those of networkx and igraph consume one stream of random
numbers in order: they cannot be keyed by person, and one person more would rewire everybody.

What makes a tie strong: ties within a neighbourhood (ring lattice, groups) are strong; ties to
anybody (rewired, random, preferential) are weak, for their ends share hardly any friends and such
bridges are weak (Granovetter 1973, Am. J. Sociology 78:1360). Kinds therefore differ in strength
as well as in shape; to compare shapes alone, set ``talk.weak`` equal to ``talk.strong``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.ties import (
    Edges,
    group_edges,
    random_edges,
    ring_edges,
    rows,
    scale_free_edges,
)
from simulation.scenario.edge_list import read_edges
from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind
from simulation.streams import Draws, Streams


@dataclass(frozen=True, eq=False)
class Ties:
    """Undirected ties as compressed sparse rows: each is stored twice, once for each end.

    Attributes:
        start: where each person's neighbours start, ``(n_people + 1,)``.
        neighbour: person ids, ascending within a person, none twice, no self, ``(2 n_ties,)``.
        strong: whether the tie is strong, ``(2 n_ties,)``.
        contacts_per_month: weak contacts that everybody draws afresh every month, beside the ties.
        full_mixing: whether everybody meets everybody, instead of ties.
    """

    start: NDArray[np.int64]
    neighbour: NDArray[np.uint32]
    strong: NDArray[np.bool_]
    contacts_per_month: int = 0
    full_mixing: bool = False

    @property
    def n_people(self) -> int:
        """People, tied or not."""
        return self.start.size - 1

    @property
    def n_ties(self) -> int:
        """Ties, each counted once."""
        return self.neighbour.size // 2

    @property
    def degree(self) -> NDArray[np.int64]:
        """Ties of each person, ``(n_people,)``."""
        return np.diff(self.start)

    def of(self, person: int) -> NDArray[np.uint32]:
        """Return the neighbours of a person, ascending, ``(degree,)``."""
        return self.neighbour[self.start[person] : self.start[person + 1]]


def build_network(network: Network, n_people: int, streams: Streams) -> Ties:
    """Return the ties of a scenario's network.

    Args:
        network: the kind of network and its parameters.
        n_people: people, whose ids are 0 … n_people − 1.
        streams: the run's keys; draws are those of process ``network`` at step 0.

    Raises:
        ScenarioError: If the edge list is missing, cannot be read, or names people who do not
            exist; every offending line is a fault.
    """
    edges = _edges(network, n_people, streams.at("network", 0))
    start, neighbour, strong = rows(*edges, n_people)
    contacts = network.weak_contacts if network.kind is NetworkKind.GROUPS else 0
    mixing = network.kind is NetworkKind.FULL_MIXING
    return Ties(start, neighbour, strong, contacts_per_month=contacts, full_mixing=mixing)


def _edges(network: Network, n: int, draws: Draws) -> Edges:
    edges: Edges
    match network.kind:
        case NetworkKind.SMALL_WORLD:
            edges = _ring(n, network.ties, network.rewiring, draws)
        case NetworkKind.LATTICE:
            edges = _ring(n, network.ties, 0.0, draws)
        case NetworkKind.RANDOM:
            edges = random_edges(n, network.ties, draws("count"), draws("partner"))
        case NetworkKind.SCALE_FREE:
            edges = scale_free_edges(n, network.ties, draws("half"), draws("end"))
        case NetworkKind.GROUPS:
            edges = group_edges(n, network.group_size)
        case NetworkKind.EDGE_LIST:
            edges = read_edge_list(network.file, n)
        case NetworkKind.FULL_MIXING | NetworkKind.NONE:
            nobody = np.empty(0, dtype=np.uint32)
            edges = nobody, nobody, np.empty(0, dtype=np.bool_)
    return edges


def _ring(n: int, ties: int, rewiring: float, draws: Draws) -> Edges:
    ordinals = range(1, (ties + 1) // 2 + 1)
    rewire = draws.each(*(f"rewire:{ordinal}" for ordinal in ordinals))
    target = draws.each(*(f"target:{ordinal}" for ordinal in ordinals))
    edges: Edges = ring_edges(n, ties, rewiring, draws("half"), rewire, target)
    return edges


def read_edge_list(file: str | None, n_people: int) -> Edges:
    """Read ties from a file (see ``scenario.edge_list``).

    Raises:
        ScenarioError: If the file is missing or cannot be read, or has lines that are no tie
            between two of the people.
    """
    edges = read_edges(file, n_people)
    one, other = (np.array(ends, dtype=np.uint32) for ends in (edges.one, edges.other))
    return one, other, np.array(edges.strong, dtype=np.bool_)
