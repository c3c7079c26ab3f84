"""The report of a question: the verdict in words, where it holds, and how it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.analysis.decision.by_shares import LEAST_TO_DECIDE
from simulation.report.assumptions import assumptions
from simulation.report.page import Card, Failure, Remake, Report
from simulation.report.words import count, listing, number, percent
from simulation.studies.question.answer import answer, market_name, reversals, seeds_needed
from simulation.studies.question.figures import figures_of
from simulation.studies.question.report_tables import tables_of
from simulation.studies.question.tables import QuestionTables

MARKS = {
    "supported": "▲ supported", "refuted": "▼ refuted", "no difference": "◆ no difference",
    "depends": "◆ depends", "undecided": "◆ undecided",
}  # fmt: skip


def report_of(tables: QuestionTables) -> Report:
    """Return the report of a question, computed from its stored tables."""
    return Report(
        kicker="question",
        title=str(tables.findings["question"]),
        description=f"Source: {tables.findings['source']}",
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        figures=figures_of(tables),
        tables=tables_of(tables),
        chapters=(tables.market_chapter,),
        assumptions=assumptions(tables.manifest["scenario"], per_thousand=True),
        confidence=confidence(tables),
        how_sure=_sampling_text(tables),
        failures=Failure.first_of(tables.failures),
        remake=Remake.of(tables.manifest),
    )


def facts(tables: QuestionTables) -> list[str]:
    """Return the line under the title."""
    futures = tables.findings["futures"]
    return [
        f"market {market_name(tables.findings)}",
        "a quick look" if tables.findings["quick"] else "in full",
        f"{tables.n} plausible futures of {futures['tried']}",
        f"up to {count(int(futures['replicates']), 'seed')} a future",
        count(len(tables.runs), "run"),
        f"{tables.findings['people']:,} people",
        count(int(tables.manifest["months"]), "month"),
        str(tables.manifest.get("finished") or "")[:10],
    ]


def cards(tables: QuestionTables) -> list[Card]:
    """Return the share of futures in which the claim holds, and each effect that it stands on."""
    better = tables.findings["shares"]["better"]
    mark = MARKS[tables.findings["verdict"]]
    findings = [Card("the claim holds in", percent(better["value"]), "of futures",
                  _ends(better), mark)]  # fmt: skip
    effects = tables.findings["effects"] if len(tables.findings["effects"]) > 1 else []
    for one in effects[:5]:
        share = one["shares"]["better"]
        findings.append(Card(one["name"], percent(share["value"]), "of futures",
                          _ends(share)))  # fmt: skip
    return findings


def _size(tables: QuestionTables, value: float) -> str:
    """Return a size of an effect with its unit, without a sign."""
    return tables.amount(float(value), tables.benefit).lstrip("+")


def _ends(share: Mapping[str, Any]) -> str:
    return f"95\u00a0% interval {percent(share['low'])} to {percent(share['high'])}"


def confidence(tables: QuestionTables) -> list[str]:
    """Say how far the verdict can be trusted."""
    findings = tables.findings
    power, emulator = findings["power"], findings["arms"][0]["emulator"]
    margin = _size(tables, findings["margin"])
    lines = [
        f"Differences up to {margin} make no difference.",
        (
            "A share refers to the ranges that were varied, each value as likely as any other, "
            "among "
            "the futures whose market resembles a real one; it is not a probability."
        ),
        (
            f"All {len(findings['assumptions'])} parameters of the mechanisms varied together, "
            "each at most half of the way from the market's own value to the ends of its range."
            if findings.get("all_varied", True)  # results of before do not say
            else f"{count(len(findings['assumptions']), 'assumption')} varied together, over the "
            "ranges that the question's file or its posterior states."
        ),
        (
            f"Power, planned from the first {power['futures']} futures: a paired effect varies by "
            f"{_size(tables, power['seed_sd'])} from seed to seed and by "
            f"{_size(tables, power['true_sd'])} from future to future; "
            f"{seeds_needed(findings)} a future would show that there is no difference."
        ),
        _sampling_text(tables),
        (
            f"On futures that it has not seen, the emulator ({emulator['kind']}) explains "
            f"{number(emulator['r2'], 2)} of the variance, of {number(emulator['ceiling'], 2)} "
            f"that can be known; its 95\u00a0% intervals cover {percent(emulator['coverage'])}."
            + ("" if emulator["speaks"] else " That is too little for a map or sensitivities.")
        ),
        _search_text(findings),
    ]
    if findings["own_past"]:
        lines.append(
            f"These arms have differed since the founding: {listing(findings['own_past'])}."
        )
    return lines


def _sampling_text(tables: QuestionTables) -> str:
    """Say how often as many futures would support a claim wrongly."""
    if tables.n < LEAST_TO_DECIDE:
        return (
            f"{tables.n} futures: fewer than {LEAST_TO_DECIDE} never support, refute or qualify a "
            "claim."
        )
    chance = number(100.0 * float(tables.findings["false_supported"]), 2)
    return (
        f"Of claims that hold in only 80\u00a0% of futures, {tables.n} futures would support "
        f"{chance}\u00a0% by chance of sampling."
    )


def _per_cell(findings: Mapping[str, Any]) -> str:
    """Say how many plausible futures the cells had, which is not always as many as wanted."""
    counts = sorted(int(one["futures"]) for one in findings["search"] if "futures" in one)
    if not counts:
        return ""
    ends = f"{counts[0]} to {counts[-1]}" if counts[0] < counts[-1] else f"{counts[0]}"
    enough = int(findings["search"][0]["enough"])
    few = sum(n < enough for n in counts)
    rare = f" (fewer than {enough} in {few}, where hardly any future is plausible)"
    return f", {ends} in each{rare if few else ''}"


def _search_text(findings: Mapping[str, Any]) -> str:
    """Say whether reversals were searched for, what turned, and what may have been missed."""
    cells = len(findings["search"])
    if not cells:
        why = (
            "a quick look does not search for them"
            if findings["quick"]
            else "the claim is not close to any verdict, or there are fewer than "
            f"{LEAST_TO_DECIDE} futures"
        )
        return f"Reversals in small parts of the ranges were not searched for by runs: {why}."
    confirmed = len(reversals(findings))
    return (
        f"Reversals were searched for: the {cells} parts of the ranges in which the emulator "
        f"expects the claim to turn first were run again on futures and seeds of their own"
        f"{_per_cell(findings)}; {confirmed} turned. Reversals may have been missed that "
        "take four assumptions or more, lie in parts smaller than a sixteenth of a plane, or "
        "depend on assumptions not mentioned."
    )
