"""Means over replicates with intervals, alone (Student) and all at once (max-|t|).

A number has an ``Estimate``, a curve or a table an ``Interval``; both rest on ``half_width``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


CONFIDENCE = 0.95
"""Of intervals, where nothing else is asked for."""
ERROR_RATE = 0.05
"""How often a test calls chance a difference, at most: of all that are made together."""
DRAWS = 4000
"""Simulated maxima behind a joint interval: its width is good to about 1 %."""


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


class Sign(StrEnum):
    """What an interval says about zero."""

    GAIN = "+"
    LOSS = "−"
    OPEN = "±"
    """The interval covers zero, or there is none."""


_NEVER_NEGATIVE = ("share", "minutes", "persons", "persons/month", "contacts/month")
"""Units of which a level is at least zero; of a share, it is at most one."""


@dataclass(frozen=True)
class Estimate:
    """A mean over runs with its interval.

    ``low`` and ``high`` are NaN where there is one run, infinite where too few cannot tell.
    """

    mean: float
    low: float
    high: float
    n: int
    unit: str = ""

    @classmethod
    def of(cls, interval: Interval, unit: str = "") -> Estimate:
        """Return the estimate that the interval of a single number is."""
        return cls(*interval.floats(), interval.n, unit)

    @property
    def known(self) -> bool:
        """Whether any run has a value."""
        return isfinite(self.mean)

    @property
    def has_interval(self) -> bool:
        """Whether there are at least two runs."""
        return isfinite(self.low) and isfinite(self.high)

    @property
    def half_width(self) -> float:
        """Half the width of the interval, in the unit of the mean."""
        return (self.high - self.low) / 2

    def within(self, least: float, most: float) -> Estimate:
        """Return the estimate with its interval cut to what the quantity can be.

        The cut interval covers as often as the whole one.
        """
        if not self.has_interval:
            return self
        return replace(self, low=max(self.low, least), high=min(self.high, most))

    def as_level(self) -> Estimate:
        """Return the estimate of a level, cut to what its unit allows: no wait is below zero."""
        if self.unit in _NEVER_NEGATIVE:
            return self.within(0.0, 1.0 if self.unit == "share" else inf)
        return self

    @property
    def sign(self) -> Sign:
        """Gain or loss where the interval leaves zero out; open where it does not, or is none."""
        if self.low > 0:
            return Sign.GAIN
        return Sign.LOSS if self.high < 0 else Sign.OPEN


def estimate(values: Iterable[float], unit: str = "") -> Estimate:
    """Return the mean over runs with its 95 % t-interval; runs without a value are left out."""
    known = np.array([float(value) for value in values if isfinite(value)])
    return Estimate.of(t_interval(known), unit)


def t_interval(samples: ArrayLike, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean over the first axis with Student's interval, each covering alone.

        mean ± t(n − 1, (1 + confidence)/2) · s/√n

    Args:
        samples: One value a replicate, shape ``(n, ...)``.
        confidence: Coverage of each interval taken alone.
    """
    values = np.asarray(samples, dtype=np.float64)
    n = values.shape[0]
    if n < 2:
        return _unknown(values)
    mean = values.mean(axis=0)
    half = t_quantile(n, confidence) * standard_error(values)
    return Interval(mean, mean - half, mean + half, n)


def t_quantile(n: Any, confidence: float) -> Any:
    """Return Student's t(n − 1, (1 + confidence)/2), by which a standard error is multiplied."""
    if isinstance(n, int):
        return _t_of(n, confidence)
    from scipy.special import stdtrit

    return stdtrit(n - 1.0, (1.0 + confidence) / 2.0)


@cache
def _t_of(n: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n - 1.0, (1.0 + confidence) / 2.0))


def simultaneous_interval(samples: ArrayLike, *, confidence: float = CONFIDENCE) -> Interval:
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


def level_of_each(samples: Floats, *, confidence: float = CONFIDENCE) -> float:
    """Return the coverage that each of many Student intervals needs for all to cover at once.

        level = 1 − 2 Φ(−c),   P(max |Z| ≤ c) = confidence,   Z ~ N(0, (1 − λ) R + λ I)

    R are the correlations over replicates. Student's own tails come back with the level, so that
    a single mean gets ``confidence`` and independent ones Šidák's level, whatever n. λ = min(1,
    3/n) makes up for correlations that few replicates make look too strong: measured coverage of
    whole curves of 40 to 120 months is .93 to .98 from 3 replicates on (without λ it falls to
    .90 at 5); with 3 or fewer it is Šidák's.

    Args:
        samples: Shape ``(n, ...)``, n ≥ 2. Means that are certain, or missing, do not take part.
        confidence: Chance that every interval covers.
    """
    from scipy.special import ndtr

    n = samples.shape[0]
    flat = samples.reshape(n, -1)
    errors = standard_error(flat)
    uncertain = flat[:, np.isfinite(errors) & (errors > 0.0)]
    if uncertain.shape[1] < 2:
        return confidence
    centred = uncertain - uncertain.mean(axis=0)
    blend = min(1.0, 3.0 / n)
    rng = np.random.default_rng(0)
    z = rng.standard_normal((DRAWS, n)) @ (centred / np.linalg.norm(centred, axis=0))
    z = np.sqrt(1.0 - blend) * z + np.sqrt(blend) * rng.standard_normal(z.shape)
    return float(1.0 - 2.0 * ndtr(-np.quantile(np.abs(z).max(axis=1), confidence)))


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


def t_table(by_run: pd.DataFrame, *, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return the mean of every column with Student's interval over rows, gaps left out.

    Args:
        by_run: Runs (index) by quantities (columns).
        confidence: Coverage of each interval alone.

    Returns:
        Quantities (index, in their order) by mean, low, high, runs (that have a value).
    """
    import pandas as pd

    values = by_run.to_numpy(dtype=np.float64)
    mean, low, high, runs = t_by_column(values, confidence=confidence)
    columns = {"mean": mean, "low": low, "high": high, "runs": runs}
    return pd.DataFrame(columns, index=by_run.columns)


def joint_table(by_run: pd.DataFrame, *, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return the mean of every column with intervals that cover all at once (see above).

    Args:
        by_run: Runs (index) by quantities (columns); runs that lack one of them are left out.
        confidence: Chance that every interval covers.

    Returns:
        As ``t_table``.
    """
    import pandas as pd

    values = by_run.dropna().to_numpy(dtype=np.float64)
    joint = simultaneous_interval(values, confidence=confidence)
    columns = {"mean": joint.mean, "low": joint.low, "high": joint.high, "runs": joint.n}
    return pd.DataFrame(columns, index=by_run.columns)


def t_by_column(
    values: Floats, *, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Return mean, low, high and number of values of every column, gaps (NaN) left out.

    Args:
        values: Runs by quantities, shape ``(n_runs, n)``.
        confidence: Coverage of each interval alone.
    """
    known = ~np.isnan(values)
    runs = known.sum(axis=0)
    some, several = np.where(runs > 0, runs, np.nan), np.where(runs > 1, runs, np.nan)
    mean = np.where(known, values, 0.0).sum(axis=0) / some
    squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
    half = t_quantile(several, confidence) * np.sqrt(squares / (several - 1.0) / several)
    return mean, mean - half, mean + half, runs
