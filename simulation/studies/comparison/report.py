"""The report of a comparison: one self-contained HTML file, and the same in Markdown.

Answer first, then what differs, figures with their findings, tables, how sure we are, what was
assumed, and how to make it again. Every sentence is computed from the stored tables.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from simulation.analysis.better_off import EVERYBODY, Group
from simulation.analysis.compare import Looks, Verdict
from simulation.analysis.contrast import Key, text_of
from simulation.report.assumptions import Assumptions, assumptions, structure
from simulation.report.words import (
    amount,
    count,
    label,
    listing,
    number,
    percent,
    seed_list,
    sentence,
    unit_words,
)
from simulation.studies.comparison.answer import (
    answer,
    bare,
    claims,
    interval,
    outcome_words,
    quoted,
    ranked,
    size,
    who,
    wins,
)
from simulation.studies.comparison.figures import CompareFigure, figures_of, write_compare_figures
from simulation.studies.comparison.tables import ComparedTables, Row, read_compared
from simulation.studies.run.outcome_tables import TableView
from simulation.studies.run.report import (
    INLINE_LIMIT,
    Shown,
    again,
    environment,
    inline_svg,
)

MOST_CARDS = 6


@dataclass(frozen=True)
class Card:
    """A number at the top of the report."""

    name: str
    value: str
    unit: str
    interval: str
    verdict: str = ""
    tone: str = ""


def write_compare_report(folder: Path) -> Path:
    """Write figures, ``report.html`` and ``report.md`` of a comparison; return the HTML.

    Raises:
        ResultError: the folder holds no comparison that can be read.
    """
    tables = read_compared(folder)
    write_compare_figures(folder / "figures", tables)
    content = contents(folder, tables)
    page = folder / "report.html"
    for path, template in ((page, "compare.html.j2"), (folder / "report.md", "compare.md.j2")):
        path.write_text(environment().get_template(template).render(content), encoding="utf-8")
    return page


def contents(folder: Path, tables: ComparedTables) -> dict[str, Any]:
    """Return everything that the templates write, already in words."""
    scenario = tables.definition["base"]["scenario"]
    assumed = assumptions(scenario)
    names = tables.question.what_ifs
    return {
        "title": str(tables.manifest.get("title") or folder.name),
        "facts": facts(tables),
        "answer": answer(tables),
        "cards": cards(tables),
        "differs": [(name, changes_view(tables, name)) for name in names],
        "figures": shown(folder / "figures", tables),
        "tables": views(tables),
        "sure": sure(tables, assumed),
        "failures": tables.failures.astype(str).to_dict("records"),
        "structure": structure(scenario),
        "description": str(scenario.get("description") or ""),
        "assumed": assumed,
        "again": again(tables.manifest),
    }


def facts(tables: ComparedTables) -> list[str]:
    """Return the line under the title."""
    told = [
        f"{count(tables.pairs, 'pair')} of runs with the same seed",
        count(len(tables.runs), "run"),
        count(tables.months, "month"),
        f"seeds {seed_list(tables.seeds)}",
        str(tables.manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in told if fact]


def cards(tables: ComparedTables) -> list[Card]:
    """Return the numbers at the top: each what-if's difference, and who is better off."""
    found = [_verdict_card(tables, row) for row in ranked(tables)[:MOST_CARDS]]
    if len(tables.question.what_ifs) > 1:
        return found
    for group in tables.groups:
        if group.name == EVERYBODY:
            found += [
                Card("people better off", *_share(group, "share_better")),
                Card("people worse off", *_share(group, "share_worse")),
            ]
    return found


def _verdict_card(tables: ComparedTables, row: Row) -> Card:
    marks = {
        Verdict.BETTER: ("▲ better", "gained"),
        Verdict.WORSE: ("▼ worse", "lost"),
        Verdict.SAME: ("= practically the same", ""),
        Verdict.UNDECIDED: ("◆ undecided", ""),
    }
    verdict, tone = marks[row.verdict]
    ends = interval(row, tables.interval_words.replace(" that holds however often one looks", ""))
    name = f"{row.what_if}: {outcome_words(row)}"
    unit = "points" if row.unit == "share" else unit_words(row.unit)
    return Card(name, bare(row.difference, row.unit), unit, ends.strip("()"), verdict, tone)


