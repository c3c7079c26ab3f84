"""The network of people: who is tied to whom, and how strongly.

The generators are our own because those of networkx and igraph consume one stream of random
numbers in order: they cannot be keyed by person, and one person more would rewire everybody.

What makes a tie strong: ties within a neighbourhood (ring lattice, groups) are strong; ties to
anybody (rewired, random, preferential) are weak, for their ends share hardly any friends and such
bridges are weak (Granovetter 1973, Am. J. Sociology 78:1360). Kinds therefore differ in strength
as well as in shape; to compare shapes alone, set ``talk.weak`` equal to ``talk.strong``.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import Fault, ScenarioError
from simulation.kernels.ties import (
    Edges,
    group_edges,
    random_edges,
    ring_edges,
    rows,
    scale_free_edges,
)
from simulation.scenario.schema import Network
from simulation.scenario.words import NetworkKind
from simulation.streams import Draws, Streams

if TYPE_CHECKING:
    import pandas as pd

_KEY = "network.file"
_FAULTS_SHOWN = 20


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


def found_network(network: Network, n_people: int, streams: Streams) -> Ties:
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
    """Read ties from a CSV file with columns ``a``, ``b`` and optionally ``strong``.

    ``a`` and ``b`` are person ids from 0; ``strong`` is 0 or 1 (or true or false throughout), and
    every tie is strong without it. Ties may be named from either end and more than once.

    Args:
        file: path of the file.
        n_people: people.

    Raises:
        ScenarioError: If the file is missing or cannot be read, lacks a column, or has lines that
            are no tie between two of the people.
    """
    if file is None:
        hint = "Name a CSV file with columns a, b and optionally strong."
        raise ScenarioError([Fault("is needed by kind 'edge_list'.", key=_KEY, hint=hint)])
    path = Path(file)
    table = _read_csv(path)
    ends = [_numbers(table[name]) for name in ("a", "b")]
    strength = _numbers(table["strong"]) if "strong" in table else np.ones(len(table))
    faults = _line_faults(path, ends, strength, n_people)
    if faults:
        raise ScenarioError(faults)
    return ends[0].astype(np.uint32), ends[1].astype(np.uint32), strength == 1.0


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    errors = pd.errors
    try:
        table = _parse_csv(path)
    except (
        OSError,
        UnicodeDecodeError,
        errors.ParserError,
        errors.EmptyDataError,
        errors.ParserWarning,
    ) as error:
        fault = Fault(f"cannot be read: {error}", file=path, key=_KEY)
        raise ScenarioError([fault]) from error
    missing = [name for name in ("a", "b") if name not in table]
    if missing:
        message = (
            f"has no column {' and no column '.join(missing)}. Got {', '.join(map(str, table))}."
        )
        hint = "Its first line must be a,b or a,b,strong."
        raise ScenarioError([Fault(message, file=path, line=1, key=_KEY, hint=hint)])
    return table


def _parse_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    with warnings.catch_warnings():
        # Lines longer than the header must not be cut, nor their first values become an index.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        # Blank lines are kept so that the number of a row tells its line.
        return pd.read_csv(
            path, index_col=False, skipinitialspace=True, skip_blank_lines=False, low_memory=False
        )


def _numbers(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Return the column as numbers, NaN where it is none."""
    import pandas as pd

    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _line_faults(
    path: Path, ends: list[NDArray[np.float64]], strength: NDArray[np.float64], n_people: int
) -> list[Fault]:
    """Return a fault for each line that is no tie between two of the people."""
    nobody = ~np.all([(end >= 0) & (end < n_people) & (end == np.floor(end)) for end in ends], 0)
    rules = (
        (nobody, f"a and b must be whole numbers from 0 to {n_people - 1}, the ids of people."),
        (~nobody & (ends[0] == ends[1]), "a person cannot be tied to themself."),
        (~np.isin(strength, (0.0, 1.0)), "strong must be 0 or 1 (or true or false throughout)."),
    )
    found = sorted((int(row), rule) for broken, rule in rules for row in np.flatnonzero(broken))
    faults = [
        # Rows count from 0 and the first line is the header.
        Fault(rule, file=path, line=row + 2, key=_KEY)
        for row, rule in found[:_FAULTS_SHOWN]
    ]
    if len(found) > _FAULTS_SHOWN:
        rest = len(found) - _FAULTS_SHOWN
        faults.append(Fault(f"has {rest} more lines with faults.", file=path, key=_KEY))
    return faults
