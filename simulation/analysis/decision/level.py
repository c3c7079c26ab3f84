"""The required level: the least level of a lever at which it pays in most futures.

One emulator over (level, assumptions) gives at every level the share of futures in which the
effect exceeds the margin, with a lower confidence curve; the required level is where that curve
reaches what is asked. A draw of the share is

    share(l) = 1/F Σ_i [ μ + g(l, x_i) + τ(l) w_i > margin ],  w_i ~ N(0, 1)

with one surface g and one curve τ of lack of fit for all futures, and F futures i drawn again, each
with what the assumptions do not explain of it. How much that is differs by level: it is nothing at
the base's, and often grows with the effect. Shares are made to rise with the level only where the
runs do not contradict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Surface
from simulation.analysis.decision.joint_emulator import LevelRuns
from simulation.analysis.decision.lack_of_fit import WIDEST
from simulation.analysis.decision.surface_draws import SurfaceDraws, draws_of
from simulation.analysis.interval import ERROR_RATE
from simulation.arrays import Floats

LEAST_LEVELS = 5
STEPS = 41
DRAWS = 400
ASKED = 0.9
"""The share of futures in which the lever has to pay."""
SIZES = 64
"""Values of lack of fit that are weighed at a level."""
TINY = 1e-300
NEAR = 1e-9
"""A step is at a level up to rounding."""
SEED = 1


@dataclass(frozen=True)
class LevelCurve:
    """Shares of futures by level, each of shape ``(n_steps,)``, and the level required.

    Attributes:
        level: in [0, 1] of the lever's range.
        share: of futures above the margin.
        low: its lower 95 % confidence curve (one-sided).
        required: the least level at which the share reaches what is asked; None where none does.
        sure: the least level at which the lower curve does.
        rising: whether shares were made to rise with the level.
    """

    level: Floats
    share: Floats
    low: Floats
    required: float | None
    sure: float | None
    rising: bool


def required_level(
    runs: LevelRuns, surface: Surface, kept: Sequence[int], margin: float
) -> LevelCurve:
    """Return the required level of a lever.

    Args:
        runs: differences by future and level.
        surface: the emulator over (level, assumptions), fitted to ``runs.sample(kept)``.
        kept: the assumptions that it speaks of.
        margin: what the effect has to exceed.
    """
    rising = not _falls(runs.mean)
    steps = np.linspace(float(runs.level.min()), float(runs.level.max()), STEPS)
    drawn = _shares(runs, surface, kept, steps, margin)
    if runs.base is not None:
        _settle(drawn, steps - runs.level[runs.base], float(margin < 0.0), rising=rising)
    if rising:
        drawn = np.stack([isotonic(one) for one in drawn])
    share = drawn.mean(axis=0)
    # A mean of draws that are nearly all 1 is below their quantile.
    low = np.minimum(np.quantile(drawn, 0.05, axis=0), share)
    return LevelCurve(steps, share, low, _first(steps, share), _first(steps, low), rising)


def _shares(
    runs: LevelRuns, surface: Surface, kept: Sequence[int], steps: Floats, margin: float
) -> Floats:
    """Return draws of the share of futures above the margin, shape ``(DRAWS, n_steps)``.

    What the assumptions do not explain of a future is common to its levels. It is drawn after the
    futures: one that is drawn twice stands for two, which are not alike.
    """
    rng = np.random.default_rng(SEED)
    draws = draws_of(surface, DRAWS, rng)
    between = np.array([np.interp(steps, runs.level, one) for one in np.eye(len(runs.level))])
    rough = (_rough(runs, kept, draws, rng) @ between).T
    futures = rng.integers(0, runs.n, (runs.n, DRAWS))
    apart = rng.standard_normal((runs.n, DRAWS))
    shares = np.zeros((DRAWS, len(steps)))
    for at, step in enumerate(steps.tolist()):
        smooth = draws.at(runs.points(kept, step))
        effect = np.take_along_axis(smooth, futures, axis=0) + rough[at] * apart
        shares[:, at] = (effect > margin).mean(axis=0)
    return shares


def _rough(
    runs: LevelRuns, kept: Sequence[int], draws: SurfaceDraws, rng: np.random.Generator
) -> Floats:
    """Return draws of the standard deviation τ of lack of fit, ``(DRAWS, n_levels)``.

    Given a surface, τ at a level is as likely as what it leaves of the differences there makes it
    (flat before, as in ``lack_of_fit``). At the base's level it is 0.
    """
    rough = np.zeros((DRAWS, len(runs.level)))
    for row, at in enumerate(runs.run):
        left = runs.mean[:, [at]] - draws.at(runs.points(kept, runs.level[at]))
        noise = draws.noise[row * runs.n : (row + 1) * runs.n]
        rough[:, at] = _sizes(left, noise, rng.random(DRAWS))
    return rough


def _sizes(left: Floats, noise: Floats, quantiles: Floats) -> Floats:
    """Return quantiles of τ given N(0, τ² + noise) in each column of ``(n, n_draws)``."""
    taus = np.linspace(0.0, WIDEST, SIZES)[:, None] * np.sqrt((left**2).mean(axis=0))
    logs = np.zeros_like(taus)
    for row, tau in zip(logs, taus, strict=True):
        apart = np.maximum(tau**2 + noise, TINY)
        row[:] = -(np.log(apart) + left**2 / apart).sum(axis=0) / 2.0
    masses = np.exp(logs - logs.max(axis=0))
    pieces = (masses[1:] + masses[:-1]) / 2.0
    ends = np.vstack([np.zeros(len(quantiles)), np.cumsum(pieces, axis=0)])
    return np.array([np.interp(q * one[-1], one, tau)
                     for q, one, tau in zip(quantiles, ends.T, taus.T, strict=True)])  # fmt: skip


def _settle(drawn: Floats, apart: Floats, share: float, *, rising: bool) -> None:
    """Set the share at the base's level, where the effect is 0 in all futures.

    Args:
        drawn: shares, ``(DRAWS, n_steps)``, changed in place.
        apart: how far each step is above the base's level.
        share: of futures in which an effect of 0 exceeds the margin: 0 or 1.
        rising: whether lower levels have no greater shares, and higher levels no lesser ones.
    """
    below, above = apart <= NEAR, apart >= -NEAR
    drawn[:, below & above] = share
    if rising:
        drawn[:, below] = np.minimum(drawn[:, below], share)
        drawn[:, above] = np.maximum(drawn[:, above], share)


def _falls(difference: Floats) -> bool:
    """Whether the difference falls between two levels next to each other, by paired t-tests."""
    from scipy.stats import t

    steps = np.diff(difference, axis=1)
    steps = steps[np.isfinite(steps).all(axis=1)]
    n, tests = steps.shape
    if n < 2:
        return False
    error = steps.std(axis=0, ddof=1) / np.sqrt(n)
    threshold = float(t.ppf(1.0 - ERROR_RATE / tests, n - 1))
    return bool((steps.mean(axis=0) < -threshold * np.maximum(error, 1e-300)).any())


def isotonic(values: Floats) -> Floats:
    """Return the rising sequence nearest to the values (pool adjacent violators)."""
    blocks: list[list[float]] = []
    for value in values.tolist():
        blocks.append([value, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, n), (last, m) = blocks[-2], blocks.pop()
            blocks[-1] = [(mean * n + last * m) / (n + m), n + m]
    return np.concatenate([np.full(int(n), mean) for mean, n in blocks])


def _first(steps: Floats, shares: Floats) -> float | None:
    reached = np.flatnonzero(shares >= ASKED)
    return float(steps[reached[0]]) if len(reached) else None
