"""People pick the touchpoint: for their use of the month, and for whatever stage they are in."""

from __future__ import annotations

from simulation.kernels import choose as kernel
from simulation.kernels import prepare
from simulation.kernels.encounter import note_visits, spend
from simulation.processes.sense import call_back, sentiment
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
    rounds, met = world.rounds, world.encounters
    rounds.contacted = sentiment(world)
    choosing = _gather(world)
    met.clear_gatherings()
    if not len(rounds.moving):
        return
    _pick(world, draws, choosing, met)
    if len(rounds.contacted):
        call_back(world)


def _gather(world: World) -> Persons:
    """Fill ``rounds.moving`` with those who go on and those with something new, ascending.

    Returns those who choose where to go: all but whom the company contacts.
    """
    people, balance, rounds, month = world.people, world.balance, world.rounds, world.month
    choosing: Persons
    rounds.moving, choosing = prepare.enter_round(
        rounds.number, rounds.of, rounds.moving, rounds.problems.of(rounds.number),
        rounds.queries.of(rounds.number), rounds.renewals.of(rounds.number), rounds.contacted,
        people.provider, people.stage, people.hours, balance.hours,
        people.problem, people.queries, balance.trouble, world.encounters.stage,
        month.problems, month.queries, month.in_stage, month.passed,
    )
    return choosing


def _pick(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Choose by softmax, or by the company's process with probability 1 − what."""
    people, policy, touchpoints, month = world.people, world.policy, world.touchpoints, world.month
    weights = world.scenario.choice
    kernel.choose(
        who, draws("where"), draws("process"),
        draws.each(*touchpoints.draw_names),
        weights.quality, weights.social, weights.effort,
        policy.where, policy.what, policy.route,
        *touchpoints.serving,
        touchpoints.owner_kind, touchpoints.owner, touchpoints.open_channel,
        world.offers.is_open, world.operations.staffed,
        touchpoints.sociality, policy.effort, world.firms.quality,
        people.segment, people.provider, people.problem, people.for_staff, people.aware,
        people.attitude, people.reputation, people.sociability, people.hours,
        met.stage, people.considers, met.touchpoint, met.visitors,
    )
    month.visitors += met.visitors
    _set_hours_aside(world, who, met)


def _set_hours_aside(world: World, who: Persons, met: Encounters) -> None:
    """Let encounters cost time, and note where people were."""
    people, balance, rules = world.people, world.balance, world.scenario.encounter
    spend(
        who, rules.wage, rules.burden, world.policy.effort,
        world.policy.configuration_hours if met is world.use else world.policy.nothing,
        world.enjoyment,
        people.segment, people.considers, people.hours, met.touchpoint,
        met.hours, met.time, met.burden, balance.hours, balance.outlay, world.month.configuring,
    )
    note_visits(
        who, world.operations.channels, world.touchpoints.partner,
        people.provider, people.considers, met.touchpoint, people.usage, balance.spoke,
        world.month.partnered, world.month.partnered_use,
    )
