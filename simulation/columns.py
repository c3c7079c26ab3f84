"""Columns of persons: declared once, so that allocation, checks and documentation follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Column:
    """One attribute of all persons.

    ``per`` names a second axis (``"outcome"``, ``"company"``) where a person has several values;
    ``low`` and ``high`` are closed bounds that hold after every step; ``start`` is the value before
    founding fills in what differs between persons.
    """

    dtype: str
    start: float
    low: float
    high: float
    meaning: str
    unit: str = ""
    per: str | None = None

    def allocate(self, n: int, sizes: Mapping[str, int]) -> NDArray[Any]:
        """Return a filled array ``(n,)``, or ``(n, sizes[per])`` where the column has an axis."""
        shape = (n,) if self.per is None else (n, sizes[self.per])
        return np.full(shape, self.start, dtype=self.dtype)

    def violations(self, values: NDArray[Any]) -> int:
        """Return how many values lie outside the bounds or are not a number."""
        return int(np.count_nonzero(~((values >= self.low) & (values <= self.high))))
