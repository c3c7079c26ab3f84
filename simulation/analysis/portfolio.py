"""The customer portfolio: how concentrated value is, and how long people stay.

Reads records of persons, a row each, and knows nothing of the model that made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.interval import CONFIDENCE
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


def gini(values: ArrayLike) -> float:
    """Return Gini's index: 0 where all have the same, near 1 where one has all.

        G = Σ_i (2i − n − 1) x_(i) / (n Σ x)

    Not a number where somebody has less than nothing, or all have nothing: it has no meaning
    there.

    Args:
        values: What each has, shape ``(n,)``.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n, total = len(ordered), float(ordered.sum())
    if n == 0 or ordered[0] < 0.0 or total <= 0.0:
        return nan
    weights = 2.0 * np.arange(1, n + 1) - n - 1.0
    return float(weights @ ordered / (n * total))


def hhi(values: ArrayLike) -> float:
    """Return the Herfindahl–Hirschman index Σ share²: from 1/n, all equal, to 1, one has all.

    Not a number where somebody has less than nothing, or all have nothing.

    Args:
        values: What each has, shape ``(n,)``.
    """
    amounts = np.asarray(values, dtype=np.float64)
    total = float(amounts.sum())
    if amounts.size == 0 or float(amounts.min()) < 0.0 or total <= 0.0:
        return nan
    return float(((amounts / total) ** 2).sum())


def lorenz(values: ArrayLike) -> pd.DataFrame:
    """Return the Lorenz curve: columns people (share of them, poorest first), value (their share).

    Both start at 0 and end at 1; n + 1 rows for n people.

    Raises:
        ValueError: Values do not add up to more than 0.
    """
    import pandas as pd

    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = float(ordered.sum())
    if total <= 0.0:
        raise ValueError(f"values must add up to more than 0. Got {total}.")
    sums = np.concatenate([[0.0], np.cumsum(ordered)]) / total
    return pd.DataFrame({"people": np.linspace(0.0, 1.0, len(sums)), "value": sums})


def top_share(values: ArrayLike, share: float = 0.2) -> float:
    """Return the share of value that the most valuable ``share`` of people have.

    The person on the border counts in part, so that the answer moves smoothly with ``share``.
    """
    curve = lorenz(values)
    return float(1.0 - np.interp(1.0 - share, curve["people"], curve["value"]))


@dataclass(frozen=True)
class Concentration:
    """How unequally value is spread over people."""

    n: int
    mean: float
    gini: float
    hhi: float
    top_fifth: float
    """Share of value of the most valuable fifth; not a number where it would be more than all."""
    share_below_zero: float
    """Share of people who cost more than they bring."""


def concentration(values: ArrayLike) -> Concentration:
    """Return how unequally value is spread over people; indices need value that is not negative.

    Where many cost more than they bring, the most valuable fifth bring more than the whole value
    (five times as much, say), which is no share of it.
    """
    amounts = np.asarray(values, dtype=np.float64)
    top = top_share(amounts) if float(amounts.sum()) > 0.0 else nan
    return Concentration(
        n=len(amounts),
        mean=float(amounts.mean()) if len(amounts) else nan,
        gini=gini(amounts),
        hhi=hhi(amounts),
        top_fifth=top if top <= 1.0 else nan,
        share_below_zero=float(np.mean(amounts < 0.0)) if len(amounts) else nan,
    )


ENGAGEMENT = ("purchase", "referral", "influence", "knowledge")
"""What a customer brings besides buying (Kumar et al. 2010, J. Service Research 13:297)."""


