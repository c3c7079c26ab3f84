"""Functions hear about needs, each through its own channels and lens, and move their focus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import listen as kernel
from simulation.streams import Draws
from simulation.world.touchpoints import FUNCTIONS, INNOVATION
from simulation.world.world import World

INTERVIEWS = np.arange(len(FUNCTIONS)) == INNOVATION


def listen(world: World, draws: Draws) -> None:
    """Sample, hear, distort, follow: φ ← φ + λ [o û + (1 − o) legacy − φ].

    Innovation interviews customers and hears people at the touchpoints it runs; marketing and sales
    and the platform hear people at the touchpoints they run that listen, non-customers included;
    the platform also hears social touchpoints.
    """
    people = world.people
    person = kernel.sample(
        draws.each(*world.sample_names).reshape(-1, len(FUNCTIONS)), _sample_sizes(world),
        INTERVIEWS, people.provider, people.job, world.balance.spoke,
    )
    person.sort(axis=-1)
    _follow(world, person)


def _sample_sizes(world: World) -> NDArray[np.int64]:
    """Return how many people each function hears, ``(n_companies, n_functions)``."""
    scenario, policy = world.scenario, world.policy
    rules, blocks = scenario.listening, scenario.blocks
    sizes: NDArray[np.int64] = kernel.sample_sizes(
        scenario.population.people, world.firms.rate, scenario.capability.reference_spend,
        rules.sample_low, rules.sample_high, policy.listening, rules.interaction_gain, policy.why,
        blocks.insight, blocks.feedback,
    )
    return sizes


def _follow(world: World, person: NDArray[np.int64]) -> None:
    """Update what functions last heard, and let their focus follow."""
    people, firms, month = world.people, world.firms, world.month
    need = np.zeros(firms.heard.shape)
    voices = np.zeros(need.shape[:-1], dtype=np.int64)
    flat = world.n_companies * len(FUNCTIONS)
    kernel.hear_needs(
        person.reshape(flat, -1), people.segment, people.provider, people.job,
        world.job_start, world.levels, people.deviation, people.satisfaction,
        need.reshape(flat, *need.shape[2:]), voices.reshape(flat, -1),
        month.heard_non_customers.reshape(-1),
    )
    rules = world.scenario.listening
    kernel.follow(
        need, voices, firms.bias, rules.promise, rules.rate, world.policy.outside_in,
        firms.legacy, month.heard, firms.heard, firms.focus,
    )
