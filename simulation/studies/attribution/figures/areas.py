"""The sources' picture of the three overlapping areas, with their numbers."""

from __future__ import annotations

from functools import partial
from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    XY,
    Setting,
    finish,
    house,
    nothing,
    seeds_frame,
    start,
)
from simulation.report.figure import Figure
from simulation.report.words import label, money_words, number, sentence, signed
from simulation.studies.attribution.figures.looks import AREAS, GREY, LOOKS, PAIRED, dividends_of
from simulation.studies.attribution.tables import (
    Played,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.patches import Polygon


RADIUS, APART = 1.0, 0.66
"""Of the circles, and of their centres from the middle."""

_CENTRES: dict[str, XY] = {
    name: (APART * cos(angle), APART * sin(angle))
    for name, angle in zip(AREAS, (5 * pi / 6, pi / 6, -pi / 2), strict=True)
}

_SPOTS: dict[str, XY] = {
    "I": (-0.93, 0.53),
    "M": (0.93, 0.53),
    "P": (0.0, -1.07),
    "I+M": (0.0, 0.82),
    "I+P": (-0.665, -0.385),
    "M+P": (0.665, -0.385),
    GREY: (0.0, -0.05),
}


@house
def areas(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw the sources' picture: three overlapping areas, each with its dividend and interval.

    The grey area in the middle is Δ(I, M, P): value that no function and no pair creates.

    Args:
        table: of an attribution of I, M and P (see ``Attribution.table``), without months.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "The grey area: what innovation, marketing & sales and the platform create together"
    canvas = start(ax, (6.6, 6.3))
    table, unit = in_few_digits(table, setting.unit)
    by_area = {str(row["of"]): row for _, row in dividends_of(table).iterrows()}
    if not set(LOOKS) <= set(by_area):
        return nothing(canvas, title, "this attribution is not of innovation, M&S and platform.")
    for name, centre in _CENTRES.items():
        _circle(canvas.ax, LOOKS[name].colour, centre)
    canvas.ax.add_patch(_middle())
    for name, spot in _SPOTS.items():
        _number(canvas.ax, by_area[name], spot, middle=name == GREY)
    for name, function in AREAS.items():
        _name(canvas.ax, table, name, words=label(function))
    canvas.ax.set_xlim(-1.9, 1.9)
    canvas.ax.set_ylim(-1.86, 1.62)
    canvas.ax.set_aspect("equal")
    canvas.ax.set_axis_off()
    note = f"{unit}; each of 8 coalitions, {PAIRED}; open: the interval covers zero"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


def in_few_digits(table: pd.DataFrame, unit: str) -> tuple[pd.DataFrame, str]:
    """Return an attribution in thousands or millions where amounts are long, and its unit.

    The parts of the picture have room for three digits and a sign.
    """
    columns = ["mean", "low", "high"]
    greatest = float(np.nanmax(table.loc[table["kind"] != "total", columns].abs().to_numpy()))
    size, word = next(((size, word) for size, word in _SIZES if greatest >= size), (1.0, ""))
    return table.assign(**{name: table[name] / size for name in columns}), f"{word}{unit}"


_SIZES = ((1e6, "million "), (1e3, "thousand "))


def _circle(ax: Axes, colour: str, centre: XY) -> None:
    from matplotlib.patches import Circle

    ax.add_patch(Circle(centre, RADIUS, facecolor=colours.pale(colour, 0.35), alpha=0.55,
                        linewidth=0, zorder=1))  # fmt: skip
    ax.add_patch(Circle(centre, RADIUS, facecolor="none", edgecolor=colour, linewidth=2.2,
                        zorder=3))  # fmt: skip


def _middle(n: int = 240) -> Polygon:
    """Return the area that all three circles share: arcs of each that lie within the others."""
    from matplotlib.patches import Polygon

    corners = [
        at
        for name, (x, y) in _CENTRES.items()
        for step in range(n)
        for at in [(x + RADIUS * cos(2 * pi * step / n), y + RADIUS * sin(2 * pi * step / n))]
        if all(
            (at[0] - a) ** 2 + (at[1] - b) ** 2 <= RADIUS**2
            for other, (a, b) in _CENTRES.items()
            if other != name
        )
    ]
    corners.sort(key=lambda at: atan2(at[1], at[0]))
    return Polygon(corners, facecolor=colours.pale(colours.GREY_AREA, 0.15), linewidth=0, zorder=2)


def _number(ax: Axes, row: pd.Series[float], spot: XY, *, middle: bool) -> None:
    x, y = spot
    size = 15 if middle else 12.5
    ax.text(x, y + 0.06, sign_and_size(row), ha="center", va="center", fontsize=size,
            weight="bold", zorder=5)  # fmt: skip
    if row["low"] == row["low"]:
        ends = f"{number(row['low'], 2)} … {number(row['high'], 2)}"
        ax.text(x, y - 0.12, ends, ha="center", va="center", fontsize=8.5, zorder=5)
    if is_open(row):
        ax.text(x, y - 0.26, "open", ha="center", va="center", fontsize=8.5, style="italic",
                zorder=5)  # fmt: skip
    if middle:
        ax.text(x, y + 0.27, "grey area", ha="center", va="center", fontsize=9, zorder=5)


def is_open(row: pd.Series[float]) -> bool:
    """Return whether the interval of a number covers zero, or is not known."""
    return bool(row["mean"]) and not (row["low"] > 0.0 or row["high"] < 0.0)


def sign_and_size(row: pd.Series[float]) -> str:
    """Return a mean with its sign; where it is open to two digits, as more would mean nothing."""
    mean = float(row["mean"])
    return f"{'+' if mean > 0 else ''}{number(mean, 2)}" if is_open(row) else signed(mean)


def text_of(row: pd.Series[float]) -> str:
    """Return a mean with its sign, and whether it is open."""
    return f"{sign_and_size(row)}{' (open)' if is_open(row) else ''}"


def _name(ax: Axes, table: pd.DataFrame, name: str, *, words: str) -> None:
    row = table[(table["kind"] == "shapley") & (table["of"] == name)].iloc[0]
    x, y = {"I": (-1.86, 1.5), "M": (1.86, 1.5), "P": (0.0, -1.72)}[name]
    side = {"I": "left", "M": "right", "P": "center"}[name]
    ink = colours.ink(LOOKS[name].colour)
    shift = 0.0 if name == "P" else -0.15
    title = f"{label(words).capitalize()} ({name})"
    share = f"Shapley value {text_of(row)}"
    if name == "P":
        ax.text(x, y, f"{title}: {share}", ha="center", va="center", color=ink, weight="bold")
        return
    ax.text(x, y, title, ha=side, va="center", color=ink, weight="bold")
    ax.text(x, y + shift, share, ha=side, va="center", color=ink, fontsize=9)


def areas_figure(played: Played) -> Figure:
    """Return the sources' picture of the three areas."""
    single, pair, triple = sums(played)
    whole = float(played.attribution.total().mean)
    words = sentence(
        f"Functions alone add {signed(single)}, pairs {signed(pair)}, all three {signed(triple)}, "
        f"together {signed(whole)} {money_words(played.unit)} over the maintenance level"
    )
    drawn = partial(areas, played.attribution.table(), setting=played.setting)
    return Figure("areas", "The grey area", words, drawn, "value",
                  played.attribution.table)  # fmt: skip


def sums(played: Played) -> tuple[float, float, float]:
    """Return what single functions, pairs and the triple add."""
    attribution = played.attribution
    sizes = {name: name.count("+") for name in attribution.names()}
    one, two, three = (
        sum(
            float(attribution.dividend(*name.split("+")).mean) for name in sizes if sizes[name] == n
        )
        for n in range(3)
    )
    return one, two, three
