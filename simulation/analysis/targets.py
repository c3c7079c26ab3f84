"""Published figures beside those of a result: is this a market that could exist?

The figures stand in ``targets.toml`` beside this file, each with source and grade. What a result
shows is measured on its monthly series alone, so that every stored run can be held against them.
A figure of use *gate* is one that the default scenarios are set to show; one of use *effect* says
what a lever does: nothing is ever calibrated to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, estimate
from simulation.analysis.summary import months, rows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

DATA = Path(__file__).with_name("targets.toml")

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


class Use(StrEnum):
    """What a published figure is for."""

    GATE = "gate"
    EFFECT = "effect"


@dataclass(frozen=True)
class Target:
    """A published figure.

    Attributes:
        name: what it is about.
        measure: the function that measures it (see ``MEASURES``).
        use: whether default scenarios are set to show it.
        scenarios: the markets it applies to, named after default scenarios.
        low, high: what counts as inside.
        unit: of all of these.
        source: where it was published.
        grade: A a study with a sample, B a regulator, C a weak sample or a bound of ours.
        note: where the definition differs from the source's.
    """

    name: str
    measure: str
    use: Use
    scenarios: tuple[str, ...]
    low: float
    high: float
    unit: str
    source: str
    grade: str
    note: str = ""


@dataclass(frozen=True)
class Held:
    """A target beside what a result shows."""

    target: Target
    value: Estimate

    @property
    def known(self) -> bool:
        """Whether the result has what it takes to measure it."""
        return isfinite(self.value.mean)

    @property
    def inside(self) -> bool:
        """Whether the mean over runs lies within the bounds."""
        return self.known and self.target.low <= self.value.mean <= self.target.high

    @property
    def distance(self) -> float:
        """By how much it is outside: below 0 under the low bound, above 0 over the high one."""
        if not self.known:
            return nan
        if self.value.mean < self.target.low:
            return self.value.mean - self.target.low
        return max(self.value.mean - self.target.high, 0.0)


@cache
def targets() -> tuple[Target, ...]:
    """Return all published figures."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["target"]
    return tuple(_target(entry) for entry in entries)


def _target(entry: Mapping[str, Any]) -> Target:
    plain = {**entry, "use": Use(entry["use"]), "scenarios": tuple(entry["scenarios"])}
    return Target(**plain)


def targets_of(market: str, use: Use = Use.GATE) -> list[Target]:
    """Return the figures that apply to a market (see ``Scenario.market``)."""
    return [one for one in targets() if one.use is use and market in one.scenarios]


def hold(series: pd.DataFrame, wanted: Sequence[Target]) -> list[Held]:
    """Return each target beside what the series of a result show, with a 95 % interval over runs.

    Args:
        series: tidy, columns run, month, metric, of, value.
        wanted: the targets; those whose metrics are not there are not known.
    """
    market = Market.of(series)
    return [Held(one, estimate(MEASURES[one.measure](market), one.unit)) for one in wanted]


@dataclass(frozen=True)
class Market:
    """The series of a result, as sums that measures are made of.

    Attributes:
        cells: run, month, metric, of, value; of the last ``WINDOW`` months.
        whole: the same of all months.
    """

    cells: pd.DataFrame
    whole: pd.DataFrame

    @classmethod
    def of(cls, series: pd.DataFrame) -> Market:
        """Return the market of some series."""
        plain = series[["run", "month", "metric", "of", "value"]]
        plain = plain[plain["metric"].isin(METRICS)]
        return cls(plain[plain["month"] > months(series) - WINDOW], plain)

    def rows(self, metric: str, of: str | None = None, *, ever: bool = False) -> pd.DataFrame:
        """Return the rows of a metric, of one owner or of all."""
        table = rows(self.whole if ever else self.cells, metric, of)
        return table.assign(of=table["of"].astype(object))

    def total(self, metric: str, of: str | None = None, *, ever: bool = False) -> pd.Series[float]:
        """Return the sum over months, and over owners where none is named, by run."""
        return self.rows(metric, of, ever=ever).groupby("run")["value"].sum()

    def parts(self, metric: str) -> pd.Series[float]:
        """Return the sum over months and over all owners but the whole, by run."""
        table = self.rows(metric)
        return table[table["of"] != ""].groupby("run")["value"].sum()

    def table(self, metric: str) -> pd.DataFrame:
        """Return a metric as a table of run and month by owner."""
        return self.rows(metric).pivot_table(
            index=["run", "month"], columns="of", values="value", aggfunc="sum", dropna=False
        )

    def weighted(
        self, metric: str, weight: str, owners: Sequence[str] | None = None
    ) -> pd.Series[float]:
        """Return the mean of a metric over owners and months, weighted by another, by run."""
        values, weights = self.table(metric), self.table(weight)
        shared = [of for of in values.columns if of in weights.columns and of != ""]
        shared = [of for of in shared if owners is None or of in owners]
        values, weights = values[shared], weights[shared].where(values[shared].notna())
        tops = (values * weights).sum(axis=1).groupby("run").sum()
        return _over(tops, weights.sum(axis=1).groupby("run").sum())


