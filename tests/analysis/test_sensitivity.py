"""Sobol indices and Morris measures of functions whose own are known."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.points import Asked, factors_of
from simulation.analysis.response import effects, heat, response, strength
from simulation.analysis.sensitivity import (
    can_be_analysed,
    elementary_effects,
    sensitivity,
    sum_of_first,
    unit_cube,
)
from simulation.experiment.design import Design, DesignKind, points
from simulation.experiment.factors import Choices, Factor, Range, Role, Scale

VALUE = Asked("value", "money")
Function = Callable[..., float]


def factor(key: str, low: float, high: float) -> Factor:
    return Factor(key, Role.UNCERTAINTY, Range(low, high), present={key: low})


ANGLES = [factor(name, -pi, pi) for name in ("x1", "x2", "x3")]


def ishigami(x1: float, x2: float, x3: float) -> float:
    """Ishigami & Homma 1990 with a = 7, b = 0.1."""
    return float(np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def told(design: Design, factors: list[Factor]) -> dict[str, Any]:
    """Return what a manifest would say."""
    found = []
    for one in factors:
        domain = one.domain
        more: dict[str, Any] = (
            {"kind": "interval", "low": domain.low, "high": domain.high, "scale": domain.scale}
            if isinstance(domain, Range)
            else {"kind": "choices", "values": list(domain.values)}
            if isinstance(domain, Choices)
            else {}
        )
        found.append({"key": one.key, "role": "uncertainty", "columns": [one.key],
                      "present": dict(one.present), **more})  # fmt: skip
    return {
        "design": {"kind": design.kind.value, "levels": design.levels,
                   "second_order": design.second_order, "points": len(points(design, factors))},
        "factors": found,
        "outcomes": [],
    }  # fmt: skip


def runs(design: Design, factors: list[Factor], function: Function, *, seeds: int = 1,
         noise: float = 0.0) -> pd.DataFrame:  # fmt: skip
    draws = np.random.default_rng(5)
    rows = [
        {"point": at, "seed": seed, **point.cells,
         "value": function(*point.cells.values()) + noise * draws.standard_normal()}
        for at, point in enumerate(points(design, factors))
        for seed in range(seeds)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def values(table: pd.DataFrame, index: str) -> dict[str, float]:
    own = table[(table["index"] == index) & (table["other"] == "")]
    return dict(zip(own["factor"], own["value"], strict=True))


def test_sobol_indices_of_ishigami_and_homma_1990() -> None:
    design = Design(DesignKind.SOBOL, n=512)
    table = sensitivity(runs(design, ANGLES, ishigami), told(design, ANGLES), VALUE)
    exact = {"S1": (0.3139, 0.4424, 0.0), "ST": (0.5576, 0.4424, 0.2437)}
    for index, numbers in exact.items():
        assert list(values(table, index).values()) == pytest.approx(numbers, abs=0.06)
    inside = table[table["index"].isin(("S1", "ST"))]
    true = np.array(exact["S1"] + exact["ST"])
    assert ((inside["low"] <= true) & (true <= inside["high"])).all()
    assert table.attrs["blocks"] == 512


def test_second_order_index_of_ishigami_and_homma_1990() -> None:
    design = Design(DesignKind.SOBOL, n=512, second_order=True)
    table = sensitivity(runs(design, ANGLES, ishigami), told(design, ANGLES), VALUE)
    second = table[table["index"] == "S2"].set_index(["factor", "other"])["value"]
    assert second["x1", "x3"] == pytest.approx(0.2437, abs=0.1)
    assert second["x1", "x2"] == pytest.approx(0.0, abs=0.1)


def test_morris_measures_of_a_linear_function_are_its_slopes() -> None:
    design = Design(DesignKind.MORRIS, trajectories=6)
    factors = [factor("a", 0, 2), factor("b", 10, 20), factor("c", 0, 1)]
    data = runs(design, factors, lambda a, b, c: 3 * a - b + 0 * c)
    table = sensitivity(data, told(design, factors), VALUE)
    assert list(values(table, "mu").values()) == pytest.approx([6.0, -10.0, 0.0])
    assert list(values(table, "mu_star").values()) == pytest.approx([6.0, 10.0, 0.0])
    assert list(values(table, "sigma").values()) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert set(table["unit"]) == {"money"}


def test_morris_takes_choices_and_log_scales() -> None:
    design = Design(DesignKind.MORRIS, trajectories=8)
    factors = [
        Factor("log", Role.LEVER, Range(0.1, 10.0, Scale.LOG)),
        Factor("word", Role.LEVER, Choices(("low", "high"))),
        Factor("switch", Role.LEVER, Choices((False, True))),
    ]
    data = runs(
        design, factors, lambda x, word, switch: np.log10(x) + 5 * (word == "high") + switch
    )
    table = sensitivity(data, told(design, factors), VALUE)
    assert list(values(table, "mu").values()) == pytest.approx([2.0, 5.0, 1.0])


@pytest.mark.parametrize("levels", [2, 4, 6])
def test_morris_divides_by_what_choices_switches_and_whole_numbers_moved(levels: int) -> None:
    design = Design(DesignKind.MORRIS, trajectories=8, levels=levels)
    factors = [
        factor("number", 0, 1),
        Factor("switch", Role.LEVER, Choices((False, True))),
        Factor("place", Role.LEVER, Choices((0, 1, 2))),
        Factor("whole", Role.LEVER, Range(1, 3, whole=True)),
    ]
    data = runs(design, factors, lambda a, b, c, d: 10 * a + 10 * b + 5 * c + 5 * (d - 1))
    table = sensitivity(data, told(design, factors), VALUE)
    assert list(values(table, "mu_star").values()) == pytest.approx([10.0] * 4)
    assert list(values(table, "sigma").values()) == pytest.approx([0.0] * 4, abs=1e-9)
    assert table[table["index"] == "mu_star"]["high"].tolist() == pytest.approx([10.0] * 4)


def test_a_step_that_leaves_a_factor_where_it_is_says_nothing_of_it() -> None:
    inputs = np.array([[[0.0, 0.0], [0.5, 0.0], [0.5, 0.0]], [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])
    effects_ = elementary_effects(inputs, np.array([[0.0, 2.0, 2.0], [0.0, 3.0, 1.0]]))
    assert effects_[:, 0].tolist() == [4.0, 2.0]
    assert np.isnan(effects_[0, 1])
    assert effects_[1, 1] == 3.0


def test_blocks_with_a_failed_run_are_left_out() -> None:
    design = Design(DesignKind.SOBOL, n=64)
    data = runs(design, ANGLES, ishigami)
    whole = sensitivity(data, told(design, ANGLES), VALUE)
    lost = sensitivity(data[data["point"] != 7], told(design, ANGLES), VALUE)
    assert (lost.attrs["blocks"], lost.attrs["blocks_lost"]) == (63, 1)
    assert values(lost, "ST")["x2"] == pytest.approx(values(whole, "ST")["x2"], abs=0.1)
    tail = sensitivity(data[data["point"] < 5 * 63], told(design, ANGLES), VALUE)
    assert (tail.attrs["blocks"], tail.attrs["blocks_lost"]) == (63, 1)


def test_chance_between_seeds_is_told() -> None:
    design = Design(DesignKind.SOBOL, n=64)
    quiet = sensitivity(runs(design, ANGLES, ishigami, seeds=4), told(design, ANGLES), VALUE)
    loud = sensitivity(
        runs(design, ANGLES, ishigami, seeds=4, noise=8.0), told(design, ANGLES), VALUE
    )
    assert quiet.attrs["noise"] == pytest.approx(0.0, abs=1e-12)
    assert loud.attrs["noise"] == pytest.approx(16 / (16 + 13.84), abs=0.1)


@pytest.mark.parametrize("lost", [0, 40])
def test_what_a_seed_adds_to_every_point_is_no_chance_between_points(lost: int) -> None:
    design = Design(DesignKind.SOBOL, n=64)
    data = runs(design, PAIR, lambda a, b: 10 * a + b, seeds=4, noise=3.0)
    luck = np.random.default_rng(1).normal(0.0, 10.0, 4)
    data["value"] += luck[data["seed"]]
    kept = data.drop(np.random.default_rng(2).choice(len(data), lost, replace=False))
    noise = sensitivity(kept, told(design, PAIR), VALUE).attrs["noise"]
    # 9/4 from seeds beside (100 + 1)/12 from a and b; the seeds' own variance is 100.
    assert noise == pytest.approx(2.25 / (2.25 + 101 / 12), abs=0.04)
    sure = runs(design, PAIR, lambda a, b: 10 * a + b, seeds=4)
    sure["value"] += luck[sure["seed"]]
    assert sensitivity(sure, told(design, PAIR), VALUE).attrs["noise"] == 0.0


def test_without_a_second_seed_chance_is_not_known() -> None:
    design = Design(DesignKind.SOBOL, n=16)
    data = runs(design, PAIR, lambda a, b: 10 * a + b)
    assert np.isnan(sensitivity(data, told(design, PAIR), VALUE).attrs["noise"])


def test_interval_of_the_sum_of_first_order_indices_covers_it() -> None:
    factors = [factor(f"x{at}", 0, 1) for at in range(5)]

    def product(*x: float) -> float:
        a, b, c, d, e = (one - 0.5 for one in x)
        return a + 6 * a * b + 6 * c * d + 1.2 * e

    true = (2.44 / 12) / (2.44 / 12 + 2 * 36 / 144)
    intervals = []
    for seed in range(1, 21):
        design = Design(DesignKind.SOBOL, n=128, seed=seed)
        data = runs(design, factors, product)
        intervals.append(sum_of_first(data["value"].to_numpy().reshape(-1, 7), 5))
    sums, lows, highs = np.array(intervals).T
    assert np.mean((lows <= true) & (true <= highs)) >= 0.85
    assert not (lows > 0.5).any()
    table = sensitivity(data, told(design, factors), VALUE)
    assert table.attrs["alone"] == intervals[-1]
    assert sum(values(table, "S1").values()) == pytest.approx(sums[-1])


def test_constant_outcome_has_no_indices() -> None:
    design = Design(DesignKind.SOBOL, n=8)
    assert sensitivity(runs(design, ANGLES, lambda *_: 1.0), told(design, ANGLES), VALUE).empty


def test_the_same_runs_give_the_same_intervals() -> None:
    design = Design(DesignKind.SOBOL, n=16)
    data = runs(design, ANGLES, ishigami)
    one, other = (sensitivity(data, told(design, ANGLES), VALUE) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_other_designs_are_refused() -> None:
    design = Design(DesignKind.GRID, levels=2)
    assert not can_be_analysed(told(design, ANGLES))
    with pytest.raises(ValueError, match="grid"):
        sensitivity(runs(design, ANGLES, ishigami), told(design, ANGLES), VALUE)


def test_unit_cube_is_the_design_again() -> None:
    design = Design(DesignKind.MORRIS, trajectories=3)
    cube = unit_cube(runs(design, ANGLES, ishigami), told(design, ANGLES))
    assert np.allclose(cube * 3, np.round(cube * 3))
    assert (cube.min(), cube.max()) == pytest.approx((0.0, 1.0))


# --- responses -----------------------------------------------------------------------------------

PAIR = [factor("a", 0, 1), factor("b", 0, 1)]


def test_response_of_a_grid_is_the_mean_over_the_rest_with_intervals_over_seeds() -> None:
    design = Design(DesignKind.GRID, levels=3)
    data = runs(design, PAIR, lambda a, b: 10 * a + b, seeds=4, noise=0.1)
    table = response(data, told(design, PAIR), "a", VALUE)
    assert table["level"].tolist() == [0.0, 0.5, 1.0]
    assert table["mean"].tolist() == pytest.approx([0.5, 5.5, 10.5], abs=0.2)
    assert table["n"].tolist() == [4, 4, 4]
    assert ((table["low"] < table["mean"]) & (table["mean"] < table["high"])).all()


def test_response_of_a_sample_is_binned_and_holds_the_other_factors() -> None:
    design = Design(DesignKind.LHS, n=200)
    data = runs(design, PAIR, lambda a, b: 10 * a + b)
    table = response(data, told(design, PAIR), "a", VALUE)
    assert table["mean"].to_numpy() == pytest.approx(10 * table["level"] + 0.5, abs=0.4)
    assert table["n"].sum() == 200


def test_of_saltellis_scheme_only_independent_points_count() -> None:
    design = Design(DesignKind.SOBOL, n=64)
    data = runs(design, PAIR, lambda a, b: 10 * a + b)
    assert response(data, told(design, PAIR), "a", VALUE)["n"].sum() == 128


def test_one_at_a_time_only_what_moves_alone_counts() -> None:
    design = Design(DesignKind.ONE_AT_A_TIME, levels=3)
    data = runs(design, PAIR, lambda a, b: 10 * a + b * 3)
    table = response(data, told(design, PAIR), "a", VALUE)
    assert table["mean"].tolist() == [0.0, 5.0, 10.0]
    found = effects(data, told(design, PAIR), VALUE)
    assert found[["factor", "level", "difference"]].to_numpy().tolist() == [
        ["a", 1.0, 10.0], ["b", 1.0, 3.0],
    ]  # fmt: skip


def test_effects_of_a_factorial_are_paired_differences() -> None:
    design = Design(DesignKind.FACTORIAL)
    data = runs(design, PAIR, lambda a, b: 2 * a - 5 * b + 4 * a * b, seeds=5, noise=0.01)
    found = effects(data, told(design, PAIR), VALUE).set_index("factor")
    assert found["difference"]["a"] == pytest.approx(4.0, abs=0.05)
    assert found["difference"]["b"] == pytest.approx(-3.0, abs=0.05)
    assert list(found.index) == ["a", "b"]


def test_strength_of_noise_is_about_nothing() -> None:
    design = Design(DesignKind.RANDOM, n=300)
    factors = [*PAIR, factor("c", 0, 1)]
    data = runs(design, factors, lambda a, b, _: a + 0.2 * b)
    a, b, c = factors_of(told(design, factors))
    sizes = [strength(data, told(design, factors), one, VALUE) for one in (a, b, c)]
    assert sizes[0] > 0.8
    assert sizes[0] > sizes[1] > sizes[2]
    assert abs(sizes[2]) < 0.05


def test_heat_has_the_first_factor_down_and_the_second_across() -> None:
    design = Design(DesignKind.GRID, levels=2)
    data = runs(design, PAIR, lambda a, b: 10 * a + b)
    table = heat(data, told(design, PAIR), ("a", "b"), VALUE)
    assert table.to_numpy().tolist() == [[10.0, 11.0], [0.0, 1.0]]


# --- missing runs --------------------------------------------------------------------------------


def crossed(*, lost: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return runs of a 2 × 2 design in which b alone acts, without some seeds of a = b = 1."""
    design = Design(DesignKind.FACTORIAL)
    data = runs(design, PAIR, lambda _, b: 100 * b, seeds=5)
    failed = (data["a"] == 1) & (data["b"] == 1) & (data["seed"] < lost)
    return data[~failed], told(design, PAIR)


