"""The map: where in the two assumptions that decide most an arm is better than the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision.places import places
from simulation.report.canvas import finish, house, plain_number, start, without_seams
from simulation.report.colours import FAINT, INK
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
SURE = 0.9


@house
def decision_map(tables: FuturesTables) -> Axes:
    """Draw the mean effect over two assumptions, and the futures that were run."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import TwoSlopeNorm
    from matplotlib.ticker import FuncFormatter

    arm = tables.lead
    drawn = arm["map"]
    spots, mean = np.array(drawn["places"]), np.array(drawn["mean"]) * tables.factor
    canvas = start(None, (6.6, 5.4))
    ax = canvas.ax
    most = max(float(np.abs(mean).max()), 1e-9)
    norm = TwoSlopeNorm(0.0, -most, most)
    ax.contourf(spots, spots, mean, levels=21, cmap="BrBG", norm=norm).set_edgecolor("face")
    margin = float(tables.findings["margin"]) * tables.factor
    if mean.min() < margin < mean.max():
        ax.contour(spots, spots, mean, levels=[margin], colors=INK, linewidths=1.6)
    _futures(ax, tables, arm)
    across, down = (int(arm["kept"][at]) for at in drawn["assumptions"])
    _axes(ax, tables, across, down)
    bar = canvas.sheet.colorbar(ScalarMappable(norm, "BrBG"), ax=ax, shrink=0.8, pad=0.02,
                                format=FuncFormatter(lambda v, _: plain_number(v)))  # fmt: skip
    bar.set_label(f"mean effect, {tables.currency} a month", fontsize=9)
    without_seams(bar)
    note = (
        f"▲ futures in which it is better, ▼ worse, · cannot tell; line: margin; mean over the "
        f"other assumptions; {tables.n} futures"
    )
    title = f"Where {tables.arm_text(arm)} is better than {tables.base}"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _futures(ax: Axes, tables: FuturesTables, arm: dict[str, Any]) -> None:
    """Mark every future by what its runs say."""
    rows = tables.futures_of(arm).set_index("future")
    settings = tables.runs.drop_duplicates("future").set_index("future").loc[rows.index]
    x = places(tables.unknown, settings)[:, arm["kept"]]
    across, down = arm["map"]["assumptions"]
    better, worse = rows["better"].to_numpy() > SURE, rows["worse"].to_numpy() > SURE
    for chosen, marker, size, colour in (
        (better, "^", 16, INK), (worse, "v", 16, INK), (~better & ~worse, ".", 9, FAINT),
    ):  # fmt: skip
        ax.scatter(x[chosen, across], x[chosen, down], marker=marker, s=size, color=colour,
                   linewidths=0.3, edgecolors="white")  # fmt: skip


def _axes(ax: Axes, tables: FuturesTables, across: int, down: int) -> None:
    for at, put, named in (
        (across, ax.set_xticks, ax.set_xlabel), (down, ax.set_yticks, ax.set_ylabel),
    ):  # fmt: skip
        put(TICKS, [tables.text(at, place) for place in TICKS])
        unit = tables.unit(at)
        named(f"{tables.name(at)}{f' ({unit})' if unit else ''}")
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, 1.0)
    ax.grid(visible=False)


def map_text(tables: FuturesTables) -> str:
    """Say which two assumptions decide most, and how much of their plane is better."""
    arm = tables.lead
    across, down = (tables.name(int(arm["kept"][at])) for at in arm["map"]["assumptions"])
    mean = np.array(arm["map"]["mean"])
    share = float((mean > tables.findings["margin"]).mean())
    return (
        f"{across} and {down} decide most; averaged over everything else, {tables.arm_text(arm)} "
        f"is better in {round(100 * share)}\u00a0% of their plane"
    )
