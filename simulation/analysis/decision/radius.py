"""The radius: how far the assumptions may move from the scenario before an effect is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.arrays import Floats

POINTS = 2048
STEPS = 40


@dataclass(frozen=True)
class Radius:
    """How far, and where it ends.

    Attributes:
        value: the greatest share λ of the ranges, shrunk around the scenario, within which the
            effect stays above the margin everywhere; 1 where it does in all of them.
        worst: the point with the least effect just beyond (in all of the ranges where λ is 1),
            shape ``(n_assumptions,)``.
        effect: the emulator's mean there.
    """

    value: float
    worst: Floats
    effect: float


def radius(mean: Callable[[Floats], Floats], at: Floats, margin: float, *, seed: int = 1) -> Radius:
    """Return the radius of an effect around the scenario.

    Args:
        mean: the emulator's mean.
        at: the scenario's place in the unit cube, shape ``(n_assumptions,)``.
        margin: what the effect has to exceed.
        seed: of the Sobol points by which boxes are searched; corners are searched too.
    """
    from scipy.stats import qmc

    n = len(at)
    inner = qmc.Sobol(n, rng=seed).random(POINTS)
    corners = np.round(qmc.Sobol(n, rng=seed + 1).random(POINTS // 2))
    cube = np.vstack([inner, corners])
    value, worst, effect = 0.0, at, float(mean(at[None, :])[0])
    for step in range(STEPS + 1):
        share = step / STEPS
        points = at + share * (cube - at)
        centre = mean(points)
        least = int(np.argmin(centre))
        worst, effect = points[least], float(centre[least])
        if effect <= margin:
            return Radius(value, worst, effect)
        value = share
    return Radius(value, worst, effect)
