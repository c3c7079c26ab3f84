"""A scenario while it is being put together: plain values that know where they were written.

Trees are never changed in place: ``merge`` and ``put`` return new ones that share what is equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel

from simulation.errors import Fault
from simulation.scenario.fields import named_lists

Steps = tuple[str | int, ...]
"""A path into a scenario: names of keys, names or indexes of list entries."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written; ``rank`` is 0 for the file asked for, 1 for its base, and so on.

    A value that was set from the command line or from Python has no file.
    """

    file: Path | None = None
    line: int | None = None
    column: int | None = None
    rank: int = 0

    def fault(self, message: str, *, key: str | None = None, hint: str | None = None) -> Fault:
        """Return a fault at this place."""
        return Fault(message, self.file, self.line, self.column, key, hint)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: a table of nodes, a list of nodes, or a scalar."""

    value: Any
    place: Place = NOWHERE


_SCALARS = frozenset({str, float, int, bool})


def plant(value: Any, place: Place = NOWHERE) -> Node:
    """Return the tree of a Python value; sections, words, tuples and numpy numbers are welcome."""
    if isinstance(value, Node):
        return value
    if value is None or type(value) in _SCALARS:  # most are, and all other questions take longer
        return Node(value, place)
    if isinstance(value, PurePath):
        value = str(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        return Node({str(key): plant(item, place) for key, item in value.items()}, place)
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy
        value = value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return Node([plant(item, place) for item in value], place)
    return Node(value, place)


def plain(node: Node) -> Any:
    """Return the Python value of a tree."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


MOST_DEPTH = 24
"""Tables and lists in each other; a scenario has five."""


def is_plain(node: Node, depth: int = 0) -> bool:
    """Whether a tree holds nothing but what TOML can: numbers of 64 bits, no absurd depth."""
    if isinstance(node.value, dict | list):
        below = node.value.values() if isinstance(node.value, dict) else node.value
        return depth < MOST_DEPTH and all(is_plain(item, depth + 1) for item in below)
    if isinstance(node.value, str):
        return node.value.isascii() or not any("\ud800" <= c <= "\udfff" for c in node.value)
    if isinstance(node.value, int) and abs(node.value) >= 2**63:
        return False
    return node.value is None or isinstance(node.value, bool | int | float | date | time)


def name_of(node: Node) -> str | None:
    """Return the name of a list's entry, or None if it has none."""
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None


def names_in(node: Node | None) -> list[str]:
    """Return the names of a list's entries."""
    entries = node.value if node is not None and isinstance(node.value, list) else []
    return [name for name in map(name_of, entries) if name]


def position(node: Node, step: str | int) -> int | None:
    """Return the index of a list's entry by name or index, or None if there is no such entry."""
    if isinstance(step, int):
        return step if 0 <= step < len(node.value) else None
    places = (i for i, entry in enumerate(node.value) if name_of(entry) == step)
    return next(places, None)


def child(node: Node, step: str | int) -> Node | None:
    """Return what stands one step below a node, or None."""
    if isinstance(node.value, dict):
        entry = node.value.get(step)
        return entry if isinstance(entry, Node) else None
    if isinstance(node.value, list):
        index = position(node, step)
        return None if index is None else node.value[index]
    return None


def find(node: Node, steps: Steps) -> Node | None:
    """Return the node at a path, or None where nothing was written."""
    for step in steps:
        below = child(node, step)
        if below is None:
            return None
        node = below
    return node


def place_at(node: Node, steps: Steps) -> Place:
    """Return the place of a path, or of what encloses it where nothing was written."""
    for step in steps:
        below = child(node, step)
        if below is None:
            return node.place
        node = below
    return node.place


def by_name(node: Node, steps: Steps) -> Steps:
    """Return a path with the index of a named list's entry replaced by the entry's name."""
    if len(steps) < 2 or steps[0] not in named_lists():
        return steps
    entry = find(node, steps[:2])
    name = name_of(entry) if entry is not None else None
    return (steps[0], name, *steps[2:]) if name is not None and name.isidentifier() else steps
