"""A desk of fixed size that hardly anybody comes to, or that is overrun, is noticed beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from builders import changed, run_model

from simulation.scenario.loads import fixed_desks
from simulation.scenario.oddities import oddities

FIXED = {"touchpoints.*.service_level": 0.0}


def test_the_estimate_is_of_the_order_of_what_a_run_shows() -> None:
    """Rough as it is: within a factor of five at every desk of base."""
    scenario = changed("base", {**FIXED, "population.people": 1000})
    recorder = run_model(scenario, 36).recorder
    desks = list(fixed_desks(scenario))
    assert len(desks) == 2 * 5
    for company, touchpoint, _, busy in desks:
        column = recorder.labels.index(("desk_occupancy", f"{company.name}:{touchpoint.name}"))
        seen = float(np.nanmean(recorder.values[12:36, column]))
        assert seen / 5 < busy < seen * 5, touchpoint.name


@pytest.mark.parametrize(
    ("people", "odd"), [(500, True), (20_000, False), (2_000_000, True)], ids=str
)
def test_only_idle_and_overrun_desks_are_noticed(people: int, *, odd: bool) -> None:
    scenario = changed("base", {**FIXED, "population.people": people})
    noticed = [str(one.message) for one in oddities(scenario)]
    assert any("would be busy about" in message for message in noticed) is odd


def test_staff_that_follow_the_load_are_never_noticed() -> None:
    for people in (500, 2_000_000):
        assert not oddities(changed("base", {"population.people": people}))


def test_a_companys_own_servers_are_named_where_they_are_given() -> None:
    path = "companies.rival.touchpoints.call_centre.servers"
    noticed = oddities(changed("base", {path: 400}))
    assert [one.paths[0] for one in noticed] == [
        ("companies", "rival", "touchpoints", "call_centre", "servers")
    ]
    assert "Got 400." in noticed[0].message
