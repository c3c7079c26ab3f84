"""Needs drift, and idle people get a need for a job."""

from __future__ import annotations

import numpy as np

from simulation.kernels import needs as kernel
from simulation.streams import Draws, normals
from simulation.world.journey import IDLE
from simulation.world.world import World


def needs(world: World, draws: Draws) -> None:
    """Drift a_sk ← a_sk exp(ν ε), rescaled to keep its mean over outcomes; let needs arise."""
    _drift(world, draws)
    people = world.people
    if world.journey.first == IDLE:
        return  # a journey that begins nowhere takes nobody along
    world.month.needs_arisen = kernel.arise(
        draws("need"), draws("job"),
        world.scenario.population.need_probability, world.job_shares, world.journey.first,
        people.stage, people.job, people.waited,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
    )


def _drift(world: World, draws: Draws) -> None:
    drift = world.scenario.needs.drift
    if drift == 0.0:
        return
    for s, segment in enumerate(world.scenario.segments):
        before = world.levels[s].mean()
        for k, outcome in enumerate(world.scenario.outcomes):
            shock = normals(draws(f"drift:{segment.name}:{outcome}"), 1)[0]
            world.levels[s, k] *= np.exp(drift * shock)
        world.levels[s] *= before / world.levels[s].mean()
