"""Staff follow the load; better service costs more and lets people wait less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.kernels.desk import day_profile
from simulation.world.policy import peak_factor

BUSY: dict[str, Any] = {
    "population.people": 2000,
    "population.need_probability": 0.3,
    "reach.hazard": 0.5,
    "journey.problem_rate": 0.8,
    "desks.patience": 25.0,
    "desks.wait_tolerance": 5.0,
    "desks.blended_occupancy": 0.7,
    "touchpoints.*.handling": 20.0,
    "touchpoints.help_pages.stages": ["use"],
    "companies.*.strategy.when": 0.0,
    "companies.*.strategy.what": 1.0,
    "choice.quality": 0.0,
    "desks.business_hours": 40.0,
}
FIXED: dict[str, Any] = {
    "touchpoints.*.service_level": 0.0,
    "journey.rounds": 1,
    "journey.query_rate": 0.0,
}
"""No desk follows its load; people act once a month and come with problems only."""
MONTHS = 30
DESK = "focal:call_centre"
STAFFED = ("sales_conversation", "social_care", "call_centre", "account_manager")


def means(changes: dict[str, Any], *metrics: tuple[str, str]) -> list[float]:
    recorder = run_model(changed("base", {**BUSY, **changes}), MONTHS).recorder
    columns = [recorder.labels.index(metric) for metric in metrics]
    return [float(np.nanmean(recorder.values[12:MONTHS, column])) for column in columns]


def test_a_higher_service_level_costs_more_and_waits_less() -> None:
    seen = [
        means({"touchpoints.call_centre.service_level": level}, ("desk_servers", DESK),
              ("desk_paid", DESK), ("desk_wait", DESK), ("desk_answered", DESK))
        for level in (0.3, 0.7, 0.95)
    ]  # fmt: skip
    servers, paid, wait, answered = np.array(seen).T
    assert (np.diff(servers) > 0).all()
    assert (np.diff(paid) >= 0).all()
    assert (np.diff(wait) < 0).all()
    assert (np.diff(answered) > 0).all()


def test_the_level_aimed_at_is_about_reached() -> None:
    (answered,) = means({"touchpoints.call_centre.service_level": 0.8}, ("desk_answered", DESK))
    assert 0.7 < answered < 0.97


def test_staff_per_head_does_not_depend_on_the_people_simulated() -> None:
    """A fixed server costs a small market several times as much a head; others do not."""

    def per_head(people: int, **extra: Any) -> float:
        changes = {**FIXED, "population.people": people, **extra}
        pay, customers = means(changes, ("staff_pay", "focal"), ("customers", "focal"))
        return pay / customers

    level = {f"touchpoints.{name}.service_level": 0.7 for name in STAFFED}
    follow = per_head(500, **level) / per_head(4000, **level)
    fixed = {"desks.blended_occupancy": 0.0, "companies.*.strategy.who": 0.0}
    assert 0.8 < follow < 1.25
    assert per_head(500, **fixed) / per_head(4000, **fixed) > 4.0


def test_hiring_takes_time() -> None:
    """When a desk begins to follow a load far above its one server, staff come at 1/(1 + lag)."""
    for lag in (0.0, 3.0):
        event = {"month": 20, "set": {"touchpoints.call_centre.service_level": 0.9,
                                      "desks.hiring_lag": lag}}  # fmt: skip
        inputs = changed(
            "base", {**BUSY, **FIXED, "touchpoints.call_centre.servers": 1, "events": [event]}
        )
        firms = run_model(inputs, 20).world.firms
        call_centre = [t.name for t in inputs.touchpoints].index("call_centre")
        staff = firms.staff[0, call_centre]
        needed = 1.0 + (staff - 1.0) * (1.0 + lag)
        assert needed == pytest.approx(round(needed), abs=1e-9)
        assert needed >= 2.0


def test_blended_work_pays_the_load_and_never_more_than_all() -> None:
    world = run_model(changed("base", BUSY), 15).world
    load = world.month.desk_busy / (60.0 * world.policy.open_hours[:-1, None])
    assert (load <= world.firms.servers).all()
    assert (world.month.desk_paid <= world.firms.servers).all()
    opened = world.month.desk_paid > 0
    expected = np.minimum(world.firms.servers, load / 0.7)[opened]
    assert np.allclose(world.month.desk_paid[opened], expected, rtol=1e-12)


@pytest.mark.parametrize("blended", [0.0, 0.7])
def test_hours_worked_beyond_the_open_time_are_paid(blended: float) -> None:
    """Who waits at any length is served in the end: by overtime where servers are fixed and few."""
    short = {"desks.abandonment": False, "desks.business_hours": 2.0, "desks.all_hours": 2.0,
             "touchpoints.*.servers": 1, "population.people": 600}  # fmt: skip
    changes = {**BUSY, **FIXED, **short, "desks.blended_occupancy": blended,
               "companies.*.strategy.who": 0.0, "desks.wage": 1.0}  # fmt: skip
    world = run_model(changed("base", changes), 15).world
    month, hours = world.month, world.policy.open_hours[:-1]
    load = month.desk_busy / (60.0 * hours[:, None])
    over = load > world.firms.servers
    assert np.count_nonzero(over) >= 1
    assert np.allclose(month.desk_paid[over], load[over], rtol=1e-12)
    assert (month.desk_paid >= load - 1e-12).all()
    assert (month.staffing >= month.desk_busy.sum(axis=1) / 60.0 - 1e-9).all()


def test_one_server_is_there_before_anybody_comes() -> None:
    inputs = changed("base", {**BUSY, **FIXED, "touchpoints.call_centre.service_level": 0.9})
    world = run_model(inputs, 1).world
    assert world.month.desk_contacts.sum() == 0
    assert (world.firms.servers[:, world.touchpoints.names.index("call_centre")] == 1).all()


def test_the_peak_of_an_even_day_is_one() -> None:
    assert peak_factor(day_profile(np.ones(24))) == pytest.approx(1.0)
    assert peak_factor(day_profile(np.array([3.0, 1.0]))) == pytest.approx(2 * (0.75**2 + 0.25**2))


# --- skill ---------------------------------------------------------------------------------------


def test_training_settles_where_what_is_learned_is_what_leaves() -> None:
    inputs = changed("base", {**BUSY, "companies.focal.training": 0.1, "desks.turnover": 0.05,
                              "companies.rival.training": 0.0,
                              "desks.turnover_strain": 0.0})  # fmt: skip
    model = run_model(inputs, 100)
    assert model.recorder.latest("staff_skill", "focal") == pytest.approx(
        0.6 + 0.4 * 0.1 / 0.15, abs=1e-6
    )
    assert model.recorder.latest("staff_skill", "rival") == 0.6


def test_training_costs_and_nothing_else_moves_at_once() -> None:
    plain = means({}, ("spending", "focal"))[0]
    trained, skill = means(
        {"companies.focal.training": 0.1}, ("spending", "focal"), ("staff_skill", "focal")
    )
    assert trained > plain
    assert skill > 0.6


def test_turnover_rises_with_occupancy() -> None:
    strained = {"companies.focal.training": 0.1, "desks.turnover_strain": 1.0,
                "touchpoints.*.servers": 0, "touchpoints.call_centre.servers": 1,
                "desks.business_hours": 2.0}  # fmt: skip
    calm = means({**strained, "desks.turnover_strain": 0.0}, ("staff_skill", "focal"))
    assert means(strained, ("staff_skill", "focal")) < calm


# --- where a company has no desk -----------------------------------------------------------------

OTHERS: dict[str, Any] = {
    **BUSY, **FIXED, "touchpoints.*.servers": 0, "touchpoints.call_centre.servers": 2,
    "touchpoints.help_pages.servers": 3, "touchpoints.help_pages.owner": "rival",
    "companies.focal.touchpoints.shop": {"servers": 4},
}  # fmt: skip


def test_servers_of_a_desk_that_a_company_does_not_run_are_not_its_own() -> None:
    closing = {"month": 10, "set": {"companies.focal.touchpoints.shop.offered": False}}
    world = run_model(changed("base", {**OTHERS, "events": [closing]}), 15).world
    firms, names = world.firms, world.touchpoints.names
    assert (firms.servers[~world.operations.desks] == 0).all()
    places = [names.index(name) for name in ("call_centre", "help_pages", "shop")]
    assert firms.servers[:, places].tolist() == [[2, 0, 0], [2, 3, 0]]
    minutes = 60.0 * world.policy.open_hours[:-1] * np.array([2, 5])
    assert world.month.desk_busy.sum() > 0.0
    assert np.allclose(firms.occupancy, world.month.desk_busy.sum(axis=1) / minutes, rtol=1e-12)


def test_a_closed_desk_has_no_occupancy() -> None:
    closing = {"month": 10, "set": {"companies.focal.touchpoints.call_centre.offered": False}}
    recorder = run_model(changed("base", {**OTHERS, "events": [closing]}), 15).recorder
    busy, servers = (
        recorder.values[:15, recorder.labels.index((metric, DESK))]
        for metric in ("desk_occupancy", "desk_servers")
    )
    assert np.isnan(busy).tolist() == [False] * 9 + [True] * 6
    assert servers.tolist() == [2.0] * 9 + [0.0] * 6
