"""Each active person picks the touchpoint for this stage of the journey."""

from __future__ import annotations

import numpy as np

from simulation.kernels import choose as kernel
from simulation.streams import Draws
from simulation.world.world import World


def choose(world: World, draws: Draws) -> None:
    """Choose by softmax, or by the company's process with probability 1 − what."""
    people, policy, touchpoints, month = world.people, world.policy, world.touchpoints, world.month
    weights = world.scenario.choice
    month.in_stage[:] = np.bincount(people.stage + 1, minlength=len(month.in_stage) + 1)[1:]
    kernel.choose(
        draws("where"), draws("process"),
        draws.each(*(f"touchpoint:{name}" for name in touchpoints.names)),
        weights.quality, weights.social, weights.effort,
        policy.where, policy.what, policy.route,
        *touchpoints.serving,
        touchpoints.owner_kind, touchpoints.owner, touchpoints.open_channel,
        world.operations.open_to & world.open_touchpoints(), touchpoints.sociality, policy.effort,
        world.firms.quality,
        people.segment, people.provider, people.stage, people.aware, people.attitude,
        people.reputation, people.sociability, people.hours, people.knowledge,
        people.considers, world.encounters.touchpoint, month.visitors, month.answers,
    )
