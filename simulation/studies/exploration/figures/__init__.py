"""The figures of an exploration, in the order of the report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.exploration.answer import (
    information_text,
    lead_text,
    level_text,
    regret_text,
)
from simulation.studies.exploration.figures.influence import swings, swings_text
from simulation.studies.exploration.figures.map import decision_map, map_text
from simulation.studies.exploration.figures.shares import share_bars
from simulation.studies.exploration.figures.worth import information_bars, level_curve, regret_heat
from simulation.studies.exploration.tables import ExplorationTables

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes


def figures_of(tables: ExplorationTables) -> list[Figure]:
    """Return the figures that have something to show."""
    figures = [
        _figure(tables, "shares", "Better in how many futures, for whom", lead_text, share_bars),
        _figure(tables, "regret", "What each arm may cost", regret_text, regret_heat),
        _figure(tables, "information", "What to find out first", information_text,
                information_bars),
    ]  # fmt: skip
    if tables.lead["map"] is not None:
        figures.insert(1, _figure(tables, "map", "Where it holds", map_text, decision_map))
    if tables.lead["swings"]:
        figures.append(_figure(tables, "swings", "What the difference depends on", swings_text,
                             swings))  # fmt: skip
    if tables.findings["level"] is not None:
        figures.append(
            _figure(tables, "level", "How much of it is needed", level_text, level_curve)
        )
    return figures


def _figure(
    tables: ExplorationTables, name: str, title: str,
    finding: Callable[[ExplorationTables], str], draw: Callable[[ExplorationTables], Axes],
) -> Figure:  # fmt: skip
    return Figure(name, title, sentence(finding(tables)), partial(draw, tables))


__all__ = ["figures_of"]
