"""One summary a parameter: what a regression on the features expects the parameter to be.

    s_j(y) = E[θ_j | y], by ridge regression on features and their squares

(Fearnhead & Prangle 2012, J. Royal Statistical Society B 74:419, "semi-automatic" summaries.) The
penalty is that of least generalised cross-validation (Golub, Heath & Wahba 1979). Runs that the
regression was fitted to get their summaries from other folds, so that they are what they would be
for data.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats

PENALTIES = np.logspace(-2, 6, 25)
FOLDS = 5
WIDEST = 5.0
"""Standard deviations beyond which a feature counts as that far."""


@dataclass(frozen=True)
class Ridge:
    """A ridge regression of several targets on features, and on their squares if so said."""

    centre: Floats
    spread: Floats
    offset: Floats
    weights: Floats
    squares: bool = True

    def __call__(self, features: Floats) -> Floats:
        """Return the expected targets, shape ``(n, n_targets)``."""
        return np.asarray(self.offset + self._terms(features) @ self.weights)

    def _terms(self, features: Floats) -> Floats:
        return _terms(features, self.centre, self.spread, squares=self.squares)


def fit_ridge(features: Floats, targets: Floats, *, squares: bool = True) -> Ridge:
    """Return a regression of targets ``(n, t)`` on features ``(n, f)``, each target penalised."""
    centre, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 1e-9, spread, np.inf)
    terms = _terms(features, centre, spread, squares=squares)
    middle = terms.mean(axis=0)
    u, d, vt = np.linalg.svd(terms - middle, full_matrices=False)
    offset = targets.mean(axis=0)
    rotated = u.T @ (targets - offset)
    weights = np.column_stack(
        [vt.T @ (d / (d**2 + best) * rotated[:, at]) for at in range(targets.shape[1])
         for best in (_penalty(d, rotated[:, at], targets[:, at] - offset[at]),)]
    )  # fmt: skip
    return Ridge(centre, spread, offset - middle @ weights, weights, squares)


def _terms(features: Floats, centre: Floats, spread: Floats, *, squares: bool) -> Floats:
    z = np.clip((features - centre) / spread, -WIDEST, WIDEST)
    return np.hstack([z, z**2]) if squares else z


def cubic_terms(theta: Floats) -> Floats:
    """Return all products of up to three parameters, each about zero, ``(n, n_terms)``."""
    z = 2.0 * theta - 1.0
    chosen = [places for degree in (1, 2, 3)
              for places in combinations_with_replacement(range(z.shape[1]), degree)]  # fmt: skip
    return np.column_stack([z[:, places].prod(axis=1) for places in map(list, chosen)])


def _penalty(d: Floats, rotated: Floats, target: Floats) -> float:
    n, total = len(target), float(target @ target)
    scores = []
    for penalty in PENALTIES:
        shrink = d**2 / (d**2 + penalty)
        left = total - float(((2 * shrink - shrink**2) * rotated**2).sum())
        scores.append(
            left / (n - 1.0 - float(shrink.sum())) ** 2 if shrink.sum() < n - 2 else np.inf
        )
    return float(PENALTIES[int(np.argmin(scores))])


def folds_of(n: int, seed: int = 1) -> NDArray[np.intp]:
    """Return the fold of each run, drawn at random with a fixed seed."""
    return np.asarray(np.random.default_rng(seed).permutation(n) % FOLDS, dtype=np.intp)


def cross_fitted(features: Floats, targets: Floats) -> Floats:
    """Return what regressions that have not seen a run expect of it, shape of the targets."""
    fold, predicted = folds_of(len(features)), np.empty_like(targets)
    for one in range(FOLDS):
        out = fold == one
        predicted[out] = fit_ridge(features[~out], targets[~out])(features[out])
    return predicted


def explained(predicted: Floats, targets: Floats) -> Floats:
    """Return the out-of-sample R² of each target, shape ``(n_targets,)``; 0 where none varies."""
    left = ((targets - predicted) ** 2).sum(axis=0)
    total = ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.where(total > 1e-12, 1.0 - left / np.maximum(total, 1e-12), 0.0))
