"""What is run after the design, for a purpose: its plans as plain data, in and out.

A *batch* is a set of futures of its own that answers one thing: is the effect reversed in this part
of the ranges, or lost at this point? Does this level of a lever pay? Do the assumptions that
nothing speaks of matter after all? Its seeds belong to what it asks, so that a batch that is asked
for again, after more futures or seeds, is there already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision.next_runs import Suspect, fixed_at, redrawn
from simulation.analysis.decision.reversals import FUTURES, SEEDS
from simulation.arrays import Floats

if TYPE_CHECKING:
    from simulation.studies.futures.arms import Future

MOST_SEEDS = 16
"""Seeds of one future at most."""
ROUNDS = 3
"""Times that futures which cannot tell get further seeds, and are looked at again."""
SPARE = 2
"""Times as many places as futures: some may turn out to be no plausible market."""
LEVEL_FUTURES = 64
LEFT_OUT_FUTURES = 64
LEAST_TO_SEARCH = 64
"""Plausible futures that a search needs: an emulator of fewer says little about corners."""
DESIGN, FURTHER = "design", "further seeds"


class Purpose(StrEnum):
    """What a batch is run for."""

    REVERSAL = "reversal"
    RADIUS = "radius"
    LEVEL = "level"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Batch:
    """Futures that are run for one purpose, with the base and one arm.

    Attributes:
        purpose: what it is run for.
        arm: the arm that is run beside the base.
        places: of its futures in the unit cube, each as wide as what is uncertain.
        keys: what the seeds of each future belong to.
        replicates: seeds of each.
        wanted: futures that are enough; the others are spare.
        assumptions, low, high: what bounds it, if anything does.
        expected: the effect that the emulator has there.
        upward: whether a positive effect is looked for; a negative one otherwise.
        level: the value of the only lever at which it is run.
        first: number of its first future.
        chosen: which of its futures are run, once it is known which are plausible.
    """

    purpose: Purpose
    arm: str
    places: tuple[tuple[float, ...], ...]
    keys: tuple[str, ...]
    replicates: int = SEEDS
    wanted: int = FUTURES
    assumptions: tuple[int, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    expected: float = 0.0
    upward: bool = False
    level: float | None = None
    first: int = 0
    chosen: tuple[int, ...] | None = None

    @property
    def numbers(self) -> range:
        """The numbers of its futures."""
        return range(self.first, self.first + len(self.places))

    @property
    def run_numbers(self) -> list[int]:
        """The numbers of those that are run."""
        return [self.first + at for at in self.chosen or ()]

    def holds(self, place: Floats) -> bool:
        """Whether a place is within its bounds; a future that was drawn back may not be."""
        return all(
            low - 1e-9 <= place[at] <= high + 1e-9
            for at, low, high in zip(self.assumptions, self.low, self.high, strict=True)
        )

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Batch:
        """Return the batch that plain data stand for."""
        lists = ("keys", "assumptions", "low", "high")
        chosen = data["chosen"]
        return cls(**{
            **data,
            **{name: tuple(data[name]) for name in lists},
            "purpose": Purpose(data["purpose"]),
            "places": tuple(tuple(row) for row in data["places"]),
            "chosen": None if chosen is None else tuple(chosen),
        })  # fmt: skip


@dataclass(frozen=True)
class Search:
    """How much is run after the design.

    Attributes:
        budget: runs that futures which cannot tell may get beyond their seeds; half as many as the
            design has if None.
        wanted: whether reversals, the radius and the required level are run again, and what was
            left out.
    """

    budget: int | None = None
    wanted: bool = True


@dataclass(frozen=True)
class Later:
    """What was run after the design.

    Attributes:
        further: further seeds by arm and future.
        batches: futures for a purpose.
        unsure: by arm, futures that could not tell before they had further seeds.
        kept: by arm, the assumptions that are spoken of, as the design alone settles them.
    """

    further: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    batches: tuple[Batch, ...] = ()
    unsure: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "further": [[arm, future, n] for arm, more in self.further.items()
                        for future, n in more.items()],
            "batches": [batch.as_data() for batch in self.batches],
            "unsure": dict(self.unsure),
            "kept": {arm: list(columns) for arm, columns in self.kept.items()},
        }  # fmt: skip

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Later:
        """Return what plain data stand for; nothing of nothing."""
        further: dict[str, dict[int, int]] = {}
        for arm, future, n in data.get("further", ()):
            further.setdefault(str(arm), {})[int(future)] = int(n)
        batches = tuple(Batch.of_data(one) for one in data.get("batches", ()))
        kept = {str(arm): tuple(kept) for arm, kept in data.get("kept", {}).items()}
        return cls(further, batches, dict(data.get("unsure", {})), kept)


def numbered(batches: Sequence[Batch], first: int) -> list[Batch]:
    """Return batches whose futures are numbered one after the other."""
    result = []
    for batch in batches:
        result.append(replace(batch, first=first))
        first += len(batch.places)
    return result


def reversal_batch(arm: str, suspect: Suspect, n_assumptions: int) -> Batch:
    """Return the batch that runs a cell again, on fresh futures and seeds."""
    cell = suspect.cell
    places = cell.futures(n_assumptions, SPARE * FUTURES)
    ends = [f"{at}:{low:g}-{high:g}" for at, low, high in
            zip(cell.assumptions, cell.low, cell.high, strict=True)]  # fmt: skip
    return Batch(
        Purpose.REVERSAL, arm, _rows(places), _keys(f"cell {' '.join(ends)}", len(places)),
        assumptions=cell.assumptions, low=cell.low, high=cell.high, expected=cell.mean,
        upward=suspect.upward,
    )  # fmt: skip


def radius_batch(
    arm: str, worst: Floats, kept: Sequence[int], expected: float, n_assumptions: int
) -> Batch:
    """Return the batch that runs the worst point of a radius again, all else drawn anew."""
    worst = np.round(worst, 9)
    places = fixed_at(worst, kept, n_assumptions, SPARE * FUTURES, seed=2)
    name = " ".join(f"{at}:{value:g}" for at, value in zip(kept, worst, strict=True))
    ends = tuple(worst.tolist())
    return Batch(
        Purpose.RADIUS, arm, _rows(places), _keys(f"point {name}", len(places)),
        assumptions=tuple(kept), low=ends, high=ends, expected=expected,
    )  # fmt: skip


def level_batch(arm: str, level: float, share: float, n_assumptions: int) -> Batch:
    """Return the batch that runs a required level again on fresh futures and seeds."""
    places = fixed_at(np.zeros(0), (), n_assumptions, SPARE * LEVEL_FUTURES, seed=3)
    return Batch(
        Purpose.LEVEL, arm, _rows(places), _keys(f"level {level:g}", len(places)),
        wanted=LEVEL_FUTURES, expected=share, level=level,
    )  # fmt: skip


def left_out_batch(
    arm: str, x: Floats, futures: Sequence[int], kept: Sequence[int], replicates: int
) -> Batch:
    """Return the batch that runs futures of the design again with only the left-out redrawn.

    Args:
        arm: beside the base.
        x: the places of these futures, ``(n, n_assumptions)``.
        futures: their numbers, whose seeds are taken.
        kept: assumptions that stay as they are.
        replicates: seeds of each.
    """
    chosen = range(min(len(futures), LEFT_OUT_FUTURES))
    places = redrawn(x[list(chosen)], kept, seed=4)
    keys = tuple(str(futures[at]) for at in chosen)
    return Batch(Purpose.LEFT_OUT, arm, _rows(places), keys, replicates, len(keys))


def chosen_of(batch: Batch, futures: Sequence[Future], places: Floats, out: set[int]) -> list[int]:
    """Return which futures of a batch are run: plausible, within its bounds, as many as wanted.

    Args:
        batch: with spare futures.
        futures: those of the batch, in order.
        places: where they are after some were drawn back, ``(n, n_assumptions)``.
        out: numbers of implausible ones.
    """
    good = [
        at for at, (future, place) in enumerate(zip(futures, places, strict=True))
        if future.number not in out and (not future.mapped or _may_move(batch, place))
    ]  # fmt: skip
    return good[: batch.wanted]


def _may_move(batch: Batch, place: Floats) -> bool:
    """Whether a future that was drawn back still asks what the batch does."""
    return batch.purpose is not Purpose.LEFT_OUT and batch.holds(place)


def _rows(places: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in places.tolist())


def _keys(name: str, n: int) -> tuple[str, ...]:
    return tuple(f"{name} {at}" for at in range(n))
