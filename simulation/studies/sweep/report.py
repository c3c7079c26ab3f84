"""The report of a sweep: which setting is best, how sure that is, what it depends on."""

from __future__ import annotations

from typing import Any

from simulation.analysis.points import Asked
from simulation.report.assumptions import Assumptions, assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.words import (
    count,
    label,
    number,
    percent,
    scenario_name,
    seed_list,
    sentence,
    span,
    unit_words,
)
from simulation.studies.sweep.answer import answer, constant_text, estimate_of
from simulation.studies.sweep.factors import is_constant
from simulation.studies.sweep.figures import figures_of
from simulation.studies.sweep.report_tables import tables_of
from simulation.studies.sweep.tables import SweepTables

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


def report_of(tables: SweepTables) -> Report:
    """Return the report of a sweep, computed from its stored tables."""
    assumed = assumptions(tables.manifest["scenario"], per_thousand=tables.varies_people)
    return Report(
        kicker="sweep",
        title=str(tables.manifest.get("title") or tables.sweep["question"]),
        description=_description(tables),
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        figures=figures_of(tables),
        tables=tables_of(tables),
        assumptions=assumed,
        confidence=confidence(tables, assumed),
        failures=Failure.first_of(tables.failures),
        remake=Remake.of(tables.manifest),
    )


def _description(tables: SweepTables) -> str:
    lines = [f"Question: {tables.sweep['question']}"]
    if tables.sweep.get("source"):
        lines.append(f"Source: {tables.sweep['source']}.")
    rule = tables.sweep.get("verdict", {}).get("rule")
    if rule:
        lines.append(f"Rule of the verdict, written down before it was run: {rule}.")
    return " ".join(lines)


def facts(tables: SweepTables) -> list[str]:
    """Return the line under the title."""
    manifest = tables.manifest
    return [
        f"scenario {scenario_name(str(manifest['scenario_name']))}",
        f"{count(tables.n_points, 'point')} ({DESIGNS.get(tables.design, tables.design)})",
        count(len(tables.runs), "run"),
        count(int(manifest["months"]), "month"),
        f"seeds {seed_list(tables.seeds)}",
        str(manifest.get("finished") or "")[:10],
    ]


def cards(tables: SweepTables) -> list[Card]:
    """Return the numbers at the top: the best of every outcome, and the worst of the first."""
    result = []
    for outcome in tables.outcomes:
        ranked = tables.ranking(outcome)
        if ranked is not None:
            best = estimate_of(ranked.best, outcome)
            result.append(_card(f"best {label(outcome.name)}", best, outcome))
            if outcome is tables.outcomes[0]:
                worst = estimate_of(ranked.worst, outcome)
                result.append(_card(f"worst {label(outcome.name)}", worst, outcome))
    return result


def _card(name: str, estimate: Any, outcome: Asked) -> Card:
    share = outcome.unit == "share"
    value = percent(estimate.mean) if share else number(estimate.mean)
    return Card(name, value, "" if share else unit_words(outcome.unit), span(estimate).strip("()"))


def confidence(tables: SweepTables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted."""
    n = len(tables.seeds)
    sentences = []
    if n == 1:
        sentences.append(
            "Every point has one run, so no interval: which of two points is better may be "
            "chance. Run it again with more replicates."
        )
    else:
        sentences.append(
            f"Every point has the same {count(n, 'seed')} ({seed_list(tables.seeds)}), so that "
            "points differ by their settings and not by chance. Intervals are 95 % t-intervals "
            "over "
            "seeds, each on its own; the best of many points looks a little better than it is."
        )
    if tables.has_indices:
        sentences.append(
            "Intervals of indices are bootstrapped over blocks of the design; where they are wide, "
            "a larger design narrows them and reuses these runs."
        )
    sentences += [
        sentence(constant_text(tables, outcome))
        for outcome in tables.outcomes[1:]
        if is_constant(tables, outcome)
    ]
    sentences.append(_failed(tables))
    sentences += _unknown(tables)
    if assumed.n_parameters:
        sentences.append(
            f"What was not varied is assumed: {assumed.n_without_source} of the "
            f"{assumed.n_parameters} parameters have no published value."
        )
    return sentences


def _failed(tables: SweepTables) -> str:
    failed = len(tables.failures)
    if not failed:
        return "No run failed."
    points = count(len(_points_of(tables)), "point")
    return (
        f"{count(failed, 'run')} of {points} failed and {'is' if failed == 1 else 'are'} in none "
        "of the numbers; if failure is related to the outcome, they are biased."
    )


def _points_of(tables: SweepTables) -> set[int]:
    n = max(len(tables.seeds), 1)
    return {int(run) // n for run in tables.failures["run"]}


def _unknown(tables: SweepTables) -> list[str]:
    """Say which outcomes have no value in some runs that finished."""
    sentences = []
    for outcome in tables.outcomes:
        lacking = int(tables.runs[outcome.name].isna().sum())
        if lacking:
            sentences.append(f"{label(outcome.name)} has no value in {count(lacking, 'run')}.")
    return sentences
