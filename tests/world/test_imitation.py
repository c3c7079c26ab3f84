"""Rivals answer: strategies move towards that of the company that earns most a customer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.world.imitation import leader
from simulation.world.policy import NUMBERS
from simulation.world.policy import strategy_numbers as strategies

THRIVING: dict[str, Any] = {
    "population.people": 1000,
    "population.need_probability": 0.5,
    "population.money": 3.0,
    "jobs.*.value": 3.0,
    "reach.hazard": 0.5,
    "companies.*.strategy.imitation": 0.5,
    "companies.rival.cost_to_serve": 0.35,  # the focal company earns more a customer
}


def lived(changes: dict[str, Any], months: int = 24) -> EcosystemModel:
    return run_model(changed("base", {**THRIVING, **changes}), months)


def gap(model: EcosystemModel) -> float:
    focal, rival = strategies(model.world.scenario)
    return float(np.abs(focal - rival).sum())


def test_a_rival_comes_nearer_to_who_earns_most_a_customer() -> None:
    model = lived({"companies.focal.strategy.imitation": 0.0})
    alone = lived({"companies.*.strategy.imitation": 0.0})
    assert leader(model.world) == 0
    assert gap(alone) > 0.5
    assert gap(model) < 0.3 * gap(alone)
    assert np.array_equal(strategies(model.world.scenario)[0], strategies(model.inputs)[0])


def test_with_the_roles_reversed_the_focal_company_moves() -> None:
    costs = {"companies.rival.cost_to_serve": 0.0, "companies.focal.cost_to_serve": 0.35}
    model = lived({**costs, "companies.rival.strategy.imitation": 0.0})
    assert leader(model.world) == 1
    assert np.array_equal(strategies(model.world.scenario)[1], strategies(model.inputs)[1])
    assert gap(model) < 0.5 * float(np.abs(np.subtract(*strategies(model.inputs))).sum())


def test_who_does_not_imitate_keeps_the_strategy_given() -> None:
    model = lived({"companies.*.strategy.imitation": 0.0})
    assert model.world.scenario is model.world.given


def test_few_customers_are_no_example() -> None:
    model = lived({"population.people": 50})
    assert model.world.month.paying.max() < 30
    assert leader(model.world) == -1
    assert model.world.scenario is model.world.given


def test_an_event_sets_what_is_given_and_the_shift_stays() -> None:
    event = {"month": 24, "set": {"companies.rival.strategy.alignment": 0.1}}
    alone = {"companies.focal.strategy.imitation": 0.0}
    model, without = lived({**alone, "events": [event]}), lived(alone)
    number = NUMBERS.index("alignment")
    before = without.world.shift[1, number]
    assert before > 0.1
    assert model.world.shift[1, number] == before
    assert strategies(model.world.scenario)[1, number] == 0.1 + before


def test_neither_price_nor_funding_nor_desks_are_imitated() -> None:
    scenario = lived({}).world.scenario
    rival = scenario.companies[1]
    given = changed("base", THRIVING).companies[1]
    assert rival.model_copy(update={"strategy": given.strategy}) == given
    assert scenario.touchpoints == changed("base", THRIVING).touchpoints


def test_thirty_customers_last_month_are_enough_for_an_example() -> None:
    """Of two companies the one of thirty earns more a customer; last month decides who counts."""
    served, earned = np.full((2, 12), 100.0), np.full((2, 12), 100.0)
    served[1], earned[1] = 30.0, 60.0
    world: Any = SimpleNamespace(step=8, firms=SimpleNamespace(served=served, earned=earned))
    assert leader(world) == 1
    served[1, 7] = 29.0  # last month stands at (step − 1) mod 12
    assert leader(world) == 0
    served[1, 7], served[1, 8] = 30.0, 29.0
    assert leader(world) == 1
