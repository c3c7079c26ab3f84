"""People pick the touchpoint: for their use of the month, and for whatever stage they are in."""

from __future__ import annotations

import numpy as np

from simulation.kernels import choose as kernel
from simulation.kernels.draws import draw_persons
from simulation.kernels.encounter import note_visits, spend
from simulation.kernels.prepare import enter_round, merged
from simulation.processes.sense import call_back, sentiment
from simulation.streams import Draws
from simulation.world.journey import SUPPORT, USE
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
    users, rounds = world.rounds.users, world.rounds.of
    desks = world.operations.desks
    if not desks.any():
        return Due()
    places = world.use.touchpoint[users]
    at_desks = users[(places >= 0) & desks[world.people.provider[users], places]]
    day = np.empty(len(at_desks))
    draw_persons(world.streams.at("use", world.step)("day"), at_desks, day)
    return Due(at_desks, np.minimum((rounds * day).astype(np.int64), rounds - 1) + 1)


def choose(world: World, draws: Draws) -> None:
    """Let problems and queries of this round open, and everybody who moves choose.

    Whom a company contacts meets its staff instead.
    """
    rounds, met = world.rounds, world.encounters
    rounds.contacted = sentiment(world)
    _gather(world)
    moving = rounds.moving
    met.clear_gatherings()
    if not len(moving):
        return
    in_stage = world.month.in_stage
    in_stage += np.bincount(met.stage[moving], minlength=len(in_stage))
    called = rounds.contacted
    choosing = np.setdiff1d(moving, called, assume_unique=True) if len(called) else moving
    _pick(world, draws, choosing, met)
    if len(called):
        call_back(world)


def _gather(world: World) -> None:
    """Fill ``rounds.moving`` with those who go on and those with something new, ascending."""
    people, balance, rounds, month = world.people, world.balance, world.rounds, world.month
    broken, asking = rounds.problems.of(rounds.number), rounds.queries.of(rounds.number)
    renewing = rounds.renewals.of(rounds.number)
    moving = merged(merged(rounds.moving, renewing), merged(broken, asking))
    rounds.moving = enter_round(
        rounds.number, rounds.of, moving, broken, asking, renewing,
        people.provider, people.stage, people.hours, balance.hours,
        people.problem, people.queries, balance.trouble, world.encounters.stage,
        month.problems, month.queries,
    )
    if len(rounds.contacted):
        rounds.moving = merged(rounds.moving, rounds.contacted)
        world.encounters.stage[rounds.contacted] = SUPPORT


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
        world.operations.open_to & world.open_touchpoints(), world.operations.staffed,
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
        (met is world.use) * rules.configuration_hours * world.policy.configuration,
        world.enjoyment,
        people.segment, people.considers, people.hours, met.touchpoint,
        met.hours, met.time, met.burden, balance.hours, balance.outlay, world.month.configuring,
    )
    note_visits(
        who, world.operations.channels, world.touchpoints.partner,
        people.provider, people.considers, met.touchpoint, people.usage, balance.spoke,
        world.month.partnered, world.month.partnered_use,
    )
