"""The report of a comparison: what differs, who gains and loses by it, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from simulation.analysis.better_off import EVERYBODY, Group
from simulation.analysis.compare import Looks, PairedVerdict
from simulation.analysis.comparison_question import text_of
from simulation.analysis.sequential import is_reached
from simulation.report.assumptions import Assumptions, assumed_words, assumptions
from simulation.report.market import market_chapter, met
from simulation.report.page import Card, Chapter, Failure, Remake, Report
from simulation.report.words import (
    count,
    number,
    percent,
    seed_list,
    unit_words,
)
from simulation.studies.comparison.answer import (
    agrees,
    alike,
    answer,
    bare,
    interval,
    outcome_words,
    quoted,
    size,
)
from simulation.studies.comparison.drawn import drawn_words
from simulation.studies.comparison.figures import figures_of
from simulation.studies.comparison.figures.bridge import bridge_name
from simulation.studies.comparison.leading import leading
from simulation.studies.comparison.report_tables import changes_table, tables_of
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow
from simulation.studies.comparison.why import decision_lines

MOST_CARDS = 6
LEAST_PAIRS = 10
"""Pairs from which on it is said what pairing was worth."""


def report_of(tables: ComparedTables) -> Report:
    """Return the report of a comparison, computed from its stored tables."""
    scenario = tables.definition["base"]["scenario"]
    assumed = assumptions(scenario)
    question, market = tables.question, is_a_market(tables)
    return Report(
        title=str(tables.manifest.get("title") or " · ".join((question.base, *question.what_ifs))),
        kicker="comparison",
        description=_description(tables, str(scenario.get("description") or "")),
        facts=facts(tables),
        answer=answer(tables),
        cards=cards(tables),
        lead=_lead(tables),
        for_whom=decision_lines(tables, leading(tables)[0].what_if),
        chapters=[differences(tables), market],
        how_sure=how_sure(tables, market, assumed),
        figures=figures_of(tables),
        tables=tables_of(tables),
        assumptions=assumed,
        confidence=confidence(tables, assumed),
        failures=[
            Failure.of(row, with_scenario=True) for row in tables.failures.to_dict("records")
        ],
        remake=Remake.of(tables.manifest),
    )


def how_sure(tables: ComparedTables, market: Chapter, assumed: Assumptions) -> str:
    """Say in a line how sure the answer is: pairs, published figures, assumptions."""
    pairs = (
        f"{count(tables.pairs, 'pair')} of runs in which the same people have the same luck; the "
        "intervals hold all at once."
    )
    return " ".join(part for part in (pairs, met(market), assumed_words(assumed)) if part)


def _lead(tables: ComparedTables) -> str:
    """Return the figure that carries the answer: the best what-if's bridge, if there is one."""
    best = leading(tables)[0].what_if
    if best not in tables.bridges:
        return ""
    return bridge_name(tables.asker, list(tables.bridges).index(best))


def is_a_market(tables: ComparedTables) -> Chapter:
    """Return published figures beside those of the base."""
    market = str(tables.definition["base"]["scenario"].get("market") or "")
    return market_chapter(tables.series_of(tables.question.base), market)


def _description(tables: ComparedTables, text: str) -> str:
    base = f"The assumptions listed are those of the base, {quoted(tables.question.base)}."
    return f"{base} {text}".strip()


def differences(tables: ComparedTables) -> Chapter:
    """Return the parameters in which each what-if differs from the base."""
    changes = {name: changes_table(tables, name) for name in tables.question.what_ifs}
    notes = _of_other_markets(tables) + tuple(
        f"{name}: no parameter of the scenario differs."
        for name, table in changes.items()
        if not table.rows
    )
    shown = tuple(table for table in changes.values() if table.rows)
    return Chapter("differs", "What differs", shown, notes)


def _of_other_markets(tables: ComparedTables) -> tuple[str, ...]:
    """Say whose market differs from the base's before month 1."""
    base = quoted(tables.question.base)
    return tuple(
        f"{side['name']}: its market differs from that of {base} when month 1 begins. Its "
        "changes also apply to the months before, so the difference is one between two markets."
        for side in tables.definition["what_ifs"]
        if side.get("own_past")
    )


