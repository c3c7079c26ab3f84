"""What is kept of each run of a question: whose benefit, late and over all months."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from simulation.store.records import Measure
from simulation.studies.futures.decision import YEARLY_RATE
from simulation.studies.futures.sieve import figure_measures, market_figures
from simulation.studies.question.horizons import HORIZONS, KEPT, LAST, PER, column, is_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulation.simulate import RunResult


@dataclass(frozen=True)
class Worth:
    """What is kept of a run, as worker processes have it.

    Attributes:
        market: whose published figures are measured as well; none if empty.
    """

    market: str = ""

    def __call__(self, result: RunResult) -> dict[str, float]:
        """Return all benefits over both horizons, and what published figures are in the run."""
        people = float(result.scenario.population.people)
        months = benefits_by_month(result)
        due, lapsed = renewals_by_month(result)
        outcomes = {}
        for horizon, weight in weights(len(result.values)).items():
            for name, values in months.items():
                outcomes[column(horizon, name)] = _scaled(name, float(values @ weight), people)
            outcomes[column(horizon, "retention")] = _kept(
                float(due @ weight), float(lapsed @ weight), float(months["adoption"] @ weight)
            )
        return outcomes | (market_figures(result, self.market) if self.market else {})

    def measures(self, result: RunResult) -> dict[str, Measure]:
        """Return unit and meaning of each."""
        del result
        measures = {
            column(horizon, name): Measure(unit, f"{meaning}, {words}")
            for horizon, words in HORIZONS.items()
            for name, (unit, meaning) in KEPT.items()
        }
        return measures | figure_measures(self.market)


def weights(months: int) -> dict[str, NDArray[np.float64]]:
    """Return the weight of each month by horizon, ``(n_months,)``; each adds up to 1."""
    at = np.arange(1, months + 1)
    late = (at > months - LAST).astype(np.float64)
    whole = (1.0 + YEARLY_RATE) ** (-at / 12.0)
    return {"late": late / late.sum(), "all": whole / whole.sum()}


def benefits_by_month(result: RunResult) -> dict[str, NDArray[np.float64]]:
    """Return each benefit month by month, of the whole market."""
    of = monthly(result)
    companies = [one.name for one in result.scenario.companies]
    partners = [one.name for one in result.scenario.partners]
    focal, rivals = companies[0], companies[1:]

    people = ("customers", "non_customers")
    return {
        "everyone": of("co_created_value", ""),
        "customers": of("surplus", *people) - of("alone", *people),
        "company": of("surplus", focal),
        "rivals": of("surplus", *rivals),
        "partners": of("surplus", *partners),
        "adoption": of("adoption", focal),
        **{name: of("segment_value", name) if ("segment_value", name) in result.labels else
           np.full(len(result.values), nan) for name in ("savers", "doers", "explorers")},
        "gross": of("gross_value", "value_in_use", "co_production", "customer_to_customer"),
        "served": of("customers", ""),
        "spending": of("spending", focal),
    }  # fmt: skip


def renewals_by_month(result: RunResult) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the focal company's contracts up for renewal, and those not renewed, by month.

    A model that records none has none.
    """
    months = monthly(result)
    focal = result.scenario.companies[0].name
    return months("renewals_due", focal), months("lapsed", focal)


def monthly(result: RunResult) -> Callable[..., NDArray[np.float64]]:
    """Return what gives a metric month by month, added up over names; nothing where unrecorded."""
    columns = {label: place for place, label in enumerate(result.labels)}
    nothing = np.zeros(len(result.values))

    def of(metric: str, *names: str) -> NDArray[np.float64]:
        held = [result.values[:, columns[metric, n]] for n in names if (metric, n) in columns]
        return np.sum(held, axis=0) if held else nothing

    return of


def _kept(due: float, lapsed: float, customers: float) -> float:
    """Return the share of contracts that is renewed.

    Where none comes up, all customers are kept if there are any, and none if there are none.
    """
    if due > 0.0:
        return 1.0 - lapsed / due
    return 1.0 if customers > 0.0 else 0.0


def _scaled(name: str, value: float, people: float) -> float:
    """Return a number of the whole market per 1000 people; shares are as they are."""
    return value if is_share(name) else value * PER / people
