"""A short attack on the door; the long one is ``uv run python tests/fuzz/attack.py``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from simulation.errors import CocreateError
from simulation.scenario.load import load_scenario
from simulation.simulate import RunResult, check_record, simulate

_spec = importlib.util.spec_from_file_location("attack", Path(__file__).with_name("attack.py"))
assert _spec is not None
assert _spec.loader is not None
attack = importlib.util.module_from_spec(_spec)
sys.modules["attack"] = attack
_spec.loader.exec_module(attack)


@pytest.mark.parametrize(("kind", "n"), [("raw", 1500), ("structured", 500), ("corners", 8)])
def test_nothing_gets_through_that_should_not(kind: str, n: int) -> None:
    found = attack.attack(kind, n, seconds=20.0)
    # Seconds are counted by the long attack: here other tests may keep the machine busy.
    bad = {told: count for told, count in found.items()
           if attack.is_bad(told) and not told.startswith("SLOW")}  # fmt: skip
    assert found.total() > 0
    assert not bad


def test_nineteen_in_twenty_typos_are_understood() -> None:
    found = attack.attack("typos", 120, seconds=6.0)
    assert attack.share_right(found) >= 0.95


@pytest.mark.parametrize("name", ["listening.interaction_gain", "listening.sample_high"])
def test_a_sample_of_more_than_all_people_is_a_sample_of_all(name: str) -> None:
    small = {"population.people": 40, "run.months": 2, "run.warm_up": 0}
    most = load_scenario("base", {**small, "companies.focal.strategy.why": 1.0, name: 1e9})
    assert simulate(most, 1).values.shape[0] == 2


@pytest.mark.parametrize("value", [float("inf"), -float("inf")])
def test_an_infinite_month_fails_the_run(value: float) -> None:
    with pytest.raises(CocreateError, match="surplus, focal is infinite in month 2"):
        check_record(_result([[1.0], [value]], [[0.0], [0.0]]))


@pytest.mark.parametrize(
    ("amount", "what"),
    [(-1.0, "is a negative amount"), (float("nan"), "is not a finite amount")],
)
def test_a_flow_that_is_none_fails_the_run(amount: float, what: str) -> None:
    with pytest.raises(CocreateError, match=f"a, b, payment.* {what} in month 1"):
        check_record(_result([[1.0], [float("nan")]], [[amount], [5.0]]))


def _result(values: list[list[float]], flows: list[list[float]]) -> RunResult:
    import numpy as np

    return RunResult(
        load_scenario("base"), 1, (("surplus", "focal"),), np.array(values),
        (("a", "b", "payment", "money", "money/month"),), np.array(flows), 0.0,
    )  # fmt: skip
