"""The figures of an exploration, in the order of the report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from simulation.report.figure import Figure
from simulation.report.words import sentence
from simulation.studies.exploration.answer import (
    information_text,
    lead_text,
    level_text,
    nothing_to_learn,
    regret_text,
)
from simulation.studies.exploration.figures.influence import swings, swings_text
from simulation.studies.exploration.figures.map import decision_map, map_text
from simulation.studies.exploration.figures.numbers import (
    information_numbers,
    level_numbers,
    map_numbers,
    regret_numbers,
    share_numbers,
    swing_numbers,
)
from simulation.studies.exploration.figures.shares import share_bars
from simulation.studies.exploration.figures.worth import information_bars, level_curve, regret_heat
from simulation.studies.exploration.tables import ExplorationTables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes


def figures_of(tables: ExplorationTables) -> list[Figure]:
    """Return the figures that have something to show."""
    lead, findings = tables.lead, tables.findings
    views = [
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
              "level": findings["level"] is None,
              "information": nothing_to_learn(tables)}  # fmt: skip
    return [view.of(tables) for view in views if not absent.get(view.name)]


@dataclass(frozen=True)
class FutureView[T: ExplorationTables]:
    """A figure before it has tables: what it says, how it is drawn, the numbers behind it."""

    name: str
    title: str
    finding: Callable[[T], str]
    draw: Callable[[T], Axes]
    numbers: Callable[[T], pd.DataFrame]
    chapter: str = "decision"

    def of(self, tables: T) -> Figure:
        """Return the figure of some tables."""
        return Figure(self.name, self.title, sentence(self.finding(tables)),
                      partial(self.draw, tables), self.chapter,
                      partial(self.numbers, tables))  # fmt: skip


__all__ = ["FutureView", "figures_of"]
