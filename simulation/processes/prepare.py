"""The month begins for people: who uses, who moves, and what else it has in store."""

from __future__ import annotations

from simulation.kernels import prepare as kernel
from simulation.kernels.account import effort_by_value
from simulation.streams import Draws
from simulation.world.journey import SUPPORT
from simulation.world.rounds import Due, Rounds
from simulation.world.touchpoints import INNOVATION
from simulation.world.world import World


def prepare(world: World, draws: Draws) -> None:
    """Say who uses and who moves, and let problems, queries and renewals arise."""
    for last_month in (world.use, world.encounters, world.balance):
        last_month.clear()
    world.rounds = _rounds(world, draws)
    _weigh_customers(world)


def _rounds(world: World, draws: Draws) -> Rounds:
    people, balance, journey = world.people, world.balance, world.scenario.journey
    users, moving, *opening = kernel.prepare(
        draws("problem"), draws("problem_round"), draws("query"), draws("query_round"),
        draws("renew_round"),
        journey.rounds, world.journey.present[SUPPORT], journey.problem_rate, journey.query_rate,
        world.scenario.encounter.self_service,
        world.offers.offering, world.firms.capability[:, INNOVATION], world.policy.configuration,
        world.levels, world.job_start, world.job_value, people.usage,
        people.segment, people.provider, people.stage, people.job, people.problem, people.queries,
        people.knowledge, people.deviation, people.fit,
        balance.customer, balance.needy, balance.gained, balance.alone, balance.trouble,
        world.month.users,
    )
    problems, queries, renewals = (Due(*each) for each in opening)
    return Rounds(
        of=journey.rounds,
        users=users,
        moving=moving,
        problems=problems,
        queries=queries,
        renewals=renewals,
    )


def _weigh_customers(world: World) -> None:
    """Spread each company's effort over its customers by their value, as ``portfolio`` says."""
    journey = world.scenario.journey
    world.effort_by_value = effort_by_value(
        world.policy.portfolio,
        journey.churn_a, journey.churn_b, journey.contract_months, world.n_companies,
        world.step + world.scenario.run.warm_up,
        world.people.provider, world.people.tenure,
    )
