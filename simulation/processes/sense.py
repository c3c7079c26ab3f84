"""What companies sense beside needs: complaints where they arise, and the mood of those in trouble.

Complaints are problems and failed contacts. They are heard where touchpoints listen, and move
platform effort at the next planning (``Company`` in ``world/company.py``). Sentiment is what people
with a problem say along their ties; a company that listens at social touchpoints calls them back.
"""

from __future__ import annotations

import numpy as np

from simulation.kernels import sense as kernel
from simulation.kernels.encounter import note_visits
from simulation.world.journey import BY_STAFF, SUPPORT
from simulation.world.rounds import Persons, nobody
from simulation.world.world import World


def sentiment(world: World) -> Persons:
    """Return whom companies contact in this round for what they say of them, ascending.

    Whoever has had a problem open since before this round and A_ic < 0 is contacted at most once a
    month, if their draw of the month is below recovery · listening · τ_ic, τ being the propensity
    to talk; not by a company that listens at no social touchpoint or has no staff for support, and
    not in the round of their renewal.
    """
    if not world.policy.recovers:
        return nobody()
    people, talk, rounds = world.people, world.scenario.talk, world.rounds
    contacted: Persons = kernel.contact(
        world.streams.at("sense", world.step)("recovery"), world.policy.recovering,
        talk.propensity, talk.negative,
        rounds.renewals.of(rounds.number),
        people.problem, world.balance.contacted, people.provider, people.attitude,
    )
    return contacted


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
        who, world.operations.channels, world.touchpoints.partner,
        people.provider, people.considers, met.touchpoint, people.usage, world.balance.spoke,
        month.partnered, month.partnered_use,
    )


def complain(world: World) -> None:
    """Count failures of this round by company and touchpoint, and those that are heard.

    A problem arises where the person uses the offering, a contact fails where it is.
    """
    people, met, rounds, month = world.people, world.encounters, world.rounds, world.month
    kernel.complain(
        rounds.problems.of(rounds.number), rounds.moving, rounds.contacted,
        world.operations.listens, world.policy.complaint_rate, world.levels, world.job_start,
        people.segment, people.provider, people.considers, people.job, people.deviation,
        world.use.touchpoint, met.touchpoint, met.success,
        month.failures, month.complaints, month.complained_of, month.recovered,
    )