def engagement_value(records: pd.DataFrame, *, groups: int = 10) -> pd.DataFrame:
    """Return what people bring beside what they buy, by groups of equal size.

    Args:
        records: A row a person, with any of the columns purchase, referral, influence, knowledge
            in money.
        groups: How many groups; the first buys most.

    Returns:
        A row a group: group (1 buys most), persons, a column for each kind (mean a person), total,
        and beyond_purchase (share of the total that is not purchase).

    Raises:
        ValueError: There is no purchase column.
    """
    if "purchase" not in records:
        raise ValueError(f"records must have the column purchase. Got {list(records.columns)}.")
    kinds = [kind for kind in ENGAGEMENT if kind in records]
    ordered = records.sort_values("purchase", ascending=False, kind="stable")
    place = np.arange(len(ordered)) * groups // max(len(ordered), 1) + 1
    grouped = ordered[kinds].groupby(place)
    table = grouped.mean().assign(persons=grouped.size())
    total = table[kinds].sum(axis=1)
    table = table.assign(
        total=total, beyond_purchase=1.0 - table["purchase"] / total.where(total != 0.0)
    )
    table = table.rename_axis("group").reset_index()
    return table[["group", "persons", *kinds, "total", "beyond_purchase"]]


def cohorts(records: pd.DataFrame, *, end: int, period: int = 12, grace: int = 0) -> pd.DataFrame:
    """Return the share of each cohort that is still there after whole periods.

    Args:
        records: A row a stay: start (month in which somebody became a customer) and stop (month in
            which they lapsed, not a number while they stay).
        end: Last month observed.
        period: Months in a period, of cohorts and of ages.
        grace: Months after a period's end at which people are counted, so that a decision that
            falls due then has been taken.

    Returns:
        A row a cohort (index, first month; all who began before month 1 are one, whose index is
        below 1), columns persons and the age in periods 0, 1, ….
        Ages that not all of the cohort could have reached by ``end`` are not a number.
    """
    import pandas as pd

    start, stayed = _stays(records)
    cohort = np.where(start < 1, 1 - period, (start - 1) // period * period + 1)
    rows = [
        _cohort(int(first), start[cohort == first], stayed[cohort == first], (end, period, grace))
        for first in np.unique(cohort)
    ]
    return pd.DataFrame(rows).set_index("cohort") if rows else pd.DataFrame()


def _cohort(
    first: int, start: Floats, stayed: Floats, clock: tuple[int, int, int]
) -> dict[str | int, float]:
    end, period, grace = clock
    seen = end - int(start.max())
    row: dict[str | int, float] = {"cohort": first, "persons": len(start)}
    for age in range((end - first) // period + 1):
        due = age * period + grace if age else 0
        row[age] = float(np.mean(stayed >= due)) if due <= seen else nan
    return row


def _stays(records: pd.DataFrame) -> tuple[Floats, Floats]:
    start = records["start"].to_numpy(dtype=np.float64)
    stop = records["stop"].to_numpy(dtype=np.float64)
    if (stop < start).any():
        raise ValueError("records must not stop before they start.")
    return start, np.where(np.isnan(stop), np.inf, stop) - start


def retention_curve(
    records: pd.DataFrame, *, end: int, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return the share of customers who stay at least so long (Kaplan & Meier 1958).

    Those who still stay at ``end`` count as long as they have been seen. Greenwood's interval on
    the log-log scale, each month alone.

    Args:
        records: As for ``cohorts``.
        end: Last month observed.
        confidence: Coverage of each interval alone.

    Returns:
        Columns age (months at which somebody left), kept, low, high.
    """
    import pandas as pd
    from scipy.special import ndtri

    start, stayed = _stays(records)
    gone = np.isfinite(stayed) & (start + stayed <= end)
    seen = np.where(gone, stayed, end - start)
    ages, left = np.unique(seen[gone], return_counts=True)
    at_risk = len(seen) - np.searchsorted(np.sort(seen), ages, side="left")
    kept = np.cumprod(1.0 - left / at_risk) if len(ages) else np.ones(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(left / (at_risk * (at_risk - left)))) / np.abs(np.log(kept))
        middle, half = np.log(-np.log(kept)), ndtri((1.0 + confidence) / 2.0) * spread
        low, high = np.exp(-np.exp(middle + half)), np.exp(-np.exp(middle - half))
    return pd.DataFrame({"age": ages, "kept": kept, "low": low, "high": high})


def stays(people: pd.DataFrame) -> pd.DataFrame:
    """Return one record for each person who ever was a customer: start, stop (or not a number).

    From the first purchase to the last lapse; whoever is a customer again at the end has not
    stopped. Months before the first are 0, -1, …: there, -1 stands for the month before month 1.
    """
    joined = people[people["joined"] != 0]
    start, left = (joined[name] + (joined[name] < 0) for name in ("joined", "left"))
    stop = left.where((joined["left"] != 0) & ~joined["customer"])
    return joined.assign(start=start, stop=stop)[["start", "stop"]]


def first_spells(people: pd.DataFrame) -> pd.DataFrame:
    """Return one record for each person who ever was a customer: their first spell without a break.

    As ``stays``, but whoever comes back has stopped: from the first purchase to the first lapse.
    """
    joined = people[people["joined"] != 0]
    start, left = (joined[name] + (joined[name] < 0) for name in ("joined", "first_left"))
    stop = left.where(joined["first_left"] != 0)
    return joined.assign(start=start, stop=stop)[["start", "stop"]]


def customers(people: pd.DataFrame) -> pd.DataFrame:
    """Return the persons who were customers at some time from month 1 on."""
    return people[people["customer"] | (people["left"] > 0)]


def knows_first_spells(people: pd.DataFrame) -> bool:
    """Return whether the table has first lapses; tables of early versions have not."""
    return "first_left" in people


def who_counts(people: pd.DataFrame) -> str:
    """Return in words who counts as kept: whoever never left, or those too who came back."""
    return "without a break" if knows_first_spells(people) else "still or again"


def has_portfolio(people: pd.DataFrame) -> bool:
    """Return whether somebody was a customer at some time from month 1 on."""
    return {"lifetime", "customer", "left"} <= set(people) and len(customers(people)) > 0


def kept(people: pd.DataFrame, *, unbroken: bool = False) -> pd.DataFrame:
    """Return the share of customers who stay at least so long, from the first purchase on.

    Args:
        people: one row per person.
        unbroken: count those alone who never left; else those too who came back.

    Returns:
        Columns age (months), kept, low, high; from age 0, at which all are there.
    """
    import pandas as pd

    records = first_spells(people) if unbroken else stays(people)
    curve = retention_curve(records, end=int(people["month"].max()))
    first = pd.DataFrame({"age": [0.0], "kept": [1.0], "low": [1.0], "high": [1.0]})
    return pd.concat([first, curve], ignore_index=True)


MOST_COHORTS = 4


def cohort_groups(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the customers by the years in which they first bought.

    Those of before month 1 are one group, the others at most four.
    """
    before = people[people["joined"] < 0]
    ever = people[people["joined"] > 0]
    year = (ever["joined"] - 1) // 12
    years = sorted(set(year))
    size = max(-(-len(years) // MOST_COHORTS), 1)
    result = {"before": before} if len(before) else {}
    for at in range(0, len(years), size):
        some = years[at : at + size]
        ends = f"{some[0] + 1}" if len(some) == 1 else f"{some[0] + 1}–{some[-1] + 1}"
        result[f"year {ends}"] = ever[year.isin(some)]
    return result


def cohort_name(first: int) -> str:
    """Return what a cohort is called: the year of its first month, or before."""
    return f"year {(first + 11) // 12}" if first > 0 else "before"


def cohort_table(people: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each year's newcomers who still are customers after each renewal.

    Without a break, where the table tells first lapses; else those count too who came back.
    """
    records = first_spells(people) if knows_first_spells(people) else stays(people)
    table = cohorts(records, end=int(people["month"].max()), period=12, grace=2)
    return table.dropna(axis="columns", how="all")


def brought(people: pd.DataFrame) -> pd.DataFrame:
    """Return what customers bring and get, by tenths: those who buy most come first.

    Returns:
        Columns group (1 to 10), persons, purchase, referral, surplus (means a person, in money),
        beyond (referral over purchase and referral).
    """
    ever = customers(people).rename(columns={"lifetime": "purchase"})
    table = engagement_value(ever)
    ranked = ever.sort_values("purchase", ascending=False, kind="stable")
    place = [at * 10 // len(ranked) + 1 for at in range(len(ranked))]
    means = ranked.groupby(place)["surplus"].mean()
    table = table.rename(columns={"beyond_purchase": "beyond"})
    return table.assign(surplus=means.reindex(table["group"]).to_numpy())[
        ["group", "persons", "purchase", "referral", "surplus", "beyond"]
    ]
