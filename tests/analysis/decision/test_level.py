"""The required level of d = L − x/2 with x uniform: P = min(1, 2 L), nine in ten at .45."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, qmc

from simulation.analysis.decision.emulator import fit
from simulation.analysis.decision.joint_emulator import LevelRuns
from simulation.analysis.decision.level import LevelCurve, isotonic, required_level
from simulation.arrays import Floats

LEVELS = np.linspace(0.0, 1.0, 6)


def curve(x: Floats, difference: Floats, noise: float) -> LevelCurve:
    runs = LevelRuns(LEVELS, x, difference, np.full(difference.shape, noise))
    return required_level(runs, fit(runs.sample([0])), [0], 0.0)


def test_level_at_which_nine_of_ten_futures_pay() -> None:
    x = qmc.Sobol(1, rng=2).random(64)
    noise = np.random.default_rng(1).normal(0, 0.02, (64, 6))
    difference = LEVELS[None, :] - x / 2.0 + noise
    found = curve(x, difference, 0.0004)
    assert found.required == pytest.approx(0.45, abs=0.05)
    assert found.sure is not None
    assert found.sure >= found.required
    assert found.rising
    assert np.interp(0.2, found.level, found.share) == pytest.approx(0.4, abs=0.08)


def test_level_that_no_run_reaches_is_none() -> None:
    x = qmc.Sobol(1, rng=2).random(32)
    difference = np.tile(-1.0 - x, (1, 6))
    found = curve(x, difference, 1e-4)
    assert found.required is None


def test_shares_are_not_forced_to_rise_where_the_effect_falls() -> None:
    x = qmc.Sobol(1, rng=2).random(64)
    bend = 1.0 - (2.0 * LEVELS - 1.0) ** 2
    noise = np.random.default_rng(1).normal(0, 0.02, (64, 6))
    difference = bend[None, :] - x / 2.0 + noise
    found = curve(x, difference, 4e-4)
    assert not found.rising
    assert found.share[-1] < 0.5 < found.share.max()


def test_adjacent_violators_are_pooled() -> None:
    assert isotonic(np.array([1.0, 3.0, 2.0, 4.0])).tolist() == [1.0, 2.5, 2.5, 4.0]


def test_lower_curve_is_passed_in_nineteen_draws_of_twenty() -> None:
    """Of 64 futures known exactly, the share at level .2 is k/64, k ~ Binomial(64, .4)."""
    x = qmc.Sobol(1, rng=2).random(64)
    difference = LEVELS[None, :] - x / 2.0
    found = curve(x, difference, 1e-6)
    at = np.interp(0.2, found.level, found.low)
    assert at == pytest.approx(binom.ppf(0.05, 64, 0.4) / 64, abs=0.04)
    assert found.sure is not None
    assert found.required is not None
    assert found.sure > found.required
