"""What each player adds: first, on average, last; and in which order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulation.analysis.attribution import Orders
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Setting,
    finish,
    house,
    legend_below,
    plain_number,
    seeds_frame,
    start,
    thousands,
)
from simulation.report.colours import Look
from simulation.report.figure import Figure
from simulation.report.words import money_words, number, sentence, signed
from simulation.studies.attribution.figures.looks import player_rows
from simulation.studies.attribution.tables import (
    Played,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def shapley(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw what each player adds: alone, on average over all orders (Shapley), and as the last.

    Args:
        table: of an attribution (see ``Attribution.table``), without months.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "What each adds: alone, on average, and as the last one"
    ranked = table[table["kind"] == "shapley"].sort_values("mean", ascending=False, kind="stable")
    names = list(ranked["of"])
    canvas = start(ax, (6.6, 1.9 + 0.52 * len(names)))
    kinds = {"dividend": ("alone", "o", -0.2), "shapley": ("on average (Shapley)", "s", 0.0),
             "last_in": ("as the last one", "^", 0.2)}  # fmt: skip
    for kind, (words, marker, shift) in kinds.items():
        rows = table[table["kind"] == kind].set_index("of").loc[names]
        places = [row + shift for row in range(len(names))]
        colour = colours.INK if kind == "shapley" else colours.FAINT
        low, high = rows["mean"] - rows["low"], rows["high"] - rows["mean"]
        canvas.ax.errorbar(
            rows["mean"], places, xerr=[low.fillna(0), high.fillna(0)], fmt=marker, color=colour,
            markersize=7 if kind == "shapley" else 4.5, capsize=2.5, elinewidth=1.2, label=words,
        )  # fmt: skip
    player_rows(canvas, names, setting.unit)
    legend_below(canvas.ax, ncols=3)
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting,
                  "paired within seeds; whisker: 95 % t-interval over seeds")  # fmt: skip


@house
def orders(
    every_order: Orders,
    ax: Axes | None = None,
    /,
    *,
    setting: Setting = PLAIN,
) -> Axes:
    """Draw the way up of the best and the worst order of moves, and all others faintly.

    Args:
        every_order: every order and what it is worth (see ``attribution.orders``), with its steps.
        ax: where to draw.
        setting: scenario, seeds and the unit of the value.
    """
    title = "In which order: value on the way, every order"
    canvas = start(ax, (6.6, 5.0))
    table = every_order.table
    best, worst = table.iloc[0], table.iloc[-1]
    means = table["mean"].to_numpy()
    canvas.ax.hist(means, bins=min(40, max(5, len(means) // 4)), color=colours.GRID)
    for row, words, look in (
        (best, "best", Look(colours.GOOD, "-", "^")),
        (worst, "worst", Look(colours.BAD, "--", "v")),
    ):
        canvas.ax.axvline(row["mean"], color=look.colour, linestyle=look.line)
        text = f"{words}: {plain_number(float(row['mean']))}\n" + row["order"].replace(" > ", "\n")
        side = "right" if row["mean"] > means.mean() else "left"
        canvas.ax.annotate(
            text, (row["mean"], 0.97), xycoords=("data", "axes fraction"), va="top", ha=side,
            xytext=(-5 if side == "right" else 5, 0), textcoords="offset points", fontsize=8.5,
            color=colours.ink(look.colour),
        )  # fmt: skip
    canvas.ax.set_xlabel(f"mean over the steps of the way, above the baseline ({setting.unit})")
    canvas.ax.set_ylabel("number of orders")
    thousands(canvas.ax, axis="x")
    return finish(canvas, title, seeds_frame(every_order.worth.shape[1]), setting,
                  "mean over seeds")  # fmt: skip


def shapley_figure(played: Played) -> Figure:
    """Return what each adds as the first, on average and as the last."""
    attribution = played.attribution
    first, last = (
        {name: float(part(name).mean) for name in played.names}
        for part in (attribution.dividend, attribution.last_in)
    )
    gap = max(played.names, key=lambda name: abs(last[name] - first[name]))
    words = sentence(
        f"What one adds depends on which others are there already, most for {played.words(gap)}: "
        f"{signed(first[gap])} as the first, {signed(last[gap])} as the last"
    )
    drawn = partial(shapley, played.by_labels(attribution.table()), setting=played.setting)
    return Figure("shapley", "What each adds", words, drawn, "value", attribution.table)


def orders_figure(played: Played, every_order: Orders) -> Figure:
    """Return what every order is worth on the way."""
    table = every_order.table
    spread = float(table["mean"].iloc[0] - table["mean"].iloc[-1])
    words = sentence(
        f"{len(table):,} orders; from the best to the worst it is {number(spread)} "
        f"{money_words(played.unit)} on the way, and all end at the same value"
    )
    by_labels = tuple(played.in_figures(order) for order in every_order.orders)
    shown = replace(every_order, orders=by_labels)
    return Figure("orders", "In which order", words,
                  partial(orders, shown, setting=played.setting), "influence",
                  lambda: every_order.table)  # fmt: skip