def _over(top: pd.Series[float], bottom: pd.Series[float]) -> pd.Series[float]:
    """Return top / bottom by run, not a number where nothing is counted."""
    return top / bottom.where(bottom > 0)


def yearly_churn(market: Market) -> pd.Series[float]:
    """Return lapses of a year per customer, all companies together: 12 Σ lapsed / Σ customers."""
    return 12.0 * _over(market.parts("lapsed"), market.parts("customers"))


def hazard_by_tenure(market: Market) -> pd.Series[float]:
    """Return the chance of lapse at the third renewal over that at the first, all months."""

    def hazard(contract: str) -> pd.Series[float]:
        lapses = market.total("lapsed_by_contract", contract, ever=True)
        return _over(lapses, market.total("renewals_by_contract", contract, ever=True))

    return _over(hazard("3"), hazard("1"))


def renewal_correlation(market: Market) -> pd.Series[float]:
    """Return the correlation over contracts of attitude before renewal with renewing.

    From monthly sums: n, Σ a, Σ a², lapses, Σ a over those who lapse.
    """
    n, lapses = market.parts("renewals_due"), market.parts("lapsed")
    attitude = market.parts("attitude_at_renewal")
    squares, lapsing = (
        market.parts("squared_attitude_at_renewal"),
        market.parts("attitude_at_lapse"),
    )
    together = (attitude - lapsing) - attitude * (n - lapses) / n
    spread = (squares - attitude**2 / n) * (lapses * (n - lapses) / n)
    return _over(together, spread.clip(lower=0.0) ** 0.5)


def promoters_less_detractors(market: Market) -> pd.Series[float]:
    """Return the share of promoters less that of detractors, in points, over all customers."""
    return market.weighted("promoters_less_detractors", "customers")


def staff_contacts(market: Market) -> pd.Series[float]:
    """Return customers' contacts with staff about problems and queries, per customer and month."""
    return _over(_with_staff(market), market.parts("customers"))


def phone_share(market: Market) -> pd.Series[float]:
    """Return the share of calls in contacts with staff about problems and queries."""
    calls = _with_staff(market, [PHONE] if PHONE in _staffed(market) else [])
    return _over(calls, _with_staff(market))


def unsettled_problems(market: Market) -> pd.Series[float]:
    """Return problems that their first contact does not settle, per customer and year."""
    settled = market.weighted("first_contact_resolution", "problems")
    return 12.0 * _over(market.parts("problems"), market.parts("customers")) * (1.0 - settled)


def settled_by_staff(market: Market) -> pd.Series[float]:
    """Return the share of contacts with staff about problems and queries that settle them."""
    places = [f"support:{name}" for name in _staffed(market)]
    return market.weighted("stage_experience", "stage_encounters", places)


def mean_wait(market: Market) -> pd.Series[float]:
    """Return minutes waited per contact at service desks."""
    return market.weighted("desk_wait", "desk_contacts")


def abandoned_at_two_minutes(market: Market) -> pd.Series[float]:
    """Return the share abandoned per minute of mean wait, times two minutes."""
    return 2.0 * _over(market.weighted("desk_abandoned", "desk_contacts"), mean_wait(market))


def occupancy(market: Market) -> pd.Series[float]:
    """Return the share of open server time that is busy, of desks with a load above 2 Erlang."""
    busy, servers = market.table("desk_occupancy"), market.table("desk_servers")
    shared = [of for of in busy.columns if of in servers.columns]
    load = busy[shared] * servers[shared]
    loaded = load > BUSY
    tops = load.where(loaded).sum(axis=1).groupby("run").sum()
    return _over(tops, servers[shared].where(loaded).sum(axis=1).groupby("run").sum())


