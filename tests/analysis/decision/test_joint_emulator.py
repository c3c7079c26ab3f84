"""The emulator over level and assumptions: d = level · (.6 − x₁) and noise, checked by futures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from simulation.analysis.decision.emulator import Kind, fit
from simulation.analysis.decision.joint_emulator import LevelRuns, joint_emulator, spoken_of_levels
from simulation.arrays import Floats

LEVELS = np.linspace(0.0, 1.0, 6)
SEEDS = 0.05
"""Standard deviation of a mean difference from seed to seed."""


def runs_of(true: Floats, x: Floats, base: int | None = 0, seeds: float = SEEDS) -> LevelRuns:
    """Return differences around known ones, those of the base 0 without noise."""
    noise = np.full(true.shape, seeds**2)
    seen = true + np.random.default_rng(4).normal(0.0, seeds, true.shape)
    if base is not None:
        seen[:, base], noise[:, base] = 0.0, 1e-12
    return LevelRuns(LEVELS, x, seen, noise, base)


def cube(n: int, p: int = 2) -> Floats:
    return np.asarray(qmc.Sobol(p, rng=2).random(n))


def test_effect_at_any_level_and_place_is_known_with_its_interval() -> None:
    x = cube(32)
    runs = runs_of(LEVELS * (0.6 - x[:, :1]), x)
    found = joint_emulator(runs, (0, 1))
    points = np.random.default_rng(5).random((200, 3))
    true = points[:, 0] * (0.6 - points[:, 1])
    error = np.abs(found.surface.mean(points) - true)
    assert error.mean() < 0.02
    assert (error < 1.96 * found.surface.spread(points)).mean() > 0.9
    assert found.surface.kind is Kind.QUADRATIC  # which is what the truth is
    assert found.whole.moves
    assert found.whole.r2 == pytest.approx(found.whole.ceiling, abs=0.05)


def test_process_is_used_where_a_quadratic_knows_less() -> None:
    x = cube(32)
    true = np.sin(6.0 * LEVELS)[None, :] * (1.0 + np.sin(7.0 * x[:, :1]))
    # a page would carry 24 of 192 effects here, and what it says is checked with these
    few = joint_emulator(runs_of(true, x), (0, 1), most=24)
    assert few.surface.kind is Kind.PROCESS
    assert few.whole.r2 > few.quadratic_r2 + 0.2
    assert few.thin.r2 < few.whole.r2 - 0.02
    assert few.surface.thinned(24).sample.n == 24


def test_what_is_particular_to_a_future_is_not_known_of_futures_left_out() -> None:
    """Each future shifts all its levels alike; other levels of it would give the shift away."""
    x = cube(32)
    shift = np.random.default_rng(6).normal(0.0, 1.0, (32, 1))
    found = joint_emulator(runs_of(shift + 0.0 * LEVELS, x, base=None), (0, 1))
    assert found.whole.ceiling > 0.95
    assert found.whole.r2 < 0.2
    assert not found.whole.speaks


def test_emulator_that_knows_levels_alone_does_not_move_assumptions() -> None:
    x = cube(32)
    shift = LEVELS * np.random.default_rng(6).normal(0.0, 0.5, (32, 1))
    found = joint_emulator(runs_of(4.0 * LEVELS + shift, x), (0, 1))
    assert found.whole.speaks
    assert found.whole.r2 > 0.8
    assert found.whole.r2_within < 0.2
    assert not found.whole.moves


def test_base_is_not_checked() -> None:
    x = cube(32)
    whole = joint_emulator(runs_of(LEVELS * (0.6 - x[:, :1]), x), (0, 1)).whole
    assert whole.n == 32 * 5
    assert whole.least_level > 0.0


def test_base_does_not_say_that_nothing_differs_between_futures() -> None:
    """Slopes that differ by .5 leave .5 · rms(level) unexplained, whatever is 0 at the base."""
    x = cube(64)
    slope = 1.0 + np.random.default_rng(6).normal(0.0, 0.5, (64, 1))
    runs = runs_of(LEVELS * slope, x)
    surface = fit(runs.sample((0, 1)), Kind.QUADRATIC)
    assert surface.sample.n == 64 * 5
    rough = np.sqrt(surface.rough) * surface.scale
    assert rough == pytest.approx(0.5 * np.sqrt((LEVELS[1:] ** 2).mean()), rel=0.2)


def test_assumptions_are_those_of_the_level_at_which_futures_differ_most() -> None:
    x = cube(64, 14)
    true = np.zeros((64, 6))
    true[:, 5] = 3.0 * x[:, 11]
    runs = runs_of(true, x)
    assert spoken_of_levels(runs)[0] == 11
    assert len(spoken_of_levels(runs)) == 12
