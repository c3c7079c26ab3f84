"""The value of information against its known answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, qmc

from simulation.analysis.decision.information import evpi, gains, money, values_of_information


def sobol(n: int, p: int) -> np.ndarray:
    return qmc.Sobol(p, rng=3).random(n)


def test_two_normal_assumptions_are_worth_what_the_closed_form_says() -> None:
    x = norm.ppf(sobol(2048, 2))
    effect = 1.0 + 2.0 * x[:, 0] + 1.5 * x[:, 1]
    found = {one.assumptions: one for one in values_of_information(x, effect[:, None])}
    assert found[(0,)].value == pytest.approx(0.395593, abs=0.015)
    assert found[(1,)].value == pytest.approx(0.226679, abs=0.015)
    assert found[(0, 1)].value == pytest.approx(0.576097, abs=0.015)
    values = np.stack([np.zeros(2048), effect], axis=1)
    assert evpi(values) == pytest.approx(0.576097, abs=0.01)
    assert all(one.shown for one in found.values())


def test_pair_that_is_worth_something_only_together_is_found() -> None:
    x = sobol(1024, 3)
    effect = (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    noise = np.random.default_rng(1).normal(0, 0.02, 1024)
    found = {one.assumptions: one for one in values_of_information(x, (effect + noise)[:, None])}
    assert found[(0, 1)].value == pytest.approx(1 / 32, abs=0.004)
    assert found[(0, 1)].shown
    assert found[(0,)].value == pytest.approx(0.0, abs=0.003)
    assert not found[(2,)].shown


def test_uniform_assumption_that_decides_alone() -> None:
    x = sobol(1024, 1)
    found = values_of_information(x, x - 0.6)
    assert found[0].value == pytest.approx(0.08, abs=0.003)


def test_pure_noise_is_not_shown_to_be_worth_a_study() -> None:
    shown = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        found = values_of_information(rng.random((128, 2)), rng.normal(0, 1, (128, 1)), seed=seed)
        shown += any(one.shown for one in found)
    assert shown <= 1


def test_table_of_three_arms_is_worth_eight_thirds() -> None:
    values = np.array([[10.0, 7.0, 3.0], [4.0, 7.0, 6.0], [1.0, 2.0, 8.0]])
    assert evpi(values) == pytest.approx(8 / 3)


def test_money_is_the_monthly_value_discounted_over_the_decision() -> None:
    assert money(2.0, 12, 0.0) == pytest.approx(24.0)
    by_hand = sum(2.0 * 1.1 ** (-month / 12) for month in range(1, 13))
    assert money(2.0, 12, 0.1) == pytest.approx(by_hand)


def test_futures_that_do_not_count_alike_count_in_both_halves_of_what_knowing_is_worth() -> None:
    """Of x − .6 by even futures .08, and half of that where the lower half counts thrice."""
    values = np.array([[0.0, 3.0], [0.0, -1.0]])
    assert evpi(values) == pytest.approx(0.5)
    assert evpi(values, np.array([3.0, 1.0])) == pytest.approx(0.25)
    x = sobol(1024, 1)
    weight = np.where(x[:, 0] < 0.5, 3.0, 1.0)
    (even,), (known,) = (values_of_information(x, x - 0.6, weights=w) for w in (None, weight))
    assert even.value == pytest.approx(0.08, abs=0.003)
    assert known.value == pytest.approx(0.04, abs=0.003)
    assert gains(x, x - 0.6, weight)[(0,)] == pytest.approx(0.04, abs=0.003)


def test_interval_of_what_knowing_is_worth_is_one_of_95_percent() -> None:
    """By bootstrap over futures: about 1.96 standard errors of mean_f max(0, g) to each side."""
    x = sobol(512, 1)
    (found,) = values_of_information(x, 4.0 * (x - 0.5))
    draws = np.maximum(4.0 * (x[:, 0] - 0.5), 0.0)
    picks = np.random.default_rng(0).integers(0, 512, (2000, 512))
    centre = np.maximum((4.0 * (x[:, 0] - 0.5))[picks].mean(axis=1), 0.0)
    low, high = np.quantile(draws[picks].mean(axis=1) - centre, [0.025, 0.975])
    assert found.high - found.low == pytest.approx(high - low, rel=0.2)
