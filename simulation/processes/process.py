"""What a process is: a plain function of the world and its draws, with what it reads and writes.

The declaration names columns of people that the process reads and all state that it writes
(``"people.knowledge"``, ``"firms.focus"``; ``"firms"`` for all of them); a contract test runs every
process and tries to disprove it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
        self.run(world, world.streams.at(self.name, world.step, world.rounds.number))


@dataclass(frozen=True)
class RoundOfProcesses:
    """Processes that follow each other several times a month, for those who go on."""

    name: str
    processes: tuple[Process, ...]
    why_here: str

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the columns of people that any of the processes reads."""
        return tuple(dict.fromkeys(name for each in self.processes for name in each.reads))

    @property
    def writes(self) -> tuple[str, ...]:
        """Return all state that any of the processes writes."""
        return tuple(dict.fromkeys(name for each in self.processes for name in each.writes))

    def __call__(self, world: World) -> None:
        """Let all rounds of the month happen in ``world``."""
        for process in self.each(world):
            process(world)

    def each(self, world: World) -> Iterator[Process]:
        """Yield the processes of all rounds in turn, with the round set in ``world``."""
        for number in range(1, world.rounds.of + 1):
            world.rounds.number = number
            yield from self.processes
        world.rounds.number = 0


MonthOfProcesses = tuple[Process | RoundOfProcesses, ...]
"""What happens in a month, in order."""
