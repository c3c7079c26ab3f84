"""The figures of a calibration: ranges beside what was thought, data beside predictions."""

from __future__ import annotations

from functools import partial
from math import ceil, log
from typing import TYPE_CHECKING, Any

from simulation.report.canvas import (
    Canvas,
    finish,
    house,
    new_sheet,
    seeds_frame,
    start,
    thousands,
)
from simulation.report.figure import Figure
from simulation.report.words import percent
from simulation.studies.calibration.answer import UNKNOWN, fit_text, held_out_text
from simulation.studies.calibration.tables import CalibrationTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

COLOURS = {"learned": "#0072B2", "narrowed": "#56B4E9", UNKNOWN: "#8a8a8a"}
MARKS = {"learned": "o", "narrowed": "s", UNKNOWN: "x"}
ABC = "#D55E00"


def figures_of(tables: CalibrationTables) -> list[Figure]:
    """Return the figures."""
    figures = [
        Figure("predictions", "Data and predictions", _prediction_words(tables),
               partial(predictions, tables), "fit", lambda: tables.predicted),
        Figure("selftest", "Self-test", _coverage_words(tables), partial(coverage, tables), "fit",
               partial(parameter_numbers, tables)),
    ]  # fmt: skip
    if tables.verdict != "no ranges":
        figures.insert(0, Figure("ranges", "What the data leave of the ranges",
                                 _range_words(tables), partial(ranges, tables), "fit",
                                 partial(parameter_numbers, tables)))  # fmt: skip
    return figures


