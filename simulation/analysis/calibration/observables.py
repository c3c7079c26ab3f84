"""Which series tell nothing, and which would tell what the data do not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import LEAST_R2, RunDesign
from simulation.analysis.calibration.summaries import cross_fitted, cubic_terms, explained
from simulation.analysis.threads import by_one_thread
from simulation.arrays import Floats

MOST_TRIED = 6
"""Further series that are tried in full: those that explain most of what is left."""
LEAST_GAIN = 0.2
"""Share of what is unexplained of a parameter that a further series must explain to be named."""


@by_one_thread
def useless(design: RunDesign, features: Features) -> list[str]:
    """Return the series that no parameter moves: none explains 5 % of any of their features."""
    r2 = explained(cross_fitted(cubic_terms(design.theta), design.features), design.features)
    return [name for at, name in enumerate(features.names)
            if not np.nanmax(r2[features.series == at]) >= LEAST_R2]  # fmt: skip


@by_one_thread
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
    left = (target - cross_fitted(design.features, target))[:, 0]
    promising = sorted(candidates, key=lambda name: -_of_the_rest(candidates[name], left))
    best: tuple[str, float] | None = None
    for name in promising[:MOST_TRIED]:
        more = candidates[name]
        both = np.hstack([design.features, more])
        explained_share = float(explained(cross_fitted(both, target), target)[0])
        gained = explained_share - max(r2, 0.0)
        if gained >= LEAST_GAIN * (1.0 - max(r2, 0.0)) and (
            best is None or explained_share > best[1]
        ):
            best = (name, explained_share)
    return best


def _of_the_rest(more: Floats, left: Floats) -> float:
    """Return the share of what is left of a parameter that features explain, squares included."""
    spread = more.std(axis=0)
    z = (more - more.mean(axis=0)) / np.where(spread > LEAST_SPREAD, spread, np.inf)
    terms = np.hstack([z, z**2])
    terms = terms - terms.mean(axis=0)
    centred = left - left.mean()
    gram = terms.T @ terms + len(left) * 1e-3 * np.eye(terms.shape[1])
    slopes = np.linalg.solve(gram, terms.T @ centred)
    return float((terms @ slopes) @ centred / max(float(centred @ centred), LEAST_SPREAD))


LEAST_SPREAD = 1e-12
