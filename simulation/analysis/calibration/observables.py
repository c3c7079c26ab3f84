"""Which series tell nothing, and which would tell what the data do not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import LEAST_R2, RunDesign
from simulation.analysis.calibration.summaries import cross_fitted, cubic_terms, explained

Floats = NDArray[np.float64]

LEAST_GAIN = 0.2
"""Share of what is unexplained of a parameter that a further series must explain to be named."""


def useless(design: RunDesign, features: Features) -> list[str]:
    """Return the series that no parameter moves: none explains 5 % of any of their features."""
    r2 = explained(cross_fitted(cubic_terms(design.theta), design.features), design.features)
    return [name for at, name in enumerate(features.names)
            if not np.nanmax(r2[features.series == at]) >= LEAST_R2]  # fmt: skip


def would_tell(
    design: RunDesign, candidates: Mapping[str, Floats], parameter: int, r2: float
) -> tuple[str, float] | None:
    """Return the further series that would tell most of a parameter, and R² with it.

    Args:
        design: the runs, with the features of what was observed.
        candidates: features of series that were not observed, by name, shape ``(n, f)`` each.
        parameter: its place.
        r2: what is explained of it without them.

    Returns:
        None where no series explains a fifth of what is unexplained.
    """
    target = design.theta[:, [parameter]]
    best: tuple[str, float] | None = None
    for name, more in candidates.items():
        both = np.hstack([design.features, more])
        explained_share = float(explained(cross_fitted(both, target), target)[0])
        gained = explained_share - max(r2, 0.0)
        if gained >= LEAST_GAIN * (1.0 - max(r2, 0.0)) and (
            best is None or explained_share > best[1]
        ):
            best = (name, explained_share)
    return best
