"""The share of futures in which an arm is better, practically the same, or worse.

    p_f = P(δ_f > margin),  share = mean of p_f

Neither the share of signs of d̄ (pulled towards one half by noise) nor that of the emulator's mean
(pulled towards 0 or 1) is this share. It is a share of the stated ranges, not a probability.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from simulation.analysis.decision.posterior import Posterior
from simulation.arrays import Floats

DRAWS = 4000
LEAST_EFFECTIVE = 30.0
"""Futures that a weighted share must rest on to be shown."""
OUTERMOST = 0.02
"""Part of a range at either end in which weights that favour the ends are level."""
UNSURE = (0.1, 0.9)
"""A future with p_f in between cannot tell."""


@dataclass(frozen=True)
class FutureShare:
    """A share of futures with its 95 % interval, and the number of futures it rests on."""

    value: float
    low: float
    high: float
    n: float

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True)
class Shares:
    """In which share of futures an arm is better, practically the same, and worse."""

    better: FutureShare
    same: FutureShare
    worse: FutureShare


def p_better(posterior: Posterior, margin: float) -> Floats:
    """Return P(δ_f > margin) in each future, shape ``(n,)``."""
    return posterior.above(margin)


def p_worse(posterior: Posterior, margin: float) -> Floats:
    """Return P(δ_f < −margin) in each future, shape ``(n,)``."""
    return posterior.turned().above(margin)


def p_same(posterior: Posterior, margin: float) -> Floats:
    """Return P(|δ_f| ≤ margin) in each future, shape ``(n,)``."""
    both = p_better(posterior, margin) + p_worse(posterior, margin)
    return np.clip(1.0 - both, 0.0, 1.0)


def unsure(posterior: Posterior, margin: float) -> int:
    """Return in how many futures the runs cannot tell whether the arm is better."""
    p = p_better(posterior, margin)
    return int(((p > UNSURE[0]) & (p < UNSURE[1])).sum())


def normals(n: int, *, draws: int = DRAWS, seed: int = 1) -> Floats:
    """Return standard normal numbers, shape ``(draws, n)``."""
    return np.random.default_rng(seed).standard_normal((draws, n))


def shares_of(
    posterior: Posterior, margin: float, draws: Floats, weights: Floats | None = None
) -> Shares:
    """Return the shares of futures with intervals.

    For each draw δᵇ with kᵇ futures above the margin a share is drawn from
    Beta(kᵇ + ½, F − kᵇ + ½), which adds that the futures are a sample.

    Args:
        posterior: the true effects.
        margin: in the unit of the effect.
        draws: of the effects, shape ``(n_draws, n_futures)``.
        weights: of the futures, if they do not count alike; the share then rests on
            (Σ w)²/Σ w² futures.
    """
    weight = np.ones(len(posterior.mean)) if weights is None else weights
    events = (draws > margin, np.abs(draws) <= margin, draws < -margin)
    chances = (p_better(posterior, margin), p_same(posterior, margin), p_worse(posterior, margin))
    better, same, worse = (
        share_of(chance, event, weight) for chance, event in zip(chances, events, strict=True)
    )
    return Shares(better, same, worse)


def share_of(chance: Floats, event: np.typing.NDArray[np.bool_], weight: Floats) -> FutureShare:
    """Return a share with the interval that draws of effects and the sample of futures give.

    Args:
        chance: of the event in each future, shape ``(n_futures,)``.
        event: whether it happens, by draw, shape ``(n_draws, n_futures)``.
        weight: of the futures, shape ``(n_futures,)``.
    """
    n = effective_number(weight)
    part = weight / weight.sum()
    hits = np.clip(event @ part, 0.0, 1.0) * n
    drawn = np.random.default_rng(2).beta(hits + 0.5, n - hits + 0.5)
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = float(chance @ part)
    return FutureShare(value, min(float(low), value), max(float(high), value), n)


def shares_data(shares: Shares) -> dict[str, Any]:
    """Return shares as plain data."""
    return {name: asdict(getattr(shares, name)) for name in ("better", "same", "worse")}


def effective_number(weights: Floats) -> float:
    """Return (Σ w)²/Σ w²: how many futures of equal weight know as much (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def centre_weights(x: Floats) -> Floats:
    """Return weights that favour the middle of each range: the density of Beta(2, 2)."""
    return np.asarray(np.prod(6.0 * x * (1.0 - x), axis=1))


def edge_weights(x: Floats) -> Floats:
    """Return weights that favour the ends of each range: the density of Beta(½, ½).

    Level in the outer fiftieths of a range: a future that happens to be closer to an end would
    else count for more than all others together.
    """
    inner = np.clip(x, OUTERMOST, 1.0 - OUTERMOST)
    return np.asarray(np.prod(1.0 / (np.pi * np.sqrt(inner * (1.0 - inner))), axis=1))


MEASURES = {"centre": centre_weights, "edge": edge_weights}
"""The measures beside the uniform one."""


def enough(weights: Floats) -> bool:
    """Whether a share with these weights rests on enough futures to be shown."""
    return effective_number(weights) >= LEAST_EFFECTIVE
