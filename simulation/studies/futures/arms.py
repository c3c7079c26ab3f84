"""An arm that can be decided, a future that may turn out to hold, and the point that both make."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.experiment.design import Point
from simulation.studies.futures.seeds import seed_in

BASE = "base"


@dataclass(frozen=True)
class Arm:
    """Something that can be decided: its name and its settings; the base changes nothing."""

    name: str
    point: Point

    @property
    def is_base(self) -> bool:
        """Whether it leaves the scenario as it is."""
        return not self.point.changes


@dataclass(frozen=True)
class Future:
    """A point over what is uncertain.

    Attributes:
        number: 0 is the scenario's own values, which no share counts.
        point: its settings.
        mapped: whether it broke a rule between parameters and was drawn towards the scenario.
        key: what its seeds belong to; its number if empty.
    """

    number: int
    point: Point
    mapped: bool = False
    key: str = ""

    def seed(self, seed: int) -> int:
        """Return one of its seeds."""
        return seed_in(self.key or self.number, seed)


def joined(arm: Arm, point: Point) -> Point:
    """Return the point of an arm in a future: what is decided counts, and not a draw of it."""
    ours = arm.point
    before = {path: value for path, value in point.changes.items() if path in ours.changes}
    cells = {**ours.cells, **point.cells, **ours.cells}
    return Point(cells, {**ours.changes, **point.changes, **ours.changes}, before)
