"""From a log to monthly series: who was a customer, who came, who left, what was paid.

Customers who have no contract leave silently, so that leaving needs a rule, and it is stated: *a
customer is lost when no purchase has followed for k months.* k is the least number of months that
held for nine in ten of the pauses between two purchases of the same customer, unless it is given.
With b_i the months of the purchases of customer i,

    customer in month t  ⇔  some b_i in (t − k, t],
    new in t  ⇔  customer in t and not in t − 1,      lost in t  ⇔  customer in t − 1, not in t,

so that customers_t = customers_{t−1} + new_t − lost_t. Who comes back after that is new again.
Months that are missing from the log do not count as months without a purchase.

Tenure is the mean of t − (month of coming) over the customers of month t. When those came who were
there as the log began, the log does not know, nor can a rate tell: of a company that is two years
old, customers who leave rarely would be ten years old. So it is known as soon as all of them have
left; before, only where the company's first month s is stated. Each of them has then been there for
between t − b_i and t − s months, and is taken to have come half way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.arrays import Floats, Whole

if TYPE_CHECKING:
    import pandas as pd

PAUSES = 0.9
"""Share of pauses between purchases that the rule for leaving takes for pauses."""
MOST_PAUSE = 12
LEAST = 5
"""Customers that must stand behind a sum of money, so that it tells of nobody."""
MONEY_SERIES = ("revenue", "refunds", "revenue_per_customer")
"""Series in the currency of the log; all others are counts, months and shares."""
LEAST_MONEY = 1e-9
"""What an order has come to nothing below: sums of cents are rounded."""


@dataclass(frozen=True)
class LapseRule:
    """After how many months without a purchase a customer counts as lost, and why."""

    months: int
    why: str


def lapse_rule(
    frame: pd.DataFrame, stated: int | None = None, silent: Collection[int] = ()
) -> LapseRule:
    """Return the rule for leaving.

    Args:
        frame: purchases, with ``customer`` and ``month`` (a whole number).
        stated: months without a purchase; found from the pauses if not given.
        silent: months that are missing from the log, and no pause.
    """
    if stated is not None:
        return LapseRule(stated, "as stated")
    months = frame[["customer", "month"]].dropna().drop_duplicates()
    months = months.sort_values(["customer", "month"])
    months["month"] -= np.searchsorted(np.array(sorted(silent), dtype=np.int64), months["month"])
    pauses = months.groupby("customer")["month"].diff().dropna().to_numpy()
    if len(pauses) < LEAST:
        return LapseRule(MOST_PAUSE, "hardly anybody bought twice")
    pause = int(np.clip(np.quantile(pauses, PAUSES, method="inverted_cdf"), 1, MOST_PAUSE))
    share = float((pauses <= pause).mean())
    why = f"{share:.0%} of {len(pauses):,} pauses between two purchases were at most that long"
    return LapseRule(pause, why.replace("%", " %"))


def is_bought(orders: pd.DataFrame) -> pd.Series[bool]:
    """Return which orders are purchases: not those that refunds have brought to nothing."""
    result: pd.Series[bool] = ~((orders["refund"] > 0) & (orders["amount"] <= LEAST_MONEY))
    return result


def orders_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per order: rows with the same number, customer and month are one.

    Args:
        rows: ``customer``, ``month``, ``amount`` (refunds negative), ``channel``, ``id``.

    Returns:
        ``customer``, ``month``, ``amount`` (net of refunds), ``refund`` (positive), ``channel``.
    """
    lines = rows.assign(refund=(-rows["amount"]).clip(lower=0.0).fillna(0.0))
    alone = lines["id"].isna()
    numbered = lines[~alone].groupby(["customer", "month", "id"], sort=False, dropna=False)
    sums = numbered["amount"].sum(min_count=1).to_frame()
    sums["refund"] = numbered["refund"].sum()
    sums["channel"] = numbered["channel"].first()
    names = ["customer", "month", "amount", "refund", "channel"]
    if alone.all():
        return lines[names]
    if not alone.any():
        return sums.reset_index()[names]
    import pandas as pd

    return pd.concat([lines.loc[alone, names], sums.reset_index()[names]], ignore_index=True)


