"""A rule that a scenario breaks."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.scenario.tree import Steps


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold: the paths it is about, the first one to be named."""

    paths: tuple[Steps, ...]
    message: str
    hint: str | None = None