def _share(group: Group, name: str) -> tuple[str, str, str]:
    mean, low, high = getattr(group, name).floats()
    ends = f"95\u00a0% interval {percent(low)} to {percent(high)}" if low == low else "no interval"
    return percent(mean), "", ends


# --- tables ----------------------------------------------------------------------------------


def changes_view(tables: ComparedTables, what_if: str) -> TableView:
    """Return the parameters in which a what-if differs from the base."""
    rows = tuple((change.path, change.base, change.what_if) for change in tables.changes(what_if))
    return TableView(f"What “{what_if}” changes", ("parameter", tables.question.base, what_if),
                     rows, n_names=1)  # fmt: skip


def views(tables: ComparedTables) -> list[TableView]:
    """Return the tables of the report."""
    found = [comparison_view(tables, name) for name in tables.question.what_ifs]
    return found + ([people_view(tables)] if tables.groups else [])


def rows_of(tables: ComparedTables, what_if: str) -> list[Row]:
    """Return the comparisons of a what-if: what was asked for first, then who has the value."""
    who_has = tables.who(what_if, roles=True)
    first = [row for row in tables.of(what_if) if row.asked or row not in who_has]
    return first + [row for row in who_has if row not in first]


def comparison_view(tables: ComparedTables, what_if: str) -> TableView:
    """Return the comparisons of a what-if as they are read."""
    base = tables.question.base
    several = "and what-ifs " if len(tables.question.what_ifs) > 1 else ""
    caption = (
        f"“{what_if}” against “{base}”: means of the last {min(12, tables.months)} months; "
        f"difference with its {tables.interval_words}, all rows {several}at once; from month: "
        "ahead or behind for sure from then on. * A role, which people take and leave"
    )
    heads = ("outcome", "of", "verdict", "difference", "interval", "better in", "from month",
             base, what_if, "unit")  # fmt: skip
    rows = tuple(_cells(row) for row in rows_of(tables, what_if))
    return TableView(caption, heads, rows, n_names=3, is_open=True)


def _cells(row: Row) -> tuple[str, ...]:
    unit = "points" if row.unit == "share" else row.unit.replace("/month", " a month")
    actor = "whole" if not row.actor else label(row.actor)
    told = short_cells(row)
    return (
        "value of people" if row.outcome == "segment_value" else label(row.outcome),
        f"{actor}*" if row.is_role else actor,
        str(row.verdict),
        told.difference,
        told.interval,
        told.wins,
        told.month,
        told.base,
        told.what_if,
        unit,
    )


@dataclass(frozen=True)
class Cells:
    """A comparison in as few words as it can be told."""

    name: str
    base: str
    what_if: str
    difference: str
    interval: str
    wins: str
    month: str


def short_cells(row: Row) -> Cells:
    """Return a comparison as the cells of a table; a unit stands where it is not money a month."""
    ends = f"{bare(row.low, row.unit)} to {bare(row.high, row.unit)}"
    return Cells(
        name=_short_name(row),
        base=_level(row.base_mean, row.unit),
        what_if=_level(row.what_if_mean, row.unit),
        difference=bare(row.difference, row.unit),
        interval=ends if isfinite(row.low) else "none yet",
        wins=wins(row).removesuffix(" pairs").removesuffix(" pair"),
        month=_turn(row),
    )


def _turn(row: Row) -> str:
    if row.ahead_from is not None:
        return f"ahead {row.ahead_from}"
    return "" if row.behind_from is None else f"behind {row.behind_from}"


def _short_name(row: Row) -> str:
    if row.outcome == "segment_value":
        return f"  people: {label(row.actor)}"
    if row.outcome == "surplus" and not row.asked:
        return f"  {label(row.actor)}{'*' if row.is_role else ''}"
    unit = "points" if row.unit == "share" else unit_words(row.unit)
    return outcome_words(row) + (f", {unit}" if row.unit != "money/month" and unit else "")


