"""What an emulator's shape says: indices, the tornado, the map, the radius."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from simulation.analysis.decision.emulator import Emulator, Floats
from simulation.analysis.decision.indices import sobol_indices
from simulation.analysis.decision.radius import radius

GRID = 21
"""Places along each side of the map."""
AVERAGED = 256


def shape_of(emulator: Emulator, present: Floats, margin: float) -> dict[str, Any]:
    """Return what may be read off the emulator's shape; nothing where it knows too little.

    Args:
        emulator: of an arm's difference.
        present: the place of the scenario's own values, of the kept assumptions.
        margin: what counts as a difference.
    """
    if not emulator.speaks:
        return {"indices": [], "swings": [], "map": None, "radius": None}
    mean, p = emulator.surface.mean, emulator.surface.sample.x.shape[1]
    indices = sobol_indices(mean, p)
    order = sorted(range(p), key=lambda at: -indices[at].total)
    reach = radius(mean, present, margin)
    return {
        "indices": [asdict(indices[at]) for at in order],
        "swings": [_swing(mean, at, p) for at in order],
        "map": _map(mean, (order[0], order[1]), p) if p > 1 else None,
        "radius": {"value": reach.value, "worst": reach.worst.tolist(), "effect": reach.effect},
    }


def _others(p: int) -> Floats:
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(p, rng=5).random(AVERAGED))


def _swing(mean: Any, at: int, p: int) -> dict[str, Any]:
    """Return the mean effect with an assumption near either end, over all others."""
    ends = []
    for place in (0.05, 0.95):
        points = _others(p)
        points[:, at] = place
        ends.append(float(mean(points).mean()))
    return {"assumption": at, "low": ends[0], "high": ends[1]}


def _map(mean: Any, pair: tuple[int, int], p: int) -> dict[str, Any]:
    """Return the mean effect over a grid of the two assumptions that decide most."""
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
