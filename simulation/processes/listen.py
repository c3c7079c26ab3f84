"""Functions hear about needs, each through its own channels and lens, and move their focus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import listen as kernel
from simulation.streams import Draws
from simulation.world.touchpoints import (
    EXPERIENCE_PLATFORM,
    FUNCTIONS,
    INNOVATION,
    MARKETING_SALES,
)
from simulation.world.world import World

Floats = NDArray[np.float64]


def listen(world: World, draws: Draws) -> None:
    """Sample, hear, distort, follow: φ ← φ + λ [o û + (1 − o) legacy − φ].

    Innovation interviews customers and hears people at the touchpoints it runs; marketing and sales
    and the platform hear people at the touchpoints they run that listen, non-customers included;
    the platform also hears social touchpoints.
    """
    people, channels = world.people, _channels(world)
    for c, company in enumerate(world.scenario.companies):
        for f, function in enumerate(FUNCTIONS):
            person = kernel.sample(
                draws(f"sample:{company.name}:{function.value}"), _sample_size(world, c, f),
                c, f == INNOVATION, channels[f],
                people.provider, people.considers, people.job, world.encounters.touchpoint,
            )
            _hear(world, c, f, person)
        _follow(world, c)


def _channels(world: World) -> NDArray[np.bool_]:
    """Return at which touchpoints each function hears people, ``(3, n_touchpoints)``."""
    touchpoints = world.touchpoints
    run_by = touchpoints.function == np.arange(len(FUNCTIONS))[:, None]
    run_by[EXPERIENCE_PLATFORM] |= touchpoints.social
    channels: NDArray[np.bool_] = run_by & touchpoints.listens
    return channels


def _sample_size(world: World, c: int, f: int) -> int:
    """Return listening · (low + (high − low) · min(1, spend/reference)) · (1 + gain · why)."""
    scenario = world.scenario
    parameters, strategy = scenario.listening, scenario.companies[c].strategy
    per_thousand = world.firms.rate[c, f] / (scenario.population.people / 1000.0)
    effort = min(1.0, per_thousand / scenario.capability.reference_spend)
    size = parameters.sample_low + (parameters.sample_high - parameters.sample_low) * effort
    size *= strategy.listening * (1.0 + parameters.interaction_gain * strategy.why)
    block = scenario.blocks.insight if f == INNOVATION else scenario.blocks.feedback
    return int(size * (1.0 - block) + 0.5)


def _hear(world: World, c: int, f: int, person: NDArray[np.int64]) -> None:
    """Update what the function last heard; segments without a voice keep what was heard before."""
    people, firms, month = world.people, world.firms, world.month
    month.heard[c, f] = len(person)
    month.heard_non_customers[c, f] = np.count_nonzero(people.provider[person] < 0)
    need = np.zeros_like(world.levels)
    voices = np.zeros(world.n_segments, dtype=np.int64)
    kernel.hear_needs(
        person, people.segment, people.job, world.job_start, world.levels, people.deviation,
        people.satisfaction, need, voices,
    )
    for s in np.flatnonzero(voices):
        heard = need[s] * np.exp(firms.lens[c, f])
        heard /= heard.sum()
        if f == MARKETING_SALES:
            promise = world.scenario.listening.promise
            heard *= 1.0 - promise + promise * len(heard) * firms.focus[c, f, s]
            heard /= heard.sum()
        firms.heard[c, f, s] = heard


def _follow(world: World, c: int) -> None:
    firms = world.firms
    outside_in = world.scenario.companies[c].strategy.outside_in
    aim = outside_in * firms.heard[c] + (1.0 - outside_in) * firms.legacy[c]
    firms.focus[c] += world.scenario.listening.rate * (aim - firms.focus[c])