def _level(value: float, unit: str) -> str:
    return amount(value, unit).removesuffix(unit_words(unit)).strip()


def people_view(tables: ComparedTables) -> TableView:
    """Return how the same people fared, by what-if and group."""
    rows = []
    for group in tables.groups:
        means = {
            name: getattr(group, name).floats()[0]
            for name in ("share_better", "share_worse", "mean_gain", "gain_of_better",
                         "loss_of_worse", "gini_base", "gini_what_if")
        }  # fmt: skip
        _, low, high = group.mean_gain.floats()
        rows.append((
            group.what_if,
            "everybody" if group.name == EVERYBODY else label(group.name),
            number(group.people),
            percent(means["share_better"]),
            percent(means["share_worse"]),
            bare(means["mean_gain"], "money"),
            f"{bare(low, 'money')} to {bare(high, 'money')}" if isfinite(low) else "none",
            number(means["gain_of_better"], 2),
            number(means["loss_of_worse"], 2),
            f"{number(means['gini_base'])} to {number(means['gini_what_if'])}",
        ))  # fmt: skip
    caption = (
        f"The same people in both: surplus of each person added up over all {tables.months} "
        "months; means over pairs, each interval on its own"
    )
    heads = ("what-if", "people", "persons", "better off", "worse off", "mean gain",
             "95\u00a0% interval", "gain of better off", "loss of worse off", "Gini")  # fmt: skip
    return TableView(caption, heads, tuple(rows), n_names=2, is_open=True)


# --- figures ---------------------------------------------------------------------------------


def shown(folder: Path, tables: ComparedTables) -> list[Shown]:
    """Return the figures with their findings, ready to embed."""
    found = []
    for figure in figures_of(tables):
        svg = (folder / f"{figure.name}.svg").read_text(encoding="utf-8")
        view = Shown(figure.name, figure.title, finding(tables, figure))
        if len(svg.encode()) <= INLINE_LIMIT:
            markup = inline_svg(svg, view)
            found.append(Shown(view.name, view.title, view.finding, svg=markup))
        else:
            png = base64.b64encode((folder / f"{figure.name}.png").read_bytes()).decode()
            found.append(Shown(view.name, view.title, view.finding, png=png))
    return found


def finding(tables: ComparedTables, figure: CompareFigure) -> str:
    """Return what a figure shows, computed from the tables."""
    kind = figure.name.partition("-")[0]
    if kind == "difference":
        names = tables.question.what_ifs
        return sentence(claims(tables, _key_of(tables, figure), names))
    if kind == "scenarios":
        return _levels(tables, _key_of(tables, figure))
    return _who_finding(tables) if kind == "who_wins" else _people_finding(tables)


def _key_of(tables: ComparedTables, figure: CompareFigure) -> Key:
    place = figure.name.partition("-")[2]
    return tables.question.outcomes[int(place) - 1 if place else 0]


def _levels(tables: ComparedTables, key: Key) -> str:
    rows = [next(row for row in tables.of(name) if row.key == key)
            for name in tables.question.what_ifs]  # fmt: skip
    told = [f"{amount(rows[0].base_mean, rows[0].unit)} in {quoted(tables.question.base)}"]
    told += [f"{amount(row.what_if_mean, row.unit)} in {quoted(row.what_if)}" for row in rows]
    return sentence(
        f"{outcome_words(rows[0])} in the last {min(12, tables.months)} months: {listing(told)}. "
        "Bands show how much seeds differ; the difference within seeds is the figure before"
    )


def _who_finding(tables: ComparedTables) -> str:
    told = who(tables).partition("; of all people")[0]
    return sentence(
        f"{told}. Segments, companies and partners are the same in both scenarios; customers and "
        "non-customers are roles, of which there may be more or fewer"
    )


def _people_finding(tables: ComparedTables) -> str:
    told = []
    for group in tables.groups:
        if group.name != EVERYBODY:
            continue
        gain, low, high = group.mean_gain.floats()
        ends = f" (95\u00a0% interval {bare(low, '')} to {bare(high, '')})" if isfinite(low) else ""
        told.append(
            f"with {quoted(group.what_if)} {percent(group.share_better.floats()[0])} are better "
            f"off and {percent(group.share_worse.floats()[0])} worse off; a person has "
            f"{bare(gain, '')} on average over all months{ends}"
        )
    return sentence("; ".join(told))


