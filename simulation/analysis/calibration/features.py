"""What is compared of monthly series: their course in a few numbers each.

A series that is never negative is compared by its logarithm, so that a tenth more is a tenth more
at any size. Its months are cut into at most six blocks; the features are the blocks' means and,
for ups and downs, the logarithm of the standard deviation of changes from month to month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats

BLOCKS = 6
FLOOR = 0.05
"""Of the observed mean, added before the logarithm is taken."""
TOLERANCE = 0.05
"""Discrepancy that is stated for each series, as a share of its mean."""
FAR = 20.0


@dataclass(frozen=True)
class Features:
    """How series become features: made from the observed series, then the same for all runs.

    Attributes:
        names: names of the series.
        known: months that were observed, shape ``(n_months, n_series)``.
        scale: mean absolute value of each observed series.
        positive: whether a series is compared by its logarithm.
        series: which series each feature is of, by place, shape ``(n_features,)``.
    """

    names: tuple[str, ...]
    known: NDArray[np.bool_]
    scale: Floats
    positive: NDArray[np.bool_]
    series: NDArray[np.intp]

    @classmethod
    def of(cls, names: Sequence[str], observed: Floats) -> Features:
        """Return the features of observed series, shape ``(n_months, n_series)``, NaN missing."""
        known = np.isfinite(observed)
        filled = np.where(known, observed, 0.0)
        n = np.maximum(known.sum(axis=0), 1)
        scale = np.abs(filled).sum(axis=0) / n
        positive = (filled >= 0.0).all(axis=0)
        places = [
            np.full(len(_blocks(known[:, at])) + 1, at, dtype=np.intp) for at in range(len(names))
        ]
        return cls(tuple(names), known, np.where(scale > 0, scale, 1.0), positive,
                   np.concatenate(places))  # fmt: skip

    def __call__(self, values: Floats) -> Floats:
        """Return the features of runs.

        Args:
            values: shape ``(n_runs, n_months, n_series)``; a missing month takes the mean of the
                run's other months.

        Returns:
            Features, shape ``(n_runs, n_features)``.
        """
        return np.hstack([self._of(values[:, :, at], at) for at in range(len(self.names))])

    def _of(self, values: Floats, at: int) -> Floats:
        months = np.flatnonzero(self.known[:, at])
        seen = self._scaled(values[:, months], at)
        seen = np.where(np.isfinite(seen), seen, _row_means(seen)[:, None])
        blocks = [seen[:, part].mean(axis=1) for part in _blocks(self.known[:, at])]
        changes = np.diff(seen, axis=1).std(axis=1) if seen.shape[1] > 2 else np.zeros(len(seen))
        return np.column_stack([*blocks, np.log(changes + 1e-3)])

    def _scaled(self, values: Floats, at: int) -> Floats:
        relative = values / self.scale[at]
        if self.positive[at]:
            return np.asarray(np.log(np.maximum(relative, 0.0) + FLOOR))
        return np.asarray(np.clip(relative, -FAR, FAR))

    def tolerance(self) -> Floats:
        """Return the covariance of the stated discrepancy, shape ``(n_features, n_features)``.

        Half of its variance is common to all months of a series, half each block's own; ups and
        downs may be as far off as the level.
        """
        same = self.series[:, None] == self.series[None, :]
        return np.asarray(TOLERANCE**2 * 0.5 * (same + np.eye(len(self.series))))

    def off_by(self, kappa: float, values: Floats, at: int, rng: np.random.Generator) -> Floats:
        """Return runs of a series as far off as a discrepancy lets the model be.

        Drawn as ``tolerance`` has it: κ times 5 % (of the value, or of the mean of a series that
        may be negative), half its variance common to all months, half each block's own. Months
        after the last that was observed go with the last block.

        Args:
            kappa: multiple of the stated tolerance.
            values: shape ``(n_runs, n_months)``.
            at: which series.
            rng: for the draws.
        """
        months = np.flatnonzero(self.known[:, at])
        starts = [months[part[0]] for part in _blocks(self.known[:, at]) if len(part)]
        block = np.searchsorted(starts, np.arange(values.shape[1]), side="right")
        normal = rng.standard_normal((len(values), len(starts) + 1))
        off = kappa * TOLERANCE * np.sqrt(0.5) * (normal[:, [0]] + normal[:, np.maximum(block, 1)])
        moved = values * np.exp(off) if self.positive[at] else values + off * self.scale[at]
        return np.asarray(moved)


def _blocks(known: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the places of each block among the known months."""
    n = int(known.sum())
    return list(np.array_split(np.arange(n), min(BLOCKS, max(n, 1))))


def _row_means(values: Floats) -> Floats:
    known = np.isfinite(values)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), 0.0))
