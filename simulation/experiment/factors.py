"""What an experiment varies: each factor, and how it turns a number in [0, 1] into settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import comb, exp, log

from simulation.store.records import Measure

Cell = float | int | str | bool
"""What stands in a table for a setting."""

GRID_LEVELS = 5
SIMPLEX_LEVELS = 11
DIGITS = 12
"""Significant digits of settings: the same on every machine, and short enough to be typed."""


class Role(StrEnum):
    """Whether somebody decides on a factor or nobody knows it."""

    LEVER = "lever"
    UNCERTAINTY = "uncertainty"


class Scale(StrEnum):
    """How the levels of a range are spaced."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True)
class Level:
    """One level of a factor: what the tables show, and what it changes in the scenario."""

    cells: Mapping[str, Cell]
    changes: Mapping[str, object]


@dataclass(frozen=True)
class Range:
    """All numbers between two bounds."""

    low: float
    high: float
    scale: Scale = Scale.LINEAR
    levels: int | None = None
    whole: bool = False

    def at(self, share: float) -> Cell:
        """Return the number that lies at a share of the way from low to high."""
        if share <= 0.0 or share >= 1.0:
            value = self.low if share <= 0.0 else self.high
        elif self.whole and self.scale is Scale.LINEAR:
            value = self.low + int(share * (self.high - self.low + 1))
        elif self.scale is Scale.LOG:
            value = exp(log(self.low) + share * (log(self.high) - log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else tidy(value)

    def share_of(self, value: float) -> float:
        """Return a share of the way from low to high at which a number lies."""
        if self.high == self.low:
            return 0.5
        if self.scale is Scale.LOG:
            return log(value / self.low) / log(self.high / self.low)
        if self.whole:
            return (value - self.low + 0.5) / (self.high - self.low + 1.0)
        return (value - self.low) / (self.high - self.low)

    def grid(self, levels: int | None) -> list[Cell]:
        """Return evenly spaced levels, ends included."""
        n = self.levels or levels or GRID_LEVELS
        values = [self._spaced(place, n) for place in range(n)]
        return list(dict.fromkeys(values))

    def n_grid(self, levels: int | None) -> int:
        """Return at most how many levels ``grid`` has."""
        return self.levels or levels or GRID_LEVELS

    def _spaced(self, place: int, n: int) -> Cell:
        share = place / (n - 1) if n > 1 else 0.5
        if self.whole and self.scale is Scale.LINEAR:
            return round(self.low + share * (self.high - self.low))
        return self.at(share)

    @property
    def ends(self) -> list[Cell]:
        """The two bounds."""
        return [self.at(0.0), self.at(1.0)]


@dataclass(frozen=True)
class Choices:
    """Some values, of any type."""

    values: tuple[Cell, ...]

    def at(self, share: float) -> Cell:
        """Return the value that a share of [0, 1] falls to; each has an equal part of it."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def grid(self, _levels: int | None) -> list[Cell]:
        """Return all values."""
        return list(self.values)

    @property
    def ends(self) -> list[Cell]:
        """All values: there is no order between them."""
        return list(self.values)


@dataclass(frozen=True)
class Levels(Choices):
    """Named levels, each of which sets several parameters at once."""

    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mixture:
    """A total that is divided among parts."""

    parts: tuple[str, ...]
    total: float
    levels: int | None = None

    def lattice(self, levels: int | None) -> list[tuple[float, ...]]:
        """Return all divisions in equal steps (the simplex lattice), ``levels`` along an edge."""
        steps = max((self.levels or levels or SIMPLEX_LEVELS) - 1, 1)
        counts = product(range(steps + 1), repeat=len(self.parts) - 1)
        result = [(*some, steps - sum(some)) for some in counts if sum(some) <= steps]
        return [self._amounts([count / steps for count in some]) for some in result]

    def centroids(self) -> list[tuple[float, ...]]:
        """Return equal divisions among every set of parts (the simplex centroid design).

        Scheffé 1963, J. Royal Statistical Society B 25:235.
        """
        chosen = sorted(product((1, 0), repeat=len(self.parts)), key=lambda some: sum(some))
        return [self._amounts([one / sum(some) for one in some]) for some in chosen if any(some)]

    def at(self, shares: Sequence[float]) -> tuple[float, ...]:
        """Return a division, uniform over the simplex when the shares are uniform in [0, 1].

            x_i = rest · (1 − (1 − u_i)^(1/(n − i))),  i = 1 … n − 1

        Each part is a beta(1, n − i) share of what the parts before it left, which makes them
        Dirichlet(1, …, 1).
        """
        rest, values = 1.0, list[float]()
        for place, share in enumerate(shares, start=1):
            values.append(rest * (1.0 - (1.0 - share) ** (1.0 / (len(self.parts) - place))))
            rest -= values[-1]
        return self._amounts([*values, rest])

    def _amounts(self, shares: Sequence[float]) -> tuple[float, ...]:
        return tuple(tidy(share * self.total) for share in shares)


Domain = Range | Choices | Levels | Mixture

DOMAINS: dict[type[Domain], str] = {
    Range: "interval", Choices: "choices", Levels: "levels", Mixture: "mixture",
}  # fmt: skip
"""The word for each kind of domain in manifests, which outlast the names of classes."""


@dataclass(frozen=True)
class Factor:
    """Something that an experiment varies.

    Attributes:
        key: a parameter path, or a name of its own where levels set several parameters.
        role: lever or uncertainty.
        domain: what it can be.
        links: further paths that are set to the same value.
        measures: unit and meaning of each of its columns.
        present: what it is in the baseline, by column.
    """

    key: str
    role: Role
    domain: Domain
    links: tuple[str, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    present: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that show it in tables."""
        if isinstance(self.domain, Mixture):
            return tuple(f"{self.key}.{part}" for part in self.domain.parts)
        return (self.key,)

    @property
    def width(self) -> int:
        """How many numbers in [0, 1] it takes to choose a setting."""
        return len(self.domain.parts) - 1 if isinstance(self.domain, Mixture) else 1

    def at(self, shares: Sequence[float]) -> Level:
        """Return the setting at a place of the unit cube, of ``width`` numbers."""
        domain = self.domain
        if isinstance(domain, Mixture):
            return self._divided(domain.at(shares))
        return self._set(domain.at(shares[0]))

    def grid(self, levels: int | None = None) -> list[Level]:
        """Return its levels in order."""
        domain = self.domain
        if isinstance(domain, Mixture):
            return [self._divided(amounts) for amounts in domain.lattice(levels)]
        return [self._set(value) for value in domain.grid(levels)]

    def n_grid(self, levels: int | None = None) -> int:
        """Return at most how many levels its grid has, without listing them."""
        domain = self.domain
        if isinstance(domain, Mixture):
            steps = max((domain.levels or levels or SIMPLEX_LEVELS) - 1, 1)
            return comb(steps + len(domain.parts) - 1, len(domain.parts) - 1)
        return len(domain.values) if isinstance(domain, Choices) else domain.n_grid(levels)

    def n_ends(self) -> int:
        """Return how many extremes it has, without listing them."""
        domain = self.domain
        if isinstance(domain, Mixture):
            return int(2 ** len(domain.parts)) - 1
        return len(domain.values) if isinstance(domain, Choices) else 2

    def ends(self) -> list[Level]:
        """Return its extremes: both bounds, all values, or equal divisions among sets of parts."""
        domain = self.domain
        if isinstance(domain, Mixture):
            return [self._divided(amounts) for amounts in domain.centroids()]
        return [self._set(value) for value in domain.ends]

    def baseline(self) -> Level:
        """Return the scenario's own setting, which changes nothing."""
        return Level(self.present, {})

    def _set(self, value: Cell) -> Level:
        if isinstance(self.domain, Levels):
            return Level({self.key: value}, self.domain.settings[str(value)])
        return Level({self.key: value}, dict.fromkeys((self.key, *self.links), value))

    def _divided(self, amounts: Sequence[float]) -> Level:
        cells = dict(zip(self.columns, amounts, strict=True))
        parts = [column.removeprefix(self.key) for column in self.columns]
        changes = {
            f"{path}{part}": amount
            for path in (self.key, *self.links)
            for part, amount in zip(parts, amounts, strict=True)
        }
        return Level(cells, changes)


def tidy(value: float) -> float:
    """Return a number to twelve significant digits."""
    return float(f"{value:.{DIGITS}g}")
