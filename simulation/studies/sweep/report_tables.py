"""The tables of a sweep's report: the best points, indices, what was varied."""

from __future__ import annotations

from simulation.analysis.points import Asked, Varied
from simulation.report.table import Table, in_chapter
from simulation.report.words import (
    label,
    listing,
    number,
    percent,
)
from simulation.studies.sweep.answer import estimate_of, ordered
from simulation.studies.sweep.factors import level_text
from simulation.studies.sweep.tables import SweepTables

MOST_POINTS = 12


def tables_of(tables: SweepTables) -> list[Table]:
    """Return the tables: what was varied, the best points, and the indices."""
    points = in_chapter("decision", *(points_table(tables, one) for one in tables.outcomes))
    asked = in_chapter("", varied_table(tables), outcomes_table(tables))
    if not tables.has_indices:
        return points + asked
    indices = (indices_table(tables, outcome) for outcome in tables.outcomes)
    return in_chapter("influence", *indices) + points + asked


def points_table(tables: SweepTables, outcome: Asked) -> Table:
    """Return the best points of an outcome."""
    ranked = tables.ranking(outcome)
    columns = ranked.columns if ranked is not None else ()
    heads = ("rank", *(tables.short[column] for column in columns), "mean",
             "95\u00a0% interval", "behind the best", "distinguished")  # fmt: skip
    caption = (
        f"{label(outcome.name)}, best settings: {outcome.description}"
        + (f", {outcome.unit}" if outcome.unit else "")
        + ("; means over what is uncertain" if ranked and ranked.n_averaged > 1 else "")
        + "; behind the best paired by seed"
    )
    if ranked is None:
        return Table(caption, heads, ())
    rows = []
    for rank, row in enumerate(ranked.table.head(MOST_POINTS).to_dict("records"), start=1):
        level = estimate_of({str(key): value for key, value in row.items()}, outcome)
        write = percent if outcome.unit == "share" else number
        ends = f"{write(level.low)} to {write(level.high)}" if level.has_interval else "one seed"
        settings = [level_text(row[column]) for column in columns]
        apart = "" if row["behind"] == 0 else "no" if row["near"] else "yes"
        rows.append((str(rank), *settings, write(level.mean), ends,
                     write(row["behind"]), apart if level.has_interval else ""))  # fmt: skip
    return Table(caption, heads, tuple(rows), n_names=1, is_open=True)


def indices_table(tables: SweepTables, outcome: Asked) -> Table:
    """Return the measures of each factor, the strongest first."""
    table = tables.indices(outcome)
    morris = tables.design == "morris"
    first, second = ("mu_star", "sigma") if morris else ("ST", "S1")
    names = {
        "mu_star": "mean size μ*", "sigma": "spread σ", "ST": "with interactions", "S1": "alone",
    }  # fmt: skip
    what = f"effect of its whole range, {outcome.unit}" if morris else "share of the variance"
    caption = f"{label(outcome.name)}, what each factor does: {what}"
    heads = ("factor", "meaning", names[first], "95\u00a0% interval", names[second])
    other = table[(table["index"] == second) & (table["other"] == "")].set_index("factor")["value"]
    write = number if morris else percent
    rows = tuple(
        (
            tables.short[row["factor"]],
            tables.meanings.get(row["factor"], ""),
            write(row["value"]),
            f"{write(row['low'])} to {write(row['high'])}",
            write(float(other[row["factor"]])),
        )
        for _, row in ordered(table, first).iterrows()
    )
    return Table(caption, heads, rows, n_names=2, is_open=True)


def varied_table(tables: SweepTables) -> Table:
    """Return what was varied, and between what."""
    rows = tuple(
        (tables.parameter(factor.key), factor.role, _between(tables, factor), _present(factor),
         tables.units.get(factor.columns[0], ""), tables.meanings.get(factor.columns[0], ""))
        for factor in tables.factors
    )  # fmt: skip
    heads = ("factor", "role", "between", "in the scenario", "unit", "meaning")
    return Table("Factors varied", heads, rows, n_names=6, is_open=True)


def _between(tables: SweepTables, factor: Varied) -> str:
    if factor.is_mixture:
        parts = [tables.named(column.rpartition(".")[2]) for column in factor.columns]
        return f"{number(factor.total)} divided among {listing(parts)}"
    if factor.kind == "interval":
        scale = ", log scale" if factor.log else ""
        return f"{number(factor.low)} to {number(factor.high)}{scale}"
    return listing([level_text(value) for value in factor.values])


def _present(factor: Varied) -> str:
    present = factor.present or {}
    return ", ".join(level_text(present[name]) for name in factor.columns if name in present)


def outcomes_table(tables: SweepTables) -> Table:
    """Return what was looked at."""
    rows = tuple(
        (label(one.name), one.description, one.unit, f"{one.better} is better")
        for one in tables.outcomes
    )
    heads = ("outcome", "what it is", "unit", "direction")
    return Table("Outcomes", heads, rows, n_names=4)
