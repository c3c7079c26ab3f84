"""What the figures of sweeps share: their declaration, panels, scales, names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from textwrap import shorten
from typing import TYPE_CHECKING, Protocol

from simulation.analysis.points import Asked
from simulation.report.canvas import (
    Canvas,
    is_narrow,
    new_sheet,
    plain_number,
    thousands,
    without_seams,
)
from simulation.report.figure import Figure
from simulation.report.words import capital, label
from simulation.scenario.units import Units
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


COLOURS = "cividis"
"""From dark blue to yellow: even in print, and to colour-blind readers."""


BY_SEED = "95 % t-interval of the mean over seeds"


class DrawSweep(Protocol):
    """A function that draws a sweep."""

    def __call__(self, tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
        """Draw the outcome on the axes, or on a new figure."""
        ...


@dataclass(frozen=True)
class OutcomeView:
    """A figure of any outcome of a sweep: when there is one, how it is drawn, what it shows."""

    name: str
    title: str
    draw: DrawSweep
    finding: Callable[[SweepTables, Asked], str]
    available: Callable[[SweepTables], bool]
    chapter: str = "influence"

    def of(self, tables: SweepTables, outcome: Asked, *, tail: str = "") -> Figure:
        """Return the figure of an outcome; the tail keeps the names of several apart."""
        return Figure(
            f"{self.name}{tail}",
            f"{self.title}: {label(outcome.name)}",
            self.finding(tables, outcome),
            partial(self.draw, tables, outcome=outcome),
            self.chapter,
            partial(numbers, tables, outcome),
        )


def numbers(tables: SweepTables, outcome: Asked) -> pd.DataFrame:
    """Return the points of an outcome, best first, or its indices where the design gives them."""
    if tables.has_indices:
        return tables.indices(outcome)
    ranking = tables.points(outcome)
    return tables.runs if ranking is None else ranking.table


def varies(tables: SweepTables, n: int) -> bool:
    """Return whether at least n columns take more than one level."""
    return sum(tables.runs[column].nunique() > 1 for column in tables.columns) >= n


def measure(outcome: Asked) -> str:
    """Return an outcome with its unit, as an axis is labelled."""
    unit = "" if outcome.unit in ("1", "") else f" ({outcome.unit})"
    return f"{label(outcome.name)}{unit}"


def title_of(what: str, outcome: Asked) -> str:
    """Return a title with a capital letter."""
    return capital(what.format(label(outcome.name)))


def panels(n: int, height: float, *, across: int = 2) -> tuple[Canvas, list[Axes]]:
    """Return a canvas with n panels, as many across; on a phone one below the other."""
    across = 1 if is_narrow() else min(across, n)
    down = ceil(n / across)
    sheet = new_sheet((6.6, 0.9 + height * down), redrawn=True)
    axes = [sheet.add_subplot(down, across, place + 1) for place in range(n)]
    return Canvas(axes[0], owns_sheet=True), axes


def scale_of(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a colour scale, apart even where all values are equal."""
    known = [value for value in values if value == value]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def colour_bar(
    canvas: Canvas, axes: Sequence[Axes], scale: tuple[float, float], outcome: Asked
) -> None:
    """Draw the scale of colours beside the axes, with the outcome and its unit."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.ticker import FuncFormatter

    colour = ScalarMappable(Normalize(*scale), COLOURS)
    ticks = FuncFormatter(lambda value, _: plain_number(value))
    bar = canvas.sheet.colorbar(
        colour, ax=list(axes), shrink=0.75, aspect=28, pad=0.03, format=ticks
    )
    bar.set_label(measure(outcome), fontsize=9)
    bar.ax.tick_params(labelsize=8)
    without_seams(bar)


def factor_words(tables: SweepTables, column: str, most: int = 80) -> str:
    """Return a factor's name and unit, on two lines where one would be too long."""
    scenario = tables.manifest.get("scenario") or {}
    unit = Units.of_data(scenario).typed(tables.units.get(column, ""))
    name = tables.short[column]
    if not unit:
        return name
    return f"{name}{chr(10) if len(name) + len(unit) > most else ' '}({unit})"


def named_rows(ax: Axes, names: Sequence[str]) -> None:
    """Name the rows of horizontal bars, the first at the top."""
    ax.set_yticks(range(len(names)), [shorten(name, 30, placeholder="…") for name in names],
                  fontsize=8.5)  # fmt: skip
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    thousands(ax, axis="x")
