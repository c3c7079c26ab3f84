"""Figures of an experiment: where the optimum lies, and how outcomes answer to what was varied.

Each is a function ``(tables, ax=None, *, outcome) -> Axes`` of the stored tables of a sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Protocol

from simulation.analysis.points import Asked, Ranking, Varied, averaged, ranking
from simulation.analysis.response import SAMPLED, effects, heat, response, shares, strength
from simulation.report import colours
from simulation.report.canvas import (
    Canvas,
    finish,
    house,
    nothing,
    plain_number,
    start,
    thousands,
)
from simulation.report.colours import FAINT, GRID, INK, Look, ink
from simulation.report.words import label
from simulation.report.words import number as number_words
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

MOST_PANELS = 6
MOST_RESPONSES = 8
MOST_LINES = 1500
MOST_LETTERS = 36
COLOURS = "cividis"
"""From dark blue to yellow: even in print, and to colour-blind readers."""
BY_SEED = "95 % t-interval of the mean over seeds"
POINT_LOOK = Look("#0072B2", "-", "o")


class DrawSweep(Protocol):
    """A function that draws a sweep."""

    def __call__(self, tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
        """Draw the outcome on the axes, or on a new figure."""
        ...


@dataclass(frozen=True)
class SweepFigure:
    """A figure to be asked for by name."""

    name: str
    title: str
    draw: DrawSweep
    available: Callable[[SweepTables], bool]


# --- what all share ------------------------------------------------------------------------------


def measure(outcome: Asked) -> str:
    """Return an outcome with its unit, as an axis is labelled."""
    unit = "" if outcome.unit in ("1", "") else f" ({outcome.unit})"
    return f"{label(outcome.name)}{unit}"


def title_of(what: str, outcome: Asked) -> str:
    """Return a title with a capital letter."""
    text = what.format(label(outcome.name))
    return text[:1].upper() + text[1:]


def level_text(value: Any) -> str:
    """Return a level as it is read."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool) or str(plain) in ("True", "False"):
        return "yes" if str(plain) == "True" else "no"
    return number_words(float(plain)) if isinstance(plain, int | float) else label(str(plain))


def _panels(n: int, height: float, *, across: int = 2) -> tuple[Canvas, list[Axes]]:
    """Return a canvas with n panels, as many across."""
    from matplotlib.figure import Figure

    across = min(across, n)
    down = ceil(n / across)
    sheet = Figure(figsize=(6.6, 0.9 + height * down), layout="constrained")
    axes = [sheet.add_subplot(down, across, place + 1) for place in range(n)]
    return Canvas(axes[0], own=True), axes


def _no_axis(ax: Axes) -> None:
    ax.set_axis_off()
    ax.grid(visible=False)


# --- the simplex ---------------------------------------------------------------------------------

HEIGHT = sqrt(3) / 2
CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, HEIGHT))


def mixture_of(tables: SweepTables) -> Varied | None:
    """Return the factor that divides a total among three parts, if there is one."""
    found = [one for one in tables.factors if one.is_mixture and len(one.columns) == 3]
    return found[0] if found else None


