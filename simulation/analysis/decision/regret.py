"""Regret: what an arm costs in a future, against the arm that would have been best there.

    regret_fa = max_b v_fb − v_fa

(Savage 1951.) It is taken from joint draws of the true effects of all arms: the regret of noisy
means is too high, because the best of several noisy numbers is too high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.shares import normals
from simulation.arrays import Floats

HIGH = 0.9
DRAWS = 1000


@dataclass(frozen=True)
class Regret:
    """What choosing an arm may cost, over futures: averages over draws.

    Attributes:
        mean: over futures.
        high: its 90th percentile.
        greatest: in the worst future.
        best: share of futures in which no other arm is better.
        satisficing: share of futures in which it costs at most the margin.
    """

    mean: float
    high: float
    greatest: float
    best: float
    satisficing: float


def regrets(values: Floats, margin: float = 0.0) -> list[Regret]:
    """Return the regret of each arm.

    Args:
        values: draws of what each arm is worth, shape ``(n_draws, n_futures, n_arms)``.
        margin: a regret that is accepted.
    """
    regret = values.max(axis=2, keepdims=True) - values
    return [
        Regret(
            mean=float(arm_regret.mean()),
            high=float(np.quantile(arm_regret, HIGH, axis=1).mean()),
            greatest=float(arm_regret.max(axis=1).mean()),
            best=float((arm_regret <= 0.0).mean()),
            satisficing=float((arm_regret <= margin).mean()),
        )
        for arm_regret in np.moveaxis(regret, 2, 0)
    ]


def minimax(arms: Sequence[Regret]) -> int:
    """Return the arm whose greatest regret is least; the first of equals."""
    return int(np.argmin([one.greatest for one in arms]))


def joint_draws(
    posteriors: Sequence[Posterior], correlation: Floats, *, draws: int = DRAWS
) -> Floats:
    """Return joint draws of all arms' effects, ``(n_draws, n_futures, n_arms + 1)``.

    Arms share the base's seeds, so that their noise is correlated; what is left unknown of their
    effects is drawn with that correlation. The first arm is the base, whose effect is 0.

    Args:
        posteriors: one an arm, at the same futures.
        correlation: of the arms' differences from seed to seed, shape ``(n_arms, n_arms)``.
        draws: how many.
    """
    n, arms = len(posteriors[0].mean), len(posteriors)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    alone = np.stack([normals(n, draws=draws, seed=1 + arm) for arm in range(arms)], axis=2)
    together = alone @ root.T
    effects = [one.draws(together[:, :, arm]) for arm, one in enumerate(posteriors)]
    return np.stack([np.zeros((draws, n)), *effects], axis=2)


def seed_correlation(differences: Floats) -> Floats:
    """Return the correlation of arms' differences over seeds, pooled over futures.

    Args:
        differences: shape ``(n_futures, n_replicates, n_arms)``; NaN where a run is missing.
    """
    arms = differences.shape[2]
    if differences.shape[1] < 2:
        return np.eye(arms)
    left = differences - np.nanmean(differences, axis=1, keepdims=True)
    flat = left.reshape(-1, arms)
    flat = flat[np.isfinite(flat).all(axis=1)]
    spread = np.sqrt((flat**2).sum(axis=0))
    if not len(flat) or (spread == 0.0).any():
        return np.eye(arms)
    return np.asarray((flat.T @ flat) / np.outer(spread, spread))
