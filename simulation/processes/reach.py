"""Advertising makes people aware; awareness of non-customers fades."""

from __future__ import annotations

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


def _chance(world: World) -> np.ndarray:
    """Return the chance of being reached, ``(n_companies, n_segments)``."""
    scenario = world.scenario
    flows = 1.0 - scenario.blocks.advertising
    if scenario.reach.hazard is not None:
        chance = np.full((world.n_companies, world.n_segments), -np.expm1(-scenario.reach.hazard))
        return chance * flows
    education = world.policy.teaching_effort[:, MARKETING_SALES]
    capability = world.firms.capability[:-1, 1].mean(axis=2)
    calendar = scenario.calendar
    duty = min(1.0, calendar.campaign_months / calendar.campaign_every)
    lift = (1.0 + calendar.campaign_lift * world.firms.campaign) / (
        1.0 + calendar.campaign_lift * duty
    )
    chance = scenario.reach.most * -np.expm1(-(1.0 - education)[:, None] * capability)
    return np.minimum(1.0, chance * lift[:, None] * flows)
