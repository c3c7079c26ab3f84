"""The random streams, one number at a time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import log
from typing import Any

from numba import njit

from simulation import streams
from simulation.streams import Streams, pick, uniform

normal_quantile = njit(streams.normal_quantile.py_func)
"""A subroutine of kernels, compiled so that Python can call it."""


@njit
def _uniform(key: Any, index: int) -> float:
    return uniform(key, index)


@njit
def _pick(key: Any, index: int, n: int) -> int:
    return pick(key, index, n)


CLOSE = 1e-12
"""A draw this near to its threshold could fall to either side by rounding alone."""


class Dice:
    """Draws by name: who asks the same question gets the same answer.

    ``close_calls`` says where rounding alone could have turned a decision.
    """

    def __init__(self, seed: int) -> None:
        self._streams = Streams(seed)
        self.close_calls: list[str] = []

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
        """Return whether something of this chance happens."""
        draw = self.uniform(process, step, name, index)
        self.note(draw - chance, f"{process} {step} {name} {index}")
        return draw < chance

    def falls(self, shares: Sequence[float], process: str, step: int, name: str, index: int) -> int:
        """Return one of several alternatives that share the interval from 0 to 1 in order."""
        draw, total = self.uniform(process, step, name, index), 0.0
        for alternative, share in enumerate(shares[:-1]):
            total += share
            self.note(draw - total, f"{process} {step} {name} {index}")
            if draw < total:
                return alternative
        return len(shares) - 1

    def first[T: Hashable](self, race: Mapping[T, tuple[float, float]]) -> T:
        """Return who is first in an exponential race of (log rate, draw): the first of equals.

        The time −log(draw)/rate is compared by its logarithm, which no rate can overflow.
        """
        times = {who: log(-log(draw)) - rate for who, (rate, draw) in race.items()}
        best = min(times, key=times.__getitem__)
        for who, time in times.items():
            if who != best:
                self.note(time - times[best], f"race of {who} and {best}")
        return best

    def note(self, gap: float, decision: str) -> None:
        """Write down a decision that was too close to call."""
        if abs(gap) < CLOSE:
            self.close_calls.append(decision)
