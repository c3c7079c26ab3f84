"""The figures of a search: gains found and fresh, and the front."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulation.report.canvas import finish, house, start, thousands
from simulation.report.colours import FAINT, GOOD, INK
from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.optimisation.answer import best_text, curse_text, front_text, margin_text
from simulation.studies.optimisation.tables import OptimisationTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def figures_of(tables: OptimisationTables) -> list[Figure]:
    """Return the figures of a search."""
    figures = [Figure("gains", "Results of the search, and what holds on fresh runs",
                    gains_words(tables),
                    partial(gains, tables), "decision",
                    partial(tested_numbers, tables))]  # fmt: skip
    if len(tables.whose) > 1:
        figures.append(Figure("front", "The front", sentence(front_text(tables)),
                            partial(pareto, tables), "decision",
                            partial(searched_numbers, tables)))  # fmt: skip
    return figures


def gains_words(tables: OptimisationTables) -> str:
    """Return what the figure of gains shows, in words."""
    texts = (best_text(tables), curse_text(tables), f"the dashed line is {margin_text(tables)}")
    return " ".join(sentence(text) for text in texts if text)


def tested_numbers(tables: OptimisationTables) -> pd.DataFrame:
    """Return columns candidate, for_whom, unit, found, mean, low, high (on fresh pairs)."""
    import pandas as pd

    rows = [
        {"candidate": one["name"], "for_whom": tables.whom(name), "unit": tables.money_unit,
         "found": float(one["found"][name]) * tables.factor,
         **{key: float(one["gain"][name][key]) * tables.factor for key in ("mean", "low", "high")}}
        for one in tables.tested
        for name in tables.whose
    ]  # fmt: skip
    return pd.DataFrame(rows)


def searched_numbers(tables: OptimisationTables) -> pd.DataFrame:
    """Return all candidates with their gains as the search saw them."""
    gains = [f"gain:{name}" for name in tables.whose]
    shown = {name: tables.candidates[name] * tables.factor for name in gains}
    return tables.candidates.assign(**shown, unit=tables.money_unit)


@house
def gains(tables: OptimisationTables) -> Axes:
    """Draw each tested candidate's gain: hollow as found, full with interval on fresh pairs."""
    name, scale = tables.whose[0], tables.factor
    rows = sorted(tables.tested, key=lambda one: -float(one["gain"][name]["mean"]))
    canvas = start(None, (6.6, 1.8 + 0.34 * len(rows)))
    ax = canvas.ax
    for row, one in enumerate(rows):
        gain = one["gain"][name]
        mean, low, high = (float(gain[key]) * scale for key in ("mean", "low", "high"))
        colour = GOOD if one["better"] else INK
        ax.errorbar([mean], [row], xerr=[[max(mean - low, 0.0)], [max(high - mean, 0.0)]], fmt="o",
                    color=colour, elinewidth=1.3, capsize=3, markersize=6)  # fmt: skip
        ax.plot(float(one["found"][name]) * scale, row, marker="D", color="white",
                markeredgecolor=FAINT, markersize=6, linestyle="")  # fmt: skip
    ax.axvline(0.0, color=INK, linewidth=0.9)
    ax.axvline(float(tables.findings["margin"]) * scale, color=FAINT, linewidth=0.9, linestyle="--")
    ax.set_yticks(range(len(rows)), [one["name"] for one in rows], fontsize=9)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    thousands(ax, axis="x")
    ax.grid(visible=True, axis="x")
    ax.set_xlabel(f"gain over the base for {tables.whom(name)}, {tables.currency} a month")
    note = "● fresh pairs, intervals hold all at once; ◇ as found in the search; dashed: margin"
    return finish(canvas, "What was found, and what holds", tables.runs, tables.setting, note)


@house
def pareto(tables: OptimisationTables) -> Axes:
    """Draw two objectives against each other: all candidates pale, the tested ones with crosses."""
    (first, second), scale = tables.whose[:2], tables.factor
    canvas = start(None, (6.6, 5.0))
    ax = canvas.ax
    ax.plot(tables.candidates[f"gain:{first}"] * scale, tables.candidates[f"gain:{second}"] * scale,
            ".", color="#C9CED6", markersize=6)  # fmt: skip
    for one in tables.tested:
        x, y = one["gain"][first], one["gain"][second]
        ends = [[[max((gain["mean"] - gain["low"]) * scale, 0.0)],
                 [max((gain["high"] - gain["mean"]) * scale, 0.0)]] for gain in (x, y)]  # fmt: skip
        colour = FAINT if one["dominated"] else GOOD if one["better"] else INK
        ax.errorbar([x["mean"] * scale], [y["mean"] * scale], xerr=ends[0], yerr=ends[1], fmt="o",
                    color=colour, elinewidth=0.8, markersize=6)  # fmt: skip
        ax.annotate(one["name"].removeprefix("candidate "), (x["mean"] * scale, y["mean"] * scale),
                    xytext=(6, 5), textcoords="offset points", fontsize=8.5)  # fmt: skip
    ax.axhline(0.0, color=INK, linewidth=0.7)
    ax.axvline(0.0, color=INK, linewidth=0.7)
    thousands(ax)
    thousands(ax, axis="x")
    ax.set_xlabel(f"gain for {tables.whom(first)}, {tables.currency} a month")
    ax.set_ylabel(f"gain for {tables.whom(second)}, {tables.currency} a month")
    note = "● tested on fresh pairs (green: shown better, grey: shown dominated); pale: the search"
    return finish(canvas, "Who gains what: the Pareto front", tables.runs, tables.setting, note)
