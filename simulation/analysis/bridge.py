"""The money bridge: from the base's money to the what-if's, cause by cause, for each actor.

Companies and partners: what they receive and pay, by deliverable, from the ledger. Customers (all
people, whoever has a provider): worth over self-service by where it arose, what they pay, and the
hours and effort that remain. What customers pay is n customers times p each; its change is split

    Δ(n p) = n̄ Δp + p̄ Δn        (means of base and what-if: nothing is left over)

into price and number of customers, pair by pair. The steps of a bridge add up to the change of the
actor's value exactly, pair by pair, since each is a difference of parts that add up to it. Between
actors, prices and fees are transfers: for everyone together they cancel and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.flows import places_in, present
from simulation.analysis.interval import Estimate, Interval, t_interval
from simulation.analysis.summary import PEOPLE, YEAR, actors, months, rows, unit_of
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

EVERYONE, CUSTOMERS = "everyone", "customers"
PAYMENT, FEE = "payment", "fee"
PRICE, NUMBER, EFFORT = "price", "number of customers", "hours and effort"
STAFF = "staff"

_PARTS = {"co_production": "co-production"}
"""Parts of value that are no words without their hyphen."""


@dataclass(frozen=True)
class Step:
    """What one cause changes."""

    cause: str
    pairs: Floats
    """A number a pair, ``(n_pairs,)``."""

    @property
    def change(self) -> Interval:
        """The mean over pairs, with Student's interval alone."""
        return t_interval(self.pairs)

    @property
    def mean(self) -> float:
        """The mean over pairs."""
        return float(self.pairs.mean())


@dataclass(frozen=True)
class Bridge:
    """The way of an actor's value from the base to a what-if; the steps add up exactly.

    Attributes:
        actor: whose: ``everyone``, ``customers``, a company or a partner
        base, what_if: the value in both, one number per pair, money a month
        steps: by cause, the greatest first
        unit: of all of them
        n_customers: customers in the base, to tell amounts per customer; 0 where there is none
    """

    actor: str
    base: Floats
    what_if: Floats
    steps: tuple[Step, ...]
    unit: str
    n_customers: float = 0.0

    @property
    def change(self) -> Estimate:
        """What-if less base, with its interval over pairs."""
        return Estimate.of(t_interval(self.what_if - self.base), self.unit)

    @property
    def yearly_per_customer(self) -> float:
        """The change per customer of the base and year; not a number where there is none."""
        return 12.0 * self.change.mean / self.n_customers if self.n_customers > 0 else float("nan")

    def shown(self, share: float = 0.03, most: int = 7) -> list[Step]:
        """Return the steps that matter, and the others as one: small, or beyond so many."""
        greatest = max((abs(step.mean) for step in self.steps), default=0.0)
        kept = [step for step in self.steps if abs(step.mean) >= share * greatest > 0.0][:most]
        others = [step for step in self.steps if step not in kept]
        rest = np.sum([step.pairs for step in others], axis=0) if others else np.zeros(1)
        return [*kept, *([Step("all else", rest)] if np.abs(rest).max() > 0.0 else [])]


def bridges(
    series: pd.DataFrame,
    ledger: pd.DataFrame,
    pairs: Sequence[tuple[int, int]],
    *,
    window: int = YEAR,
) -> dict[str, Bridge]:
    """Return the bridge of every actor, everyone together first.

    Args:
        series: tidy; surplus, alone, gross_value and customers are read.
        ledger: flows of money.
        pairs: the number of the base's run and of the what-if's, for each seed.
        window: months at the end that means are of.
    """
    market = _Money(series, ledger, pairs, window)
    firms = [name for name in actors(series) if name not in PEOPLE]
    people = market.of_people()
    by_firm = {name: market.of_firm(name) for name in firms}
    together = market.together([people, *by_firm.values()])
    return {EVERYONE: together, CUSTOMERS: people, **by_firm}


