"""Made-up questions as they are asked: 166 assumptions, few of them spoken of, hardly any seeds.

The steps of a question on arrays: assumptions screened, emulators of those that pass, one seed in
three quarters of the futures and two in the others, several effects judged together. No assumption
does anything, so that everything screened is chance.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from simulation.analysis.decision.by_shares import Evidence, ShareVerdict, judge
from simulation.analysis.decision.claims import judged_together
from simulation.analysis.decision.emulator import Kind, Sample, fit, sample_of
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.regret import joint_draws, seed_correlation
from simulation.analysis.decision.screening import carrying, spoken_of
from simulation.analysis.decision.shares import (
    FutureShare,
    edge_weights,
    enough,
    normals,
    shares_of,
)

Floats = NDArray[np.float64]

ASSUMPTIONS = 166
MARGIN = 1.0
TRUE = 0.88
"""Share of all futures in which the effect of ``screened`` exceeds the margin."""
LACK = 0.8
"""Standard deviation of that effect over futures, which no assumption explains."""
NOISE = 1.5
"""Of that effect, from seed to seed."""
EFFECTS = 6
LOUD = 5.0
"""Standard deviation from seed to seed of effects that are 0 in every future."""
DRAWS = 1000
LEADING = 3


def differences_of(true: Floats, noise: float, rng: np.random.Generator) -> Floats:
    """Return differences ``(n, 2)`` with a second seed in the first quarter of the futures only."""
    differences = true[:, None] + rng.normal(0.0, noise, (len(true), 2))
    differences[len(true) // 4 :, 1] = np.nan
    return differences


def known_of(sample: Sample) -> Posterior:
    """Return what a question knows of an effect: a quadratic in the assumptions that pass."""
    return fit(sample.of(list(carrying(sample))), Kind.QUADRATIC).posterior()


def screened(n: int, seed: int) -> FutureShare:
    """Return the share of futures with an effect that is true in .88 of them, by chance alone."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, ASSUMPTIONS))
    true = rng.normal(MARGIN + LACK * norm.ppf(TRUE), LACK, n)
    posterior = known_of(sample_of(x, differences_of(true, NOISE, rng)))
    return shares_of(posterior, MARGIN, posterior.draws(normals(n, draws=DRAWS))).better


def screened_covers(n: int, repetitions: int) -> dict[str, float]:
    """Return how often the interval holds the true share, and the mean share and half-width."""
    shares = [screened(n, seed) for seed in range(repetitions)]
    return {
        "covers": float(np.mean([one.low <= TRUE <= one.high for one in shares])),
        "share": float(np.mean([one.value for one in shares])),
        "half-width": float(np.mean([one.half_width for one in shares])),
    }


def six_nulls(n: int, seed: int) -> ShareVerdict:
    """Return the verdict on a claim that nobody loses, of six effects that are all exactly 0."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, ASSUMPTIONS))
    differences = [differences_of(np.zeros(n), LOUD, rng) for _ in range(EFFECTS)]
    samples = [sample_of(x, one) for one in differences]
    correlation = seed_correlation(np.stack(differences, axis=2))
    draws = joint_draws([known_of(one) for one in samples], correlation, draws=DRAWS)[:, :, 1:]
    judgement = judged_together(draws, [MARGIN] * EFFECTS, [True] * EFFECTS)
    weights = edge_weights(x[:, spoken_of(samples[0])[:LEADING]])
    edge = judgement.shares(weights) if enough(weights) else None
    error = max(float(np.sqrt(one.noise.mean())) for one in samples)
    return judge(Evidence(judgement.shares(), edge, n, error, MARGIN)).verdict


def six_nulls_verdicts(n: int, repetitions: int) -> Counter[ShareVerdict]:
    """Return how often each verdict is given on six effects that are all exactly 0."""
    return Counter(six_nulls(n, seed) for seed in range(repetitions))