def purchases_series(
    orders: pd.DataFrame,
    months: list[int],
    rule: LapseRule,
    *,
    silent: Collection[int] = (),
    since: int | None = None,
) -> pd.DataFrame:
    """Return monthly series of purchases, one row per month, as if all had begun with the log.

    Args:
        orders: one row per order: ``customer`` (None of guests), ``month``, ``amount`` (NaN where
            it is not known), ``refund``, as ``orders_of`` returns them.
        months: the months that the log covers, in order, without gaps.
        rule: when customers count as lost.
        silent: months of these that are missing from the log.
        since: the company's first month, if it is known.
    """
    import pandas as pd

    bought = orders[is_bought(orders)]
    spells = spells_of(bought, months, rule.months, silent)
    present, new, lost = _states(spells, months)
    table = pd.DataFrame(
        {"customers": present, "new_customers": new, "lapsed": lost}, index=months, dtype=float
    )
    low, high = tenure_bounds(spells, months, rule.months, since)
    table["tenure"] = np.where((present >= LEAST) & np.isfinite(high), (low + high) / 2.0, np.nan)
    table["orders"] = bought.groupby("month").size().reindex(months, fill_value=0).astype(float)
    if not orders["amount"].isna().all():
        _add_money(table, orders, bought, present)
    return table


def leave_out_unknown(table: pd.DataFrame, k: int, silent: Collection[int]) -> None:
    """Empty what a log cannot know: of its first months, and of and after those missing from it.

    Whoever is a customer in month t has bought in (t − k, t], so that all of these must be known;
    and those of t − 1 as well, to say who is new or lost.
    """
    states = [name for name in ("customers", "tenure", "revenue_per_customer") if name in table]
    flows = ["new_customers", "lapsed"]
    months = np.array(table.index)
    for gap in silent:
        table.loc[months == gap] = np.nan
    for gap in (months[0] - 1, *silent):
        since = months - gap
        table.loc[(since >= 0) & (since < k), states] = np.nan
        table.loc[(since >= 0) & (since <= k), flows] = np.nan


@dataclass(frozen=True)
class Spells:
    """The month in which each spell as a customer begins, and the first after it."""

    begin: Whole
    end: Whole


def spells_of(
    bought: pd.DataFrame, months: Sequence[int], k: int, silent: Collection[int] = ()
) -> Spells:
    """Return the spells of purchases; months missing from the log are no pause.

    Args:
        bought: ``customer`` (None of guests, who have none) and ``month``.
        months: the months that the log covers, in order, without gaps.
        k: months without a purchase after which a customer counts as lost.
        silent: months of these that are missing from the log.
    """
    known = np.array([month for month in months if month not in silent], dtype=np.int64)
    pairs = bought[["customer", "month"]].dropna().drop_duplicates()
    pairs = pairs.sort_values(["customer", "month"])
    same = pairs["customer"].eq(pairs["customer"].shift()).to_numpy()
    place = np.searchsorted(known, pairs["month"].to_numpy(dtype=np.int64))
    begins = ~same | (np.diff(place, prepend=place[:1]) > k)
    last = np.roll(begins, -1)
    if len(last):
        last[-1] = True
    after = np.append(known, known[-1] + np.arange(1, k + 1))
    return Spells(known[place[begins]], after[place[last] + k])


