"""Opportunity scores: the formula, zones, and tables by segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulation.analysis.opportunity import (
    Zone,
    opportunity,
    opportunity_series,
    opportunity_table,
    zone,
    zone_corners,
)

scale = st.floats(0.0, 10.0)


def test_cordis_known_answer_ulwick_2002() -> None:
    assert opportunity(9.5, 3.2) == pytest.approx(15.8)
    assert zone(9.5, 3.2) is Zone.EXTREME


@given(scale, scale)
def test_the_formula_agrees_with_that_of_2002_unless_overserved(
    importance: float, satisfaction: float
) -> None:
    later = opportunity(importance, satisfaction)
    earlier = importance + (importance - satisfaction)
    if satisfaction <= importance:
        assert later == earlier
    else:
        assert later == importance > earlier


@given(scale, scale)
def test_an_overserved_outcome_is_never_an_opportunity(
    importance: float, satisfaction: float
) -> None:
    assume(satisfaction > importance)
    assert opportunity(importance, satisfaction) <= 10.0
    assert zone(importance, satisfaction) is Zone.OVERSERVED


@pytest.mark.parametrize(
    ("importance", "satisfaction", "expected"),
    [
        (10.0, 5.0, Zone.HIGH),
        (10.0, 4.9, Zone.EXTREME),
        (10.0, 8.0, Zone.SOLID),
        (10.0, 7.9, Zone.HIGH),
        (5.0, 0.0, Zone.SERVED),
        (5.5, 0.9, Zone.SOLID),
        (4.0, 4.0, Zone.SERVED),
        (4.0, 4.1, Zone.OVERSERVED),
    ],
)
def test_thresholds_belong_to_the_lower_zone(
    importance: float, satisfaction: float, expected: Zone
) -> None:
    assert zone(importance, satisfaction) is expected


@pytest.mark.parametrize(("importance", "satisfaction"), [(10.1, 5.0), (5.0, -0.1)])
def test_scores_outside_the_scale_are_refused(importance: float, satisfaction: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 10"):
        opportunity(importance, satisfaction)


def area(polygon: pd.DataFrame) -> float:
    x, y = polygon["importance"].to_numpy(), polygon["satisfaction"].to_numpy()
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_zones_tile_the_landscape() -> None:
    areas = {name: area(polygon) for name, polygon in zone_corners().groupby("zone")}
    assert set(areas) == set(Zone)
    assert sum(areas.values()) == pytest.approx(100.0)


def test_zones_have_the_share_of_points_that_they_claim() -> None:
    middle = (np.arange(200) + 0.5) / 20.0
    found = pd.Series([zone(x, y) for x in middle[::4] for y in middle[::4]])
    shares = found.value_counts(normalize=True)
    for name, polygon in zone_corners().groupby("zone"):
        assert shares[name] == pytest.approx(area(polygon) / 100.0, abs=0.03)


def frame() -> pd.DataFrame:
    rows = []
    for run in range(3):
        for month in range(1, 25):
            for of, wanted, met in (
                ("savers:lower_cost", 9.0, 2.0 + 0.1 * month + 0.2 * run),
                ("savers:faster", 6.0, 7.0),
                ("doers:faster", 8.0, 1.0),
            ):
                rows.append((run, month, "importance", of, wanted))
                rows.append((run, month, "outcome_satisfaction", of, met))
    columns = ["run", "month", "metric", "of", "value"]
    return pd.DataFrame(rows, columns=columns).astype({"metric": "category", "of": "category"})


def test_opportunities_close_as_satisfaction_rises() -> None:
    scores = opportunity_series(frame())
    mine = scores[(scores["outcome"] == "lower_cost") & (scores["run"] == 0)]
    assert mine["opportunity"].iloc[0] == pytest.approx(18.0 - 2.1)
    assert mine["opportunity"].is_monotonic_decreasing


def test_the_table_ranks_within_segments() -> None:
    found = opportunity_table(frame())
    assert found["segment"].tolist() == ["doers", "savers", "savers"]
    assert found["outcome"].tolist() == ["faster", "lower_cost", "faster"]
    row = found.iloc[1]
    assert row["opportunity"] == pytest.approx(18.0 - 2.0 - 1.85 - 0.2)
    half = 4.302653 * 0.2 / 3**0.5
    assert row["high"] - row["opportunity"] == pytest.approx(half, rel=1e-5)
    assert found["zone"].tolist() == [Zone.HIGH, Zone.HIGH, Zone.OVERSERVED]
    assert found["runs"].tolist() == [3, 3, 3]
    assert found["low"].iloc[2] == found["opportunity"].iloc[2]


def test_one_run_has_no_interval() -> None:
    series = frame()
    found = opportunity_table(series[series["run"] == 1])
    assert found["low"].isna().all()
    assert (found["runs"] == 1).all()
