"""What a result means for the one whose benefit counts, and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.gains import gains, people_gain
from simulation.analysis.interval import Estimate, Sign
from simulation.analysis.summary import PEOPLE, YEAR, level
from simulation.report.words import (
    label,
    listing,
    money_words,
    number,
    sentence,
    signed,
    span,
)
from simulation.studies.decider import CUSTOMERS, EVERYONE

if TYPE_CHECKING:
    from simulation.studies.run.tables import Tables

TOGETHER = "all people together"
"""What customers and non-customers are called where they are counted as one."""


def decision_lines(tables: Tables) -> list[str]:
    """Say what the one who decides gains, a month and per customer and year; and who loses."""
    value = benefit_of(tables)
    if value is None:
        return []
    return [
        sentence(f"{_whom(tables)}: {_moved(value)}{_yearly(tables, value)}"),
        _losers(tables),
    ]


def _losers(tables: Tables) -> str:
    """Say who loses: companies, partners, and people as one.

    A role that loses where people do not is named beside what both roles come to together: whoever
    becomes a customer takes their gain along, and the answer above names the role.
    """
    by_actor, people = dict(gains(tables.series)), people_gain(tables.series)
    roles = {name: by_actor.pop(name) for name in PEOPLE if name in by_actor}
    together = people.sign is Sign.LOSS
    everybody = by_actor | ({TOGETHER: people} if together else roles)
    lost = {name: one for name, one in everybody.items() if one.sign is Sign.LOSS}
    losers = [
        f"{label(name)} ({signed(lost[name].mean)})"
        for name in sorted(lost, key=lambda name: -lost[name].mean)
    ]
    text = f"Who loses: {listing(losers) if losers else 'nobody clearly'}"
    if not together and any(name in lost for name in roles):
        text += f"; {_together(people)}"
    return sentence(text)


def benefit_of(tables: Tables) -> Estimate | None:
    """Return what the one who decides gains a month, None where that is not recorded.

    Customers are all people, as wherever somebody's benefit decides: whoever becomes a customer
    takes their gain along from one role to the other.
    """
    if tables.for_whom == EVERYONE:
        value = level(tables.series, "co_created_value")
        return value if value.known else None
    if tables.for_whom == CUSTOMERS:
        value = people_gain(tables.series)
        return value if value.known else None
    return gains(tables.series).get(tables.for_whom)


def _whom(tables: Tables) -> str:
    names = {EVERYONE: "everyone together", CUSTOMERS: "customers (all people)"}
    return f"For {names.get(tables.for_whom) or label(tables.for_whom)}"


def _together(people: Estimate) -> str:
    """Say what both roles come to, where one of them loses and people as one do not."""
    both = "customers and non-customers together"
    if people.sign is Sign.GAIN:
        return f"{both} gain {number(people.mean)}"
    return f"for {both} it is open ({signed(people.mean)})"


def _moved(value: Estimate) -> str:
    unit = money_words(value.unit)
    if value.sign is Sign.OPEN:
        return f"it is open whether there is a gain: {signed(value.mean)} {unit} {span(value)}"
    word = "gain" if value.sign is Sign.GAIN else "loss"
    return f"a {word} of {number(abs(value.mean))} {unit} {span(value)}"


def _yearly(tables: Tables, value: Estimate) -> str:
    """Return a company's or the customers' gain per customer and year, as people think of it."""
    customers = level(tables.series, "customers").mean
    if tables.for_whom in tables.setting.companies:
        # Companies share the people that are anybody's customers by their shares of all people.
        held = {one: level(tables.series, "adoption", one).mean for one in tables.setting.companies}
        customers *= held[tables.for_whom] / sum(held.values()) if sum(held.values()) else 0.0
    elif tables.for_whom != CUSTOMERS:
        return ""
    if not customers > 0.0:
        return ""
    unit = money_words(value.unit).removesuffix(" a month")
    return f", {signed(YEAR * value.mean / customers)} {unit} per customer and year"
