"""From the runs of cases to numbers that can be attributed: paired by seed, actor by actor.

Reads ``runs.parquet`` of an attribution (one row per run, with seed and case) and, where
it has one, its series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.attribution import (
    Attribution,
    coalition_name,
    coalitions,
    stack_tables,
)
from simulation.analysis.compare import DifferenceCurve, curve_table
from simulation.analysis.interval import simultaneous_interval
from simulation.analysis.summary import PEOPLE
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


def outcome_table(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return an outcome as seeds (index) by cases (columns); seeds that lack a case are left out.

    Args:
        runs: Columns seed, case, and the outcomes.
        outcome: ``metric`` or ``metric:of``; ``gain:actor`` is the actor's surplus, of people
            without what the same people would have had alone.

    Raises:
        ValueError: There is no such outcome, or no seed has all cases.
    """
    values = runs.assign(outcome=_values(runs, outcome))
    table = values.pivot_table(index="seed", columns="case", values="outcome", sort=False)
    table = table.reindex(columns=list(dict.fromkeys(runs["case"]))).dropna()
    if table.empty:
        raise ValueError(f"{outcome} must have a value in every case. No seed has all.")
    return table


def _values(runs: pd.DataFrame, outcome: str) -> pd.Series[float]:
    metric, _, actor = outcome.partition(":")
    name = f"surplus:{actor}" if metric == "gain" else outcome
    if name not in runs:
        raise ValueError(f"{outcome} must be an outcome of the runs. There is none.")
    alone = f"alone:{actor}"
    return runs[name] - runs[alone] if metric == "gain" and alone in runs else runs[name]


def actors_of(runs: pd.DataFrame) -> list[str]:
    """Return everybody who has a surplus, people first; gains add up to what is co-created."""
    names = [name.partition(":")[2] for name in runs.columns if name.startswith("surplus:")]
    return sorted(names, key=lambda actor: actor not in PEOPLE)


def lattice(table: pd.DataFrame, players: Sequence[str]) -> Floats:
    """Return an outcome table as an array over coalitions, shape ``(2^n, n_seeds)``.

    Raises:
        ValueError: A coalition is missing.
    """
    names = [coalition_name(coalition, players) for coalition in coalitions(players)]
    missing = [name for name in names if name not in table]
    if missing:
        raise ValueError(f"every coalition must have been run. Missing: {', '.join(missing)}.")
    return table[names].to_numpy(dtype=np.float64).T


def lattice_curves(
    series: pd.DataFrame, runs: pd.DataFrame, players: Sequence[str], metric: str, of: str = ""
) -> Floats:
    """Return a metric over time as an array over coalitions, ``(2^n, n_seeds, n_months)``.

    Args:
        series: Tidy series of all cases.
        runs: Columns run, seed, case.
        players: Names of the n players.
        metric: Which metric.
        of: Whose.

    Raises:
        ValueError: A coalition is missing, or they share no seed or month.
    """
    tables = {}
    wanted = series[(series["metric"] == metric) & (series["of"] == of)]
    for coalition in coalitions(players):
        rows = runs[runs["case"] == coalition_name(coalition, players)]
        if rows.empty:
            continue
        tables[coalition] = curve_table(wanted[wanted["run"].isin(rows["run"])], rows, metric, of)
    return stack_tables(tables, players)


def dividend_curves(attribution: Attribution) -> dict[str, DifferenceCurve]:
    """Return every dividend over time, each with a band that covers the whole curve at once.

    Args:
        attribution: Attributed curves, so that values have a third axis of months.
    """
    months = tuple(range(1, attribution.values.shape[2] + 1))
    return {
        coalition_name(coalition, attribution.players): DifferenceCurve(
            months,
            simultaneous_interval(attribution.dividends[place], confidence=attribution.confidence),
        )
        for place, coalition in enumerate(coalitions(attribution.players))
        if coalition
    }


def shapley_curves(attribution: Attribution) -> dict[str, DifferenceCurve]:
    """Return every player's Shapley value over time, with bands that cover whole curves at once.

    Args:
        attribution: Attributed curves, so that values have a third axis of months.
    """
    months = tuple(range(1, attribution.values.shape[2] + 1))
    return {
        player: DifferenceCurve(
            months,
            simultaneous_interval(attribution.shapley[place], confidence=attribution.confidence),
        )
        for place, player in enumerate(attribution.players)
    }


def loss_curves(
    series: pd.DataFrame, runs: pd.DataFrame, cases: Mapping[str, str], whole: str, *,
    metric: str = "co_created_value", of: str = "",
) -> dict[str, DifferenceCurve]:  # fmt: skip
    """Return what is lost over time without each, paired, with bands that cover whole curves.

    Args:
        series: Tidy series of all cases.
        runs: Columns run, seed, case.
        cases: For each name the case without it.
        whole: The case in which all is in place.
        metric: Which metric.
        of: Whose.

    Raises:
        ValueError: Cases share no seed or month.
    """
    wanted = series[(series["metric"] == metric) & (series["of"] == of)]

    def table(case: str) -> pd.DataFrame:
        rows = runs[runs["case"] == case]
        return curve_table(wanted[wanted["run"].isin(rows["run"])], rows, metric, of)

    base = table(whole)
    result = {}
    for name, case in cases.items():
        lost = (base - table(case)).dropna(how="all").dropna(axis="columns", how="all")
        if lost.empty:
            raise ValueError(f"{name} must share seeds and months with the whole. It shares none.")
        months = tuple(int(month) for month in lost.columns)
        result[name] = DifferenceCurve(months, simultaneous_interval(lost.to_numpy()))
    return result


def tornado_table(
    table: pd.DataFrame, players: Mapping[str, tuple[str, str]], whole: str
) -> pd.DataFrame:
    """Return what is gained or lost when each player is moved one way and the other, paired.

    Args:
        table: Seeds by cases (see ``outcome_table``).
        players: For each player the names of its two cases, weaker and stronger.
        whole: The case to compare with.

    Returns:
        Greatest swing first: player, way (weaker, stronger), difference, low, high (95 %, all
        at once), swing (stronger − weaker), swing_low, swing_high, pairs.
    """
    import pandas as pd

    base = table[whole].to_numpy(dtype=np.float64)
    names = list(players)
    ways = [[table[case].to_numpy(dtype=np.float64) for case in players[name]] for name in names]
    moved = np.array(ways).transpose(2, 0, 1) - base[:, None, None]
    each = simultaneous_interval(moved)
    swing = simultaneous_interval(moved[:, :, 1] - moved[:, :, 0])
    rows = [
        {
            "player": name, "way": way,
            "difference": each.mean[row, side], "low": each.low[row, side],
            "high": each.high[row, side], "swing": swing.mean[row],
            "swing_low": swing.low[row], "swing_high": swing.high[row], "pairs": each.n,
        }
        for row, name in enumerate(names)
        for side, way in enumerate(("weaker", "stronger"))
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    widest = frame.groupby("player")["difference"].transform(lambda two: two.abs().max())
    order = frame.assign(widest=widest).sort_values(
        ["widest", "player", "way"], ascending=[False, True, False], kind="stable"
    )
    return order.drop(columns="widest").reset_index(drop=True)
