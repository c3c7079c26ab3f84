"""What a process is: a plain function of the world and its draws, with what it reads and writes.

The declaration names columns of people that the process reads and all state that it writes
(``"people.knowledge"``, ``"firms.focus"``; ``"firms"`` for all of them); a contract test runs every
process and tries to disprove it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulation.streams import Draws
from simulation.world.world import World


@dataclass(frozen=True)
class Process:
    """One mechanism of the month."""

    name: str
    run: Callable[[World, Draws], None]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    why_here: str

    def __call__(self, world: World) -> None:
        """Let it happen in ``world``."""
        self.run(world, world.streams.at(self.name, world.step))
