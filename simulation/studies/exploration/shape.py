"""What an emulator's shape says: indices, the tornado, the map, the radius."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from simulation.analysis.decision.emulator import Emulator
from simulation.analysis.decision.indices import sobol_indices
from simulation.analysis.decision.radius import radius
from simulation.analysis.decision.shape import plane, swing
from simulation.arrays import Floats


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
    indices = sobol_indices(emulator.surface)
    order = sorted(range(p), key=lambda at: -indices[at].total)
    reach = radius(mean, present, margin)
    return {
        "indices": [asdict(indices[at]) for at in order],
        "swings": [swing(mean, at, p) for at in order],
        "map": plane(mean, (order[0], order[1]), p) if p > 1 else None,
        "radius": {"value": reach.value, "worst": reach.worst.tolist(), "effect": reach.effect},
    }
