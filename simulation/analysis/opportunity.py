"""Opportunities: outcomes that matter to people and that they are not satisfied with.

The formula is Outcome-Driven Innovation's later one,

    opportunity = importance + max(importance − satisfaction, 0)

(Ulwick 2005, What Customers Want, ch. 3), on a scale of 0 to 10. The earlier one (Ulwick 2002,
Harvard Business Review 80(1):91) lets satisfaction above importance count against an outcome; the
two agree wherever satisfaction is not above importance. Importance and satisfaction are means
over the people of a segment, not shares of the two highest answers: the thresholds of the zones
were set for survey answers and are conventions here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.flows import renamed
from simulation.analysis.interval import t_table
from simulation.analysis.memo import per_frame
from simulation.analysis.summary import YEAR, months, rows
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

EXTREME, HIGH, SOLID = 15.0, 12.0, 10.0
"""An opportunity above these is extreme, high, solid (Ulwick 2005)."""

TOP = 10.0
"""The upper end of the scales of importance and satisfaction."""

FORMULA = "importance + max(importance - satisfaction, 0)"
"""How an opportunity is scored, as reports write it."""


class Zone(StrEnum):
    """Where an outcome lies in the opportunity landscape."""

    EXTREME = "extreme opportunity"
    HIGH = "high opportunity"
    SOLID = "solid opportunity"
    SERVED = "appropriately served"
    OVERSERVED = "overserved"


def opportunity(importance: ArrayLike, satisfaction: ArrayLike) -> Floats:
    """Return the opportunity scores of outcomes, 0 to 20.

    Args:
        importance: 0 to 10, any shape.
        satisfaction: 0 to 10, of the same shape.

    Raises:
        ValueError: A number lies outside the scale.
    """
    wanted = _on_scale("importance", importance)
    gap = wanted - _on_scale("satisfaction", satisfaction)
    return wanted + np.maximum(gap, 0.0)


def _on_scale(name: str, values: ArrayLike) -> Floats:
    scores = np.asarray(values, dtype=np.float64)
    outside = (scores < 0.0) | (scores > TOP)
    if outside.any():
        raise ValueError(f"{name} must lie between 0 and 10. Got {scores[outside].flat[0]}.")
    return scores


def zone(importance: float, satisfaction: float) -> Zone:
    """Return where an outcome lies; a score on a threshold belongs to the lower zone."""
    score = float(opportunity(importance, satisfaction))
    if score > EXTREME:
        return Zone.EXTREME
    if score > HIGH:
        return Zone.HIGH
    if score > SOLID:
        return Zone.SOLID
    return Zone.OVERSERVED if satisfaction > importance else Zone.SERVED


def zone_corners() -> pd.DataFrame:
    """Return the zones as polygons in the square of importance (across) and satisfaction (up).

    Their borders are satisfaction = importance and satisfaction = 2 · importance − threshold.

    Returns:
        Columns zone, corner (0, 1, … around the polygon), importance, satisfaction.
    """
    import pandas as pd

    def below(threshold: float) -> tuple[tuple[float, float], tuple[float, float]]:
        return (threshold / 2.0, 0.0), (TOP, 2.0 * TOP - threshold)

    (solid_0, solid_1), (high_0, high_1), (extreme_0, extreme_1) = map(
        below, (SOLID, HIGH, EXTREME)
    )
    corners = {
        Zone.OVERSERVED: [(0.0, 0.0), (TOP, TOP), (0.0, TOP)],
        Zone.SERVED: [(0.0, 0.0), solid_0, solid_1],
        Zone.SOLID: [solid_0, high_0, high_1, solid_1],
        Zone.HIGH: [high_0, extreme_0, extreme_1, high_1],
        Zone.EXTREME: [extreme_0, (TOP, 0.0), extreme_1],
    }
    spots = [
        (str(name), corner, *point)
        for name, points in corners.items()
        for corner, point in enumerate(points)
    ]
    return pd.DataFrame(spots, columns=["zone", "corner", "importance", "satisfaction"])


def opportunity_series(series: pd.DataFrame) -> pd.DataFrame:
    """Return the opportunity of every segment and outcome in every run and month.

    Args:
        series: Tidy series with the metrics importance and outcome_satisfaction, whose owners are
            ``segment:outcome``.

    Returns:
        Columns run, month, segment, outcome, importance, satisfaction, opportunity.
    """
    keys = ["run", "month", "of"]
    wanted = rows(series, "importance")[[*keys, "value"]]
    met = rows(series, "outcome_satisfaction")[[*keys, "value"]]
    both = wanted.merge(met, on=keys, suffixes=("_wanted", "_met"))
    return both.assign(
        segment=renamed(both["of"], lambda name: name.partition(":")[0]),
        outcome=renamed(both["of"], lambda name: name.partition(":")[2]),
        importance=both["value_wanted"],
        satisfaction=both["value_met"],
        opportunity=opportunity(both["value_wanted"], both["value_met"]),
    )[["run", "month", "segment", "outcome", "importance", "satisfaction", "opportunity"]]


def opportunity_table(series: pd.DataFrame) -> pd.DataFrame:
    """Return the opportunities of every segment at the end, the greatest first in each segment.

    Scores are taken month by month, averaged over the last year within runs, then over runs.

    Returns:
        Columns segment, outcome, importance, satisfaction, opportunity, low, high (its 95 %
        t-interval over runs, alone), zone (of the mean importance and satisfaction), runs.
    """
    scores = opportunity_series(series)
    late = scores[scores["month"] > months(series) - YEAR]
    keys = ["segment", "outcome"]
    late = late.astype(dict.fromkeys(keys, str))
    by_run = late.groupby([*keys, "run"])[["importance", "satisfaction", "opportunity"]].mean()
    table = by_run.groupby(keys).mean()
    intervals = t_table(by_run["opportunity"].unstack("run").T)
    table = table.join(intervals[["low", "high", "runs"]]).reset_index()
    places = zip(table["importance"], table["satisfaction"], strict=True)
    table["zone"] = [str(zone(wanted, met)) for wanted, met in places]
    table = table.sort_values(
        ["segment", "opportunity"], ascending=[True, False], kind="stable", ignore_index=True
    )
    columns = ["importance", "satisfaction", "opportunity", "low", "high", "zone", "runs"]
    return table[[*keys, *columns]]


@per_frame
def opportunity_curves(series: pd.DataFrame) -> pd.DataFrame:
    """Return each segment's greatest and mean opportunity over time, run by run.

    Outcomes are ranked within runs, since every seed has its own importance of outcomes.

    Returns:
        Columns run, month, segment, greatest, mean.
    """
    scores = opportunity_series(series)
    keys = ["run", "month", "segment"]
    grouped = scores.groupby(keys, sort=False, observed=True)["opportunity"]
    return grouped.agg(greatest="max", mean="mean").reset_index()


def landscape(series: pd.DataFrame, *, first: bool = False) -> pd.DataFrame:
    """Return each run's importance and satisfaction by segment and outcome, with score and zone.

    Columns run, of, segment, outcome, importance, satisfaction, score, zone: means over the last
    (or first) 12 months.
    """
    last = months(series)
    window = min(12, max(last // 2, 1))
    sides = []
    for metric in ("importance", "outcome_satisfaction"):
        cells = rows(series, metric)
        month = cells["month"]
        cells = cells[month <= window] if first else cells[month > last - window]
        sides.append(
            cells.assign(of=cells["of"].astype(str)).groupby(["run", "of"])["value"].mean()
        )
    table = sides[0].rename("importance").to_frame().join(sides[1].rename("satisfaction"))
    table = table.dropna().reset_index()
    pairs = list(zip(table["importance"], table["satisfaction"], strict=True))
    return table.assign(
        segment=table["of"].str.partition(":")[0],
        outcome=table["of"].str.partition(":")[2],
        score=opportunity(table["importance"], table["satisfaction"]),
        zone=[zone(*pair).value for pair in pairs],
    )


def zone_shares(table: pd.DataFrame) -> dict[Zone, float]:
    """Return the share of (run, segment, outcome) in each zone."""
    return {zone: float((table["zone"] == zone.value).mean()) for zone in Zone}


def agreed(table: pd.DataFrame) -> bool:
    """Return whether runs agree on how important outcomes are, so that their mean says something.

    They do where a scenario gives importance; where it is generated, each seed has its own.
    """
    spread = table.groupby("of")["importance"].std().fillna(0.0)
    return bool((spread < 0.5).all())
