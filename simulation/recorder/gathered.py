"""Metrics that are declared as data: which of the month's sums they add up, and divide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Bools, Integers
from simulation.kernels.gather import gather
from simulation.world.month import Census, Month
from simulation.world.world import World

Cells = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Places:
    """Where things stand in a run, its events included.

    Attributes:
        month: the month's tables, which hold the places of its sums instead of the sums.
        desks: (company, touchpoint) of every service desk there is or will be.
        served: (stage, touchpoint) of every stage of the journey that a touchpoint serves.
        serves: whether a touchpoint does, ``(n_stages, n_touchpoints)``.
        present: which stages the journey has ``(n_stages,)``.
        social: at which touchpoints people meet each other ``(n_touchpoints,)``.
    """

    month: Month
    desks: Cells
    served: Cells
    serves: Bools
    present: Bools
    social: Bools

    @property
    def census(self) -> Census:
        """Return the places of the census."""
        return self.month.census

    @classmethod
    def of(cls, world: World) -> Places:
        """Return the places of a world."""
        touchpoints, present = world.touchpoints, world.journey.present
        return cls(
            month=Month.places(world.sizes),
            desks=desks_of(world),
            served=served_by(world),
            serves=touchpoints.serves & present[:, None],
            present=present,
            social=touchpoints.social,
        )


def desks_of(world: World) -> Cells:
    """Return (company, touchpoint) of every service desk there is or will be."""
    companies, touchpoints = np.nonzero(world.ever_desks)
    return companies, touchpoints


def served_by(world: World) -> Cells:
    """Return (stage, touchpoint) of every stage of the journey that a touchpoint serves."""
    stages, touchpoints = np.nonzero(world.touchpoints.serves & world.journey.present[:, None])
    return stages, touchpoints


Where = Callable[[Places], Any]
"""Places of sums: one a label, ``(n,)``; several, ``(n, m)`` or a list of arrays, are added up."""


@dataclass(frozen=True)
class Gathered:
    """A measure that adds up some of the month's sums: plus + (times Σ top) / Σ bottom.

    It is not a number where Σ bottom is 0; without ``bottom`` nothing is divided.
    """

    top: Where
    bottom: Where | None = None
    times: float = 1.0
    plus: float = 0.0


class Gatherer:
    """Gathers the values of many measures at once.

    Args:
        places: of the run.
        measures: what is gathered, with the columns to which its values go.
    """

    def __init__(self, places: Places, measures: Sequence[tuple[Gathered, range]]) -> None:
        self._counted = Month.counted(places.month.sizes)
        top: list[NDArray[Any]] = []
        bottom: list[NDArray[Any]] = []
        for measure, columns in measures:
            top += _rows(measure.top(places), len(columns))
            nothing = [np.empty(0, dtype=np.int64)] * len(columns)
            below = measure.bottom
            bottom += _rows(below(places), len(columns)) if below is not None else nothing
        self._tables = *_joined(top), *_joined(bottom)
        lengths = [len(columns) for _, columns in measures]
        self._times = np.repeat([float(measure.times) for measure, _ in measures], lengths)
        self._plus = np.repeat([float(measure.plus) for measure, _ in measures], lengths)
        self._column = np.array([n for _, columns in measures for n in columns], dtype=np.int64)

    def fill(self, month: Month, out: NDArray[np.float64]) -> None:
        """Write the values of a month to their columns of a row."""
        words = month.words
        gather(
            words, words.view(np.float64), self._counted, *self._tables,
            self._times, self._plus, self._column, out,
        )  # fmt: skip


def _rows(places: Any, n: int) -> list[NDArray[Any]]:
    """Return the places of each label; one row of places serves all labels."""
    rows = [np.atleast_1d(row).ravel() for row in places]
    return rows * n if len(rows) == 1 else rows


def _joined(rows: list[NDArray[Any]]) -> tuple[Integers, Integers]:
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    return start, np.concatenate([np.empty(0, dtype=np.int64), *rows])
