"""A run's part of the panel, as the run itself writes it: plain numbers, month by month.

A line of JSON (number of people, columns with their types), then block by block the columns one
after the other, ``(months, n_people)`` each, and a word at the end. A worker needs no library for
it, and whoever makes the table of it encodes each number once. Nobody waits for the disk to take
it: after a power cut, runs whose parts have no end are done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from simulation.errors import CocreateError
from simulation.store.files import atomic_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.world.panel import PanelColumn
    from simulation.world.people import People

ROWS_PER_BLOCK = 1 << 18
"""Months are put together until they have about so many rows; one with more stands alone."""

END = b"\nend of people\n"

See = Callable[[Any], None]
"""Is shown a model at the end of each month."""


@dataclass(frozen=True)
class PanelPart:
    """Where a run writes its people down, and what of them."""

    path: Path
    columns: tuple[PanelColumn, ...]

    @contextmanager
    def recording(self) -> Iterator[See]:
        """Give what writes a month down; the file is there whole at the end, or not at all."""
        self.path.parent.mkdir(exist_ok=True)
        with atomic_path(self.path, durable=False) as path, path.open("wb") as file:
            block = _Block(self.columns, file)
            yield block.see
            block.flush()
            file.write(END)

    def blocks(self) -> Iterator[list[NDArray[Any]]]:
        """Yield some months after the other: the columns, ``(months, n_people)`` each.

        They are good until the next are asked for, which take their place in memory.
        """
        with self.path.open("rb") as file:
            n_people = json.loads(file.readline())["people"]
            left = self._n_months(file, n_people)
            room = _room(self.columns, n_people, months=left)
            while left > 0:
                block = [values[:left] for values in room]
                for values in block:
                    file.readinto(values.data)
                yield block
                left -= len(block[0])

    def is_there(self) -> bool:
        """Whether the file is there, whole, and has the columns that are asked for."""
        try:
            with self.path.open("rb") as file:
                columns = json.loads(file.readline())["columns"]
                file.seek(-len(END), os.SEEK_END)
                return bool(columns == _kinds(self.columns) and file.read() == END)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _n_months(self, file: BinaryIO, n_people: int) -> int:
        import numpy as np

        width = sum(np.dtype(column.dtype).itemsize for column in self.columns)
        size = self.path.stat().st_size - file.tell() - len(END)
        return size // (width * n_people)


class _Block:
    """Some months of all persons, before they are written."""

    def __init__(self, columns: tuple[PanelColumn, ...], file: BinaryIO) -> None:
        self._columns = columns
        self._file = file
        self._values: list[NDArray[Any]] = []
        self._n = 0

    def see(self, model: Any) -> None:
        """Write down the month that a model has come to the end of."""
        people = getattr(getattr(model, "world", None), "people", None)
        if people is None:
            raise CocreateError("The model has no people (world.people) to make a panel of.")
        if not self._values:
            self._begin(people)
        for values, column in zip(self._values, self._columns, strict=True):
            column.copy_to(values[self._n], people)
        self._n += 1
        if self._n == len(self._values[0]):
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for values in self._values:
            self._file.write(values[: self._n].data)
        self._n = 0

    def _begin(self, people: People) -> None:
        head = {"people": len(people), "columns": _kinds(self._columns)}
        self._file.write(json.dumps(head).encode() + b"\n")
        self._values = _room(self._columns, len(people))


def _room(
    columns: Sequence[PanelColumn], n_people: int, *, months: int = ROWS_PER_BLOCK
) -> list[NDArray[Any]]:
    """Return room for the months that are put together, and for no more than there are."""
    import numpy as np

    shape = (min(months, max(1, ROWS_PER_BLOCK // n_people)), n_people)
    return [np.empty(shape, dtype=column.dtype) for column in columns]


def _kinds(columns: Sequence[PanelColumn]) -> list[list[Any]]:
    return [[column.name, column.dtype, list(column.words)] for column in columns]
