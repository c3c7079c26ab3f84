"""Parameter paths: what they mean in a scenario, and what is said of those that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario, parse_setting, parse_settings
from simulation.scenario.paths import PathError, pattern, resolve, show, split, value_at
from simulation.scenario.scenario import Scenario
from simulation.scenario.tree import plant


@pytest.fixture
def small(write: object) -> Scenario:
    return load_scenario("small")


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("run.months", ("run", "months")),
        ("companies[0].price", ("companies", 0, "price")),
        ("companies[focal].price", ("companies", "focal", "price")),
        ('companies["focal"].price', ("companies", "focal", "price")),
        ("companies[*].price", ("companies", "*", "price")),
        ("companies.*.funding.innovation", ("companies", "*", "funding", "innovation")),
        (" run . months ", ("run", "months")),
    ],
)
def test_split(text: str, steps: tuple[str | int, ...]) -> None:
    assert split(text) == steps


@pytest.mark.parametrize("text", ["", ".x", "a..b", "a[", "a]b", "[0].x", "a[b c]"])
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(PathError, match="is not a path"):
        split(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("companies[1].price", ["companies.rival.price"]),
        ("companies.*.price", ["companies.focal.price", "companies.rival.price"]),
        ("touchpoints.shop.servers", ["touchpoints.shop.servers"]),
        ("companies.focal.allocation.shop", ["companies.focal.allocation.shop"]),
        ("companies.focal.strategy.coupling", ["companies.focal.strategy.coupling"]),
        ("companies", ["companies"]),
        ("partners.helper.remove", ["partners.helper.remove"]),
        (
            "companies.rival.funding.*",
            [
                "companies.rival.funding.innovation",
                "companies.rival.funding.marketing_sales",
                "companies.rival.funding.experience_platform",
            ],
        ),
    ],
)
def test_paths_are_shown_by_name(small: Scenario, text: str, meant: list[str]) -> None:
    assert [show(steps) for steps in resolve(plant(small), split(text))] == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("companies.focal.pirce", 'Did you mean "companies.focal.price"?'),
        ("companies.focl.price", 'Did you mean "focal"?'),
        ("companies[2].price", "There are focal and rival."),
        (
            "companies.price",
            "Write companies.focal.price, companies.rival.price or companies.*.price",
        ),
        ("strategy.alignment", "Did you mean companies.*.strategy.alignment?"),
        ("alignment", "Did you mean companies.*.strategy.alignment?"),
        ("elasticty", "Did you mean encounter.elasticity?"),
        ("run.months.x", "run.months is a whole number and has no parts."),
        ("companies.focal.allocation.shop.x", "holds numbers by name"),
        ("companies.focal.allocation.*", "does not exist"),
        ("events[0].month", "there are no events"),
        ("companies.focal.remove.x", "has no"),
    ],
)
def test_a_path_to_nothing_says_what_may_be_meant(small: Scenario, text: str, said: str) -> None:
    with pytest.raises(PathError) as caught:
        resolve(plant(small), split(text))
    assert said in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("companies.focal.price", "companies.*.price"),
        ("companies[3].strategy.what", "companies.*.strategy.what"),
        ("companies.focal.allocation.shop", "companies.*.allocation"),
        ("touchpoints[0].stages[1]", "touchpoints.*.stages"),
        ("capability.gain.innovation", "capability.gain.innovation"),
        ("nowhere.at.all", "nowhere"),
    ],
)
def test_pattern_is_the_declared_path(text: str, declared: str) -> None:
    assert pattern(split(text)) == declared


def test_value_at(small: Scenario) -> None:
    changed = small.replace({"companies.focal.allocation.shop": 3})
    assert value_at(changed, "companies[0].price") == 0.4
    assert value_at(changed, "companies.focal.allocation.shop") == 3.0
    assert value_at(changed, "companies.focal.allocation.call_centre") is None
    assert value_at(changed, "companies.focal.funding.experience_platform") == 4.0
    with pytest.raises(ScenarioError, match="several"):
        value_at(changed, "companies.*.price")
    with pytest.raises(ScenarioError, match=r"companies\.focal\.cost_to_serve"):
        value_at(changed, "companies.focal.cost_to_srve")


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("run.months=12", ("run.months", 12)),
        (" run.months = 1_000 ", ("run.months", 1000)),
        ("a=0.3", ("a", 0.3)),
        ("a=true", ("a", True)),
        ("a=small_world", ("a", "small_world")),
        ('a="x=y"', ("a", "x=y")),
        ('a=["use", "renew"]', ("a", ["use", "renew"])),
        ("a={ b = 1 }", ("a", {"b": 1})),
        ("a=1\nb=2", ("a", "1\nb=2")),
        ("a=../ties.csv", ("a", "../ties.csv")),
    ],
)
def test_settings_are_toml_or_else_bare_text(text: str, setting: tuple[str, object]) -> None:
    assert parse_setting(text) == setting


def test_all_that_are_no_settings_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_settings(["a=1", "b", "=2", "c="])
    assert [fault.key for fault in caught.value.faults] == ["b", "=2", "c="]
    assert parse_settings(["a=1", "a=2"]) == {"a": 2}


def test_the_schema_file_is_found_from_any_folder(write: object) -> None:
    assert load_scenario("base").title
    assert not Path("scenarios").exists()
