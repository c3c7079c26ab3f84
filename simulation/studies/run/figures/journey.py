"""Figures of the journey: the stages people are in, and the touchpoints they meet there."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from simulation.analysis.interval import Estimate
from simulation.analysis.summary import has, levels, recent
from simulation.report import colours
from simulation.report.canvas import (
    MEAN,
    PLAIN,
    Setting,
    finish,
    house,
    nothing,
    order,
    start,
)
from simulation.report.words import (
    label,
    percent,
    sentence,
    whole,
    with_span,
)
from simulation.scenario.words import Area, Stage
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

AREA_WORDS = {
    Area.CRM: "CRM, the company's channels",
    Area.CEM: "CEM, designed experience",
    Area.SOCIAL: "social, customer to customer",
}


def stages_of(series: pd.DataFrame, setting: Setting) -> list[str]:
    """Return the stages people are in, along the journey and without idleness."""
    stages = [stage for stage in levels(series, "people_in_stage") if stage != "idle"]
    return order(stages, setting.stages or tuple(Stage))


def touchpoints_at(stage: str, stages: Sequence[str], setting: Setting) -> list[str]:
    """Return the touchpoints that serve a stage."""
    places = setting.places
    return [name for name in stages if name in places and stage in places[name].stages]


@house
def journey(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw people in each stage, the share who move on, and how its touchpoints serve them.

    Left: people (log scale) and the share who move on each month. Right: for each touchpoint of
    the stage how far purposes are not met on average, the worst one named.
    """
    served = bool(setting.places) and has(series, "unmet")
    title = "The journey: people in each stage"
    title += ", and where purposes are not met" if served else ""
    stages = stages_of(series, setting)
    canvas = start(ax, (6.6, 1.7 + 0.34 * max(len(stages), 3)))
    if not stages:
        return nothing(canvas, title, "this result has no stages of a journey.")
    canvas.ax.set_axis_off()
    left = canvas.ax.inset_axes((0.0, 0.0, 0.46 if served else 0.9, 0.93))
    _people(left, series, stages)
    if served:
        _drop_off(
            canvas.ax.inset_axes((0.62, 0.0, 0.38, 0.93)), series, stages=stages, setting=setting
        )
    return finish(canvas, title, series, setting, f"{recent(series)}, {MEAN}")


def _rows(ax: Axes, stages: Sequence[str]) -> None:
    ax.set_ylim(len(stages) - 0.5, -0.5)
    ax.set_yticks(range(len(stages)), [label(stage) for stage in stages])
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)


def _people(ax: Axes, series: pd.DataFrame, stages: Sequence[str]) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    people, passed = levels(series, "people_in_stage"), levels(series, "stage_passed")
    sizes = [people[stage].mean for stage in stages]
    shown = [max(size, 1.0) for size in sizes]
    ax.barh(range(len(stages)), shown, height=0.62, color=colours.pale(colours.FAINT, 0.4))
    ax.set_xscale("log")
    ax.set_xlim(1, max(shown) * 150)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.xaxis.set_minor_locator(NullLocator())
    decades = [10**power for power in range(7) if 10**power <= max(shown) * 1.5]
    ax.set_xticks(decades[::2] if len(decades) > 3 else decades)
    for row, (stage, size) in enumerate(zip(stages, sizes, strict=True)):
        text = whole(size)
        if stage in passed:
            text += f"  ({percent(passed[stage].mean)})"
        ax.text(max(size, 1.0) * 1.18, row, text, va="center", fontsize=8.5)
    _rows(ax, stages)
    ax.set_xlabel("persons (log scale)")
    ax.set_title("People (share moving on a month)", fontsize=9.5, weight="normal")


def _drop_off(ax: Axes, series: pd.DataFrame, *, stages: Sequence[str], setting: Setting) -> None:
    unmet = {name: value.mean for name, value in levels(series, "unmet").items()}
    names = list(unmet)
    for row, stage in enumerate(stages):
        serving = touchpoints_at(stage, names, setting)
        if not serving:
            continue
        ax.plot([0, 1], [row, row], color=colours.GRID, linewidth=0.7, zorder=1)
        for name in serving:
            look = colours.AREAS.get(setting.places[name].area, colours.ALONE)
            ax.plot(
                unmet[name], row, look.marker, color=look.colour, markersize=6.5,
                markeredgecolor="white", markeredgewidth=0.8, zorder=3,
            )  # fmt: skip
        worst = max(serving, key=lambda name: unmet[name])
        right = unmet[worst] > 0.62
        ax.annotate(
            label(worst), (unmet[worst], row), xytext=(0, 6), textcoords="offset points",
            ha="right" if right else "left", va="bottom", fontsize=7.5,
        )  # fmt: skip
    _rows(ax, stages)
    ax.set_yticks([])
    ax.set_xlim(-0.03, 1.03)
    ax.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.set_xlabel("purpose not met")
    ax.set_title("Drop-off at touchpoints", fontsize=9.5, weight="normal")
    _area_legend(ax, {setting.places[name].area for name in names if name in setting.places})


