"""The report of an experiment: one self-contained HTML file, and the same in Markdown.

The answer in three sentences first, then figures with their findings, tables, what was assumed,
how sure we are, and how to make it again. Every sentence is computed from the stored tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from simulation.analysis.points import Asked, Varied
from simulation.errors import Fault, InputError
from simulation.report.assumptions import Assumptions, assumptions, structure
from simulation.report.words import (
    amount,
    count,
    label,
    listing,
    number,
    percent,
    seed_list,
    span,
    unit_words,
)
from simulation.studies.pictures import Picture, draw_all, shown
from simulation.studies.run.outcome_tables import TableView
from simulation.studies.run.report import Card, Failure, again, environment
from simulation.studies.sweep.answer import answer, estimate_of, finding, ordered
from simulation.studies.sweep.figures import (
    SWEEP_FIGURES,
    available_sweep_figures,
    level_text,
)
from simulation.studies.sweep.tables import SweepTables, read_sweep

MOST_POINTS = 12
MOST_FAILURES = 20
DESIGNS = {
    "grid": "every level with every other",
    "one-at-a-time": "each factor moved alone",
    "lhs": "Latin hypercube",
    "sobol": "Saltelli's scheme for Sobol indices",
    "morris": "Morris trajectories",
    "factorial": "every combination of the extremes",
    "random": "random points",
    "simplex": "equal shares of every set of parts",
}


def write_sweep_report(folder: Path) -> Path:
    """Write figures, ``report.html`` and ``report.md`` of a sweep; return the HTML.

    Raises:
        ResultError: the folder holds no sweep that can be read.
    """
    tables = read_sweep(folder)
    pictures = pictures_of(tables)
    draw_all(folder / "figures", pictures)
    content = contents(folder, tables, pictures)
    page = folder / "report.html"
    for path, template in ((page, "report.html.j2"), (folder / "report.md", "report.md.j2")):
        path.write_text(environment().get_template(template).render(content), encoding="utf-8")
    return page


def write_sweep_figures(folder: Path, only: Iterable[str] | None = None) -> list[Path]:
    """Write the figures of a sweep into its folder, and return their paths.

    Raises:
        InputError: there is no figure of that name, or this sweep has none.
        ResultError: the folder holds no sweep that can be read.
    """
    pictures = pictures_of(read_sweep(folder))
    if only is not None:
        known = {picture.name: picture for picture in pictures}
        for name in only:
            if name not in known:
                what = "is not for this design" if name in SWEEP_FIGURES else "is no figure"
                fault = Fault(f"{what}.", key=name, hint=f"There are {listing(list(known))}.")
                raise InputError([fault])
        pictures = [known[name] for name in only]
    return draw_all(folder / "figures", pictures)


def pictures_of(tables: SweepTables) -> list[Picture]:
    """Return the figures of every outcome; those of the first bear the plain name."""
    found = []
    for outcome in tables.outcomes:
        if tables.ranking(outcome) is None:
            continue
        tail = "" if outcome is tables.outcomes[0] else f"-{outcome.name}"
        found += [
            Picture(
                f"{figure.name}{tail}",
                f"{figure.title}: {label(outcome.name)}",
                finding(tables, figure.name, outcome),
                partial(figure.draw, tables, outcome=outcome),
            )
            for figure in available_sweep_figures(tables)
        ]
    return found


def contents(folder: Path, tables: SweepTables, pictures: list[Picture]) -> dict[str, Any]:
    """Return everything that the templates write, already in words."""
    scenario = tables.manifest["scenario"]
    assumed = assumptions(scenario)
    return {
        "title": str(tables.manifest.get("title") or folder.name),
        "description": _description(tables),
        "again": again(tables.manifest),
        "facts": facts(tables),
        "answer": answer(tables),
        "cards": cards(tables),
        "figures": [shown(folder / "figures", picture) for picture in pictures],
        "tables": views(tables),
        "structure": structure(scenario),
        "assumed": assumed,
        "sure": sure(tables, assumed),
        "failures": failures(tables),
    }


def _description(tables: SweepTables) -> str:
    told = [f"Question: {tables.sweep['question']}"]
    if tables.sweep.get("source"):
        told.append(f"Source: {tables.sweep['source']}.")
    rule = tables.sweep.get("verdict", {}).get("rule")
    if rule:
        told.append(f"Rule of the verdict, written down before it was run: {rule}.")
    return " ".join(told)


def facts(tables: SweepTables) -> list[str]:
    """Return the line under the title."""
    manifest = tables.manifest
    return [
        f"scenario {manifest['scenario_name']}",
        f"{count(tables.n_points, 'point')} ({DESIGNS.get(tables.design, tables.design)})",
        count(len(tables.runs), "run"),
        count(int(manifest["months"]), "month"),
        f"seeds {seed_list(tables.seeds)}",
        str(manifest.get("finished") or "")[:10],
    ]


def cards(tables: SweepTables) -> list[Card]:
    """Return the numbers at the top: the best of every outcome, and the worst of the first."""
    found = []
    for outcome in tables.outcomes:
        ranked = tables.ranking(outcome)
        if ranked is not None:
            best = estimate_of(ranked.best, outcome)
            found.append(_card(f"best {label(outcome.name)}", best, outcome))
            if outcome is tables.outcomes[0]:
                worst = estimate_of(ranked.worst, outcome)
                found.append(_card(f"worst {label(outcome.name)}", worst, outcome))
    return found


def _card(name: str, told: Any, outcome: Asked) -> Card:
    share = outcome.unit == "share"
    value = percent(told.mean) if share else number(told.mean)
    return Card(name, value, "" if share else unit_words(outcome.unit), span(told).strip("()"))


# --- tables --------------------------------------------------------------------------------------


def views(tables: SweepTables) -> list[TableView]:
    """Return the tables: what was varied, the best points, and the indices."""
    found = [points_view(tables, outcome) for outcome in tables.outcomes]
    if tables.has_indices:
        found = [indices_view(tables, outcome) for outcome in tables.outcomes] + found
    return [view for view in (*found, varied_view(tables), outcomes_view(tables)) if view.rows]


def points_view(tables: SweepTables, outcome: Asked) -> TableView:
    """Return the best points of an outcome."""
    ranked = tables.ranking(outcome)
    columns = ranked.columns if ranked is not None else ()
    heads = ("rank", *(tables.short[column] for column in columns), "mean",
             "95\u00a0% interval", "behind the best", "told from it")  # fmt: skip
    caption = (
        f"{label(outcome.name)}, best settings: {outcome.told}"
        + (f", {outcome.unit}" if outcome.unit else "")
        + ("; means over what is uncertain" if ranked and ranked.n_averaged > 1 else "")
        + "; behind the best paired by seed"
    )
    if ranked is None:
        return TableView(caption, heads, ())
    rows = []
    for rank, row in enumerate(ranked.table.head(MOST_POINTS).to_dict("records"), start=1):
        told = estimate_of({str(key): value for key, value in row.items()}, outcome)
        write = percent if outcome.unit == "share" else number
        ends = f"{write(told.low)} to {write(told.high)}" if told.has_interval else "one seed"
        settings = [level_text(row[column]) for column in columns]
        apart = "" if row["behind"] == 0 else "no" if row["near"] else "yes"
        rows.append((str(rank), *settings, write(told.mean), ends,
                     write(row["behind"]), apart if told.has_interval else ""))  # fmt: skip
    return TableView(caption, heads, tuple(rows), n_names=1, is_open=True)


def indices_view(tables: SweepTables, outcome: Asked) -> TableView:
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
    return TableView(caption, heads, rows, n_names=2, is_open=True)


def varied_view(tables: SweepTables) -> TableView:
    """Return what was varied, and between what."""
    rows = tuple(
        (factor.key, factor.role, _between(factor), _present(factor),
         tables.units.get(factor.columns[0], ""), tables.meanings.get(factor.columns[0], ""))
        for factor in tables.factors
    )  # fmt: skip
    heads = ("factor", "role", "between", "in the scenario", "unit", "meaning")
    return TableView("What was varied", heads, rows, n_names=6, is_open=True)


def _between(factor: Varied) -> str:
    if factor.is_mixture:
        parts = [column.rpartition(".")[2] for column in factor.columns]
        return f"{number(factor.total)} divided among {listing([label(part) for part in parts])}"
    if factor.kind == "interval":
        scale = ", log scale" if factor.log else ""
        return f"{number(factor.low)} to {number(factor.high)}{scale}"
    return listing([level_text(value) for value in factor.values])


def _present(factor: Varied) -> str:
    present = factor.present or {}
    return ", ".join(level_text(present[name]) for name in factor.columns if name in present)


def outcomes_view(tables: SweepTables) -> TableView:
    """Return what was looked at."""
    rows = tuple(
        (label(one.name), one.told, one.unit, f"{one.better} is better") for one in tables.outcomes
    )
    heads = ("outcome", "what it is", "unit", "direction")
    return TableView("What was looked at", heads, rows, n_names=4)


# --- how sure ------------------------------------------------------------------------------------


def sure(tables: SweepTables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted."""
    n = len(tables.seeds)
    told = []
    if n == 1:
        told.append(
            "Every point has one run, so no interval: which of two points is better may be "
            "chance. Run it again with more replicates."
        )
    else:
        told.append(
            f"Every point has the same {count(n, 'seed')} ({seed_list(tables.seeds)}), so that "
            "points differ by their settings and not by luck. Intervals are 95 % t-intervals over "
            "seeds, each on its own; the best of many points is a little luckier than the rest."
        )
    if tables.has_indices:
        told.append(
            "Intervals of indices are bootstrapped over blocks of the design; where they are wide, "
            "a larger design narrows them and reuses these runs."
        )
    told.append(_failed(tables))
    told += _unknown(tables)
    if assumed.n_parameters:
        told.append(
            f"What was not varied is assumed: {assumed.n_without_source} of the "
            f"{assumed.n_parameters} parameters have no published value."
        )
    return told


def _failed(tables: SweepTables) -> str:
    failed = len(tables.failures)
    if not failed:
        return "No run failed."
    points = count(len(_points_of(tables)), "point")
    return (
        f"{count(failed, 'run')} of {points} failed and {'is' if failed == 1 else 'are'} in none "
        "of the numbers; if failing has to do with the outcome, they are biased."
    )


def _points_of(tables: SweepTables) -> set[int]:
    n = max(len(tables.seeds), 1)
    return {int(run) // n for run in tables.failures["run"]}


def _unknown(tables: SweepTables) -> list[str]:
    """Say which outcomes have no value in some runs that finished."""
    told = []
    for outcome in tables.outcomes:
        lacking = int(tables.runs[outcome.name].isna().sum())
        if lacking:
            told.append(f"{label(outcome.name)} has no value in {count(lacking, 'run')}.")
    return told


def failures(tables: SweepTables) -> list[Failure]:
    """Return runs that failed, with their cause; not more than can be read."""
    rows = tables.failures.head(MOST_FAILURES).to_dict("records")
    return [Failure(str(row["seed"]), str(row["error"]), str(row["remake"])) for row in rows]


__all__ = ["amount", "contents", "write_sweep_figures", "write_sweep_report"]