def test_failed_runs_give_a_factor_no_effect_that_it_has_not() -> None:
    data, sweep = crossed(lost=3)
    moves = effects(data, sweep, VALUE).set_index("factor")["difference"]
    assert moves.to_dict() == {"a": 0.0, "b": 100.0}
    table = response(data, sweep, "a", VALUE)
    assert table["mean"].tolist() == [50.0, 50.0]
    assert table["n"].tolist() == [5, 2]
    as_missing = pd.concat([data, data[:3].assign(point=3, seed=[0, 1, 2], a=1.0, b=1.0,
                                                  value=np.nan)])  # fmt: skip
    assert response(as_missing, sweep, "a", VALUE)["mean"].tolist() == [50.0, 50.0]


def test_a_level_without_one_of_its_points_has_no_mean() -> None:
    data, sweep = crossed(lost=5)
    assert response(data, sweep, "a", VALUE)["mean"].isna().tolist() == [False, True]
    assert effects(data, sweep, VALUE)["difference"].isna().all()
    crosswise = data[data["a"] != data["b"]]
    assert response(crosswise, sweep, "a", VALUE)["mean"].isna().all()


def test_a_level_whose_runs_all_failed_takes_nothing_from_the_others() -> None:
    design = Design(DesignKind.GRID, levels=3)
    data = runs(design, PAIR, lambda a, b: 10 * a + b, seeds=3)
    table = response(data[data["b"] != 1.0], told(design, PAIR), "b", VALUE)
    assert table["mean"].tolist() == [5.0, 5.5]


