"""Who takes part in an attribution, as its folder says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.report.shown import BY_TOUCHPOINT
from simulation.scenario.fields import named_lists


@dataclass(frozen=True)
class PlayerWords:
    """Something that takes part or does not, in words."""

    name: str
    meaning: str
    absent: Mapping[str, str]
    present: Mapping[str, str]
    removes: tuple[str, ...]

    @property
    def is_thing(self) -> bool:
        """Whether it is something that the scenario names, and no mechanism of that name."""
        paths = (*self.removes, *self.absent, *self.present)
        return any(tuple(path.split(".")[-2:]) == (kind, self.name)
                   for path in paths for kind in (*named_lists(), *BY_TOUCHPOINT))  # fmt: skip
