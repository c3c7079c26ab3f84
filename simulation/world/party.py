"""Agents whose SimPy processes run on the firms' clock, and what these processes share."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import mesa
import simpy

if TYPE_CHECKING:
    from simulation.world.world import World

Clockwork = Generator[simpy.Event, Any, None]


class Ordinals:
    """Numbers for draws: 0, 1, … from month 1 on, and -1, -2, … in a warm-up before it.

    So what is drawn from month 1 on is the same for a warm-up of any length.
    """

    def __init__(self) -> None:
        self._next = 0
        self._before = -1

    def next(self, now: float) -> int:
        """Return the next number."""
        if now < 0.0:
            self._before -= 1
            return self._before + 1
        self._next += 1
        return self._next - 1


def until_due(now: float, every: float) -> float:
    """Return the time until something that happens every so many months, counted from month 1."""
    return every - now % every if now < 0.0 else every


class Spell:
    """Something that is on or off on the clock; tells for which share of a month it was on."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._time = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it is on now."""
        return self._since is not None

    def begin(self, now: float) -> None:
        """Turn it on."""
        self._since = now

    def end(self, now: float, month_start: float) -> None:
        """Turn it off."""
        if self._since is not None:
            self._time += now - max(self._since, month_start)
            self._since = None

    def close_month(self, month_start: float) -> float:
        """Return the share of the month ``month_start … month_start + 1`` and begin the next."""
        share = self._time
        if self._since is not None:
            share += month_start + 1.0 - max(self._since, month_start)
        self._time = 0.0
        return min(1.0, share)


class Party(mesa.Agent):
    """An agent with a life on the firms' clock that can be taken up again on another clock.

    Processes are generators, which cannot be copied. What each waits for is therefore noted with
    the time at which it is due; whoever starts the processes of a copy lets them wait for what
    was due first. That is exact where the clock stands at 0, as time + (due − time) is due there.
    """

    def __init__(self, model: mesa.Model, world: World) -> None:
        super().__init__(model)
        self._world = world
        self._due: dict[str, float] = {}
        self._open: dict[str, float] = {}
        """Of what was noted, that with which the processes have to go on."""

    def take_up(self) -> None:
        """Start the processes where they were when this party was copied."""
        now = self._world.clock.now
        self._open = {name: due for name, due in self._due.items() if due >= now}
        self.open_for_business()

    def open_for_business(self) -> None:
        """Start the processes on the firms' clock."""
        raise NotImplementedError

    def _wait(self, name: str, delay: float) -> simpy.Event:
        """Wait for so long, or for what is left of the wait of this name that is to be taken up."""
        clock = self._world.clock
        if name in self._open:
            delay = self._open.pop(name) - clock.now
        self._due[name] = clock.now + delay
        return clock.timeout(delay)
