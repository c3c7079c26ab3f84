"""How many seeds, and which: of the scenario's own values, of each future, and further ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.store import PlannedRun

PRESENT_SEEDS = 8
"""Seeds with which the scenario's own values are run at least."""
SHARE_TWICE, LEAST_TWICE = 4, 16
"""One future of so many, and of no fewer, has two seeds where the others have one: what a
difference owes to its seed can be known from no fewer."""


def seed_in(future: int | str, seed: int) -> int:
    """Return the seed of a future: its own, so that no draw of a market is shared by all.

    The scenario's own values are run with the seeds themselves, as ``cocreate run`` does.

    Args:
        future: its number, or what its seeds belong to.
        seed: of the study.
    """
    if future == 0:
        return seed
    digest = hashlib.blake2b(f"{seed}/{future}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 2


def in_turn(plan: PlannedRun) -> tuple[int, int, int]:
    """Return a run's place: replicates first, then futures, the arms of each side by side."""
    return (int(plan.parameters["replicate"]), int(plan.parameters["future"]), plan.run)


def n_twice(futures: int) -> int:
    """Return how many of some futures have a second seed where one is enough for the others."""
    return max(futures // SHARE_TWICE, LEAST_TWICE)


@dataclass(frozen=True)
class Seeds:
    """The seeds that were asked for, and the ones that follow them.

    Attributes:
        asked: one or more.
        futures: how many futures there are.
    """

    asked: tuple[int, ...]
    futures: int = 0

    def first(self, n: int) -> tuple[int, ...]:
        """Return n seeds: those that were asked for, and the next ones."""
        taken = set(self.asked)
        others = (seed for seed in count(self.asked[0]) if seed not in taken)
        return (*self.asked, *(next(others) for _ in range(n - len(self.asked))))

    @property
    def present(self) -> tuple[int, ...]:
        """Those of the scenario's own values."""
        return self.first(max(PRESENT_SEEDS, len(self.asked)))

    def of(self, future: int) -> tuple[int, ...]:
        """Return those that a future has in the design; future 0 is the scenario's own values."""
        if not future:
            return self.present
        return self.first(2) if self._is_twice(future) else self.asked

    def beyond(self, future: int, n: int) -> list[tuple[int, int]]:
        """Return the places and seeds of n further ones of a future."""
        held = len(self.of(future))
        return list(enumerate(self.first(held + n)))[held:]

    def _is_twice(self, future: int) -> bool:
        return len(self.asked) == 1 and future <= n_twice(self.futures)
