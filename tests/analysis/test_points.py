"""Points of a sweep: means, how near the best, and what can be decided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.points import (
    Asked,
    averaged,
    decisions,
    factors_of,
    outcomes_of,
    point_table,
    ranking,
    short_names,
    standing,
)
from simulation.analysis.response import _explained, response, strength

VALUE = Asked("value", "money/month")


def frame(values: dict[float, list[float]], **more: list[Any]) -> pd.DataFrame:
    """Return runs of points of one setting, given each point's values seed by seed."""
    rows = [
        {"point": at, "seed": seed, "x": x, "value": value}
        for at, (x, own) in enumerate(values.items())
        for seed, value in enumerate(own)
    ]
    return pd.DataFrame(rows).assign(**more)


def test_means_with_students_interval() -> None:
    table = point_table(frame({0.1: [1.0, 2.0, 3.0]}), ["x"], VALUE)
    row = table.iloc[0]
    half = 4.302652729911275 / 3**0.5  # t(2, .975) · sd/√3
    assert (row["mean"], row["n"]) == (2.0, 3)
    assert row["high"] - row["mean"] == pytest.approx(half)
    assert row["mean"] - row["low"] == pytest.approx(half)


def test_pairing_tells_points_apart_that_intervals_do_not() -> None:
    luck = np.array([0.0, 50.0, 100.0, 150.0])
    runs = frame(
        {0.1: list(luck), 0.2: list(luck + np.array([1.0, 1.1, 0.9, 1.0])), 0.3: list(luck[::-1])}
    )
    table = point_table(runs, ["x"], VALUE).set_index("x")
    assert table.loc[0.1, "high"] > table.loc[0.2, "low"]
    assert table["near"].tolist() == [False, True, True]
    assert table.loc[0.1, "behind"] == pytest.approx(1.0)
    assert table.loc[0.2, "behind"] == 0.0


def test_less_can_be_better() -> None:
    runs = frame({0.1: [3.0, 3.1], 0.2: [1.0, 1.1]})
    found = ranking(runs, ["x"], Asked("value", better="low"))
    assert found is not None
    assert found.best["x"] == 0.2
    assert found.table["behind"].tolist() == pytest.approx([0.0, 2.0])
    assert found.worst["x"] == 0.1


def test_points_without_a_value_are_not_ranked() -> None:
    runs = frame({0.1: [1.0, 2.0], 0.2: [np.nan, np.nan]})
    found = ranking(runs, ["x"], VALUE)
    assert found is not None
    assert len(found.table) == 1
    assert ranking(frame({0.1: [np.nan]}), ["x"], VALUE) is None
    assert ranking(runs.iloc[:0], ["x"], VALUE) is None


def test_one_seed_tells_nothing_apart_and_claims_nothing() -> None:
    found = ranking(frame({0.1: [1.0], 0.2: [2.0]}), ["x"], VALUE)
    assert found is not None
    assert np.isnan(found.best["low"])
    assert found.n_near == 1


