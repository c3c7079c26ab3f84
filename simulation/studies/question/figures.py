"""The figures of a question: shares by actor, the map, what the effect depends on."""

from __future__ import annotations

from simulation.report.figure import Figure
from simulation.studies.exploration.figures import FutureView
from simulation.studies.exploration.figures.influence import swings
from simulation.studies.exploration.figures.map import decision_map, map_text
from simulation.studies.exploration.figures.numbers import (
    map_numbers,
    share_numbers,
    swing_numbers,
)
from simulation.studies.exploration.figures.shares import share_bars
from simulation.studies.question.answer import leaning_text, verdict_text
from simulation.studies.question.tables import QuestionTables


def figures_of(tables: QuestionTables) -> list[Figure]:
    """Return the figures that have something to show."""
    views: list[FutureView[QuestionTables]] = [
        FutureView("shares", "In how many futures, and for whom", verdict_text, share_bars,
             share_numbers),
        FutureView("map", "Where it holds", map_text, decision_map, map_numbers),
        FutureView("swings", "What the difference depends on", leaning_text, swings, swing_numbers,
             "influence"),
    ]  # fmt: skip
    if tables.findings["unit"] == "share":
        views = views[:1]
    absent = {"map": tables.lead["map"] is None, "swings": not tables.lead["swings"]}
    return [view.of(tables) for view in views if not absent.get(view.name)]
