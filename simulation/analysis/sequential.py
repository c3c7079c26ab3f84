"""Adding replicates until the interval is narrow enough, however often results are inspected.

Looking at Student's interval after every batch and stopping when it pleases covers far less than
it says (about 60 % in place of 95 % over 400 looks). The interval here covers at *all* numbers of
pairs at once. It inverts the t-test martingale with a normal prior on the effect size and the
right Haar prior on the standard deviation (Wang & Ramdas 2025, "Anytime-valid t-tests and
confidence sequences for Gaussian means with unknown variance", Sequential Analysis,
arXiv:2310.03722; Lai 1976), which is exact for normal differences from the second pair on, and
for others in the limit. The price is a width some 1.6 times Student's.

The asymptotic confidence sequence (Waudby-Smith et al. 2024, Annals of Statistics 52) has the same
limit and covers less where it matters here, at 5 to 30 pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.interval import CONFIDENCE, Interval, standard_error
from simulation.analysis.percentage import is_percentage, number_of, percentage
from simulation.arrays import Floats
from simulation.errors import Fault, InputError

TUNED_FOR = 30
"""Pairs at which the interval is about as narrow as it can be; away from it, a little wider."""

FIRST_LOOK = 10
"""Fewer pairs tell too little of their own spread to plan by."""

PAIRS_ALIKE = 60
"""Pairs that must agree before that counts as precision: so many rule out, at 95 %, that one in
twenty differs (rule of three: 3/60). Ten often agree by chance where few differ at all."""
ROUNDING = 1e-9
"""A half width below this share of what is asked for is what rounding leaves of none."""

MOST_PAIRS = 1_000_000


def anytime_radius(
    n: ArrayLike, *, confidence: float = CONFIDENCE, tuned_for: int = TUNED_FOR
) -> Floats:
    """Return half the width of the interval after n pairs, in standard deviations.

        g = n* / (L + log(L + 1)),  L = −2 log α      (about narrowest at n* pairs)
        c = (α² g/(g + n))^(−1/n)
        radius = √((n − 1)/n · (c − 1)/(1 − c g/(g + n)))

    Infinite for the first few pairs, where nothing can be said at this confidence.

    Args:
        n: Numbers of pairs, any shape.
        confidence: Chance that the interval covers at every n.
        tuned_for: n*.
    """
    pairs = np.asarray(n, dtype=np.float64)
    alpha = 1.0 - confidence
    spread = -2.0 * log(alpha)
    prior = tuned_for / (spread + log(spread + 1.0))
    kept = prior / (prior + pairs)
    c = np.exp(-np.log(alpha**2 * kept) / pairs)
    room = 1.0 - c * kept
    bounded = (room > 0.0) & (pairs >= 2)
    ratio = np.divide(c - 1.0, room, out=np.full_like(pairs, inf), where=bounded)
    return np.asarray(np.sqrt(ratio * np.maximum(pairs - 1.0, 1.0) / pairs))


def anytime_interval(
    samples: ArrayLike, *, confidence: float = CONFIDENCE, tuned_for: int = TUNED_FOR
) -> Interval:
    """Return the mean over the first axis with an interval that is valid however often one looks.

    Args:
        samples: One value a pair, in the order in which they came, shape ``(n, ...)``.
        confidence: Chance that the interval covers at every number of pairs.
        tuned_for: Pairs at which it is to be narrowest; must not depend on the samples.
    """
    values = np.asarray(samples, dtype=np.float64)
    n = values.shape[0]
    if n < 2:
        unknown = np.full(values.shape[1:], np.nan)
        return Interval(values.mean(axis=0) if n else unknown, unknown, unknown, n)
    mean, error = values.mean(axis=0), standard_error(values)
    radius = anytime_radius(n, confidence=confidence, tuned_for=tuned_for) * sqrt(n)
    half = np.multiply(radius, error, out=np.zeros_like(error), where=error != 0.0)
    return Interval(mean, mean - half, mean + half, n)


def pairs_needed(
    sd: float, half_width: float, *, confidence: float = CONFIDENCE, tuned_for: int = TUNED_FOR
) -> int:
    """Return the least number of pairs at which the interval is as narrow as asked.

    A million where even they are not enough.

    Args:
        sd: Standard deviation of the paired differences.
        half_width: Half the width asked for, in the same unit.
        confidence: As for ``anytime_interval``.
        tuned_for: As for ``anytime_interval``.
    """
    few, many = 2, MOST_PAIRS
    while few < many:
        middle = (few + many) // 2
        radius = float(anytime_radius(middle, confidence=confidence, tuned_for=tuned_for))
        few, many = (few, middle) if sd * radius <= half_width else (middle + 1, many)
    return few


@dataclass(frozen=True)
class Tolerance:
    """A distance from zero, as it is or relative to a level: ``--precision``, ``--margin``."""

    value: float
    relative: bool = False

    @classmethod
    def parse(cls, text: str, name: str = "precision") -> Tolerance:
        """Return the tolerance that ``5%`` (relative) or ``0.2`` (absolute) asks for.

        Raises:
            InputError: The text is neither, or not above 0; ``name`` says whose it is.
        """
        relative = is_percentage(text)
        try:
            value = percentage(text) if relative else number_of(text)
        except ValueError:
            value = 0.0
        if not value > 0.0:
            message = f"{name} must be a number above 0, such as 5% or 0.2. Got {text!r}."
            raise InputError([Fault(message)])
        return cls(value, relative)

    def at(self, level: float) -> float:
        """Return the distance where the outcome to compare with is at ``level``."""
        return self.value * abs(level) if self.relative else self.value


@dataclass(frozen=True)
class PrecisionReached:
    """Where a comparison with ``--precision`` stands after a batch."""

    interval: Interval
    asked: float
    """Half width asked for."""
    reached: bool
    more: int
    """Pairs to add before the next look; 0 when reached."""


def is_reached(half_width: float, asked: float, n: int) -> bool:
    """Return whether n pairs are as precise as asked; pairs that all agree only if they are enough.

    Args:
        half_width: half the width of the interval; 0 to rounding where all pairs agree.
        asked: the half width asked for.
        n: how many pairs there are.
    """
    return half_width <= asked and (half_width > ROUNDING * asked or n >= PAIRS_ALIKE)


def judge(
    differences: ArrayLike, asked: float, *, confidence: float = CONFIDENCE, batch: int = 1
) -> PrecisionReached:
    """Say whether paired differences are known as precisely as asked, and how many more to run.

    The next look comes after as many pairs as the present spread predicts, but at most as many
    again as there are (the spread is itself uncertain), rounded up to whole batches. Looking at
    any other time is as valid. Differences that all agree have an interval without width; they
    count as known from ``PAIRS_ALIKE`` pairs on.

    Args:
        differences: Shape ``(n,)``, in the order in which they came.
        asked: Half width asked for, above 0.
        confidence: Chance that the interval covers at every look; with m outcomes to be judged
            together, give 1 − (1 − confidence)/m.
        batch: Pairs that run at once, such as the number of workers.
    """
    values = np.asarray(differences, dtype=np.float64)
    n = len(values)
    interval = anytime_interval(values, confidence=confidence)
    if n < FIRST_LOOK:
        return PrecisionReached(
            interval, asked, reached=False, more=_batches(FIRST_LOOK - n, batch)
        )
    _, low, high = interval.floats()
    half = (high - low) / 2.0
    if is_reached(half, asked, n):
        return PrecisionReached(interval, asked, reached=True, more=0)
    sd = float(standard_error(values)) * sqrt(n)
    needed = PAIRS_ALIKE if half <= asked else pairs_needed(sd, asked, confidence=confidence)
    missing = needed - n
    return PrecisionReached(
        interval, asked, reached=False, more=_batches(min(max(missing, 1), n), batch)
    )


def _batches(pairs: int, batch: int) -> int:
    return ceil(pairs / batch) * batch