def _states(spells: Spells, months: Sequence[int]) -> tuple[Whole, Whole, Whole]:
    """Return customers, new and lost by month."""
    start, n = months[0], len(months)
    new, lost = np.zeros(n + 1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    np.add.at(new, np.clip(spells.begin - start, 0, n), 1)
    np.add.at(lost, np.clip(spells.end - start, 0, n), 1)
    return np.cumsum(new - lost)[:n], new[:n], lost[:n]


def tenure_bounds(
    spells: Spells, months: Sequence[int], k: int, since: int | None = None
) -> tuple[Floats, Floats]:
    """Return the least and the most that the mean tenure of each month's customers can be.

    Whose spell begins in the log's first k months may have been there before.

    Returns:
        In months, shape ``(n_months,)`` each; the most is infinite while someone is there who may
        have come before the log, and ``since`` is not known.
    """
    old = spells.begin - months[0] < k
    if since is not None and since >= months[0]:
        old[:] = False
    earliest = np.where(old, spells.begin if since is None else since, spells.begin)
    month = np.array(months)[:, None]
    there = (spells.begin <= month) & (month < spells.end)
    n = np.maximum(there.sum(axis=1), 1)
    low = (there * (month - spells.begin)).sum(axis=1) / n
    high = (there * (month - earliest)).sum(axis=1) / n
    unknown = (there & old).any(axis=1) if since is None else np.zeros(len(n), dtype=bool)
    return low, np.where(unknown, np.inf, high)


def _add_money(
    table: pd.DataFrame, orders: pd.DataFrame, bought: pd.DataFrame, present: Whole
) -> None:
    """Add what was paid, where enough stand behind it; a guest's order stands for one of them."""
    months = list(table.index)
    named = orders[orders["customer"].notna()]
    enough = _enough(orders, months)
    known = orders.groupby("month")["amount"].sum(min_count=1).reindex(months)
    known = known.where(orders.groupby("month").size().reindex(months).notna(), 0.0)
    table["revenue"] = known.where(enough)
    back = orders[orders["refund"] > 0]
    sums = back.groupby("month")["refund"].sum().reindex(months, fill_value=0.0)
    table["refunds"] = sums.where(_enough(back, months))
    guests = orders[orders["customer"].isna()]
    sums = named.groupby("month")["amount"].sum().reindex(months, fill_value=0.0)
    each = enough & _enough(guests, months) & _enough(named, months) & known.notna()
    table["revenue_per_customer"] = (sums / np.where(present > 0, present, np.nan)).where(each)
    table["top_tenth_share"] = _concentration(bought, months).where(enough)


def _enough(orders: pd.DataFrame, months: list[int]) -> pd.Series[bool]:
    """Return in which months so many stand behind orders that their sum tells of nobody."""
    guests = orders["customer"].isna().groupby(orders["month"]).sum()
    n = orders.groupby("month")["customer"].nunique() + guests
    n = n.reindex(months, fill_value=0)
    result: pd.Series[bool] = (n >= LEAST) | (n == 0)
    return result


def _concentration(bought: pd.DataFrame, months: list[int]) -> pd.Series[float]:
    """Return the share of a month's revenue that the tenth of buyers who paid most paid.

    It is left out where a tenth are so few that their share of a revenue tells of one of them.
    """
    paid = bought.groupby(["month", "customer"])["amount"].sum().reset_index()
    paid = paid.sort_values(["month", "amount"], ascending=[True, False])
    place = paid.groupby("month").cumcount()
    n = paid.groupby("month")["customer"].transform("size")
    tenth = np.ceil(n / 10.0)
    top = paid[(place < tenth) & (tenth >= LEAST)].groupby("month")["amount"].sum()
    total = paid.groupby("month")["amount"].sum()
    shares: pd.Series[float] = (top / total.where(total > 0)).reindex(months)
    return shares


def contacts_series(
    frame: pd.DataFrame, months: list[int], name: str = "contacts", silent: Collection[int] = ()
) -> pd.DataFrame:
    """Return how many rows each month has, and each channel in it.

    Args:
        frame: ``month`` and ``channel`` (missing values are of no channel).
        months: the months that the log covers.
        name: what is counted.
        silent: months of these that are missing from the log, of which nothing is known.
    """
    import pandas as pd

    table = pd.DataFrame(index=list(months))
    table[name] = frame.groupby("month").size().reindex(months, fill_value=0)
    for channel in sorted(frame["channel"].dropna().unique()):
        rows = frame[frame["channel"] == channel]
        table[f"{name}:{channel}"] = rows.groupby("month").size().reindex(months, fill_value=0)
    if silent:
        table = table.astype(float)
        table.loc[table.index.isin(list(silent))] = np.nan
    return table
