"""How numbers and names are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.analysis.interval import Estimate
from simulation.report.words import (
    NBSP,
    count,
    label,
    listing,
    number,
    percent,
    points,
    seed_list,
    sentence,
    signed,
    span,
    whole,
    window_words,
    with_span,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1971.6, "1,970"),
        (-25.12, "−25.1"),
        (0.35, "0.35"),
        (0.0004567, "0.000457"),
        (9.999, "10"),
        (123456.0, "123,000"),
        (NAN, "–"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(1e-3, 1e9) | st.floats(-1e9, -1e-3))
def test_numbers_read_back_within_half_a_percent(value: float) -> None:
    read = float(number(value).replace(",", "").replace("−", "-"))
    assert read == pytest.approx(value, rel=0.00501)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.574, "57"), (0.034, "3.4"), (0.05, "5"), (0.0996, "10"), (0.0002, "<0.1"), (0, "0"),
     (1, "100"), (-0.2, "−20")],
)  # fmt: skip
def test_shares_are_percentages(share: float, text: str) -> None:
    assert percent(share) == f"{text}{NBSP}%"


def test_names_are_read_without_underscores() -> None:
    assert label("focal:marketing_sales") == "focal: marketing & sales"
    assert label("projects of experience_platform") == "projects of experience platform"
    assert label("non_customers") == "non-customers"
    assert label("call_centre") == "call centre"


def test_signs_are_written_out() -> None:
    assert (signed(1303.7), signed(-6.93), signed(0.632)) == ("+1,300", "−6.9", "+0.63")


def test_people_are_whole_from_ten_on() -> None:
    assert (whole(59.4), whole(3890.2), whole(2.5)) == ("59", "3,890", "2.5")


def test_interval_is_said_and_its_absence_too() -> None:
    told = Estimate(0.5, 0.4, 0.6, 8, "share")
    assert with_span(told).replace(NBSP, " ") == "50 % (95 % interval 40 % to 60 %)"
    assert span(Estimate(3.0, NAN, NAN, 1)) == "(one run: no interval)"
    minutes = Estimate(0.4436, 0.411, 0.4761, 8, "minutes")
    assert with_span(minutes).replace(NBSP, " ") == "0.44 minutes (95 % interval 0.41 to 0.48)"


@pytest.mark.parametrize(
    ("seeds", "text"),
    [
        ((), ""),
        ((7,), "7"),
        ((1, 2), "1, 2"),
        (tuple(range(1, 21)), "1–20"),
        ((3, 9, 4), "3, 9, 4"),
        ((5, 1, 9, 2, 8, 3, 7, 4, 6), "5, 1, …, 6"),
    ],
)
def test_seeds_are_listed_in_short(seeds: tuple[int, ...], text: str) -> None:
    assert seed_list(seeds) == text


def test_lists_counts_and_sentences() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert (count(1, "run"), count(1200, "run")) == ("1 run", "1,200 runs")
    assert sentence("it is so") == "It is so."
    assert sentence("Is it?") == "Is it?"


def test_windows_longer_than_the_runs_are_all_their_months() -> None:
    assert window_words("mean of value, last 24 months", 12) == "mean of value, all 12 months"
    assert window_words("mean of value, last 12 months", 12) == "mean of value, last 12 months"
    assert window_words("by the mean of the last 24 months", 12) == "by the mean of all 12 months"
    assert window_words("months 13-24", 12) == "months 13-24"


def test_amount_too_small_for_a_table_is_nothing() -> None:
    assert signed(-0.000012) == "0"
    assert signed(0.00083) == "+0.0008"
    assert signed(-1.74999) == "−1.7"  # rounded once
    assert signed(-1566.0) == "−1,570"
    assert number(-1e-9) == "0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "+1 percentage point"), (-1.0, "−1 percentage point"), (1.04, "+1 percentage point"),
        (11.0, "+11 percentage points"), (0.42, "+0.42 percentage points"),
        (0.0, "0 percentage points"),
    ],
)  # fmt: skip
def test_one_percentage_point_is_one(value: float, text: str) -> None:
    assert points(value) == text
