"""Who is shown how runs come along."""

from __future__ import annotations

from typing import Protocol

from simulation.execution.tasks import RunEvent


class Watch(Protocol):
    """Is shown how the runs of a study come along, wave by wave."""

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """``runs`` are asked for, of which ``reused`` are there already."""

    def see(self, event: RunEvent) -> None:
        """Something has happened."""

    def end(self) -> None:
        """No more runs are done."""


class Unwatched:
    """Looks away."""

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Look away."""

    def see(self, event: RunEvent) -> None:
        """Look away."""

    def end(self) -> None:
        """Look away."""
