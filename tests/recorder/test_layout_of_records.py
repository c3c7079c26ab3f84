"""A kept layout is the one that would be made anew, and another market has another."""

from __future__ import annotations

import numpy as np
import pytest
from builders import changed

from simulation.model import EcosystemModel
from simulation.recorder import layout
from simulation.recorder.gathered import Gatherer
from simulation.recorder.layout import Layout, layout_of, structure
from simulation.recorder.metrics import METRICS
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.world.world import World

OURS = tuple(METRICS.values())

ANOTHER_STRUCTURE = (
    {"journey.stages": ["need", "search", "evaluate", "purchase", "use", "support", "renew"]},
    {"companies": [{"name": "third"}]},
    {"touchpoints.call_centre.servers": 0, "touchpoints.call_centre.service_level": 0.0},
)


def world_of(scenario: Scenario) -> World:
    return EcosystemModel(scenario.replace({"population.people": 30, "run.warm_up": 0}), 1).world


def gathers(gatherer: Gatherer) -> list[np.ndarray]:
    """Return all arrays by which it gathers."""
    parts = vars(gatherer).values()
    return [
        np.asarray(one) for part in parts for one in (part if isinstance(part, tuple) else [part])
    ]


def assert_same(one: Layout, other: Layout) -> None:
    assert one.labels == other.labels
    assert one.ledger_labels == other.ledger_labels
    assert one.measured == other.measured
    for name in ("values", "flows"):
        pairs = zip(gathers(getattr(one, name)), gathers(getattr(other, name)), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("market", ["base", "telecom", "community_product"])
def test_a_kept_layout_is_what_would_be_made_where_numbers_differ(market: str) -> None:
    first = layout_of(world_of(load_scenario(market)), OURS)
    other = load_scenario(market).replace(
        {"companies.focal.price": 0.1, "companies.focal.strategy.where": 0.9, "network.ties": 4}
        if market == "base"
        else {"journey.query_rate": 0.9}
    )
    world = world_of(other)
    kept = layout_of(world, OURS)
    assert kept is first
    assert_same(kept, layout._made(world, OURS))


@pytest.mark.parametrize("changes", ANOTHER_STRUCTURE, ids=["stages", "companies", "desks"])
def test_another_structure_has_another_layout(changes: dict[str, object]) -> None:
    base, other = world_of(changed("base", {})), world_of(changed("base", changes))
    assert structure(base) != structure(other)
    assert layout_of(base, OURS).labels != layout_of(other, OURS).labels
    assert_same(layout_of(other, OURS), layout._made(other, OURS))


def test_layouts_of_other_metrics_are_made_anew() -> None:
    world = world_of(changed("base", {}))
    assert layout_of(world, OURS[:3]) is not layout_of(world, OURS[:3])
