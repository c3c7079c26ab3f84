"""In which share of futures each arm is better, the same or worse, actor by actor."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

from simulation.report.canvas import Canvas, finish, house, legend_below, new_sheet, percent
from simulation.report.colours import BAD, FAINT, GOOD, INK
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ARMS = 4
SAME = "#D5D9E0"


@house
def share_bars(tables: FuturesTables) -> Axes:
    """Draw a panel an arm: bars of better, practically the same and worse by actor."""
    arms = sorted(tables.arms, key=lambda arm: -float(arm["mean"]))[:MOST_ARMS]
    names = [name for name in arms[0]["shares"] if tables.is_actor(name)]
    canvas, axes = _panels(len(arms), len(names))
    for ax, arm in zip(axes, arms, strict=True):
        _bars(ax, arm, {name: tables.whom(name) for name in names})
        ax.set_title(shorten(f"{tables.arm_text(arm)}, against {tables.base}", 60, placeholder="…"),
                     loc="left", fontsize=10)  # fmt: skip
    axes[-1].set_xlabel("share of futures")
    _legend(axes[-1])
    note = f"{tables.n} futures; whisker: 95 % interval of the share better"
    return finish(canvas, "In how many futures is it better, and for whom?", tables.runs,
                  tables.setting, note)  # fmt: skip


def _panels(n: int, rows: int) -> tuple[Canvas, list[Axes]]:
    sheet = new_sheet((6.6, 1.5 + n * (0.55 + 0.3 * rows)))
    axes = [sheet.add_subplot(n, 1, place + 1) for place in range(n)]
    return Canvas(axes[0], owns_sheet=True), axes


def _bars(ax: Axes, arm: dict[str, Any], names: dict[str, str]) -> None:
    for row, name in enumerate(names):
        shares = arm["shares"][name]
        better, same, worse = (float(shares[key]["value"]) for key in ("better", "same", "worse"))
        ax.barh(row, better, color=GOOD, alpha=0.8, height=0.66)
        ax.barh(row, same, left=better, color=SAME, height=0.66)
        ax.barh(row, worse, left=better + same, color=BAD, alpha=0.75, hatch="//",
                edgecolor="white", linewidth=0.0, height=0.66)  # fmt: skip
        low, high = float(shares["better"]["low"]), float(shares["better"]["high"])
        ax.errorbar([better], [row], xerr=[[better - low], [high - better]], fmt="none",
                    ecolor=INK, elinewidth=1.0, capsize=2)  # fmt: skip
    ax.set_yticks(range(len(names)), [shorten(words, 24, placeholder="…")
                                      for words in names.values()], fontsize=9)  # fmt: skip
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0.0, 1.0)
    percent(ax, axis="x")
    ax.tick_params(axis="y", length=0)
    ax.axvline(0.5, color=FAINT, linewidth=0.8, linestyle=":")
    ax.grid(visible=False)


def _legend(ax: Axes) -> None:
    from matplotlib.patches import Patch

    marks = [
        Patch(facecolor=GOOD, alpha=0.8, label="better"),
        Patch(facecolor=SAME, label="practically the same"),
        Patch(facecolor=BAD, alpha=0.75, hatch="//", edgecolor="white", label="worse"),
    ]
    legend_below(ax, ncols=3, inches=0.55, handles=marks)
