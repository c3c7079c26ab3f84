"""The report of a search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.assumptions import assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.table import Table, in_chapter
from simulation.report.words import count, number, scenario_name, signed
from simulation.studies.optimisation.answer import answer, is_base
from simulation.studies.optimisation.figures import figures_of
from simulation.studies.optimisation.tables import OptimisationTables


def report_of(tables: OptimisationTables) -> Report:
    """Return the report of a search, computed from its stored tables."""
    return Report(
        kicker="search",
        title=str(tables.manifest.get("title") or tables.sweep["question"]),
        description=f"Question: {tables.sweep['question']}",
        facts=[
            f"scenario {scenario_name(str(tables.manifest['scenario_name']))}",
            count(int(tables.findings["searched"]), "candidate"),
            count(len(tables.tested), "candidate tested", "candidates tested"),
            count(len(tables.runs), "run"),
            str(tables.manifest.get("finished") or "")[:10],
        ],
        answer=answer(tables),
        cards=cards(tables),
        figures=figures_of(tables),
        tables=in_chapter("decision", tested_table(tables)),
        chapters=(tables.market_chapter,),
        assumptions=assumptions(tables.manifest["scenario"]),
        confidence=confidence(tables),
        failures=Failure.first_of(tables.failures),
        remake=Remake.of(tables.manifest),
    )


def cards(tables: OptimisationTables) -> list[Card]:
    """Return the best candidate's gain for each objective."""
    one = tables.best
    result = []
    for name in tables.whose:
        gain, scale = one["gain"][name], tables.factor
        ends = f"95\u00a0% interval {number(gain['low'] * scale)} to {number(gain['high'] * scale)}"
        verdict = "▲ better than the base" if one["better"] else "◆ not shown better"
        verdict += " by more than the margin" if within_margin(tables, one) else ""
        result.append(Card(f"{one['name']}, for {tables.whom(name)}", signed(gain["mean"] * scale),
                          f"{tables.currency} a month", ends, verdict))  # fmt: skip
    return result


def tested_table(tables: OptimisationTables) -> Table:
    """Return what was tested: settings, gain as found and fresh, verdicts."""
    heads = ["candidate", "settings"]
    for name in tables.whose:
        heads += [f"{tables.whom(name)}: found", "fresh", "interval"]
    rows = []
    for one in tables.tested:
        cells = [one["name"], ", ".join(tables.settings(one))]
        for name in tables.whose:
            gain, scale = one["gain"][name], tables.factor
            ends = f"{number(gain['low'] * scale)} to {number(gain['high'] * scale)}"
            cells += [signed(one["found"][name] * scale), signed(gain["mean"] * scale), ends]
        states = {limit["kept"] for limit in one.get("limits", [])}
        verdict = "better" if one["better"] else "dominated" if one["dominated"] else ""
        if is_base(one) or within_margin(tables, one):
            verdict = "" if is_base(one) else "less than the margin"
        if "broken" in states or "open" in states:
            verdict = "breaks a limit" if "broken" in states else "may break a limit"
        rows.append((*cells, verdict))
    title = f"Tested on fresh seeds and futures, gains over the base in {tables.currency} a month"
    return Table(title, (*heads, "shown"), tuple(rows), n_names=2, is_open=True)


def within_margin(tables: OptimisationTables, one: Mapping[str, Any]) -> bool:
    """Return whether a candidate is shown to gain, but for nobody more than the margin."""
    gains, margin = list(one["gain"].values()), float(tables.findings["margin"])
    return any(gain["low"] > 0.0 for gain in gains) and all(g["high"] <= margin for g in gains)


def confidence(tables: OptimisationTables) -> list[str]:
    """Say how far the numbers can be trusted."""
    failed = len(tables.failures)
    margin = number(tables.findings["margin"] * tables.factor, 2)
    return [
        (
            f"The search saw {count(int(tables.findings['search_pairs']), 'pair')} of seed and "
            f"future at most; what is said rests on "
            f"{count(int(tables.findings['fresh_pairs']), 'other pair')}, and nothing was chosen "
            "after they were run. Intervals hold for all candidates and objectives at once (95 %)."
        ),
        (
            f"Better than the base means: surely more than {margin} {tables.currency} a month "
            "better for somebody whose benefit counts, and not that much worse for any of them."
        ),
        *_limits_text(tables),
        "Candidates that were not tried may be better still: a search does not prove an optimum.",
        f"{count(failed, 'run')} failed." if failed else "No run failed.",
    ]


def _limits_text(tables: OptimisationTables) -> list[str]:
    """Say what limits mean for the verdict, where there are any."""
    if not any(one.get("limits") for one in tables.tested):
        return []
    text = (
        "Better also means that all limits are shown to be kept on the fresh pairs: the interval "
        "of what is beyond each ends at or below zero."
    )
    return [text]
