"""The few formulas that several actors share."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log


def performance(capability: float) -> float:
    """Return what a capability stock achieves, in [0, 1)."""
    return 1.0 - exp(-capability)


def ces(inputs: Sequence[float], weights: Sequence[float], elasticity: float) -> float:
    """Return the constant-elasticity-of-substitution mean of positive inputs."""
    total = sum(weights)
    shares = [weight / total for weight in weights]
    if elasticity == 1.0:  # Cobb-Douglas
        return exp(sum(a * log(x) for a, x in zip(shares, inputs, strict=True)))
    rho = 1.0 - 1.0 / elasticity
    return sum(a * x**rho for a, x in zip(shares, inputs, strict=True)) ** (1.0 / rho)


def normalised(values: Sequence[float]) -> list[float]:
    """Return values divided by their sum."""
    total = sum(values)
    return [value / total for value in values]


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return sum(values) / len(values)


def less_likely(chance: float, pull: float) -> float:
    """Return a chance whose logit falls by ``pull``."""
    if not 0.0 < chance < 1.0:
        return chance
    logit = log(chance / (1.0 - chance)) - pull
    if logit < 0:
        return exp(logit) / (1.0 + exp(logit))
    return 1.0 / (1.0 + exp(-logit))
