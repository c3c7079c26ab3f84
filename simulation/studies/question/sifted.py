"""What the first runs of a question show, and the cells that its later ones are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.analysis.decision.reversals import RangeCell
from simulation.studies.futures.design import with_draws
from simulation.studies.question.cells import CELL_MOST

if TYPE_CHECKING:
    from simulation.experiment.factors import Factor
    from simulation.experiment.posterior import ParameterDraws
    from simulation.studies.question.search import Suspected


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
        width: numbers that place a future in the unit cube.
        first: number of its first candidate.
        futures: numbers of those that are run, once it is known which are plausible.
        tried: how many candidates were looked at.
    """

    assumptions: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: float
    effect: int
    upward: bool
    width: int
    first: int
    futures: tuple[int, ...] = ()
    tried: int = 0

    @classmethod
    def of(cls, one: Suspected, width: int, first: int) -> Searched:
        """Return the cell of a suspicion, with futures of its own."""
        cell = one.cell
        return cls(cell.assumptions, cell.low, cell.high, cell.mean, one.effect, one.upward, width,
                   first)  # fmt: skip

    @cached_property
    def rows(self) -> list[list[float]]:
        """The places of its candidates in the unit cube, more than are wanted."""
        cell = RangeCell(self.assumptions, self.low, self.high, self.mean)
        rows: list[list[float]] = cell.futures(self.width, CELL_MOST, seed=self.first).tolist()
        return rows

    def row(
        self, number: int, unknown: Sequence[Factor], draws: ParameterDraws | None
    ) -> list[float]:
        """Return the place of a candidate: within the cell, and else a whole draw where some are.

        Args:
            number: of the candidate.
            unknown: what is uncertain.
            draws: of a posterior.
        """
        row = self.rows[number - self.first]
        (drawn,) = with_draws([row], unknown, draws, number - self.first + 1)
        for at in self.assumptions:
            drawn[at] = row[at]
        return drawn

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Searched:
        """Return the cell that plain data stand for, those of earlier versions too."""
        lists = ("assumptions", "low", "high", "futures")
        rows = data.get("rows")  # earlier versions wrote all candidates down
        now = {"width": len(rows[0]), "tried": len(rows)} if rows else {}
        plain = {name: value for name, value in data.items() if name != "rows"}
        return cls(**{**plain, **now, **{name: tuple(data[name]) for name in lists}})
