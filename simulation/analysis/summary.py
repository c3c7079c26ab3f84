"""Levels, changes, totals and curves of a result, each with an interval over its runs.

Reads the tidy series of a result (columns run, month, metric, of, value), never a live model.

The interval is the 95 % t-interval of the mean over runs: ``mean ± t(.975, n − 1) · sd / √n``.
It covers chance between seeds, not whether the assumptions hold. One run has no interval: its
ends are NaN and its sign is that of the number itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.interval import Estimate, estimate, t_by_column
from simulation.analysis.metric_array import MetricArray, metric_array, rows_of
from simulation.scenario.words import Better
from simulation.store.read import Metrics

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

YEAR = 12

PEOPLE = ("customers", "non_customers")
"""The actors whose value is counted against what the same people would have had alone."""


def unit_of(series: pd.DataFrame, metric: str) -> str:
    """Return the unit of a metric, as the table's own metadata gives it."""
    return str(series.attrs.get("metrics", {}).get(metric, {}).get("unit", ""))


def less_is_better(series: pd.DataFrame, metric: str) -> bool:
    """Return whether less of a metric is wanted, as the table's own metadata says."""
    declared = series.attrs.get("metrics", {}).get(metric, {})
    return bool(declared.get("better") == Better.LOW)


def rows(series: pd.DataFrame, metric: str, of: str | None = None) -> pd.DataFrame:
    """Return the rows of a metric, of one owner (``""`` is the whole) or of all (None)."""
    all_rows = rows_of(series, metric)
    chosen: pd.DataFrame = all_rows if of is None else all_rows[all_rows["of"] == of]
    return chosen


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means over the last axis, gaps left out; NaN where there is nothing."""
    known = ~np.isnan(values)
    n = known.sum(axis=-1)
    return np.where(known, values, 0.0).sum(axis=-1) / np.where(n > 0, n, np.nan)


def _level(values: Iterable[float], unit: str) -> Estimate:
    """Return the estimate of a level: its interval stays within what the unit allows."""
    return estimate(values, unit).as_level()


def names(series: pd.DataFrame, metric: str) -> list[str]:
    """Return the owners that a metric has values for, in their order in the table."""
    block = metric_array(series, metric)
    known = ~np.isnan(block.values).all(axis=(1, 2))
    return [name for name, some in zip(block.owners, known, strict=True) if name and some]


def has(series: pd.DataFrame, metric: str, of: str | None = None) -> bool:
    """Return whether a metric has at least one value."""
    block = metric_array(series, metric)
    return not np.isnan(block.values if of is None else block.of(of)).all()


def combined(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return a metric added up over its owners, as rows of the whole (``of == ""``)."""
    parts = rows(series, metric)
    parts = parts[parts["of"] != ""]
    added = parts.groupby(["run", "month"])["value"].sum(min_count=1).reset_index()
    whole: pd.DataFrame = added.assign(metric=metric, of="")
    whole.attrs.update(series.attrs)
    return whole


def recent(table: pd.DataFrame) -> str:
    """Return what levels are means of, in words: "last 12 months", or all where there are fewer."""
    n = min(YEAR, months(table))
    return f"last {n} months" if n > 1 else "last month"


