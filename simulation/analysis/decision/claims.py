"""A claim over futures: one effect or several that all have to hold, judged together.

A claim may be that one arm beats several rivals, or creates more without anybody losing. In a
future it *holds* if every effect does, *fails* if one of them does, and makes no difference
otherwise. Joint draws of all effects say how often; taking the least of noisy means would make a
claim look worse than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.decision.by_shares import LEAST_LOW, LEAST_TO_DECIDE, SUPPORTED
from simulation.analysis.decision.shares import Shares, share_of
from simulation.arrays import Bools, Floats


@dataclass(frozen=True)
class Judgement:
    """In which futures a claim holds and fails, by draw: both of shape ``(n_draws, n_futures)``."""

    holds: Bools
    fails: Bools

    @property
    def chance(self) -> Floats:
        """The chance that it holds in each future, ``(n_futures,)``."""
        return np.asarray(self.holds.mean(axis=0))

    @property
    def chance_of_failing(self) -> Floats:
        """The chance that it fails in each future, ``(n_futures,)``."""
        return np.asarray(self.fails.mean(axis=0))

    def shares(self, weights: Floats | None = None) -> Shares:
        """Return the shares of futures in which it holds, makes no difference, and fails."""
        weight = np.ones(self.holds.shape[1]) if weights is None else weights
        same = ~(self.holds | self.fails)
        better, alike, worse = (
            share_of(event.mean(axis=0), event, weight) for event in (self.holds, same, self.fails)
        )  # fmt: skip
        return Shares(better, alike, worse)


def judged_together(
    draws: Floats, margins: Sequence[float], not_less: Sequence[bool] = ()
) -> Judgement:
    """Return where a claim holds, given joint draws of its effects.

    Args:
        draws: of the effects, shape ``(n_draws, n_futures, n_effects)``.
        margins: of each effect, in its unit.
        not_less: effects that only must not be below −margin; the others must exceed the margin.
    """
    bounds = np.asarray(margins)
    loose = np.asarray(not_less, dtype=bool) if len(not_less) else np.zeros(len(bounds), dtype=bool)
    holds = np.where(loose, draws >= -bounds, draws > bounds).all(axis=2)
    return Judgement(holds, (draws < -bounds).any(axis=2))


def false_supported(n: int, true: float = LEAST_LOW) -> float:
    """Return the chance that n futures support a claim whose true share is ``true``.

    From the sampling of futures alone, each of them known: the claim holds in k of n futures with
    k ~ Binomial(n, true), and passes if k/n ≥ .9 and the interval's lower end is ≥ .8.
    """
    from scipy.stats import beta, binom

    if n < LEAST_TO_DECIDE:
        return 0.0
    k = np.arange(n + 1)
    passes = (k / n >= SUPPORTED) & (beta.ppf(0.025, k + 0.5, n - k + 0.5) >= LEAST_LOW)
    return float(binom.pmf(k, n, true)[passes].sum())


@dataclass(frozen=True)
class Power:
    """What a pilot says that the whole needs.

    Attributes:
        futures: of the pilot.
        seed_sd: standard deviation of a paired effect from seed to seed.
        true_sd: standard deviation of the true effect from future to future.
        seeds_needed: seeds a future at which its effect is known to half the margin.
    """

    futures: int
    seed_sd: float
    true_sd: float
    seeds_needed: int


def power_of(differences: Floats, margin: float) -> Power:
    """Return what a pilot of a question's own contrast says that the whole needs.

    Args:
        differences: paired effects in the pilot's futures, ``(n_futures, n_replicates)``.
        margin: what counts as a difference.
    """
    n = np.isfinite(differences).sum(axis=1)
    known = differences[n > 0]
    means = np.nanmean(known, axis=1)
    freedom = int(np.maximum(n - 1, 0).sum())
    squares = float(np.nansum((known - means[:, None]) ** 2))
    seed_sd = float(np.sqrt(squares / freedom)) if freedom else 0.0
    noise = seed_sd**2 * float((1.0 / n[n > 0]).mean())
    true_sd = float(np.sqrt(max(float(np.var(means)) - noise, 0.0)))
    seeds = int(np.ceil((2.0 * seed_sd / margin) ** 2)) if margin > 0.0 else 1
    return Power(len(known), seed_sd, true_sd, max(seeds, 1))