# --- how sure --------------------------------------------------------------------------------


def sure(tables: ComparedTables, assumed: Assumptions) -> list[str]:
    """Say how far the verdicts can be trusted, and what they do not cover."""
    told = [
        _pairing(tables),
        _family(tables),
        *precision_words(tables),
        *[worth(row) for row in ranked(tables)],
        *_margin(tables),
    ]
    if tables.groups:
        told.append(
            "The same person can fare otherwise by chance as well: once a draw falls out "
            "otherwise, what follows differs. The shares of people better and worse off hold both."
        )
    failed = len(tables.failures)
    told.append(
        "No run failed."
        if not failed
        else f"{count(failed, 'run')} failed; their pairs are in none of the numbers. If failing "
        "has to do with the outcome, the numbers are biased."
    )
    if assumed.n_parameters:
        told.append(
            f"Intervals cover chance between seeds, not the assumptions. {assumed.n_without_source}"
            f" of the {assumed.n_parameters} parameters have no published value: a verdict can "
            "turn with them; sweep the ones that matter."
        )
    return told


def _pairing(tables: ComparedTables) -> str:
    return (
        f"{count(tables.pairs, 'pair')}: base and what-if share every random draw that both make, "
        f"so that they differ only by what the what-if changes (seeds {seed_list(tables.seeds)})."
    )


def _family(tables: ComparedTables) -> str:
    often = ", however often the results were looked at while pairs were added"
    return (
        f"The {count(len(tables.rows), 'interval')} of the tables hold all at once with "
        f"{100 * tables.question.confidence:.4g}\u00a0% confidence"
        f"{often if tables.question.looks is Looks.ANY else ''}; so do the bands of the outcomes "
        "asked for over all months, and those of all actors' curves. Picking the most striking "
        "one is no fault."
    )


@dataclass(frozen=True)
class Precision:
    """How precisely the first outcome was asked to be known, and how precisely it is."""

    outcome: str
    what_if: str
    asked: float
    half_width: float

    @property
    def reached(self) -> bool:
        """Whether it is known as precisely as asked."""
        return self.half_width <= self.asked


def precisions(tables: ComparedTables) -> list[Precision]:
    """Return how precise each what-if's first outcome is; empty where nothing was asked."""
    asked = tables.question.precision
    if asked is None:
        return []
    return [
        Precision(text_of(row.key), row.what_if, asked.at(row.base_mean), (row.high - row.low) / 2)
        for row in (tables.first(name) for name in tables.question.what_ifs)
    ]


def precision_words(tables: ComparedTables) -> list[str]:
    """Say whether the precision asked for was reached, and of which outcome it is."""
    told = []
    for found in precisions(tables):
        row = tables.first(found.what_if)
        state = "reached" if found.reached else "not reached"
        told.append(
            f"Precision of {outcome_words(row)}, {quoted(found.what_if)}: ± "
            f"{size(found.half_width, row.unit)} {state} with {count(row.pairs, 'pair')}; asked "
            f"for ± {size(found.asked, row.unit)}."
        )
    return told


def worth(row: Row) -> str:
    """Say how many runs without pairing would have told as much."""
    what = f"{outcome_words(row)}, {quoted(row.what_if)}"
    runs = 2 * row.pairs
    if row.unpaired_runs is None:
        return f"For {what}, the {count(row.pairs, 'pair')} agree exactly: no unpaired run would."
    return (
        f"For {what}, the {count(row.pairs, 'pair')} ({count(runs, 'run')}) are as precise as "
        f"{row.unpaired_runs:,} runs without pairing."
    )


def _margin(tables: ComparedTables) -> list[str]:
    margin = tables.question.margin
    if margin is None:
        return []
    text = f"{100 * margin.value:.4g}\u00a0% of the base" if margin.relative else str(margin.value)
    return [f"Differences within ± {text} count as practically the same, if the interval is too."]
