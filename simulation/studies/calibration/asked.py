"""The calibration of a scenario to a file of months."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Fault, FaultList, InputError
from simulation.execution.trial import trial_of
from simulation.scenario.suggest import did_you_mean, listed
from simulation.simulate import DEFAULT_MODEL, load_model
from simulation.studies.calibration.changed import change_of
from simulation.studies.calibration.plan import Calibration, Effort
from simulation.studies.calibration.start import from_known_customers, start_before
from simulation.studies.calibration.unknowns import unknowns_of

if TYPE_CHECKING:
    from simulation.observation.series import ObservedSeries
    from simulation.scenario.scenario import Scenario


def recorded_by(scenario: Scenario, model: str = DEFAULT_MODEL) -> dict[str, str]:
    """Return the unit of every series that a model records of a scenario, by ``metric:of``."""
    from simulation.recorder import METRICS

    ecosystem = load_model(model)(trial_of(scenario), 0)
    known = getattr(ecosystem.recorder, "metrics", None) or METRICS
    return {f"{metric}:{of}" if of else metric: str(known[metric].unit)
            for metric, of in ecosystem.recorder.labels if metric in known}  # fmt: skip


def calibration_of(
    name: str, scenario: Scenario, data: str | Path, stated: Sequence[str] = (), *,
    mapping: str | Path | None = None, company: str | None = None, effort: Effort | None = None,
    start: bool = False, changed: str = "",
    model: str = DEFAULT_MODEL,
) -> Calibration:  # fmt: skip
    """Return the calibration of a scenario to a file of monthly series.

    Args:
        name: what the scenario is called.
        scenario: where everything starts from.
        data: monthly series.
        stated: parameters, each ``path`` or ``path=low..high``.
        mapping: a TOML file where names, units or months differ.
        company: whose data they are; the first if not given.
        start: whether the market begins as the first month says (see ``start.py``), and not as the
            warm-up leaves it.
        effort: how many runs, and what is held out.
        changed: the assumption of the changed model, ``path=value``; one at its end if not given.
        model: the model as ``module:Class``.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.observation.series import LEAST_MONTHS

    faults, effort = FaultList(), effort or Effort()
    observed = faults.attempt(observed_of, scenario, data, mapping, company, model)
    if observed is not None:
        observed = from_known_customers(observed) if start else observed
        left = observed.months - effort.hold_out
        if left < LEAST_MONTHS:
            message = f"leaves {max(left, 0)} months to learn from; {LEAST_MONTHS} are needed."
            faults.append(Fault(message, key="--hold-out", hint="Hold out fewer."))
        stated_now = faults.attempt(stated_start, observed, scenario) if start else None
        scenario = scenario.replace(stated_now) if stated_now else scenario
    unknowns = faults.attempt(unknowns_of, scenario, stated)
    change = faults.attempt(change_of, scenario, unknowns or (), changed)
    return Calibration(
        name, scenario, faults.accepted(observed), faults.accepted(unknowns),
        faults.accepted(change), effort, model,
    )  # fmt: skip


def observed_of(
    scenario: Scenario, data: str | Path, mapping: str | Path | None = None,
    company: str | None = None, model: str = DEFAULT_MODEL,
) -> ObservedSeries:  # fmt: skip
    """Return the monthly series of a file, by the names of a scenario.

    Args:
        scenario: where the names are.
        data: monthly series.
        mapping: a TOML file where names, units or months differ.
        company: whose data they are; the first if not given.
        model: the model as ``module:Class``.

    Raises:
        InputError: with all that is wrong with the file, its mapping and the company.
    """
    from simulation.observation.series import read_mapping, read_series
    from simulation.scenario.units import Units

    faults = FaultList()
    mapped = None if mapping is None else faults.attempt(read_mapping, mapping)
    company = faults.attempt(company_of, company, scenario) or scenario.companies[0].name
    observed = None
    if mapping is None or mapped is not None:
        series, units = recorded_by(scenario, model), Units.of(scenario)
        observed = faults.attempt(read_series, data, series, units, company=company, mapped=mapped)
    return faults.accepted(observed)


def company_of(company: str | None, scenario: Scenario) -> str:
    """Return the name of the company whose data they are; the first if none is named.

    Raises:
        InputError: there is no such company.
    """
    names = [one.name for one in scenario.companies]
    if company is None:
        return names[0]
    if company not in names:
        hint = did_you_mean(company, names) or f"There are {listed(names)}."
        raise InputError([Fault(f"is not a company: {company}.", key="--company", hint=hint)])
    return company


def stated_start(observed: ObservedSeries, scenario: Scenario) -> dict[str, float]:
    """Return what the first month says of the market's start.

    Raises:
        InputError: it says nothing, or months before it are simulated as well.
    """
    start = start_before(observed, scenario)
    if not start:
        hint = "Series that do: customers, tenure, aware, attitude, knowledge."
        raise InputError([Fault("has no series that states a start.", key="--start", hint=hint)])
    if observed.first != 1:
        message = f"cannot hold: the data begin in month {observed.first} of the model."
        raise InputError([Fault(message, key="--start", hint="Write first = 1 below [months].")])
    return start
