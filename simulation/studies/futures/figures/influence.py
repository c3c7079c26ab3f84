"""The tornado of the contrast: what the difference between arm and base depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.report.canvas import finish, house, is_narrow, start, thousands
from simulation.report.colours import FAINT, INK
from simulation.report.words import listing
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 10


@house
def swings(tables: FuturesTables) -> Axes:
    """Draw the mean effect with each assumption near either end, the widest swing on top."""
    arm = tables.lead
    rows = sorted(arm["swings"], key=lambda one: -abs(one["high"] - one["low"]))[:SHOWN]
    canvas = start(None, (6.6, 1.9 + 0.42 * max(len(rows), 2)), redrawn=True)
    ax, scale = canvas.ax, tables.factor
    for row, one in enumerate(rows):
        at = int(arm["kept"][one["assumption"]])
        low, high = float(one["low"]) * scale, float(one["high"]) * scale
        ax.plot([low, high], [row, row], color="#C9CED6", linewidth=7, solid_capstyle="butt")
        ax.plot(low, row, marker="o", color=FAINT, markersize=7, linestyle="")
        ax.plot(high, row, marker="D", color=INK, markersize=6, linestyle="")
        for value, place, other in ((low, 0.05, high), (high, 0.95, low)):
            left = value <= other
            ax.annotate(tables.text(at, place), (value, row), xytext=(-8 if left else 8, 0),
                        textcoords="offset points", va="center", ha="right" if left else "left",
                        fontsize=8)  # fmt: skip
    ax.set_yticks(range(len(rows)), [tables.name(int(arm["kept"][one["assumption"]]))
                                     for one in rows], fontsize=9)  # fmt: skip
    ax.set_ylim(len(rows) - 0.45, -0.55)
    low_x, high_x = ax.get_xlim()
    room = (0.3 if is_narrow() else 0.12) * (high_x - low_x)  # for the numbers beside the marks
    ax.set_xlim(low_x - room, high_x + room)
    if ax.get_xlim()[0] < 0.0 < ax.get_xlim()[1]:
        ax.axvline(0.0, color=INK, linewidth=0.9)
    thousands(ax, axis="x")
    ax.grid(visible=True, axis="x")
    ax.set_xlabel(f"mean effect of {tables.arm_text(arm)}, {tables.currency} a month")
    note = "● assumption near its low end, ◆ near its high end, means over all others (emulator)"
    title = f"What the effect of {tables.arm_text(arm)} depends on"
    return finish(canvas, title, tables.runs, tables.setting, note)


def swings_text(tables: FuturesTables) -> str:
    """Say which assumptions move the effect most, and by how much."""
    arm = tables.lead
    rows = sorted(arm["swings"], key=lambda one: -abs(one["high"] - one["low"]))[:3]
    named = [
        f"{tables.name(int(arm['kept'][one['assumption']]))} (from "
        f"{tables.amount(one['low'], tables.whose)} near its low end to "
        f"{tables.amount(one['high'], tables.whose)} near its high end)"
        for one in rows
    ]
    return f"the effect moves most with {listing(named)}"
