"""Means over replicates with intervals, alone (Student) and all at once (max-|t|)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DRAWS = 4000
"""Simulated maxima behind a joint interval: the 95 % point moves by some 1 % between seeds."""

_MOST_ROWS = 100
"""Above this many replicates Student's tails are drawn as if there were 100 (a little wider)."""

_BLOCK = 200


@dataclass(frozen=True)
class Interval:
    """A mean and its bounds, all of one shape: ``()`` for a number, ``(n_months,)`` for a curve.

    A bound that is not a number says that the replicates cannot tell (fewer than two).
    """

    mean: Floats
    low: Floats
    high: Floats
    n: int

    def floats(self) -> tuple[float, float, float]:
        """Return mean, low and high of a single number."""
        return float(self.mean), float(self.low), float(self.high)


def t_interval(samples: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return the mean over the first axis with Student's interval, each covering alone.

        mean ± t(n − 1, (1 + confidence)/2) · s/√n

    Args:
        samples: One value a replicate, shape ``(n, ...)``.
        confidence: Coverage of each interval taken alone.
    """
    from scipy.special import stdtrit

    values = np.asarray(samples, dtype=np.float64)
    n = values.shape[0]
    if n < 2:
        return _unknown(values)
    mean = values.mean(axis=0)
    half = stdtrit(n - 1, (1.0 + confidence) / 2.0) * standard_error(values)
    return Interval(mean, mean - half, mean + half, n)


def simultaneous_interval(samples: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return the mean over the first axis with intervals that cover *all at once*.

        mean ± c · s/√n,   P(max |t| ≤ c) = confidence

    so that whatever is read off them, such as the month from which a curve stays above zero,
    holds with that confidence. For a single number this is Student's interval.

    Args:
        samples: One value a replicate, shape ``(n, ...)``; entries that are not a number in some
            replicate get no interval.
        confidence: Chance that every interval covers.
    """
    values = np.asarray(samples, dtype=np.float64)
    if values.shape[0] < 2:
        return _unknown(values)
    return t_interval(values, confidence=level_of_each(values, confidence=confidence))


def level_of_each(samples: Floats, *, confidence: float = 0.95) -> float:
    """Return the coverage that each of many Student intervals needs for all to cover at once."""
    from scipy.special import stdtr

    flat = samples.reshape(samples.shape[0], -1)
    peaks = max_t(flat)
    if peaks.size == 0:
        return confidence
    n = samples.shape[0]
    return float(1.0 - 2.0 * stdtr(n - 1, -np.quantile(peaks, confidence)))


def max_t(samples: Floats, *, draws: int = DRAWS) -> Floats:
    """Return draws of the greatest |t| among all means when every true mean is zero.

    Normal samples of the same size and correlations are drawn and studentised each by its own
    deviation, so that one mean alone gives Student's t exactly; the correlations are shrunk by
    1/n, without which fewer replicates than means would make them look too dependent and the
    interval too narrow (coverage measured in the tests). Means that are certain do not take
    part; one that varies alone, or none, gives no draws (Student's own quantile is exact).

    Args:
        samples: Shape ``(n, n_means)``, n ≥ 2.
        draws: How many maxima.

    Returns:
        Shape ``(draws,)``, or ``(0,)`` where at most one mean is uncertain.
    """
    n = samples.shape[0]
    errors = standard_error(samples)
    uncertain = samples[:, np.isfinite(errors) & (errors > 0.0)]
    if uncertain.shape[1] < 2:
        return np.empty(0)
    centred = uncertain - uncertain.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred / np.linalg.norm(centred, axis=0), full_matrices=False)
    factor = np.sqrt(1.0 - 1.0 / n) * lengths[:, None] * axes
    rng = np.random.default_rng(0)
    rows = min(n, _MOST_ROWS)
    blocks = [
        _greatest_t(rng, (min(_BLOCK, draws - start), rows), factor, own_share=1.0 / n)
        for start in range(0, draws, _BLOCK)
    ]
    return np.concatenate(blocks)


def _greatest_t(
    rng: np.random.Generator, shape: tuple[int, int], factor: Floats, *, own_share: float
) -> Floats:
    draws, rows = shape
    common = rng.standard_normal((draws, rows, factor.shape[0])) @ factor
    own = rng.standard_normal((draws, rows, factor.shape[1]))
    fake = common + np.sqrt(own_share) * own
    t = np.sqrt(rows) * np.abs(fake.mean(axis=1)) / fake.std(axis=1, ddof=1)
    return np.asarray(t.max(axis=1))


def standard_error(samples: Floats) -> Floats:
    """Return s/√n over the first axis; exactly 0 where all replicates agree to rounding.

    Equal values leave a standard deviation of some 1e-16 behind, which would make certainty out
    of rounding wherever a mean is divided by it.
    """
    n = samples.shape[0]
    spread = np.asarray(samples.std(axis=0, ddof=1))
    noise = 4.0 * np.finfo(np.float64).eps * np.abs(samples).max(axis=0)
    return np.asarray(np.where(spread <= noise, 0.0, spread) / np.sqrt(n))


def _unknown(values: Floats) -> Interval:
    shape = values.shape[1:]
    mean = values.mean(axis=0) if len(values) else np.full(shape, np.nan)
    return Interval(mean, np.full(shape, np.nan), np.full(shape, np.nan), len(values))
