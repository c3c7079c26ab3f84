"""From runs of cases to numbers that can be attributed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.attribution import attribute
from simulation.analysis.coalitions import (
    actors_of,
    dividend_curves,
    lattice,
    lattice_curves,
    loss_curves,
    outcome_table,
    shapley_curves,
    tornado_table,
)

PLAYERS = ("I", "M")
CASES = ("I+M", "M", "I", "baseline")


def runs(worth: dict[str, float], seeds: int = 3, noise: float = 0.0) -> pd.DataFrame:
    """Return made-up runs in which a case is worth a number, plus what its seed adds."""
    rng = np.random.default_rng(3)
    rows = [
        {"run": seed * len(worth) + at, "seed": seed + 1, "case": case,
         "co_created_value": value + 10.0 * seed + noise * rng.standard_normal(),
         "surplus:customers": 2 * value, "alone:customers": 0.5, "surplus:focal": -value}
        for seed in range(seeds)
        for at, (case, value) in enumerate(worth.items())
    ]  # fmt: skip
    return pd.DataFrame(rows)


WORTH = {"I+M": 7.0, "M": 2.0, "I": 3.0, "baseline": 1.0}


def test_lattice_is_in_the_order_of_coalitions() -> None:
    table = outcome_table(runs(WORTH), "co_created_value")
    values = lattice(table, PLAYERS)
    assert values.shape == (4, 3)
    assert values[:, 0].tolist() == [1.0, 3.0, 2.0, 7.0]
    found = attribute(values, PLAYERS)
    assert float(found.dividend("I", "M").mean) == pytest.approx(3.0)
    assert float(found.total().mean) == pytest.approx(6.0)


def test_seeds_without_every_case_are_left_out() -> None:
    some = runs(WORTH)
    gone = some[~((some["seed"] == 2) & (some["case"] == "M"))]
    assert list(outcome_table(gone, "co_created_value").index) == [1, 3]
    some.loc[some["case"] == "M", "co_created_value"] = np.nan
    with pytest.raises(ValueError, match="No seed has all"):
        outcome_table(some, "co_created_value")


def test_a_case_that_was_not_run_is_named() -> None:
    some = runs({case: WORTH[case] for case in ("I+M", "M", "I")})
    with pytest.raises(ValueError, match="Missing: baseline"):
        lattice(outcome_table(some, "co_created_value"), PLAYERS)
    with pytest.raises(ValueError, match="There is none"):
        outcome_table(some, "happiness")


def test_people_gain_over_what_they_would_have_alone() -> None:
    some = runs(WORTH)
    assert actors_of(some) == ["customers", "focal"]
    table = outcome_table(some, "gain:customers")
    assert table.loc[1, "I+M"] == 2 * 7.0 - 0.5
    assert outcome_table(some, "gain:focal").loc[1, "I+M"] == -7.0


def test_curves_are_attributed_month_by_month() -> None:
    some = runs(WORTH)
    worth = some.set_index("run")["co_created_value"]
    series = pd.DataFrame([
        {"run": run, "month": month, "metric": "co_created_value", "of": "",
         "value": float(worth[run]) * month}
        for run in some["run"] for month in (1, 2)
    ])  # fmt: skip
    values = lattice_curves(series, some, PLAYERS, "co_created_value")
    assert values.shape == (4, 3, 2)
    curves = dividend_curves(attribute(values, PLAYERS))
    assert set(curves) == {"I", "M", "I+M"}
    assert curves["I+M"].band.mean.tolist() == pytest.approx([3.0, 6.0])
    assert curves["I+M"].above_from() == 1
    shares = shapley_curves(attribute(values, PLAYERS))
    whole = sum(shares[name].band.mean for name in PLAYERS)
    assert whole.tolist() == pytest.approx((values[-1] - values[0]).mean(axis=0).tolist())
    assert shares["I"].months == (1, 2)


def test_losses_over_time_are_paired_within_seeds() -> None:
    some = runs({"whole": 10.0, "without a": 7.0, "without b": 12.0}, seeds=5, noise=0.0)
    worth = some.set_index("run")["co_created_value"]
    series = pd.DataFrame([
        {"run": run, "month": month, "metric": "co_created_value", "of": "",
         "value": float(worth[run]) * month + 100.0 * float(some.set_index("run")["seed"][run])}
        for run in some["run"] for month in (1, 2, 3)
    ])  # fmt: skip
    cases = {"a": "without a", "b": "without b"}
    found = loss_curves(series, some, cases, "whole")
    assert found["a"].band.mean.tolist() == pytest.approx([3.0, 6.0, 9.0])
    assert found["a"].above_from() == 1
    assert found["b"].below_from() == 1
    with pytest.raises(ValueError, match="must share seeds and months"):
        loss_curves(series, some, {"c": "without c"}, "whole")


def test_tornado_puts_the_greatest_effect_first() -> None:
    worth = {"whole": 10.0, "weaker a": 9.0, "stronger a": 10.5, "weaker b": 14.0,
             "stronger b": 4.0}  # fmt: skip
    table = outcome_table(runs(worth, seeds=6, noise=0.2), "co_created_value")
    ways = {name: (f"weaker {name}", f"stronger {name}") for name in ("a", "b")}
    found = tornado_table(table, ways, "whole")
    assert list(found["player"]) == ["b", "b", "a", "a"]
    first = found.set_index(["player", "way"]).loc[("b", "stronger")]
    assert first["low"] < -6.0 < first["high"]
    assert found.loc[0, "swing"] == pytest.approx(-10.0, abs=0.5)
    assert (found["pairs"] == 6).all()
