"""The journey map: how many pass each stage, and what they meet at each touchpoint.

Reads the tidy series of a result. Touchpoints are measured over all the stages they serve; within
runs, means are weighted by encounters, so that a quiet month counts for little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulation.analysis.interval import t_table
from simulation.analysis.summary import YEAR, months, rows

if TYPE_CHECKING:
    import pandas as pd


def stage_table(series: pd.DataFrame) -> pd.DataFrame:
    """Return the stages of the journey in the order of the series.

    Returns:
        Columns stage, people (mean number in it), passed (share of them who move on a month), low,
        high (its 95 % t-interval over runs, alone), months (that a stay lasts on average: 1 /
        passed), waiting (share of all people in the journey who are in this stage).
    """
    import pandas as pd

    people = late_mean(series, "people_in_stage").drop(columns="idle", errors="ignore")
    passed = late_mean(series, "stage_passed").reindex(columns=people.columns)
    share, number = t_table(passed), people.mean()
    table = pd.DataFrame({
        "people": number, "passed": share["mean"], "low": share["low"], "high": share["high"],
        "months": 1.0 / share["mean"], "waiting": number / number.sum(),
    })  # fmt: skip
    return table.rename_axis("stage").reset_index()


def touchpoint_table(series: pd.DataFrame) -> pd.DataFrame:
    """Return the touchpoints in the order of the series.

    Returns:
        Columns touchpoint, traffic (encounters a month), traffic_share, experience (mean purpose
        met), low, high (its 95 % t-interval over runs, alone), judgement (−1 to 1), drop_off
        (mean degree to which purposes are not met), failures (drop_off added up over the encounters
        of a month), hours (an encounter).
    """
    import pandas as pd

    traffic = late_mean(series, "encounters")
    by_run = {
        metric: _weighted(series, metric).reindex(columns=traffic.columns)
        for metric in ("experience", "judgement", "unmet")
    }
    hours = late_mean(series, "hours_spent").reindex(columns=traffic.columns)
    met, number, drop_off = t_table(by_run["experience"]), traffic.mean(), by_run["unmet"].mean()
    table = pd.DataFrame({
        "traffic": number, "traffic_share": number / number.sum(),
        "experience": met["mean"], "low": met["low"], "high": met["high"],
        "judgement": by_run["judgement"].mean(), "drop_off": drop_off,
        "failures": number * drop_off, "hours": hours.mean() / number.where(number > 0.0),
    })  # fmt: skip
    return table.rename_axis("touchpoint").reset_index()


def journey_map(series: pd.DataFrame, serves: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the journey map: a row for every stage and each touchpoint that serves it.

    Args:
        series: Tidy series of a result.
        serves: Stages that each touchpoint serves, by touchpoint.

    Returns:
        Stages in order, busiest touchpoint first: the columns of ``stage_table`` (people, passed,
        months), then those of ``touchpoint_table``, and other_stages (how many other stages the
        touchpoint serves: its numbers are those of all of them together).
    """
    import pandas as pd

    pairs = pd.DataFrame(
        [
            (stage, touchpoint, len(stages) - 1)
            for touchpoint, stages in serves.items()
            for stage in stages
        ],
        columns=["stage", "touchpoint", "other_stages"],
    )
    stages = stage_table(series)[["stage", "people", "passed", "months"]]
    order = {stage: place for place, stage in enumerate(stages["stage"])}
    table = stages.merge(pairs).merge(touchpoint_table(series))
    places = table.assign(place=table["stage"].map(order))
    ranked = places.sort_values(
        ["place", "traffic"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return ranked.drop(columns="place")


def late_mean(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return each run's mean of a metric over the last year: runs (index) by owners (columns)."""
    table = _late(series, metric)
    return table.pivot_table(index="run", columns="of", values="value", sort=False)


def _weighted(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return each run's mean over the last year, months weighted by encounters."""
    keys = ["run", "month", "of"]
    traffic = _late(series, "encounters")[[*keys, "value"]]
    table = _late(series, metric).merge(traffic, on=keys, suffixes=("", "_n")).dropna()
    table = table.assign(total=table["value"] * table["value_n"])
    sums = table.groupby(["run", "of"], sort=False)[["total", "value_n"]].sum()
    means = sums["total"] / sums["value_n"].where(sums["value_n"] > 0.0)
    return means.unstack("of")


def _late(series: pd.DataFrame, metric: str) -> pd.DataFrame:
    table = rows(series, metric)
    late = table[table["month"] > months(series) - YEAR]
    return late.assign(of=late["of"].astype(str))


def journey_cells(series: pd.DataFrame) -> pd.DataFrame:
    """Return every stage and touchpoint that meet: traffic and the share of purposes met.

    Returns:
        Columns stage, touchpoint, traffic (encounters a month), met (mean over runs).
    """
    traffic = late_mean(series, "stage_encounters").mean()
    met = late_mean(series, "stage_experience").mean().reindex(traffic.index)
    table = traffic.rename("traffic").to_frame().assign(met=met).reset_index(names="of")
    names = table["of"].str.split(":", n=1)
    return table.assign(stage=names.str[0], touchpoint=names.str[1])[
        ["stage", "touchpoint", "traffic", "met"]
    ]
