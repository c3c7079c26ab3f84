"""How an outcome answers to each factor."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import Asked, Varied
from simulation.analysis.response import SAMPLED, response
from simulation.report.canvas import (
    Canvas,
    finish,
    house,
    nothing,
    plain_number,
    start,
    thousands,
)
from simulation.report.colours import INK, Look
from simulation.report.words import sentence
from simulation.studies.sweep.answer import strongest_text
from simulation.studies.sweep.factors import level_text, strongest
from simulation.studies.sweep.figures.sheet import (
    BY_SEED,
    OutcomeView,
    factor_words,
    measure,
    panels,
    scale_of,
    title_of,
    varies,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


MOST_RESPONSES = 8

MOST_LETTERS = 36


POINT_LOOK = Look(INK, "-", "o")


@house
def responses(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw how an outcome answers to each factor: means over all else, with intervals.

    The factors that move it most come first; on axes given, the first alone.
    """
    title = title_of("{} by each factor", outcome)
    columns = strongest(tables, outcome)[: 1 if ax is not None else MOST_RESPONSES]
    if not columns:
        return nothing(start(ax), title, "nothing was varied.")
    canvas, axes = (
        (Canvas(ax, owns_sheet=False), [ax]) if ax is not None else panels(len(columns), 1.95)
    )
    curves = {column: response(tables.runs, tables.sweep, column, outcome) for column in columns}
    for panel, column in zip(axes, columns, strict=True):
        _respond(panel, tables, column, table=curves[column])
    low, high = _reach(list(curves.values()))
    for panel in axes:
        panel.set_ylim(low, high)
        thousands(panel)
    for panel in axes[:: min(2, len(axes))]:
        panel.set_ylabel(_wrapped(measure(outcome)), fontsize=8.5)
    sampled = tables.design in SAMPLED
    note = (
        f"whisker: {BY_SEED}; levels share their seeds, so that differences are more precise than "
        "that"
        if not sampled
        else ("dots: means of bins; whisker: 95 % over a bin's points, whatever else they vary")
    )
    return finish(canvas, title, tables.runs, tables.setting, note)


def _respond(ax: Axes, tables: SweepTables, column: str, *, table: pd.DataFrame) -> None:
    factor = next(one for one in tables.factors if column in one.columns)
    ax.set_xlabel(factor_words(tables, column, MOST_LETTERS), fontsize=8.5)
    ax.tick_params(labelsize=8)
    means = table["mean"].to_numpy(dtype=float)
    errors = [(table["mean"] - table["low"]).fillna(0), (table["high"] - table["mean"]).fillna(0)]
    style: dict[str, Any] = {"color": POINT_LOOK.colour, "markersize": 4, "capsize": 2,
                             "elinewidth": 1}  # fmt: skip
    if factor.kind in ("interval", "mixture"):
        if factor.log:
            ax.set_xscale("log")
            _log_ticks(ax, factor)
        ax.errorbar(table["level"].astype(float), means, yerr=errors, marker="o", linewidth=1.4,
                    **style)  # fmt: skip
    else:
        names = [shorten(level_text(level), 16, placeholder="…") for level in table["level"]]
        ax.errorbar(range(len(names)), means, yerr=errors, fmt="o", **style)
        ax.set_xticks(range(len(names)), names, fontsize=8,
                      rotation=25 if max(map(len, names)) * len(names) > 30 else 0)  # fmt: skip
        ax.set_xlim(-0.5, len(names) - 0.5)


def _log_ticks(ax: Axes, factor: Varied) -> None:
    """Mark a log axis at round numbers in its range."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    steps = [mantissa * 10.0**power for power in range(-6, 8) for mantissa in (1, 2, 5)]
    inside = [step for step in steps if factor.low <= step * 1.001 and step <= factor.high * 1.001]
    ax.xaxis.set_major_locator(FixedLocator(inside))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))


def _reach(curves: Sequence[pd.DataFrame]) -> tuple[float, float]:
    """Return common limits of several responses, their intervals included."""
    lows = [value for table in curves for value in table["low"].fillna(table["mean"])]
    highs = [value for table in curves for value in table["high"].fillna(table["mean"])]
    low, high = scale_of([*lows, *highs])
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _wrapped(text: str) -> str:
    return text.replace(" (", "\n(")


def responses_words(tables: SweepTables, outcome: Asked) -> str:
    """Say which factor moves the outcome most, and between what."""
    return sentence(strongest_text(tables, outcome))


RESPONSES = OutcomeView(
    "responses", "Response to each factor", responses, responses_words,
    lambda tables: tables.design != "morris" and varies(tables, 1),
)  # fmt: skip
