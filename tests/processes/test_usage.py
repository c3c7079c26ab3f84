"""Customers differ in worth, and can make an offering their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel

LIVELY: dict[str, Any] = {
    "population.people": 1500,
    "population.need_probability": 0.3,
    "population.money": 3.0,
    "reach.hazard": 0.3,
    "journey.contract_months": 6,
}
MONTHS = 30
ALIKE = {"population.usage_spread": 0.0}


def lived(changes: dict[str, Any]) -> EcosystemModel:
    return run_model(changed("base", {**LIVELY, **changes}), MONTHS)


def of_month(model: EcosystemModel, name: str, of: str) -> float:
    column = model.recorder.labels.index((name, of))
    return float(model.recorder.values[model.world.step - 1, column])


def test_usage_has_mean_one_and_is_one_when_off() -> None:
    usage = lived({"population.usage_spread": 0.8}).world.people.usage
    assert usage.mean() == pytest.approx(1.0, abs=4 * 0.95 / np.sqrt(usage.size))
    assert np.median(usage) == pytest.approx(np.exp(-0.32), rel=0.1)
    assert np.all(lived(ALIKE).world.people.usage == 1.0)


def test_receipts_are_the_fixed_and_the_usage_part_of_each_customers_price() -> None:
    model = lived(
        {"population.usage_spread": 0.8, "companies.focal.price": 0.2,
         "companies.focal.usage_price": 0.2}
    )  # fmt: skip
    usage = model.world.people.usage[model.world.people.provider == 0]
    assert len(usage) > 100
    assert of_month(model, "receipts", "focal") == pytest.approx((0.2 + 0.2 * usage).sum())


def test_fees_are_shares_of_what_each_customer_pays() -> None:
    priced = {"population.usage_spread": 0.8, "companies.*.usage_price": 0.3}
    model = lived(priced)
    month = model.world.month
    assert month.partnered_use.sum() > 0.0
    expected = 0.2 * (0.35 * month.partnered + 0.3 * month.partnered_use)
    assert np.allclose(month.fees, expected, rtol=1e-12)


def test_a_price_by_usage_keeps_light_users_and_loses_heavy_ones() -> None:
    """At equal mean price; heavy users, to whom the job is worth more, buy at a fixed price."""
    spread = {"population.usage_spread": 0.8}
    fixed = lived({**spread, "companies.*.price": 0.5})
    by_use = lived({**spread, "companies.*.price": 0.1, "companies.*.usage_price": 0.4})
    means = [m.world.people.usage[m.world.people.provider >= 0].mean() for m in (fixed, by_use)]
    assert means[1] < means[0] - 0.1


def test_without_differences_it_does_not_matter_which_part_of_a_price_is_which() -> None:
    fixed, by_use = (
        lived({**ALIKE, "companies.*.price": 0.5}), lived({**ALIKE, "companies.*.price": 0.25,
                                                  "companies.*.usage_price": 0.25})
    )  # fmt: skip
    assert np.array_equal(fixed.world.people.provider, by_use.world.people.provider)
    assert np.allclose(fixed.world.people.surplus, by_use.world.people.surplus, atol=1e-9)


def test_configuring_serves_those_whose_importance_is_their_own() -> None:
    """And costs hours; where all want the same of every outcome there is nothing to gain."""
    own = {"needs.spread_within": 1.0, "companies.*.capability": 1.0}
    own["encounter.offering_elasticity"] = 5.0
    changes: dict[str, Any] = {
        "companies.*.strategy.configuration": 0.5,
        "encounter.configuration_hours": 1.0,
    }
    without, configured = lived(own), lived({**own, **changes})
    gain = of_month(configured, "outcome_progress", "") - of_month(without, "outcome_progress", "")
    assert gain > 0.005
    assert of_month(without, "configuring_hours", "focal") == 0.0
    assert of_month(configured, "configuring_hours", "focal") > 0.0
    alike = {
        **own, "needs.spread_within": 0.0, "needs.spread_between": 0.0, "needs.drift": 0.0,
        "capability.legacy_spread": 0.0, "capability.lens": 0.0, "capability.focus_noise": 0.0,
        "journey.problem_rate": 0.0, "encounter.wage": 0.0,
    }  # fmt: skip
    changes["encounter.configuration_hours"] = 0.0
    without, configured = lived(alike), lived({**alike, **changes})
    assert of_month(configured, "outcome_progress", "") == pytest.approx(
        of_month(without, "outcome_progress", ""), abs=1e-6
    )
