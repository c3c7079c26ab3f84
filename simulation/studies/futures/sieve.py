"""Which futures are plausible: what runs show of published figures, and what sets futures aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from simulation.analysis.market import MEASURES, Market
from simulation.analysis.targets import PREFIX, Target, targets_of
from simulation.store.records import Measure

if TYPE_CHECKING:
    from simulation.simulate import RunResult

LIMIT = 3.0
"""Implausibility above which a future is set aside."""


def market_figures(result: RunResult, market: str) -> dict[str, float]:
    """Return what a run shows of each published figure of a market; NaN where it cannot tell."""
    seen = Market.of_run(result)
    return {
        PREFIX + one.measure: float(MEASURES[one.measure](seen)[0]) for one in targets_of(market)
    }


def figure_measures(market: str) -> dict[str, Measure]:
    """Return unit and meaning of each."""
    return {
        PREFIX + one.measure: Measure(one.unit, f"{one.name}, as the run shows it")
        for one in targets_of(market)
    }


@dataclass(frozen=True)
class Sieve:
    """What sets futures aside: published figures, and how much they vary from seed to seed.

    Attributes:
        targets: those that the scenario itself meets; what it misses is held against no future.
        noise: variance from seed to seed of each of ``targets``.
    """

    targets: tuple[Target, ...]
    noise: tuple[float, ...]

    def implausibility(self, figures: dict[str, float]) -> dict[str, float]:
        """Return how far each figure is from the published range, in standard deviations.

            I = |v − centre| / √((half-width/2)² + seed variance)

        The range is read as two standard deviations to either side. What is not known is 0.
        """
        result = {}
        for target, noise in zip(self.targets, self.noise, strict=True):
            value = figures.get(PREFIX + target.measure, float("nan"))
            spread = (((target.high - target.low) / 4.0) ** 2 + noise) ** 0.5
            distance = abs(value - (target.low + target.high) / 2.0) / spread
            result[target.name] = distance if isfinite(distance) else 0.0
        return result


def sieve_of(market: str, present: Sequence[dict[str, float]]) -> Sieve:
    """Return the sieve, given what the scenario itself shows with several seeds."""
    import numpy as np

    targets, noise = list[Target](), list[float]()
    for target in targets_of(market):
        seen = np.array([figures.get(PREFIX + target.measure, np.nan) for figures in present])
        seen = seen[np.isfinite(seen)]
        variance = float(seen.var(ddof=1)) if len(seen) > 1 else 0.0
        alone = Sieve((target,), (variance,))
        mean = {PREFIX + target.measure: float(seen.mean())} if len(seen) else {}
        if len(seen) and alone.implausibility(mean)[target.name] <= LIMIT:
            targets.append(target)
            noise.append(variance)
    return Sieve(tuple(targets), tuple(noise))
