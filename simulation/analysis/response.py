"""How an outcome answers to one factor, or to two: means over everything else that was varied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.interval import t_interval, t_table
from simulation.analysis.points import (
    SEED,
    Asked,
    Varied,
    block_size,
    by_seed,
    factors_of,
    settings_of,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SAMPLED = ("lhs", "random", "sobol", "morris")
"""Designs in which points share no levels: their responses are means of bins."""
MOST_BINS = 8
POINTS_A_BIN = 8
RESPONSE = ("level", "mean", "low", "high", "n")


def response(
    runs: pd.DataFrame, sweep: Mapping[str, Any], column: str, outcome: Asked
) -> pd.DataFrame:
    """Return an outcome by the levels of a factor's column.

    Columns: level, mean, low, high (95 %), n. Where points share levels, each seed's mean over
    the points of a level is one value, n counts seeds and the interval is Student's over them. In
    a sampled design levels are the middles of bins, n counts points, and the interval is over the
    points of a bin: it holds what the other factors do. Of Saltelli's scheme only the independent
    points count, one at a time only those in which the factor alone moves. Where runs are missing,
    see ``level_means``.
    """
    factor = next(one for one in factors_of(sweep) if column in one.columns)
    settings = settings_of(runs, [name for one in factors_of(sweep) for name in one.columns])
    seeds = by_seed(runs, outcome.name)
    settings = settings[_counts(settings, sweep, factor)]
    seeds = seeds[settings.index]
    if sweep["design"]["kind"] in SAMPLED and factor.kind == "interval":
        return _binned(settings[column], seeds.mean(), factor)
    return _by_level(level_means(settings, seeds, sweep, column), factor)


def level_means(
    settings: pd.DataFrame, seeds: pd.DataFrame, sweep: Mapping[str, Any], column: str
) -> pd.DataFrame:
    """Return each seed's mean over the points of each level of a column, seeds by levels.

    A seed in which a level lacks a run has no mean there: what is left would be another average, of
    other settings of the rest. Points without any run are seen by what the rest is set to at other
    levels, where a design crosses the factor with it. In a sampled design each level has points of
    its own, at random; there a point that lacks a run is left out of all seeds.

    Args:
        settings: the settings of the points that count.
        seeds: the outcome, seeds by those points.
        sweep: the sweep's manifest.
        column: whose levels.
    """
    if sweep["design"]["kind"] in SAMPLED:
        complete = seeds.dropna(how="all").dropna(axis=1)
        return complete.T.groupby(settings[column], sort=True).mean().T
    groups = seeds.T.groupby(settings[column], sort=True)
    means, known = groups.mean().T, groups.count().T
    return means.where(known >= _points_a_level(settings, sweep, column))


def _points_a_level(
    settings: pd.DataFrame, sweep: Mapping[str, Any], column: str
) -> pd.Series[int] | int:
    """Return how many points each level has, those without a run included if that can be known."""
    factor = next(one for one in factors_of(sweep) if column in one.columns)
    if factor.is_mixture or sweep["design"].get("limit") is not None:
        return settings.groupby(column, sort=True).size()
    rest = [name for name in settings.columns if name not in factor.columns]
    return len(settings[rest].drop_duplicates()) if rest else 1


def _by_level(by_level: pd.DataFrame, factor: Varied) -> pd.DataFrame:
    """Return the mean over seeds of their means at each level, with intervals."""
    table = t_table(by_level).rename(columns={"runs": "n"})
    order = _order(list(table.index), factor)
    result = table.loc[order].rename_axis("level").reset_index()
    return result[list(RESPONSE)]


def _order(levels: list[Any], factor: Varied) -> list[Any]:
    """Return levels in the order of the experiment, numbers ascending."""
    if factor.kind in ("interval", "mixture"):
        return sorted(levels)
    names = [str(value) for value in factor.values]
    known = {str(level): level for level in levels}
    return [known[name] for name in names if name in known] + [
        level for level in levels if str(level) not in names
    ]


def _binned(levels: pd.Series[Any], means: pd.Series[Any], factor: Varied) -> pd.DataFrame:
    import pandas as pd

    n_bins, bins = _bins(levels, factor)
    rows = []
    for place in range(n_bins):
        values = means.to_numpy(dtype=np.float64)[bins == place]
        values = values[np.isfinite(values)]
        if len(values):
            mean, low, high = t_interval(values).floats()
            rows.append((at_share((place + 0.5) / n_bins, factor), mean, low, high, len(values)))
    return pd.DataFrame(rows, columns=list(RESPONSE))


def _bins(levels: pd.Series[Any], factor: Varied) -> tuple[int, NDArray[np.int_]]:
    """Return how many bins there are, and which one each level falls into."""
    n_bins = max(3, min(MOST_BINS, len(levels) // POINTS_A_BIN))
    share = np.clip(shares(levels.to_numpy(dtype=np.float64), factor), 0.0, 1.0 - 1e-12)
    return n_bins, np.floor(share * n_bins).astype(int)


def _counts(
    settings: pd.DataFrame, sweep: Mapping[str, Any], factor: Varied
) -> pd.Series[bool] | NDArray[np.bool_]:
    """Return which points tell something of a factor that the others do not tell already."""
    kind = sweep["design"]["kind"]
    if kind == "one-at-a-time":
        return _moves_alone(settings, sweep, factor)
    if kind == "sobol":
        size = block_size(sweep)
        place = settings.index.to_numpy() % size
        return np.asarray((place == 0) | (place == size - 1))
    return np.ones(len(settings), dtype=bool)


def shares(values: np.ndarray[Any, np.dtype[np.float64]], factor: Varied) -> np.ndarray[Any, Any]:
    """Return numbers as shares of the way from an interval's low to its high."""
    if factor.log:
        return np.asarray(np.log(values / factor.low) / np.log(factor.high / factor.low))
    return np.asarray((values - factor.low) / (factor.high - factor.low))


