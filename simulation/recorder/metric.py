"""What a metric is, and what it is measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulation.arrays import Floats, Integers
from simulation.recorder.gathered import Gathered, Places
from simulation.scenario.words import Better
from simulation.world.month import Census
from simulation.world.world import World

Labels = Callable[[World], Sequence[str]]
MeasureOf = Callable[["Seen"], "Floats | Integers | Sequence[float]"]


@dataclass(frozen=True)
class Seen:
    """What metrics are measured on: the world, the census of its people, and where to look."""

    world: World
    census: Census
    places: Places


@dataclass(frozen=True)
class Metric:
    """A number, or several of one kind, per month."""

    name: str
    unit: str
    meaning: str
    labels: Labels
    measure: MeasureOf | Gathered
    better: Better = Better.HIGH
    """Which end is wanted where two scenarios are compared."""
    figure: str = ""
    """The figure of a run's report that draws it, by name, if one does."""