def crossed() -> pd.DataFrame:
    rows = [
        {"point": 2 * a + b, "seed": seed, "x": a, "u": b, "value": [[0, 10], [4, 4]][a][b] + seed}
        for a in range(2) for b in range(2) for seed in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def told(kind: str = "grid") -> dict[str, Any]:
    factor = {"kind": "choices", "values": [0, 1], "present": {}}
    return {
        "design": {"kind": kind, "points": 4},
        "factors": [
            {"key": "x", "role": "lever", "columns": ["x"], **factor},
            {"key": "u", "role": "uncertainty", "columns": ["u"], **factor},
        ],
    }


def test_decisions_are_means_over_what_nobody_can_choose() -> None:
    found = decisions(crossed(), told(), VALUE)
    assert found is not None
    assert (found.columns, found.n_averaged) == (("x",), 2)
    assert found.table["x"].tolist() == [0, 1]
    assert found.table["mean"].tolist() == [6.0, 5.0]
    sampled = decisions(crossed(), told("lhs"), VALUE)
    assert sampled is not None
    assert (sampled.columns, sampled.best["mean"]) == (("x", "u"), 11.0)


def test_a_missing_run_makes_no_other_average() -> None:
    runs = crossed().query("not (x == 0 and u == 1 and seed == 2)")
    means = averaged(runs, ["x"], VALUE).set_index(["x", "seed"])["value"]
    assert np.isnan(means[0, 2])
    assert means[0, 1] == 6.0


def test_names_are_as_short_as_they_can_be_told_apart() -> None:
    names = short_names([
        "companies.focal.price", "companies.rival.price", "reach.most", "talk.strong",
        "companies.focal.strategy.when", "companies.focal.strategy.lean", "post",
    ])  # fmt: skip
    assert list(names.values()) == [
        "focal.price", "rival.price", "reach.most", "talk.strong", "strategy.when", "lean", "post",
    ]  # fmt: skip


def test_outcomes_come_with_their_unit() -> None:
    sweep = {"outcomes": [{"name": "value", "metric": "m", "of": "focal", "statistic": "mean",
                           "window": "whole", "better": "low"}]}  # fmt: skip
    (found,) = outcomes_of(sweep, {"value": "money/month"})
    assert found == Asked("value", "money/month", "low", "mean of m of focal, whole")
    assert found.sign == -1.0


def sampled(scale: str = "log") -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return 96 points of a factor from .01 to 100 with the value log₁₀ x, and their sweep."""
    x = 10.0 ** (4.0 * (np.arange(96) + 0.5) / 96.0 - 2.0)
    runs = pd.DataFrame({"point": range(96), "seed": 1, "x": x, "value": np.log10(x)})
    factor = {"key": "x", "role": "lever", "columns": ["x"], "kind": "interval", "scale": scale,
              "low": 0.01, "high": 100.0}  # fmt: skip
    return runs, {"design": {"kind": "lhs", "points": 96}, "factors": [factor]}


def test_bins_of_a_log_scale_are_told_by_their_middles_on_it() -> None:
    """The outcome is log₁₀ of the level: so is each bin's mean of its middle."""
    table = response(*sampled(), "x", VALUE)
    assert len(table) == 8
    assert np.log10(table["level"]).tolist() == pytest.approx(table["mean"].tolist(), abs=1e-9)


def test_strength_of_a_factor_that_does_nothing_is_that_of_chance_taken_off() -> None:
    """ε²: about 0 in the mean, where the plain share of variance is 7/95."""
    runs, sweep = sampled()
    (factor,) = factors_of(sweep)
    assert strength(runs, sweep, factor, VALUE) > 0.95
    found = []
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(size=96)
        found.append(_explained(runs.assign(value=noise), sweep, "x", VALUE))
    assert np.mean(found) == pytest.approx(0.0, abs=0.03)


# --- one decision at every setting of what is uncertain -------------------------------------------


def option_runs(
    effect: list[float], *, seeds: int, noise: float = 1.0, draw: int = 1, options: str = "AB"
) -> pd.DataFrame:
    """Return runs of some options in as many settings of u as there are effects of A."""
    rng = np.random.default_rng(draw)
    rows = [
        {"point": at * len(options) + place, "seed": seed, "x": option, "u": at,
         "value": noise * rng.normal() + gain * (option == "A")}
        for at, gain in enumerate(effect)
        for place, option in enumerate(options)
        for seed in range(seeds)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_reversal_is_shown_by_enough_seeds_and_never_by_one() -> None:
    effect = [10.0, 6.0, 2.0, -2.0, -6.0]
    here = standing(option_runs(effect, seeds=20), {"x": "A"}, ["u"], VALUE)
    assert (here.n_settings, here.n_worse, here.n_best) == (5, 2, 3)
    one = standing(option_runs(effect, seeds=1), {"x": "A"}, ["u"], VALUE)
    assert (one.n_settings, one.n_worse, one.n_best) == (5, 0, 0)
    less = standing(option_runs(effect, seeds=20), {"x": "A"}, ["u"], Asked("value", better="low"))
    assert (less.n_worse, less.n_best) == (3, 2)


def test_of_options_that_do_alike_none_is_shown_to_be_better_by_chance() -> None:
    wrong = 0
    for draw in range(100):
        runs = option_runs([0.0] * 8, seeds=4, draw=draw, options="ABCDEF")
        best = str(runs.groupby("x")["value"].mean().idxmax())
        wrong += standing(runs, {"x": best}, ["u"], VALUE).n_worse > 0
    assert wrong <= 8  # 5 % at most; each comparison alone at 95 % is wrong in most draws


def test_settings_in_which_a_decision_was_not_run_do_not_count() -> None:
    runs = option_runs([5.0, 5.0, 5.0], seeds=10)
    lost = runs[~((runs["u"] == 1) & (runs["x"] == "A"))]
    here = standing(lost, {"x": "A"}, ["u"], VALUE)
    assert (here.n_settings, here.n_best) == (2, 2)
