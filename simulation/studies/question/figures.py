"""The figures of a question: shares by actor, the map, what the effect depends on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.exploration.figures.influence import swings
from simulation.studies.exploration.figures.map import decision_map, map_text
from simulation.studies.exploration.figures.shares import share_bars
from simulation.studies.question.answer import leaning_text, verdict_text
from simulation.studies.question.tables import QuestionTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def figures_of(tables: QuestionTables) -> list[Figure]:
    """Return the figures that have something to show."""
    figures = [_figure(tables, "shares", "In how many futures, and for whom", verdict_text,
                     share_bars)]  # fmt: skip
    if tables.findings["unit"] == "share":
        return figures
    if tables.lead["map"] is not None:
        figures.append(_figure(tables, "map", "Where it holds", map_text, decision_map))
    if tables.lead["swings"]:
        figures.append(_figure(tables, "swings", "What the difference depends on", leaning_text,
                             swings))  # fmt: skip
    return figures


def _figure(
    tables: QuestionTables, name: str, title: str, finding: Callable[[QuestionTables], str],
    draw: Callable[[QuestionTables], Axes],
) -> Figure:  # fmt: skip
    return Figure(name, title, sentence(finding(tables)), partial(draw, tables))
