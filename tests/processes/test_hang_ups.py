"""Who gives up waiting is neither served nor taught."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.processes.order import MONTH
from simulation.processes.process import Process, RoundOfProcesses

CROWDED: dict[str, Any] = {
    "population.people": 600,
    "population.need_probability": 0.5,
    "reach.hazard": 0.5,
    "journey.query_rate": 1.0,
    "desks.business_hours": 3.0,
    "desks.all_hours": 6.0,
    "desks.patience": 10.0,
    "touchpoints.*.handling": 40.0,
    "touchpoints.*.servers": 1,
    "touchpoints.*.service_level": 0.0,
    "touchpoints.*.teaches": True,
    "companies.*.strategy.education": 0.5,
    "encounter.floor": 0.5,
    "learn.spillover": 0.0,
    "learn.knowledge_forgotten": 0.0,
}
"""Staff everywhere and too few of them; hang-ups would succeed in half of the cases."""


@pytest.fixture(scope="module")
def crowded() -> EcosystemModel:
    """Return a market in which many hang up."""
    return run_model(changed("base", CROWDED), 12)


def month(model: EcosystemModel) -> Iterator[Process]:
    """Yield the processes of a further month, those of rounds in each round; run each after it."""
    world = model.world
    world.step += 1
    world.month = world.new_month()
    for entry in MONTH:
        group = entry.each(world) if isinstance(entry, RoundOfProcesses) else [entry]
        yield from group


def test_who_hangs_up_is_neither_served_nor_taught_nor_learns_in_use(
    crowded: EcosystemModel,
) -> None:
    world, gave_up, taught = crowded.world, 0, 0
    for process in month(crowded):
        before = world.people.knowledge.copy()
        process(world)
        gained = world.people.knowledge > before
        if process.name == "teach" and len(moving := world.rounds.moving):
            met = world.encounters
            left = moving[met.abandoned[moving]]
            gave_up += len(left)
            assert not met.success[left].any()
            assert not gained[left].any()
            taught += np.count_nonzero(gained[moving])
        if process.name == "learn":
            users = world.rounds.users
            left = world.use.abandoned[users]
            assert np.count_nonzero(left) > 5
            assert not gained[users[left]].any()
            assert gained[users[~left]].mean() > 0.5
    assert gave_up > 20
    assert taught > 20
