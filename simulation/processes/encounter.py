"""Encounters: desks queue contacts, and actors integrate their resources."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import desk as desks
from simulation.kernels import encounter as kernel
from simulation.kernels import handover
from simulation.kernels.ces import exponent
from simulation.kernels.integrate import integrate
from simulation.processes.sense import complain
from simulation.scenario.words import HandlingTimes
from simulation.streams import Draws
from simulation.world.month import Encounters
from simulation.world.rounds import Persons
from simulation.world.touchpoints import INNOVATION
from simulation.world.world import World

Floats = NDArray[np.float64]

OPEN_DAYS = 30
"""Days in which a month's open hours are spread."""

TIMES = ("day", "time", "handling", "patience")
"""What is drawn of each contact."""

LAWS = {law: code for code, law in enumerate(HandlingTimes)}


def encounter(world: World, draws: Draws) -> None:
    """Let the contacts of this round queue, and integrate what everybody brings."""
    rounds, met, people = world.rounds, world.encounters, world.people
    _queue(world, draws)
    if not len(rounds.moving):
        complain(world)
        return
    _hand_over(world, rounds.moving, met)
    _integrate(world, draws, rounds.moving, met)
    kernel.succeed(
        rounds.moving, draws("pass"), world.job_clarity,
        world.operations.staffed,
        people.considers, people.job, people.problem, met.stage, met.touchpoint, met.abandoned,
        met.purpose, met.success,
    )
    handover.remember(
        rounds.moving, met.stage, met.touchpoint, people.considers, met.success,
        people.tried, people.tried_at, people.tried_in,
    )
    complain(world)


def use(world: World, draws: Draws) -> None:
    """Integrate offering and encounter into Y, less what problems of this month took."""
    users, month = world.rounds.users, world.month
    if len(users):
        _integrate(world, draws, users, world.use)
    kernel.add_trouble(
        users, world.people.provider, world.balance.trouble, world.rounds.of, month.trouble
    )
    _watch_platform(world)


def _queue(world: World, draws: Draws) -> None:
    """Run every staffed touchpoint of every company as a first-come, first-served desk.

    It serves the contacts of this round, and those encounters in use that fall into its part of the
    month.
    """
    rounds, operations, met, use = world.rounds, world.operations, world.encounters, world.use
    using, moving = rounds.at_desks.of(rounds.number), rounds.moving
    met.wait[moving] = 0.0
    met.abandoned[moving] = False
    company, touchpoint = operations.desk_places
    if not len(company) or not (len(using) or len(moving)):
        return
    considers, numbers = world.people.considers, operations.desk_numbers
    month, parameters = world.month, world.scenario.desks
    desks.run_desks(
        company, touchpoint, world.policy.open_hours, OPEN_DAYS, world.policy.day_profile,
        LAWS[parameters.handling], world.policy.handling, parameters.handling_spread,
        parameters.patience if parameters.abandonment else np.inf,
        world.firms.servers, operations.within,
        *kernel.group_contacts(using, use.touchpoint, considers, numbers, len(company)),
        world.streams.at("use", world.step).each(*TIMES),
        *kernel.group_contacts(moving, met.touchpoint, considers, numbers, len(company)),
        draws.each(*TIMES),
        rounds.number - 1, rounds.of, rounds.contacted,
        use.wait, use.abandoned, met.wait, met.abandoned,
        month.desk_contacts, month.desk_busy, month.desk_wait, month.desk_abandoned,
        month.desk_answered,
    )


def _hand_over(world: World, who: Persons, met: Encounters) -> None:
    """Let those who take an open purpose to another touchpoint begin anew there."""
    people = world.people
    handover.hand_over(
        who, world.scenario.handover.loss, world.policy.single_view,
        world.touchpoints.of_companies,
        met.stage, met.touchpoint, people.considers, people.tries, people.tried, people.tried_at,
        people.tried_in, met.kept, world.month.handovers,
    )


def _partner_help(world: World, met: Encounters) -> Floats:
    """Return partners' help by touchpoint, see ``share_partners``."""
    policy = world.policy
    helped: Floats = kernel.share_partners(
        met.visitors, world.month.visitors, met is world.use, policy.effort,
        world.touchpoints.partner, policy.partner_hours, policy.partner_help,
        world.offers.partner_active, 1.0 - world.scenario.blocks.partner_capability,
    )
    return helped


def _integrate(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Integrate what everybody of ``who`` and those they meet bring."""
    people, balance, month, policy = world.people, world.balance, world.month, world.policy
    scenario, offers = world.scenario, world.offers
    made = scenario.encounter
    integrate(
        who, draws("when"),
        exponent(made.elasticity), exponent(made.offering_elasticity), made.offering_weight,
        made.floor, made.absorb, made.delay_loss, _tolerance(world),
        made.self_service, scenario.journey.problem_loss / world.rounds.of,
        policy.open_share, world.firms.staff_help, world.peers.readable, met.help,
        _partner_help(world, met), met.kept,
        world.effort_by_value, world.operations.staffed, world.journey.weights,
        policy.configuration,
        world.job_start, world.job_value, world.levels, offers.offering,
        world.firms.capability[:, INNOVATION], offers.support, offers.ready,
        people.segment, people.provider, people.considers, people.job, people.tenure,
        people.knowledge, people.skill, people.usage, people.deviation, people.fit,
        met.stage, met.touchpoint, met.time, met.wait, met.abandoned, balance.trouble,
        met.purpose, balance.attained, people.progress, balance.gained,
        month.brought, month.slack, month.offered,
    )


def _tolerance(world: World) -> float:
    """Return the wait that leaves 1/e of platform support, minutes."""
    desks = world.scenario.desks
    return desks.patience if desks.wait_tolerance is None else desks.wait_tolerance


def _watch_platform(world: World) -> None:
    """Remember what of the platform's effort was brought and not used, for lean planning."""
    platform = 1
    world.firms.brought += world.month.brought[:-1, :, platform]
    world.firms.slack += world.month.slack[:-1, :, platform]
