"""The figures of a comparison: side by side, the paired difference, who wins, who is better off.

Each is drawn by a function ``(tables, ax=None) -> Axes`` of the stored tables of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from simulation.analysis.summary import curve
from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.comparison.answer import claims, outcome_words
from simulation.studies.comparison.figures.bridge import bridge_figures
from simulation.studies.comparison.figures.mechanisms import through_figures
from simulation.studies.comparison.figures.over_time import (
    difference,
    level_words,
    row_of,
    scenarios,
)
from simulation.studies.comparison.figures.who import (
    better_off,
    people_words,
    who_wins,
    who_words,
)

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.comparison_question import Key
    from simulation.studies.comparison.tables import ComparedTables

MOST_OUTCOMES = 4
"""Outcomes asked for that get curves of their own."""


def figures_of(tables: ComparedTables) -> list[Figure]:
    """Return the figures that have something to show, in the order of the report."""
    figures = [*_over_time(tables)]
    if any(tables.who(name) for name in tables.question.what_ifs):
        figures.append(
            Figure(
                "who_wins",
                "Who wins, who loses",
                who_words(tables),
                partial(who_wins, tables),
                "value",
                partial(row_numbers, tables),
            )
        )
    if tables.groups:
        title = "The same people, better or worse off"
        figures.append(
            Figure(
                "better_off",
                title,
                people_words(tables),
                partial(better_off, tables),
                "people",
                lambda: tables.people,
            )
        )
    return figures + bridge_figures(tables) + through_figures(tables)


def _over_time(tables: ComparedTables) -> Iterator[Figure]:
    """Yield difference and levels of each outcome; those of the first have plain names."""
    for place, key in enumerate(tables.question.outcomes[:MOST_OUTCOMES]):
        words = outcome_words(row_of(tables, key))
        tail = f"-{place + 1}" if place else ""
        text = sentence(claims(tables, key, tables.question.what_ifs))
        yield Figure(f"difference{tail}", f"Difference in {words}", text,
                     partial(difference, tables, key=key), "value",
                     partial(curve_numbers, tables, key))  # fmt: skip
        yield Figure(f"scenarios{tail}", f"Side by side: {words}", level_words(tables, key),
                     partial(scenarios, tables, key=key), "value",
                     partial(level_numbers, tables, key))  # fmt: skip


def row_numbers(tables: ComparedTables) -> pd.DataFrame:
    """Return the comparisons by actor, what-if by what-if."""
    import pandas as pd

    rows = [asdict(row) for name in tables.question.what_ifs
            for row in tables.who(name, roles=True)]  # fmt: skip
    return pd.DataFrame(rows)


def curve_numbers(tables: ComparedTables, key: Key) -> pd.DataFrame:
    """Return the difference of an outcome over time, what-if by what-if."""
    curves = tables.curves
    metric, of = key
    chosen: pd.DataFrame = curves[(curves["outcome"] == metric) & (curves["actor"] == of)]
    return chosen


def level_numbers(tables: ComparedTables, key: Key) -> pd.DataFrame:
    """Return an outcome over time, scenario by scenario."""
    import pandas as pd

    parts = [curve(tables.series_of(name), *key).assign(scenario=name) for name in tables.scenarios]
    return pd.concat(parts, ignore_index=True)


__all__ = ["better_off", "difference", "figures_of", "scenarios", "who_wins"]
