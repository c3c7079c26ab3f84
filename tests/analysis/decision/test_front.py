"""What may be said after a search, and the optimiser's curse against its known answer."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from scipy.stats import t

from simulation.analysis.decision.front import (
    better,
    curse,
    dominated,
    efficient,
    gains,
    pairs_needed,
    ranked,
)


def test_best_of_ten_on_noise_alone_is_found_at_its_expected_maximum_and_fresh_at_0() -> None:
    rng = np.random.default_rng(1)
    found, fresh = rng.standard_normal((20_000, 10)), rng.standard_normal((20_000, 10))
    best = found.argmax(axis=1)
    assert found.max(axis=1).mean() == pytest.approx(1.5388, abs=0.02)
    assert fresh[np.arange(20_000), best].mean() == pytest.approx(0.0, abs=0.03)
    curses = [curse(one.tolist(), two.tolist()) for one, two in zip(found, fresh, strict=True)]
    assert np.mean(curses) == pytest.approx(1.5388, abs=0.03)


def test_winner_on_noise_alone_is_not_called_better() -> None:
    wrong = 0
    for seed in range(100):
        values = np.random.default_rng(seed).standard_normal((32, 10, 1))
        wrong += any(better(gains(values, 0), 0.1))
    assert wrong <= 5


def test_gain_on_one_objective_that_costs_another_is_not_better() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0, 0.1, (40, 3, 2))
    values[:, 1, 0] += 1.0
    values[:, 2, 0] += 1.0
    values[:, 2, 1] -= 1.0
    assert better(gains(values, 0), 0.2) == [False, True, False]


def test_dominated_is_what_another_beats_on_one_and_equals_on_the_rest() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 0.1, (40, 3, 2)) + np.array([[1.0, 1.0], [0.0, 1.02], [2.0, 0.0]])
    found = dominated(values, 0.1)
    assert not found[0]
    assert not found[2]
    same = rng.normal(0, 0.1, (40, 2, 1))
    assert dominated(same, 0.1) == [False, False]
    clear = rng.normal(0, 0.1, (40, 2, 1)) + np.array([[0.0], [1.0]])
    assert dominated(clear, 0.1) == [True, False]


def test_candidate_a_little_better_on_one_objective_is_not_shown_dominated() -> None:
    """By point estimates it would be where chance hides what it is better by: half of all cases."""
    said = 0
    for seed in range(40):
        values = np.random.default_rng(seed).normal(0, 1.0, (64, 2, 2))
        values += np.array([[1.0, 0.0], [0.0, 0.1]])
        said += dominated(values, 0.05)[1]
    assert said <= 2


def test_efficient_candidates_and_layers_behind_them() -> None:
    means = np.array([[1.0, 1.0], [2.0, 0.0], [0.5, 0.5], [np.nan, 3.0], [0.0, 2.0]])
    assert efficient(means) == [1, 0, 4]
    assert ranked(means) == [1, 0, 4, 2, 3]


def test_power_is_planned_from_the_spread_and_the_margin() -> None:
    assert pairs_needed(1.0, 10.0, 1, 1) == 32
    by_hand = ((2.0395 + 0.84) * 3.0 / 1.0) ** 2
    assert pairs_needed(3.0, 1.0, 1, 1) == pytest.approx(by_hand, abs=1)


def test_more_candidates_and_objectives_take_more_pairs() -> None:
    """Student's t of 31 degrees at 1 − .025/(8 · 2) in place of that at 1 − .025."""
    by_hand = ((t.ppf(1 - 0.025 / 16, 31) + 0.84) * 3.0 / 1.0) ** 2
    assert pairs_needed(3.0, 1.0, 8, 2) == ceil(by_hand) > 1.5 * pairs_needed(3.0, 1.0, 1, 1)
