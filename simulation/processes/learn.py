"""People learn by being taught and by doing, and forget."""

from __future__ import annotations

from simulation.kernels import learn as kernel
from simulation.streams import Draws
from simulation.world.world import World


def teach(world: World, draws: Draws) -> None:
    """Teach who is at a touchpoint that teaches, in this round."""
    del draws  # learning leaves nothing to chance
    people, moving = world.people, world.rounds.moving
    if not len(moving):
        return
    kernel.teach(
        moving, world.policy.teaching, world.offers.lesson, world.effort_by_value,
        world.operations.teaches, world.levels, world.job_start,
        people.segment, people.provider, people.considers, people.job, people.tenure,
        people.deviation, world.encounters.touchpoint, world.encounters.abandoned,
        people.knowledge, world.month.knowledge_taught,
    )


def learn(world: World, draws: Draws) -> None:
    """Teach customers in use and by what spills over; practise, forget."""
    del draws  # learning leaves nothing to chance
    people, parameters = world.people, world.scenario.learn
    kernel.learn(
        world.policy.teaching, parameters.spillover, parameters.practice_exponent,
        1.0 - parameters.knowledge_forgotten, 1.0 - parameters.skill_forgotten,
        world.offers.lesson, world.effort_by_value, world.operations.teaches, world.levels,
        world.job_start,
        people.segment, people.provider, people.job, people.tenure,
        people.deviation, people.skill_start, world.use.stage, world.use.touchpoint,
        world.use.abandoned, people.knowledge, people.skill, people.practice,
        world.month.knowledge_taught,
    )
