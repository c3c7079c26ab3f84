"""People pick the touchpoint: for their use of the month, and for whatever stage they are in."""

from __future__ import annotations

from simulation.kernels import choose as kernel
from simulation.kernels import prepare
from simulation.processes.sense import call_back, recovery_key
from simulation.streams import Draws
from simulation.world.journey import USE
from simulation.world.month import Encounters
from simulation.world.rounds import Due, Persons
from simulation.world.world import World


def choose_use(world: World, draws: Draws) -> None:
    """Let users choose where they use what they have, and set the hours for it aside."""
    users = world.rounds.users
    world.use.stage[users] = USE
    world.month.in_stage[USE] += len(users)
    if len(users):
        _pick(world, draws, users, world.use)
        world.rounds.at_desks = _at_desks(world)


def _at_desks(world: World) -> Due:
    """Return users whose encounter falls to a desk, in the round in which they come to it."""
    return Due(
        *prepare.come_to_desks(
            world.rounds.users, world.streams.at("use", world.step)("day"), world.rounds.of,
            world.operations.desks, world.people.provider, world.use.touchpoint,
        )
    )


def choose(world: World, draws: Draws) -> None:
    """Let problems and queries of this round open, and everybody who moves choose.

    Whom a company contacts meets its staff instead.
    """
    choosing = _gather(world)
    if not len(world.rounds.moving):
        return
    _pick(world, draws, choosing, world.encounters)
    if world.policy.recovers:
        call_back(world)


def _gather(world: World) -> Persons:
    """Fill ``rounds.moving`` with those who go on and those with something new, ascending.

    Returns those who choose where to go: all but whom the company contacts, see ``sense``.
    """
    people, balance, rounds, month = world.people, world.balance, world.rounds, world.month
    policy, talk, number = world.policy, world.scenario.talk, rounds.number
    choosing: Persons
    rounds.moving, choosing, rounds.contacted = prepare.enter_round(
        number, rounds.of, rounds.moving, rounds.problems.of(number), rounds.queries.of(number),
        rounds.renewals.of(number),
        policy.recovers, recovery_key(world), policy.recovering, talk.propensity, talk.negative,
        balance.contacted, people.attitude,
        people.provider, people.stage, people.hours, balance.hours,
        people.problem, people.queries, balance.trouble, world.encounters.stage,
        world.encounters.visitors,
        month.problems, month.queries, month.in_stage, month.passed,
    )
    return choosing


def _pick(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Choose by softmax, or by the company's process with probability 1 − what; see ``choose``."""
    people, policy, touchpoints, month = world.people, world.policy, world.touchpoints, world.month
    weights, rules, balance = world.scenario.choice, world.scenario.encounter, world.balance
    kernel.choose(
        who, draws("where"), draws("process"),
        draws.each(*touchpoints.draw_names),
        weights.quality, weights.social, weights.effort,
        policy.where, policy.what, policy.route,
        *touchpoints.serving,
        touchpoints.owner_kind, touchpoints.owner, touchpoints.open_channel,
        world.offers.is_open, world.operations.staffed,
        touchpoints.sociality, policy.effort, world.firms.quality,
        rules.wage, rules.burden,
        policy.configuration_hours if met is world.use else policy.nothing,
        world.enjoyment, world.operations.channels, touchpoints.partner,
        people.segment, people.provider, people.problem, people.for_staff, people.aware,
        people.attitude, people.reputation, people.sociability, people.hours, people.usage,
        met.stage, people.considers, met.touchpoint, met.hours, met.time, met.burden,
        met.visitors, balance.hours, balance.outlay, balance.spoke,
        month.visitors, month.configuring, month.partnered, month.partnered_use,
    )
