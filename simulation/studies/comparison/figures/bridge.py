"""The money bridge as a figure: from the base to a what-if, cause by cause."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.bridge import EVERYONE, Bridge, Step
from simulation.arrays import Floats
from simulation.report.canvas import house, is_narrow, nothing, start, thousands
from simulation.report.colours import BAD, FAINT, GOOD, INK, ink
from simulation.report.figure import Figure
from simulation.report.words import number, sentence, signed
from simulation.scenario.suggest import file_name
from simulation.studies.comparison.figures.sheet import finish_pairs, short
from simulation.studies.comparison.tables import ComparedTables
from simulation.studies.comparison.why import actor_words, change_of, mostly, moved

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation


def bridge_frame(tables: ComparedTables, what_if: str) -> pd.DataFrame:
    """Return the bridge as a table: actor, cause, mean, low, high, unit."""
    import pandas as pd

    rows = []
    for actor, one in tables.bridges[what_if].items():
        for step in one.steps:
            mean, low, high = step.change.floats()
            rows.append((actor, step.cause, mean, low, high, one.unit))
    return pd.DataFrame(rows, columns=["actor", "cause", "mean", "low", "high", "unit"])


def bridge_figures(tables: ComparedTables) -> list[Figure]:
    """Return the bridge of each what-if for the one who asks, and of the first for everyone."""
    figures = []
    for place, name in enumerate(tables.bridges):
        actors = list(dict.fromkeys((tables.asker, EVERYONE)))
        for actor in [one for one in actors if one in tables.bridges[name]]:
            bridge = tables.bridges[name][actor]
            if not bridge.steps:
                continue
            title, among = f"Money bridge of {actor_words(actor)}", ""
            if len(tables.question.what_ifs) > 1:
                title, among = _title(tables, name, actor), f"With “{name}”, "
            change = moved(actor, change_of(tables, name, actor))
            text = sentence(f"{among}{change}{mostly(bridge)}")
            figures.append(
                Figure(bridge_name(actor, place), title, text,
                       partial(waterfall, tables, what_if=name, actor=actor), "why",
                       partial(bridge_frame, tables, name))
            )  # fmt: skip
    return figures


def bridge_name(actor: str, place: int) -> str:
    """Return the name of the figure of an actor's bridge to the what-if at a place, from 0."""
    return f"bridge_{file_name(actor)}" + (f"-{place + 1}" if place else "")


def _title(tables: ComparedTables, what_if: str, actor: str) -> str:
    return f"Money bridge of {actor_words(actor)}: {short(tables.question.base)} → {short(what_if)}"


@house
def waterfall(tables: ComparedTables, ax: Axes | None = None, *, what_if: str, actor: str) -> Axes:
    """Draw the way of an actor's money from the base to a what-if, cause by cause."""
    title = _title(tables, what_if, actor)
    bridge = tables.bridges[what_if][actor]
    steps = bridge.shown()
    canvas = start(ax, (6.6, 1.5 + 0.36 * (len(steps) + 2)), redrawn=True)
    if not steps:
        return nothing(canvas, title, "nothing changes.")
    _bars(canvas.ax, bridge, steps)
    canvas.ax.set_xlabel(bridge.unit or "money/month")
    thousands(canvas.ax, axis="x")
    note = "whisker: 95 % t-interval over pairs, each alone; green gains, red (hatched) loses"
    return finish_pairs(canvas, title, tables, note)


def _bars(ax: Axes, bridge: Bridge, steps: list[Step]) -> None:
    """Draw base, steps and what-if from top to bottom; the axis shows where they differ."""
    base, what_if = float(bridge.base.mean()), float(bridge.what_if.mean())
    levels = np.concatenate([[base], base + np.cumsum([step.mean for step in steps])])
    tips = _tips(steps, levels)
    low, high = min(*levels, *tips), max(*levels, *tips)
    reach = float(high - low) or 1.0
    names = ["base", *(step.cause for step in steps), "what-if"]
    spots = list(range(len(names), 0, -1))
    for spot, value in ((spots[0], base), (spots[-1], what_if)):
        # A mark, not a bar: the axis need not begin at zero.
        ax.plot(value, spot, marker="D", markersize=7, color=INK)
        _write(ax, spot, value, number(value), INK, beside=9).set_bbox(PAPER)
    ax.plot([*levels, what_if], [*spots[:-1], spots[-1]], drawstyle="steps-pre", color=FAINT,
            linewidth=0.8, linestyle=":", zorder=1)  # fmt: skip
    for spot, step, level in zip(spots[1:-1], steps, levels[:-1], strict=True):
        good = step.mean >= 0
        ax.barh(spot, step.mean, left=level, height=0.6, color=GOOD if good else BAD,
                hatch="" if good else "//", edgecolor="white", linewidth=0.4)  # fmt: skip
        _, least, most = step.change.floats()
        if least == least:
            ax.plot([level + least, level + most], [spot, spot], color=INK, linewidth=1.1)
        end = level + max(step.mean, 0.0, most if most == most else 0.0)
        _write(ax, spot, end, signed(step.mean), ink(GOOD if good else BAD))
    ax.set_yticks(spots, [fill(name, 16 if is_narrow() else 30) for name in names])
    ax.set_xlim(low - 0.08 * reach, high + (0.3 if is_narrow() else 0.18) * reach)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")


def _tips(steps: list[Step], levels: Floats) -> list[float]:
    """Return the ends of the whiskers, as far as there are some."""
    tips = [
        float(level) + end
        for step, level in zip(steps, levels[:-1], strict=True)
        for end in step.change.floats()[1:]
    ]
    return [end for end in tips if end == end]


PAPER = {"facecolor": "white", "linewidth": 0, "pad": 0.5}
"""Behind a number, so that no dotted line runs into its sign."""


def _write(
    ax: Axes, spot: float, end: float, text: str, colour: str, *, beside: float = 4
) -> Annotation:
    return ax.annotate(text, xy=(end, spot), xytext=(beside, 0), textcoords="offset points",
                       va="center", fontsize=8.5, color=colour)  # fmt: skip
