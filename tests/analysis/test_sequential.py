"""Confidence sequences: coverage however often one looks, and the plan of batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import stdtrit

from simulation.analysis.interval import Interval, t_interval
from simulation.analysis.sequential import (
    FIRST_LOOK,
    MOST_PAIRS,
    PAIRS_ALIKE,
    Tolerance,
    anytime_interval,
    anytime_radius,
    judge,
    pairs_needed,
)
from simulation.errors import InputError

Floats = NDArray[np.float64]
RUNS, PAIRS = 2000, 300


def always_covered(draws: Floats, radius: Floats, start: int) -> float:
    """Share of runs in which mean ± radius · s covers zero at every look from ``start`` on."""
    n = np.arange(1, draws.shape[1] + 1)
    mean = draws.cumsum(axis=1) / n
    squares = (draws**2).cumsum(axis=1)
    sd = np.sqrt(np.maximum(squares - n * mean**2, 0.0) / np.maximum(n - 1, 1))
    look = slice(start - 1, None)
    return float((np.abs(mean) <= sd * radius)[:, look].all(axis=1).mean())


def finite_radius() -> Floats:
    radius = anytime_radius(np.arange(1, PAIRS + 1))
    return np.where(np.isinf(radius), 1e300, radius)


def test_covers_normal_differences_at_every_look_from_the_second_pair() -> None:
    draws = np.random.default_rng(1).standard_normal((RUNS, PAIRS))
    assert always_covered(draws, finite_radius(), 2) >= 0.95


def test_students_interval_does_not() -> None:
    draws = np.random.default_rng(1).standard_normal((RUNS, PAIRS))
    n = np.arange(1, PAIRS + 1)
    radius = stdtrit(np.maximum(n - 1, 1), 0.975) / np.sqrt(n)
    assert always_covered(draws, radius, FIRST_LOOK) < 0.75


def test_covers_heavy_tailed_differences() -> None:
    draws = np.random.default_rng(2).standard_t(3, (RUNS, PAIRS))
    assert always_covered(draws, finite_radius(), FIRST_LOOK) >= 0.95


def test_nearly_covers_skewed_differences() -> None:
    draws = np.random.default_rng(3).exponential(1.0, (RUNS, PAIRS)) - 1.0
    assert always_covered(draws, finite_radius(), 20) >= 0.915


def test_covers_when_stopped_by_its_own_rule() -> None:
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(300):
        differences = rng.normal(1.0, 2.0, FIRST_LOOK)
        while (progress := judge(differences, 0.8)).more:
            differences = np.append(differences, rng.normal(1.0, 2.0, progress.more))
        _, low, high = progress.interval.floats()
        assert progress.reached
        assert (high - low) / 2 <= 0.8
        covered += low <= 1.0 <= high
    assert covered / 300 >= 0.95


def test_the_radius_solves_its_equation() -> None:
    n, alpha = 30, 0.05
    spread = -2 * np.log(alpha)
    g = 30 / (spread + np.log(spread + 1))
    t2 = n * float(anytime_radius(n)) ** 2
    kept = g / (g + n)
    martingale = np.sqrt(kept) * ((1 + t2 / (n - 1)) / (1 + kept * t2 / (n - 1))) ** (n / 2)
    assert martingale == pytest.approx(1 / alpha)


def test_is_wider_than_students_and_not_much() -> None:
    n = np.array([20, 30, 50, 100, 400])
    ratio = anytime_radius(n) / (stdtrit(n - 1, 0.975) / np.sqrt(n))
    assert (ratio > 1.5).all()
    assert (ratio < 1.75).all()


def test_too_few_pairs_say_nothing() -> None:
    assert np.isinf(anytime_radius(np.array([1, 2, 3]))).all()
    found = anytime_interval(np.array([1.0, 2.0, 3.0]))
    assert found.floats() == (2.0, -np.inf, np.inf)
    assert np.isnan(anytime_interval(np.array([1.0])).low)


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_differences_that_agree_count_once_enough_pairs_do(value: float) -> None:
    early = judge(np.full(FIRST_LOOK, value), 0.01)
    assert (early.reached, early.more) == (False, FIRST_LOOK)
    assert judge(np.full(50, value), 0.01).more == PAIRS_ALIKE - 50
    late = judge(np.full(PAIRS_ALIKE, value), 0.01)
    assert late.reached
    assert late.interval.floats() == pytest.approx((value, value, value))


def test_a_rare_difference_is_not_stopped_before_it_is_seen() -> None:
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(400):
        every = (rng.random(500) < 0.05) * 1.0
        n = FIRST_LOOK
        while (progress := judge(every[:n], 0.05)).more and n < 500:
            n = min(n + progress.more, 500)
        _, low, high = progress.interval.floats()
        covered += low <= 0.05 <= high
    assert covered / 400 >= 0.9  # 0.4 where ten pairs that agree are enough


@given(st.floats(0.1, 10.0), st.floats(0.05, 5.0))
def test_pairs_needed_is_the_least_number(sd: float, half_width: float) -> None:
    n = pairs_needed(sd, half_width)
    assert sd * float(anytime_radius(n)) <= half_width
    assert n == 2 or sd * float(anytime_radius(n - 1)) > half_width


def test_pairs_needed_has_an_end() -> None:
    assert pairs_needed(1.0, 1e-9) == MOST_PAIRS


def test_the_first_look_waits_for_enough_pairs() -> None:
    progress = judge(np.array([1.0, 1.0, 1.0]), 10.0)
    assert (progress.reached, progress.more) == (False, FIRST_LOOK - 3)


def test_grows_by_no_more_than_doubling_in_whole_batches() -> None:
    rng = np.random.default_rng(5)
    differences = rng.normal(size=25)
    assert judge(differences, 0.001, batch=4).more == 28
    needed = pairs_needed(float(differences.std(ddof=1)), 0.55)
    assert judge(differences, 0.55).more == needed - 25 > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5%", Tolerance(0.05, relative=True)), (" 0.2 ", Tolerance(0.2)), ("1e3", Tolerance(1000.0))],
)
def test_precision_is_read(text: str, expected: Tolerance) -> None:
    assert Tolerance.parse(text) == expected


@pytest.mark.parametrize("text", ["", "five", "0", "-1%", "nan", "inf", "%"])
def test_a_precision_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="must be a number above 0"):
        Tolerance.parse(text)


def test_a_relative_tolerance_follows_the_level() -> None:
    assert Tolerance(0.05, relative=True).at(-200.0) == 10.0
    assert Tolerance(0.2).at(-200.0) == 0.2


def test_pairs_added_until_something_is_decided_seldom_decide_wrongly() -> None:
    """The first result by Student's interval, later ones by the sequence: 20, 40, 80, 160 pairs.

    By Student's interval throughout, 14.5 % of comparisons without an effect came to a verdict.
    """
    draws = np.random.default_rng(8).normal(size=(160, 2000))

    def ever_wrong(later: Callable[[Floats], Interval]) -> float:
        looks = [t_interval(draws[:20]), *(later(draws[:n]) for n in (40, 80, 160))]
        return float(
            np.any([(look.low > 0.0) | (look.high < 0.0) for look in looks], axis=0).mean()
        )

    assert ever_wrong(anytime_interval) < 0.06
    assert ever_wrong(t_interval) > 0.12
