"""Levels, changes, totals and curves with their intervals."""

from __future__ import annotations

from copy import deepcopy
from math import isnan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.interval import Sign, estimate
from simulation.analysis.outcome_table import outcome_table, outcomes
from simulation.analysis.summary import (
    Metrics,
    actors,
    change,
    combined,
    curve,
    gain,
    less_is_better,
    level,
    levels,
    names,
    opening,
    recent,
    retention,
    total,
    unit_of,
)
from simulation.recorder import METRICS

REAL = st.floats(-1e6, 1e6)


def tidy(*parts: tuple[str, str, list[list[float]]]) -> pd.DataFrame:
    """Return a series from (metric, of, values of each run month by month), with its units."""
    series = pd.DataFrame(
        [
            (run, month, metric, of, value)
            for metric, of, runs in parts
            for run, values in enumerate(runs)
            for month, value in enumerate(values, start=1)
        ],
        columns=["run", "month", "metric", "of", "value"],
    )
    series.attrs["metrics"] = Metrics(
        {name: {"unit": METRICS[name].unit} for name, _, _ in parts if name in METRICS}
    )
    return series


def test_interval_of_one_to_five_is_that_of_student() -> None:
    told = estimate([1, 2, 3, 4, 5])
    assert told.mean == 3
    # t(.975, 4) = 2.776445; sd/sqrt(5) = .7071068
    assert told.low == pytest.approx(3 - 1.963243, abs=1e-6)
    assert told.high == pytest.approx(3 + 1.963243, abs=1e-6)
    assert told.n == 5


def test_one_run_has_no_interval_and_is_open() -> None:
    told = estimate([-2.0])
    assert isnan(told.low)
    assert isnan(told.high)
    assert not told.has_interval
    assert told.sign is Sign.OPEN


def test_runs_without_a_value_are_left_out() -> None:
    told = estimate([1.0, float("nan"), 3.0])
    assert (told.mean, told.n) == (2.0, 2)
    assert not estimate([float("nan")]).known


@pytest.mark.parametrize(
    ("values", "sign"),
    [([9, 10, 11], Sign.GAIN), ([-9, -10, -11], Sign.LOSS), ([-10, 1, 10], Sign.OPEN)],
)
def test_sign_is_open_where_the_interval_covers_zero(values: list[float], sign: Sign) -> None:
    assert estimate(values).sign is sign


@given(st.lists(REAL, min_size=2, max_size=30), st.floats(0.1, 10), REAL)
def test_interval_moves_and_scales_with_its_values(
    values: list[float], scale: float, move: float
) -> None:
    plain = estimate(values)
    moved = estimate([scale * value + move for value in values])
    size = 1e-6 * (1 + max(abs(v) for v in values) * scale + abs(move))
    assert moved.mean == pytest.approx(scale * plain.mean + move, abs=size)
    assert moved.half_width == pytest.approx(scale * plain.half_width, abs=size)
    assert plain.low <= plain.mean <= plain.high


def test_level_is_that_of_the_last_twelve_months() -> None:
    series = tidy(("x", "", [[100.0] * 12 + [1.0] * 12, [100.0] * 12 + [3.0] * 12]))
    assert level(series, "x").mean == 2
    assert level(series, "x", window=24).mean == 51


def test_interval_of_a_share_stays_between_nothing_and_all() -> None:
    series = tidy(("adoption", "a", [[0.9], [1.0]]), ("customers", "a", [[9.0], [10.0]]))
    assert level(series, "adoption", "a").high == 1.0
    assert levels(series, "adoption")["a"].high == 1.0
    assert level(series, "customers", "a").high > 10.0
    moved = change(tidy(("adoption", "a", [[0.9, 0.1], [1.0, 0.0]])), "adoption", "a")
    assert moved.low < -0.9


def test_windows_are_told_in_words() -> None:
    long, short = tidy(("x", "", [[1.0] * 30])), tidy(("x", "", [[1.0] * 7]))
    assert (recent(long), opening(long)) == ("last 12 months", "first 12 months")
    assert (recent(short), opening(short)) == ("last 7 months", "first 3 months")
    assert recent(tidy(("x", "", [[1.0]]))) == "last month"


def test_level_skips_months_without_a_value() -> None:
    series = tidy(("x", "", [[float("nan"), 2.0, 4.0]]))
    assert level(series, "x", window=3).mean == 3


def test_change_is_paired_within_runs() -> None:
    runs = [[base] * 12 + [base + step] * 12 for base, step in ((0, 1.0), (50, 2.0), (900, 3.0))]
    told = change(tidy(("x", "", runs)), "x")
    assert told.mean == 2
    # of the differences 1, 2, 3: sd 1, t(.975, 2) = 4.302653
    assert told.half_width == pytest.approx(4.302653 / 3**0.5, abs=1e-5)


def test_change_of_a_short_run_compares_its_halves() -> None:
    assert change(tidy(("x", "", [[1.0, 1.0, 5.0, 5.0]])), "x").mean == 4


def test_total_adds_up_all_months_and_drops_the_rate() -> None:
    told = total(tidy(("surplus", "focal", [[1.0, 2.0], [3.0, 4.0]])), "surplus", "focal")
    assert (told.mean, told.unit) == (5.0, "money")


def test_combined_adds_owners_but_not_the_whole() -> None:
    series = tidy(("x", "", [[9.0]]), ("x", "a", [[1.0]]), ("x", "b", [[2.0]]))
    assert level(combined(series, "x"), "x").mean == 3


