"""How busy desks of fixed size would be, estimated from a scenario before anything is run.

Only to notice desks that are far too large or too small: it knows nothing of quality, awareness or
choice, and shares contacts equally among companies and among the touchpoints that serve a stage.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulation.scenario.schema import CompanySection, OwnTouchpoint, ScenarioData, Touchpoint
from simulation.scenario.words import Stage

SERVED = 0.7
"""Share of people taken to have a provider."""

OFFERED = 0.5
"""What offerings are taken to reach."""

TRIES = 1.5
"""Contacts that a purpose is taken to need."""

AS_FOR_ALL = OwnTouchpoint()
"""How a company operates a touchpoint of which it states nothing."""

BEFORE_USE = (Stage.NEED, Stage.SEARCH, Stage.EVALUATE, Stage.PURCHASE, Stage.ONBOARD)


def fixed_desks(scenario: ScenarioData) -> Iterator[tuple[CompanySection, Touchpoint, int, float]]:
    """Yield desks of fixed size with their servers and an estimate of how busy they would be.

    The estimate is the share of their open time that servers are busy; above 1 it is the load
    relative to them.
    """
    for company in scenario.companies:
        for touchpoint in scenario.touchpoints:
            servers = _fixed_servers(company, touchpoint)
            if servers and has_desk(scenario, company, touchpoint):
                busy = _contacts(scenario, touchpoint) * _minutes(scenario, company, touchpoint)
                yield company, touchpoint, servers, busy / (servers * _open(scenario, company))


def _fixed_servers(company: CompanySection, touchpoint: Touchpoint) -> int:
    """Return servers that follow no service level, 0 where there are none."""
    stated = company.touchpoints.get(touchpoint.name, AS_FOR_ALL)
    if not stated.offered or service_level(company, touchpoint) > 0.0:
        return 0
    return touchpoint.servers if stated.servers is None else stated.servers


def service_level(company: CompanySection, touchpoint: Touchpoint) -> float:
    """Return the share of a company's contacts that its staff follow, 0 where staff is fixed."""
    stated = company.touchpoints.get(touchpoint.name, AS_FOR_ALL)
    if stated.service_level is not None:
        return stated.service_level
    return touchpoint.service_level if stated.servers is None else 0.0


def has_desk(scenario: ScenarioData, company: CompanySection, touchpoint: Touchpoint) -> bool:
    """Return whether a touchpoint is one that the company itself may staff."""
    others = {other.name for other in scenario.companies if other is not company}
    partners = {partner.name for partner in scenario.partners}
    return touchpoint.owner not in others | partners | {"peers"}


def _contacts(scenario: ScenarioData, touchpoint: Touchpoint) -> float:
    """Return contacts a month of one company's people at a touchpoint."""
    stages = [stage for stage in touchpoint.stages if stage in scenario.journey.stages]
    return sum(
        _in_stage(scenario, stage)
        / sum(stage in other.stages for other in scenario.touchpoints)
        / len(scenario.companies)
        for stage in stages
    )


def _in_stage(scenario: ScenarioData, stage: Stage) -> float:
    """Return encounters a month in a stage: of those who use, and of those who come and go."""
    population, journey = scenario.population, scenario.journey
    customers = SERVED * population.people
    unknowing = 1.0 - 0.5 * (population.knowledge_low + population.knowledge_high)
    ending = customers / journey.contract_months
    lapsing = ending * journey.churn_a / (journey.churn_a + journey.churn_b)
    if stage is Stage.USE:
        return customers
    if stage is Stage.SUPPORT:
        opening = journey.problem_rate * (1.0 - OFFERED) + journey.query_rate
        return TRIES * customers * unknowing * opening
    if stage is Stage.RENEW:
        return ending
    if stage in BEFORE_USE:
        idle = population.people - customers
        return TRIES * max(lapsing, population.need_probability * idle)
    return TRIES * lapsing


def _minutes(scenario: ScenarioData, company: CompanySection, touchpoint: Touchpoint) -> float:
    """Return minutes that a contact takes, as the switches 'why' and 'who' lengthen it."""
    stated, made, strategy = (
        company.touchpoints.get(touchpoint.name),
        scenario.encounter,
        company.strategy,
    )
    handling = touchpoint.handling if stated is None or stated.handling is None else stated.handling
    longer = 1.0 + made.interaction_effort * strategy.why
    return handling * longer * (1.0 + made.who_handling * strategy.who)


def _open(scenario: ScenarioData, company: CompanySection) -> float:
    """Return minutes a month that desks are open."""
    desks = scenario.desks
    more = company.strategy.when * (desks.all_hours - desks.business_hours)
    return 60.0 * (desks.business_hours + more)
