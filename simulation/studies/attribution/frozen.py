"""A run whose companies get the revenue part of their budgets given instead of earned.

Where what-ifs are attributed, a change must not feed back on budgets by way of revenue: each
coalition gets what the whole earned in that month under that seed (docs/model.md, §5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from pydantic import Field

from simulation.model import EcosystemModel
from simulation.scenario.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = f"{__name__}:FrozenModel"


class FrozenScenario(Scenario):
    """A scenario with the budget that companies get from revenue.

    It is equal in all else to the scenario it was made of: what is written of it, and its
    fingerprint, leave the budget out.
    """

    revenue: tuple[tuple[float, ...], ...] = Field(exclude=True, repr=False)
    """Budget from revenue by month and company, money a month."""


class FrozenModel(EcosystemModel):
    """The model, run with the revenue part of budgets that its scenario brings."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        revenue = np.array(cast("FrozenScenario", scenario).revenue)
        super().__init__(scenario, seed, revenue_budget=revenue)


def freeze(scenario: Scenario, revenue: NDArray[np.float64]) -> FrozenScenario:
    """Return the scenario with budgets from revenue, ``(n_months, n_companies)``."""
    rows = tuple(tuple(row) for row in revenue.tolist())
    return FrozenScenario.model_construct(**dict(scenario), revenue=rows)


def earned(scenario: Scenario, receipts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what budgets get from revenue: each month the share of last month's receipts.

    Args:
        scenario: what was run.
        receipts: of its run, ``(n_months, n_companies)``.
    """
    shares = _by_month(scenario, len(receipts), "revenue_share")
    last = np.vstack([np.zeros_like(receipts[:1]), receipts[:-1]])
    return shares * last


def scaled(revenue: NDArray[np.float64], whole: Scenario, case: Scenario) -> NDArray[np.float64]:
    """Return the budget from revenue of a case, in proportion to what it funds of the whole.

    Revenue is spread over functions as their funding is. So a function that is in the case gets
    of revenue what it got in the whole, and one at a share of its funding gets that share.
    """
    there, here = (_by_month(one, len(revenue), "funding") for one in (whole, case))
    ratio = np.divide(here, there, out=np.ones_like(here), where=there > 0.0)
    return revenue * ratio


def _by_month(scenario: Scenario, months: int, what: str) -> NDArray[np.float64]:
    """Return the revenue share, or the sum of funding, by month and company."""
    table = np.empty((months, len(scenario.companies)))
    table[:] = _of(scenario, what)
    for month, now in scenario.timeline():
        table[month - 1 :] = _of(now, what)
    return table


def _of(scenario: Scenario, what: str) -> list[float]:
    if what == "funding":
        return [sum(company.funding.model_dump().values()) for company in scenario.companies]
    return [company.revenue_share for company in scenario.companies]
