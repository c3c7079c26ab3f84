"""The required level: the least level of a lever at which it pays in most futures.

One emulator over (level, assumptions) gives at every level the share of futures in which the
effect exceeds the margin, with a lower confidence curve; the required level is where that curve
reaches what is asked. Shares are made to rise with the level only where the runs do not contradict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Surface
from simulation.analysis.decision.joint_emulator import LevelRuns
from simulation.analysis.interval import ERROR_RATE
from simulation.arrays import Floats

LEAST_LEVELS = 5
STEPS = 41
DRAWS = 200
FUTURES = 128
ASKED = 0.9
"""The share of futures in which the lever has to pay."""
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
        surface: the emulator over (level, assumptions).
        kept: the assumptions that it speaks of.
        margin: what the effect has to exceed.
    """
    x, level = runs.x[:, list(kept)], runs.level
    rising = not _falls(runs.mean)
    steps = np.linspace(float(level.min()), float(level.max()), STEPS)
    drawn = _shares(surface, steps, x, margin)
    share = drawn.mean(axis=0)
    if rising:
        drawn, share = np.maximum.accumulate(drawn, axis=1), isotonic(share)
    low = np.quantile(drawn, 0.05, axis=0)
    return LevelCurve(steps, share, low, _first(steps, share), _first(steps, low), rising)


def _shares(surface: Surface, steps: Floats, x: Floats, margin: float) -> Floats:
    """Return draws of the share of futures above the margin, shape ``(n_draws, n_steps)``.

    Each draw is one smooth surface over all levels of a future; futures are drawn again as well.
    """
    rng = np.random.default_rng(SEED)
    few = rng.choice(len(x), min(len(x), FUTURES), replace=False)
    rough = np.sqrt(surface.rough) * surface.scale
    drawn = np.zeros((len(few), DRAWS, len(steps)))
    for row, future in enumerate(few):
        points = np.hstack([steps[:, None], np.tile(x[future], (len(steps), 1))])
        values, vectors = np.linalg.eigh(surface.covariance(points))
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        smooth = rng.standard_normal((DRAWS, len(steps))) @ root.T
        drawn[row] = surface.mean(points) + smooth + rough * rng.standard_normal((DRAWS, 1))
    picks = rng.integers(0, len(few), (DRAWS, len(few)))
    above = drawn > margin
    return np.stack([above[picks[at], at].mean(axis=0) for at in range(DRAWS)])


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
