"""The opportunities of segments over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.analysis.opportunity import HIGH, SOLID, opportunity_curves
from simulation.analysis.summary import YEAR, has, months, opening
from simulation.report import colours
from simulation.report.canvas import (
    BAND,
    PLAIN,
    Setting,
    band,
    finish,
    house,
    months_axis,
    nothing,
    start,
)
from simulation.report.colours import Look
from simulation.report.words import label, number, sentence
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


GREATEST = Look(colours.INK, "-", "s")


AVERAGE = Look(colours.FAINT, "--", "o")


def _band_of(table: pd.DataFrame, column: str) -> pd.DataFrame:
    from simulation.analysis.interval import t_table

    wide = table.pivot_table(index="run", columns="month", values=column)
    return t_table(wide).rename_axis("month").reset_index()


@house
def opportunities(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw the greatest and the mean opportunity of every segment over time."""
    title = "Opportunities over time: the greatest and the mean of each segment"
    if not has(series, "importance") or not has(series, "outcome_satisfaction"):
        return nothing(start(ax), title, "this result has no importance or satisfaction.")
    table = opportunity_curves(series)
    segments = list(dict.fromkeys(table["segment"]))
    canvas = start(ax, (6.6, 3.9))
    canvas.ax.set_axis_off()
    width = 1.0 / len(segments)
    for place, segment in enumerate(segments):
        panel = canvas.ax.inset_axes((place * width + 0.02, 0.06, width - 0.05, 0.8))
        rows = table[table["segment"] == segment]
        for column, look in (("greatest", GREATEST), ("mean", AVERAGE)):
            band(panel, _band_of(rows, column), look)
        for threshold, words in ((SOLID, "solid"), (HIGH, "high")):
            panel.axhline(threshold, color=colours.FAINT, linewidth=0.8, linestyle=":")
            panel.text(1, threshold, f" {words}", fontsize=7.5, va="bottom", color=colours.FAINT)
        panel.set_ylim(0, 20)
        panel.set_yticks([0, 5, 10, 15, 20])
        panel.set_title(label(segment), fontsize=9.5, weight="normal")
        months_axis(panel, months(series))
        panel.set_xticks(panel.get_xticks()[:: 2 if len(segments) > 2 else 1])
        if place:
            panel.set_yticklabels([])
        else:
            panel.set_ylabel("opportunity (0–20)")
    _legend(canvas.ax, (("greatest", GREATEST), ("mean over outcomes", AVERAGE)))
    note = f"importance + max(importance − satisfaction, 0), ranked within runs; {BAND}"
    return finish(canvas, title, series, setting, note)


def _legend(ax: Axes, looks: Sequence[tuple[str, Look]]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, ls=look.line, marker=look.marker, markersize=4.5)
        for _, look in looks
    ]
    ax.legend(handles, [words for words, _ in looks], loc="upper right", ncols=2, fontsize=8.5,
              bbox_to_anchor=(1.0, 1.04), borderaxespad=0)  # fmt: skip


def opportunity_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say in which segments the greatest opportunity fell or rose."""
    table = opportunity_curves(series)
    last = months(series)
    year = min(YEAR, max(last // 2, 1))
    parts = []
    for segment, rows in table.groupby("segment", sort=False):
        first = float(rows.loc[rows["month"] <= year, "greatest"].mean())
        now = float(rows.loc[rows["month"] > last - year, "greatest"].mean())
        parts.append(f"{label(str(segment))} {number(first)} to {number(now)}")
    span = opening(series).replace("first", "first to last", 1)
    return sentence(f"Greatest opportunity, {span}: {', '.join(parts)}")


OPPORTUNITIES = RunView(
    "opportunities",
    "Opportunities over time",
    opportunities,
    opportunity_words,
    ("importance", "outcome_satisfaction"),
)
