"""Sobol indices of a contrast: which assumptions make the difference differ.

    S_j = Var(E[d | x_j]) / Var d,  T_j = E[Var(d | all but x_j)] / Var d

(Saltelli et al. 2010; T by Jansen's estimator), from an emulator that costs nothing to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Floats

POINTS = 2048
BOOTSTRAPS = 200


@dataclass(frozen=True)
class Index:
    """What one assumption carries alone and with all its interactions, with 95 % intervals."""

    assumption: int
    alone: float
    alone_low: float
    alone_high: float
    total: float
    total_low: float
    total_high: float


def sobol_indices(
    mean: Callable[[Floats], Floats], n_assumptions: int, *, points: int = POINTS, seed: int = 1
) -> list[Index]:
    """Return the indices of each assumption, uniform in the unit cube.

    Args:
        mean: the difference at some points, shape ``(n, p)`` to ``(n,)``.
        n_assumptions: p.
        points: base points, a power of two; (p + 2) times as many are asked.
        seed: of the points and of the bootstrap over them.
    """
    from scipy.stats import qmc

    p = n_assumptions
    both = qmc.Sobol(2 * p, rng=seed).random(points)
    a, b = both[:, :p], both[:, p:]
    at_a, at_b = mean(a), mean(b)
    centre = (at_a.mean() + at_b.mean()) / 2.0
    crossed = []
    for column in range(p):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        crossed.append(mean(mixed))
    ab = np.stack(crossed, axis=1)
    picks = np.random.default_rng(seed).integers(0, points, (BOOTSTRAPS, points))
    alone, total = _estimates(at_a - centre, at_b - centre, ab - centre)
    drawn = [_estimates(at_a[k] - centre, at_b[k] - centre, ab[k] - centre) for k in picks]
    first = np.quantile([one[0] for one in drawn], [0.025, 0.975], axis=0)
    last = np.quantile([one[1] for one in drawn], [0.025, 0.975], axis=0)
    return [
        Index(j, float(alone[j]), float(first[0, j]), float(first[1, j]),
              float(total[j]), float(last[0, j]), float(last[1, j]))
        for j in range(p)
    ]  # fmt: skip


def _estimates(a: Floats, b: Floats, ab: Floats) -> tuple[Floats, Floats]:
    variance = float(np.var(np.concatenate([a, b]))) or 1.0
    alone = (b[:, None] * (ab - a[:, None])).mean(axis=0) / variance
    total = ((a[:, None] - ab) ** 2).mean(axis=0) / 2.0 / variance
    return alone, total
