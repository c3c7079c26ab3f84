"""``[start]`` from observed series: the market of a company as a month says that it is.

    share = customers / people,   awareness = aware,   attitude, capability, knowledge as they are

What no series tells comes from the warm-up, as always. Customers before a month are those at its
end less who came and with who left, where both were observed.
"""

from __future__ import annotations

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
    found = _settings(data, scenario, last=False)
    for company in scenario.companies:
        known = [_at(data, f"{name}:{company.name}", last=False)
                 for name in ("customers", "new_customers", "lapsed")]  # fmt: skip
        if np.isfinite(known).all():
            before = known[0] - known[1] + known[2]
            found[_key(company.name, "share")] = _share(before, company.name, scenario)
    return found


def start_after(data: ObservedSeries, scenario: Scenario) -> dict[str, float]:
    """Return the settings of ``[start]`` that hold when the last observed month is over.

    Raises:
        InputError: a company has more customers than there are people.
    """
    return _settings(data, scenario, last=True)


def _settings(data: ObservedSeries, scenario: Scenario, *, last: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for company in scenario.companies:
        customers = _at(data, f"customers:{company.name}", last=last)
        if np.isfinite(customers):
            found[_key(company.name, "share")] = _share(customers, company.name, scenario)
        for series, key in OF_COMPANY.items():
            metric, _, of = series.partition(":")
            name = ":".join(part for part in (metric, company.name, of) if part)
            value = _at(data, name, last=last)
            if np.isfinite(value):
                found[_key(company.name, key)] = value
    knowledge = _at(data, "knowledge", last=last)
    return {**found, "start.knowledge": knowledge} if np.isfinite(knowledge) else found


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
