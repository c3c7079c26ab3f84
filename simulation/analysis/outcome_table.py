"""The outcomes by actor that a reader asks for first, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from simulation.analysis.interval import Estimate
from simulation.analysis.summary import (
    YEAR,
    actors,
    gain,
    level,
    levels,
    months,
    names,
    retention,
    total,
)

if TYPE_CHECKING:
    import pandas as pd


def outcomes(series: pd.DataFrame, window: int = YEAR) -> pd.DataFrame:
    """Return every metric's level: columns metric, of, mean, low, high, unit, n.

    Per run the mean over the last ``window`` months; over runs the mean and its 95 % t-interval.
    """
    import pandas as pd

    late = series[series["month"] > months(series) - window]
    late.attrs.update(series.attrs)
    rows = [
        (str(metric), of, value.mean, value.low, value.high, value.unit, value.n)
        for metric in late["metric"].drop_duplicates()
        for of, value in levels(late, str(metric), window=window).items()
    ]
    return pd.DataFrame(rows, columns=["metric", "of", "mean", "low", "high", "unit", "n"])


@dataclass(frozen=True)
class _Row:
    """A row of the outcome table before it becomes one."""

    outcome: str
    of: str
    level: Estimate
    total: Estimate | None = None


def _value_rows(series: pd.DataFrame, window: int) -> list[_Row]:
    rows = [
        _Row(
            "co-created value",
            "",
            level(series, "co_created_value", window=window),
            total(series, "co_created_value"),
        )
    ]
    for actor in actors(series):
        values = gain(series, actor)
        rows.append(
            _Row(
                "gain",
                actor,
                level(values, "gain", actor, window=window),
                total(values, "gain", actor),
            )
        )
    for metric, outcome in (("surplus", "surplus"), ("gross_value", "gross value")):
        order = actors(series) if metric == "surplus" else names(series, metric)
        rows += [
            _Row(outcome, of, level(series, metric, of, window=window), total(series, metric, of))
            for of in order
        ]
    return rows


def _market_rows(series: pd.DataFrame, window: int) -> list[_Row]:
    rows = [_Row("customers", "", level(series, "customers", window=window))]
    for metric in ("adoption", "attitude"):
        rows += [
            _Row(metric, of, level(series, metric, of, window=window))
            for of in names(series, metric)
        ]
    rows += [
        _Row("retention", of, retention(series, of, window=window))
        for of in names(series, "renewals_due")
    ]
    return rows


def outcome_table(series: pd.DataFrame, window: int = YEAR) -> pd.DataFrame:
    """Return the outcomes by actor that a reader asks for first.

    Columns: outcome, of (the actor or part, ``""`` is the whole), sign (of the interval, for what
    can be gained or lost), mean, low, high (level of the last ``window`` months), unit, total,
    total_low, total_high (money added up over all months, NaN for what cannot be added up), n
    (runs), note.

    Rows: co-created value; gain by actor (adds up to it); surplus by actor; gross value by where
    it arose; customers; adoption, attitude and retention by company. Rows without values are
    left out.
    """
    import pandas as pd

    rows = []
    for row in _value_rows(series, window) + _market_rows(series, window):
        if not row.level.known:
            continue
        added = row.total or Estimate(nan, nan, nan, 0)
        rows.append(
            {
                "outcome": row.outcome,
                "of": row.of,
                "sign": str(row.level.sign) if row.outcome in _SIGNED else "",
                "mean": row.level.mean,
                "low": row.level.low,
                "high": row.level.high,
                "unit": row.level.unit,
                "total": added.mean,
                "total_low": added.low,
                "total_high": added.high,
                "n": row.level.n,
                "note": "" if row.level.has_interval else "one run: no interval",
            }
        )
    return pd.DataFrame(rows, columns=list(_OUTCOME_COLUMNS))


_SIGNED = ("co-created value", "gain", "surplus", "gross value", "attitude")

_OUTCOME_COLUMNS = (
    "outcome", "of", "sign", "mean", "low", "high", "unit",
    "total", "total_low", "total_high", "n", "note",
)  # fmt: skip