def test_gain_of_people_is_beyond_what_they_had_alone() -> None:
    series = tidy(
        ("surplus", "customers", [[5.0]]),
        ("alone", "customers", [[2.0]]),
        ("surplus", "focal", [[7.0]]),
    )
    assert level(gain(series, "customers"), "gain", "customers").mean == 3
    assert level(gain(series, "focal"), "gain", "focal").mean == 7


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=5, max_size=5))
def test_gains_add_up_to_the_co_created_value(numbers: list[float]) -> None:
    customers, others, company, alone_customers, alone_others = numbers
    created = customers + others + company - alone_customers - alone_others
    series = tidy(
        ("surplus", "customers", [[customers]]),
        ("surplus", "non_customers", [[others]]),
        ("surplus", "focal", [[company]]),
        ("alone", "customers", [[alone_customers]]),
        ("alone", "non_customers", [[alone_others]]),
        ("co_created_value", "", [[created]]),
    )
    table = outcome_table(series)
    added = table.loc[table["outcome"] == "gain", "mean"].sum()
    whole = table.loc[table["outcome"] == "co-created value", "mean"].item()
    assert added == pytest.approx(whole, abs=1e-6)


def test_actors_are_people_then_companies_then_partners() -> None:
    parts = [
        ("surplus", of, [[1.0]]) for of in ("installer", "focal", "non_customers", "customers")
    ]
    series = tidy(*parts, ("partner_active", "installer", [[1.0]]))
    assert actors(series) == ["customers", "non_customers", "focal", "installer"]


def test_retention_is_the_share_of_due_renewals_kept() -> None:
    series = tidy(("lapsed", "focal", [[1.0, 3.0]]), ("renewals_due", "focal", [[10.0, 10.0]]))
    assert retention(series, "focal").mean == pytest.approx(0.8)
    none_due = tidy(("lapsed", "focal", [[0.0]]), ("renewals_due", "focal", [[0.0]]))
    assert not retention(none_due, "focal").known


def test_curve_is_the_estimate_of_every_month() -> None:
    runs = [[1.0, 10.0], [2.0, 14.0], [6.0, float("nan")]]
    table = curve(tidy(("x", "", runs)), "x")
    for month, values in ((1, [1.0, 2.0, 6.0]), (2, [10.0, 14.0])):
        row, told = table[table["month"] == month].iloc[0], estimate(values)
        assert (row["mean"], row["n"]) == (pytest.approx(told.mean), told.n)
        assert row["low"] == pytest.approx(told.low)
        assert row["high"] == pytest.approx(told.high)


def test_curve_of_one_run_has_no_band() -> None:
    table = curve(tidy(("x", "", [[1.0, 2.0]])), "x")
    assert table["mean"].tolist() == [1.0, 2.0]
    assert table[["low", "high"]].isna().all(axis=None)


def test_outcomes_hold_every_metric_and_owner() -> None:
    series = tidy(
        ("x", "", [[1.0], [3.0]]), ("y", "a", [[5.0], [5.0]]), ("y", "b", [[float("nan")] * 1] * 2)
    )
    table = outcomes(series)
    assert list(zip(table["metric"], table["of"], table["mean"], strict=True)) == [
        ("x", "", 2.0),
        ("y", "a", 5.0),
    ]
    assert table["n"].tolist() == [2, 2]


def test_words_and_categories_give_the_same_tables() -> None:
    series = tidy(
        ("surplus", "focal", [[1.0] * 3, [2.0] * 3]), ("co_created_value", "", [[3.0] * 3] * 2)
    )
    as_categories = series.astype({"metric": "category", "of": "category"})
    pd.testing.assert_frame_equal(outcomes(series), outcomes(as_categories))
    pd.testing.assert_frame_equal(outcome_table(series), outcome_table(as_categories))
    assert names(as_categories, "surplus") == ["focal"]
    assert list(levels(as_categories, "surplus")) == ["focal"]


def test_outcome_table_says_signs_sums_and_lack_of_interval() -> None:
    series = tidy(
        ("co_created_value", "", [[-1.0, -3.0]]),
        ("surplus", "focal", [[2.0, 4.0]]),
        ("adoption", "focal", [[0.1, 0.3]]),
    )
    table = outcome_table(series, window=1).set_index("outcome")
    assert table.loc["co-created value", ["sign", "mean", "total"]].tolist() == ["±", -3.0, -4.0]
    assert table.loc["gain", ["sign", "mean", "total"]].tolist() == ["±", 4.0, 6.0]
    assert table.loc["adoption", "sign"] == ""
    assert isnan(table.loc["adoption", "total"])
    assert set(table["note"]) == {"one run: no interval"}


def test_outcome_table_of_nothing_is_empty() -> None:
    assert outcome_table(tidy()).empty


def test_unit_and_direction_are_what_the_table_says() -> None:
    series = tidy(("desk_wait", "", [[1.0]]))
    assert unit_of(series, "desk_wait") == "minutes"
    assert unit_of(series, "happiness") == ""
    assert not less_is_better(series, "desk_wait")
    series.attrs["metrics"] = Metrics(desk_wait={"unit": "minutes", "better": "low"})
    assert less_is_better(series, "desk_wait")
    series.attrs["metrics"] = Metrics(desk_wait={"unit": "hours"})
    assert unit_of(series, "desk_wait") == "hours"
    assert level(series, "desk_wait").unit == "hours"


def test_metrics_are_not_copied_at_every_step() -> None:
    told = Metrics(x={"unit": "1"})
    assert deepcopy(told) is told
