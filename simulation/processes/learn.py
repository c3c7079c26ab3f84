"""People learn by being taught and by doing, and forget."""

from __future__ import annotations

from simulation.kernels import learn as kernel
from simulation.streams import Draws
from simulation.world.world import World


def learn(world: World, draws: Draws) -> None:
    """Teach, practise, forget."""
    del draws  # learning leaves nothing to chance
    people, parameters = world.people, world.scenario.learn
    kernel.learn(
        world.policy.teaching, parameters.spillover, parameters.practice_exponent,
        1.0 - parameters.knowledge_forgotten, 1.0 - parameters.skill_forgotten,
        world.offers.lesson, world.effort_by_value, world.operations.teaches, world.levels,
        world.job_start,
        people.segment, people.provider, people.considers, people.stage, people.job,
        people.tenure, people.deviation, world.encounters.touchpoint, people.skill_start,
        people.knowledge, people.skill, people.practice, world.month.knowledge_taught,
    )


