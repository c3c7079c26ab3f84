"""Encounters: desks queue the month's contacts, and actors integrate their resources."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import desk as desks
from simulation.kernels import encounter as kernel
from simulation.kernels.account import effort_by_value
from simulation.kernels.ces import exponent
from simulation.scenario.words import HandlingTimes
from simulation.streams import Draws
from simulation.world.touchpoints import PEERS
from simulation.world.world import World

Floats = NDArray[np.float64]

OPEN_DAYS = 30
"""Days in which a month's open hours are spread."""

LAWS = {law: code for code, law in enumerate(HandlingTimes)}


def encounter(world: World, draws: Draws) -> None:
    """Let contacts queue, then integrate what everybody brings."""
    _queue(world, draws)
    _weigh_customers(world)
    world.month.peer_help[:] = _peer_help(world)
    _integrate(world, draws)
    _watch_platform(world)


def _queue(world: World, draws: Draws) -> None:
    """Run every staffed touchpoint of every company as a first-come, first-served desk."""
    met, month = world.encounters, world.month
    met.wait.fill(0.0)
    met.abandoned[:] = False
    places = [(int(c), int(t)) for c, t in zip(*np.nonzero(world.operations.desks), strict=True)]
    if not places:
        return
    rows, columns = world.operations.offered.shape
    desk = np.full((rows, columns + 1), len(places), dtype=np.int64)
    for number, place in enumerate(places):
        desk[place] = number
    start, person = kernel.group_contacts(
        met.touchpoint, world.people.considers, desk, len(places)
    )
    keys = draws.each("day", "time", "handling", "patience")
    profile = desks.day_profile(np.array(world.scenario.desks.profile, dtype=np.float64))
    for number, (c, t) in enumerate(places):
        callers = person[start[number] : start[number + 1]]
        if len(callers):
            month.desk_contacts[c, t] = len(callers)
            _serve(world, keys, profile, (c, t), callers)


def _serve(
    world: World,
    keys: NDArray[np.uint64],
    profile: Floats,
    place: tuple[int, int],
    callers: NDArray[np.int64],
) -> None:
    parameters, month, met = world.scenario.desks, world.month, world.encounters
    patience_mean = parameters.patience if parameters.abandonment else np.inf
    arrival, handling, patience = desks.contacts(
        callers, *keys, 60.0 * world.policy.open_hours[place[0]], OPEN_DAYS, profile,
        LAWS[parameters.handling], world.policy.handling[place], parameters.handling_spread,
        patience_mean,
    )
    wait = np.empty(len(callers))
    abandoned = np.empty(len(callers), dtype=np.bool_)
    servers = int(world.operations.servers[place])
    month.desk_busy[place] = desks.serve(arrival, handling, patience, servers, wait, abandoned)
    month.desk_wait[place] = wait.sum()
    month.desk_abandoned[place] = np.count_nonzero(abandoned)
    met.wait[callers] = wait
    met.abandoned[callers] = abandoned


def _weigh_customers(world: World) -> None:
    """Spread each company's effort over its customers by their value, as ``portfolio`` says."""
    journey = world.scenario.journey
    world.effort_by_value = effort_by_value(
        np.array([company.strategy.portfolio for company in world.scenario.companies]),
        journey.churn_a, journey.churn_b, journey.contract_months, world.n_companies,
        world.step // journey.contract_months + 2,
        world.people.provider, world.people.tenure,
    )


def _peer_help(world: World) -> Floats:
    """Return mean knowledge · sociability of those present, ``(C + 1, T)``, 0 where not social.

    Touchpoints that peers own are shared by the customers of all companies.
    """
    month, touchpoints = world.month, world.touchpoints
    shared = touchpoints.owner_kind == PEERS
    answers, visitors = month.answers.copy(), month.visitors.astype(np.float64)
    answers[:, shared] = answers[:, shared].sum(axis=0)
    visitors[:, shared] = visitors[:, shared].sum(axis=0)
    mean = np.divide(answers, visitors, out=np.zeros_like(answers), where=visitors > 0.0)
    helped: Floats = mean * touchpoints.social * (1.0 - world.scenario.blocks.peer_help)
    return helped


def _partner_help(world: World) -> Floats:
    """Return partners' help by touchpoint: capability, shared out where hours are short."""
    touchpoints, month = world.touchpoints, world.month
    flows = 1.0 - world.scenario.blocks.partner_capability
    asked = (month.visitors * world.policy.effort).sum(axis=0)
    helped = np.zeros(len(touchpoints))
    for partner in world.partners:
        own = touchpoints.partner == partner.index
        hours = asked[own].sum()
        share = min(1.0, partner.parameters.hours / hours) if hours > 0.0 else 1.0
        helped[own] = partner.parameters.capability * share * flows * partner.active
    return helped


def _integrate(world: World, draws: Draws) -> None:
    people, met, month, policy = world.people, world.encounters, world.month, world.policy
    scenario, offers = world.scenario, world.offers
    made = scenario.encounter
    rho = exponent(made.elasticity)
    ready = np.empty_like(offers.support)
    kernel.platform_terms(made.floor, rho, offers.support, ready)
    kernel.integrate(
        draws("when"),
        rho, exponent(made.offering_elasticity), made.offering_weight,
        made.floor, made.absorb, made.delay_loss, scenario.desks.patience, made.wage, made.burden,
        made.self_service, scenario.journey.problem_loss,
        policy.open_share, policy.staff_help, month.peer_help, _partner_help(world),
        world.effort_by_value, world.operations.staffed, world.journey.weights, policy.effort,
        np.array([segment.enjoyment for segment in scenario.segments]),
        world.job_start, world.job_value, world.levels, offers.offering, offers.support,
        ready,
        people.segment, people.provider, people.considers, people.stage, people.job,
        people.tenure, people.problem, people.knowledge, people.skill, people.hours,
        people.deviation, people.fit,
        met.touchpoint, met.wait, met.abandoned,
        met.purpose, met.attained, people.progress, met.burden, met.outlay, met.gained, met.alone,
        met.needy,
        month.brought, month.slack, month.offered,
    )


def _watch_platform(world: World) -> None:
    """Remember what of the platform's effort was brought and not used, for lean planning."""
    platform = 1
    world.firms.brought += world.month.brought[:-1, :, platform]
    world.firms.slack += world.month.slack[:-1, :, platform]
