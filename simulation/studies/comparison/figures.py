"""Figures of a comparison: side by side, the paired difference, who wins, how many are better off.

Each is a function ``(tables, ax=None) -> Axes`` of the stored tables of a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from simulation.analysis.better_off import EVERYBODY
from simulation.analysis.compare import Looks, Verdict
from simulation.analysis.contrast import Key
from simulation.analysis.summary import curve, unit_of
from simulation.errors import Fault, InputError
from simulation.report import colours
from simulation.report.canvas import (
    BAND,
    STYLE,
    Canvas,
    End,
    Setting,
    band,
    finish,
    house,
    label_ends,
    months_axis,
    nothing,
    plain_number,
    start,
    thousands,
    zero_line,
)
from simulation.report.colours import BAD, CO_CREATED, FAINT, GOOD, INK, Look, ink
from simulation.report.words import label, sentence
from simulation.report.words import percent as percent_words
from simulation.studies.comparison.answer import claim, outcome_words
from simulation.studies.comparison.tables import ComparedTables, Row

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.analysis.better_off import Group
    from simulation.analysis.interval import Interval

LONGEST_NAME = 22


def looks(tables: ComparedTables) -> dict[str, Look]:
    """Return how each what-if is drawn."""
    return colours.firms(tables.question.what_ifs)


def short(name: str) -> str:
    """Return a name that fits beside a figure."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _setting(tables: ComparedTables) -> Setting:
    names = ", ".join(tables.question.what_ifs)
    return Setting(scenario=f"{names} against {tables.question.base}", seeds=tables.seeds)


def _finish(canvas: Canvas, title: str, tables: ComparedTables, note: str) -> Axes:
    pairs = f"{tables.pairs} pairs"
    return finish(canvas, title, tables.runs, _setting(tables), f"{pairs} · {note}")


def _confidence(tables: ComparedTables) -> str:
    return f"{100 * tables.question.confidence:.4g} %"


# --- over time -------------------------------------------------------------------------------


@house
def scenarios(tables: ComparedTables, ax: Axes | None = None, *, key: Key | None = None) -> Axes:
    """Draw an outcome of the base and of every what-if over time, each with its own band."""
    row = _row(tables, key)
    canvas = start(ax)
    ends = []
    unit = unit_of(tables.series, row.outcome)
    for name in tables.scenarios:
        look = CO_CREATED if name == tables.question.base else looks(tables)[name]
        told = curve(tables.series_of(name), *row.key)
        ends.append(End(short(name), band(canvas.ax, told, look), look))
    _time_axes(canvas.ax, tables.months, unit, unit)
    label_ends(canvas.ax, ends)
    note = f"{BAND}, month by month; bands overlap where seeds differ more than scenarios do"
    return _finish(canvas, f"Side by side: {outcome_words(row)}", tables, note)


@house
def difference(tables: ComparedTables, ax: Axes | None = None, *, key: Key | None = None) -> Axes:
    """Draw the paired difference of an outcome over time, its band covering the whole curve."""
    row = _row(tables, key)
    title = f"Difference in {outcome_words(row)}: what-if − {short(tables.question.base)}"
    canvas = start(ax)
    ends = []
    for name in tables.question.what_ifs:
        found = tables.curve(name, row.key)
        if not found.months:
            return nothing(canvas, title, "this outcome has no curve.")
        look = looks(tables)[name]
        ends.append(End(short(name), band(canvas.ax, found.table(), look), look))
    unit = "percentage points" if row.unit == "share" else row.unit
    _time_axes(canvas.ax, tables.months, f"difference, {unit}", row.unit)
    canvas.ax.axhline(0, color=INK, linewidth=0.9, zorder=1.5)
    _mark_turns(canvas.ax, tables, row.key)
    label_ends(canvas.ax, ends)
    _subtitle(canvas, _claims(tables, row.key))
    return _finish(canvas, title, tables, _band_note(tables))


def _row(tables: ComparedTables, key: Key | None) -> Row:
    wanted = key or tables.question.outcomes[0]
    return next(row for row in tables.rows if row.key == wanted)


def _time_axes(ax: Axes, months: int, words: str, unit: str) -> None:
    """Label the axes; shares are written in hundredths, whose name ``words`` carries."""
    from matplotlib.ticker import FuncFormatter

    months_axis(ax, months)
    if unit == "share":
        words = words.replace("share", "%")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(100 * value)))
    else:
        thousands(ax)
    ax.set_ylabel(words)
    zero_line(ax)


def _mark_turns(ax: Axes, tables: ComparedTables, key: Key) -> None:
    """Mark the months from which on a difference stays on one side of zero."""
    for name in tables.question.what_ifs:
        row = next(row for row in tables.of(name) if row.key == key)
        month = row.ahead_from or row.behind_from
        if month is None:
            continue
        colour = looks(tables)[name].colour
        ax.axvline(month, color=colour, linewidth=1.1, linestyle=":", zorder=1.4)
        late = month > tables.months / 2
        word, height, hang = (
            ("ahead", 0.985, "top") if row.ahead_from else ("behind", 0.02, "bottom")
        )
        ax.annotate(
            f"{word} from month {month}", xy=(month, height), xycoords=ax.get_xaxis_transform(),
            xytext=(-4 if late else 4, 0), textcoords="offset points", va=hang,
            ha="right" if late else "left", fontsize=8.5, color=ink(colour),
        )  # fmt: skip


