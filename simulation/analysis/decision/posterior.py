"""What is known of the true effects in the futures that were run: a normal, or a mixture of some.

Of a mixture, mean and covariance alone would say too little: where lack of fit is either nothing or
large, futures are either all alike or very different, and never in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from simulation.arrays import Bools, Floats


@dataclass(frozen=True)
class Posterior:
    """The true effects in some futures.

    Attributes:
        mean: shape ``(n,)``.
        covariance: shape ``(n, n)``.
        parts: the normals of which it is a mixture, and how often each counts; none if it is one
            normal itself. Mean and covariance are then those of the mixture.
    """

    mean: Floats
    covariance: Floats
    parts: tuple[tuple[Posterior, int], ...] = ()

    @classmethod
    def mixture(cls, parts: Sequence[tuple[Posterior, int]]) -> Posterior:
        """Return a mixture of normals, each with how often it counts."""
        if len(parts) == 1:
            return parts[0][0]
        whole = sum(count for _, count in parts)
        mean = np.sum([one.mean * (count / whole) for one, count in parts], axis=0)
        covariance = np.zeros_like(parts[0][0].covariance)
        for one, count in parts:
            away = one.mean - mean
            covariance += (one.covariance + np.outer(away, away)) * (count / whole)
        return cls(np.asarray(mean), covariance, tuple(parts))

    @property
    def spread(self) -> Floats:
        """Standard deviation in each future."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    def above(self, bound: float) -> Floats:
        """Return the chance in each future that its effect exceeds a bound, ``(n,)``."""
        from scipy.stats import norm

        if self.parts:
            whole = sum(count for _, count in self.parts)
            chances = [one.above(bound) * (count / whole) for one, count in self.parts]
            return np.asarray(np.sum(chances, axis=0))
        return np.asarray(norm.sf((bound - self.mean) / np.maximum(self.spread, 1e-12)))

    def turned(self) -> Posterior:
        """Return that of the effects with their signs turned."""
        parts = tuple((one.turned(), count) for one, count in self.parts)
        return replace(self, mean=-self.mean, parts=parts)

    def some(self, chosen: Bools) -> Posterior:
        """Return that of some of the futures."""
        parts = tuple((one.some(chosen), count) for one, count in self.parts)
        return Posterior(self.mean[chosen], self.covariance[np.ix_(chosen, chosen)], parts)

    def draws(self, normals: Floats) -> Floats:
        """Return draws of the effects, shape ``(n_draws, n)``, from standard normals of it.

        The first draws are of the first part, and so on: as many as it counts for.

        By the symmetric root, which gives each future the normal of its own place: normals that are
        correlated between two arms then make effects that are. The axes of other roots are in any
        order and of either sign.
        """
        if not self.parts:
            return np.asarray(self.mean + normals @ self._root)
        ends = np.cumsum([count for _, count in self.parts])
        cuts = np.round(ends[:-1] / ends[-1] * len(normals)).astype(int)
        blocks = np.split(normals, cuts)
        return np.concatenate(
            [one.draws(block) for (one, _), block in zip(self.parts, blocks, strict=True)]
        )

    @cached_property
    def _root(self) -> Floats:
        """The symmetric root of the covariance."""
        values, vectors = np.linalg.eigh(self.covariance)
        return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
