"""The journey moves in a round: purchase and choice of provider, contacts, disposal."""

from __future__ import annotations

from simulation.kernels import progress as kernel
from simulation.scenario.words import ChoiceRule
from simulation.streams import Draws
from simulation.world.world import World


def progress(world: World, draws: Draws) -> None:
    """Move on who had an encounter in this round, and keep those who go on in the next."""
    people, balance, rounds, met = world.people, world.balance, world.rounds, world.encounters
    if not len(rounds.moving):
        return
    journey, policy, month = world.scenario.journey, world.policy, world.month
    rounds.moving = kernel.progress(
        rounds.moving, rounds.number, rounds.of, world.step,
        draws("nobody"), draws.each(*world.by_company("company")),
        draws("doubt"), draws("persist"),
        journey.rule is ChoiceRule.WHEN_AWARE, journey.sensitivity, journey.word_of_mouth_shift,
        journey.own_attitude, journey.doubt, journey.need_persists,
        world.journey.following, world.journey.again,
        policy.price, policy.usage_price, policy.push, world.firms.promised,
        world.levels, world.job_start, world.job_value,
        world.job_clarity, world.operations.staffed,
        people.segment, people.money, people.usage, people.deviation, people.attitude,
        people.reputation, people.dealt, people.remembered, people.hours, balance.hours,
        met.stage, met.touchpoint, met.success,
        people.provider, people.considers, people.stage, people.job, people.tenure, people.waited,
        people.contacts, people.problem, people.queries, people.for_staff, people.tries,
        people.need_month, people.aware,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        people.joined, balance.trouble,
        month.passed, month.bought, month.swayed, month.months_to_purchase, month.purchases,
        month.first_contacts, month.contacts,
    )
