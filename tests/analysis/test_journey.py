"""The journey map: stages, touchpoints, and both together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.journey import journey_map, stage_table, touchpoint_table
from simulation.studies.run.figures.journey import journey_words


def series(runs: int = 2, months: int = 24) -> pd.DataFrame:
    rows: list[tuple[int, int, str, str, float]] = []
    for run in range(runs):
        for month in range(1, months + 1):
            quiet = month % 2 == 0
            rows += [
                (run, month, "people_in_stage", "idle", 500.0),
                (run, month, "people_in_stage", "search", 100.0),
                (run, month, "people_in_stage", "use", 300.0 + 10 * run),
                (run, month, "stage_passed", "search", 0.5),
                (run, month, "stage_passed", "use", 0.0),
                (run, month, "encounters", "forum", 10.0 if quiet else 30.0),
                (run, month, "experience", "forum", 0.2 if quiet else 0.6),
                (run, month, "unmet", "forum", 0.8 if quiet else 0.4),
                (run, month, "judgement", "forum", 0.1 * run),
                (run, month, "hours_spent", "forum", 15.0 if quiet else 45.0),
                (run, month, "encounters", "take_back", 0.0),
                (run, month, "experience", "take_back", np.nan),
                (run, month, "unmet", "take_back", np.nan),
                (run, month, "judgement", "take_back", np.nan),
                (run, month, "hours_spent", "take_back", 0.0),
                (run, month, "encounters", "shop", 60.0),
                (run, month, "experience", "shop", 0.9),
                (run, month, "unmet", "shop", 0.1),
                (run, month, "judgement", "shop", 0.5),
                (run, month, "hours_spent", "shop", 30.0),
            ]
    frame = pd.DataFrame(rows, columns=["run", "month", "metric", "of", "value"])
    return frame.astype({"metric": "category", "of": "category"})


def test_stages_tell_how_long_people_stay() -> None:
    found = stage_table(series()).set_index("stage")
    assert list(found.index) == ["search", "use"]
    assert found.loc["search", "months"] == pytest.approx(2.0)
    assert np.isinf(found.loc["use", "months"])
    assert found["waiting"].sum() == pytest.approx(1.0)
    assert found.loc["use", "people"] == 305.0


def test_touchpoints_are_weighted_by_encounters() -> None:
    found = touchpoint_table(series()).set_index("touchpoint")
    forum = found.loc["forum"]
    assert forum["experience"] == pytest.approx((10 * 0.2 + 30 * 0.6) / 40)
    assert forum["drop_off"] == pytest.approx(1.0 - forum["experience"])
    assert forum["failures"] == pytest.approx(20.0 * 0.5)
    assert forum["hours"] == pytest.approx(1.5)
    assert forum["judgement"] == pytest.approx(0.05)
    assert found["traffic_share"].sum() == pytest.approx(1.0)


def test_where_nobody_comes_nothing_is_known() -> None:
    found = touchpoint_table(series()).set_index("touchpoint").loc["take_back"]
    assert found["traffic"] == 0.0
    assert found[["experience", "drop_off", "hours"]].isna().all()


def test_the_map_has_a_row_for_each_stage_that_a_touchpoint_serves() -> None:
    serves = {"forum": ["search", "use"], "shop": ["search"], "absent": ["use"]}
    found = journey_map(series(), serves)
    assert list(zip(found["stage"], found["touchpoint"], strict=True)) == [
        ("search", "shop"),
        ("search", "forum"),
        ("use", "forum"),
    ]
    assert found["other_stages"].tolist() == [0, 1, 1]
    assert found["people"].tolist() == [100.0, 100.0, 305.0]


def test_intervals_are_over_runs() -> None:
    one, two = touchpoint_table(series(runs=1)), touchpoint_table(series(runs=2))
    assert one["low"].isna().all()
    assert two.set_index("touchpoint").loc["shop", "low"] == pytest.approx(0.9)


def test_the_sentence_says_how_far_purposes_are_not_met_and_not_how_often() -> None:
    said = journey_words(series())
    assert "falls short most at forum: by 0.6 " in said
    assert "of the encounters" not in said