@house
def simplex(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw an outcome over the shares of three parts, with the region of the optimum.

    One panel a level of the factor that matters most besides (one at all if there is none); means
    over what else was varied.
    """
    title = title_of("{} by how the total is divided", outcome)
    mixture = mixture_of(tables)
    if mixture is None or tables.runs[outcome.name].notna().sum() == 0:
        return nothing(start(ax), title, "nothing was divided among three parts.")
    tables_of = divisions(tables, outcome)
    if ax is not None:
        tables_of = [("", _over_simplex(tables.runs, mixture, outcome))]
    values = [value for _, found in tables_of for value in found.table["mean"]]
    scale = _scale(values)
    across = 1 if len(tables_of) == 1 else 2
    canvas, axes = (
        (Canvas(ax, own=False), [ax])
        if ax is not None
        else _panels(len(tables_of), 4.2 if across == 1 else 2.45, across=across)
    )
    for panel, (name, found) in zip(axes, tables_of, strict=True):
        _triangle(panel, found, mixture, scale=scale, small=len(tables_of) > 1)
        if name:
            panel.set_title(name, fontsize=9.5, pad=6, loc="center")
    _colour_bar(canvas, axes, scale, outcome)
    note = (
        "star: best point; ringed: the seeds cannot tell it from the best (paired by seed, 95 %); "
        "cross: equal shares"
    )
    return finish(canvas, title, tables.runs, tables.setting, note)


def divisions(tables: SweepTables, outcome: Asked) -> list[tuple[str, Ranking]]:
    """Return the outcome by the division of a total: a ranking for each panel of the figure.

    There is one for each level of the factor that matters most besides, under the level's name.
    """
    mixture = mixture_of(tables)
    if mixture is None:
        return []
    return [(name, _over_simplex(runs, mixture, outcome)) for name, runs in _split(tables, outcome)]


def _split(tables: SweepTables, outcome: Asked) -> list[tuple[str, pd.DataFrame]]:
    """Return the runs by the levels of the strongest other factor, at most six of them."""
    runs = tables.runs
    others = [
        one
        for one in tables.factors
        if not one.is_mixture and 1 < runs[one.columns[0]].nunique() <= MOST_PANELS
    ]
    if not others or tables.design in SAMPLED:
        return [("", runs)]
    chief = max(others, key=lambda one: strength(runs, tables.sweep, one, outcome))
    column = chief.columns[0]
    levels = list(response(runs, tables.sweep, column, outcome)["level"])
    name = tables.short[column]
    return [(f"{name} {level_text(level)}", runs[runs[column] == level]) for level in levels]


def _over_simplex(runs: pd.DataFrame, mixture: Varied, outcome: Asked) -> Ranking:
    """Return the outcome by the division alone: means over what else was varied."""
    keys = list(mixture.columns)
    found = ranking(averaged(runs, keys, outcome), keys, outcome)
    if found is None:
        raise ValueError("No run has a value.")
    return found


def ternary(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where shares of three parts lie in the triangle, ``(n, 3)`` to ``(n, 2)``."""
    import numpy as np

    return np.asarray(shares @ np.array(CORNERS))


def _triangle(
    ax: Axes, found: Ranking, mixture: Varied, *, scale: tuple[float, float], small: bool
) -> None:
    table = found.table
    shares = table[list(mixture.columns)].to_numpy(dtype=float) / mixture.total
    spots = ternary(shares)
    _frame(ax, mixture, small=small)
    means = table["mean"].to_numpy(dtype=float)
    if len(table) >= 15:
        ax.tricontourf(spots[:, 0], spots[:, 1], means, levels=14, cmap=COLOURS,
                       vmin=scale[0], vmax=scale[1], zorder=0.5)  # fmt: skip
    size = 14 if small else 34
    ax.scatter(spots[:, 0], spots[:, 1], c=means, cmap=COLOURS, vmin=scale[0], vmax=scale[1],
               s=size, edgecolors="white", linewidths=0.4, zorder=2)  # fmt: skip
    near = table["near"].to_numpy(dtype=bool)
    ax.scatter(spots[near, 0], spots[near, 1], s=size * 2.6, facecolors="none", edgecolors="white",
               linewidths=2.4, zorder=3)  # fmt: skip
    ax.scatter(spots[near, 0], spots[near, 1], s=size * 2.6, facecolors="none",
               edgecolors=colours.BAD, linewidths=1.3, zorder=3.1)  # fmt: skip
    middle = sum(x for x, _ in CORNERS) / 3, HEIGHT / 3
    ax.plot(*middle, marker="x", color="white", markersize=6.5, markeredgewidth=2.8, zorder=4)
    ax.plot(*middle, marker="x", color=INK, markersize=5.5, markeredgewidth=1.4, zorder=4.1)
    ax.plot(*spots[0], marker="*", color="white", markeredgecolor=INK, markeredgewidth=1,
            markersize=10 if small else 15, zorder=5, linestyle="none")  # fmt: skip


def _frame(ax: Axes, mixture: Varied, *, small: bool) -> None:
    """Draw the triangle, its grid at every fifth, and name its corners."""
    import numpy as np

    _no_axis(ax)
    ax.set_aspect("equal")
    corners = np.array([*CORNERS, CORNERS[0]])
    ax.plot(corners[:, 0], corners[:, 1], color=INK, linewidth=1, zorder=1.5, clip_on=False)
    for step in (0.2, 0.4, 0.6, 0.8):
        for part in range(3):
            ends = np.zeros((2, 3))
            ends[:, part] = step
            ends[0, (part + 1) % 3] = ends[1, (part + 2) % 3] = 1 - step
            line = ternary(ends)
            ax.plot(line[:, 0], line[:, 1], color=GRID, linewidth=0.6, zorder=1, alpha=0.7)
    places = (((-0.02, -0.035), "center", "top"), ((1.02, -0.035), "center", "top"),
              ((0.5, HEIGHT + 0.03), "center", "bottom"))  # fmt: skip
    looks = {str(name): look.colour for name, look in colours.FUNCTIONS.items()}
    for column, (place, across, up) in zip(mixture.columns, places, strict=True):
        name = column.rpartition(".")[2]
        ax.text(*place, f"all in\n{label(name)}", ha=across, va=up, fontsize=7.5 if small else 9,
                color=ink(looks.get(name, INK)), fontweight="bold", linespacing=1.1)  # fmt: skip
    ax.set_xlim(-0.16, 1.16)
    ax.set_ylim(-0.16, HEIGHT + 0.14)


def _scale(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if value == value]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _colour_bar(
    canvas: Canvas, axes: Sequence[Axes], scale: tuple[float, float], outcome: Asked
) -> None:
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
    bar.outline.set_visible(False)


# --- response curves -----------------------------------------------------------------------------


@house
def responses(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw how an outcome answers to each factor: means over all else, with intervals.

    The factors that move it most come first; on axes given, the first alone.
    """
    title = title_of("{} by each factor", outcome)
    columns = strongest(tables, outcome)[: 1 if ax is not None else MOST_RESPONSES]
    if not columns:
        return nothing(start(ax), title, "nothing was varied.")
    canvas, axes = (Canvas(ax, own=False), [ax]) if ax is not None else _panels(len(columns), 1.95)
    found = {column: response(tables.runs, tables.sweep, column, outcome) for column in columns}
    for panel, column in zip(axes, columns, strict=True):
        _respond(panel, tables, column, table=found[column])
    low, high = _reach(list(found.values()))
    for panel in axes:
        panel.set_ylim(low, high)
        thousands(panel)
    for panel in axes[:: min(2, len(axes))]:
        panel.set_ylabel(_wrapped(measure(outcome)), fontsize=8.5)
    sampled = tables.design in SAMPLED
    note = (
        f"whisker: {BY_SEED}; levels share their seeds, so that differences are surer than that"
        if not sampled
        else ("dots: means of bins; whisker: 95 % over a bin's points, whatever else they vary")
    )
    return finish(canvas, title, tables.runs, tables.setting, note)


def strongest(tables: SweepTables, outcome: Asked) -> list[str]:
    """Return the columns that moved, those of the factor that moves the outcome most first.

    Where the design gives indices, they say which that is.
    """
    moved = [
        one for one in tables.factors if any(tables.runs[c].nunique() > 1 for c in one.columns)
    ]
    sizes = _sizes(tables, outcome)
    order = sorted(
        moved,
        key=lambda one: (
            -sizes[one.key] if sizes else -strength(tables.runs, tables.sweep, one, outcome)
        ),
    )
    return [column for factor in order for column in factor.columns]


def _sizes(tables: SweepTables, outcome: Asked) -> dict[str, float]:
    """Return the total index or mean effect of each factor; empty where there are none."""
    if not tables.has_indices:
        return {}
    table = tables.indices(outcome)
    chief = table[table["index"].isin(("ST", "mu_star"))]
    return {
        str(name): float(value) for name, value in zip(chief["factor"], chief["value"], strict=True)
    }


def _respond(ax: Axes, tables: SweepTables, column: str, *, table: pd.DataFrame) -> None:
    factor = next(one for one in tables.factors if column in one.columns)
    ax.set_xlabel(_factor_words(tables, column, MOST_LETTERS), fontsize=8.5)
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


def _reach(found: Sequence[pd.DataFrame]) -> tuple[float, float]:
    """Return common limits of several responses, their intervals included."""
    lows = [value for table in found for value in table["low"].fillna(table["mean"])]
    highs = [value for table in found for value in table["high"].fillna(table["mean"])]
    low, high = _scale([*lows, *highs])
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _factor_words(tables: SweepTables, column: str, most: int = 80) -> str:
    """Return a factor's name and unit, on two lines where one would be too long."""
    unit = tables.units.get(column, "")
    name = tables.short[column]
    if not unit:
        return name
    return f"{name}{chr(10) if len(name) + len(unit) > most else ' '}({unit})"


def _wrapped(text: str) -> str:
    return text.replace(" (", "\n(")


# --- two factors ---------------------------------------------------------------------------------


def heat_columns(tables: SweepTables) -> tuple[str, str] | None:
    """Return the two columns of a grid that move the first outcome most, if there are two."""
    if tables.design not in ("grid", "factorial"):
        return None
    plain = {one.columns[0] for one in tables.factors if not one.is_mixture}
    found = [column for column in strongest(tables, tables.outcomes[0]) if column in plain]
    return (found[0], found[1]) if len(found) > 1 else None


@house
def heat_map(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw an outcome over two factors: means over all else and over seeds."""
    title = title_of("{} over two factors", outcome)
    columns = heat_columns(tables)
    if columns is None:
        return nothing(start(ax), title, "no two factors were crossed.")
    down, across = columns
    table = _in_order(tables, heat(tables.runs, (down, across), outcome), outcome)
    canvas = start(ax, (6.6, 1.9 + 0.42 * max(len(table), 4)))
    scale = _scale(list(table.to_numpy(dtype=float).ravel()))
    canvas.ax.imshow(table.to_numpy(dtype=float), cmap=COLOURS, vmin=scale[0], vmax=scale[1],
                     aspect="auto")  # fmt: skip
    _cells(canvas.ax, table, scale)
    for name, levels, put in ((across, table.columns, canvas.ax.set_xticks),
                              (down, table.index, canvas.ax.set_yticks)):  # fmt: skip
        put(range(len(levels)), [level_text(level) for level in levels])
        words = _factor_words(tables, name)
        (canvas.ax.set_xlabel if name == across else canvas.ax.set_ylabel)(words)
    canvas.ax.grid(visible=False)
    for spine in canvas.ax.spines.values():
        spine.set_visible(False)
    _colour_bar(canvas, [canvas.ax], scale, outcome)
    note = "means over seeds and all other factors"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _in_order(tables: SweepTables, table: pd.DataFrame, outcome: Asked) -> pd.DataFrame:
    """Return a heat table with named levels in the order of the experiment."""
    down, across = str(table.index.name), str(table.columns.name)
    rows = list(response(tables.runs, tables.sweep, down, outcome)["level"])[::-1]
    columns = list(response(tables.runs, tables.sweep, across, outcome)["level"])
    return table.reindex(index=rows, columns=columns)


def _cells(ax: Axes, table: pd.DataFrame, scale: tuple[float, float]) -> None:
    """Write the numbers into the cells, where there is room for them."""
    if table.shape[1] > 9 or table.size > 90:
        return
    numbers = table.to_numpy(dtype=float)
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            value = float(numbers[row, column])
            dark = (value - scale[0]) / (scale[1] - scale[0]) < 0.5
            ax.text(column, row, number_words(value), ha="center", va="center", fontsize=8,
                    color="white" if dark else INK)  # fmt: skip


# --- parallel coordinates ------------------------------------------------------------------------


@house
def parallel(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw every point as a line across the factors, coloured by its outcome; the best on top."""
    from matplotlib.collections import LineCollection

    title = title_of("Every point of the design, coloured by {}", outcome)
    found = tables.points(outcome)
    columns = [column for column in tables.columns if tables.runs[column].nunique() > 1]
    if found is None or len(columns) < 2:
        return nothing(start(ax), title, "fewer than two factors were varied.")
    canvas = start(ax, (6.6, 4.4))
    shown = found.table.iloc[:: max(1, ceil(len(found.table) / MOST_LINES))][::-1]
    heights = {column: _heights(tables, column, shown[column]) for column in columns}
    lines = [
        [(place, heights[column][row]) for place, column in enumerate(columns)]
        for row in range(len(shown))
    ]
    scale = _scale(list(found.table["mean"]))
    bundle = LineCollection(lines, cmap=COLOURS, linewidths=0.9,
                            alpha=max(0.25, min(0.8, 60 / len(lines))))  # fmt: skip
    bundle.set_array(shown["mean"].to_numpy(dtype=float))
    bundle.set_clim(*scale)
    canvas.ax.add_collection(bundle)
    canvas.ax.plot(*zip(*lines[-1], strict=True), color="white", linewidth=5, zorder=3)
    canvas.ax.plot(*zip(*lines[-1], strict=True), color=colours.BAD, linewidth=2.4, zorder=3.1,
                   marker="*", markersize=9, markeredgecolor="white")  # fmt: skip
    _upright(canvas.ax, tables, columns)
    _colour_bar(canvas, [canvas.ax], scale, outcome)
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
    from textwrap import fill

    return fill(name, 13, break_long_words=False)


# --- effects and indices -------------------------------------------------------------------------


@house
def tornado(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw what moving each factor alone does, paired by seed, the strongest on top."""
    title = title_of("What each factor does to {}", outcome)
    table = effects(tables.runs, tables.sweep, outcome)
    names = list(dict.fromkeys(table["factor"]))
    canvas = start(ax, (6.6, 1.7 + 0.42 * max(len(names), 2)))
    if not names:
        return nothing(canvas, title, "no factor was moved.")
    for row, name in enumerate(names):
        own = table[table["factor"] == name]
        for place, (_, effect) in enumerate(own.iterrows()):
            _bar(canvas.ax, row + (0.0 if len(own) == 1 else 0.2 * (2 * place - 1)), effect,
                 height=0.36 if len(own) > 1 else 0.6)  # fmt: skip
    _named_rows(canvas.ax, [tables.short[name] for name in names])
    low, high = canvas.ax.get_xlim()
    canvas.ax.set_xlim(low - 0.12 * (high - low), high + 0.12 * (high - low))
    canvas.ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    canvas.ax.set_xlabel(f"change of {measure(outcome)}")
    alone = tables.design == "one-at-a-time"
    start_text = "from the scenario as it stands" if alone else "from its first level"
    note = f"{start_text} to the level written; paired by seed; whisker: {BY_SEED}"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _bar(ax: Axes, place: float, effect: pd.Series[Any], *, height: float) -> None:
    value = float(effect["difference"])
    tone = colours.GOOD if value >= 0 else colours.BAD
    ax.barh(place, value, height=height, color=tone, alpha=0.65, hatch="" if value >= 0 else "//",
            edgecolor="white", linewidth=0.3)  # fmt: skip
    reach = value
    if effect["low"] == effect["low"]:
        ends = [[value - effect["low"]], [effect["high"] - value]]
        ax.errorbar([value], [place], xerr=ends, fmt="none", ecolor=INK, capsize=2, elinewidth=0.9)
        reach = float(effect["high"] if value >= 0 else effect["low"])
    words = shorten(f"to {level_text(effect['level'])}", 20, placeholder="…")
    ax.annotate(words, (reach, place), xytext=(4 if value >= 0 else -4, 0),
                textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
                fontsize=7.5)  # fmt: skip


def _named_rows(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), [shorten(name, 30, placeholder="…") for name in names],
                  fontsize=8.5)  # fmt: skip
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    thousands(ax, axis="x")


@house
def indices(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw the Sobol indices or Morris measures of each factor, with 95 % bootstrap intervals."""
    morris = tables.design == "morris"
    title = title_of("Which factors move {}" if morris else "What the spread of {} is due to",
                     outcome)  # fmt: skip
    table = tables.indices(outcome)
    first, second = ("mu_star", "sigma") if morris else ("ST", "S1")
    chief = table[table["index"] == first].sort_values("value", ascending=False, kind="stable")
    canvas = start(ax, (6.6, 1.9 + 0.4 * max(len(chief), 2)))
    if chief.empty:
        return nothing(canvas, title, "the outcome is the same everywhere, or points are missing.")
    names = list(chief["factor"])
    other = table[(table["index"] == second) & (table["other"] == "")].set_index("factor")
    _index_bars(canvas.ax, chief, other.loc[names], words=_INDEX_WORDS[first])
    _named_rows(canvas.ax, [tables.short[name] for name in names])
    unit = outcome.unit if morris else "share of its variance"
    canvas.ax.set_xlabel(f"{label(outcome.name)}: {unit}" if unit else label(outcome.name))
    canvas.ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    canvas.ax.legend(loc="lower right", fontsize=8.5)
    note = f"whisker: 95 % by bootstrap over {table.attrs['blocks']} blocks of the design"
    return finish(canvas, title, tables.runs, tables.setting, note)


_INDEX_WORDS = {
    "mu_star": ("mean size of the effect (μ*)", "spread of the effect (σ)"),
    "ST": ("with interactions (total)", "alone (first order)"),
}


def _index_bars(
    ax: Axes, chief: pd.DataFrame, other: pd.DataFrame, *, words: tuple[str, str]
) -> None:
    rows = range(len(chief))
    value = chief["value"].to_numpy(dtype=float)
    ends = [value - chief["low"].to_numpy(dtype=float), chief["high"].to_numpy(dtype=float) - value]
    ax.barh(rows, value, height=0.62, color="#56B4E9", alpha=0.8, label=words[0])
    ax.errorbar(value, rows, xerr=ends, fmt="none", ecolor=INK, capsize=2, elinewidth=0.9)
    spot = other["value"].to_numpy(dtype=float)
    half = (other["high"] - other["value"]).fillna(0).to_numpy(dtype=float)
    places = [row + 0.2 for row in rows]
    look: dict[str, Any] = {"color": "#D55E00", "markersize": 4.5, "markeredgecolor": "white"}
    ax.errorbar(spot, places, xerr=half, fmt="D", capsize=2, elinewidth=0.9, label=words[1], **look)


# --- the list ------------------------------------------------------------------------------------


def _varies(tables: SweepTables, n: int) -> bool:
    return sum(tables.runs[column].nunique() > 1 for column in tables.columns) >= n


SWEEP_FIGURES: dict[str, SweepFigure] = {
    figure.name: figure
    for figure in (
        SweepFigure("simplex", "Where the optimum of the division lies", simplex,
                    lambda tables: mixture_of(tables) is not None),
        SweepFigure("indices", "Which factors matter", indices, lambda tables: tables.has_indices),
        SweepFigure("tornado", "What each factor does", tornado,
                    lambda tables: tables.design in ("one-at-a-time", "factorial")),
        SweepFigure("heat", "Two factors together", heat_map,
                    lambda tables: heat_columns(tables) is not None),
        SweepFigure("responses", "How it answers to each factor", responses,
                    lambda tables: tables.design != "morris" and _varies(tables, 1)),
        SweepFigure("parallel", "Every point of the design", parallel,
                    lambda tables: tables.n_points >= 8 and _varies(tables, 3)),
    )
}  # fmt: skip
"""All figures of sweeps by name, in the order of the report."""


def available_sweep_figures(tables: SweepTables) -> list[SweepFigure]:
    """Return the figures that have something to show of a sweep."""
    if tables.runs.empty:
        return []
    return [figure for figure in SWEEP_FIGURES.values() if figure.available(tables)]
