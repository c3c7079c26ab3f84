"""Encounters: desks queue contacts, and actors integrate their resources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import desk as desks
from simulation.kernels import encounter as kernel
from simulation.kernels import handover
from simulation.kernels.ces import exponent
from simulation.processes.sense import complain
from simulation.scenario.words import HandlingTimes
from simulation.streams import Draws
from simulation.world.month import Encounters
from simulation.world.rounds import Persons
from simulation.world.touchpoints import EACH_COMPANY, INNOVATION, ONE_COMPANY
from simulation.world.world import World

Floats = NDArray[np.float64]

OPEN_DAYS = 30
"""Days in which a month's open hours are spread."""

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
        rounds.moving, draws("pass"), np.array([job.clarity for job in world.scenario.jobs]),
        world.operations.staffed,
        people.considers, people.job, people.problem, met.stage, met.touchpoint, met.purpose,
        met.success,
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
    month.trouble[:] = np.bincount(
        world.people.provider[users],
        weights=world.balance.trouble[users] / world.rounds.of,
        minlength=world.n_companies,
    )
    _watch_platform(world)


@dataclass(frozen=True)
class _Callers:
    """Those who come to desks: grouped by desk, with their draws and part of the month."""

    met: Encounters
    start: NDArray[np.int64]
    person: Persons
    keys: NDArray[np.uint64]
    part: int
    parts: int

    @classmethod
    def of(
        cls, world: World, who: Persons, met: Encounters, desk: NDArray[np.int64], draws: Draws
    ) -> _Callers:
        """Return those of ``who`` that come to a desk; in use they come at any time."""
        start, person = kernel.group_contacts(
            who, met.touchpoint, world.people.considers, desk, int(desk.max())
        )
        keys = draws.each("day", "time", "handling", "patience")
        if met is world.use:
            return cls(met, start, person, keys, 0, 1)
        return cls(met, start, person, keys, world.rounds.number - 1, world.rounds.of)


def _queue(world: World, draws: Draws) -> None:
    """Run every staffed touchpoint of every company as a first-come, first-served desk.

    It serves the contacts of this round, and those encounters in use that fall into its part of the
    month.
    """
    rounds = world.rounds
    places = np.argwhere(world.operations.desks)
    using = rounds.at_desks.of(rounds.number)
    world.encounters.wait[rounds.moving] = 0.0
    world.encounters.abandoned[rounds.moving] = False
    if not len(places) or not (len(using) or len(rounds.moving)):
        return
    rows, columns = world.operations.offered.shape
    desk = np.full((rows, columns + 1), len(places), dtype=np.int64)
    desk[places[:, 0], places[:, 1]] = np.arange(len(places))
    callers = (
        _Callers.of(world, using, world.use, desk, world.streams.at("use", world.step)),
        _Callers.of(world, rounds.moving, world.encounters, desk, draws),
    )
    profile = desks.day_profile(np.array(world.scenario.desks.profile, dtype=np.float64))
    for number, (c, t) in enumerate(places.tolist()):
        _serve(world, callers, profile, number, (c, t))


def _serve(
    world: World,
    callers: tuple[_Callers, ...],
    profile: Floats,
    number: int,
    place: tuple[int, int],
) -> None:
    """Let those who come to a desk wait, and be served or leave."""
    month = world.month
    groups = [each.person[each.start[number] : each.start[number + 1]] for each in callers]
    count = sum(map(len, groups))
    if not count:
        return
    times = [
        _times(world, each, group, profile, place)
        for each, group in zip(callers, groups, strict=True)
    ]
    arrival, handling, patience = map(np.concatenate, zip(*times, strict=True))
    wait, abandoned = np.empty(count), np.empty(count, dtype=np.bool_)
    called = _called(world, groups)
    patience[called] = np.inf
    servers = int(world.firms.servers[place])
    month.desk_contacts[place] += count
    month.desk_busy[place] += desks.serve(arrival, handling, patience, servers, wait, abandoned)
    wait[called] = 0.0
    month.desk_wait[place] += wait.sum()
    month.desk_abandoned[place] += np.count_nonzero(abandoned)
    in_time = ~abandoned & (wait <= world.operations.within[place])
    month.desk_answered[place] += np.count_nonzero(in_time)
    first = 0
    for each, group in zip(callers, groups, strict=True):
        last = first + len(group)
        each.met.wait[group] = wait[first:last]
        each.met.abandoned[group] = abandoned[first:last]
        first = last


