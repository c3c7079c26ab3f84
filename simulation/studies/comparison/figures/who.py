"""Who wins and who loses, and how many of the same people are better off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from simulation.analysis.better_off import EVERYBODY
from simulation.analysis.compare import PairedVerdict
from simulation.analysis.comparison_question import Key
from simulation.report import colours
from simulation.report.canvas import (
    house,
    nothing,
    start,
    thousands,
)
from simulation.report.colours import BAD, FAINT, GOOD, INK, ink
from simulation.report.words import label, sentence
from simulation.report.words import percent as percent_words
from simulation.studies.comparison.answer import bare, quoted, who_of_actors
from simulation.studies.comparison.figures.sheet import finish_pairs, joint_confidence, looks, short
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulation.analysis.better_off import Group
    from simulation.analysis.interval import Interval


@house
def who_wins(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draw the difference in value of each segment, company and partner, with intervals."""
    names = tables.question.what_ifs
    title = f"Who wins, who loses: value against {short(tables.question.base)}"
    actors = list(dict.fromkeys(row.key for name in names for row in tables.who(name, roles=True)))
    canvas = start(ax, (6.6, 1.9 + 0.34 * len(actors) * (0.6 + 0.4 * len(names))))
    if not actors:
        return nothing(canvas, title, "no value by actor is recorded.")
    spots = {key: len(actors) - at for at, key in enumerate(actors)}
    step = 0.8 / len(names)
    for place, name in enumerate(names):
        shift = 0.4 - step * (place + 0.5)
        for row in tables.who(name, roles=True):
            _bar(canvas.ax, spots[row.key] + shift, step, row, _filling(tables, row))
    _actor_axis(canvas.ax, spots)
    canvas.ax.set_xlabel(f"difference, {next(iter(tables.who(names[0], roles=True))).unit}")
    if len(names) > 1:
        _legend(canvas.ax, tables)
    note = (
        f"bar: mean of the last {min(12, tables.months)} months; "
        f"whisker: {joint_confidence(tables)}, all rows at once; "
        "filled: clear, hollow: open or within the margin · * roles, which people enter and leave"
    )
    return finish_pairs(canvas, title, tables, note)


@dataclass(frozen=True)
class Filling:
    """How a bar is filled: its colour, and a hatch so that nothing depends on colour alone."""

    colour: str
    hatch: str = ""


HATCHES = ("", "//", "..", "xx")


def _filling(tables: ComparedTables, row: ComparisonRow) -> Filling:
    """Return the filling of a bar: by what-if where there are several, else by gain or loss."""
    names = tables.question.what_ifs
    if len(names) > 1:
        hatch = HATCHES[names.index(row.what_if) % len(HATCHES)]
        return Filling(looks(tables)[row.what_if].colour, hatch)
    known = {PairedVerdict.BETTER: Filling(GOOD), PairedVerdict.WORSE: Filling(BAD, "//")}
    return known.get(row.verdict, Filling(FAINT))


def _bar(ax: Axes, height: float, step: float, row: ComparisonRow, filling: Filling) -> None:
    """Draw one difference: filled where the verdict is better or worse, hollow where not."""
    sure = row.verdict in (PairedVerdict.BETTER, PairedVerdict.WORSE)
    ax.barh(
        height, row.difference, height=step * 0.82, facecolor=filling.colour if sure else "white",
        edgecolor=filling.colour, linewidth=1.1, alpha=0.45 if row.is_role else 0.9, zorder=2,
        hatch=filling.hatch if sure else "",
    )  # fmt: skip
    if row.low == row.low and abs(row.low) != float("inf"):
        ax.plot([row.low, row.high], [height, height], color=INK, linewidth=1.2, zorder=3)
        ends = ([row.low, row.high], [height, height])
        ax.plot(*ends, linestyle="", marker="|", markersize=4 + 3 * step, color=INK, zorder=3)


def _actor_axis(ax: Axes, spots: dict[Key, int]) -> None:
    ax.set_yticks(list(spots.values()), [_actor_name(key) for key in spots])
    ax.set_ylim(0.4, len(spots) + 0.6)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    thousands(ax, axis="x")


