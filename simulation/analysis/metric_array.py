"""A metric of a tidy series as an array: owners × runs × months, NaN where there is no value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.memo import LARGE, per_frame

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MetricArray:
    """The values of a metric, by owner, run and month.

    Attributes:
        owners: in their order in the table; the whole is ``""``.
        runs: numbers of the runs, ``(n_runs,)``.
        months: numbers of the months, ``(n_months,)``.
        values: ``(n_owners, n_runs, n_months)``, NaN where there is none.
        stated: whether the table has a row of an owner's month, ``(n_owners, n_months)``.
    """

    owners: tuple[str, ...]
    runs: NDArray[np.int64]
    months: NDArray[np.int64]
    values: NDArray[np.float64]
    stated: NDArray[np.bool_]

    def of(self, owner: str) -> NDArray[np.float64]:
        """Return the values of an owner, ``(n_runs, n_months)``; empty where it has none."""
        if owner not in self.owners:
            return np.zeros((0, len(self.months)))
        values: NDArray[np.float64] = self.values[self.owners.index(owner)]
        return values


def rows_of(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the rows of a metric."""
    if len(series) < LARGE:
        chosen: pd.DataFrame = series[series["metric"] == metric]
        return chosen
    places = _places(series).get(metric, np.zeros(0, dtype=np.intp))
    return series.take(places)


def metric_array(series: pd.DataFrame, metric: str) -> MetricArray:
    """Return the values of a metric as an array."""
    known = _arrays(series)
    if metric not in known:
        known[metric] = _array_of(rows_of(series, metric))
    return known[metric]


@per_frame
def _places(series: pd.DataFrame) -> dict[str, NDArray[np.intp]]:
    """Return where the rows of each metric are."""
    words = series["metric"].astype("category").cat
    codes = words.codes.to_numpy()
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(words.categories) + 1))
    return {str(name): order[ends[at] : ends[at + 1]] for at, name in enumerate(words.categories)}


@per_frame
def _arrays(_: pd.DataFrame) -> dict[str, MetricArray]:
    """Return an empty dictionary: that of a large frame fills as its metrics are asked for."""
    return {}


def _array_of(table: pd.DataFrame) -> MetricArray:
    """Return the rows of one metric as an array."""
    import pandas as pd

    owner, owners = pd.factorize(table["of"])
    runs, run = np.unique(table["run"].to_numpy(), return_inverse=True)
    months, month = np.unique(table["month"].to_numpy(), return_inverse=True)
    values = np.full((len(owners), len(runs), len(months)), np.nan)
    values[owner, run, month] = table["value"].to_numpy()
    stated = np.zeros((len(owners), len(months)), dtype=np.bool_)
    stated[owner, month] = True
    return MetricArray(tuple(map(str, owners)), runs, months, values, stated)