def parameter_numbers(tables: CalibrationTables) -> pd.DataFrame:
    """Return one row per parameter: where it was sought, its ranges, how the self-test fared."""
    import pandas as pd

    rows = [
        {"parameter": one["path"], "data": one["learning"], "sought_low": one["low"],
         "sought_high": one["high"],
         **dict(zip(("low", "median", "high"), one["range"], strict=True)),
         "coverage": one["selftest"]["coverage"],
         "coverage_near": one["selftest"]["near_coverage"]}
        for one in tables.parameters
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _range_words(tables: CalibrationTables) -> str:
    n = sum(one["learning"] == "learned" for one in tables.parameters)
    return f"{n} of {len(tables.parameters)} parameters are learned."


def _prediction_words(tables: CalibrationTables) -> str:
    return held_out_text(tables) or fit_text(tables)


def _coverage_words(tables: CalibrationTables) -> str:
    shares = [one["selftest"]["coverage"] for one in tables.parameters]
    return f"Ranges of 90 % hold the truth in {percent(min(shares))} to {percent(max(shares))}."


def _share(one: dict[str, Any], value: float) -> float:
    low, high = float(one["low"]), float(one["high"])
    if one["log"]:
        return (log(value) - log(low)) / (log(high) - log(low))
    return (value - low) / (high - low)


@house
def ranges(tables: CalibrationTables, ax: Axes | None = None, /) -> Axes:
    """Draw each parameter's 90 % range within the range in which it was sought."""
    canvas = start(ax)
    for place, one in enumerate(tables.parameters):
        ends = [_share(one, value) for value in one["range"]]
        cross = [_share(one, value) for value in one["abc"]]
        colour = COLOURS[one["learning"]]
        canvas.ax.plot([0, 1], [place, place], color="#dddddd", linewidth=7, zorder=1,
                       solid_capstyle="butt")  # fmt: skip
        canvas.ax.plot([ends[0], ends[2]], [place, place], color=colour, linewidth=4, zorder=2,
                       solid_capstyle="butt")  # fmt: skip
        canvas.ax.plot(ends[1], place, marker=MARKS[one["learning"]], color="black", zorder=3)
        canvas.ax.plot([cross[0], cross[2]], [place + 0.25] * 2, color=ABC, linewidth=1.2)
        canvas.ax.text(1.02, place, one["learning"], va="center", fontsize=8)
    names = [tables.named(one["path"]) for one in tables.parameters]
    canvas.ax.set_yticks(range(len(names)), names, fontsize=8.5)
    canvas.ax.set_ylim(len(names) - 0.4, -0.6)
    canvas.ax.set_xlim(0, 1.3)
    canvas.ax.set_xticks([0, 0.5, 1.0], ["lowest", "middle", "highest"])
    canvas.ax.grid(visible=False, axis="y")
    frame = seeds_frame(sum(tables.learned["design"]["waves"][:2]))
    return finish(
        canvas,
        "What the data leave of the ranges",
        frame,
        tables.setting,
        "grey: sought; bar: 90 % range, mark: median; thin line: the same by ABC",
    )


@house
def predictions(tables: CalibrationTables, ax: Axes | None = None, /) -> Axes:
    """Draw each series as observed, with the 90 % band of the posterior's predictions."""
    names = list(dict.fromkeys(tables.predicted["series"]))
    if ax is not None:
        canvas, axes, names = Canvas(ax, owns_sheet=False), [ax], names[:1]
    else:
        down = ceil(len(names) / 2)
        sheet = new_sheet((6.6, 0.9 + 1.9 * down))
        axes = [sheet.add_subplot(down, min(2, len(names)), at + 1) for at in range(len(names))]
        canvas = Canvas(axes[0], owns_sheet=True)
    for panel, name in zip(axes, names, strict=True):
        _panel(panel, tables, name)
    frame = seeds_frame(int(tables.learned["design"]["waves"][2]))
    return finish(
        canvas,
        "Data and predictions",
        frame,
        tables.setting,
        "dots: observed (hollow: held out); line: median of draws; band: 5 to 95 % of them, "
        "discrepancy included",
    )


def _panel(ax: Axes, tables: CalibrationTables, name: str) -> None:
    rows = tables.predicted[tables.predicted["series"] == name]
    month = rows["month"]
    ax.fill_between(month, rows["low"], rows["high"], color="#0072B2", alpha=0.2, linewidth=0)
    ax.plot(month, rows["middle"], color="#0072B2", linewidth=1.2)
    for held, face in ((False, "black"), (True, "white")):
        some = rows[rows["held_out"] == held]
        ax.plot(some["month"], some["observed"], "o", color="black", markersize=3,
                markerfacecolor=face, linewidth=0)  # fmt: skip
    ax.set_xlabel("month", fontsize=8.5)
    ax.set_ylabel(tables.series([name]), fontsize=8)
    ax.tick_params(labelsize=8)
    thousands(ax)


@house
def coverage(tables: CalibrationTables, ax: Axes | None = None, /) -> Axes:
    """Draw how often ranges of 90 % hold the truth, by parameter."""
    canvas = start(ax)
    n = max(int(tables.learned["design"]["truths"]), 1)
    room, lowest = 1.96 * (0.9 * 0.1 / n) ** 0.5, 0.62
    canvas.ax.axvspan(0.9 - room, min(0.9 + room, 1.0), color="#dddddd", zorder=0)
    canvas.ax.axvline(0.9, color="black", linewidth=0.8)
    for place, one in enumerate(tables.parameters):
        fared = one["selftest"]
        canvas.ax.plot(fared["coverage"], place, "o", color="#0072B2")
        if fared["near_coverage"] is not None:
            canvas.ax.plot(fared["near_coverage"], place + 0.2, "D", color=ABC, markersize=4)
        if one["changed"]["coverage"] is not None:
            canvas.ax.plot(one["changed"]["coverage"], place + 0.4, "^", color="#555555",
                           markersize=4)  # fmt: skip
            lowest = min(lowest, one["changed"]["coverage"])
    names = [tables.named(one["path"]) for one in tables.parameters]
    canvas.ax.set_yticks(range(len(names)), names, fontsize=8.5)
    canvas.ax.set_ylim(len(names) - 0.4, -0.6)
    canvas.ax.set_xlim(lowest - 0.02, 1.01)
    canvas.ax.set_xlabel("share of ranges that hold the truth")
    canvas.ax.grid(visible=False, axis="y")
    return finish(
        canvas,
        "Does the method find what is known?",
        seeds_frame(n),
        tables.setting,
        "circle: all truths; diamond: those like your data; triangle: changed model; grey: chance",
    )
