"""What the first runs of a question show, and the cells that its later ones are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.studies.question.search import Suspected

CELL_FUTURES, CELL_SEEDS, SPARE = 16, 2, 2
"""Futures and seeds of a cell that is run again, and how many times as many are tried."""


@dataclass(frozen=True)
class Sifted:
    """What the first runs showed.

    Attributes:
        tried: candidates.
        futures: numbers of the plausible ones that are used.
        missed: how many candidates missed each published figure, or broke a rule.
        scales: what the funding of each arm is multiplied with, so that all cost the same.
        costs: what each arm cost more than the market as it is, before that.
        all_seeds: whether every future has all seeds, as one each left the claim undecided.
        more_seeds: by future, how many seeds it has where these left the claim undecided too.
    """

    tried: int = 0
    futures: tuple[int, ...] = ()
    missed: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    all_seeds: bool = False
    more_seeds: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Sifted:
        """Return what plain data stand for, those of earlier versions too."""
        more = {int(future): int(n) for future, n in data.get("more_seeds", {}).items()}
        return cls(**{**data, "futures": tuple(data["futures"]), "more_seeds": more})


@dataclass(frozen=True)
class Searched:
    """A cell that is run again to look for a reversal.

    Attributes:
        assumptions, low, high: its bounds in the unit cube.
        mean: the effect that the emulator expects there.
        effect: the effect of the claim that is expected to fail there.
        upward: whether a claim that fails is looked at for where it holds.
        rows: places of its futures in the unit cube, more than are wanted.
        first: number of the first of these.
        futures: numbers of those that are run, once it is known which are plausible.
    """

    assumptions: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: float
    effect: int
    upward: bool
    rows: tuple[tuple[float, ...], ...]
    first: int
    futures: tuple[int, ...] = ()

    @classmethod
    def of(cls, one: Suspected, width: int, first: int) -> Searched:
        """Return the cell of a suspicion, with futures of its own."""
        cell = one.cell
        rows = cell.futures(width, SPARE * CELL_FUTURES, seed=first)
        return cls(
            cell.assumptions, cell.low, cell.high, cell.mean, one.effect, one.upward,
            tuple(tuple(row) for row in rows.tolist()), first,
        )  # fmt: skip

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Searched:
        """Return the cell that plain data stand for."""
        lists = ("assumptions", "low", "high", "futures")
        rows = tuple(tuple(row) for row in data["rows"])
        return cls(**{**data, **{name: tuple(data[name]) for name in lists}, "rows": rows})