def _actor_name(key: Key) -> str:
    outcome, actor = key
    if outcome == "segment_value":
        return f"people: {label(actor)}"
    return f"{label(actor)}*" if actor in colours.PEOPLE else label(actor)


def _legend(ax: Axes, tables: ComparedTables) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=look.colour, edgecolor=look.colour, hatch=HATCHES[place % len(HATCHES)],
              label=short(name))
        for place, (name, look) in enumerate(looks(tables).items())
    ]  # fmt: skip
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3,
              borderaxespad=0.1)  # fmt: skip


@house
def better_off(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draw how many of the same people are better and worse off, for each group."""
    title = f"The same people: better off or worse off than in {short(tables.question.base)}"
    groups = tables.groups
    canvas = start(ax, (6.6, 1.7 + 0.42 * len(groups)))
    if not groups:
        return nothing(canvas, title, "this model has no persons.")
    several = len(tables.question.what_ifs) > 1
    for at, group in enumerate(groups):
        _shares(canvas.ax, len(groups) - at, group)
    canvas.ax.set_yticks(
        [len(groups) - at for at in range(len(groups))],
        [_group_name(group, several=several) for group in groups],
    )
    canvas.ax.set_ylim(0.3, len(groups) + 0.7)
    canvas.ax.axvline(0, color=INK, linewidth=0.9)
    _share_axis(canvas.ax, groups)
    note = (
        f"surplus of each person over all {tables.months} months, paired within seeds; "
        f"whisker: {joint_confidence(tables)} interval over pairs; the rest {_rest(tables)}"
    )
    return finish_pairs(canvas, title, tables, note)


def _rest(tables: ComparedTables) -> str:
    return "has the same" if tables.question.margin is None else "is within the margin"


def _group_name(group: Group, *, several: bool) -> str:
    name = "everybody" if group.name == EVERYBODY else label(group.name)
    return f"{short(group.what_if)}: {name}" if several else name


def _shares(ax: Axes, height: int, group: Group) -> None:
    heavy = 0.95 if group.name == EVERYBODY else 0.65
    for share, way, colour, hatch in (
        (group.share_better, 1, GOOD, ""),
        (group.share_worse, -1, BAD, "//"),
    ):
        mean, low, high = (way * end for end in share.floats())
        ax.barh(height, mean, height=0.62, color=colour, alpha=heavy, hatch=hatch, zorder=2)
        if low == low:
            ax.plot([low, high], [height, height], color=INK, linewidth=1.2, zorder=3)
        ax.annotate(
            percent_words(abs(mean)), xy=(max(mean, high) if way > 0 else min(mean, high), height),
            xytext=(4 * way, 0), textcoords="offset points", va="center", fontsize=8.5,
            ha="left" if way > 0 else "right", color=ink(colour),
        )  # fmt: skip


def _share_axis(ax: Axes, groups: Sequence[Group]) -> None:
    from matplotlib.ticker import FuncFormatter

    reach = max(max(_most(group.share_better), _most(group.share_worse)) for group in groups)
    reach = min(1.3, max(0.05, 1.35 * reach))
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * abs(share):.4g} %"))
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("← worse off · share of people · better off →")


def _most(interval: Interval) -> float:
    mean, _, high = interval.floats()
    return max(mean, high) if high == high else mean


def who_words(tables: ComparedTables) -> str:
    """Say who gains and who loses, and which of them are roles."""
    return sentence(
        f"{who_of_actors(tables)}. Segments, companies and partners are the same in both "
        "scenarios; customers and non-customers are roles, of which there may be more or fewer"
    )


def people_words(tables: ComparedTables) -> str:
    """Say how many of the same people are better and worse off."""
    parts = []
    for group in tables.groups:
        if group.name != EVERYBODY:
            continue
        gain, low, high = group.mean_gain.floats()
        interval = f" (95\u00a0% interval {bare(low, '')} to {bare(high, '')})"
        ends = interval if isfinite(low) else ""
        parts.append(
            f"with {quoted(group.what_if)} {percent_words(group.share_better.floats()[0])} are "
            f"better off and {percent_words(group.share_worse.floats()[0])} worse off; a person "
            f"has {bare(gain, '')} {tables.names.currency} on average over all months{ends}"
        )
    return sentence("; ".join(parts))
