"""Tables of sums behind each other in memory, so that all can be cleared and read at once."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, ClassVar, Self, get_type_hints

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats, Whole


class Sums:
    """Tables in a buffer of 64-bit words, each a number or a count.

    A subclass annotates its tables, of ``Floats`` or ``Whole``, with their axes, as in ``waits:
    Annotated[Floats, "company", 2]``; an axis is a length or the name of one in ``sizes``.

    Args:
        sizes: lengths of axes by name.
        counts: the buffer, of ``length(sizes)`` words; a new one, of zeros, if not given.
        numbers: the same read as numbers, if it is not the buffer's own bits.
    """

    tables: ClassVar[Mapping[str, tuple[np.dtype[Any], tuple[int | str, ...]]]]
    """Type and axes of each table, in order."""

    def __init_subclass__(cls) -> None:
        """Read the annotations."""
        cls.tables = {
            name: (np.dtype(float if hint.__origin__ == Floats else np.int64), hint.__metadata__)
            for name, hint in get_type_hints(cls, include_extras=True).items()
            if hasattr(hint, "__metadata__")
        }

    def __init__(
        self,
        sizes: Mapping[str, int],
        counts: Whole | None = None,
        numbers: NDArray[Any] | None = None,
    ) -> None:
        self.sizes = dict(sizes)
        self.words = np.zeros(self.length(sizes), dtype=np.int64) if counts is None else counts
        self._lay_out(self.words.view(np.float64) if numbers is None else numbers, self.words)

    def _lay_out(self, numbers: Floats, counts: Whole) -> None:
        at = 0
        for name, (dtype, axes) in self.tables.items():
            shape = tuple(_length(axis, self.sizes) for axis in axes)
            source: NDArray[Any] = numbers if dtype == np.float64 else counts
            setattr(self, name, source[at : at + prod(shape)].reshape(shape))
            at += prod(shape)

    @classmethod
    def length(cls, sizes: Mapping[str, int]) -> int:
        """Return how many words all tables take."""
        lengths = ([_length(axis, sizes) for axis in axes] for _, axes in cls.tables.values())
        return sum(prod(shape) for shape in lengths)

    @classmethod
    def places(cls, sizes: Mapping[str, int]) -> Self:
        """Return tables that hold, instead of each number, its place in the buffer."""
        place = np.arange(cls.length(sizes))
        return cls(sizes, place, place)

    @classmethod
    def counted(cls, sizes: Mapping[str, int]) -> NDArray[np.bool_]:
        """Return which words hold counts, ``(length,)``."""
        parts = [
            np.full(prod(_length(axis, sizes) for axis in axes), dtype != np.float64)
            for dtype, axes in cls.tables.values()
        ]
        return np.concatenate(parts)

    def clear(self) -> None:
        """Set all sums to 0."""
        self.words.fill(0)

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        """Return tables of the same sums in a buffer of their own."""
        return type(self)(self.sizes, self.words.copy())


def _length(axis: int | str, sizes: Mapping[str, int]) -> int:
    return sizes[axis] if isinstance(axis, str) else axis
