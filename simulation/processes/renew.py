"""The month ends for people: needs nobody answers are given up, contracts are renewed or lapse."""

from __future__ import annotations

from simulation.kernels import renew as kernel
from simulation.streams import Draws
from simulation.world.world import World


def renew(world: World, draws: Draws) -> None:
    """Let needs be given up, contracts grow older, and those that end be renewed or not."""
    people, journey, month = world.people, world.scenario.journey, world.month
    kernel.renew(
        world.step, draws("lapse"), draws("persist"),
        journey.give_up_months, journey.contract_months, journey.churn_journey,
        journey.churn_attitude, journey.churn_value, world.scenario.evaluate.peak_end,
        world.scenario.encounter.self_service, journey.need_persists,
        world.journey.present, world.journey.following, world.journey.again,
        world.policy.price, world.policy.usage_price, world.firms.promised,
        world.levels, world.job_start, world.job_value,
        people.segment, people.money, people.usage, people.churn_base, people.deviation,
        people.satisfaction, people.attitude, people.aware, world.balance.customer,
        people.provider, people.stage, people.job, people.tenure, people.waited,
        people.contacts, people.problem, people.queries, people.for_staff, people.tries,
        people.need_month, people.remembered,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        people.left, world.use.stage,
        month.passed, month.renewals, month.lapsed, month.churn, month.by_contract, month.opinion,
        month.advantage,
    )
    kernel.forget_tries(people.stage, people.tried, people.tried_at, people.tried_in)
