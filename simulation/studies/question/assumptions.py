"""What is uncertain when a question is asked: every mechanism's numbers, all at once.

Nobody knows the numbers of the mechanisms, so all of them vary together, whatever the question is:
those of a company's decisions are levers, those of who and what there is make the market. Drawn
over the whole of their declared ranges they hardly ever make a market (none of 32 tried), so each
moves at most half way from the scenario's value towards either end (4 of 32), and futures that show
no market are set aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.experiment.factors import tidy
from simulation.scenario.fields import ValueKind, all_fields
from simulation.scenario.paths import value_at

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

SECTIONS = (
    "needs", "capability", "calendar", "listening", "reach", "talk", "journey", "choice",
    "encounter", "handover", "peers", "evaluate", "learn", "desks",
)  # fmt: skip
"""Sections of the mechanisms."""

WAY = 0.5
"""How far each number moves from the scenario's value towards the ends of its range, at most."""


def uncertain(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return what is uncertain in a market: paths, and the range of each."""
    ranges = {}
    for parameter in all_fields().values():
        path = parameter.path
        if path.partition(".")[0] not in SECTIONS or "*" in path:
            continue
        if parameter.kind is not ValueKind.NUMBER or parameter.sweep is None:
            continue
        value = value_at(scenario, path)
        if value is not None:
            low, high = (_part_way(float(value), end) for end in parameter.sweep)
            ranges[path] = (min(low, float(value)), max(high, float(value)))
    return {path: ends for path, ends in ranges.items() if ends[0] < ends[1]}


def _part_way(value: float, end: float) -> float:
    return tidy(value + WAY * (end - value))
