"""What companies sense beside needs: complaints where they arise, and the mood of those in trouble.

Complaints are problems and failed contacts. They are heard where touchpoints listen, and move
platform effort at the next planning (``Company`` in ``world/firms.py``). Sentiment is what people
with a problem say along their ties; a company that listens at social touchpoints calls them back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.draws import draw_persons
from simulation.kernels.encounter import note_visits
from simulation.world.journey import BY_STAFF, SUPPORT
from simulation.world.rounds import Persons, nobody
from simulation.world.world import World

Floats = NDArray[np.float64]


def sentiment(world: World) -> Persons:
    """Return whom companies contact in this round for what they say of them, ascending.

    Whoever has had a problem open since before this round and A_ic < 0 is contacted at most once a
    month, if their draw of the month is below recovery · listening · τ_ic, τ being the propensity
    to talk; not by a company that listens at no social touchpoint or has no staff for support, and
    not in the round of their renewal.
    """
    chance = _recovery(world)
    if not chance.any():
        return nobody()
    people, talk = world.people, world.scenario.talk
    who = np.flatnonzero(people.problem & ~world.balance.contacted)
    renewing = world.rounds.renewals.of(world.rounds.number)
    who = np.setdiff1d(who, renewing, assume_unique=True)
    company = people.provider[who]
    attitude = people.attitude[who, company]
    says = np.minimum(1.0, talk.propensity + talk.negative * attitude**2)
    draw = np.empty(len(who))
    draw_persons(world.streams.at("sense", world.step)("recovery"), who, draw)
    return who[(attitude < 0.0) & (draw < chance[company] * says)]


def _recovery(world: World) -> Floats:
    """Return the chance of contacting somebody who says all there is to say, ``(C,)``."""
    strategies = [company.strategy for company in world.scenario.companies]
    chance = np.array([strategy.recovery * strategy.listening for strategy in strategies])
    operations, touchpoints = world.operations, world.touchpoints
    hears = (operations.listens & operations.open_to & touchpoints.social)[:-1].any(axis=1)
    reaches: Floats = (
        chance
        * (1.0 - world.scenario.blocks.feedback)
        * hears
        * (world.policy.route[:-1, BY_STAFF] >= 0)
    )
    return reaches


def call_back(world: World) -> None:
    """Let staff contact those whom sentiment has pointed out: it asks no effort of them."""
    people, met, month = world.people, world.encounters, world.month
    who = world.rounds.contacted
    company = people.provider[who].astype(np.int64)
    place = world.policy.route[company, BY_STAFF]
    world.balance.contacted[who] = True
    people.considers[who] = company
    met.stage[who], met.touchpoint[who] = SUPPORT, place
    met.hours[who], met.time[who], met.burden[who] = 0.0, 1.0, 0.0
    for visits in (met.visitors, month.visitors, month.recoveries):
        np.add.at(visits, (company, place), 1)
    note_visits(
        who, world.operations.channels(world.touchpoints), world.touchpoints.partner,
        people.provider, people.considers, met.touchpoint, people.usage, world.balance.spoke,
        month.partnered, month.partnered_use,
    )


def complain(world: World) -> None:
    """Count failures of this round by company and touchpoint, and those that are heard.

    A problem arises where the person uses the offering, a contact fails where it is.
    """
    people, met, rounds = world.people, world.encounters, world.rounds
    failing = rounds.moving[~met.success[rounds.moving]]
    _count(world, rounds.problems.of(rounds.number), people.provider, world.use.touchpoint)
    _count(world, failing, people.considers, met.touchpoint)
    called = rounds.contacted
    world.month.recovered += np.bincount(
        people.provider[called[met.success[called]]], minlength=world.n_companies
    )


def _count(
    world: World, who: Persons, company: NDArray[np.int8], touchpoint: NDArray[np.int16]
) -> None:
    month = world.month
    who = who[(touchpoint[who] >= 0) & (company[who] >= 0)]
    c, t = company[who].astype(np.int64), touchpoint[who].astype(np.int64)
    np.add.at(month.failures, (c, t), 1)
    heard = world.operations.listens[c, t]
    np.add.at(month.complaints, (c[heard], t[heard]), 1)
    rate = np.array([company.strategy.complaint_rate for company in world.scenario.companies])
    noted = heard & (rate[c] > 0.0)
    if noted.any():
        _sort(world, who[noted], c[noted])


def _sort(world: World, who: Persons, company: NDArray[np.int64]) -> None:
    """Sort complaints by what people wanted: each counts for outcomes by w_ik."""
    people = world.people
    wanted = np.minimum(world.levels[people.segment[who]] * people.deviation[who], 10.0)
    outcome = np.arange(wanted.shape[1])
    job = people.job[who]
    ours = (outcome >= world.job_start[job][:, None]) & (
        outcome < world.job_start[job + 1][:, None]
    )
    wanted *= ours
    wanted /= wanted.sum(axis=1, keepdims=True)
    np.add.at(world.month.complained_of, company, wanted)
