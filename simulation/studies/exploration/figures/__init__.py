"""The figures of an exploration, in the order of the report."""

from __future__ import annotations

from simulation.report.figure import Figure
from simulation.studies.exploration.answer import (
    information_text,
    lead_text,
    level_text,
    nothing_to_learn,
    regret_text,
)
from simulation.studies.exploration.figures.numbers import (
    information_numbers,
    level_numbers,
    regret_numbers,
)
from simulation.studies.exploration.figures.worth import information_bars, level_curve, regret_heat
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.futures.figures.influence import swings, swings_text
from simulation.studies.futures.figures.map import decision_map, map_text
from simulation.studies.futures.figures.numbers import map_numbers, share_numbers, swing_numbers
from simulation.studies.futures.figures.shares import share_bars
from simulation.studies.futures.figures.view import FutureView


def figures_of(tables: ExplorationTables) -> list[Figure]:
    """Return the figures that have something to show."""
    lead = tables.lead
    views: list[FutureView[ExplorationTables]] = [
        FutureView("shares", "Better in how many futures, for whom", lead_text, share_bars,
             share_numbers),
        FutureView("map", "Where it holds", map_text, decision_map, map_numbers),
        FutureView("regret", "What each arm may cost", regret_text, regret_heat, regret_numbers),
        FutureView("information", "What to find out first", information_text, information_bars,
             information_numbers, "influence"),
        FutureView("swings", "What the difference depends on", swings_text, swings, swing_numbers,
             "influence"),
        FutureView("level", "How much of it is needed", level_text, level_curve, level_numbers),
    ]  # fmt: skip
    absent = {"map": lead["map"] is None, "swings": not lead["swings"],
              "level": tables.lever_levels is None,
              "information": nothing_to_learn(tables)}  # fmt: skip
    return [view.of(tables) for view in views if not absent.get(view.name)]
