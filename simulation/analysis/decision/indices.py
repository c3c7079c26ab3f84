"""Sobol indices of a contrast: which assumptions make the difference differ.

    S_j = Var(E[d | x_j]) / Var d,  T_j = E[Var(d | all but x_j)] / Var d

(Saltelli et al. 2010; T by Jansen's estimator), from an emulator that costs nothing to ask. What it
does not know of the difference between its futures is in the intervals: they are of the indices of
surfaces drawn from its posterior. Its lengths, amplitude and lack of fit are taken as known, as
they are in all its intervals, so that these cover somewhat less than 95 %: with 128 noisy futures
of a known function of four assumptions, .94 of the shares alone and .89 of the totals (by the
quadratic, .97 and .84). Every surface drawn moves a little with every assumption, so that the
interval of a total begins above 0 also where an assumption does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Surface
from simulation.analysis.decision.extra import extra
from simulation.analysis.decision.posterior import Posterior
from simulation.arrays import Floats

POINTS = 2048
MOST_DRAWN = 1024
"""Points at which surfaces are drawn: the root of a matrix of that size takes half a second."""
DRAWS = 200


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
    surface: Surface, *, points: int = POINTS, most_drawn: int = MOST_DRAWN, seed: int = 1
) -> list[Index]:
    """Return the indices of each assumption, uniform in the unit cube, of an emulator.

    The indices are those of its mean. Intervals are the middle 95 % of the indices of surfaces
    drawn at few points, each corrected by how far the mean's indices at these points are from
    those at all: what few points get wrong is much the same for all surfaces.

    Args:
        surface: mean and covariance of the difference.
        points: base points for the mean, a power of two; (p + 2) times as many are asked.
        most_drawn: points at which surfaces are drawn, at most.
        seed: of the points and draws.
    """
    p = surface.sample.x.shape[1]
    whole = indices_of(surface.mean, p, points=points, seed=seed)
    few = 2 ** int(np.log2(max(most_drawn // (p + 2), 2)))
    places = _places(p, few, seed)
    drawn = np.stack([_estimates(one, p) for one in _drawn(surface, places, seed)])
    drawn += whole - _estimates(surface.mean(places), p)
    ends = np.clip(np.quantile(drawn, [0.025, 0.975], axis=0), 0.0, 1.0)
    low, high = np.minimum(ends[0], whole), np.maximum(ends[1], whole)
    return [
        Index(j, *(float(one[kind, j]) for kind in (0, 1) for one in (whole, low, high)))
        for j in range(p)
    ]


def indices_of(
    mean: Callable[[Floats], Floats], n_assumptions: int, *, points: int = POINTS, seed: int = 1
) -> Floats:
    """Return the indices of a function, alone and total, shape ``(2, p)``.

    Args:
        mean: the difference at some points, shape ``(n, p)`` to ``(n,)``.
        n_assumptions: p.
        points: base points, a power of two; (p + 2) times as many are asked.
        seed: of the points.
    """
    places = _places(n_assumptions, points, seed)
    blocks = np.split(places, n_assumptions + 2)  # all at once would take a gigabyte
    return _estimates(np.concatenate([mean(block) for block in blocks]), n_assumptions)


def _places(p: int, points: int, seed: int) -> Floats:
    """Return Saltelli's points: A, B, and A with each column from B, ``((p + 2) points, p)``."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * p, rng=seed).random(points)
    a, b = both[:, :p], both[:, p:]
    return np.vstack([a, b, *(np.where(np.arange(p) == column, b, a) for column in range(p))])


def _drawn(surface: Surface, places: Floats, seed: int) -> Floats:
    """Return surfaces that the futures allow, at some places, ``(DRAWS, n_places)``."""
    normals = np.random.default_rng(seed).standard_normal((DRAWS, len(places)))
    # One thread: the roots of several arms are taken beside the processes that do the runs.
    with extra("threadpoolctl").threadpool_limits(1):
        covariance = surface.covariance(places)
        symmetric = (covariance + covariance.T) / 2.0
        return Posterior(surface.mean(places), symmetric).draws(normals)


def _estimates(values: Floats, p: int) -> Floats:
    """Return the indices, alone and total, ``(2, p)``, from the values at Saltelli's points."""
    a, b, *crossed = np.split(values, p + 2)
    centre = (a.mean() + b.mean()) / 2.0
    ab = np.stack(crossed, axis=1)
    variance = float(np.var(np.concatenate([a, b]))) or 1.0
    alone = ((b - centre)[:, None] * (ab - a[:, None])).mean(axis=0) / variance
    total = ((a[:, None] - ab) ** 2).mean(axis=0) / 2.0 / variance
    return np.stack([alone, total])
