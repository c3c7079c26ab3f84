"""Functions hear about needs, each through its own channels and lens, and move their focus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import listen as kernel
from simulation.streams import Draws
from simulation.world.touchpoints import FUNCTIONS, INNOVATION, MARKETING_SALES
from simulation.world.world import World

Floats = NDArray[np.float64]


def listen(world: World, draws: Draws) -> None:
    """Sample, hear, distort, follow: φ ← φ + λ [o û + (1 − o) legacy − φ].

    Innovation interviews customers and hears people at the touchpoints it runs; marketing and sales
    and the platform hear people at the touchpoints they run that listen, non-customers included;
    the platform also hears social touchpoints.
    """
    people = world.people
    names = [f"sample:{c.name}:{f.value}" for c in world.scenario.companies for f in FUNCTIONS]
    person = kernel.sample(
        draws.each(*names).reshape(-1, len(FUNCTIONS)), _sample_sizes(world),
        np.arange(len(FUNCTIONS)) == INNOVATION,
        people.provider, people.job, world.balance.spoke,
    )
    person.sort(axis=-1)
    _hear(world, person)
    _follow(world)


def _sample_sizes(world: World) -> NDArray[np.int64]:
    """Return listening · (low + (high − low) · min(1, spend/reference)) · (1 + gain · why).

    At most all people: a sample cannot be larger, and its places are kept in memory.
    """
    scenario = world.scenario
    parameters, blocks = scenario.listening, scenario.blocks
    per_thousand = world.firms.rate / (scenario.population.people / 1000.0)
    effort = np.minimum(1.0, per_thousand / scenario.capability.reference_spend)
    size = parameters.sample_low + (parameters.sample_high - parameters.sample_low) * effort
    why = world.policy.why[:-1]
    size *= (world.policy.listening * (1.0 + parameters.interaction_gain * why))[:, None]
    size *= 1.0 - np.array([blocks.insight, blocks.feedback, blocks.feedback])
    return np.minimum(size + 0.5, scenario.population.people).astype(np.int64)


def _hear(world: World, person: NDArray[np.int64]) -> None:
    """Update what functions last heard; segments without a voice keep what was heard before."""
    people, firms, month = world.people, world.firms, world.month
    places = (world.n_companies * len(FUNCTIONS), world.n_segments)
    need = np.zeros((*places, world.levels.shape[1]))
    voices = np.zeros(places, dtype=np.int64)
    kernel.hear_needs(
        person.reshape(len(need), -1), people.segment, people.provider, people.job,
        world.job_start, world.levels, people.deviation, people.satisfaction,
        need, voices, month.heard_non_customers.reshape(-1),
    )
    month.heard[:] = voices.sum(axis=1).reshape(month.heard.shape)
    heard = need.reshape(firms.heard.shape) * np.exp(firms.lens)[:, :, None]
    some = voices.reshape(heard.shape[:-1]) > 0
    firms.heard[some] = _shares(heard[some])
    promised = firms.heard[:, MARKETING_SALES]
    heard = promised * _promised(world, firms.focus[:, MARKETING_SALES])
    some = some[:, MARKETING_SALES]
    promised[some] = _shares(heard[some])


def _promised(world: World, focus: Floats) -> Floats:
    """Return how readily marketing and sales hears of what it promises: 1 − p + p K φ_k."""
    promise = world.scenario.listening.promise
    readily: Floats = 1.0 - promise + promise * focus.shape[-1] * focus
    return readily


def _shares(need: Floats) -> Floats:
    shares: Floats = need / need.sum(axis=-1, keepdims=True)
    return shares


def _follow(world: World) -> None:
    firms = world.firms
    outside_in = world.policy.outside_in[:, None, None, None]
    aim = outside_in * firms.heard + (1.0 - outside_in) * firms.legacy[:, None, None]
    firms.focus += world.scenario.listening.rate * (aim - firms.focus)
