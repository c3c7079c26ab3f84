"""What a market that could exist must show, at small sizes; at full size: benchmarks/size.py."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.analysis.interval import t_interval
from simulation.model import EcosystemModel

THERE = {"run.warm_up": 24}
"""A market that is there, after fewer months than by default."""


def metric(model: EcosystemModel, name: str, of: str = "", first: int = 0) -> float:
    """Return the mean of a metric over the months from ``first`` on."""
    column = model.recorder.labels.index((name, of))
    return float(np.nanmean(model.recorder.values[first : model.world.step, column]))


# --- size ----------------------------------------------------------------------------------------

PER_HEAD = {
    "touchpoints.*.fixed_cost": 0.0,
    "peers.answer": 0.0,
    "partners.*.hours": 1e9,
    "partners.*.fixed_cost": 0.0,
    "listening.cost": 0.0,
    "listening.research": 0.0,
    "handover.view_cost": 0.0,
}
"""Fixed costs, samples of fixed size and communities are off.

What no parameter switches off: twenty persons weigh in every report (``kernels.consult.FEW``).
"""


def value_per_head(people: int, seeds: int, **changes: Any) -> list[float]:
    """Return co-created value a head in an established market, by seed."""
    inputs = changed("base", {"run.warm_up": 36, "population.people": people, **changes})
    models = (run_model(inputs, 12, seed) for seed in range(1, seeds + 1))
    return [metric(model, "co_created_value") / people for model in models]


def test_value_per_head_does_not_depend_on_the_people_simulated() -> None:
    few, many = (
        t_interval(value_per_head(people, seeds, **PER_HEAD))
        for people, seeds in ((500, 6), (2000, 3))
    )
    assert few.low < many.high
    assert many.low < few.high
    assert abs(few.mean - many.mean) < 0.04  # of a job's worth of 1


# --- desks ---------------------------------------------------------------------------------------

BUSY = {
    "population.people": 2500,
    "desks.business_hours": 30.0,
    "companies.*.strategy.when": 0.0,
    "touchpoints.call_centre.handling": 30.0,
    "touchpoints.call_centre.within": 4.0,
    "journey.query_rate": 0.4,
    **THERE,
}
"""A desk with a load of several Erlang at few people: it opens shortly, and calls take long."""

PHONE = "focal:call_centre"


@cache
def telecom(*changes: tuple[str, Any]) -> EcosystemModel:
    """Return a year of telecom with busy desks."""
    return run_model(changed("telecom", {**BUSY, **dict(changes)}), 12)


def test_a_desk_of_several_erlang_is_busy_and_waits_are_short() -> None:
    """Planning ranges: 60-90 % of the open time, waits of some minutes at calls of half an hour."""
    model = telecom()
    busy, servers = (metric(model, name, PHONE) for name in ("desk_occupancy", "desk_servers"))
    assert busy * servers > 2.0
    assert 0.6 < busy < 0.9
    assert 0.1 * 4.0 < metric(model, "desk_wait", PHONE) < 2 * 4.0
    assert metric(model, "desk_abandoned", PHONE) < 0.15


def test_without_other_support_the_desk_is_loaded() -> None:
    alone = telecom(
        ("touchpoints.help_pages.stages", ("use",)),
        ("touchpoints.community_forum.stages", ("search", "use")),
        ("companies.focal.touchpoints.social_care.offered", False),
    )
    assert metric(alone, "desk_contacts", PHONE) > 1.5 * metric(telecom(), "desk_contacts", PHONE)


def test_a_higher_service_level_costs_more_and_waits_less_all_the_way() -> None:
    path = "companies.focal.touchpoints.call_centre.service_level"
    levels = [telecom((path, level)) for level in (0.4, 0.6, 0.8, 0.95)]
    waits = [metric(model, "desk_wait", PHONE) for model in levels]
    pay = [metric(model, "desk_paid", PHONE) for model in levels]
    assert waits == sorted(waits, reverse=True)
    assert pay == sorted(pay)
    assert waits[0] > 2 * waits[-1]
    assert pay[-1] > pay[0]


# --- loyalty -------------------------------------------------------------------------------------


def test_who_gives_what_all_give_keeps_customers_with_rounds_and_queries_too() -> None:
    """At neutral judgement customers leave less often than their base churn says.

    What holds them is that doing without is worth less. They do not stay for ever: base churn is
    a fifth per contract at first.
    """
    monopolist = {
        "companies.rival.remove": True,
        "population.people": 1500,
        "evaluate.adaptation": 1.0,
        "evaluate.market_norm": 1.0,
        "run.warm_up": 60,
    }
    model = run_model(changed("base", monopolist), 24)
    people = model.world.people
    usual = people.churn_base[people.provider == 0].mean()
    assert abs(metric(model, "attitude", "focal")) < 0.15
    assert metric(model, "advantage", "focal") > 0.05
    assert metric(model, "lapsed", "focal") < usual * metric(model, "renewals_due", "focal")


# --- an established market -----------------------------------------------------------------------


def test_blocking_advertising_in_an_established_market_costs_part_of_it_and_not_the_market() -> (
    None
):
    """After two years without: customers fall by less than a tenth; in an empty market by most."""
    blocked = {"events": [{"month": 1, "set": {"blocks.advertising": 1.0}}]}

    def customers(changes: dict[str, Any]) -> float:
        model = run_model(changed("base", {"population.people": 1500, **changes}), 24)
        return metric(model, "customers", first=12)

    there, empty = {"run.warm_up": 60}, {"run.warm_up": 0}
    assert 0.9 < customers({**there, **blocked}) / customers(there) < 1.005
    assert customers({**empty, **blocked}) < 0.5 * customers(empty)


# --- all of it can be switched off ----------------------------------------------------------------

OFF: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "handover": (
        {"handover.loss": 0.0, "companies.*.strategy.single_view": 0.0},
        {"handover.view_cost": 20.0, "handover.view_contact_cost": 0.02},
    ),
    "training": (
        {"companies.*.training": 0.0},
        {"desks.turnover": 0.1, "desks.turnover_strain": 1.0, "desks.training_cost": 100.0},
    ),
    "recovery": ({"companies.*.strategy.recovery": 0.0}, {"listening.recovery_cost": 0.5}),
    "complaints": (
        {"companies.*.strategy.complaint_rate": 0.0},
        {"listening.complaint_cost": 0.2},
    ),
    "queries": ({"journey.query_rate": 0.0}, {"journey.doubt": 0.6, "jobs.*.clarity": 0.9}),
    "community": (
        {"peers.answer": 0.0},
        {"peers.give": 0.5, "peers.enough": 4.0, "peers.look_in": 0.5, "peers.needed": 50.0},
    ),
    "agility": ({"companies.*.strategy.agility": 0.0}, {"capability.agility_loss": 1.0}),
    "outside-in": ({"companies.*.strategy.outside_in": 0.0}, {"listening.research": 0.2}),
    "coupling": (
        {"companies.*.strategy.alignment": 0.0},
        {"capability.coordination_cost": 0.9},
    ),
    "customisation": (
        {"companies.*.strategy.customisation": 0.0},
        {"capability.variety_cost": 0.9},
    ),
    "configuration": (
        {"companies.*.strategy.configuration": 0.0},
        {"encounter.configuration_hours": 3.0},
    ),
    "settling in": (
        {"companies.*.strategy.lean": 0.0, "companies.*.strategy.complaint_rate": 0.0},
        {"capability.lean_loss": 0.9},
    ),
}
"""What switches a mechanism of the market off, and what then must not matter."""


@pytest.mark.parametrize("mechanism", OFF)
def test_what_is_switched_off_in_the_market_is_off_person_by_person(mechanism: str) -> None:
    off, idle = OFF[mechanism]
    small = {"population.people": 400, "run.warm_up": 12, **off}
    one, two = (run_model(changed("base", {**small, **more}), 12) for more in ({}, idle))
    kept = [n for n, (name, _) in enumerate(one.recorder.labels) if name != "desk_paid"]
    np.testing.assert_array_equal(one.recorder.values[:, kept], two.recorder.values[:, kept])
    np.testing.assert_array_equal(one.world.people.surplus, two.world.people.surplus)
