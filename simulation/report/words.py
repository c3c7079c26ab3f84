"""How numbers, intervals and names are written in figures, reports and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import floor, isfinite, log10

from simulation.analysis.interval import Estimate, Sign

NBSP = "\u00a0"
"""A space at which no line is broken: a number stays with its sign."""

SMALLEST = 4
"""Decimals of an amount with a sign: what is smaller is nothing, and would tear a table apart."""

NO_INTERVAL = "one run: no interval"

_NAMES = {
    "": "all",
    "non_customers": "non-customers",
    "marketing_sales": "marketing & sales",
    "experience_platform": "experience platform",
    "value_in_use": "value in use",
    "co_production": "co-production",
    "customer_to_customer": "customer to customer",
    "co_created_value": "co-created value",
    "word_of_mouth": "word of mouth",
    "new_customers_by_advertising": "advertising",
    "new_customers_by_word_of_mouth": "word of mouth",
    "new_customers_returning": "returning",
}

_UNIT_WORDS = {
    "money/month": "money units a month",
    "persons/month": "persons a month",
    "hours/month": "hours a month",
    "contacts/month": "contacts a month",
    "input/month": "a month",
    "money": "over all months",
    **dict.fromkeys(("share", "1", "0-10", "-1 to 1", "0 or 1", "stock", "cosine", "input"), ""),
}

_DIGITS = dict.fromkeys(("minutes", "1", "", "0-10", "-1 to 1", "cosine", "stock"), 2)
"""Significant digits by unit, where three would claim too much."""


def label(name: str) -> str:
    """Return a name as it is read: ``focal:marketing_sales`` as "focal: marketing & sales"."""
    return ": ".join(_NAMES.get(part) or _part(part) for part in name.split(":"))


def _part(part: str) -> str:
    """Return a name without underscores; functions are named as ever ("projects of …")."""
    for function in ("marketing_sales", "experience_platform"):
        part = part.replace(function, _NAMES[function])
    return part.replace("_", " ")


def number(value: float, digits: int = 3) -> str:
    """Return a number to three significant digits, whole ones with separators: 1,970 0.35 −4.2."""
    if not isfinite(value):
        return "–"
    if value == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    text = f"{rounded:,.0f}" if places <= 0 else f"{rounded:,.{min(places, 6)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def whole(value: float) -> str:
    """Return a count of people or contacts: whole from ten on, three digits from a thousand."""
    return number(float(round(value)) if isfinite(value) and abs(value) >= 10 else value)


def signed(value: float) -> str:
    """Return an amount with its sign, plus included; small ones to two digits, at most .0001."""
    digits = 2 if abs(value) < 10 else 3
    if abs(value) < 10.0 ** (1 - SMALLEST):  # greater ones have no more decimals than that
        value = round(value, SMALLEST)
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def unbroken(text: str) -> str:
    """Return text in which no line ends between a number and its per cent sign."""
    return text.replace(" %", f"{NBSP}%")


def percent(share: float) -> str:
    """Return a share as a percentage: 57 %, 3.4 %, <0.1 %."""
    if not isfinite(share):
        return "–"
    if 0 < abs(share) < 0.001:
        return f"<0.1{NBSP}%"
    text = f"{100 * share:.{0 if abs(share) >= 0.0995 else 1}f}".removesuffix(".0")
    return f"{text}{NBSP}%".replace("-", "−")


def unit_words(unit: str) -> str:
    """Return a unit as it follows a number in a sentence."""
    known = _UNIT_WORDS.get(unit)
    if known is not None:
        return known
    return f"{unit.removesuffix('/month')} a month" if unit.endswith("/month") else unit


def money_words(unit: str) -> str:
    """Return what stands after an amount of money: "money units a month", "EUR a month"."""
    return unit_words(unit or "money/month")


def currency_words(currency: str) -> str:
    """Return what stands after an amount of a currency; the model's own is "money units"."""
    return "money units" if currency == "money" else currency


def scenario_name(text: str) -> str:
    """Return what a scenario is called that may have been named by its file."""
    return text.rpartition("/")[2].removesuffix(".toml") if text.endswith(".toml") else text


def is_money(unit: str) -> bool:
    """Return whether a unit is money a month, whatever the currency."""
    top, _, rest = unit.partition("/")
    return rest == "month" and top not in _COUNTED


_COUNTED = ("persons", "people", "hours", "contacts", "input", "questions", "answers")
"""What is counted by the month besides money."""


def amount(value: float, unit: str) -> str:
    """Return a number with its unit, shares as percentages."""
    if unit == "share":
        return percent(value)
    return f"{number(value, _DIGITS.get(unit, 3))} {unit_words(unit)}".strip()


def span(value: Estimate) -> str:
    """Return the interval in brackets: "(95\u00a0% interval 1,940 to 2,010)"."""
    if not value.has_interval:
        return f"({NO_INTERVAL})"
    if value.unit == "share":
        return f"(95\u00a0% interval {percent(value.low)} to {percent(value.high)})"
    digits = _DIGITS.get(value.unit, 3)
    return f"(95\u00a0% interval {number(value.low, digits)} to {number(value.high, digits)})"


def with_span(value: Estimate) -> str:
    """Return a mean with unit and interval."""
    return f"{amount(value.mean, value.unit)} {span(value)}"


def listing(items: Sequence[str]) -> str:
    """Return items as read aloud: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def seed_list(seeds: Sequence[int]) -> str:
    """Return seeds in short: "1–20", "3, 7, 8"; a long list without order keeps its ends."""
    if not seeds:
        return ""
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{seeds[0]}–{seeds[-1]}"
    if len(seeds) > 8:
        return f"{seeds[0]}, {seeds[1]}, …, {seeds[-1]}"
    return ", ".join(str(seed) for seed in seeds)


def count(n: int, noun: str, plural: str = "") -> str:
    """Return "1 run", "20 runs"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def points(value: float) -> str:
    """Return "+1 percentage point", "−2.5 percentage points"."""
    text = signed(value)
    return f"{text} percentage point{'' if text[1:] == '1' else 's'}"


def window_words(text: str, months: int) -> str:
    """Return text whose windows are what runs of so many months have of them.

    "The last 24 months" of a run of 12 are "all 12 months".
    """

    def held(match: re.Match[str]) -> str:
        return f"all {months} months" if int(match[1]) > months > 0 else match.group()

    return re.sub(r"(?:the )?last (\d+) months", held, text)


def capital(text: str) -> str:
    """Return text with a capital first letter, and the others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop."""
    text = capital(text.strip())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def who_gains(gains: Mapping[str, Estimate]) -> str:
    """Return who gained, who lost, and for whom it is open."""
    parts = []
    for sign, one, many in (
        (Sign.GAIN, "gains", "gain"),
        (Sign.LOSS, "loses", "lose"),
        (Sign.OPEN, "neither clearly gains nor loses", "neither clearly gain nor lose"),
    ):
        members = [
            f"{label(actor)} ({signed(value.mean)})"
            for actor, value in gains.items()
            if value.sign is sign
        ]
        if sign is Sign.LOSS:
            members.reverse()
        if members:
            plural = len(members) > 1 or members[0].startswith(("customers", "non-customers"))
            parts.append(f"{listing(members)} {many if plural else one}")
    return ", ".join(parts)
