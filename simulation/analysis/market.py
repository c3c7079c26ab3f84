"""What a market looks like: measures on the monthly series of one result, by run.

They stand beside published figures (``analysis.targets``). A measure needs the series alone, so
that every stored run can be measured, and knows nothing of tables: what it adds up are arrays, as a
study in futures measures each of thousands of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.metric_array import metric_array
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

    from simulation.simulate import RunResult


METRICS = (
    "answers_by_top_tenth", "attitude_at_lapse", "attitude_at_renewal", "customers",
    "desk_abandoned", "desk_contacts", "desk_occupancy", "desk_servers", "desk_wait",
    "extreme_attitude", "first_contact_resolution", "lapsed", "lapsed_by_contract",
    "new_customers", "new_customers_returning", "performance", "problem_contacts", "problems",
    "promoters_less_detractors", "purchases_by_months", "query_contacts", "questions",
    "questions_answered", "receipts", "renewals_by_contract", "renewals_due", "served",
    "squared_attitude_at_renewal", "staff_pay", "stage_encounters", "stage_experience", "surplus",
    "swayed_by_word_of_mouth", "talk_negative", "talk_positive",
)  # fmt: skip
"""The metrics that measures are made of."""

WINDOW = 24
"""Months at the end over which figures are taken, unless said otherwise."""

BUSY = 2.0
"""Load in Erlang above which a desk's occupancy is held against planning ranges."""

PHONE = "call_centre"
"""The touchpoint at which contacts with staff are calls."""

PURCHASE_MONTHS = (0.25, 0.5, 0.75, 1.0, 2.0, 3.0)
"""Upper ends of the classes by which times from need to purchase are counted."""


@dataclass(frozen=True)
class Owned:
    """A metric by owner.

    Attributes:
        owners: in their order in the series; the whole is ``""``.
        values: ``(n_owners, n_runs, n_months)``, NaN where there is none.
    """

    owners: tuple[str, ...]
    values: Floats

    def chosen(self, owners: Sequence[str]) -> Owned:
        """Return some owners, in the order asked for; those that are not there are left out."""
        there = [of for of in owners if of in self.owners]
        return Owned(tuple(there), self.values[[self.owners.index(of) for of in there]])


@dataclass(frozen=True)
class Market:
    """The series of a result, as sums that measures are made of.

    Attributes:
        runs: how many runs there are.
        months: the number of the last month.
        metrics: each metric of all months, by owner; those that are not there are left out.
    """

    runs: int
    months: int
    metrics: Mapping[str, Owned]

    @classmethod
    def of(cls, series: pd.DataFrame) -> Market:
        """Return the market of tidy series: columns run, month, metric, of, value."""
        there = series["metric"].isin(METRICS)
        runs = np.unique(series["run"].to_numpy()[there])
        months = int(series["month"].max()) if len(series) else 0
        metrics = {}
        for metric in METRICS:
            one = metric_array(series, metric)
            values = np.full((len(one.owners), len(runs), months), np.nan)
            values[np.ix_(range(len(one.owners)), np.searchsorted(runs, one.runs),
                          one.months - 1)] = one.values  # fmt: skip
            if one.owners:
                metrics[metric] = Owned(one.owners, values)
        return cls(len(runs), months, metrics)

    @classmethod
    def of_run(cls, result: RunResult) -> Market:
        """Return the market of one run."""
        places: dict[str, list[int]] = {}
        for place, (metric, _) in enumerate(result.labels):
            if metric in METRICS:
                places.setdefault(metric, []).append(place)
        metrics = {
            metric: Owned(
                tuple(result.labels[place][1] for place in at), result.values.T[at, np.newaxis, :]
            )
            for metric, at in places.items()
        }
        return cls(1, len(result.values), metrics)

    def metric(self, name: str, *, ever: bool = False) -> Owned:
        """Return a metric of the last ``WINDOW`` months, or of all; without owners if not there."""
        none = Owned((), np.zeros((0, self.runs, self.months)))
        owned = self.metrics.get(name, none)
        return owned if ever else Owned(owned.owners, owned.values[:, :, -WINDOW:])

    def total(self, name: str, *owners: str, ever: bool = False) -> Floats:
        """Return the sum over months, and over owners where none is named, by run."""
        owned = self.metric(name, ever=ever)
        return _sum(owned.chosen(owners) if owners else owned)

    def parts(self, name: str) -> Floats:
        """Return the sum over months and over all owners but the whole, by run."""
        owned = self.metric(name)
        return _sum(owned.chosen([of for of in owned.owners if of]))

    def weighted(self, name: str, weight: str, owners: Sequence[str] | None = None) -> Floats:
        """Return the mean of a metric over owners and months, weighted by another, by run."""
        values, weights = self.metric(name), self.metric(weight)
        shared = [of for of in values.owners if of in weights.owners and of]
        shared = [of for of in shared if owners is None or of in owners]
        value, counts = values.chosen(shared).values, weights.chosen(shared).values
        known = ~(np.isnan(value) | np.isnan(counts))
        tops = np.where(known, value * counts, 0.0).sum(axis=(0, 2))
        return _over(tops, np.where(known, counts, 0.0).sum(axis=(0, 2)))


