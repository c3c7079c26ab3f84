"""The journey moves: purchase and choice of provider, problems, renewal, lapse, disposal."""

from __future__ import annotations

from simulation.kernels import progress as kernel
from simulation.scenario.words import ChoiceRule
from simulation.streams import Draws
from simulation.world.world import World


def progress(world: World, draws: Draws) -> None:
    """Move everybody on."""
    people, journey, policy, month = world.people, world.scenario.journey, world.policy, world.month
    names = [company.name for company in world.scenario.companies]
    kernel.progress(
        world.step, draws("pass"), draws("problem"), draws("lapse"), draws("nobody"),
        draws.each(*(f"company:{name}" for name in names)),
        journey.rule is ChoiceRule.WHEN_AWARE, journey.sensitivity, journey.word_of_mouth_shift,
        journey.give_up_months, journey.problem_rate, journey.contract_months,
        journey.churn_journey, journey.churn_attitude, journey.churn_value, journey.own_attitude,
        world.scenario.evaluate.peak_end, world.scenario.encounter.self_service,
        world.journey.present, world.journey.following,
        policy.price, policy.push, world.firms.promised, world.offers.offering,
        world.levels, world.job_start, world.job_value,
        people.segment, people.money, people.churn_base, people.deviation, people.satisfaction,
        people.knowledge, people.attitude, people.reputation, people.dealt, people.fit,
        world.encounters.purpose,
        people.provider, people.stage, people.job, people.tenure, people.waited,
        people.contacts, people.problem, people.aware, people.remembered,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        people.joined, people.left,
        month.passed, month.bought, month.renewals, month.lapsed, month.churn, month.advantage,
    )