def _called(world: World, groups: list[Persons]) -> NDArray[np.bool_]:
    """Return who of the contacts in use and of this round is called, and so does not wait."""
    in_use, moving = groups
    called = np.zeros(len(in_use) + len(moving), dtype=np.bool_)
    contacted = world.rounds.contacted
    if len(contacted):
        place = np.minimum(np.searchsorted(contacted, moving), len(contacted) - 1)
        called[len(in_use) :] = contacted[place] == moving
    return called


def _times(
    world: World, callers: _Callers, group: Persons, profile: Floats, place: tuple[int, int]
) -> tuple[Floats, Floats, Floats]:
    parameters = world.scenario.desks
    patience_mean = parameters.patience if parameters.abandonment else np.inf
    times: tuple[Floats, Floats, Floats] = desks.contacts(
        group, *callers.keys, 60.0 * world.policy.open_hours[place[0]], OPEN_DAYS,
        callers.part, callers.parts, profile,
        LAWS[parameters.handling], world.policy.handling[place], parameters.handling_spread,
        patience_mean,
    )
    return times


def _hand_over(world: World, who: Persons, met: Encounters) -> None:
    """Let those who take an open purpose to another touchpoint begin anew there."""
    people, month, touchpoints = world.people, world.month, world.touchpoints
    knows_of = (touchpoints.owner_kind == EACH_COMPANY) | (touchpoints.owner_kind == ONE_COMPANY)
    ran = np.repeat(knows_of[None], world.n_companies + 1, axis=0)
    handover.hand_over(
        who, world.scenario.handover.loss, world.policy.single_view, ran,
        met.stage, met.touchpoint, people.considers, people.tries, people.tried, people.tried_at,
        people.tried_in, met.kept, month.handovers,
    )
    month.viewed += (met.visitors[:-1] * knows_of).sum(axis=1)


def _readable(world: World) -> Floats:
    """Return the share of answers that staff find in communities' archives, ``(C + 1, J)``.

    As far as there is a single view; in the archive that answers most, the company's own or a
    shared one.
    """
    shared = np.maximum(world.peers.found, world.peers.found[-1]).max(axis=1, initial=0.0)
    readable: Floats = world.policy.single_view[:, None] * shared
    return readable


def _partner_help(world: World, met: Encounters) -> Floats:
    """Return partners' help by touchpoint: capability, shared out where hours are short.

    Encounters in use are served first, then those of each round from the hours that are left.
    """
    touchpoints, effort = world.touchpoints, world.policy.effort
    flows = 1.0 - world.scenario.blocks.partner_capability
    asked = (met.visitors * effort).sum(axis=0)
    in_use = met is world.use
    before = 0.0 * asked if in_use else (world.month.visitors * effort).sum(axis=0) - asked
    helped = np.zeros(len(touchpoints))
    for partner in world.partners:
        places = touchpoints.partner == partner.index
        hours, left = asked[places].sum(), max(0.0, partner.parameters.hours - before[places].sum())
        share = min(1.0, left / hours) if hours > 0.0 else 1.0
        helped[places] = partner.parameters.capability * share * flows * partner.active
    return helped


def _integrate(world: World, draws: Draws, who: Persons, met: Encounters) -> None:
    """Integrate what everybody of ``who`` and those they meet bring."""
    people, balance, month, policy = world.people, world.balance, world.month, world.policy
    scenario, offers = world.scenario, world.offers
    made = scenario.encounter
    rho = exponent(made.elasticity)
    ready = np.empty_like(offers.support)
    kernel.platform_terms(made.floor, rho, offers.support, ready)
    kernel.integrate(
        who, draws("when"),
        rho, exponent(made.offering_elasticity), made.offering_weight,
        made.floor, made.absorb, made.delay_loss, _tolerance(world),
        made.self_service, scenario.journey.problem_loss / world.rounds.of,
        policy.open_share, _staff_help(world), _readable(world), met.help,
        _partner_help(world, met), met.kept,
        world.effort_by_value, world.operations.staffed, world.journey.weights,
        policy.configuration,
        world.job_start, world.job_value, world.levels, offers.offering,
        world.firms.capability[:, INNOVATION], offers.support, ready,
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


def _staff_help(world: World) -> Floats:
    """Return the help of each company's staff ``(C + 1,)``: their skill, as 'who' lets it help."""
    hired = np.array([company.staff_skill for company in world.scenario.companies])
    helped: Floats = np.append(hired + world.firms.skill_gained, 0.0) * world.policy.staff_share
    return helped


def _watch_platform(world: World) -> None:
    """Remember what of the platform's effort was brought and not used, for lean planning."""
    platform = 1
    world.firms.brought += world.month.brought[:-1, :, platform]
    world.firms.slack += world.month.slack[:-1, :, platform]
