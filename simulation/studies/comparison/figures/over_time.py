"""Outcomes over time: scenarios side by side, and the paired difference."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from simulation.analysis.compare import Looks
from simulation.analysis.comparison_question import Key
from simulation.analysis.summary import curve, unit_of
from simulation.report.canvas import (
    BAND,
    Canvas,
    End,
    band,
    house,
    label_ends,
    months_axis,
    nothing,
    plain_number,
    start,
    thousands,
    zero_line,
)
from simulation.report.colours import CO_CREATED, FAINT, INK, ink
from simulation.report.words import amount, listing, sentence
from simulation.studies.comparison.answer import claim, outcome_words, quoted
from simulation.studies.comparison.figures.sheet import finish_pairs, joint_confidence, looks, short
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@house
def scenarios(tables: ComparedTables, ax: Axes | None = None, *, key: Key | None = None) -> Axes:
    """Draw an outcome of the base and of every what-if over time, each with its own band."""
    row = row_of(tables, key)
    canvas = start(ax)
    ends = []
    unit = unit_of(tables.series, row.outcome)
    for name in tables.scenarios:
        look = CO_CREATED if name == tables.question.base else looks(tables)[name]
        drawn = curve(tables.series_of(name), *row.key)
        ends.append(End(short(name), band(canvas.ax, drawn, look), look))
    _time_axes(canvas.ax, tables.months, unit, unit)
    label_ends(canvas.ax, ends)
    note = f"{BAND}, month by month; bands overlap where seeds differ more than scenarios do"
    return finish_pairs(canvas, f"Side by side: {outcome_words(row)}", tables, note)


@house
def difference(tables: ComparedTables, ax: Axes | None = None, *, key: Key | None = None) -> Axes:
    """Draw the paired difference of an outcome over time, its band covering the whole curve."""
    row = row_of(tables, key)
    title = f"Difference in {outcome_words(row)}: what-if − {short(tables.question.base)}"
    canvas = start(ax)
    ends = []
    for name in tables.question.what_ifs:
        curve = tables.curve(name, row.key)
        if not curve.months:
            return nothing(canvas, title, "this outcome has no curve.")
        look = looks(tables)[name]
        ends.append(End(short(name), band(canvas.ax, curve.table(), look), look))
    unit = "percentage points" if row.unit == "share" else row.unit
    _time_axes(canvas.ax, tables.months, f"difference, {unit}", row.unit)
    canvas.ax.axhline(0, color=INK, linewidth=0.9, zorder=1.5)
    _mark_turns(canvas.ax, tables, row.key)
    label_ends(canvas.ax, ends)
    _subtitle(canvas, claim_beneath(tables, row.key))
    return finish_pairs(canvas, title, tables, _band_note(tables))


def row_of(tables: ComparedTables, key: Key | None) -> ComparisonRow:
    """Return the comparison of an outcome, of the first one asked for where none is given."""
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
    if canvas.owns_sheet and words:
        canvas.ax.set_title(fill(words, 80), fontsize=9.5, fontweight="normal", color=FAINT)


def claim_beneath(tables: ComparedTables, key: Key) -> str:
    """Return the claim of a single what-if, to stand beneath the title."""
    if len(tables.question.what_ifs) > 1:
        return ""
    (name,) = tables.question.what_ifs
    row = next(row for row in tables.of(name) if row.key == key)
    text = claim(short(name), tables.curve(name, key), less_is_better=row.less_is_better)
    return sentence(text)


def _band_note(tables: ComparedTables) -> str:
    several = " and what-ifs" if len(tables.question.what_ifs) > 1 else ""
    often = ", however often results are inspected" if tables.question.looks is Looks.ANY else ""
    return f"band: {joint_confidence(tables)}, covers all months{several} at once{often}"


def level_words(tables: ComparedTables, key: Key) -> str:
    """Say how high an outcome is in every scenario."""
    rows = [next(row for row in tables.of(name) if row.key == key)
            for name in tables.question.what_ifs]  # fmt: skip
    parts = [f"{amount(rows[0].base_mean, rows[0].unit)} in {quoted(tables.question.base)}"]
    parts += [f"{amount(row.what_if_mean, row.unit)} in {quoted(row.what_if)}" for row in rows]
    return sentence(
        f"{outcome_words(rows[0])} in the last {min(12, tables.months)} months: {listing(parts)}. "
        "Bands show how much seeds differ; the difference within seeds is the figure before"
    )
