"""What a decision may cost, what knowledge is worth, and how much of a lever is needed."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from simulation.report.canvas import finish, house, percent, start, thousands
from simulation.report.colours import EXPERIENCE_PLATFORM, FAINT, INK
from simulation.report.words import label, number
from simulation.report.words import percent as percent_words
from simulation.studies.exploration.tables import ExplorationTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 8
COLUMNS = (("mean", "mean"), ("high", "90th\npercentile"), ("greatest", "greatest"))


@house
def regret_heat(tables: ExplorationTables) -> Axes:
    """Draw regret as a heat map: an arm a row, dark where much may be forgone."""
    arms = tables.findings["regret"]["arms"]
    canvas = start(None, (6.6, 1.9 + 0.5 * len(arms)))
    ax = canvas.ax
    cells = np.array([[float(arm[key]) for key, _ in COLUMNS] for arm in arms]) * tables.factor
    top = max(float(cells.max()), 1e-9)
    ax.imshow(cells, cmap="Oranges", vmin=0.0, vmax=1.25 * top, aspect="auto",
              extent=(-0.5, 2.5, len(arms) - 0.5, -0.5))  # fmt: skip
    for row, arm in enumerate(arms):
        for column in range(3):
            colour = "white" if cells[row, column] > 0.75 * top else INK
            ax.text(column, row, number(float(cells[row, column])), ha="center", va="center",
                    fontsize=9.5, color=colour)  # fmt: skip
        for place, key in ((3, "best"), (4, "satisficing")):
            ax.text(place, row, percent_words(float(arm[key])), ha="center", va="center",
                    fontsize=9.5)  # fmt: skip
    heads = [*(words for _, words in COLUMNS), "best in", "within\nmargin in"]
    ax.set_xlim(-0.5, 4.5)
    ax.set_xticks(range(5), heads, fontsize=8.5)
    ax.xaxis.tick_top()
    least = tables.findings["regret"]["minimax"]
    ax.set_yticks(range(len(arms)), [_row_name(tables.arm_text(arm), arm["name"] == least)
                                     for arm in arms], fontsize=9)  # fmt: skip
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    note = f"{tables.currency} a month forgone; ★ least greatest regret; {tables.n} futures"
    title = "What each arm may forgo, against the best of each future"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _row_name(name: str, is_least: bool) -> str:  # noqa: FBT001  (a mark, nothing else)
    return f"{'★ ' if is_least else ''}{shorten(name, 32, placeholder='…')}"


@house
def information_bars(tables: ExplorationTables) -> Axes:
    """Draw what knowing each assumption or pair is worth, beside what chance alone would show."""
    info = tables.findings["information"]
    rows = info["subsets"][:SHOWN]
    canvas = start(None, (6.6, 2.0 + 0.36 * (len(rows) + 1)))
    ax, scale = canvas.ax, tables.factor
    names = ["everything"]
    ax.barh(0, float(info["evpi"]["uniform"]) * scale, color=FAINT, alpha=0.55, height=0.6)
    for row, one in enumerate(rows, start=1):
        value, low, high = (max(float(one[key]), 0.0) * scale for key in ("value", "low", "high"))
        ax.barh(row, value, color=EXPERIENCE_PLATFORM if one["shown"] else "#D5D9E0", height=0.6)
        ends = [[max(value - low, 0.0)], [max(high - value, 0.0)]]
        ax.errorbar([value], [row], xerr=ends, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
        names.append(" + ".join(tables.name(at) for at in one["assumptions"]))
    floor = float(rows[0]["floor"]) * scale if rows else 0.0
    ax.axvline(max(floor, 0.0), color=INK, linewidth=1.0, linestyle="--")
    ax.set_yticks(range(len(names)), [shorten(name, 44, placeholder="…") for name in names],
                  fontsize=8.5)  # fmt: skip
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.set_xlim(left=0.0)
    thousands(ax, axis="x")
    ax.grid(visible=True, axis="x")
    ax.set_xlabel(f"{tables.currency} a month")
    note = (
        "dashed: what chance alone would show; pale bars do not exceed it; whisker: 95 % interval"
    )
    return finish(canvas, "What is it worth to know before deciding?", tables.runs,
                  tables.setting, note)  # fmt: skip


@house
def level_curve(tables: ExplorationTables) -> Axes:
    """Draw the share of futures in which a lever pays, level by level."""
    level = tables.findings["level"]
    canvas = start(None)
    ax = canvas.ax
    column = str(level["lever"])
    factor = tables.per_unit_of(column)
    at = factor * np.array(level["level"], dtype=np.float64)
    ax.plot(at, level["share"], color=EXPERIENCE_PLATFORM, linewidth=2.0)
    ax.fill_between(at, level["low"], level["share"], color=EXPERIENCE_PLATFORM,
                    alpha=0.15, linewidth=0.0)  # fmt: skip
    ax.axhline(0.9, color=INK, linewidth=0.9, linestyle="--")
    for key, style in (("required", "-"), ("sure", ":")):
        if level[key] is not None:
            ax.axvline(factor * float(level[key]), color=FAINT, linewidth=1.0, linestyle=style)
    ax.set_ylim(0.0, 1.02)
    percent(ax)
    lever, unit = label(column.rpartition(".")[2]), tables.unit_of(column)
    ax.set_xlabel(f"{lever} ({unit})" if unit else lever)
    ax.set_ylabel("share of futures in which it pays")
    note = "band: down to the 95 % lower confidence curve; lines: 9 of 10 futures, and from where"
    return finish(canvas, f"How much {lever} is needed?", tables.runs, tables.setting, note)