def _sum(owned: Owned) -> Floats:
    """Return the sum over owners and months by run, gaps left out; NaN where there is nothing."""
    known = ~np.isnan(owned.values)
    sums = np.where(known, owned.values, 0.0).sum(axis=(0, 2))
    total: Floats = np.where(known.any(axis=(0, 2)), sums, np.nan)
    return total


def _mean(values: Floats) -> Floats:
    """Return the mean over owners and months by run, gaps left out; NaN where there is nothing."""
    known = ~np.isnan(values)
    return _over(np.where(known, values, 0.0).sum(axis=(0, 2)), known.sum(axis=(0, 2)))


def _over(top: Floats, bottom: NDArray[np.floating | np.integer]) -> Floats:
    """Return top / bottom by run, not a number where nothing is counted."""
    counted = np.where(bottom > 0, bottom, np.nan)
    ratio: Floats = top / counted
    return ratio


def yearly_churn(market: Market) -> Floats:
    """Return lapses of a year per customer, all companies together: 12 Σ lapsed / Σ customers."""
    return 12.0 * _over(market.parts("lapsed"), market.parts("customers"))


def hazard_by_tenure(market: Market) -> Floats:
    """Return the chance of lapse at the third renewal over that at the first, all months."""

    def hazard(contract: str) -> Floats:
        lapses = market.total("lapsed_by_contract", contract, ever=True)
        return _over(lapses, market.total("renewals_by_contract", contract, ever=True))

    return _over(hazard("3"), hazard("1"))


def renewal_correlation(market: Market) -> Floats:
    """Return the correlation over contracts of attitude before renewal with renewing.

    From monthly sums: n, Σ a, Σ a², lapses, Σ a over those who lapse.
    """
    n, lapses = market.parts("renewals_due"), market.parts("lapsed")
    attitude = market.parts("attitude_at_renewal")
    squares, lapsing = (
        market.parts("squared_attitude_at_renewal"),
        market.parts("attitude_at_lapse"),
    )
    renewing = _over(attitude * (n - lapses), n)
    together = (attitude - lapsing) - renewing
    spread = (squares - _over(attitude**2, n)) * _over(lapses * (n - lapses), n)
    return _over(together, np.maximum(spread, 0.0) ** 0.5)


def promoters_less_detractors(market: Market) -> Floats:
    """Return the share of promoters less that of detractors, in points, over all customers."""
    return market.weighted("promoters_less_detractors", "customers")


def staff_contacts(market: Market) -> Floats:
    """Return customers' contacts with staff about problems and queries, per customer and month."""
    return _over(_with_staff(market, _staffed(market)), market.parts("customers"))


def phone_share(market: Market) -> Floats:
    """Return the share of calls in contacts with staff about problems and queries."""
    staffed = _staffed(market)
    calls = _with_staff(market, [PHONE] if PHONE in staffed else [])
    return _over(calls, _with_staff(market, staffed))


def unsettled_problems(market: Market) -> Floats:
    """Return problems that their first contact does not settle, per customer and year."""
    settled = market.weighted("first_contact_resolution", "problems")
    return 12.0 * _over(market.parts("problems"), market.parts("customers")) * (1.0 - settled)


def settled_by_staff(market: Market) -> Floats:
    """Return the share of contacts with staff about problems and queries that settle them."""
    places = [f"support:{name}" for name in _staffed(market)]
    return market.weighted("stage_experience", "stage_encounters", places)


def mean_wait(market: Market) -> Floats:
    """Return minutes waited per contact at service desks."""
    return market.weighted("desk_wait", "desk_contacts")


def abandoned_at_two_minutes(market: Market) -> Floats:
    """Return the share abandoned per minute of mean wait, times two minutes."""
    return 2.0 * _over(market.weighted("desk_abandoned", "desk_contacts"), mean_wait(market))


def occupancy(market: Market) -> Floats:
    """Return the share of open server time that is busy, of desks with a load above 2 Erlang."""
    busy, servers = market.metric("desk_occupancy"), market.metric("desk_servers")
    shared = [of for of in busy.owners if of in servers.owners]
    open_time = servers.chosen(shared).values
    load = busy.chosen(shared).values * open_time
    loaded = load > BUSY
    tops = np.where(loaded, load, 0.0).sum(axis=(0, 2))
    return _over(tops, np.where(loaded, open_time, 0.0).sum(axis=(0, 2)))


