"""Screening on the contrast: which assumptions emulator and rules may speak of, and which carry.

All assumptions vary throughout; what is not kept stays in the lack of fit, and so in every
interval. An assumption is kept where its rank correlation with the difference, straight or bent
(max of |corr(x)| and |corr((x − ½)²)|), exceeds the 90 % point of the greatest such number over all
assumptions when the differences are dealt out anew; then the first fifteen of a random forest are
added, up to twelve in all.

Maps, slopes and the search for reversals ask all that are kept. What is said of the futures that
were run (``true_effects``) rests on fewer: where twelve of a hundred were chosen with a look at the
differences, a surface of them follows chance, and intervals about it are narrow in the wrong place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.emulator import Kind, Sample, fit
from simulation.analysis.decision.extra import extra
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.memo import by_content
from simulation.arrays import Floats

MOST = 12
BY_FOREST = 15
PERMUTATIONS = 200
LEVEL = 0.9
TREES = 200


@dataclass(frozen=True)
class Screening:
    """What screening found.

    Attributes:
        kept: columns that are spoken of, most related first.
        strength: of each assumption, shape ``(p,)``.
        threshold: what chance alone would show of the strongest.
        passed: how many exceed it.
    """

    kept: tuple[int, ...]
    strength: Floats
    threshold: float
    passed: int


def screen(x: Floats, difference: Floats, *, most: int = MOST, seed: int = 1) -> Screening:
    """Return the assumptions to speak of.

    Args:
        x: futures in the unit cube, shape ``(n, p)``.
        difference: mean difference in each, shape ``(n,)``.
        most: how many are kept.
        seed: of permutations and forest.
    """
    rng = np.random.default_rng(seed)
    looks = np.stack([_ranks(x), _ranks((x - 0.5) ** 2)])
    ranks = _ranks(difference[:, None])[:, 0]
    strength = _strength(looks, ranks[:, None])[:, 0]
    dealt = np.stack([rng.permutation(ranks) for _ in range(PERMUTATIONS)], axis=1)
    threshold = float(np.quantile(_strength(looks, dealt).max(axis=0), LEVEL))
    order = np.argsort(-strength, kind="stable")
    passed = [int(at) for at in order if strength[at] > threshold]
    others = [at for at in _by_forest(x, difference) if at not in passed] if len(
        passed) < most < x.shape[1] else [int(at) for at in order if at not in passed]  # fmt: skip
    return Screening(tuple((passed + others)[:most]), strength, threshold, len(passed))


def spoken_of(sample: Sample) -> list[int]:
    """Return the assumptions that an emulator of a sample speaks of."""
    return list(_screened(sample.x, sample.mean)[0])


def carrying(sample: Sample) -> list[int]:
    """Return the assumptions that carry what is said of true effects.

    All of them where there are no more than are kept anyway; else those that chance does not match.
    """
    if sample.x.shape[1] <= MOST:
        return list(range(sample.x.shape[1]))
    kept, passed = _screened(sample.x, sample.mean)
    return list(kept[:passed])


def true_effects(sample: Sample, kind: Kind = Kind.QUADRATIC) -> Posterior:
    """Return what is known of the true effects in the futures that were run.

    Args:
        sample: with all assumptions.
        kind: of emulator, where any assumption carries; else all is lack of fit.
    """
    columns = carrying(sample)
    return fit(sample.of(columns), kind if columns else Kind.QUADRATIC).posterior()


@by_content
def _screened(x: Floats, difference: Floats) -> tuple[tuple[int, ...], int]:
    """Return what is kept, and how many of these passed."""
    screening = screen(x, difference)
    return screening.kept, min(screening.passed, len(screening.kept))


def _ranks(values: Floats) -> Floats:
    """Return standardised ranks by column; a constant column is 0."""
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=0)
    centred = ranks - ranks.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    return np.asarray(centred / np.where(size > 0.0, size, 1.0))


def _strength(looks: Floats, ranks: Floats) -> Floats:
    """Return the greater of both |correlations|, shape ``(p, n_columns)``."""
    return np.asarray(np.abs(np.einsum("lnp,nm->lpm", looks, ranks)).max(axis=0))


def _by_forest(x: Floats, difference: Floats) -> list[int]:
    ensemble = extra("sklearn.ensemble")
    forest = ensemble.RandomForestRegressor(
        TREES, min_samples_leaf=5, max_features=1 / 3, random_state=1, n_jobs=-1
    )  # threads: while claims are judged no runs are done, and trees do not know of each other
    forest.fit(x, difference)
    return [int(at) for at in np.argsort(-forest.feature_importances_, kind="stable")[:BY_FOREST]]


@dataclass(frozen=True)
class LeftOut:
    """The share of the contrast's variance that assumptions not kept carry together."""

    share: float
    low: float
    high: float
    n: int


def left_out(
    first: Floats, again: Floats, seed_variance: float, total_variance: float, *, seed: int = 1
) -> LeftOut:
    """Return what the assumptions left out carry, by running futures again with those redrawn.

        T = [mean((d − d′)²)/2 − seed variance] / Var d

    (the total index of the group, Jansen 1999, less noise). A pure interaction among them and with
    kept ones is in it; what cannot be seen in so few futures is not.

    Args:
        first: differences in some futures, shape ``(n,)``.
        again: in the same futures with the left-out assumptions redrawn, ``(n,)``.
        seed_variance: of one such difference.
        total_variance: of the true effect over futures, noise taken off.
        seed: of the bootstrap.
    """
    halves = (first - again) ** 2 / 2.0
    picks = np.random.default_rng(seed).integers(0, len(halves), (2000, len(halves)))
    draws = (halves[picks].mean(axis=1) - seed_variance) / total_variance
    low, high = np.quantile(draws, [0.025, 0.975])
    share = (float(halves.mean()) - seed_variance) / total_variance
    return LeftOut(share, float(low), float(high), len(halves))