def word_of_mouth_purchases(market: Market) -> pd.Series[float]:
    """Return the share of first-time customers whose main cause word of mouth is.

    It made them aware, or they would have chosen otherwise under the same draws without it.
    """
    first_time = market.parts("new_customers") - market.parts("new_customers_returning")
    return _over(market.parts("swayed_by_word_of_mouth"), first_time)


def talk_ratio(market: Market) -> pd.Series[float]:
    """Return what is said by people with A > 0 over what is said by people with A < 0."""
    return _over(market.total("talk_positive"), market.total("talk_negative"))


def months_to_purchase(market: Market) -> pd.Series[float]:
    """Return the median time from need to purchase in months, interpolated within its class."""
    import pandas as pd

    counts = market.rows("purchases_by_months").pivot_table(
        index="run", columns="of", values="value", aggfunc="sum"
    )
    ends = dict(zip((f"{end:g}" for end in PURCHASE_MONTHS), PURCHASE_MONTHS, strict=True))
    ends["more"] = 2.0 * PURCHASE_MONTHS[-1]
    classes = [of for of in ends if of in counts]
    medians = [_median(row, [ends[of] for of in classes]) for row in counts[classes].to_numpy()]
    return pd.Series(medians, index=counts.index, dtype=float)


def _median(counts: NDArray[np.float64], ends: Sequence[float]) -> float:
    """Return the median of counted classes, each even between the end before and its own."""
    half, passed, start = counts.sum() / 2.0, 0.0, 0.0
    for count, end in zip(counts.tolist(), ends, strict=True):
        if count > 0 and passed + count >= half:
            return float(start + (end - start) * (half - passed) / count)
        passed, start = passed + count, end
    return nan


def answers_by_top_tenth(market: Market) -> pd.Series[float]:
    """Return the share of answers by the tenth of answerers who gave most."""
    values = market.rows("answers_by_top_tenth")
    last = values[values["month"] == months(values)]
    return last.groupby("run")["value"].mean()


def questions_answered(market: Market) -> pd.Series[float]:
    """Return answered questions over questions asked of peers."""
    return _over(market.total("questions_answered"), market.total("questions"))


def served(market: Market) -> pd.Series[float]:
    """Return the share of people in need who have a provider."""
    return market.rows("served").groupby("run")["value"].mean()


def extreme_attitudes(market: Market) -> pd.Series[float]:
    """Return the share of customers whose attitude is beyond ± .9."""
    return market.weighted("extreme_attitude", "customers")


def performance_from_middle(market: Market) -> pd.Series[float]:
    """Return how far a function's performance is from one half in the middle year, at most."""
    middle = months(market.whole) / 2.0
    values = market.rows("performance", ever=True)
    values = values[(values["month"] > middle - 6.0) & (values["month"] <= middle + 6.0)]
    means = values.groupby(["run", "of"])["value"].mean().unstack()
    return (means - 0.5).abs().max(axis=1)


def margin(market: Market) -> pd.Series[float]:
    """Return companies' surplus over their receipts, all together."""
    surplus = market.rows("surplus")
    companies = surplus[surplus["of"].isin(market.rows("receipts")["of"].unique())]
    return _over(companies.groupby("run")["value"].sum(), market.total("receipts"))


def staff_pay(market: Market) -> pd.Series[float]:
    """Return the pay of service staff over receipts."""
    return _over(market.total("staff_pay"), market.total("receipts"))


def _staffed(market: Market) -> list[str]:
    """Return the touchpoints that have a desk in any company."""
    desks = dict.fromkeys(market.rows("desk_contacts")["of"])
    return list(dict.fromkeys(of.partition(":")[2] for of in desks))


def _with_staff(market: Market, places: Sequence[str] | None = None) -> pd.Series[float]:
    """Return contacts about problems and queries at staffed touchpoints, or at some of them."""
    wanted = _staffed(market) if places is None else places
    contacts = market.cells["metric"].isin(("problem_contacts", "query_contacts"))
    values = market.cells[contacts & market.cells["of"].isin(wanted)]
    return values.groupby("run")["value"].sum()


Measure = Callable[[Market], "pd.Series[float]"]

MEASURES: dict[str, Measure] = {
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
