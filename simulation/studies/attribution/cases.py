"""The scenario of a case: who takes no part in it is changed, held or removed."""

from __future__ import annotations

from typing import Any

from simulation.scenario.paths import value_at
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import CompanySection, Event
from simulation.studies.attribution.games import Case, ChangedSettings, Raised, Scaled


def scenario_of(case: Case, scenario: Scenario) -> Scenario:
    """Return the scenario of a case.

    Raises:
        ScenarioError: the scenario cannot be without something that the case removes.
    """
    changes: dict[str, Any] = {}
    for player in case.present:
        changes.update(player.present)
    for player in case.absent:
        changes.update(player.absent)
    removed = [path for player in case.absent for path in player.removes]
    return held(without(scenario, removed), changes)


def held(scenario: Scenario, changes: ChangedSettings) -> Scenario:
    """Return the scenario with changes that hold all the time, whatever its events set."""
    if not changes:
        return scenario
    changed = scenario.replace(_resolved(scenario, changes))
    if not scenario.events:
        return changed
    later = [
        Event(month=month, name="held", set=broken)
        for month, now in scenario.timeline()
        if (broken := _broken(_resolved(now, changes), changed, month))
    ]
    return changed.replace({"events": later}) if later else changed


def _resolved(scenario: Scenario, changes: ChangedSettings) -> dict[str, Any]:
    """Return the values that changes mean in the scenario that is in force."""
    return {
        path: change.of(_known(scenario, path)) if isinstance(change, Scaled | Raised) else change
        for path, change in changes.items()
    }


def _known(scenario: Scenario, path: str) -> Any:
    """Return a value; what an allocation does not name counts 1."""
    value = value_at(scenario, path)
    return 1.0 if value is None else value


def _broken(wanted: ChangedSettings, changed: Scenario, month: int) -> dict[str, Any]:
    """Return the wanted values that the events of a month set to something else."""
    now = dict(changed.timeline())[month]
    return {path: value for path, value in wanted.items() if value_at(now, path) != value}


def without(scenario: Scenario, removed: list[str]) -> Scenario:
    """Return the scenario without some of its touchpoints and partners.

    Raises:
        ScenarioError: what remains is no scenario.
    """
    if not removed:
        return scenario

    def kept(path: str) -> bool:
        return not any(path == gone or path.startswith(f"{gone}.") for gone in removed)

    companies = [
        _company_without(company, [t for t in company.allocation if not kept(f"touchpoints.{t}")])
        for company in scenario.companies
    ]
    events = [
        event.model_copy(update={"set": left})
        for event in scenario.events
        if (left := {path: value for path, value in event.set.items() if kept(path)})
    ]
    rest = scenario.model_copy(
        update={
            "touchpoints": tuple(t for t in scenario.touchpoints if kept(f"touchpoints.{t.name}")),
            "partners": tuple(p for p in scenario.partners if kept(f"partners.{p.name}")),
            "companies": tuple(companies),
            "events": tuple(events),
        }
    )
    return rest.replace({})


def _company_without(company: CompanySection, touchpoints: list[str]) -> CompanySection:
    kept = {name: part for name, part in company.allocation.items() if name not in touchpoints}
    return company.model_copy(update={"allocation": kept}) if touchpoints else company
