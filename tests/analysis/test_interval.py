"""Intervals: Student's, and those that cover all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulation.analysis.interval import (
    Estimate,
    Sign,
    joint_table,
    level_of_each,
    simultaneous_interval,
    standard_error,
    t_interval,
    t_table,
)

Floats = NDArray[np.float64]


def curves(rng: np.random.Generator, n: int, months: int, memory: float) -> Floats:
    """Autoregressive curves around zero."""
    out = rng.standard_normal((n, months))
    for month in range(1, months):
        out[:, month] = memory * out[:, month - 1] + np.sqrt(1 - memory**2) * out[:, month]
    return out


def test_student_as_scipy_has_it() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    found = t_interval(values)
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert found.floats() == pytest.approx((3.75, expected.low, expected.high))


def test_one_replicate_has_no_interval() -> None:
    found = t_interval(np.array([[1.0, 2.0]]))
    assert found.mean.tolist() == [1.0, 2.0]
    assert np.isnan(found.low).all()
    assert np.isnan(simultaneous_interval(np.array([[1.0, 2.0]])).high).all()


def test_no_replicate_has_no_mean() -> None:
    assert np.isnan(t_interval(np.empty((0, 3))).mean).all()


def test_replicates_that_agree_leave_no_doubt() -> None:
    assert standard_error(np.full((7, 1), 0.1 + 0.2)).tolist() == [0.0]
    assert t_interval(np.full(7, 0.3)).floats() == pytest.approx((0.3, 0.3, 0.3), abs=1e-15)


def test_a_single_mean_gets_students_interval() -> None:
    values = np.random.default_rng(1).normal(size=(9, 1))
    alone, joint = t_interval(values), simultaneous_interval(values)
    assert joint.low == pytest.approx(alone.low, rel=1e-12)


def test_independent_means_get_sidaks_level() -> None:
    values = np.random.default_rng(2).normal(size=(200, 10))
    assert level_of_each(values) == pytest.approx(0.95**0.1, abs=0.0015)


def test_equal_means_need_hardly_more_than_one() -> None:
    one = np.random.default_rng(3).normal(size=(4000, 1))
    assert level_of_each(np.tile(one, 10)) == pytest.approx(0.957, abs=0.007)


def test_certain_and_missing_means_do_not_take_part() -> None:
    values = np.random.default_rng(4).normal(size=(12, 3))
    values[:, 1] = 5.0
    with_gap = np.hstack([values, np.full((12, 1), np.nan)])
    found = simultaneous_interval(with_gap)
    assert (found.low[1], found.high[1]) == (5.0, 5.0)
    assert np.isnan(found.low[3])
    expected = simultaneous_interval(values[:, [0, 2]])
    assert found.low[[0, 2]] == pytest.approx(expected.low)


def test_is_wider_than_each_alone() -> None:
    values = curves(np.random.default_rng(5), 10, 60, 0.9)
    alone, joint = t_interval(values), simultaneous_interval(values)
    assert (joint.high - joint.low > 1.3 * (alone.high - alone.low)).all()


def test_is_the_same_every_time() -> None:
    values = curves(np.random.default_rng(6), 8, 24, 0.9)
    first, second = simultaneous_interval(values), simultaneous_interval(values)
    assert (first.low == second.low).all()


@pytest.mark.parametrize(("n", "memory"), [(3, 0.9), (5, 0.9), (10, 0.97), (20, 0.6)])
def test_the_whole_curve_is_covered_as_often_as_said(n: int, memory: float) -> None:
    rng = np.random.default_rng(7)
    covered = pointwise = 0
    for _ in range(100):
        values = curves(rng, n, 40, memory)
        joint, alone = simultaneous_interval(values), t_interval(values)
        covered += bool(((joint.low <= 0.0) & (joint.high >= 0.0)).all())
        pointwise += bool(((alone.low <= 0.0) & (alone.high >= 0.0)).all())
    assert covered / 100 >= 0.92
    assert pointwise / 100 < 0.85


def test_a_table_leaves_gaps_out() -> None:
    by_run = pd.DataFrame(
        {"a": [1.0, 2.0, 4.0], "b": [1.0, np.nan, 3.0], "c": [5.0, *[np.nan] * 2]}
    )
    found = t_table(by_run)
    assert found.loc["a", "low"] == pytest.approx(float(t_interval(by_run["a"]).low))
    assert found.loc["b", "high"] == pytest.approx(float(t_interval([1.0, 3.0]).high))
    assert found.loc["c", "mean"] == 5.0
    assert np.isnan(found.loc["c", "low"])
    assert found["runs"].tolist() == [3, 2, 1]


def test_an_interval_without_ends_is_open_and_so_is_one_run_without_an_interval() -> None:
    assert Estimate(-0.5, -np.inf, np.inf, 2).sign is Sign.OPEN
    assert Estimate(-0.5, np.nan, np.nan, 1).sign is Sign.OPEN


def test_a_joint_table_has_the_intervals_that_hold_at_once() -> None:
    values = np.random.default_rng(7).normal(size=(6, 4))
    by_run = pd.DataFrame(values, columns=list("abcd"))
    by_run.loc[9] = [1.0, np.nan, 2.0, 3.0]  # a run that lacks one is left out
    table, joint = joint_table(by_run), simultaneous_interval(values)
    assert table["low"].to_numpy() == pytest.approx(joint.low)
    assert table["high"].to_numpy() == pytest.approx(joint.high)
    assert table["runs"].tolist() == [6] * 4


def test_a_level_is_cut_to_what_its_unit_allows_and_money_is_not() -> None:
    cut = [Estimate(0.4, -0.2, 1.3, 3, unit).as_level() for unit in ("share", "minutes", "EUR")]
    assert [(one.low, one.high) for one in cut] == [(0.0, 1.0), (0.0, 1.3), (-0.2, 1.3)]
