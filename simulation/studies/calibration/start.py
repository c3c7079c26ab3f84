"""``[start]`` from observed series: the market of a company as a month says that it is.

    share = customers / people,   awareness = aware,   attitude, capability, knowledge, tenure as is

What no series tells comes from the warm-up, as always. Customers before a month are those at its
end less who came and with who left, where both were observed. A log cannot know in its first months
who is a customer; the market begins in the first month in which that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import Fault, InputError
from simulation.observation.series import LEAST_MONTHS
from simulation.scenario.suggest import listed

if TYPE_CHECKING:
    from simulation.observation.series import ObservedSeries
    from simulation.scenario.scenario import Scenario

FEW = 4
"""Months that are named one by one."""
OF_COMPANY = {
    "aware": "awareness", "attitude": "attitude",
    "capability:innovation": "innovation", "capability:marketing_sales": "marketing_sales",
    "capability:experience_platform": "experience_platform",
}  # fmt: skip
"""Key of ``[start.companies.NAME]`` that each series states."""


def from_known_customers(data: ObservedSeries) -> ObservedSeries:
    """Return the series from the first month in which customers are known, with its tenure.

    What is left out, and that a tenure is not known then, is remarked. Where no series of customers
    is given, the first month stays.

    Raises:
        InputError: there is no such month, or it leaves too few of a series.
    """
    customers = [at for at, name in enumerate(data.names) if name.partition(":")[0] == "customers"]
    known = np.isfinite(data.values[:, customers]).all(axis=1)
    if not known.any():
        keys = ", ".join(data.names[at] for at in customers)
        message = f"is not known in {_months(data, np.flatnonzero(~known))}."
        hint = "The start needs one month with the number of customers."
        raise InputError([Fault(message, key=keys, hint=hint)])
    first = int(np.argmax(known))
    _check_rest(data, first)
    remarks, label = list(data.remarks), _month(data, first)
    if first:
        unknown = _months(data, range(first))
        remarks.append(f"The number of customers is not known in {unknown}; the market starts in "
                       f"{label}, and what is before is left out.")  # fmt: skip
    tenure = data.tenure
    if tenure is not None and data.stayed:
        tenure = (tenure[0], data.stayed[first], tenure[2])
    if tenure is None or not np.isfinite(tenure[1]):
        remarks.append(f"No tenure is known in {label}, so that the start states none.")
    return replace(
        data, values=data.values[first:], labels=data.labels[first:], stayed=data.stayed[first:],
        remarks=tuple(remarks), tenure=tenure,
    )  # fmt: skip


def _check_rest(data: ObservedSeries, first: int) -> None:
    """Refuse a first month that leaves too little of a series.

    Raises:
        InputError: with each of them.
    """
    left = np.isfinite(data.values[first:]).sum(axis=0)
    faults = [
        Fault(f"has {n} months from {_month(data, first)} on, in which the start is known; fewer "
              f"than {LEAST_MONTHS} tell nothing.", key=name, hint="Leave the series out.")
        for name, n in zip(data.names, left, strict=True) if n < LEAST_MONTHS
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _month(data: ObservedSeries, at: int) -> str:
    """Return what the file calls a month; its number where it lacks it."""
    return data.labels[at] or f"month {at + 1}"


def _months(data: ObservedSeries, places: Iterable[int]) -> str:
    """Return what the file calls some months: the first and the last of many."""
    names = [_month(data, int(at)) for at in places]
    return listed(names) if len(names) <= FEW else f"{names[0]} to {names[-1]}"


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
        tenure = after if last else first
        if np.isfinite(tenure):
            settings[_key(company_name, "tenure")] = tenure
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
