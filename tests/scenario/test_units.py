"""Money and persons as people know them; none of it changes a result."""

from __future__ import annotations

import pytest
from builders import changed, run_model

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario
from simulation.scenario.units import Units
from simulation.scenario.write import to_toml

SHOWN = {
    "currency.name": "EUR",
    "currency.per_unit": 100.0,
    "population.represents": 4_000_000,
    "touchpoints.call_centre.label": "Call centre",
    "companies.focal.label": "Carrier",
}


def test_money_becomes_currency_and_persons_those_represented() -> None:
    units = Units.of(changed("base", SHOWN))
    assert units.each(0.35, "money/month") == (35.0, "EUR/month")
    assert units.each(3.0, "money/1000 people/month") == (300.0, "EUR/1000 people/month")
    assert units.total(2.0, "money/month") == (2.0 * 100 * 400, "EUR/month")
    assert units.total(7.0, "persons") == (2800.0, "persons")
    assert units.total(7.0, "persons/month") == (2800.0, "persons/month")


@pytest.mark.parametrize("unit", ["share", "", "minutes", "0-10", "hours/person"])
def test_what_is_neither_stays(unit: str) -> None:
    units = Units.of(changed("base", SHOWN))
    assert units.total(0.3, unit) == units.each(0.3, unit) == (0.3, unit)


@pytest.mark.parametrize("unit", ["money/1000 people/month", "money/hour", "money/person"])
def test_what_is_a_persons_is_not_multiplied_by_persons(unit: str) -> None:
    assert Units.of(changed("base", SHOWN)).total(1.0, unit)[0] == 100.0


def test_a_scenario_that_says_nothing_is_shown_as_it_is() -> None:
    units = Units.of(changed("base", {"currency.name": ""}))
    assert units == Units()
    assert units.total(2.0, "money/month") == (2.0, "money/month")
    assert units.label("focal:call_centre") == "focal:call_centre"


def test_labels_name_things_and_their_parts() -> None:
    units = Units.of(changed("base", SHOWN))
    assert units.label("focal:call_centre") == "Carrier:Call centre"
    assert units.label("customers") == "customers"


def test_the_factors_stand_in_the_metadata() -> None:
    assert Units.of(changed("base", SHOWN)).metadata() == {
        "currency": "EUR", "currency.per_unit": "100.0", "people.per_person": "400.0",
    }  # fmt: skip


def test_nothing_of_it_changes_a_result(tmp_path) -> None:
    plain, shown = changed("base", {"population.people": 100}), changed("base", SHOWN)
    shown = shown.replace({"population.people": 100})
    assert plain.fingerprint == shown.fingerprint
    one, other = run_model(plain, 6).recorder, run_model(shown, 6).recorder
    assert one.labels == other.labels
    assert one.values[:6].tobytes() == other.values[:6].tobytes()
    file = tmp_path / "shown.toml"
    file.write_text(to_toml(shown))
    assert load_scenario(file) == shown


def test_an_event_cannot_set_it() -> None:
    event = {"events": [{"month": 3, "set": {"currency.per_unit": 2.0}}]}
    with pytest.raises(ScenarioError, match="only describes the scenario"):
        changed("base", event)


@pytest.mark.parametrize(
    ("unit", "typed"),
    [("money/month", "money/month; 1 is 100 EUR"), ("1/money", "1/money; 1 is 100 EUR"),
     ("share", "share"), ("", "")],
)  # fmt: skip
def test_a_setting_in_money_says_what_one_of_it_is(unit: str, typed: str) -> None:
    assert Units("EUR", 100.0).typed(unit) == typed
    assert Units().typed(unit) == unit
