"""A scenario written as TOML is read back as the same scenario."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.scenario.load import load_scenario
from simulation.scenario.template import what_if_text
from simulation.scenario.write import to_toml, value_text

VALUES = st.recursive(
    st.integers()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(VALUES)
def test_values_survive(value: Any) -> None:
    assert tomllib.loads(f"x = {value_text(value)}") == {"x": value}


@pytest.mark.parametrize("complete", [False, True])
def test_scenarios_survive(write, complete: bool) -> None:
    scenario = load_scenario("base").replace(
        {
            "title": 'Quotes " and \\ and\nlines',
            "companies.focal.allocation.shop": 2,
            "companies.rival.strategy.coupling.innovation_marketing_sales": 0.25,
            "reach.hazard": 1e-7,
            "network.kind": "lattice",
            "events": [{"month": 3, "set": {"companies.*.price": 0.3}}],
        }
    )
    text = to_toml(scenario, complete=complete)
    again = load_scenario(write(text))
    assert again == scenario
    assert again.fingerprint == scenario.fingerprint
    assert ("legacy_spread" in text) == complete


def test_the_template_changes_nothing_until_a_lever_is_used(write) -> None:
    small = load_scenario("small")
    text = what_if_text(small, extends="small", title="What if", schema=None)
    assert load_scenario(write(text)).fingerprint == small.fingerprint
    used = "\n".join(line.removeprefix("#") for line in text.splitlines() if line[:2] != "# ")
    scenario = load_scenario(write(used))
    assert scenario.replace({}).companies == small.companies
    assert [event.month for event in scenario.events] == [24]
    assert text.count("#") > 30


def test_the_template_shows_the_lever_of_staffing_that_has_an_effect() -> None:
    base = load_scenario("base")
    fixed = base.replace({"touchpoints.*.service_level": 0.0})
    followed, stated = (what_if_text(one, extends="base", title="What if", schema=None)
                        for one in (base, fixed))  # fmt: skip
    assert "#service_level = 0.7" in followed
    assert "#servers" not in followed
    assert "#servers = 2" in stated
