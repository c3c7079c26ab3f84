"""Needs drift, and idle people get a need for a job."""

from __future__ import annotations

import numpy as np

from simulation.kernels import needs as kernel
from simulation.streams import Draws, first_normals
from simulation.world.journey import IDLE
from simulation.world.world import World


def needs(world: World, draws: Draws) -> None:
    """Drift a_sk ← a_sk exp(ν ε), rescaled to keep its mean over outcomes; let needs arise."""
    _drift(world, draws)
    people = world.people
    if world.journey.first == IDLE:
        return  # a journey that begins nowhere takes nobody along
    world.month.needs_arisen[0] = kernel.arise(
        world.step, draws("need"), draws("job"),
        world.scenario.population.need_probability, world.job_shares, world.journey.first,
        people.stage, people.job, people.waited, people.need_month,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
    )


def _drift(world: World, draws: Draws) -> None:
    drift = world.scenario.needs.drift
    if drift == 0.0:
        return
    shock = first_normals(draws.each(*world.drift_names)).reshape(world.levels.shape)
    kernel.drift(np.exp(drift * shock), world.levels)
