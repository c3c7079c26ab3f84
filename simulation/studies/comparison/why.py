"""The money bridge of a comparison in words: what changes for whom, why, and who loses."""

from __future__ import annotations

from simulation.analysis.bridge import CUSTOMERS, EVERYONE, Bridge
from simulation.analysis.compare import PairedVerdict
from simulation.analysis.comparison_question import WHOLE
from simulation.analysis.interval import Estimate, Sign, t_interval
from simulation.report.words import count, label, listing, money_words, number, sentence, signed
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow

MOST_CAUSES = 3
"""Causes that a sentence names; table and figure have all."""


def actor_words(actor: str) -> str:
    """Return what an actor is called in a sentence."""
    return {EVERYONE: "everyone together", CUSTOMERS: "people"}.get(actor, label(actor))


def ends(value: Estimate) -> str:
    """Return the interval of a change in brackets."""
    if not value.has_interval:
        return f"({count(value.n, 'pair')}: no interval yet)"
    return f"(95\u00a0% interval {signed(value.low)} to {signed(value.high)})"


def change_of(tables: ComparedTables, what_if: str, actor: str) -> Estimate:
    """Return what a what-if changes for an actor, with the interval that the tables have.

    All intervals of a comparison hold at once; that of all people, who have no row of their own,
    is as wide as if it were one interval more (Bonferroni).
    """
    bridge = tables.bridges[what_if][actor]
    key = WHOLE if actor == EVERYONE else ("surplus", actor)
    for row in tables.of(what_if) if actor != CUSTOMERS else ():
        if row.key == key and row.low == row.low:
            return Estimate(row.difference, row.low, row.high, row.pairs, row.unit)
    each = 1.0 - (1.0 - tables.question.confidence) / (len(tables.rows) + 1)
    interval = t_interval(bridge.what_if - bridge.base, confidence=each)
    return Estimate.of(interval, bridge.unit)


def why(bridge: Bridge, most: int = MOST_CAUSES, *, losses: bool = False) -> str:
    """Say what most of a change is made of, the greatest first: "staff +443 and price −20".

    Each number is what the cause does to the actor's money: less spent on staff is a plus.

    Args:
        bridge: the change of an actor.
        most: causes that are named.
        losses: whether only causes that take money away are named, where there are any.
    """
    steps = [step for step in bridge.shown() if step.cause != "all else"]
    taking = [step for step in steps if step.mean < 0.0]
    chosen = taking if losses and taking else steps
    return listing([f"{step.cause} {signed(step.mean)}" for step in chosen[:most]])


def decision_lines(tables: ComparedTables, what_if: str) -> list[str]:
    """Say what a what-if means for the one who asks, why, per customer and year; and who loses."""
    bridges = tables.bridges.get(what_if, {})
    if tables.asker not in bridges:
        return []
    lines = [sentence(asker_words(tables, what_if))]
    if tables.asker != EVERYONE:
        whole = moved(EVERYONE, change_of(tables, what_if, EVERYONE))
        lines.append(sentence(f"{whole}{mostly(bridges[EVERYONE])}"))
    lines.append(sentence(losers_words(tables, what_if)))
    return lines


def losers_words(tables: ComparedTables, what_if: str) -> str:
    """Say who loses by a what-if: companies, partners, and people as one.

    Groups of people that the answer says lose where people as one do not, which are segments and
    roles that were asked for, are named beside what all people come to. Of a loss that the answer
    calls practically the same, it is said that it is within the margin.
    """
    bridges = tables.bridges[what_if]
    within = {row.key for row in tables.of(what_if) if row.verdict is PairedVerdict.SAME}
    small = {name: ", within the margin" for name in bridges if ("surplus", name) in within}
    losers = {
        name: f"{_LOSERS.get(name, label(name))} "
        f"({signed(one.change.mean)}{small.get(name, '')}: {why(one, 2, losses=True)})"
        for name, one in bridges.items()
        if name != EVERYONE and change_of(tables, what_if, name).sign is Sign.LOSS
    }
    groups = [] if CUSTOMERS in losers else [
        f"{label(row.actor)} ({signed(row.difference)})" for row in tables.of(what_if)
        if row.verdict is PairedVerdict.WORSE and _is_group(row)
    ]  # fmt: skip
    named = [*losers.values(), *groups]
    text = f"Who loses: {listing(named) if named else 'nobody clearly'}"
    if not groups or CUSTOMERS not in bridges:
        return text
    people = change_of(tables, what_if, CUSTOMERS)
    if people.sign is Sign.GAIN:
        return f"{text}; all people together gain {number(people.mean)}"
    return f"{text}; for all people together it is open ({signed(people.mean)})"


_LOSERS = {CUSTOMERS: "all people together"}


def _is_group(row: ComparisonRow) -> bool:
    """Return whether a row is about some of the people, and the answer speaks of it."""
    return row.outcome == "segment_value" or (
        row.outcome == "surplus" and row.is_role and row.asked
    )


def asker_words(tables: ComparedTables, what_if: str) -> str:
    """Say what a what-if is to the one who asks."""
    bridge = tables.bridges[what_if][tables.asker]
    change = change_of(tables, what_if, tables.asker)
    text = f"With “{what_if}”, {moved(tables.asker, change)}"
    yearly = bridge.yearly_per_customer
    if yearly == yearly:
        unit = money_words(bridge.unit).removesuffix(" a month")
        size = signed(yearly) if change.sign is Sign.OPEN else number(abs(yearly))
        text += f", or {size} {unit} per customer and year"
    return f"{text}{mostly(bridge)}"


def mostly(bridge: Bridge) -> str:
    """Return what most of a change is made of, to be put behind it."""
    because = why(bridge)
    return f"; made up mostly of {because}" if because else ""


def moved(actor: str, value: Estimate) -> str:
    """Say by how much an actor's value changes, or that it is open."""
    who, unit, between = actor_words(actor), money_words(value.unit), ends(value)
    many = actor == CUSTOMERS
    if value.sign is Sign.OPEN:
        gains = "gain" if many else "gains"
        return f"it is open whether {who} {gains}: {signed(value.mean)} {unit} {between}"
    word = "gain" if value.sign is Sign.GAIN else "lose"
    return f"{who} {word}{'' if many else 's'} {number(abs(value.mean))} {unit} {between}"


def loses(tables: ComparedTables, what_if: str) -> str:
    """Return what the first sentence must say where who asks, or everyone, loses by a what-if.

    The one whose loss is the outcome itself is not named twice.
    """
    outcome = tables.question.outcomes[0]
    parts = []
    for actor, key in ((tables.asker, ("surplus", tables.asker)), (EVERYONE, WHOLE)):
        if actor not in tables.bridges.get(what_if, {}) or key == outcome:
            continue
        value = change_of(tables, what_if, actor)
        if value.sign is Sign.LOSS:
            who = actor_words(actor)
            who += ", whose benefit decides," if actor == tables.for_whom != EVERYONE else ""
            word = "lose" if actor == CUSTOMERS else "loses"
            amount = f"{number(-value.mean)} {money_words(value.unit)}"
            parts.append(f"{who} {word} {amount} by it {ends(value)}")
    return f"but {listing(list(dict.fromkeys(parts)))}" if parts else ""
