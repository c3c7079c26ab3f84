"""``[start]`` from observed series: the market of a company as a month says that it is.

    share = customers / people,   awareness = aware,   attitude, capability, knowledge, tenure as is

What no series tells comes from the warm-up, as always. Customers before a month are those at its
end less who came and with who left, where both were observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    from simulation.observation.series import ObservedSeries
    from simulation.scenario.scenario import Scenario

OF_COMPANY = {
    "aware": "awareness", "attitude": "attitude",
    "capability:innovation": "innovation", "capability:marketing_sales": "marketing_sales",
    "capability:experience_platform": "experience_platform",
}  # fmt: skip
"""Key of ``[start.companies.NAME]`` that each series states."""


def start_before(data: ObservedSeries, scenario: Scenario) -> dict[str, float]:
    """Return the settings of ``[start]`` that hold as the first observed month begins.

    Raises:
        InputError: a company has more customers than there are people.
    """
    customers = {one.name: _before(data, one.name) for one in scenario.companies}
    return _settings(data, scenario, customers, last=False)


def _before(data: ObservedSeries, company: str) -> float:
    """Return a company's customers as the first month begins; at its end if that is all we know."""
    at_end, new, lost = (_at(data, f"{name}:{company}", last=False)
                         for name in ("customers", "new_customers", "lapsed"))  # fmt: skip
    before = at_end - new + lost
    return before if np.isfinite(before) else at_end


def start_after(data: ObservedSeries, scenario: Scenario) -> dict[str, float]:
    """Return the settings of ``[start]`` that hold when the last observed month is over.

    Raises:
        InputError: a company has more customers than there are people.
    """
    customers = {one.name: _at(data, f"customers:{one.name}", last=True)
                 for one in scenario.companies}  # fmt: skip
    return _settings(data, scenario, customers, last=True)


def _settings(
    data: ObservedSeries, scenario: Scenario, customers: Mapping[str, float], *, last: bool
) -> dict[str, float]:
    settings: dict[str, float] = {}
    for company in scenario.companies:
        held = customers[company.name]
        if np.isfinite(held):
            settings[_key(company.name, "share")] = _share(held, company.name, scenario)
        for series, key in OF_COMPANY.items():
            metric, _, of = series.partition(":")
            name = ":".join(part for part in (metric, company.name, of) if part)
            value = _at(data, name, last=last)
            if np.isfinite(value):
                settings[_key(company.name, key)] = value
    if data.tenure is not None:
        company_name, first, after = data.tenure
        settings[_key(company_name, "tenure")] = after if last else first
    knowledge = _at(data, "knowledge", last=last)
    return {**settings, "start.knowledge": knowledge} if np.isfinite(knowledge) else settings


def _key(company: str, name: str) -> str:
    return f"start.companies.{company}.{name}"


def _at(data: ObservedSeries, name: str, *, last: bool) -> float:
    """Return the first or last value of a series; NaN where it was not observed then."""
    if name not in data.names:
        return float("nan")
    return float(data.values[-1 if last else 0, data.names.index(name)])


def _share(customers: float, company: str, scenario: Scenario) -> float:
    people = scenario.population.people
    if customers > people:
        message = f"has {customers:,.0f} customers, and {people:,} people are simulated."
        hint = "Say how many people one of them stands for: population.represents, or [units]."
        raise InputError([Fault(message, key=f"start.companies.{company}", hint=hint)])
    return max(customers, 0.0) / people