def _subtitle(canvas: Canvas, words: str) -> None:
    """Write what the figure shows beneath its title, where the figure is its own."""
    if canvas.own and words:
        canvas.ax.set_title(fill(words, 80), fontsize=9.5, fontweight="normal", color=FAINT)


def _claims(tables: ComparedTables, key: Key) -> str:
    """Return the claim of a single what-if, to stand beneath the title."""
    if len(tables.question.what_ifs) > 1:
        return ""
    (name,) = tables.question.what_ifs
    row = next(row for row in tables.of(name) if row.key == key)
    told = claim(short(name), tables.curve(name, key), less_is_better=row.less_is_better)
    return sentence(told)


def _band_note(tables: ComparedTables) -> str:
    several = " and what-ifs" if len(tables.question.what_ifs) > 1 else ""
    often = ", however often one looks" if tables.question.looks is Looks.ANY else ""
    return f"band: {_confidence(tables)}, covers all months{several} at once{often}"


# --- who -------------------------------------------------------------------------------------


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
        f"bar: mean of the last 12 months; whisker: {_confidence(tables)}, all rows at once; "
        "filled: sure, hollow: open or within the margin · * roles, which people take and leave"
    )
    return _finish(canvas, title, tables, note)


@dataclass(frozen=True)
class Filling:
    """How a bar is filled: its colour, and a hatch so that nothing hangs on colour alone."""

    colour: str
    hatch: str = ""


HATCHES = ("", "//", "..", "xx")


def _filling(tables: ComparedTables, row: Row) -> Filling:
    """Return the filling of a bar: by what-if where there are several, else by gain or loss."""
    names = tables.question.what_ifs
    if len(names) > 1:
        hatch = HATCHES[names.index(row.what_if) % len(HATCHES)]
        return Filling(looks(tables)[row.what_if].colour, hatch)
    known = {Verdict.BETTER: Filling(GOOD), Verdict.WORSE: Filling(BAD, "//")}
    return known.get(row.verdict, Filling(FAINT))


def _bar(ax: Axes, height: float, step: float, row: Row, filling: Filling) -> None:
    """Draw one difference: filled where the verdict is better or worse, hollow where not."""
    sure = row.verdict in (Verdict.BETTER, Verdict.WORSE)
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
    found = tables.groups
    canvas = start(ax, (6.6, 1.7 + 0.42 * len(found)))
    if not found:
        return nothing(canvas, title, "this model has no persons.")
    several = len(tables.question.what_ifs) > 1
    for at, group in enumerate(found):
        _shares(canvas.ax, len(found) - at, group)
    canvas.ax.set_yticks(
        [len(found) - at for at in range(len(found))],
        [_group_name(group, several=several) for group in found],
    )
    canvas.ax.set_ylim(0.3, len(found) + 0.7)
    canvas.ax.axvline(0, color=INK, linewidth=0.9)
    _share_axis(canvas.ax, found)
    note = (
        f"surplus of each person over all {tables.months} months, paired within seeds; "
        f"whisker: {_confidence(tables)} interval over pairs; the rest {_rest(tables)}"
    )
    return _finish(canvas, title, tables, note)


def _rest(tables: ComparedTables) -> str:
    return "has the same" if tables.question.margin is None else "is within the margin"


def _group_name(group: Group, *, several: bool) -> str:
    name = "everybody" if group.name == EVERYBODY else label(group.name)
    return f"{short(group.what_if)}: {name}" if several else name


def _shares(ax: Axes, height: int, group: Group) -> None:
    heavy = 0.95 if group.name == EVERYBODY else 0.65
    for told, way, colour, hatch in (
        (group.share_better, 1, GOOD, ""),
        (group.share_worse, -1, BAD, "//"),
    ):
        mean, low, high = (way * end for end in told.floats())
        ax.barh(height, mean, height=0.62, color=colour, alpha=heavy, hatch=hatch, zorder=2)
        if low == low:
            ax.plot([low, high], [height, height], color=INK, linewidth=1.2, zorder=3)
        ax.annotate(
            percent_words(abs(mean)), xy=(max(mean, high) if way > 0 else min(mean, high), height),
            xytext=(4 * way, 0), textcoords="offset points", va="center", fontsize=8.5,
            ha="left" if way > 0 else "right", color=ink(colour),
        )  # fmt: skip


def _share_axis(ax: Axes, found: Sequence[Group]) -> None:
    from matplotlib.ticker import FuncFormatter

    reach = max(max(_most(group.share_better), _most(group.share_worse)) for group in found)
    reach = min(1.3, max(0.05, 1.35 * reach))
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * abs(share):.4g} %"))
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("← worse off · share of people · better off →")


def _most(told: Interval) -> float:
    mean, _, high = told.floats()
    return max(mean, high) if high == high else mean


