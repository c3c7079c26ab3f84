"""The answer in three sentences: who gained, how that came about, what drove it and what dragged.

Every clause is chosen by the numbers; where an interval covers zero the words say that it is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.gains import causes, gains, slack
from simulation.analysis.interval import Estimate, Sign
from simulation.analysis.summary import (
    change,
    curve,
    level,
    levels,
    months,
    opening,
    recent,
    total,
)
from simulation.report.canvas import order
from simulation.report.words import (
    label,
    listing,
    money_words,
    number,
    percent,
    sentence,
    signed,
    span,
    who_gains,
    with_span,
)
from simulation.studies.other_market import other_market_text

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.run.tables import Tables

NOTHING = "This result records none of the metrics that the answer is made of."

NOTICEABLE = 0.05
"""From this share on, giving up and slack are called a drag."""


def answer(tables: Tables) -> list[str]:
    """Return the answer, three sentences where the result has what they need.

    A fourth says that draws of a posterior are not of this market, where they are not.
    """
    sentences = [who(tables), change_over_time(tables.series), drivers(tables),
                 other_market_text(tables.manifest)]  # fmt: skip
    return [sentence(text) for text in sentences if text] or [NOTHING]


def who(tables: Tables) -> str:
    """Say whether value was created or destroyed, and who gained and lost."""
    series = tables.series
    created = level(series, "co_created_value")
    text = ""
    if created.known:
        size = f"{number(abs(created.mean))} {money_words(created.unit)}"
        text = {
            Sign.GAIN: f"Value was co-created: in the {recent(series)} everyone together was "
            f"{size} better off than the same people alone",
            Sign.LOSS: f"Value was destroyed: in the {recent(series)} everyone together was "
            f"{size} worse off than the same people alone",
            Sign.OPEN: f"It is open whether value was co-created: in the {recent(series)} everyone "
            f"together {'lost' if created.mean < 0 else 'gained'} {size} compared with the same "
            "people alone",
        }[created.sign]
        text += f" {span(created)}"
    shares = who_gains(gains(series))
    return "; ".join(part for part in (text, shares) if part)


def change_over_time(series: pd.DataFrame) -> str:
    """Say how value changed from the first to the last year, what changed most, and the sum."""
    moved = change(series, "co_created_value")
    if not moved.known:
        return ""
    first, unit = opening(series), money_words(moved.unit)
    text = {
        Sign.GAIN: f"That is {number(moved.mean)} {unit} better than in the {first}",
        Sign.LOSS: f"That is {number(-moved.mean)} {unit} worse than in the {first}",
        Sign.OPEN: f"That is no clear change from the {first}: {signed(moved.mean)} {unit}",
    }[moved.sign] + f" {span(moved)}"
    because = _largest_change(series, moved)
    added = total(series, "co_created_value")
    turn = _turn(series)
    money = unit.removesuffix(" a month")
    sums = f"over all {months(series)} months it adds up to {signed(added.mean)} {money}"
    return "; ".join(part for part in (f"{text}{because}", turn, sums) if part)


def _largest_change(series: pd.DataFrame, moved: Estimate) -> str:
    """Return the part of customers' gross value that moved most in the direction of the whole."""
    parts = {part: change(series, "gross_value", part) for part in levels(series, "gross_value")}
    way = -1.0 if moved.mean < 0 else 1.0
    along = {part: way * value.mean for part, value in parts.items() if value.known}
    if not along or max(along.values()) <= 0:
        return ""
    most = max(along, key=lambda part: along[part])
    return (
        f", and the part of customers' value that moved most with it is {label(most)} "
        f"({signed(parts[most].mean)})"
    )


def _turn(series: pd.DataFrame) -> str:
    """Return when the mean value changed its sign for the last time."""
    mean = curve(series, "co_created_value").set_index("month")["mean"].dropna()
    if mean.empty:
        return ""
    positive = mean > 0
    last = bool(positive.iloc[-1])
    other = positive[positive != last]
    if other.empty:
        return f"it was {'above' if last else 'below'} zero in every month"
    return f"it is {'above' if last else 'below'} zero since month {int(other.index[-1]) + 1}"


def drivers(tables: Tables) -> str:
    """Say how far adoption went and by what, and what held value back: renewals, waits, slack."""
    return "; ".join(part for part in (_driven(tables), _dragged(tables.series)) if part)


def _driven(tables: Tables) -> str:
    ends = levels(tables.series, "adoption")
    if not ends:
        return ""
    first, *others = order(list(ends), tables.setting.companies)
    parts = [f"{with_span(ends[first])} are customers of {label(first)}"]
    parts += [f"{percent(ends[name].mean)} of {label(name)}" for name in others]
    text = f"At the end, of all people, {listing(parts)}"
    shares = causes(tables.series)
    if shares:
        cause, share = next(iter(shares.items()))
        text += f", mainly through {_DRIVERS[cause]} ({percent(share)} of new customers)"
    return text


_DRIVERS = {
    "new_customers_by_advertising": "advertising",
    "new_customers_by_word_of_mouth": "word of mouth",
    "new_customers_returning": "former customers who came back",
}


def _dragged(series: pd.DataFrame) -> str:
    drags, fine = [], []
    waits = levels(series, "desk_wait")
    if waits:
        worst = max(waits, key=lambda name: waits[name].mean)
        gone = level(series, "desk_abandoned", worst)
        words = f"{number(waits[worst].mean, 2)} minutes at {label(worst)}"
        if gone.known and gone.mean >= NOTICEABLE:
            drags.append(f"waits (up to {words}, where {percent(gone.mean)} give up)")
        else:
            fine.append(f"waits (at most {words})")
    share, most, _ = slack(series)
    if most:
        place, _, resource = most.partition(":")
        words = f"slack ({percent(share)} of what was brought, most of it {label(resource)} at "
        words += f"{label(place)})"
        (drags if share >= NOTICEABLE else fine).append(words)
    if drags:
        return f"what held value back: {listing(drags)}"
    return f"{listing(fine)} hardly held value back" if fine else ""
