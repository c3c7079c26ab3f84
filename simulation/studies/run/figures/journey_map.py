"""The journey map: where stages meet touchpoints, and what happens there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.analysis.journey import journey_cells, late_mean
from simulation.analysis.summary import has, recent
from simulation.report import colours
from simulation.report.canvas import (
    MEAN,
    PLAIN,
    Setting,
    finish,
    house,
    is_narrow,
    nothing,
    order,
    start,
)
from simulation.report.words import label, number, sentence, whole
from simulation.report.words import percent as percent_words
from simulation.scenario.words import Stage
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def _beside_ends() -> tuple[float, float]:
    """Return where judgement and time end, to the right of the stages; a phone's text is wider."""
    return (1.9, 3.9) if is_narrow() else (0.8, 2.3)


@house
def journey_map(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw the journey map: a disc where a stage meets a touchpoint, its area the traffic.

    The number is how far purposes are not met on average; at the right how the touchpoint
    is judged, and the hours that an encounter takes.
    """
    title = "Journey map: traffic, failures, judgement and time"
    if not has(series, "stage_encounters"):
        return nothing(start(ax), title, "this result has no encounters by stage.")
    cells = journey_cells(series)
    stages = order(list(dict.fromkeys(cells["stage"])), setting.stages or tuple(Stage))
    touchpoints = list(dict.fromkeys(cells["touchpoint"]))
    touchpoints.sort(key=lambda name: _first_stage(cells, name, stages))
    canvas = start(ax, (6.6, 1.9 + 0.31 * len(touchpoints)), least=5.0, redrawn=True)
    most = float(cells["traffic"].max())
    for cell in cells.to_dict("records"):
        spot = stages.index(cell["stage"]), touchpoints.index(cell["touchpoint"])
        _cell(canvas.ax, spot, cell["traffic"] / most if most else 0.0, met=cell["met"])
    _beside(canvas.ax, series, touchpoints, at=len(stages))
    _map_axes(canvas.ax, stages, touchpoints, setting=setting)
    note = (
        f"{recent(series)}, {MEAN} · disc: traffic, paler where purposes are met; number: % "
        "not met; judged −1 to 1"
    )
    return finish(canvas, title, series, setting, note)


def _first_stage(cells: pd.DataFrame, touchpoint: str, stages: Sequence[str]) -> tuple[int, float]:
    rows = cells[cells["touchpoint"] == touchpoint]
    return min(stages.index(stage) for stage in rows["stage"]), -float(rows["traffic"].sum())


def _cell(ax: Axes, spot: tuple[int, int], size: float, *, met: float) -> None:
    x, y = spot
    shade = 0.1 + 0.85 * (met if met == met else 0.0)
    ax.scatter(x, y, s=8 + 300 * size, color=colours.pale(colours.FAINT, shade),
               edgecolors=colours.FAINT, linewidths=0.7, zorder=2)  # fmt: skip
    if met == met:
        ax.text(x + 0.13 + 0.22 * size**0.5, y, f"{100 * (1 - met):.0f}", ha="left", va="center",
                fontsize=7.5, zorder=3)  # fmt: skip


def _beside(ax: Axes, series: pd.DataFrame, touchpoints: Sequence[str], *, at: int) -> None:
    """Write how each touchpoint is judged, and the hours an encounter takes, at the right."""
    judged, spent, number_of = (
        late_mean(series, metric).mean().to_dict() if has(series, metric) else dict[str, float]()
        for metric in ("judgement", "hours_spent", "encounters")
    )
    plate = {"boxstyle": "round,pad=0.15", "facecolor": "white", "linewidth": 0}
    first, second = (at + end for end in _beside_ends())
    for row, name in enumerate(touchpoints):
        visits = float(number_of.get(name, 0.0))
        hours = f"{number(float(spent.get(name, 0.0)) / visits, 2)} h" if visits else "–"
        mark = number(float(judged.get(name, float("nan"))), 2)
        for place, text in ((first, mark), (second, hours)):
            ax.text(place, row, text, va="center", ha="right", fontsize=8, zorder=4, bbox=plate)


def _map_axes(
    ax: Axes, stages: Sequence[str], touchpoints: Sequence[str], *, setting: Setting
) -> None:
    first, second = _beside_ends()
    ax.set_xlim(-0.5, len(stages) + second + 0.1)
    ax.set_ylim(len(touchpoints) - 0.5, -0.6)
    ax.grid(visible=True, axis="y")
    ax.xaxis.tick_top()
    ax.axvline(len(stages) - 0.35, color=colours.GRID, linewidth=0.9)
    places = [*range(len(stages)), len(stages) + first - 0.6, len(stages) + second - 0.6]
    names = [*map(label, stages), "judged", "time"]
    ax.set_xticks(places, names, rotation=35, ha="left", fontsize=8.5)
    ax.set_yticks(range(len(touchpoints)), [label(name) for name in touchpoints], fontsize=8.5)
    for tick, name in zip(ax.get_yticklabels(), touchpoints, strict=True):
        area = setting.places[name].area if name in setting.places else ""
        tick.set_color(colours.ink(colours.AREAS.get(area, colours.ALONE).colour))
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def journey_map_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say where most encounters without success are."""
    cells = journey_cells(series).dropna()
    lost = cells.assign(lost=cells["traffic"] * (1.0 - cells["met"]))
    lost = lost.sort_values("lost", ascending=False)
    if lost.empty or not lost["lost"].sum() > 0.0:
        return "No encounter was without success."
    share = lost["lost"] / lost["lost"].sum()
    first = lost.iloc[0]
    return sentence(
        f"Most encounters without success, {percent_words(float(share.iloc[0]))} of them, are at "
        f"{label(str(first['touchpoint']))} in the stage {label(str(first['stage']))}: "
        f"{whole(float(first['lost']))} a month"
    )


JOURNEY_MAP = RunView("journey_map", "Journey map", journey_map, journey_map_words,
                   ("stage_encounters", "stage_experience"))  # fmt: skip
