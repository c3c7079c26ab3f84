"""The figure of what mechanisms contribute to a difference."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulation.report.canvas import house, start, thousands
from simulation.report.colours import BAD, FAINT, GOOD, INK
from simulation.report.figure import Figure
from simulation.report.words import label, listing, sentence, signed, unit_words
from simulation.studies.comparison.figures.sheet import finish_pairs, short
from simulation.studies.comparison.tables import ComparedTables
from simulation.studies.comparison.through import NEITHER, Through

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def through_figures(tables: ComparedTables) -> list[Figure]:
    """Return a figure for each what-if whose mechanisms were run."""
    return [
        Figure(
            f"mechanisms{'' if place == 0 else f'-{place + 1}'}",
            f"Mechanisms behind “{through.what_if}”",
            through_words(through),
            partial(shares, through, tables),
            "why",
            partial(share_numbers, through),
        )
        for place, through in enumerate(tables.through.values())
    ]


def share_numbers(through: Through) -> pd.DataFrame:
    """Return columns mechanism, unit, mean, low, high; means add up to the difference."""
    import pandas as pd

    rows = [(name, one.unit, one.mean, one.low, one.high) for name, one in through.shares.items()]
    return pd.DataFrame(rows, columns=["mechanism", "unit", "mean", "low", "high"])


def through_words(through: Through) -> str:
    """Say through which mechanisms a difference runs, and which work against it."""
    sure = {name: share for name, share in through.shares.items() if share.sign.value != "±"}
    ranked = sorted(sure.items(), key=lambda item: -abs(item[1].mean))
    if not ranked:
        return sentence(
            f"no mechanism's share in what “{through.what_if}” changes of the {through.what} can "
            "be distinguished from zero"
        )
    parts = [
        f"{signed(share.mean)} {'' if name == NEITHER else 'through '}{label(name)}"
        for name, share in ranked
    ]
    return sentence(
        f"“{through.what_if}” changes the {through.what} by {signed(through.total.mean)} "
        f"{unit_words(through.total.unit)}, of which {listing(parts)}"
    )


def shares(through: Through, tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draw the shares of mechanisms in a difference as bars with whiskers."""

    def draw() -> Axes:
        canvas = start(ax, (6.6, 1.6 + 0.36 * len(through.shares)))
        for row, share in enumerate(through.shares.values()):
            good = share.mean >= 0
            sure = share.sign.value != "±"
            canvas.ax.barh(row, share.mean, height=0.6, color=(GOOD if good else BAD) if sure
                           else FAINT, hatch="" if good else "//", edgecolor="white",
                           linewidth=0.4)  # fmt: skip
            if share.has_interval:
                canvas.ax.plot([share.low, share.high], [row, row], color=INK, linewidth=1.1)
        names = [label(name) for name in through.shares]
        canvas.ax.set_yticks(range(len(names)), names)
        canvas.ax.set_ylim(len(names) - 0.4, -0.6)
        canvas.ax.axvline(0, color=INK, linewidth=0.9)
        canvas.ax.set_xlabel(unit_words(through.total.unit))
        canvas.ax.grid(visible=True, axis="x")
        canvas.ax.grid(visible=False, axis="y")
        thousands(canvas.ax, axis="x")
        title = f"Mechanisms behind the difference of {short(through.what_if)}"
        note = "Shapley values; whisker: 95 % interval, all at once; grey: covers zero"
        return finish_pairs(canvas, title, tables, note)

    return house(draw)()
