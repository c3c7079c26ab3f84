"""Lean: where support is slack, and where it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.summary import has, recent
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    WHISKER,
    Setting,
    finish,
    house,
    nothing,
    start,
    thousands,
)
from simulation.report.words import label, sentence
from simulation.report.words import percent as percent_words
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def slack_to_move(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw which touchpoints have more platform support than they use, and which have less."""
    from simulation.analysis.lean import reallocation_table

    title = "Lean: where support is slack, and where it is missing"
    if not has(series, "brought") or not has(series, "slack"):
        return nothing(start(ax), title, "this result has no resources.")
    table = reallocation_table(series, "platform")
    table = table[table["brought"] > 0.0]
    canvas = start(ax, (6.6, 1.7 + 0.3 * max(len(table), 2)))
    less = colours.pale(colours.FAINT, 0.5)  # neither direction is good or bad
    tones = [colours.FAINT if move > 0 else less for move in table["move"]]
    places = range(len(table))
    canvas.ax.barh(places, table["move"], height=0.6, color=tones)
    low, high = table["move"] - table["low"], table["high"] - table["move"]
    canvas.ax.errorbar(table["move"], places, xerr=[low.fillna(0), high.fillna(0)], fmt="none",
                       ecolor=colours.INK, capsize=2, elinewidth=0.9)  # fmt: skip
    names = [f"{label(row['touchpoint'])} ({percent_words(row['slack_share'])} slack)"
             for row in table.to_dict("records")]  # fmt: skip
    canvas.ax.set_yticks(places, names, fontsize=8.5)
    canvas.ax.tick_params(axis="y", length=0)
    canvas.ax.grid(visible=True, axis="x")
    canvas.ax.grid(visible=False, axis="y")
    canvas.ax.axvline(0, color=colours.INK, linewidth=0.9)
    thousands(canvas.ax, axis="x")
    canvas.ax.set_xlabel("support to move there (input a month; left: could give)")
    return finish(canvas, title, series, setting, f"{recent(series)}; {WHISKER}")


def slack_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say what reallocation would free, resource by resource."""
    from simulation.analysis.lean import resource_table

    table = resource_table(series)
    parts = [
        f"{label(row['resource'])} {percent_words(row['slack_share'])} slack, "
        f"{percent_words(row['misplaced'])} misplaced"
        for row in table.to_dict("records")
    ]
    return sentence(
        f"{'; '.join(parts)} (misplaced: would have to move for all touchpoints to have the same "
        "slack; the gain can only be determined by a run)"
    )


SLACK = RunView("slack_to_move", "Slack to move", slack_to_move, slack_words, ("brought", "slack"))
