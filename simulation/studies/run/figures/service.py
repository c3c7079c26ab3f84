"""Figures of service: waits at the desks, and the resources brought, used and left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.gains import slack
from simulation.analysis.interval import Estimate, Sign, estimate
from simulation.analysis.summary import (
    YEAR,
    change,
    level,
    levels,
    months,
    opening,
    per_run,
    recent,
)
from simulation.report import colours
from simulation.report.canvas import (
    MEAN,
    PLAIN,
    WHISKER,
    Setting,
    finish,
    house,
    is_narrow,
    nothing,
    order,
    percent,
    start,
)
from simulation.report.words import (
    label,
    number,
    sentence,
    with_span,
)
from simulation.report.words import percent as share_words
from simulation.scenario.words import Resource
from simulation.studies.run.figures.value import firm_looks
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes


@house
def desks(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the mean wait and the share who give up at each desk, longest wait first.

    Left: minutes, filled for the last year with its interval, hollow for the first year. Right:
    share of contacts abandoned.
    """
    title = "Service desks: how long people wait, how many give up"
    waiting, abandoned = levels(series, "desk_wait"), levels(series, "desk_abandoned")
    names = sorted(waiting, key=lambda name: -waiting[name].mean)
    canvas = start(ax, (6.6, max(2.4, 1.6 + 0.3 * len(names))), redrawn=True)
    if not names:
        return nothing(canvas, title, "this result has no staffed touchpoints.")
    early = max(1, min(YEAR, months(series) // 2))
    looks = firm_looks(series, setting)
    canvas.ax.set_axis_off()
    left = 0.53 if is_narrow() else 0.62  # ends of the two axes would touch on a phone
    waits = canvas.ax.inset_axes((0.0, 0.0, left, 0.94))
    gone = canvas.ax.inset_axes((0.67, 0.0, 0.33, 0.94))
    for row, name in enumerate(names):
        look = looks.get(name.partition(":")[0], colours.ALONE)
        first = estimate(per_run(series, "desk_wait", name, window=early, first=True)).mean
        _wait(waits, row, first=first, value=waiting[name], look=look)
        if name not in abandoned:
            continue
        lost = abandoned[name]
        _dot(gone, row, value=lost, look=look)
        end = lost.high if lost.has_interval else lost.mean
        gone.annotate(
            share_words(lost.mean), (end, row), xytext=(6, 0), va="center",
            textcoords="offset points", fontsize=8,
        )  # fmt: skip
    _desk_axes(waits, gone, names)
    return finish(canvas, title, series, setting,
                  f"{recent(series)} (hollow: {opening(series)}) · {WHISKER}")  # fmt: skip


def _dot(ax: Axes, row: int, *, value: Estimate, look: colours.Look) -> None:
    ends = [value.low, value.high]
    ax.plot(ends, [row, row], color=look.colour, linewidth=2.2, solid_capstyle="butt")
    ax.plot(
        value.mean,
        row,
        look.marker,
        color=look.colour,
        markersize=6.5,
        markeredgecolor="white",
        clip_on=False,
        zorder=4,
    )


def _wait(ax: Axes, row: int, *, first: float, value: Estimate, look: colours.Look) -> None:
    ax.plot([first, value.mean], [row, row], color=colours.GRID, linewidth=1.2, zorder=1)
    ax.plot(
        first,
        row,
        look.marker,
        color="white",
        markersize=6,
        markeredgecolor=look.colour,
        clip_on=False,
        zorder=3,
    )
    _dot(ax, row, value=value, look=look)


def _desk_axes(waits: Axes, gone: Axes, names: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator

    for ax in (waits, gone):
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, max(ax.get_xlim()[1], 1e-9) * 1.12)
    waits.set_yticks(range(len(names)), [label(name) for name in names], fontsize=8.5)
    waits.set_xlabel("minutes")
    waits.set_title("Mean wait", fontsize=9.5, weight="normal")
    gone.set_yticks([])
    gone.set_xlim(0, min(1.0, gone.get_xlim()[1] * 1.25))
    gone.xaxis.set_major_locator(MaxNLocator(3))
    percent(gone, axis="x")
    gone.set_xlabel("share of contacts")
    gone.set_title("Give up waiting", fontsize=9.5, weight="normal")


@house
def resources(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the resources brought to each touchpoint per encounter, split into used and slack.

    Columns are resources, rows are touchpoints; the whole bar is what was brought (1 is the most an
    encounter can take), its full part was used, its hatched part could not be.
    """
    title = "Resources at the touchpoints: brought, used, left over"
    brought, slack = levels(series, "brought"), levels(series, "slack")
    encounters = levels(series, "encounters")
    names = dict.fromkeys(key.partition(":")[0] for key in brought)
    places = [
        name
        for name in order(list(names), tuple(setting.places))
        if name in encounters and encounters[name].mean > 0
    ]
    canvas = start(ax, (6.6, max(2.6, 1.4 + 0.27 * len(places))), redrawn=True)
    if not places:
        return nothing(canvas, title, "this result has no resources brought to touchpoints.")
    kinds = order(list(dict.fromkeys(key.partition(":")[2] for key in brought)), tuple(Resource))
    for row, place in enumerate(places):
        for column, kind in enumerate(kinds):
            key, size = f"{place}:{kind}", encounters[place].mean
            if key in brought and key in slack and brought[key].mean > 0:
                shares = (brought[key].mean / size, slack[key].mean / size)
                _resource(canvas.ax, row, column=column, shares=shares)
    _resource_axes(canvas.ax, places, kinds)
    return finish(canvas, title, series, setting, f"{recent(series)}, {MEAN}")


def _step() -> float:
    """Return how far apart bars begin, which are 1 long at most: a phone's text needs more room."""
    return 1.8 if is_narrow() else 1.3


_KIND_COLOURS = tuple(look.colour for look in colours.others("abcd").values())


def _resource(ax: Axes, row: int, *, column: int, shares: tuple[float, float]) -> None:
    """Draw one bar: what an encounter is brought, and what of it is left over."""
    brought, slack = shares
    colour = _KIND_COLOURS[column % len(_KIND_COLOURS)]
    left = column * _step()
    used = max(brought - slack, 0.0)
    ax.barh(row, used, left=left, height=0.66, color=colour)
    ax.barh(row, slack, left=left + used, height=0.66, facecolor=colours.pale(colour, 0.75),
            edgecolor=colour, linewidth=0.5, hatch="///", hatchcolor=colour)  # fmt: skip
    ax.text(left + brought + 0.03, row, share_words(slack / brought), va="center", fontsize=7.5)


def _resource_axes(ax: Axes, places: Sequence[str], kinds: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.set_xlim(-0.02, _step() * len(kinds) - 0.02)
    ax.set_yticks(range(len(places)), [label(name) for name in places])
    ax.tick_params(axis="y", length=0)
    lefts = [column * _step() for column in range(len(kinds))]
    ticks = [(left + at, number(at)) for left in lefts for at in (0, 0.5, 1)]
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks], fontsize=8)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    for column, kind in enumerate(kinds):
        height = -0.62 - 0.6 * (column % 2)  # on a phone neighbours would touch
        ax.text(lefts[column], height, label(kind), ha="left", va="bottom", fontsize=8.3,
                color=colours.ink(_KIND_COLOURS[column % len(_KIND_COLOURS)]))  # fmt: skip
    ax.set_xlabel("input per encounter (1: all it can take); the number is the share left over")
    grey = colours.FAINT
    handles = [Patch(color=grey), Patch(facecolor=colours.pale(grey, 0.75), edgecolor=grey,
                                        linewidth=0.5, hatch="///", hatchcolor=grey)]  # fmt: skip
    ax.legend(handles, ["used", "slack"], loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=2,
              fontsize=8, borderaxespad=0)  # fmt: skip


def desks_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say where people wait longest, how that changed, and how many give up."""
    waits = levels(series, "desk_wait")
    worst = max(waits, key=lambda name: waits[name].mean)
    moved = change(series, "desk_wait", worst)
    text = f"People wait longest at {label(worst)}: {with_span(waits[worst])}"
    if moved.known and moved.sign is Sign.OPEN:
        text += f", not clearly different from the {opening(series)}"
    elif moved.known:
        word = "longer" if moved.sign is Sign.GAIN else "shorter"
        text += f", {number(abs(moved.mean), 2)} minutes {word} than in the {opening(series)}"
    gone = level(series, "desk_abandoned", worst)
    if gone.known:
        text += f"; {share_words(gone.mean)} of them give up"
    return sentence(text)


def resources_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say how much of what was brought could not be used, and where most of that is."""
    share, most, share_of_most = slack(series)
    if not most:
        return "Nothing was brought to the touchpoints."
    place, _, resource = most.partition(":")
    return sentence(
        f"{share_words(share)} of all input brought could not be used; most of it is "
        f"{label(resource)} at {label(place)}, of which {share_words(share_of_most)} was left over"
    )


DESKS = RunView("desks", "Service desks", desks, desks_words, ("desk_wait",))
RESOURCES = RunView("resources", "Resources at the touchpoints", resources, resources_words,
                 ("brought", "slack", "encounters"))  # fmt: skip
