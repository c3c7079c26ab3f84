"""How coalitions are named and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.report import colours
from simulation.report.canvas import Canvas, thousands
from simulation.report.colours import Look
from simulation.report.words import label
from simulation.scenario.words import Function

if TYPE_CHECKING:
    import pandas as pd

AREAS: dict[str, Function] = {
    "I": Function.INNOVATION,
    "M": Function.MARKETING_SALES,
    "P": Function.EXPERIENCE_PLATFORM,
}
"""The sources' areas, by the letter of the player."""

GREY = "I+M+P"

LOOKS: dict[str, Look] = {
    "I": colours.FUNCTIONS[Function.INNOVATION],
    "M": colours.FUNCTIONS[Function.MARKETING_SALES],
    "P": colours.FUNCTIONS[Function.EXPERIENCE_PLATFORM],
    "I+M": Look("#3E7D7B", "-", "D"),
    "I+P": Look("#5C6FD6", "--", "v"),
    "M+P": Look("#A3476F", "-.", "P"),
    GREY: Look("#5F5F5F", "-", "X"),
}
"""How dividends are drawn; pairs take a colour between those of their areas."""

PAIRED = "paired within seeds; brackets: 95 % t-interval over seeds"


def dividends_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the dividends of an attribution's table."""
    return table[table["kind"] == "dividend"]


def row_words(name: str) -> str:
    """Return what a row is called: "innovation (I)", so that "I+M" can be read beside it."""
    return f"{label(AREAS[name])} ({name})" if name in AREAS else label(name)


def player_rows(canvas: Canvas, names: Sequence[str], unit: str) -> None:
    """Name a row for each coalition, the first at the top, with its unit along the bottom."""
    ax = canvas.ax
    ax.set_yticks(range(len(names)), [row_words(name) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.use_sticky_edges = False
    ax.margins(x=0.05)
    ax.axvline(0, color=colours.INK, linewidth=0.9, zorder=1.5)
    ax.set_xlabel(unit)
    thousands(ax, axis="x")
