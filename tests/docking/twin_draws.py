"""The random streams, one number at a time."""

from __future__ import annotations

from typing import Any

from numba import njit

from simulation.streams import Streams, normal_quantile, pick, uniform


@njit
def _uniform(key: Any, index: int) -> float:
    return uniform(key, index)


@njit
def _pick(key: Any, index: int, n: int) -> int:
    return pick(key, index, n)


CLOSE = 1e-12
"""A draw this near to its threshold could fall to either side by rounding alone."""


class Dice:
    """Draws by name: who asks the same question gets the same answer."""

    def __init__(self, seed: int) -> None:
        self._streams = Streams(seed)
        self.close_calls: list[tuple[str, int, str, int]] = []

    def uniform(self, process: str, step: int, name: str, index: int = 0) -> float:
        """Return a uniform draw in (0, 1)."""
        return _uniform(self._streams.key(process, step, name), index)

    def normal(self, process: str, step: int, name: str, index: int = 0) -> float:
        """Return a standard normal draw."""
        return normal_quantile(self.uniform(process, step, name, index))

    def pick(self, process: str, step: int, name: str, index: int, n: int) -> int:
        """Return one of 0 … n-1."""
        return _pick(self._streams.key(process, step, name), index, n)

    def happens(self, chance: float, process: str, step: int, name: str, index: int = 0) -> bool:
        """Return whether something of this chance happens; note draws too close to call."""
        draw = self.uniform(process, step, name, index)
        if abs(draw - chance) < CLOSE:
            self.close_calls.append((process, step, name, index))
        return draw < chance
