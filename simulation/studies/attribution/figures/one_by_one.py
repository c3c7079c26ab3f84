"""One at a time: what is lost without each, and what weaker and stronger change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Setting,
    finish,
    house,
    legend_below,
    nothing,
    seeds_frame,
    start,
    thousands,
)
from simulation.report.colours import Look
from simulation.report.figure import Figure
from simulation.report.words import label, sentence, signed
from simulation.studies.attribution.tables import (
    Played,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


WAYS: dict[str, Look] = {
    "weaker": Look("#999933", "-", "v"),
    "stronger": Look("#332288", "-", "^"),
}
"""Weaker and stronger: distinguished by colour, by the marker at the end, and by hatching."""

SHIFT = 0.19
"""Of a bar from the middle of its row."""

_SIMULTANEOUS = "whisker: 95 % intervals that hold for all bars at once"


@house
def tornado(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw what each layer or switch changes, weaker and stronger, the greatest effect on top.

    Args:
        table: Columns player, way, difference, low, high (see ``coalitions.tornado_table``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "One at a time: each weaker and stronger than in the scenario"
    names = list(dict.fromkeys(table["player"]))
    canvas = start(ax, (6.6, 1.7 + 0.46 * max(len(names), 4)))
    if not names:
        return nothing(canvas, title, "nothing was moved.")
    _numbers(canvas.ax, table, names)
    for way, look in WAYS.items():
        rows = table[table["way"] == way].set_index("player").loc[names]
        shift = -SHIFT if way == "weaker" else SHIFT
        _bars(canvas.ax, rows, [row + shift for row in range(len(names))], look=look, words=way)
    _rows(canvas.ax, names, setting.unit)
    legend_below(canvas.ax, ncols=2)
    n = int(table["pairs"].max())
    return finish(canvas, title, seeds_frame(n), setting,
                  f"paired; {_SIMULTANEOUS}; in brackets: covers zero")  # fmt: skip


def _numbers(ax: Axes, table: pd.DataFrame, names: Sequence[str]) -> None:
    """Write the changes at the right, since the longest bar may dwarf all others."""
    for one in table.to_dict("records"):
        place = names.index(one["player"]) + (-SHIFT if one["way"] == "weaker" else SHIFT)
        is_open = not (one["low"] > 0.0 or one["high"] < 0.0)
        text = signed(one["difference"])
        ax.annotate(f"({text})" if is_open else text, (1.0, place), ha="right",
                    xycoords=ax.get_yaxis_transform(), xytext=(44, 0), textcoords="offset points",
                    va="center", fontsize=8,
                    color=colours.FAINT if is_open else colours.INK)  # fmt: skip


def _bars(ax: Axes, rows: pd.DataFrame, places: Sequence[float], *, look: Look, words: str) -> None:
    ax.barh(places, rows["difference"], height=0.36, color=look.colour, alpha=0.75, label=words,
            hatch="//" if words == "weaker" else "", edgecolor="white", linewidth=0.3)  # fmt: skip
    low, high = rows["difference"] - rows["low"], rows["high"] - rows["difference"]
    ax.errorbar(rows["difference"], places, xerr=[low.fillna(0), high.fillna(0)], fmt=look.marker,
                color=colours.INK, markersize=3.5, capsize=2, elinewidth=0.9)  # fmt: skip


def _rows(ax: Axes, names: Sequence[str], unit: str) -> None:
    ax.set_yticks(range(len(names)), [label(name) for name in names], fontsize=9)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=colours.INK, linewidth=0.9, zorder=1.5)
    ax.set_xlabel(f"change of value ({unit})")
    thousands(ax, axis="x")


MOST_BARS = 28


@house
def lost(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw what the value depends on: what is lost without each; to the left, what is gained.

    Args:
        table: Columns removed, lost, low, high, pairs (see ``value_network.keystone_table``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "What the value depends on: change of value without each"
    size = table["lost"].abs()
    shown = table[size >= size.nlargest(MOST_BARS).min()] if len(table) > MOST_BARS else table
    names = list(shown["removed"])
    canvas = start(ax, (6.6, 1.5 + 0.29 * max(len(names), 3)))
    if not names:
        return nothing(canvas, title, "nothing was removed.")
    change = -shown["lost"].to_numpy()
    low, high = shown["high"] - shown["lost"], shown["lost"] - shown["low"]
    tones = [colours.BAD if value < 0 else colours.GOOD for value in change]
    places = range(len(names))
    canvas.ax.barh(places, change, height=0.62, color=tones, alpha=0.7)
    canvas.ax.errorbar(change, places, xerr=[low.fillna(0), high.fillna(0)], fmt="none",
                       ecolor=colours.INK, capsize=2, elinewidth=0.9)  # fmt: skip
    _rows(canvas.ax, names, setting.unit)
    note = f"paired; left: the value needs it, right: it is better without; {_SIMULTANEOUS}"
    return finish(canvas, title, seeds_frame(int(table["pairs"].max())), setting, note)


def lost_figure(played: Played) -> Figure:
    """Return what the value depends on."""
    table = played.keystones
    sure, worse = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
    words = sentence(
        f"{sure} of {len(table)} are clearly needed, {worse} clearly cost value, "
        f"{len(table) - sure - worse} are open; losses need not add up"
    )
    drawn = partial(lost, played.by_labels(table), setting=played.setting)
    return Figure("lost", "What the value depends on", words, drawn, "influence",
                  lambda: table)  # fmt: skip


def tornado_figure(played: Played) -> Figure:
    """Return layers and switches, one at a time."""
    table = played.tornado
    swing = table.drop_duplicates("player")
    sure = swing[(swing["swing_low"] > 0) | (swing["swing_high"] < 0)]
    named = [
        f"{played.words(row['player'])} {signed(row['swing'])}" for row in sure.to_dict("records")
    ]
    words = sentence(
        f"{len(sure) or 'None'} of the {len(swing)} layers and switches clearly "
        f"{'changes' if len(sure) == 1 else 'change'} the value between weaker and stronger"
        f"{': ' if named else ''}{', '.join(named)}"
    )
    drawn = partial(tornado, played.by_labels(table), setting=played.setting)
    return Figure("tornado", "Layers and switches, one at a time", words, drawn, "influence",
                  lambda: table)  # fmt: skip
