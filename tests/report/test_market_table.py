"""The table of reference figures: what is there, and at once whether it is met."""

from __future__ import annotations

from made_up import Mood, made_up

from simulation.report.market import COLUMNS, TERMINAL, market_chapter


def test_verdict_stands_beside_the_figure_and_the_source_wraps() -> None:
    (table,) = market_chapter(made_up(Mood.GOOD, runs=3, months=24).series, "base").tables
    assert COLUMNS[3:5] == ("here", "verdict")
    assert {"here", "verdict", "95 % interval"} <= set(table.only(TERMINAL).columns)
    verdicts = {row[4] for row in table.rows}
    assert verdicts & {"inside", "not measurable"}
    assert table.columns.index("source") in table.word_columns
