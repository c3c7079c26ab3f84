"""The required level of d = L − x/2 with x uniform: P = min(1, 2 L), nine in ten at .45.

And of d = 2 L (1 + .3 z) with z normal, which no assumption explains, against a base at L = 0: the
share above a margin is Φ((1 − margin/2L)/.3), nine in ten at margin/(2 − .6 · 1.2816).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm, qmc

from simulation.analysis.decision.emulator import Kind, fit
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


def with_base(seed: int, n: int, margin: float) -> LevelCurve:
    """Return the curve of slopes that differ by future; arms share the seeds of the base."""
    rng = np.random.default_rng(seed)
    x = np.asarray(qmc.Sobol(2, rng=rng).random(n))
    true = 2.0 * LEVELS * (1.0 + 0.3 * rng.normal(size=(n, 1)))
    seen = true + rng.normal(0.0, 0.35, (n, 6)) - rng.normal(0.0, 0.35, (n, 1))
    noise = np.full((n, 6), 0.35**2 * 2.0)
    seen[:, 0] = noise[:, 0] = 0.0
    runs = LevelRuns(LEVELS, x, seen, noise, base=0)
    return required_level(runs, fit(runs.sample([0, 1]), Kind.QUADRATIC), [0, 1], margin)


def test_base_does_not_make_futures_alike() -> None:
    made = with_base(1, 128, 0.8)
    assert made.required == pytest.approx(0.8 / (2.0 - 0.6 * 1.2816), abs=0.1)
    assert made.required is not None
    assert made.sure is not None
    assert made.sure > made.required
    levels = np.array([0.5, 0.65, 0.8])
    share = np.interp(levels, made.level, made.share)
    assert share == pytest.approx(norm.cdf((1.0 - 0.4 / levels) / 0.3), abs=0.08)
    assert made.share[0] == made.low[0] == 0.0
    assert (made.low <= made.share).all()
    assert (np.diff(made.low) >= 0.0).all()


def test_level_that_is_called_sure_is_enough_in_nineteen_cases_of_twenty() -> None:
    """Futures differ most at the highest levels, where the share reaches .9 (at .93)."""
    enough = 1.15 / (2.0 - 0.6 * 1.2816)
    curves = [with_base(seed, 128, 1.15) for seed in range(100, 112)]
    assert sum(one.sure is None or one.sure >= enough for one in curves) >= 10
    shares = [np.interp(enough, one.level, one.share) for one in curves]
    assert np.mean(shares) == pytest.approx(0.9, abs=0.03)
    # and it is no further below than the binomial of 128 futures and one surface make it
    assert np.mean([np.interp(enough, one.level, one.low) for one in curves]) > 0.8


@pytest.mark.parametrize("base", [2, 5])
def test_levels_below_a_base_pay_in_no_future_where_shares_rise(base: int) -> None:
    x = qmc.Sobol(1, rng=2).random(64)
    noise = np.random.default_rng(1).normal(0, 0.02, (64, 6))
    difference = (LEVELS - LEVELS[base]) * (1.0 + x) + noise
    difference[:, base] = 0.0
    runs = LevelRuns(LEVELS, x, difference, np.full((64, 6), 4e-4), base)
    made = required_level(runs, fit(runs.sample([0])), [0], 0.1)
    assert made.rising
    assert not made.share[made.level <= LEVELS[base]].any()
    assert made.share[-1] == pytest.approx(float(base == 2), abs=0.01)