def opening(table: pd.DataFrame) -> str:
    """Return what ``change`` compares with, in words: "first 12 months", or the first half."""
    n = max(1, min(YEAR, months(table) // 2))
    return f"first {n} months" if n > 1 else "first month"


def months(series: pd.DataFrame) -> int:
    """Return the last month of the table (0 where it is empty)."""
    return 0 if series.empty else int(series["month"].max())


def per_run(
    series: pd.DataFrame, metric: str, of: str = "", *, window: int = YEAR, first: bool = False
) -> pd.Series[float]:
    """Return each run's mean over the last (or first) ``window`` months, indexed by run."""
    import pandas as pd

    block, last = metric_array(series, metric), months(series)
    chosen = block.months <= window if first else block.months > last - window
    values = block.of(of)[:, chosen]
    runs = pd.Index(block.runs[: len(values)], name="run")
    return pd.Series(_mean(values), index=runs, name="value")


def level(series: pd.DataFrame, metric: str, of: str = "", *, window: int = YEAR) -> Estimate:
    """Return the mean level over the last ``window`` months, with its interval over runs."""
    return _level(per_run(series, metric, of, window=window), unit_of(series, metric))


def levels(series: pd.DataFrame, metric: str, *, window: int = YEAR) -> dict[str, Estimate]:
    """Return the level of every owner of a metric, in their order in the table."""
    block, unit = metric_array(series, metric), unit_of(series, metric)
    means = _mean(block.values[:, :, block.months > months(series) - window])
    by_owner = {of: _level(values, unit) for of, values in zip(block.owners, means, strict=True)}
    return {of: value for of, value in by_owner.items() if value.known}


def change(series: pd.DataFrame, metric: str, of: str = "", *, window: int = YEAR) -> Estimate:
    """Return last ``window`` months minus first ``window`` months, paired within runs.

    Runs shorter than two windows are cut in halves.
    """
    window = max(1, min(window, months(series) // 2))
    last = per_run(series, metric, of, window=window)
    first = per_run(series, metric, of, window=window, first=True)
    return estimate(last - first, unit_of(series, metric))


def total(series: pd.DataFrame, metric: str, of: str = "") -> Estimate:
    """Return the sum over all months, with its interval over runs (money/month becomes money)."""
    values = metric_array(series, metric).of(of)
    sums = np.where(np.isnan(values).all(axis=1), np.nan, np.nansum(values, axis=1))
    return estimate(sums, unit_of(series, metric).removesuffix("/month"))


def gain(series: pd.DataFrame, actor: str) -> pd.DataFrame:
    """Return what an actor has from co-creation, as rows of the metric ``gain``.

    The surplus of companies and partners; of customers and non-customers, their surplus minus
    what the same people would have had alone. The gains of all actors add up to the co-created
    value.
    """
    values = rows(series, "surplus", actor)[["run", "month", "value"]]
    alone = rows(series, "alone", actor)[["run", "month", "value"]]
    if actor in PEOPLE and not alone.empty:
        both = values.merge(alone, on=["run", "month"], suffixes=("", "_alone"))
        values = both.assign(value=both["value"] - both["value_alone"])[["run", "month", "value"]]
    table = values.assign(metric="gain", of=actor)
    table.attrs["metrics"] = Metrics(gain={"unit": unit_of(series, "surplus")})
    return table


def retention(series: pd.DataFrame, company: str, *, window: int = YEAR) -> Estimate:
    """Return the share of due renewals that did not lapse in the last ``window`` months."""
    lapsed = per_run(series, "lapsed", company, window=window)
    due = per_run(series, "renewals_due", company, window=window)
    kept = 1 - lapsed / due.where(due > 0)
    return _level(kept, "share")


def curve(series: pd.DataFrame, metric: str, of: str = "") -> pd.DataFrame:
    """Return a metric month by month: columns month, mean, low, high, n.

    Low and high are pointwise 95 % t-intervals over runs: each month has its own, so that the
    band as a whole covers less than 95 % of whole curves.
    """
    import pandas as pd

    return pd.DataFrame(_curve(metric_array(series, metric), of))


def curves(series: pd.DataFrame, metrics: Iterable[str]) -> pd.DataFrame:
    """Return metrics month by month, of all their owners.

    Returns:
        Columns metric, of, unit, month, mean, low, high (see ``curve``), n.
    """
    import pandas as pd

    parts: list[dict[str, Any]] = []
    for metric in metrics:
        block, unit = metric_array(series, metric), unit_of(series, metric)
        for of in names(series, metric) or [""]:
            one = _curve(block, of)
            size = len(one["month"])
            parts.append(
                {"metric": [metric] * size, "of": [of] * size, "unit": [unit] * size, **one}
            )
    columns = ("metric", "of", "unit", "month", "mean", "low", "high", "n")
    return pd.DataFrame({key: np.concatenate([part[key] for part in parts]) for key in columns})


def _curve(block: MetricArray, of: str) -> dict[str, NDArray[Any]]:
    """Return the columns of a curve (see ``curve``)."""
    if of not in block.owners:
        none = np.zeros(0)
        return dict.fromkeys(("month", "mean", "low", "high", "n"), none)
    known = block.stated[block.owners.index(of)]
    mean, low, high, n = t_by_column(block.of(of)[:, known])
    return {"month": block.months[known], "mean": mean, "low": low, "high": high, "n": n}


def actors(series: pd.DataFrame) -> list[str]:
    """Return all actors with a surplus: people first, then companies, then partners."""
    result = names(series, "surplus")
    people = [name for name in PEOPLE if name in result]
    partners = names(series, "partner_active")
    others = [name for name in result if name not in people]
    return people + sorted(others, key=lambda name: name in partners)
