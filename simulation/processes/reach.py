"""Advertising makes people aware; awareness of non-customers fades."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.kernels import reach as kernel
from simulation.streams import Draws
from simulation.world.touchpoints import MARKETING_SALES
from simulation.world.world import World


def reach(world: World, draws: Draws) -> None:
    """Reach people: P(aware of c) = most · (1 − exp(−(1 − education) · mean_k q_M)).

    Campaigns move reach in time, (1 + lift · share of the month)/(1 + lift · share of the year),
    and leave its mean alone: they are paid from the same budget. A fixed hazard replaces the
    equation where the scenario gives one (Bass 1969).
    """
    people = world.people
    kernel.reach(
        draws.each(*world.by_company("advert")),
        draws.each(*world.by_company("fade")),
        _chance(world), world.scenario.reach.fade,
        people.segment, people.provider, people.aware, world.month.new_aware_by_advertising,
    )


def _chance(world: World) -> Any:
    """Return the chance of being reached, ``(n_companies, n_segments)``."""
    scenario = world.scenario
    flows = 1.0 - scenario.blocks.advertising
    if scenario.reach.hazard is not None:
        chance = np.full((world.n_companies, world.n_segments), -np.expm1(-scenario.reach.hazard))
        return chance * flows
    calendar, policy = scenario.calendar, world.policy
    exposure = kernel.exposure(
        policy.teaching_effort[:, MARKETING_SALES], world.firms.capability, MARKETING_SALES
    )
    return kernel.chance(
        -np.expm1(exposure), scenario.reach.most, calendar.campaign_lift,
        min(1.0, calendar.campaign_months / calendar.campaign_every), world.firms.campaign, flows,
    )
