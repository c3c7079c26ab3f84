"""What a metric is, and what it is measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.recorder.census import Census
from simulation.scenario.words import Better
from simulation.world.world import World

Values = NDArray[np.float64]
Counts = NDArray[np.signedinteger[Any]]
Labels = Callable[[World], Sequence[str]]
Measure = Callable[["Seen"], "Values | Counts | Sequence[float]"]
Cells = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Places:
    """Cells of tables by company, stage and touchpoint that can hold anything in a run.

    Attributes:
        desks: (company, touchpoint) of every service desk there is or will be
        served: (stage, touchpoint) of every stage of the journey that a touchpoint serves
    """

    desks: Cells
    served: Cells

    @classmethod
    def of(cls, world: World) -> Places:
        """Return the places of a world."""
        desks = np.nonzero(world.ever_desks)
        served = np.nonzero(world.touchpoints.serves & world.journey.present[:, None])
        return cls((desks[0], desks[1]), (served[0], served[1]))


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
    measure: Measure
    better: Better = Better.HIGH
    """Which end is wanted where two scenarios are compared."""
    figure: str = ""
    """The figure of a run's report that draws it, by name, if one does."""
