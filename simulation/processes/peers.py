"""At social touchpoints people ask, and others answer, or have answered before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import peers as kernel
from simulation.streams import Draws
from simulation.world.month import Encounters
from simulation.world.rounds import Persons
from simulation.world.world import World

MEMORY = 24.0
"""Months over which answers are counted for who gives most."""


def ask_in_use(world: World, draws: Draws) -> None:
    """Say who would answer this month, and let users be helped where they use what they have."""
    del draws  # sums over people leave nothing to chance
    if world.touchpoints.any_social:
        _gauge(world)
        _ask(world, world.rounds.users, world.use)
    else:
        people = world.people
        np.copyto(people.last_job, people.job, where=people.job >= 0)


def ask(world: World, draws: Draws) -> None:
    """Let those who move be helped by those who are or have been there this month."""
    del draws  # sums over people leave nothing to chance
    if world.touchpoints.any_social:
        _ask(world, world.rounds.moving, world.encounters)


def _ask(world: World, who: Persons, met: Encounters) -> None:
    people, month, peers, scenario = world.people, world.month, world.peers, world.scenario
    if not len(who):
        return
    kernel.ask(
        who, scenario.peers.enough, 1.0 - scenario.blocks.peer_help,
        world.job_answerable, peers.found,
        *_places(world), met.touchpoint, people.considers, people.last_job, peers.knows,
        peers.willing, peers.looks, peers.wise, peers.room,
        peers.here, peers.moved, peers.circles, met.help, people.provider,
        month.questions, month.answers, month.answered, month.found, month.peer_help, month.helped,
    )


def answer(world: World, draws: Draws) -> None:
    """Share out the answers to those who gave them, who bear the hours; keep what was answered."""
    del draws  # sums over people leave nothing to chance
    if not world.touchpoints.any_social:
        return
    people, balance, month, peers = world.people, world.balance, world.month, world.peers
    rules, made = world.scenario.peers, world.scenario.encounter
    kernel.answer(
        made.wage, rules.answer_joy, made.burden, rules.answer_hours, rules.decay, MEMORY,
        world.enjoyment, *_places(world),
        people.segment, people.provider, people.last_job, people.hours,
        peers.knows, peers.willing, peers.looks, peers.here, peers.moved, peers.circles,
        peers.given, peers.lately, peers.archive, peers.wisdom,
        balance.hours, balance.outlay, month.answer_hours,
    )


def _gauge(world: World) -> None:
    """Add up who would answer, and look up what is in the archives."""
    people, peers, rules = world.people, world.peers, world.scenario.peers
    peers.clear()
    kernel.gauge(
        rules.answer, rules.look_in, rules.give, rules.answer_hours, world.scenario.encounter.floor,
        people.job, people.knowledge, people.skill, people.sociability, people.hours,
        people.helpful, people.aware,
        people.last_job, peers.willing, peers.looks, peers.wise, peers.room, peers.knows,
        peers.members,
    )
    kernel.look_up(
        -np.expm1(-peers.archive / rules.needed), 1.0 - world.scenario.blocks.peer_help,
        world.job_answerable, peers.members, peers.archive, peers.wisdom,
        world.policy.single_view, peers.circles, peers.found, peers.readable,
    )


def _places(world: World) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each touchpoint's number among the social ones, or −1, and whether peers own it."""
    return world.touchpoints.social_number, world.touchpoints.of_peers
