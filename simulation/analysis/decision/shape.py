"""What an emulator's mean looks like: along one assumption, and over the plane of two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulation.arrays import Floats

GRID = 21
"""Places along each side of a map."""
AVERAGED = 256
"""Points over which the other assumptions are averaged."""
ENDS = (0.05, 0.95)

Mean = Callable[[Floats], Floats]


def swing(mean: Mean, at: int, p: int) -> dict[str, Any]:
    """Return the mean effect with an assumption near either end, over all others.

    Args:
        mean: of points of the unit cube, ``(n, p)`` to ``(n,)``.
        at: the assumption.
        p: how many there are.
    """
    ends = []
    for place in ENDS:
        points = _others(p)
        points[:, at] = place
        ends.append(float(mean(points).mean()))
    return {"assumption": at, "low": ends[0], "high": ends[1]}


def plane(mean: Mean, pair: Sequence[int], p: int) -> dict[str, Any]:
    """Return the mean effect over a grid of two assumptions, over all others."""
    grid = np.linspace(0.0, 1.0, GRID)
    rows = []
    for down in grid:
        row = []
        for across in grid:
            points = _others(p)
            points[:, pair[0]], points[:, pair[1]] = across, down
            row.append(float(mean(points).mean()))
        rows.append(row)
    return {"assumptions": list(pair), "places": grid.tolist(), "mean": rows}


def _others(p: int) -> Floats:
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(p, rng=5).random(AVERAGED))
