"""A comparison on the terminal, and as data for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.cli.console import answers, safe
from simulation.cli.execute import (
    Screen,
    counts_text,
    head_data,
    print_answer,
    show_where,
    tail_data,
    units_data,
)

if TYPE_CHECKING:
    from simulation.studies.comparison.result import ComparisonResult
    from simulation.studies.comparison.tables import ComparedTables, ComparisonRow
    from simulation.studies.comparison.through import Through


def _data(result: ComparisonResult, made: list[Path]) -> dict[str, Any]:
    """Return the comparison as plain data."""
    from simulation.studies.comparison.report import precisions
    from simulation.studies.comparison.tables import read_compared

    tables = read_compared(result.folder)  # in the model's units
    return {
        **head_data("compare", result.manifest, result.folder),
        **units_data(result),
        "answer": result.answer,
        "comparisons": [_row_data(tables, row) for row in tables.rows],
        "people": [_group_data(group) for group in tables.groups],
        "mechanisms": [_through_data(one) for one in tables.through.values()],
        "precision": [
            {**asdict(precision), "reached": precision.reached} for precision in precisions(tables)
        ],
        **tail_data(result, made, "run", "scenario", "seed", "error", "remake"),
    }


def _row_data(tables: ComparedTables, row: ComparisonRow) -> dict[str, Any]:
    data = {"base": tables.question.base, **asdict(row)}
    data["unpaired_runs_for_same_precision"] = data.pop("unpaired_runs")
    del data["less_is_better"]
    return data


def _through_data(one: Through) -> dict[str, Any]:
    """Return the shares of mechanisms in a difference, which add up to its mean."""
    total, *shares = (
        {"mechanism": name, "mean": share.mean, "low": share.low, "high": share.high}
        for name, share in [("", one.total), *one.shares.items()]
    )
    del total["mechanism"]
    return {"what_if": one.what_if, "unit": one.total.unit, "total": total, "shares": shares}


def _group_data(group: Any) -> dict[str, Any]:
    from simulation.analysis.interval import Interval

    data: dict[str, Any] = {}
    for field in fields(group):
        value = getattr(group, field.name)
        if isinstance(value, Interval):
            value = dict(zip(("mean", "low", "high"), value.floats(), strict=True))
        data["group" if field.name == "name" else field.name] = value
    return data


def _show(result: ComparisonResult, made: list[Path]) -> None:
    """Print the answer, the tables, how sure it is, and where everything is."""
    from simulation.studies.comparison.drawn import drawn_words
    from simulation.studies.comparison.leading import leading
    from simulation.studies.comparison.report import precision_words, worth
    from simulation.studies.comparison.through import through_table
    from simulation.studies.comparison.why import decision_lines

    console, tables, manifest = answers(), result.tables, result.manifest
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(
        f"{tables.pairs} pairs with the same seed: {manifest.runs.done} runs of "
        f"{manifest.months} months{counts_text(manifest.runs)}."
    )
    for name in tables.question.what_ifs:
        _print_changes(tables, name)
    console.print()
    print_answer(result)
    best = leading(tables)[0].what_if
    for text in decision_lines(tables, best):
        console.print(safe(text))
    for text in drawn_words(tables):
        console.print(safe(text), soft_wrap=True)
    for name in tables.question.what_ifs:
        console.print()
        console.print(_comparison_table(tables, name, console.width))
    if tables.groups:
        console.print()
        console.print(_people_table(tables, console.width))
    for one in tables.through.values():
        console.print()
        console.print(through_table(one).terminal(title_above=True))
    console.print(safe(_legend(tables)))
    for text in (*precision_words(tables), *filter(None, map(worth, leading(tables)))):
        console.print(safe(text))
    show_where(result, made)


def _legend(tables: ComparedTables) -> str:
    several = " and what-ifs" if len(tables.question.what_ifs) > 1 else ""
    same = "" if tables.question.margin is None else " same: within the margin."
    return (
        f"\nIntervals of differences hold for all rows{several} at once.{same} from month: clearly "
        "ahead or behind from then on, to the end. * roles, which people enter and leave.\n"
    )


MOST_CHANGES = 6


def _print_changes(tables: ComparedTables, name: str) -> None:
    changes = tables.changes(name)
    lines = [f"{tables.parameter(change.path)} {change.base} → {change.what_if}"
             for change in changes[:MOST_CHANGES]]  # fmt: skip
    more = len(changes) - MOST_CHANGES
    lines += [f"and {more} more"] if more > 0 else []
    answers().print(safe(f"{name}: {', '.join(lines)}"))


BROAD = 100_000
"""Numbers from which on the means of both scenarios take too much room."""

NARROW = 96
"""Columns below which tables leave the means of both scenarios, pairs and persons out."""


def _comparison_table(tables: ComparedTables, what_if: str, width: int) -> Any:
    """Return the comparisons of a what-if as a table that fits a terminal."""
    from simulation.report.table import Table
    from simulation.studies.comparison.answer import is_few
    from simulation.studies.comparison.report_tables import ComparisonCells, rows_of, short_cells

    base = tables.question.base
    columns: list[tuple[str, Callable[[ComparisonCells], str]]] = [
        ("difference", lambda cells: cells.difference),
        (f"{100 * tables.question.confidence:.4g} % interval", lambda cells: cells.interval),
    ]
    broad = any(abs(row.base_mean) >= BROAD for row in rows_of(tables, what_if))
    if width >= NARROW and not broad:
        means = [(base, lambda cells: cells.base), (what_if, lambda cells: cells.what_if)]
        columns = [*means, *columns, ("better in", lambda cells: cells.wins)]
    title = (
        f"{what_if} against {base}: means of the last {min(12, tables.months)} months, "
        f"{tables.units.currency} per month unless another unit is given"
    )
    rows = []
    for row in rows_of(tables, what_if):
        cells = short_cells(row)
        numbers = (cell(cells) for _, cell in columns)
        verdict = "◆ few pairs" if is_few(row) else _VERDICTS[row.verdict.name]
        rows.append((cells.name, *numbers, verdict, cells.month))
    heads = ("", *(head for head, _ in columns), "verdict", "from month")
    return Table(title, heads, tuple(rows)).terminal(
        title_above=True, words=("verdict", "from month"), colours=_COLOURS
    )


_VERDICTS = {
    "BETTER": "▲ better",
    "WORSE": "▼ worse",
    "SAME": "= same",
    "UNDECIDED": "◆ undecided",
}
_COLOURS = {"▲ better": "green", "▼ worse": "red"}


def _people_table(tables: ComparedTables, width: int) -> Any:
    """Return how the same people fared as a table that fits a terminal."""
    from simulation.studies.comparison.report_tables import people_table

    view = people_table(tables)
    several = len(tables.question.what_ifs) > 1
    unwanted = {"gain of better off", "loss of worse off", *(() if several else ("what-if",))}
    if width < NARROW:
        unwanted |= {"persons", *(("Gini",) if several else ())}
    chosen = [at for at, head in enumerate(view.columns) if head not in unwanted]
    money = tables.units.currency
    title = (
        f"The same people: surplus of each over all {tables.months} months, {money} a person; "
        "each interval separately"
    )
    return replace(view.only(chosen), title=title).terminal(title_above=True)


VIEW = Screen("compare", _show, _data, culprit=lambda row: f"{row['scenario']}, seed {row['seed']}")
