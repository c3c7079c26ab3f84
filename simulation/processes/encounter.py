"""Encounters: desks queue contacts, and actors integrate their resources."""

from __future__ import annotations

import numpy as np

from simulation.kernels import desk as desks
from simulation.kernels import encounter as kernel
from simulation.kernels import handover
from simulation.kernels import integrate as integration
from simulation.kernels.ces import exponent
from simulation.scenario.words import HandlingTimes
from simulation.streams import Draws
from simulation.world.month import Encounters
from simulation.world.rounds import Persons
from simulation.world.touchpoints import INNOVATION
from simulation.world.world import World

OPEN_DAYS = 30
"""Days in which a month's open hours are spread."""

TIMES = ("day", "time", "handling", "patience")
"""What is drawn of each contact."""

LAWS = {law: code for code, law in enumerate(HandlingTimes)}


def encounter(world: World, draws: Draws) -> None:
    """Let the contacts of this round queue, and integrate what everybody brings.

    Whoever then has not met the purpose may complain.
    """
    rounds, met = world.rounds, world.encounters
    _queue(world, draws)
    if len(rounds.moving):
        _hand_over(world, rounds.moving, met)
        _integrate(world, draws, rounds.moving, met)
    _conclude(world, draws, rounds.moving, met)


def use(world: World, draws: Draws) -> None:
    """Integrate offering and encounter into Y, less what problems of this month took."""
    users, month, firms = world.rounds.users, world.month, world.firms
    if len(users):
        _integrate(world, draws, users, world.use)
    kernel.conclude_use(
        users, world.people.provider, world.balance.trouble, world.rounds.of,
        month.brought, month.slack, month.trouble, firms.brought, firms.slack,
    )


def _queue(world: World, draws: Draws) -> None:
    """Run every staffed touchpoint of every company as a first-come, first-served desk.

    It serves the contacts of this round, and those encounters in use that fall into its part of the
    month.
    """
    rounds, operations, met, use = world.rounds, world.operations, world.encounters, world.use
    using = rounds.at_desks.of(rounds.number)
    if not (len(using) or len(rounds.moving)):
        return
    month, parameters = world.month, world.scenario.desks
    desks.run_desks(
        *operations.desk_places, operations.desk_numbers,
        world.policy.open_hours, OPEN_DAYS, world.policy.day_profile,
        LAWS[parameters.handling], world.policy.handling, parameters.handling_spread,
        parameters.patience if parameters.abandonment else np.inf,
        world.firms.servers, operations.within,
        using, use.touchpoint, world.streams.at("use", world.step).each(*TIMES),
        rounds.moving, met.touchpoint, draws.each(*TIMES),
        rounds.number - 1, rounds.of, rounds.contacted, world.people.considers,
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


def _integrate(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Integrate what everybody of ``who`` and those they meet bring."""
    people, balance, month, policy = world.people, world.balance, world.month, world.policy
    scenario, offers = world.scenario, world.offers
    made = scenario.encounter
    integration.integrate(
        who, draws("when"),
        exponent(made.elasticity), exponent(made.offering_elasticity), made.offering_weight,
        made.floor, made.absorb, made.delay_loss, _tolerance(world),
        made.self_service, scenario.journey.problem_loss / world.rounds.of,
        policy.open_share, world.firms.staff_help, world.peers.readable, met.help, met.kept,
        world.touchpoints.partner, policy.partner_hours, policy.partner_help,
        offers.partner_active, 1.0 - scenario.blocks.partner_capability,
        policy.effort, met is world.use, met.visitors, month.visitors,
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


def _conclude(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Say whose purpose was met, who will have tried in vain, and what is complained of.

    Failures of this round are counted by company and touchpoint, and those that are heard. A
    problem arises where the person uses the offering, a contact fails where it is.
    """
    people, rounds, month = world.people, world.rounds, world.month
    kernel.conclude(
        who, rounds.problems.of(rounds.number), rounds.contacted, draws("pass"),
        world.job_clarity, world.operations.staffed, world.operations.listens,
        world.policy.complaint_rate, world.levels, world.job_start,
        people.segment, people.provider, people.considers, people.job, people.problem,
        people.deviation, world.use.touchpoint,
        met.stage, met.touchpoint, met.abandoned, met.purpose,
        people.tried, people.tried_at, people.tried_in, met.success,
        month.failures, month.complaints, month.complained_of, month.recovered,
    )
