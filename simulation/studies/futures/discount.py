"""What is worth less the later it comes: discounted means of what a run records by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from simulation.simulate import RunResult
    from simulation.store.records import MonthlyTable

PEOPLE = ("customers", "non_customers")
"""Whose surplus is taken together, as people pass from one to the other."""


def discounted_means(series: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return discounted monthly means, a row per run, a column per (metric, of).

        b = Σ_t w_t v_t / Σ_t w_t,  w_t = (1 + rate)^(−t/12)

    Args:
        series: monthly, columns run, month, metric, of, value.
        rate: yearly.
    """
    weight = (1.0 + rate) ** (-series["month"] / 12.0)
    weighed = series.assign(value=series["value"] * weight, weight=weight)
    keys = ["run", "metric", "of"]
    sums = weighed.groupby(keys, observed=True)[["value", "weight"]].sum()
    means: Any = (sums["value"] / sums["weight"]).unstack(["metric", "of"])
    return cast("pd.DataFrame", means)


def means_of(series: MonthlyTable | RunResult, rate: float) -> dict[tuple[str, ...], float]:
    """Return the same of one run, by label."""
    months = np.arange(1, len(series.values) + 1)
    weight = (1.0 + rate) ** (-months / 12.0)
    means = weight @ series.values / weight.sum()
    return dict(zip(series.labels, means.tolist(), strict=True))
