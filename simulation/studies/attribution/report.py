"""The report of an attribution: the answer, the areas, who has what, and how to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulation.analysis.interval import Estimate, Interval, Sign
from simulation.report.assumptions import Assumptions, assumptions
from simulation.report.page import GAINED, Card, Failure, Remake, Report
from simulation.report.words import count, seed_list
from simulation.scenario.units import Units
from simulation.studies.attribution.answer import answer, at_once, row_estimate
from simulation.studies.attribution.figures import figures_of
from simulation.studies.attribution.report_tables import tables_of
from simulation.studies.attribution.tables import (
    BOTH_WAYS,
    COALITIONS,
    FUNCTIONS,
    PARTS,
    Played,
)


def report_of(played: Played) -> Report:
    """Return the report of an attribution, computed from its stored tables."""
    manifest = played.tables.manifest
    scenario = manifest.get("scenario") or {}
    assumed = assumptions(scenario)
    return Report(
        kicker="attribution",
        title=_title(played),
        description=str(scenario.get("description") or ""),
        facts=facts(played),
        answer=answer(played),
        cards=cards(played),
        figures=figures_of(played),
        tables=[table for table in tables_of(played) if table.rows],
        assumptions=assumed,
        confidence=confidence(played, assumed),
        failures=[Failure.of(row) for row in played.tables.failures.to_dict("records")],
        remake=Remake.of(manifest),
        attachments=_network_files(played) if played.kind == PARTS else {},
    )


_TITLES = {
    "functions": "Who created the value: innovation, marketing & sales, platform",
    "switches": "From CRM to Social CRM: which switch, and in which order",
    "levers": "What each lever adds",
    "mechanisms": "Why did it happen: every mechanism switched off in turn",
    "parts": "The value network: what does the value depend on?",
    "layers": "Seven layers and six switches, each weaker and stronger",
}


def _title(played: Played) -> str:
    manifest = played.tables.manifest
    title = str(manifest.get("title") or manifest.get("scenario_name") or "")
    return f"{_TITLES.get(played.kind, 'Attribution')} · {title}" if title else _TITLES[played.kind]


def facts(played: Played) -> list[str]:
    """Return the line under the title."""
    manifest = played.tables.manifest
    lines = [
        f"scenario {manifest['scenario_name']}" if manifest.get("scenario_name") else "",
        count(len(played.table.columns), "case"),
        count(len(played.table), "seed"),
        count(int(manifest.get("months") or 0), "month"),
        f"seeds {seed_list(played.setting.seeds)}",
        str(manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in lines if fact]


def _network_files(played: Played) -> dict[str, str]:
    """Return the value network as GraphML and as the tidy table, by the names of the files."""
    from simulation.analysis.network_files import FLOWS, GRAPH, network_files

    ledger = replace(played, named=Units()).of_whole().ledger  # files keep the scenario's names
    if ledger.empty:
        return {}
    return {name: text for name, text in network_files(ledger).items() if name in (FLOWS, GRAPH)}


# --- cards ---------------------------------------------------------------------------------------


def cards(played: Played) -> list[Card]:
    """Return the numbers at the top."""
    if played.plan == COALITIONS:
        attribution = played.attribution
        unit = played.unit
        result = [_card("all together", attribution.total(), unit)]
        if played.kind == FUNCTIONS:
            result.append(_card("grey area Δ(I, M, P)", attribution.dividend(*played.names), unit))
        ranked = sorted(played.names, key=lambda name: -float(attribution.shapley_of(name).mean))
        shares = at_once(attribution.shapley_samples(), unit)
        return result + [Card.of(f"Shapley value of {played.words(name)}", shares[name])
                         for name in ranked[:4]]  # fmt: skip
    unit = played.unit
    level = _card(f"{played.outcome_words}, all in place", played.level(), unit)
    if played.plan == BOTH_WAYS:
        rows = played.tornado.to_dict("records")[:4]
        named = [f"{row['way']} {played.words(row['player'])}" for row in rows]
        return [level, *(_row_card(name, row, "difference", unit)
                         for name, row in zip(named, rows, strict=True))]  # fmt: skip
    rows = played.keystones.to_dict("records")
    some = [*rows[:2], *rows[-2:]] if len(rows) > 4 else rows
    named = [f"lost without {played.words(row['removed'])}" for row in some]
    return [level, *(_row_card(name, row, "lost", unit, NEED)
                     for name, row in zip(named, some, strict=True))]  # fmt: skip


NEED = {Sign.GAIN: "▲ needed", Sign.LOSS: "▼ drag", Sign.OPEN: "◆ open"}


def _card(name: str, interval: Interval, unit: str) -> Card:
    return Card.of(name, Estimate.of(interval, unit))


def _row_card(
    name: str, row: Mapping[Any, Any], value: str, unit: str, verdicts: Mapping[Sign, str] = GAINED
) -> Card:
    return Card.of(name, row_estimate(row, value, unit=unit), verdicts)


# --- how sure ------------------------------------------------------------------------------------


def confidence(played: Played, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted."""
    n = len(played.table)
    sentences = []
    if n < 2:
        sentences.append(
            "There is one seed, so no interval: nothing here can be distinguished from chance."
        )
    else:
        every = (
            "each interval alone, except that those by which functions, pairs, orders or actors "
            "are singled out hold at once"
            if played.plan == COALITIONS
            else "all intervals at once"
        )
        sentences.append(
            f"All cases were run under the same {count(n, 'seed')} "
            f"({seed_list(played.setting.seeds)}), so that chance cancels in differences; "
            f"intervals are 95 % over seeds, {every}."
        )
    lost = len(set(played.runs["seed"])) - n
    failed = len(played.tables.failures)
    sentences.append("No run failed." if not failed else f"{count(failed, 'run')} failed.")
    if lost > 0:
        sentences.append(f"{count(lost, 'seed')} lack a case and are excluded from all numbers.")
    if played.kind == FUNCTIONS:
        share = next(iter(played.players[0].absent.values()), "")
        sentences.append(
            f"A function that takes no part keeps a maintenance level of its money ({share}), and "
            "its starting stock; the revenue part of budgets is what the full coalition earned. "
            "Dividends depend on this level."
        )
    sentences.append(
        "Intervals cover random variation between seeds, not uncertainty about the assumptions. "
        f"{assumed.n_without_source} of "
        f"the {assumed.n_parameters} parameters have no published value, the elasticities of "
        "substitution among them, on which the interplay of functions rests: vary them with "
        "--set encounter.elasticity=… before relying on a number."
    )
    return sentences
