"""Every point of a design as a line across its factors."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import Asked
from simulation.analysis.response import shares
from simulation.report.canvas import (
    finish,
    house,
    nothing,
    start,
)
from simulation.report.colours import FAINT, INK
from simulation.report.words import sentence
from simulation.studies.sweep.answer import best_text
from simulation.studies.sweep.factors import level_text
from simulation.studies.sweep.figures.sheet import (
    COLOURS,
    OutcomeView,
    colour_bar,
    scale_of,
    title_of,
    varies,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


MOST_LINES = 1500


@house
def parallel(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw every point as a line across the factors, coloured by its outcome; the best on top."""
    from matplotlib.collections import LineCollection

    title = title_of("Every point of the design, coloured by {}", outcome)
    points = tables.points(outcome)
    columns = [column for column in tables.columns if tables.runs[column].nunique() > 1]
    if points is None or len(columns) < 2:
        return nothing(start(ax), title, "fewer than two factors were varied.")
    canvas = start(ax, (6.6, 4.4))
    shown = points.table.iloc[:: max(1, ceil(len(points.table) / MOST_LINES))][::-1]
    heights = {column: _heights(tables, column, shown[column]) for column in columns}
    lines = [
        [(place, heights[column][row]) for place, column in enumerate(columns)]
        for row in range(len(shown))
    ]
    scale = scale_of(list(points.table["mean"]))
    bundle = LineCollection(lines, cmap=COLOURS, linewidths=0.9,
                            alpha=max(0.25, min(0.8, 60 / len(lines))))  # fmt: skip
    bundle.set_array(shown["mean"].to_numpy(dtype=float))
    bundle.set_clim(*scale)
    canvas.ax.add_collection(bundle)
    canvas.ax.plot(*zip(*lines[-1], strict=True), color="white", linewidth=5, zorder=3)
    canvas.ax.plot(*zip(*lines[-1], strict=True), color=INK, linewidth=2.4, zorder=3.1,
                   marker="*", markersize=9, markeredgecolor="white")  # fmt: skip
    _upright(canvas.ax, tables, columns)
    colour_bar(canvas, [canvas.ax], scale, outcome)
    note = "starred line: the best point; each axis from its lowest to its highest level"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _heights(tables: SweepTables, column: str, values: pd.Series[Any]) -> list[float]:
    """Return values as shares of the way up their axis."""
    factor = next(one for one in tables.factors if column in one.columns)
    if factor.kind in ("interval", "mixture"):
        numbers = values.to_numpy(dtype=float)
        if factor.kind == "interval":
            return [float(share) for share in shares(numbers, factor)]
        low, high = _ends(tables, column)
        return [float((x - low) / (high - low)) if high > low else 0.5 for x in numbers]
    places = {str(level): place for place, level in enumerate(factor.values)}
    last = max(len(places) - 1, 1)
    return [places.get(str(value), 0) / last for value in values]


def _upright(ax: Axes, tables: SweepTables, columns: Sequence[str]) -> None:
    """Draw an upright axis for each factor, its ends written at top and bottom."""
    ax.set_xlim(-0.3, len(columns) - 0.7)
    ax.set_ylim(-0.09, 1.09)
    ax.set_yticks([])
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for place, column in enumerate(columns):
        ax.axvline(place, 0.075, 0.925, color=FAINT, linewidth=0.8, zorder=2)
        levels = _ends(tables, column)
        for height, up, level in ((-0.02, "top", levels[0]), (1.02, "bottom", levels[1])):
            words = shorten(level_text(level), 14, placeholder="…")
            ax.text(place, height, words, ha="center", va=up, fontsize=7.5)
    names = [_folded(tables.short[column]) for column in columns]
    tilt = 35 if len(columns) > 6 else 0
    ax.set_xticks(range(len(columns)), names, fontsize=8, rotation=tilt,
                  ha="right" if tilt else "center")  # fmt: skip
    ax.tick_params(axis="x", length=0)


def _ends(tables: SweepTables, column: str) -> tuple[Any, Any]:
    factor = next(one for one in tables.factors if column in one.columns)
    if factor.kind == "interval":
        return factor.low, factor.high
    if factor.is_mixture:
        return tables.runs[column].min(), tables.runs[column].max()
    return factor.values[0], factor.values[-1]


def _folded(name: str) -> str:

    return fill(name, 13, break_long_words=False)


def parallel_words(tables: SweepTables, outcome: Asked) -> str:
    """Say which point is best."""
    points = tables.points(outcome) or tables.ranking(outcome)
    return "" if points is None else sentence(best_text(tables, points))


PARALLEL = OutcomeView(
    "parallel", "Every point of the design", parallel, parallel_words,
    lambda tables: tables.n_points >= 8 and varies(tables, 3), "decision",
)  # fmt: skip
