"""The figures: one list for ``cocreate run``, ``cocreate plot`` and the report.

Every figure is a function ``(table, ax=None, *, setting=…) -> Axes``: give it the table it reads
and it returns axes on a new figure, or draws on those given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from simulation.analysis.summary import has
from simulation.errors import Fault, InputError
from simulation.report.canvas import PLAIN, STYLE, Setting
from simulation.studies.run.figures.customer_views import VIEWS, has_portfolio, portfolio
from simulation.studies.run.figures.journey import journey, touchpoints
from simulation.studies.run.figures.market import adoption, adoption_causes, functions, people
from simulation.studies.run.figures.needs import opportunity
from simulation.studies.run.figures.network import network
from simulation.studies.run.figures.network_views import indicators
from simulation.studies.run.figures.service import desks, resources
from simulation.studies.run.figures.value import gross_value, value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

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
class Figure:
    """A figure to be asked for by name; without the metrics it ``needs`` it is empty."""

    name: str
    title: str
    draw: Draw
    needs: tuple[str, ...] = ()
    source: Source = Source.SERIES

    def available(
        self, series: pd.DataFrame, ledger: pd.DataFrame, people: pd.DataFrame | None = None
    ) -> bool:
        """Return whether the tables have something for it to show."""
        if self.source is Source.PEOPLE:
            return people is not None and has_portfolio(people)
        if self.source is Source.LEDGER:
            return not ledger.empty and bool((ledger["amount"] > 0).any())
        return all(has(series, metric) for metric in self.needs)


def _view(name: str) -> Figure:
    view = next(view for view in VIEWS if view.name == name)
    return Figure(view.name, view.title, view.draw, view.needs)


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("value", "Who has the value", value, ("surplus",)),
        Figure("gross_value", "Where customers' value arose", gross_value, ("gross_value",)),
        Figure("adoption", "Adoption by company", adoption, ("adoption",)),
        Figure("adoption_causes", "What brought new customers", adoption_causes,
               ("new_customers_by_advertising",)),
        Figure("journey", "The journey", journey, ("people_in_stage",)),
        Figure("touchpoints", "Touchpoints along the journey", touchpoints, ("encounters",)),
        _view("journey_map"),
        Figure("opportunity", "Opportunity landscape", opportunity,
               ("importance", "outcome_satisfaction")),
        _view("opportunities"),
        Figure("desks", "Service desks", desks, ("desk_wait",)),
        Figure("resources", "Resources at the touchpoints", resources,
               ("brought", "slack", "encounters")),
        _view("slack_to_move"),
        Figure("network", "Value network", network, source=Source.LEDGER),
        Figure("network_over_time", "The value network over time", indicators,
               source=Source.LEDGER),
        Figure("functions", "Performance of the functions", functions, ("performance",)),
        Figure("people", "What people know, can do, and get done", people, ("outcome_progress",)),
        Figure("portfolio", "Customer portfolio", portfolio, source=Source.PEOPLE),
    )
}  # fmt: skip
"""All figures by name, in the order of the report."""


def available_figures(
    series: pd.DataFrame, ledger: pd.DataFrame, people: pd.DataFrame | None = None
) -> list[Figure]:
    """Return the figures that have something to show in these tables."""
    return [figure for figure in FIGURES.values() if figure.available(series, ledger, people)]


def find_figure(name: str) -> Figure:
    """Return a figure by its name.

    Raises:
        InputError: No figure is called that; the message lists those there are.
    """
    if name in FIGURES:
        return FIGURES[name]
    from difflib import get_close_matches

    near = get_close_matches(name, FIGURES, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(FIGURES)}."
    raise InputError([Fault(f"No figure is called {name!r}.", hint=hint)])


def draw(figure: Figure, tables: Tables) -> Sheet:
    """Return a figure drawn from a result, as a matplotlib Figure."""
    table = table_of(figure, tables)
    sheet = figure.draw(table, setting=tables.setting).get_figure(root=True)
    if sheet is None:
        raise ValueError(f"The figure {figure.name} was drawn on no sheet.")
    return sheet


def table_of(figure: Figure, tables: Tables) -> pd.DataFrame:
    """Return the table that a figure reads.

    Raises:
        InputError: it reads the persons of a run, who were not kept.
    """
    if figure.source is Source.LEDGER:
        return tables.ledger
    if figure.source is Source.SERIES:
        return tables.series
    if tables.people is None:
        fault = Fault("needs the persons of a run, who were not kept.", key=figure.name,
                      hint=f"Make them: cocreate plot RESULT --figure {figure.name}.")  # fmt: skip
        raise InputError([fault])
    return tables.people


def write_figures(
    folder: Path,
    tables: Tables,
    formats: Sequence[str] = ("png", "svg"),
    *,
    only: Iterable[str] | None = None,
) -> list[Path]:
    """Write the figures that have something to show into a folder, and return their paths.

    The same tables give the same bytes: files carry no date.
    """
    import matplotlib.style

    chosen = available_figures(tables.series, tables.ledger, tables.people)
    if only is not None:
        chosen = [find_figure(name) for name in only]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.style.context(str(STYLE)):
        for figure in chosen:
            sheet = draw(figure, tables)
            sheet.draw_without_rendering()
            sheet.set_layout_engine("none")  # laid out once, for all formats
            for kind in formats:
                path = folder / f"{figure.name}.{kind}"
                sheet.savefig(path, metadata=_NO_DATE.get(kind))
                written.append(path)
    return written


_NO_DATE: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
"""Metadata that would make the same figure differ from day to day."""


__all__ = [
    "FIGURES", "Draw", "Figure", "Setting", "Source", "adoption", "adoption_causes",
    "available_figures", "desks", "draw", "find_figure", "functions", "gross_value", "journey",
    "network", "opportunity", "people", "resources", "table_of", "touchpoints", "value",
    "write_figures",
]  # fmt: skip
