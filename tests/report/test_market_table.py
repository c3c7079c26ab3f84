"""The table of reference figures: what is there, and at once whether it is met."""

from __future__ import annotations

import pandas as pd
from made_up import Mood, made_up

from simulation.analysis.targets import PREFIX, figures_in, targets_of
from simulation.report.market import COLUMNS, TERMINAL, chapter_of_futures, market_chapter


def test_verdict_stands_beside_the_figure_and_the_source_wraps() -> None:
    (table,) = market_chapter(made_up(Mood.GOOD, runs=3, months=24).series, "base").tables
    assert COLUMNS[3:5] == ("here", "verdict")
    assert {"here", "verdict", "95 % interval"} <= set(table.only(TERMINAL).columns)
    verdicts = {row[4] for row in table.rows}
    assert verdicts & {"inside", "not measurable"}
    assert table.columns.index("source") in table.word_columns


def test_a_study_over_futures_says_in_how_many_of_them_a_figure_is_in_its_range() -> None:
    wanted = targets_of("telecom")
    middle = {PREFIX + one.measure: (one.low + one.high) / 2.0 for one in wanted}
    beyond = {name: value + 1000.0 for name, value in middle.items()}
    runs = pd.DataFrame([middle, middle, beyond, middle, beyond, beyond])
    runs["arm"] = "base"
    present, futures = figures_in(runs.iloc[:2]), figures_in(runs.iloc[2:])
    assert set(present) == {one.measure for one in wanted}
    chapter = chapter_of_futures("telecom", present, futures)
    (table,) = chapter.tables
    at = table.columns.index("futures inside")
    assert {row[at] for row in table.rows} == {"25\u00a0%"}
    assert {row[4] for row in table.rows} == {"inside"}
    assert chapter.notes[0].startswith(f"{len(wanted)} of {len(wanted)} reference figures")
    unknown = chapter_of_futures("telecom", present.assign(occupancy=float("nan")), futures)
    assert unknown.name == "market"


def test_a_market_without_published_figures_says_so() -> None:
    chapter = chapter_of_futures("", pd.DataFrame(), pd.DataFrame())
    assert chapter.tables == ()
    assert "names no market" in chapter.notes[0]