def _area_legend(ax: Axes, areas: set[str], *, long: bool = False) -> None:
    from matplotlib.lines import Line2D

    shown = [area for area in Area if area in areas]
    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", markersize=6)
        for look in (colours.AREAS[area] for area in shown)
    ]
    short = {Area.CRM: "CRM", Area.CEM: "CEM", Area.SOCIAL: "social"}
    texts = [AREA_WORDS[area] if long else short[area] for area in shown]
    ax.legend(
        handles, texts, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.17),
        handletextpad=0.2, columnspacing=1.0, fontsize=8, borderaxespad=0,
    )  # fmt: skip


@house
def touchpoints(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the touchpoints along the journey: a bar over the stages each serves, dark where busy.

    A touchpoint's traffic is recorded as a whole, so one number and one shade belong to the whole
    bar, not to each of its stages.
    """
    title = "Touchpoints along the journey: where the traffic is"
    traffic = levels(series, "encounters")
    names = [name for name in traffic if name in setting.places and setting.places[name].stages]
    canvas = start(ax, (6.6, max(2.6, 1.5 + 0.27 * len(names))), least=5.0)
    if not names:
        return nothing(canvas, title, "this result has no touchpoints.")
    every = setting.stages or tuple(Stage)
    stages = [stage for stage in every
              if any(stage in setting.places[name].stages for name in names)]  # fmt: skip
    names.sort(key=lambda name: _span(name, stages, setting))
    for row, name in enumerate(names):
        _bar(canvas.ax, row, name=name, traffic=traffic, stages=stages, setting=setting)
    _journey_axes(canvas.ax, names, stages=stages, setting=setting)
    return finish(
        canvas, title, series, setting,
        f"{recent(series)}, {MEAN} · shade and number: encounters a month (log shade)",
    )  # fmt: skip


def _span(name: str, stages: Sequence[str], setting: Setting) -> tuple[int, int]:
    served = [at for at, stage in enumerate(stages) if stage in setting.places[name].stages]
    return min(served), max(served)


def _bar(
    ax: Axes, row: int, *, name: str, traffic: dict[str, Estimate], stages: Sequence[str],
    setting: Setting,
) -> None:  # fmt: skip

    served = [at for at, stage in enumerate(stages) if stage in setting.places[name].stages]
    colour = colours.AREAS.get(setting.places[name].area, colours.ALONE).colour
    size = traffic[name].mean
    most = max(value.mean for value in traffic.values())
    strength = log10(1 + max(size, 0)) / log10(1 + most) if most > 0 else 0.0
    ax.plot([served[0], served[-1]], [row, row], color=colour, linewidth=1.0, zorder=1)
    shade = colours.pale(colour, 0.92 - 0.8 * strength)
    for at in served:
        ax.barh(row, 1.0, left=at - 0.5, height=0.72, color=shade, zorder=2)
    ax.text(len(stages) - 0.3, row, whole(size), va="center", ha="left", fontsize=8.5)
    ax.text(-0.62, row, label(name), va="center", ha="right", fontsize=9, color=colours.ink(colour))


def _journey_axes(
    ax: Axes, names: Sequence[str], *, stages: Sequence[str], setting: Setting
) -> None:
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(-0.5, len(stages) - 0.5)
    ax.set_yticks([])
    ax.grid(visible=False)
    for at in range(1, len(stages)):
        ax.axvline(at - 0.5, color="white", linewidth=1.5, zorder=2.5)
        ax.axvline(at - 0.5, color=colours.GRID, linewidth=0.7, zorder=0.5)
    ax.xaxis.tick_top()
    ax.set_xticks(range(len(stages)), [label(stage) for stage in stages], rotation=30, ha="left",
                  fontsize=8.5)  # fmt: skip
    ax.tick_params(axis="x", length=0, pad=1)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    _area_legend(ax, {setting.places[name].area for name in names}, long=True)
    legend = ax.get_legend()
    if legend is not None:
        legend.set_bbox_to_anchor((0.4, -0.02))


def journey_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say where people get stuck and at which touchpoint purposes are met least."""
    passed = levels(series, "stage_passed")
    moving = {stage: value for stage, value in passed.items() if stage not in ("idle", "use")}
    text = []
    if len(moving) > 1:
        stuck = min(moving, key=lambda stage: moving[stage].mean)
        text.append(
            f"Before and after use, fewest move on from the stage {label(stuck)}: "
            f"{percent(moving[stuck].mean)} a month"
        )
    unmet = levels(series, "unmet")
    if unmet:
        worst = max(unmet, key=lambda name: unmet[name].mean)
        text.append(
            f"what people come for falls short most at {label(worst)}: by "
            f"{with_span(unmet[worst])} on average"
        )
    return sentence("; ".join(text) or "People are in the stages shown")


def touchpoints_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say where the traffic is."""
    traffic = levels(series, "encounters")
    added = sum(value.mean for value in traffic.values())
    ranked = sorted(traffic, key=lambda name: -traffic[name].mean)
    text = (
        f"{label(ranked[0])} has most of the traffic: {whole(traffic[ranked[0]].mean)} encounters "
        f"a month, {percent(traffic[ranked[0]].mean / added) if added > 0 else '–'} of all"
    )
    if len(ranked) > 2:
        text += f"; {label(ranked[-1])} has least, {whole(traffic[ranked[-1]].mean)}"
    return sentence(text)


JOURNEY = RunView("journey", "The journey", journey, journey_words, ("people_in_stage",))
TOUCHPOINTS = RunView(
    "touchpoints", "Touchpoints along the journey", touchpoints, touchpoints_words, ("encounters",)
)
