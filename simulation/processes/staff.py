"""Companies staff their desks for the load they expect, and their staff come and go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.staffing import servers_needed
from simulation.streams import Draws
from simulation.world.world import World

Floats = NDArray[np.float64]

STRAIN_FROM = 0.85
"""Occupancy above which turnover rises."""


def staff(world: World, draws: Draws) -> None:
    """Expect contacts, staff desks for them, and let skill grow by training and leave with people.

    expected ← expected + memory (contacts − expected); staff ← staff + (needed − staff)/(1 + lag);
    at work are ⌊staff + ½⌋, at least 1, where a service level is given, else ``servers``.
    """
    del draws  # staffing leaves nothing to chance
    firms, desks = world.firms, world.scenario.desks
    firms.expected += desks.load_memory * (firms.contacts - firms.expected)
    follows = (world.operations.service_level[:-1] > 0.0) & world.operations.desks
    fixed = world.operations.servers[:-1]
    firms.staff[~follows] = fixed[~follows]
    peak = peak_factor(world.policy.day_profile)
    for place in zip(*np.nonzero(follows), strict=True):
        needed = _needed(world, (int(place[0]), int(place[1])), peak)
        firms.staff[place] += (needed - firms.staff[place]) / (1.0 + desks.hiring_lag)
    at_work = np.maximum(1, np.floor(firms.staff + 0.5).astype(np.int64))
    firms.servers[:] = np.where(follows, at_work, fixed)
    _train(world)


def peak_factor(day_profile: Floats) -> float:
    """Return how many contacts come in the hour of a contact, relative to an hour's mean.

    H Σ_h p_h² over the H hours that have any, p their shares of the day: the contact-weighted share
    of an hour relative to a uniform day.
    """
    shares = np.diff(day_profile)
    return float(len(shares) * (shares**2).sum())


def _needed(world: World, place: tuple[int, int], peak: float) -> int:
    """Return the least number of servers for the contacts expected at a desk."""
    operations, desks = world.operations, world.scenario.desks
    rate = world.firms.expected[place] / (60.0 * world.policy.open_hours[place[0]]) * peak
    patience = desks.patience if desks.abandonment else np.inf
    needed: int = servers_needed(
        float(rate),
        float(world.policy.handling[place]),
        patience,
        float(operations.service_level[place]),
        float(operations.within[place]),
    )
    return needed


def _train(world: World) -> None:
    """Let skill u grow by training and leave with people: u ← u + t (1 − u) − τ (u − u₀).

    u₀ is ``staff_skill``, with which people come; what is kept is the skill gained, u − u₀.
    Turnover τ rises by ``turnover_strain`` per unit of occupancy above .85.
    """
    firms, desks, policy = world.firms, world.scenario.desks, world.policy
    hired, training = policy.staff_skill, policy.training
    strain = np.maximum(firms.occupancy - STRAIN_FROM, 0.0)
    turnover = np.minimum(1.0, desks.turnover + desks.turnover_strain * strain)
    gained = np.minimum(firms.skill_gained, 1.0 - hired)
    gained += training * (1.0 - hired - gained) - turnover * gained
    firms.skill_gained[:] = np.minimum(np.maximum(gained, 0.0), 1.0 - hired)
