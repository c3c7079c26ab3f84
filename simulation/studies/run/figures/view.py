"""A figure of runs before it has a table: what it needs, how it is drawn, what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Protocol

from simulation.analysis.portfolio import has_portfolio
from simulation.analysis.summary import curves, has
from simulation.report.canvas import PLAIN, Setting
from simulation.report.figure import Figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.studies.run.tables import Tables


class Draw(Protocol):
    """A function that draws a table."""

    def __call__(
        self, table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
    ) -> Axes:
        """Draw the table on the axes, or on a new figure."""
        ...


class Source(StrEnum):
    """The table that a figure reads."""

    SERIES = "series"
    LEDGER = "ledger"
    PEOPLE = "people"


@dataclass(frozen=True)
class RunView:
    """A figure of any run; without the metrics it ``needs`` it is empty."""

    name: str
    title: str
    draw: Draw
    finding: Callable[[pd.DataFrame, Setting], str]
    """What it shows, in a sentence or two computed from the table that it draws."""
    needs: tuple[str, ...] = ()
    source: Source = Source.SERIES
    numbers: Callable[[pd.DataFrame, Setting], pd.DataFrame] | None = None
    """The numbers behind it, where they are not curves of the metrics that it needs."""

    def available(self, tables: Tables) -> bool:
        """Return whether the tables have something for it to show."""
        if self.source is Source.PEOPLE:
            return tables.people is not None and has_portfolio(tables.people)
        if self.source is Source.LEDGER:
            ledger = tables.ledger
            return not ledger.empty and bool((ledger["amount"] > 0).any())
        return all(has(tables.series, metric) for metric in self.needs)

    def of(self, tables: Tables) -> Figure:
        """Return the figure of a result that it is available for."""
        table: pd.DataFrame = getattr(tables, self.source.value)
        setting = tables.setting
        finding = self.finding(table, setting)
        data = partial(curves, table, self.needs) if self.numbers is None else \
            partial(self.numbers, table, setting)  # fmt: skip
        draw = partial(self.draw, table, setting=setting)
        return Figure(self.name, self.title, finding, draw, CHAPTER.get(self.name, ""), data)


CHAPTER = {
    **dict.fromkeys(("value", "gross_value"), "value"),
    **dict.fromkeys(("journey", "touchpoints", "journey_map", "opportunity", "opportunities",
                     "portfolio"), "customers"),
    **dict.fromkeys(("desks", "resources", "slack_to_move"), "service"),
    **dict.fromkeys(("adoption", "adoption_causes", "functions", "network",
                     "network_over_time"), "companies"),
    "people": "people",
}  # fmt: skip
"""The chapter of a report that each figure stands in."""