def word_of_mouth_purchases(market: Market) -> Floats:
    """Return the share of first-time customers whose main cause word of mouth is.

    It made them aware, or they would have chosen otherwise under the same draws without it.
    """
    first_time = market.parts("new_customers") - market.parts("new_customers_returning")
    return _over(market.parts("swayed_by_word_of_mouth"), first_time)


def talk_ratio(market: Market) -> Floats:
    """Return what is said by people with A > 0 over what is said by people with A < 0."""
    return _over(market.total("talk_positive"), market.total("talk_negative"))


def months_to_purchase(market: Market) -> Floats:
    """Return the median time from need to purchase in months, interpolated within its class."""
    counts = market.metric("purchases_by_months")
    ends = dict(zip((f"{end:g}" for end in PURCHASE_MONTHS), PURCHASE_MONTHS, strict=True))
    ends["more"] = 2.0 * PURCHASE_MONTHS[-1]
    classes = counts.chosen(list(ends))
    by_run = np.nansum(classes.values, axis=2).T
    return np.array([_median(row, [ends[of] for of in classes.owners]) for row in by_run])


def _median(counts: Floats, ends: Sequence[float]) -> float:
    """Return the median of counted classes, each even between the end before and its own."""
    half, passed, start = counts.sum() / 2.0, 0.0, 0.0
    for count, end in zip(counts.tolist(), ends, strict=True):
        if count > 0 and passed + count >= half:
            return float(start + (end - start) * (half - passed) / count)
        passed, start = passed + count, end
    return nan


def answers_by_top_tenth(market: Market) -> Floats:
    """Return the share of answers by the tenth of answerers who gave most."""
    return _mean(market.metric("answers_by_top_tenth").values[:, :, -1:])


def questions_answered(market: Market) -> Floats:
    """Return answered questions over questions asked of peers."""
    return _over(market.total("questions_answered"), market.total("questions"))


def served(market: Market) -> Floats:
    """Return the share of people in need who have a provider."""
    return _mean(market.metric("served").values)


def extreme_attitudes(market: Market) -> Floats:
    """Return the share of customers whose attitude is beyond ± .9."""
    return market.weighted("extreme_attitude", "customers")


def performance_from_middle(market: Market) -> Floats:
    """Return how far a function's performance is from one half in the middle year, at most."""
    middle = market.months / 2.0
    values = market.metric("performance", ever=True).values
    at = np.arange(1, market.months + 1)
    year = values[:, :, (at > middle - 6.0) & (at <= middle + 6.0)]
    known = ~np.isnan(year)
    means = _over(np.where(known, year, 0.0).sum(axis=2), known.sum(axis=2))
    far = np.where(np.isnan(means), -1.0, np.abs(means - 0.5)).max(axis=0, initial=-1.0)
    farthest: Floats = np.where(far >= 0.0, far, np.nan)
    return farthest


def margin(market: Market) -> Floats:
    """Return companies' surplus over their receipts, all together."""
    companies = market.metric("receipts").owners
    surplus = market.metric("surplus").chosen(companies)
    return _over(_sum(surplus), market.total("receipts"))


def staff_pay(market: Market) -> Floats:
    """Return the pay of service staff over receipts."""
    return _over(market.total("staff_pay"), market.total("receipts"))


def _staffed(market: Market) -> list[str]:
    """Return the touchpoints that have a desk in any company."""
    desks = market.metric("desk_contacts")
    there = ~np.isnan(desks.values).all(axis=(1, 2))
    staffed = (of for of, has in zip(desks.owners, there, strict=True) if has)
    return list(dict.fromkeys(of.partition(":")[2] for of in staffed))


def _with_staff(market: Market, places: Sequence[str]) -> Floats:
    """Return contacts about problems and queries at some touchpoints."""
    problems = market.metric("problem_contacts").chosen(places)
    queries = market.metric("query_contacts").chosen(places)
    return _sum(Owned((*problems.owners, *queries.owners),
                      np.concatenate([problems.values, queries.values])))  # fmt: skip


MarketFigure = Callable[[Market], Floats]

MEASURES: dict[str, MarketFigure] = {
    function.__name__: function
    for function in (
        yearly_churn, hazard_by_tenure, renewal_correlation, promoters_less_detractors,
        staff_contacts, phone_share, unsettled_problems, settled_by_staff, mean_wait,
        abandoned_at_two_minutes, occupancy, word_of_mouth_purchases, talk_ratio,
        months_to_purchase, answers_by_top_tenth, questions_answered, served, extreme_attitudes,
        performance_from_middle,
        margin, staff_pay,
    )
}  # fmt: skip
"""What the series of one result can show, by the name that a target gives its measure."""
