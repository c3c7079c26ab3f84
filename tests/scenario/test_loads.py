"""A desk of fixed size that hardly anybody comes to, or that is overrun, is noticed beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from builders import changed, run_model

from simulation.scenario.load import examine
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


CENTRE = "touchpoints.call_centre"


def without_effect(name: str, overrides: dict[str, object] | None = None) -> list[str | None]:
    return [odd.key for odd in examine(name, overrides).warnings if "has no effect" in odd.message]


def test_servers_of_a_desk_whose_staff_follow_the_load_are_noticed() -> None:
    """They change nothing in a run, so a what-if that sets them asks nothing."""
    servers = {f"{CENTRE}.servers": 8}
    assert without_effect("base", servers) == [f"{CENTRE}.servers"]
    model = run_model(changed("base", {"population.people": 300}), 6)
    other = run_model(changed("base", {"population.people": 300, **servers}), 6)
    np.testing.assert_array_equal(other.recorder.values, model.recorder.values)


def test_servers_of_an_extending_file_and_of_an_event_are_noticed(write) -> None:
    stated = '[[touchpoints]]\nname = "call_centre"\nservers = 4\n'
    event = f'[[events]]\nmonth = 3\nset = {{ "{CENTRE}.servers" = 4 }}\n'
    assert without_effect(write(f'extends = "base"\n{stated}')) == [f"{CENTRE}.servers"]
    assert without_effect(write(f'extends = "base"\n{event}')) == [
        f"events[0].set.{CENTRE}.servers"
    ]
    fixed = f"{stated}service_level = 0.0\n"
    assert not without_effect(write(f'extends = "base"\n{fixed}{event}'))


@pytest.mark.parametrize(
    "changes",
    [
        {f"{CENTRE}.servers": 8, f"{CENTRE}.service_level": 0.0},
        {f"companies.focal.{CENTRE}.servers": 8},
        {f"{CENTRE}.servers": 8, f"companies.rival.{CENTRE}.service_level": 0.0},
        {f"{CENTRE}.service_level": 0.5},
    ],
    ids=str,
)
def test_servers_that_count_are_not_said_to_have_no_effect(changes: dict[str, object]) -> None:
    assert not without_effect("base", changes)