class _Money:
    """Means of the last months by run, of all runs of the pairs."""

    def __init__(
        self,
        series: pd.DataFrame,
        ledger: pd.DataFrame,
        pairs: Sequence[tuple[int, int]],
        window: int,
    ) -> None:
        self.bases = [base for base, _ in pairs]
        self.what_ifs = [what_if for _, what_if in pairs]
        last = months(series)
        self.n_months = min(window, last)
        self.series, self.first = series, last - self.n_months
        self.ledger = ledger[ledger["month"] > self.first]
        self.unit = unit_of(series, "surplus")

    def metric(self, metric: str, of: str) -> dict[int, float]:
        """Return the mean of a metric by run."""
        part = rows(self.series, metric, of)
        part = part[part["month"] > self.first]
        sums = part.groupby("run")["value"].sum()
        return {int(str(run)): float(value) / self.n_months for run, value in sums.items()}

    def of_people(self) -> Bridge:
        """Return the bridge of all people: worth, what they pay, hours and effort."""
        parts = {
            _PARTS.get(str(name), str(name).replace("_", " ")): self._sides(
                self.metric("gross_value", str(name))
            )
            for name in dict.fromkeys(rows(self.series, "gross_value")["of"].astype(str))
        }
        value = sum(
            (sign * self._sides(self.metric(metric, role))
             for metric, sign in (("surplus", 1.0), ("alone", -1.0)) for role in PEOPLE),
            np.zeros((2, len(self.bases))),
        )  # fmt: skip
        paid, steps = np.zeros_like(value), list[Step]()
        for name, flow in self._flows(CUSTOMERS, giving=True).items():
            if name[0] == PAYMENT:
                steps += _split(-flow, self._sides(self.metric("customers", name[1])))
                paid += flow
        parts[EFFORT] = value + paid - sum(parts.values(), np.zeros_like(value))
        steps = _merged([*steps, *(Step(name, part[1] - part[0]) for name, part in parts.items())])
        customers = self._sides(self.metric("customers", ""))
        return self._bridge(CUSTOMERS, value, steps, customers)

    def of_firm(self, name: str) -> Bridge:
        """Return the bridge of a company or partner: all that it receives and pays."""
        value, steps = np.zeros((2, len(self.bases))), list[Step]()
        customers = self._sides(self.metric("customers", name))
        for (deliverable, _), flow in self._flows(name, giving=False).items():
            value += flow
            steps += (
                _split(flow, customers)
                if deliverable == PAYMENT
                else [Step(_cause(deliverable, received=True), flow[1] - flow[0])]
            )
        for (deliverable, _), flow in self._flows(name, giving=True).items():
            value -= flow
            steps.append(Step(_cause(deliverable), flow[0] - flow[1]))
        return self._bridge(name, value, _merged(steps), customers)

    def together(self, parts: Sequence[Bridge]) -> Bridge:
        """Return the bridge of everyone: transfers between them cancel."""
        value = np.sum([[one.base, one.what_if] for one in parts], axis=0)
        steps = [step for one in parts for step in one.steps
                 if step.cause not in {PRICE, NUMBER, "partners' fees", "fees"}]  # fmt: skip
        rest = (value[1] - value[0]) - np.sum([step.pairs for step in steps], axis=0)
        if np.abs(rest).max(initial=0.0) > 1e-9 * max(1.0, float(np.abs(value).max(initial=0.0))):
            steps.append(Step("transfers", rest))
        people = self._sides(self.metric("customers", ""))
        return self._bridge(EVERYONE, value, _merged(steps), people)

    def _bridge(
        self, actor: str, value: Floats, steps: Sequence[Step], customers: Floats
    ) -> Bridge:
        ranked = sorted(steps, key=lambda step: -abs(step.mean))
        kept = tuple(step for step in ranked if np.abs(step.pairs).max(initial=0.0) > 0.0)
        return Bridge(actor, value[0], value[1], kept, self.unit, float(customers[0].mean()))

    def _sides(self, by_run: Mapping[int, float]) -> Floats:
        """Return the numbers of base and what-if, ``(2, n_pairs)``."""
        return np.array([[by_run.get(run, 0.0) for run in side]
                         for side in (self.bases, self.what_ifs)])  # fmt: skip

    def _flows(self, name: str, *, giving: bool) -> dict[tuple[str, str], Floats]:
        """Return money by deliverable and the other side, a month: ``(2, n_pairs)`` each."""
        mine, other = ("giver", "receiver") if giving else ("receiver", "giver")
        rows = self.ledger[(self.ledger[mine] == name) & (self.ledger["kind"] == "money")]
        goods, others = present(rows["deliverable"]), present(rows[other])
        at = places_in(rows["deliverable"], goods), places_in(rows[other], others)
        run = rows["run"].to_numpy()
        amount = rows["amount"].to_numpy(dtype=np.float64)
        sums = np.zeros((len(goods), len(others), int(run.max(initial=0)) + 1))
        np.add.at(sums, (*at, run), amount / self.n_months)
        return {
            (good, who): self._sides(dict(enumerate(sums[g, o].tolist())))
            for g, good in enumerate(goods)
            for o, who in enumerate(others)
            if sums[g, o].any()
        }


def _split(paid: Floats, customers: Floats) -> list[Step]:
    """Return a change of payments as that of price and of the number of customers; see above."""
    each = np.divide(paid, customers, out=np.zeros_like(paid), where=customers > 0.0)
    # Where nobody is a customer there is no price: whoever comes or goes does so at the other's.
    none = customers <= 0.0
    each = np.where(none, each[::-1], each)
    number, price = customers.mean(axis=0), each.mean(axis=0)
    by_number = price * (customers[1] - customers[0])
    by_price = number * (each[1] - each[0])
    left = (paid[1] - paid[0]) - by_number - by_price
    return [Step(PRICE, by_price), Step(NUMBER, by_number + left)]


def _cause(deliverable: str, *, received: bool = False) -> str:
    """Return what a flow of money is called as a cause."""
    if deliverable == FEE:
        return "fees" if received else "partners' fees"
    name = deliverable.replace("_", " ").replace("marketing sales", "marketing & sales")
    return {"training of staff": STAFF, "serving": "cost of serving"}.get(name, name)


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Return the steps with those of the same cause added up."""
    by_cause: dict[str, Floats] = {}
    for step in steps:
        by_cause[step.cause] = (
            by_cause[step.cause] + step.pairs if step.cause in by_cause else step.pairs
        )
    return [Step(cause, pairs) for cause, pairs in by_cause.items()]
