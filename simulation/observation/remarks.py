"""What ``observe`` says of the rules by which it made series, and of what it left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.arrays import Floats
from simulation.observation.monthly import LapseRule, is_bought
from simulation.observation.span import name_of
from simulation.scenario.suggest import listed

if TYPE_CHECKING:
    import pandas as pd


def refunds_text(sold: pd.DataFrame, orders: pd.DataFrame) -> list[str]:
    """Say how many amounts are refunds, and which orders they bring to nothing."""
    n = int((sold["amount"] < 0).sum())
    if not n:
        return []
    gone = int((~is_bought(orders) & (orders["amount"] > -0.005)).sum())
    nothing = f" {gone:,} orders come to nothing by theirs, and do not count." if gone else ""
    what = "negative amount is a refund" if n == 1 else "negative amounts are refunds"
    said = (
        f"{n:,} {what}: the revenue of the month is less by it, and nobody a customer for it."
        f"{nothing}"
    )
    return [said]


def guests_text(sold: pd.DataFrame) -> list[str]:
    """Say how many rows are of guests."""
    n = int(sold["customer"].isna().sum())
    if not n:
        return []
    said = (
        f"{n:,} of {len(sold):,} rows have no customer: their orders and money count, and make "
        "nobody a customer."
    )
    return [said]


def empty_amounts_text(sold: pd.DataFrame, contacts: pd.DataFrame) -> list[str]:
    """Say how rows without an amount are read."""
    n, empty = len(contacts), int(sold["amount"].isna().sum())
    said = [f"{n:,} rows with a channel and no amount are contacts, and no orders."] if n else []
    if empty:
        said.append(f"{empty:,} rows have no amount: they count as orders of unknown amount, "
                    "so that revenue may be too low.")  # fmt: skip
    return said


def silent_text(what: str, silent: Sequence[int]) -> list[str]:
    """Say which months are missing, of ``sales`` or ``contacts``."""
    if not silent:
        return []
    names = listed([name_of(month) for month in silent])
    after = (" So is what depends on them in the months that follow: customers, and who is new or "
             "lost." if what == "sales" else "")  # fmt: skip
    has, they = ("has", "is") if len(silent) == 1 else ("have", "are")
    said = (
        f"{names} {has} no row of {what}, and {they} taken to be missing from the log: left empty."
        f"{after} Write 0 where there were none."
    )
    return [said]


def rule_text(rule: LapseRule) -> str:
    """Say when a customer counts as lost."""
    k = rule.months
    after = f"A customer counts as lost after {'a ' if k == 1 else ''}{_months_text(k)}"
    return (
        f"{after} without a purchase ({rule.why}). Who is new or lost in the first "
        f"{_months_text(k)} cannot be known, and is left empty."
    )


def tenure_text(
    tenure: pd.Series[float],
    low: Floats,
    high: Floats,
    since: int | None,
) -> list[str]:
    """Say from when on tenure is known, or between what it lies."""
    if since is None:
        known = tenure.dropna()
        if not np.isinf(high).any():
            return []
        until = f"before {name_of(int(known.index[0]))}" if len(known) else "in every month"
        said = (
            "For how long customers have been there is not known while any are left with whom the "
            f"log began: tenure is empty {until}. --since MONTH, the company's first, limits it."
        )
        return [said]
    places = np.flatnonzero(tenure.notna() & (high > low))
    if not len(places):
        return []
    ends = sorted({int(places[0]), int(places[-1])})
    ranges = ", ".join(f"{low[at]:.1f} to {high[at]:.1f} months in {name_of(int(tenure.index[at]))}"
                       for at in ends)  # fmt: skip
    said = (
        f"Customers of before the log are taken to have come half way between {name_of(since)} "
        f"and their first purchase in it; tenure can be {ranges}."
    )
    return [said]


def _months_text(n: int) -> str:
    return "month" if n == 1 else f"{n} months"