def test_points_of_a_sample_that_lack_a_run_are_left_out_of_all_seeds() -> None:
    design = Design(DesignKind.LHS, n=40)
    factors = [factor("a", 0, 1), Factor("word", Role.LEVER, Choices(("x", "y")))]
    data = runs(design, factors, lambda a, _: 10 * a, seeds=3)
    lost = data.drop(data[(data["seed"] == 1) & (data["point"] < 5)].index)
    rest = data[data["point"] >= 5]
    here, there = (response(one, told(design, factors), "word", VALUE) for one in (lost, rest))
    pd.testing.assert_frame_equal(here, there)


def test_heat_counts_a_seed_only_in_cells_whose_runs_it_has() -> None:
    design = Design(DesignKind.GRID, levels=2)
    factors = [*PAIR, factor("c", 0, 1)]
    data = runs(design, factors, lambda a, b, c: 10 * a + b + 100 * c, seeds=2)
    failed = (data["a"] == 1) & (data["b"] == 1) & (data["c"] == 1) & (data["seed"] == 0)
    sweep = told(design, factors)
    assert heat(data[~failed], sweep, ("a", "b"), VALUE).to_numpy().tolist() == [
        [60.0, 61.0], [50.0, 51.0],
    ]  # fmt: skip
    never = failed | ((data["point"] == 7) & (data["seed"] == 1))
    assert np.isnan(heat(data[~never], sweep, ("a", "b"), VALUE).loc[1.0, 1.0])
