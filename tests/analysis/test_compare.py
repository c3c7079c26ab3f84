"""Comparisons: pairing, families, verdicts, curves and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isnan, nan

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulation.analysis.compare import (
    DifferenceCurve,
    Looks,
    OutcomeComparison,
    PairedVerdict,
    Rules,
    Stretch,
    compare,
    comparison_table,
    curve_table,
    half_mean_difference,
    judge_interval,
    outcome_values,
    p_mean_above_zero,
    unpaired_runs,
    variance_reduction,
)
from simulation.analysis.interval import simultaneous_interval, t_interval
from simulation.analysis.sequential import Tolerance, anytime_interval

Floats = NDArray[np.float64]


def table(values: Mapping[tuple[str, str], Floats], first_seed: int = 1) -> pd.DataFrame:
    parts = [
        pd.DataFrame({
            "seed": np.arange(first_seed, first_seed + len(v)), "outcome": outcome,
            "actor": actor, "value": v,
        })
        for (outcome, actor), v in values.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def series(curve: Callable[[int, int], float], runs: int = 3, months: int = 24) -> pd.DataFrame:
    rows = [
        (run, month, "surplus", of, curve(run, month) * factor)
        for run in range(runs)
        for month in range(1, months + 1)
        for of, factor in (("customers", 1.0), ("focal", 10.0))
    ]
    frame = pd.DataFrame(rows, columns=["run", "month", "metric", "of", "value"])
    return frame.astype({"metric": "category", "of": "category"})


def one(values: Floats, other: Floats, rules: Rules | None = None) -> OutcomeComparison:
    key = ("value", "")
    (found,) = compare(table({key: values}), {"b": table({key: other})}, rules)
    return found


@pytest.mark.parametrize(
    ("low", "high", "margin", "verdict"),
    [
        (0.1, 0.5, 0.0, PairedVerdict.BETTER),
        (-0.5, -0.1, 0.0, PairedVerdict.WORSE),
        (-0.1, 0.5, 0.0, PairedVerdict.UNDECIDED),
        (-0.1, 0.5, 0.5, PairedVerdict.SAME),
        (0.1, 0.2, 0.3, PairedVerdict.SAME),
        (0.1, 0.4, 0.3, PairedVerdict.BETTER),
        (0.0, 0.0, 0.0, PairedVerdict.SAME),
        (0.0, 0.1, 0.0, PairedVerdict.UNDECIDED),
        (nan, nan, 1.0, PairedVerdict.UNDECIDED),
        (-inf, inf, 1.0, PairedVerdict.UNDECIDED),
    ],
)
def test_verdicts(low: float, high: float, margin: float, verdict: PairedVerdict) -> None:
    assert judge_interval(low, high, margin=margin) is verdict


def test_less_can_be_better() -> None:
    assert judge_interval(0.1, 0.5, lower_is_better=True) is PairedVerdict.WORSE
    waits = np.array([5.0, 6.0, 7.0, 8.0])
    found = one(waits, waits - np.array([1.0, 2.0, 1.5, 1.2]), Rules(lower_is_better={"value"}))
    assert (found.verdict, found.p_better) == (PairedVerdict.BETTER, 1.0)
    assert found.difference < 0.0
    assert found.p_mean_better > 0.99


def test_pairing_cancels_the_luck_of_the_seed() -> None:
    rng = np.random.default_rng(1)
    luck = 100.0 * rng.normal(size=20)
    found = one(luck, luck + 1.0 + rng.normal(size=20))
    assert found.verdict is PairedVerdict.BETTER
    assert found.variance_reduction > 1000.0
    assert found.unpaired_runs_for_same_precision == unpaired_runs(20, found.variance_reduction)
    assert (found.pairs, found.base, found.what_if) == (20, "base", "b")


def test_one_comparison_is_students_paired_test() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 15))
    found = one(a, b)
    expected = stats.ttest_rel(b, a)
    bounds = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high))
    assert found.p_mean_better == pytest.approx(stats.ttest_rel(b, a, alternative="less").pvalue)
    assert found.p_better == np.mean(b > a)
    assert found.difference == pytest.approx(found.what_if_mean - found.base_mean)


def test_pairs_are_matched_by_seed_not_by_place() -> None:
    key = ("value", "")
    base = table({key: np.arange(10.0)})
    shuffled = table({key: np.arange(10.0) + 2.0}).sample(frac=1.0, random_state=1)
    shuffled = shuffled[shuffled["seed"] != 4]
    (found,) = compare(base, {"b": shuffled})
    assert (found.difference, found.low, found.pairs) == (2.0, 2.0, 9)
    assert found.unpaired_runs_for_same_precision is None
    assert found.variance_reduction == inf


def test_pairs_without_a_number_are_left_out() -> None:
    a = np.array([1.0, nan, 3.0, 4.0])
    found = one(a, np.array([2.0, 2.0, nan, 6.0]))
    assert (found.pairs, found.difference) == (2, 1.5)


def test_a_family_has_wider_intervals_than_one_alone() -> None:
    rng = np.random.default_rng(3)
    base = {("value", actor): rng.normal(size=12) for actor in "abcdefgh"}
    what_if = {key: v + rng.normal(size=12) for key, v in base.items()}
    alone = compare(table({("value", "a"): base["value", "a"]}), {"w": table(what_if)})
    family = compare(table(base), {"w": table(what_if)})
    assert [c.actor for c in family] == list("abcdefgh")
    width, joint = alone[0].high - alone[0].low, family[0].high - family[0].low
    bonferroni = stats.t.ppf(1 - 0.025 / 8, 11) / stats.t.ppf(0.975, 11)
    assert 1.2 < joint / width < 1.02 * bonferroni


def test_a_family_errs_no_more_often_than_said() -> None:
    rng = np.random.default_rng(4)
    errors = pointwise = 0
    for _ in range(60):
        base = rng.normal(size=(6, 10))
        what_if = base + rng.normal(size=(6, 10))
        keys = [("value", str(i)) for i in range(6)]
        family = compare(
            table(dict(zip(keys, base, strict=True))),
            {"w": table(dict(zip(keys, what_if, strict=True)))},
        )
        errors += any(c.verdict is not PairedVerdict.UNDECIDED for c in family)
        alone = t_interval((what_if - base).T)
        pointwise += bool(((alone.low > 0) | (alone.high < 0)).any())
    assert errors <= 8
    assert pointwise >= 9


def test_any_number_of_looks_has_its_own_interval() -> None:
    a, b = np.random.default_rng(5).normal(size=(2, 30))
    found = one(a, b, Rules(looks=Looks.ANY))
    expected = anytime_interval(b - a)
    assert (found.low, found.high) == pytest.approx((float(expected.low), float(expected.high)))


def test_margins_are_by_outcome_and_may_be_relative() -> None:
    base = np.full(6, 10.0) + np.arange(6)
    rules = Rules(margins={"value": Tolerance(0.05, relative=True)})
    found = one(base, base + 0.6, rules)
    assert (found.margin, found.verdict) == (0.625, PairedVerdict.SAME)
    assert one(base, base + 0.7, rules).verdict is PairedVerdict.BETTER


def test_one_pair_decides_nothing() -> None:
    found = one(np.array([1.0]), np.array([2.0]))
    assert found.verdict is PairedVerdict.UNDECIDED
    assert isnan(found.low)
    assert isnan(found.p_mean_better)


def test_scenarios_without_common_seeds_are_refused() -> None:
    key = ("value", "")
    with pytest.raises(ValueError, match="They share none"):
        compare(table({key: np.ones(2)}), {"b": table({key: np.ones(2)}, first_seed=9)})


def test_variance_reduction_of_independent_runs_is_one() -> None:
    a, b = np.random.default_rng(6).normal(size=(2, 20_000))
    assert variance_reduction(a, b) == pytest.approx(1.0, abs=0.02)
    assert isnan(variance_reduction(np.ones(3), np.ones(3)))


@pytest.mark.parametrize(
    ("values", "p"), [([1.0, 1.0], 1.0), ([0.0, 0.0], 0.5), ([-2.0, -2.0], 0.0)]
)
def test_the_chance_of_a_certain_mean(values: list[float], p: float) -> None:
    assert p_mean_above_zero(np.array(values)) == p


def test_the_table_has_the_keys_that_scripts_rely_on() -> None:
    found = comparison_table([one(np.arange(3.0), np.arange(3.0) + 1.0)])
    promised = {
        "base", "what_if", "outcome", "actor", "difference", "low", "high", "p_better", "verdict",
        "pairs", "unpaired_runs_for_same_precision",
    }  # fmt: skip
    assert promised <= set(found.columns)


def test_outcomes_are_means_of_the_last_months() -> None:
    runs = pd.DataFrame({"run": [0, 1, 2], "seed": [7, 8, 9]})
    found = outcome_values(series(lambda run, month: run + month), runs, ["surplus"], window=4)
    value = found.set_index(["seed", "outcome", "actor"])["value"]
    assert value[8, "surplus", "customers"] == 1 + 22.5
    assert value[9, "surplus", "focal"] == 245.0
    assert len(value) == 6


def test_runs_of_two_scenarios_are_refused() -> None:
    runs = pd.DataFrame({"run": [0, 1, 2], "seed": [7, 8, 7]})
    with pytest.raises(ValueError, match="Seed 7 comes more than once"):
        curve_table(series(lambda run, month: float(run + month)), runs, "surplus", "focal")


def test_curves_are_tables_of_seeds_and_months() -> None:
    runs = pd.DataFrame({"run": [2, 1, 0], "seed": [9, 8, 7]})
    found = curve_table(series(lambda run, month: run + month), runs, "surplus", "focal")
    assert found.loc[9, 3] == 50.0
    assert found.shape == (3, 24)


def drawn(differences: pd.DataFrame) -> DifferenceCurve:
    """Return the curve of differences, seeds by months."""
    band = simultaneous_interval(differences.to_numpy())
    return DifferenceCurve(tuple(int(month) for month in differences), band)


def test_from_when_on_it_is_ahead() -> None:
    rng = np.random.default_rng(7)
    months = pd.RangeIndex(1, 61, name="month")
    luck = rng.normal(size=(20, 60)).cumsum(axis=1)
    base = pd.DataFrame(luck, index=range(20), columns=months)
    effect = np.where(months <= 30, -1.0, np.where(months <= 40, 0.0, 2.0))
    what_if = base + effect + 0.3 * rng.normal(size=(20, 60))
    late, never = drawn(what_if - base), drawn(base - what_if)
    assert late.above_from() == 41
    assert late.below_from() is None
    assert late.spells()[0] == Stretch(1, 30, above=False)
    assert never.below_from() == 41
    assert late.table()["mean"].iloc[-1] == pytest.approx(2.0, abs=0.3)


def test_no_difference_is_never_ahead() -> None:
    base = pd.DataFrame(np.random.default_rng(8).normal(size=(5, 12)), columns=range(1, 13))
    curve = drawn(base - base)
    assert curve.spells() == ()
    assert curve.above_from() is None
    assert (curve.band.low == 0.0).all()


def test_half_mean_difference_by_hand() -> None:
    values = np.array([-3.0, 1.0, 2.0])
    pairs = np.abs(values[:, None] - values[None, :]).mean() / 2
    assert half_mean_difference(values) == pytest.approx(pairs)


def test_any_number_of_looks_at_several_outcomes_shares_the_error_between_them() -> None:
    """Bonferroni: four outcomes at 95 % together are four at 98.75 % each."""
    rng = np.random.default_rng(9)
    keys = [("value", name) for name in ("", "a", "b", "c")]
    base = {key: rng.normal(size=40) for key in keys}
    what_if = {key: rng.normal(size=40) for key in keys}
    found = compare(table(base), {"w": table(what_if)}, Rules(looks=Looks.ANY))
    for one_of_four, key in zip(found, keys, strict=True):
        each = anytime_interval(what_if[key] - base[key], confidence=1.0 - 0.05 / 4)
        assert (one_of_four.low, one_of_four.high) == pytest.approx(
            (float(each.low), float(each.high))
        )
