"""The tables of a comparison's report: outcomes, people, and what each what-if changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from simulation.analysis.better_off import EVERYBODY
from simulation.analysis.bridge import EVERYONE
from simulation.report.table import Table
from simulation.report.words import (
    amount,
    is_money,
    label,
    number,
    percent,
    signed,
    unit_words,
)
from simulation.studies.comparison.answer import (
    bare,
    is_few,
    outcome_words,
    wins,
)
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow
from simulation.studies.comparison.through import through_table
from simulation.studies.comparison.why import actor_words


def changes_table(tables: ComparedTables, what_if: str) -> Table:
    """Return the parameters in which a what-if differs from the base."""
    rows = tuple(
        (tables.parameter(change.path), change.base, change.what_if)
        for change in tables.changes(what_if)
    )
    return Table(f"What “{what_if}” changes", ("parameter", tables.question.base, what_if),
                     rows, n_names=1, is_open=len(rows) <= FEW)  # fmt: skip


FEW = 12
"""So many changes are shown at once."""


def tables_of(tables: ComparedTables) -> list[Table]:
    """Return the tables of the report."""
    result = [outcomes_table(tables, name) for name in tables.question.what_ifs]
    result = [replace(table, chapter="value") for table in result] + bridge_tables(tables)
    result += [through_table(one) for one in tables.through.values()]
    return result + ([replace(people_table(tables), chapter="people")] if tables.groups else [])


def rows_of(tables: ComparedTables, what_if: str) -> list[ComparisonRow]:
    """Return the comparisons of a what-if: what was asked for first, then who has the value."""
    who_has = tables.who(what_if, roles=True)
    first = [row for row in tables.of(what_if) if row.asked or row not in who_has]
    return first + [row for row in who_has if row not in first]


def outcomes_table(tables: ComparedTables, what_if: str) -> Table:
    """Return the comparisons of a what-if as they are read."""
    base = tables.question.base
    several = "and what-ifs " if len(tables.question.what_ifs) > 1 else ""
    caption = (
        f"“{what_if}” against “{base}”: means of the last {min(12, tables.months)} months; "
        f"difference with its {tables.interval_words}, all rows {several}at once; from month: "
        "clearly ahead or behind from then on. * A role, which people enter and leave"
    )
    heads = ("outcome", "of", "verdict", "difference", "interval", "better in", "from month",
             base, what_if, "unit")  # fmt: skip
    rows = tuple(_cells(row) for row in rows_of(tables, what_if))
    return Table(caption, heads, rows, n_names=3, is_open=True)


def _cells(row: ComparisonRow) -> tuple[str, ...]:
    unit = "points" if row.unit == "share" else row.unit.replace("/month", " a month")
    actor = "whole" if not row.actor else label(row.actor)
    cells = short_cells(row)
    return (
        "value of people" if row.outcome == "segment_value" else label(row.outcome),
        f"{actor}*" if row.is_role else actor,
        verdict_cell(row),
        cells.difference,
        cells.interval,
        cells.wins,
        cells.month,
        cells.base,
        cells.what_if,
        unit,
    )


@dataclass(frozen=True)
class ComparisonCells:
    """A comparison in as few words as possible."""

    name: str
    base: str
    what_if: str
    difference: str
    interval: str
    wins: str
    month: str


def short_cells(row: ComparisonRow) -> ComparisonCells:
    """Return a comparison as the cells of a table; a unit stands where it is not money a month."""
    ends = f"{bare(row.low, row.unit)} to {bare(row.high, row.unit)}"
    return ComparisonCells(
        name=_short_name(row),
        base=_level(row.base_mean, row.unit),
        what_if=_level(row.what_if_mean, row.unit),
        difference=bare(row.difference, row.unit),
        interval=ends if isfinite(row.low) else "none yet",
        wins="all equal"
        if not row.difference and row.low == row.high == 0.0
        else wins(row).removesuffix(" pairs").removesuffix(" pair"),
        month=_turn(row),
    )


def verdict_cell(row: ComparisonRow) -> str:
    """Return a verdict as it stands in a table; of few pairs that all agree, that they are few."""
    return "too few pairs" if is_few(row) else str(row.verdict)


def _turn(row: ComparisonRow) -> str:
    if row.ahead_from is not None:
        return f"ahead {row.ahead_from}"
    return "" if row.behind_from is None else f"behind {row.behind_from}"


def _short_name(row: ComparisonRow) -> str:
    if row.outcome == "segment_value":
        return f"  people: {label(row.actor)}"
    if row.outcome == "surplus" and not row.asked:
        return f"  {label(row.actor)}{'*' if row.is_role else ''}"
    unit = "points" if row.unit == "share" else unit_words(row.unit)
    return outcome_words(row) + (f", {unit}" if not is_money(row.unit) and unit else "")


def _level(value: float, unit: str) -> str:
    return amount(value, unit).removesuffix(unit_words(unit)).strip()


def people_table(tables: ComparedTables) -> Table:
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
        f"months, {tables.names.currency}; means over pairs, each interval separately"
    )
    heads = ("what-if", "people", "persons", "better off", "worse off", "mean gain",
             "95\u00a0% interval", "gain of better off", "loss of worse off", "Gini")  # fmt: skip
    return Table(caption, heads, tuple(rows), n_names=2, is_open=True)


def bridge_tables(tables: ComparedTables) -> list[Table]:
    """Return the bridge of each what-if: causes by actor, which add up to the last row."""
    return [_bridge_table(tables, name) for name in tables.bridges]


def _bridge_table(tables: ComparedTables, what_if: str) -> Table:
    bridges = tables.bridges[what_if]
    causes = list(dict.fromkeys(step.cause for one in bridges.values() for step in one.steps))
    changes = {name: {step.cause: step.mean for step in one.steps} for name, one in bridges.items()}
    unit = unit_words(bridges[EVERYONE].unit)
    rows = [
        (
            cause,
            *(signed(changes[name][cause]) if cause in changes[name] else "" for name in bridges),
        )
        for cause in causes
    ]
    rows.append(("all causes", *(signed(one.change.mean) for one in bridges.values())))
    caption = (
        f"Money bridge, “{what_if}” against “{tables.question.base}”: change by cause, {unit}, "
        f"mean of the last {min(12, tables.months)} months over pairs. Each column adds up to its "
        "last row; prices and fees pass between actors and cancel for everyone. People are "
        "compared with what they would have alone"
    )
    heads = ("cause", *(actor_words(name) for name in bridges))
    return Table(caption, heads, tuple(rows), is_open=True, chapter="why")
