"""Metrics gathered from the month's sums are what they say they add up."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.recorder.gathered import Gathered, Gatherer, Places
from simulation.world.month import Month

SIZES = {"company": 2, "row": 3, "segment": 3, "outcome": 8, "touchpoint": 5, "partner": 1}


@pytest.fixture(scope="module")
def model() -> EcosystemModel:
    return run_model(changed("base", {"population.people": 150, "reach.hazard": 0.5}), 8)


def test_tables_of_a_month_share_a_buffer_and_no_word() -> None:
    month, at = Month(SIZES), Month.places(SIZES)
    places = np.concatenate([getattr(at, name).ravel() for name in Month.tables])
    assert np.array_equal(np.sort(places), np.arange(len(places)))
    month.desk_wait[1, 2] = 2.5
    assert month.words.view(np.float64)[at.desk_wait[1, 2]] == 2.5
    month.census.liking[0] = -1.0
    month.clear()
    assert not month.words.any()
    assert not month.census.liking.any()


def test_a_copied_month_has_a_buffer_of_its_own() -> None:
    month = Month(SIZES)
    copy = deepcopy(month)
    copy.visitors[0, 0] = 7
    assert month.visitors[0, 0] == 0
    assert copy.words.any()


def test_what_is_gathered_is_the_sum_or_the_ratio_of_sums(model: EcosystemModel) -> None:
    month, places = model.world.month, Places.of(model.world)
    out = np.full(4, np.inf)
    measures = [
        (Gathered(lambda m: [m.month.visitors]), range(1)),
        (Gathered(lambda m: [m.census.customers], lambda m: m.census.people, plus=1.0, times=-1.0),
         range(1, 2)),
        (Gathered(lambda m: m.census.liking, lambda m: m.census.customers), range(2, 4)),
    ]  # fmt: skip
    Gatherer(places, measures).fill(month, out)
    census = month.census
    assert out[0] == month.visitors.sum()
    assert out[1] == 1.0 - census.customers.sum() / 150
    assert np.array_equal(out[2:], census.liking / census.customers)


def test_a_ratio_to_nothing_is_not_a_number(model: EcosystemModel) -> None:
    out = np.zeros(1)
    empty = Month(model.world.sizes)
    measure = Gathered(lambda m: m.census.liking[:1], lambda m: m.census.customers[:1])
    Gatherer(Places.of(model.world), [(measure, range(1))]).fill(empty, out)
    assert np.isnan(out[0])


def test_recorded_numbers_are_those_of_the_world(model: EcosystemModel) -> None:
    world, latest = model.world, model.recorder.latest
    assert latest("customers") == np.count_nonzero(world.people.provider >= 0)
    assert latest("knowledge") == pytest.approx(world.people.knowledge.mean(), rel=1e-12)
    assert latest("capability", "focal:innovation") == world.firms.capability[0, 0].mean()
    hours = (world.month.visitors * world.policy.effort)[:, 0].sum()
    assert latest("hours_spent", world.touchpoints.names[0]) == pytest.approx(hours, rel=1e-12)


def test_flows_that_are_no_money_are_those_of_the_world(model: EcosystemModel) -> None:
    """Who gives whom what: the twin and the books look at money alone."""
    month, world = model.world.month, model.world
    told = dict(zip((label[:3] for label in model.recorder.ledger_labels),
                    model.recorder.ledger_values[world.step - 1], strict=True))  # fmt: skip
    for c, company in enumerate(world.scenario.companies):
        for f, (function, said) in enumerate(zip(
            ("innovation", "marketing_sales", "experience_platform"),
            ("insight", "feedback", "feedback"), strict=True,
        )):  # fmt: skip
            role = f"{company.name}:{function}"
            others = month.heard_non_customers[c, f]
            assert told["non_customers", role, "feature request"] == others
            assert told["customers", role, said] == month.heard[c, f] - others
        brought = month.brought[c, :, 1].sum()
        support = told[f"{company.name}:experience_platform", "customers", "platform support"]
        assert support == pytest.approx(brought)
    helped = [told["customers", role, "peer help"] for role in ("customers", "non_customers")]
    assert helped == pytest.approx(month.helped.tolist())
    assert month.heard.sum() > month.heard_non_customers.sum() > 0