def facts(tables: ComparedTables) -> list[str]:
    """Return the line under the title."""
    lines = [
        f"{count(tables.pairs, 'pair')} of runs with the same seed",
        count(len(tables.runs), "run"),
        count(tables.months, "month"),
        f"seeds {seed_list(tables.seeds)}",
        str(tables.manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in lines if fact]


def cards(tables: ComparedTables) -> list[Card]:
    """Return the numbers at the top: each what-if's difference, and who is better off."""
    result = [_verdict_card(tables, row) for row in leading(tables)[:MOST_CARDS]]
    if len(tables.question.what_ifs) > 1:
        return result
    for group in tables.groups:
        if group.name == EVERYBODY:
            result += [
                Card("people better off", *_share(group, "share_better")),
                Card("people worse off", *_share(group, "share_worse")),
            ]
    return result


def _verdict_card(tables: ComparedTables, row: ComparisonRow) -> Card:
    ends = interval(
        row,
        tables.interval_words.replace(" that stays valid however often results are inspected", ""),
    )
    name = f"{row.what_if}: {outcome_words(row)}"
    unit = "points" if row.unit == "share" else unit_words(row.unit)
    return Card(
        name, bare(row.difference, row.unit), unit, ends.strip("()"), _VERDICT_MARKS[row.verdict]
    )


_VERDICT_MARKS = {
    PairedVerdict.BETTER: "▲ better",
    PairedVerdict.WORSE: "▼ worse",
    PairedVerdict.SAME: "= practically the same",
    PairedVerdict.UNDECIDED: "◆ undecided",
}


def _share(group: Group, name: str) -> tuple[str, str, str]:
    mean, low, high = getattr(group, name).floats()
    low, high = max(low, 0.0), min(high, 1.0)  # a share; NaN stays
    ends = f"95\u00a0% interval {percent(low)} to {percent(high)}" if low == low else "no interval"
    return percent(mean), "", ends


def confidence(tables: ComparedTables, assumed: Assumptions) -> list[str]:
    """Say how far the verdicts can be trusted, and what they do not cover."""
    sentences = [
        *drawn_words(tables),
        _pairing(tables),
        _family(tables),
        *_among(tables),
        *precision_words(tables),
        *filter(None, map(worth, leading(tables))),
        *_margin(tables),
    ]
    if tables.groups:
        sentences.append(
            "The same person can also fare differently by chance: once a draw has a different "
            "outcome, what follows differs. The shares of people better and worse off include both."
        )
    failed = len(tables.failures)
    sentences.append(
        "No run failed."
        if not failed
        else f"{count(failed, 'run')} failed; their pairs are excluded from all numbers. If "
        "failure is related to the outcome, the numbers are biased."
    )
    if assumed.n_parameters:
        sentences.append(
            "Intervals cover random variation between seeds, not uncertainty about the "
            f"assumptions. {assumed.n_without_source}"
            f" of the {assumed.n_parameters} parameters have no published value: a verdict can "
            "reverse with them; sweep the ones that matter."
        )
    return sentences


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
        "asked for over all months, and those of all actors' curves. It is therefore legitimate "
        "to single out the most striking one."
    )


def _among(tables: ComparedTables) -> list[str]:
    """Say how what-ifs are compared with one another, where there are several."""
    if len(tables.question.what_ifs) < 2:
        return []
    words = (
        "Which what-if is best is judged by their differences under the same seeds, with intervals "
        "that hold for all pairs of what-ifs at once."
    )
    return [words]


@dataclass(frozen=True)
class Precision:
    """How precisely the first outcome was asked to be known, and how precisely it is."""

    outcome: str
    what_if: str
    asked: float
    half_width: float
    pairs: int

    @property
    def reached(self) -> bool:
        """Whether it is known as precisely as asked."""
        return is_reached(self.half_width, self.asked, self.pairs)


def precisions(tables: ComparedTables) -> list[Precision]:
    """Return how precise each what-if's first outcome is; empty where nothing was asked."""
    asked = tables.question.precision
    if asked is None:
        return []
    return [
        Precision(text_of(row.key), row.what_if, asked.at(row.base_mean),
                  (row.high - row.low) / 2, row.pairs)
        for row in (tables.first(name) for name in tables.question.what_ifs)
    ]  # fmt: skip


def precision_words(tables: ComparedTables) -> list[str]:
    """Say whether the precision asked for was reached, and of which outcome it is."""
    sentences = []
    for precision in precisions(tables):
        row = tables.first(precision.what_if)
        state = "reached" if precision.reached else "not reached"
        what = f"Precision of {outcome_words(row)}, {quoted(precision.what_if)}"
        asked = f"requested ± {size(precision.asked, row.unit)}"
        width = f"± {size(precision.half_width, row.unit)} {state} with {count(row.pairs, 'pair')}"
        if agrees(row):
            width = f"{state}, as {alike(row)}"
        sentences.append(f"{what}: {width}; {asked}.")
    return sentences


def worth(row: ComparisonRow) -> str:
    """Say how many runs without pairing would have been as precise; nothing of few pairs."""
    if row.pairs < LEAST_PAIRS or not isfinite(row.low):
        return ""
    what = f"{outcome_words(row)}, {quoted(row.what_if)}"
    runs = 2 * row.pairs
    if row.unpaired_runs is None:
        return f"For {what}, the {count(row.pairs, 'pair')} agree exactly: no unpaired run would."
    return (
        f"For {what}, the {count(row.pairs, 'pair')} ({count(runs, 'run')}) are as precise as "
        f"some {number(row.unpaired_runs, 2)} runs without pairing."
    )


def _margin(tables: ComparedTables) -> list[str]:
    margin = tables.question.margin
    if margin is None:
        return []
    unit = tables.first(tables.question.what_ifs[0]).unit
    relative = f"{100 * margin.value:.4g}\u00a0% of the base"
    text = relative if margin.relative else size(margin.value, unit)
    return [f"Differences within ± {text} count as practically the same, if the interval is too."]