def at_share(share: float, factor: Varied) -> float:
    """Return the number at a share of the way from an interval's low to its high."""
    if factor.log:
        return float(factor.low * (factor.high / factor.low) ** share)
    return float(factor.low + share * (factor.high - factor.low))


def _moves_alone(
    settings: pd.DataFrame, sweep: Mapping[str, Any], factor: Varied
) -> pd.Series[bool]:
    """Return which points have every other factor at its baseline (that of the first point)."""
    others = [
        column for one in factors_of(sweep) if one.key != factor.key for column in one.columns
    ]
    first = settings.iloc[0]
    same = (settings[others] == first[others]) | (settings[others].isna() & first[others].isna())
    alone: pd.Series[bool] = same.all(axis=1)
    return alone


def strength(runs: pd.DataFrame, sweep: Mapping[str, Any], factor: Varied, outcome: Asked) -> float:
    """Return how strongly an outcome answers to a factor; to put factors into an order.

    Where points share levels, how far the mean moves between them. In a sampled design, the share
    of variance between bins, corrected for what chance alone would give (ε²; Kelley 1935).
    """
    if sweep["design"]["kind"] in SAMPLED:
        return max(_explained(runs, sweep, column, outcome) for column in factor.columns)
    spans = []
    for column in factor.columns:
        means = response(runs, sweep, column, outcome)["mean"].dropna()
        spans.append(float(means.max() - means.min()) if len(means) else 0.0)
    return max(spans, default=0.0)


def _explained(runs: pd.DataFrame, sweep: Mapping[str, Any], column: str, outcome: Asked) -> float:
    factor = next(one for one in factors_of(sweep) if column in one.columns)
    settings = settings_of(runs, [name for one in factors_of(sweep) for name in one.columns])
    settings = settings[_counts(settings, sweep, factor)]
    means = by_seed(runs, outcome.name)[settings.index].mean()
    levels = settings[column]
    groups = _bins(levels, factor)[1] if factor.kind == "interval" else levels.to_numpy()
    within = (means - means.groupby(groups).transform("mean")).pow(2).sum()
    total = (means - means.mean()).pow(2).sum()
    n, k = int(means.notna().sum()), len(set(groups))
    if n <= k or total == 0:
        return 0.0
    return float(1.0 - (within / (n - k)) / (total / (n - 1)))


def effects(runs: pd.DataFrame, sweep: Mapping[str, Any], outcome: Asked) -> pd.DataFrame:
    """Return what moving each factor does, paired by seed, the strongest first.

    One at a time: from the baseline to the factor's first and last level. Otherwise
    from the first level to the last, means over all else, of the seeds in which both levels have
    all their runs. Columns: factor, level (where to), difference, low, high (95 % over seeds).
    """
    import pandas as pd

    seeds = by_seed(runs, outcome.name)
    rows = []
    for factor in factors_of(sweep):
        if not factor.is_mixture:
            rows += _moves(runs, sweep, factor, seeds)
    table = pd.DataFrame(rows, columns=["factor", "level", "difference", "low", "high"])
    size = table["difference"].abs().groupby(table["factor"]).transform("max")
    order = size.sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _moves(
    runs: pd.DataFrame, sweep: Mapping[str, Any], factor: Varied, seeds: pd.DataFrame
) -> list[tuple[str, Any, float, float, float]]:
    column = factor.columns[0]
    settings = settings_of(runs, [name for one in factors_of(sweep) for name in one.columns])
    one_at_a_time = sweep["design"]["kind"] == "one-at-a-time"
    if one_at_a_time:
        settings = settings[_moves_alone(settings, sweep, factor)]
    levels = settings[column]
    by_level = level_means(settings, seeds[settings.index], sweep, column)
    order = _order(list(by_level.columns), factor)
    if not order:
        return []
    start = levels.iloc[0] if one_at_a_time else order[0]
    ends = [level for level in dict.fromkeys((order[0], order[-1])) if level != start]
    rows = []
    for level in ends:
        gap = (by_level[level] - by_level[start]).dropna().to_numpy(dtype=np.float64)
        mean, low, high = t_interval(gap).floats() if len(gap) else (np.nan,) * 3
        rows.append((factor.key, level, mean, low, high))
    return rows


def heat(
    runs: pd.DataFrame, sweep: Mapping[str, Any], columns: tuple[str, str], outcome: Asked
) -> pd.DataFrame:
    """Return the mean outcome by the levels of two columns: the first down, the second across.

    Means over seeds of what each is on average over all else. A seed that lacks a run of a cell
    does not count there; cells that no seed has all runs of are NaN.
    """
    by_cell_and_seed = runs.groupby([*columns, SEED], observed=True)[outcome.name]
    known = by_cell_and_seed.count()
    most = known.groupby(level=list(columns)).transform("max")
    whole = most if sweep["design"].get("limit") is not None else known.max()
    means = by_cell_and_seed.mean().where((known > 0) & (known >= whole))
    table: pd.DataFrame = means.groupby(level=list(columns)).mean().unstack(columns[1])
    return table.sort_index(ascending=False)
