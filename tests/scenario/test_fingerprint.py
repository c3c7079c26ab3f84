"""The fingerprint: equal for what runs alike, different for what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario

BASE = load_scenario("base")


def test_it_is_32_hex_digits() -> None:
    assert len(BASE.fingerprint) == 32
    assert int(BASE.fingerprint, 16) >= 0


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "other"},
        {"description": "other"},
        {"run.seed": 77},
        {"run.replicates": 3},
        {"companies.focal.price": 0.35},
        {"journey.contract_months": 12},
        {"network.file": "nowhere.csv"},
    ],
    ids=str,
)
def test_what_does_not_make_another_run(changes: dict[str, object]) -> None:
    assert BASE.replace(changes).fingerprint == BASE.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"run.months": 60},
        {"companies.focal.price": 0.36},
        {"companies.focal.name": "us", "title": "x"},
        {"desks.abandonment": False},
        {"network.kind": "random"},
        {"events": [{"month": 3, "set": {"reach.fade": 0.5}}]},
        {"companies.focal.strategy.coupling.innovation_marketing_sales": 0.5},
    ],
    ids=str,
)
def test_what_makes_another_run(changes: dict[str, object]) -> None:
    assert BASE.replace(changes).fingerprint != BASE.fingerprint


def test_order_of_keys_and_spelling_of_numbers_do_not_count(write) -> None:
    one = write(
        'extends = "small"\n[reach]\nfade = 0\nmost = 1\n'
        '[[events]]\nmonth = 3\nset = { "reach.fade" = 1, "reach.most" = 0.0 }\n',
        "one",
    )
    other = write(
        'extends = "small"\n[[events]]\nset = { reach = { most = -0.0, fade = 1.0 } }\nmonth = 3\n'
        "[reach]\nmost = 1.0\nfade = 0.0\n",
        "other",
    )
    assert load_scenario(one).fingerprint == load_scenario(other).fingerprint


def test_saying_a_default_changes_nothing(write) -> None:
    small = load_scenario("small")
    said = load_scenario(write('extends = "small"\n[desks]\nwage = 0.1\n[capability.gain]\n'))
    assert said.fingerprint == small.fingerprint


def test_a_round_trip_through_json_keeps_it() -> None:
    again = Scenario.model_validate_json(BASE.model_dump_json())
    assert again == BASE
    assert again.fingerprint == BASE.fingerprint


def test_a_file_of_ties_counts_by_its_content(write) -> None:
    for name, text in {
        "one.csv": "a,b\n0,1\n",
        "same.csv": "a,b\n0,1\n",
        "other.csv": "a,b\n0,2\n",
    }.items():
        Path(name).write_text(text)
    small = load_scenario("small").replace({"network": {"kind": "edge_list", "file": "one.csv"}})
    prints = [small.replace({"network.file": f"{n}.csv"}).fingerprint for n in ("same", "other")]
    assert prints[0] == small.fingerprint != prints[1]
    Path("one.csv").unlink()
    with pytest.raises(ScenarioError, match=r"network\.file cannot be read"):
        _ = small.fingerprint


@given(st.floats(0, 1), st.floats(0, 1))
def test_equal_prints_mean_equal_values(one: float, other: float) -> None:
    first = BASE.replace({"reach.fade": one})
    second = BASE.replace({"reach.fade": other})
    assert (first.fingerprint == second.fingerprint) == (one == other)
