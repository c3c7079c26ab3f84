"""The report of a run: what was created, who has it, what it rests on."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, isfinite

from simulation.analysis.gains import gains
from simulation.analysis.interval import Estimate, Sign
from simulation.analysis.summary import level, retention
from simulation.report.assumptions import Assumptions, assumed_words, assumptions
from simulation.report.canvas import order
from simulation.report.market import market_chapter, met
from simulation.report.page import Card, Chapter, Failure, Remake, Report
from simulation.report.table import Table
from simulation.report.words import count, label, number, percent, seed_list, span
from simulation.studies.run.answer import answer
from simulation.studies.run.customer_tables import customer_tables
from simulation.studies.run.decision import decision_lines
from simulation.studies.run.figures import figures_of
from simulation.studies.run.network_tables import ledger_tables
from simulation.studies.run.outcome_tables import outcome_tables
from simulation.studies.run.tables import Tables

GOOD_ENOUGH = 0.05
"""Half-width relative to the mean at which an interval counts as narrow."""


def report_of(tables: Tables) -> Report:
    """Return the report of a run, computed from its stored tables."""
    manifest = tables.manifest
    scenario = manifest.get("scenario") or {}
    assumed = assumptions(scenario)
    market = market_chapter(tables.series, str(scenario.get("market") or ""))
    title = manifest.get("title") or manifest.get("scenario_name") or tables.folder.name
    return Report(
        title=str(title),
        description=str(scenario.get("description") or ""),
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        for_whom=decision_lines(tables),
        how_sure=how_sure(tables, market, assumed),
        figures=figures_of(tables),
        chapters=[market],
        tables=tables_of(tables),
        assumptions=assumed,
        confidence=confidence(tables, assumed),
        failures=[Failure.of(row) for row in tables.failures.to_dict("records")],
        remake=Remake.of(manifest),
    )


def how_sure(tables: Tables, market: Chapter, assumed: Assumptions) -> str:
    """Say in a line how sure the answer is: chance, published figures, assumptions."""
    runs = "One run: nothing here can be distinguished from chance."
    if tables.n_runs > 1:
        precise = _precision(level(tables.series, "co_created_value"))
        runs = " ".join([f"{count(tables.n_runs, 'run')}.", *precise])
    return " ".join(part for part in (runs, met(market), assumed_words(assumed)) if part)


def tables_of(tables: Tables) -> list[Table]:
    """Return the tables: outcomes, the customer's view, the value network."""
    ledger = tables.ledger
    flows = not ledger.empty and bool((ledger["amount"] > 0).any())
    result = [(_CHAPTERS.get(table.short_title.split(" by ")[0], chapter), table)
             for chapter, some in (
                 ("value", outcome_tables(tables)),
                 ("customers", customer_tables(tables)),
                 ("companies", ledger_tables(ledger) if flows else []),
             )
             for table in some]  # fmt: skip
    return [replace(table, chapter=chapter) for chapter, table in result if table.rows]


_CHAPTERS = {
    "Service desks": "service",
    "Lean": "service",
    "Slack": "service",
    "What reallocation would free": "service",
    "Opportunity": "customers",
    "Value network": "companies",
}
"""The chapter of tables that stand in another than those they are made with."""


def facts(tables: Tables) -> list[str]:
    """Return the line under the title: scenario, runs, months, when."""
    manifest = tables.manifest
    months = int(tables.series["month"].max()) if len(tables.series) else 0
    lines = [
        f"scenario {manifest['scenario_name']}" if manifest.get("scenario_name") else "",
        count(tables.n_runs, "run"),
        count(months, "month"),
        f"seeds {seed_list(tables.seeds)}" if tables.seeds else "",
        str(manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in lines if fact]


def cards(tables: Tables) -> list[Card]:
    """Return the numbers at the top: value created, who gains, how far adoption went."""
    series = tables.series
    created = level(series, "co_created_value")
    result = [Card.of("co-created value", created)] if created.known else []
    by_actor = gains(series)
    companies = order(list(by_actor), tables.setting.companies)
    focal = [name for name in companies if name in tables.setting.companies]
    focal = [tables.for_whom] if tables.for_whom in focal else focal[:1]
    result += [
        Card.of(f"gain of {label(actor)}", by_actor[actor])
        for actor in ("customers", *focal)
        if actor in by_actor
    ]
    for company in focal:
        for name, value in (
            ("adoption", level(series, "adoption", company)),
            ("retention", retention(series, company)),
        ):
            if value.known:
                ends = span(value).strip("()")
                result.append(Card(f"{name} of {label(company)}", percent(value.mean), "", ends))
    return result


def confidence(tables: Tables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted: runs, intervals, failures, assumptions."""
    n = tables.n_runs
    sentences = []
    if n == 1:
        sentences.append(
            "There is one run, so no interval: nothing here can be distinguished from chance. "
            "Run it again with more replicates."
        )
    else:
        sentences.append(
            f"{count(n, 'run')} differ only in their seed ({seed_list(tables.seeds)}). Intervals "
            "are 95 % t-intervals of the mean over runs; bands hold month by month, not for a "
            "whole curve at once."
        )
        sentences += _precision(level(tables.series, "co_created_value"))
    failed = len(tables.failures)
    sentences.append(
        "No run failed."
        if not failed
        else f"{count(failed, 'run')} failed and {'is' if failed == 1 else 'are'} excluded "
        "from all numbers; if failure is related to the outcome, they are biased."
    )
    if assumed.n_parameters:
        sentences.append(
            f"Intervals cover random variation between runs, not uncertainty about the "
            f"assumptions. {assumed.n_without_source} of the {assumed.n_parameters} parameters "
            "have no "
            "published value: vary them before relying on a number."
        )
    return sentences


def _precision(created: Estimate) -> list[str]:
    """Say how narrow the main interval is, and how many runs would make it narrow."""
    if not created.has_interval or created.mean == 0:
        return []
    relative = created.half_width / abs(created.mean)
    if created.sign is Sign.OPEN:
        needed = ceil(created.n * relative**2) + 1
        sentence = (
            "The interval of the co-created value covers zero. If its mean stays what it is, "
        )
        return [f"{sentence}about {number(needed, 2)} runs would settle the sign."]
    text = f"The co-created value is known to ± {percent(relative)} of its mean."
    if relative > GOOD_ENOUGH and isfinite(relative):
        needed = ceil(created.n * (relative / GOOD_ENOUGH) ** 2)
        text += f" For ± {percent(GOOD_ENOUGH)} it would take about {number(needed, 2)} runs."
    return [text]
