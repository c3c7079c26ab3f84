"""From a log to monthly series: who was a customer, who came, who left, what was paid.

Customers who have no contract leave silently, so that leaving needs a rule, and it is stated: *a
customer is lost when no purchase has followed for k months.* k is the least number of months that
held for nine in ten of the pauses between two purchases of the same customer, unless it is given.
With b_i the months of the purchases of customer i,

    customer in month t  ⇔  some b_i in (t − k, t],
    new in t  ⇔  customer in t and not in t − 1,      lost in t  ⇔  customer in t − 1, not in t,

so that customers_t = customers_{t−1} + new_t − lost_t.

Tenure is the mean of t − (month of coming) over the customers of month t. Of those who were there
as the log began it is not known when they came. With e the share of customers who are new in a
month, they are taken to have been there for (1 − e)/e months before: where customers come and leave
at constant rates, N_t = (1 − h) N_{t−1} + e N_t, and with growth g those of age a are
((1 − h)/(1 + g))^a = (1 − e)^a times the new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

PAUSES = 0.9
"""Share of pauses between purchases that the rule for leaving takes for pauses."""
MOST_PAUSE = 12
LEAST = 5
"""Customers that must stand behind a sum of money, so that it tells of nobody."""


@dataclass(frozen=True)
class LapseRule:
    """After how many months without a purchase a customer counts as lost, and why."""

    months: int
    why: str


def lapse_rule(frame: pd.DataFrame, stated: int | None = None) -> LapseRule:
    """Return the rule for leaving.

    Args:
        frame: purchases, with ``customer`` and ``month`` (a whole number).
        stated: months without a purchase; found from the pauses if not given.
    """
    if stated is not None:
        return LapseRule(stated, "as stated")
    months = frame[["customer", "month"]].drop_duplicates().sort_values(["customer", "month"])
    pauses = months.groupby("customer")["month"].diff().dropna().to_numpy()
    if len(pauses) < LEAST:
        return LapseRule(MOST_PAUSE, "hardly anybody bought twice")
    pause = int(np.clip(np.quantile(pauses, PAUSES, method="inverted_cdf"), 1, MOST_PAUSE))
    share = float((pauses <= pause).mean())
    why = f"{share:.0%} of {len(pauses):,} pauses between two purchases were at most that long"
    return LapseRule(pause, why.replace("%", " %"))


def purchases_series(frame: pd.DataFrame, months: list[int], rule: LapseRule) -> pd.DataFrame:
    """Return monthly series of purchases, one row per month.

    Args:
        frame: one row per order: ``customer``, ``month``, ``amount`` (refunds negative).
        months: the months that the log covers, in order, without gaps.
        rule: when customers count as lost.
    """
    import pandas as pd

    bought = frame[frame["amount"].isna() | (frame["amount"] >= 0)]
    begin, end = _spells(bought, rule.months)
    present, new, lost = _states(begin, end, months)
    table = pd.DataFrame(
        {"customers": present, "new_customers": new, "lapsed": lost}, index=months, dtype=float
    )
    tenure = _tenure(begin, end, months, rule.months)
    table["tenure"] = np.where(present >= LEAST, tenure, np.nan)
    table["orders"] = bought.groupby("month").size().reindex(months, fill_value=0)
    if frame["amount"].isna().all():
        return table
    by_month = frame.groupby("month")["amount"]
    buyers = bought.groupby("month")["customer"].nunique().reindex(months, fill_value=0)
    enough = (buyers >= LEAST) | (buyers == 0)
    table["revenue"] = by_month.sum().reindex(months, fill_value=0.0).where(enough)
    table["refunds"] = _refunds(frame, months)
    table["revenue_per_customer"] = table["revenue"] / table["customers"].where(present > 0)
    table["top_tenth_share"] = _concentration(bought, months).where(enough)
    return table


Whole = NDArray[np.int64]


def _spells(bought: pd.DataFrame, k: int) -> tuple[Whole, Whole]:
    """Return the month in which each spell as a customer begins, and the first after it."""
    pairs = bought[["customer", "month"]].drop_duplicates().sort_values(["customer", "month"])
    same = pairs["customer"].eq(pairs["customer"].shift()).to_numpy()
    month = pairs["month"].to_numpy(dtype=np.int64)
    begins = ~same | (np.diff(month, prepend=month[:1]) > k)
    last = np.roll(begins, -1)
    if len(last):
        last[-1] = True
    return month[begins], month[last] + k


def _states(begin: Whole, end: Whole, months: list[int]) -> tuple[Whole, Whole, Whole]:
    """Return customers, new and lost by month."""
    start, n = months[0], len(months)
    new, lost = np.zeros(n + 1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    np.add.at(new, np.clip(begin - start, 0, n), 1)
    np.add.at(lost, np.clip(end - start, 0, n), 1)
    return np.cumsum(new - lost)[:n], new[:n], lost[:n]


def _tenure(begin: Whole, end: Whole, months: list[int], k: int) -> NDArray[np.float64]:
    """Return the mean tenure of each month's customers; NaN where nobody ever comes."""
    present, new, _ = _states(begin, end, months)
    came_new, there_then = new[k:].sum(), present[k:].sum()
    before = (there_then - came_new) / came_new if came_new else np.nan
    came = begin - np.where(begin - months[0] < k, before, 0.0)
    month = np.array(months)[:, None]
    there = (begin <= month) & (month < end)
    return np.asarray((there * (month - came)).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def _refunds(frame: pd.DataFrame, months: list[int]) -> pd.Series[float]:
    back = frame[frame["amount"] < 0]
    sums = back.groupby("month")["amount"].sum().reindex(months, fill_value=0.0)
    n = back.groupby("month")["customer"].nunique().reindex(months, fill_value=0)
    known: pd.Series[float] = (-sums).where((n >= LEAST) | (n == 0)) + 0.0
    return known


def _concentration(bought: pd.DataFrame, months: list[int]) -> pd.Series[float]:
    """Return the share of a month's revenue that the tenth of buyers who paid most paid."""
    paid = bought.groupby(["month", "customer"])["amount"].sum().reset_index()
    paid = paid.sort_values(["month", "amount"], ascending=[True, False])
    place = paid.groupby("month").cumcount()
    n = paid.groupby("month")["customer"].transform("size")
    top = paid[place < np.maximum(np.ceil(n / 10.0), 1)].groupby("month")["amount"].sum()
    total = paid.groupby("month")["amount"].sum()
    shares: pd.Series[float] = (top / total.where(total > 0)).reindex(months)
    return shares


def contacts_series(frame: pd.DataFrame, months: list[int], name: str = "contacts") -> pd.DataFrame:
    """Return how many rows each month has, and each channel in it.

    Args:
        frame: ``month`` and ``channel`` (missing values are of no channel).
        months: the months that the log covers.
        name: what is counted.
    """
    import pandas as pd

    table = pd.DataFrame(index=list(months))
    table[name] = frame.groupby("month").size().reindex(months, fill_value=0)
    for channel in sorted(frame["channel"].dropna().unique()):
        rows = frame[frame["channel"] == channel]
        table[f"{name}:{channel}"] = rows.groupby("month").size().reindex(months, fill_value=0)
    return table
