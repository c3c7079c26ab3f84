"""A figure of a study over futures before it has tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class FutureView[T: FuturesTables]:
    """A figure before it has tables: what it says, how it is drawn, the numbers behind it."""

    name: str
    title: str
    finding: Callable[[T], str]
    draw: Callable[[T], Axes]
    numbers: Callable[[T], pd.DataFrame]
    chapter: str = "decision"

    def of(self, tables: T) -> Figure:
        """Return the figure of some tables."""
        return Figure(self.name, self.title, sentence(self.finding(tables)),
                      partial(self.draw, tables), self.chapter,
                      partial(self.numbers, tables))  # fmt: skip
