"""Where settings lie in the unit cube: the inverse of how an experiment draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.points import Varied
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


def columns(factor: Varied) -> tuple[str, ...]:
    """Return the columns of a factor that place it: of a mixture all but the last part."""
    return factor.columns[:-1] if factor.is_mixture else factor.columns


def places(factors: Sequence[Varied], settings: pd.DataFrame) -> Floats:
    """Return the places of some settings, shape ``(n, width)``.

    Args:
        factors: what is uncertain.
        settings: a row each, with the columns of all factors.
    """
    return np.column_stack([
        _place(factor, settings[list(factor.columns)].to_numpy()) for factor in factors
    ])  # fmt: skip


def present_place(factors: Sequence[Varied]) -> Floats:
    """Return the place of the scenario's own settings, ``(width,)``; the middle if it has none."""
    result: list[float] = []
    for factor in factors:
        present: Mapping[str, Any] = factor.present or {}
        if all(name in present for name in factor.columns):
            row = np.array([[present[name] for name in factor.columns]], dtype=object)
            result += _place(factor, row)[0].tolist()
        else:
            result += [0.5] * len(columns(factor))
    return np.array(result)


def _place(factor: Varied, values: np.typing.NDArray[Any]) -> Floats:
    """Return the places of values, shape ``(n, n_columns)`` to ``(n, width)``."""
    if factor.kind == "interval":
        number, low, high = values.astype(np.float64), factor.low, factor.high
        if factor.log:
            number, low, high = np.log(number), np.log(low), np.log(high)
        return np.clip((number - low) / (high - low), 0.0, 1.0)
    if factor.is_mixture:
        return _broken_off(values.astype(np.float64) / factor.total)
    known = [str(value) for value in factor.values]
    spots = [
        (known.index(str(value)) + 0.5) / len(known) if str(value) in known else 0.5
        for value in values[:, 0]
    ]
    return np.array(spots)[:, None]


def _broken_off(shares: Floats) -> Floats:
    """Return the uniform numbers from which a division was drawn (see ``Mixture.at``)."""
    n = shares.shape[1]
    rest = np.ones(len(shares))
    result = np.empty((len(shares), n - 1))
    for part in range(n - 1):
        share = np.where(rest > 1e-12, shares[:, part] / np.maximum(rest, 1e-12), 0.0)
        result[:, part] = 1.0 - (1.0 - np.clip(share, 0.0, 1.0)) ** (n - part - 1)
        rest = rest - shares[:, part]
    return result


def value_at(factor: Varied, place: float) -> Any:
    """Return what a place of a factor of one column stands for: a number, or a word."""
    if factor.kind == "interval":
        if factor.log:
            return float(np.exp(np.log(factor.low) + place * np.log(factor.high / factor.low)))
        return factor.low + place * (factor.high - factor.low)
    if factor.is_mixture:
        return place
    return factor.values[min(int(place * len(factor.values)), len(factor.values) - 1)]