# --- what pairing is worth -------------------------------------------------------------------


@house
def pairing(table: pd.DataFrame, ax: Axes | None = None, *, note: str = "") -> Axes:
    """Draw how many unpaired runs one paired run replaces, for each what-if.

    Args:
        table: Columns what_if, variant, factor (variance of an unpaired difference over the paired
            one's), low, high.
        ax: Where to draw; a new figure if not given.
        note: What was run, for the footer.
    """
    variants = list(dict.fromkeys(table["variant"]))
    names = list(dict.fromkeys(table["what_if"]))
    canvas = start(ax, (6.6, 1.7 + 0.42 * len(names)))
    step = 0.8 / len(variants)
    styles = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"))
    for place, (variant, (colour, marker)) in enumerate(zip(variants, styles, strict=False)):
        own = table[table["variant"] == variant].set_index("what_if")
        heights = [len(names) - names.index(str(name)) + 0.4 - step * (place + 0.5)
                   for name in own.index]  # fmt: skip
        canvas.ax.hlines(heights, own["low"], own["high"], color=colour, linewidth=1.4)
        canvas.ax.plot(own["factor"], heights, linestyle="", marker=marker, color=colour,
                       markersize=6, label=variant)  # fmt: skip
    canvas.ax.set_xscale("log")
    from matplotlib.ticker import FuncFormatter, NullFormatter

    canvas.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))
    canvas.ax.xaxis.set_minor_formatter(NullFormatter())
    canvas.ax.set_yticks([len(names) - at for at in range(len(names))], names)
    canvas.ax.set_ylim(0.3, len(names) + 0.7)
    canvas.ax.grid(visible=True, axis="x")
    canvas.ax.grid(visible=False, axis="y")
    canvas.ax.axvline(1, color=INK, linewidth=0.9)
    canvas.ax.set_xlabel("unpaired runs that one paired run replaces (log scale)")
    canvas.ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.1)
    if not canvas.own:
        canvas.ax.set_title(PAIRING)
        return canvas.ax
    canvas.sheet.suptitle(PAIRING, x=0.012, ha="left", va="top")
    canvas.sheet.supxlabel(fill(note, 112), x=0.012, ha="left", fontsize=7.5, color=FAINT)
    return canvas.ax


PAIRING = "What common random numbers are worth"


# --- all of them -----------------------------------------------------------------------------


@dataclass(frozen=True)
class CompareFigure:
    """A figure of a comparison, by name."""

    name: str
    title: str
    draw: Callable[[ComparedTables], Axes]


MOST_OUTCOMES = 4
"""Outcomes asked for that get curves of their own."""


def figures_of(tables: ComparedTables) -> list[CompareFigure]:
    """Return the figures that have something to show, in the order of the report."""
    found: list[CompareFigure] = []
    for place, key in enumerate(tables.question.outcomes[:MOST_OUTCOMES]):
        words = outcome_words(_row(tables, key))
        tail = f"-{place + 1}" if place else ""
        found += [
            CompareFigure(
                f"difference{tail}", f"Difference in {words}", partial(difference, key=key)
            ),
            CompareFigure(
                f"scenarios{tail}", f"Side by side: {words}", partial(scenarios, key=key)
            ),
        ]
    if any(tables.who(name) for name in tables.question.what_ifs):
        found.append(CompareFigure("who_wins", "Who wins, who loses", who_wins))
    if tables.groups:
        found.append(
            CompareFigure("better_off", "The same people, better or worse off", better_off)
        )
    return found


def _chosen(found: Sequence[CompareFigure], only: Iterable[str] | None) -> list[CompareFigure]:
    if only is None:
        return list(found)
    wanted = list(only)
    named = {figure.name: figure for figure in found}
    faults = [
        Fault(f"No figure is called {name!r}.", hint=f"There are {', '.join(named)}.")
        for name in wanted
        if name not in named
    ]
    if faults:
        raise InputError(faults)
    return [named[name] for name in wanted]


def write_compare_figures(
    folder: Path,
    tables: ComparedTables,
    formats: Sequence[str] = ("png", "svg"),
    *,
    only: Iterable[str] | None = None,
) -> list[Path]:
    """Write the figures of a comparison into a folder, and return their paths.

    The same tables give the same bytes: files carry no date.

    Raises:
        InputError: there is no figure of a name in ``only``.
    """
    import matplotlib.style

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.style.context(str(STYLE)):
        for figure in _chosen(figures_of(tables), only):
            sheet = figure.draw(tables).get_figure(root=True)
            if sheet is None:
                raise ValueError(f"The figure {figure.name} was drawn on no sheet.")
            sheet.draw_without_rendering()
            sheet.set_layout_engine("none")  # laid out once, for all formats
            for kind in formats:
                path = folder / f"{figure.name}.{kind}"
                sheet.savefig(path, metadata={"Date": None} if kind == "svg" else None)
                written.append(path)
    return written


__all__ = [
    "CompareFigure", "better_off", "difference", "figures_of", "pairing", "scenarios", "who_wins",
    "write_compare_figures",
]  # fmt: skip
