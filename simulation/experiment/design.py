"""From factors to points: every design that an experiment can have.

Samplers are SALib's and scipy's; here they are only asked for numbers in [0, 1], which the
factors turn into settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from simulation.experiment.factors import Cell, Factor, Level, Mixture, Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DesignKind(StrEnum):
    """How the points of an experiment are chosen."""

    GRID = "grid"
    """every level of every factor with every other"""
    ONE_AT_A_TIME = "one-at-a-time"
    """the baseline, and each factor moved alone"""
    LHS = "lhs"
    """Latin hypercube: n points that spread over every factor"""
    SOBOL = "sobol"
    """Saltelli's scheme for Sobol indices: n (factors + 2) points"""
    MORRIS = "morris"
    """trajectories for Morris screening: each (factors + 1) points"""
    FACTORIAL = "factorial"
    """every combination of the extremes"""
    RANDOM = "random"
    """n points drawn independently"""
    SIMPLEX = "simplex"
    """equal division among every set of parts (simplex centroid), with all levels of the rest"""
    FUTURES = "futures"
    """every setting of the levers in each of n futures: points over what is uncertain"""


@dataclass(frozen=True)
class Design:
    """How the points of an experiment are chosen; what a kind does not use is None."""

    kind: DesignKind
    n: int | None = None
    levels: int | None = None
    trajectories: int | None = None
    seed: int = 1
    second_order: bool = False
    limit: int | None = None


USES: dict[DesignKind, tuple[str, ...]] = {
    DesignKind.GRID: ("levels",),
    DesignKind.ONE_AT_A_TIME: ("levels",),
    DesignKind.LHS: ("n", "seed"),
    DesignKind.SOBOL: ("n", "seed", "second_order"),
    DesignKind.MORRIS: ("trajectories", "levels", "seed"),
    DesignKind.FACTORIAL: (),
    DesignKind.RANDOM: ("n", "seed"),
    DesignKind.SIMPLEX: ("levels",),
    DesignKind.FUTURES: ("n", "seed", "levels"),
}
"""The keys of each kind of design besides its kind and limit."""

MORRIS_LEVELS = 4


@dataclass(frozen=True)
class Point:
    """One combination of settings: what the tables show, and what it changes in the scenario.

    Attributes:
        cells: what the tables show.
        changes: the values of parameters.
        before: values before month 1 of parameters that are unknown and decided on as well.
    """

    cells: dict[str, Cell]
    changes: dict[str, object]
    before: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Iterable[Level]) -> Point:
        """Return the point that several settings make together."""
        cells: dict[str, Cell] = {}
        changes: dict[str, object] = {}
        for setting in settings:
            cells.update(setting.cells)
            changes.update(setting.changes)
        return cls(cells, changes)

    @classmethod
    def at(cls, row: Sequence[float], factors: Iterable[Factor]) -> Point:
        """Return the point at a place of the unit cube.

        Args:
            row: the place; each factor takes as many of its numbers as it is wide.
            factors: in the order of the row.
        """
        settings, start = [], 0
        for factor in factors:
            settings.append(factor.at(row[start : start + factor.width]))
            start += factor.width
        return cls.of(settings)

    @classmethod
    def present(cls, factors: Iterable[Factor]) -> Point:
        """Return the scenario's own values, which change nothing."""
        return cls.of(factor.baseline() for factor in factors)


def points(design: Design, factors: Sequence[Factor]) -> list[Point]:
    """Return the points of a design, in an order that depends on nothing but design and factors."""
    if design.kind in (DesignKind.LHS, DesignKind.RANDOM, DesignKind.SOBOL, DesignKind.MORRIS):
        return [Point.at(row, factors) for row in _cube(design, factors).tolist()]
    if design.kind is DesignKind.FUTURES:
        return _futures(design, factors)
    if design.kind is DesignKind.ONE_AT_A_TIME:
        result = list(_one_at_a_time(factors, design.levels))
    else:
        result = [Point.of(some) for some in product(*(_levels(design, one) for one in factors))]
    return thinned(result, design.limit)


def n_points(design: Design, factors: Sequence[Factor]) -> int:
    """Return how many points a design has before it is thinned, without listing them."""
    width = sum(factor.width for factor in factors)
    if design.kind in (DesignKind.SOBOL, DesignKind.MORRIS):
        return n_blocks(design, width) * block_size(design, width)
    if design.kind in (DesignKind.LHS, DesignKind.RANDOM):
        return design.n or 1
    if design.kind is DesignKind.ONE_AT_A_TIME:
        return 1 + sum(factor.n_grid(design.levels) for factor in factors)
    if design.kind is DesignKind.FUTURES:
        arms = (one.n_grid(design.levels) for one in factors if one.role is Role.LEVER)
        return (design.n or 1) * prod(arms)
    return prod(_n_levels(design, factor) for factor in factors)


def _n_levels(design: Design, factor: Factor) -> int:
    mixture = isinstance(factor.domain, Mixture)
    if design.kind is DesignKind.FACTORIAL or (design.kind is DesignKind.SIMPLEX and mixture):
        return factor.n_ends()
    return factor.n_grid(design.levels)


def n_blocks(design: Design, n_factors: int) -> int:
    """Return how many blocks (Sobol: base samples; Morris: trajectories) a design has in the end.

    A limit leaves whole blocks out, so that what is left can still be analysed.
    """
    if design.kind is DesignKind.SOBOL:
        n = design.n or 1
        while (
            design.limit is not None and n > 2 and n * block_size(design, n_factors) > design.limit
        ):
            n //= 2
        return n
    wanted = design.trajectories or 1
    if design.limit is None:
        return wanted
    return max(min(wanted, 2), min(wanted, design.limit // block_size(design, n_factors)))


def block_size(design: Design, n_factors: int) -> int:
    """Return the points of one block of a Sobol or Morris design."""
    if design.kind is DesignKind.MORRIS:
        return n_factors + 1
    return 2 * n_factors + 2 if design.second_order else n_factors + 2


def thinned[T](items: list[T], limit: int | None) -> list[T]:
    """Return at most ``limit`` of the points, evenly spread over their order."""
    if limit is None or limit >= len(items):
        return items
    return [items[at * len(items) // limit] for at in range(limit)]


def _futures(design: Design, factors: Sequence[Factor]) -> list[Point]:
    """Return all settings of the levers in the first future, then in the second, and so on."""
    unknown = [factor for factor in factors if factor.role is Role.UNCERTAINTY]
    decided = [factor for factor in factors if factor.role is Role.LEVER]
    width = sum(factor.width for factor in unknown)
    settings = [Point.of(some) for some in product(*(one.grid(design.levels) for one in decided))]
    return [
        Point({**arm.cells, **future.cells}, {**arm.changes, **future.changes})
        for row in sobol_points(width, design.n or 1, design.seed).tolist()
        for future in (Point.at(row, unknown),)
        for arm in settings
    ]


def sobol_points(width: int, n: int, seed: int) -> NDArray[np.float64]:
    """Return the first n points of a scrambled Sobol sequence, shape ``(n, width)``.

    More points begin with the same ones.
    """
    from scipy.stats import qmc

    size = 1 << max(n - 1, 0).bit_length()
    points: NDArray[np.float64] = qmc.Sobol(width, rng=seed).random(size)[:n]
    return points


def _levels(design: Design, factor: Factor) -> list[Level]:
    mixture = isinstance(factor.domain, Mixture)
    if design.kind is DesignKind.FACTORIAL or (design.kind is DesignKind.SIMPLEX and mixture):
        return factor.ends()
    return factor.grid(design.levels)


def _one_at_a_time(factors: Sequence[Factor], levels: int | None) -> Iterator[Point]:
    yield Point.present(factors)
    for moved in factors:
        for setting in moved.grid(levels):
            if setting.cells != moved.present:
                others = (one.baseline() for one in factors if one is not moved)
                yield _ordered(Point.of([*others, setting]), factors)


def _ordered(point: Point, factors: Sequence[Factor]) -> Point:
    columns = [column for factor in factors for column in factor.columns]
    return Point({column: point.cells[column] for column in columns}, point.changes)


def _cube(design: Design, factors: Sequence[Factor]) -> NDArray[np.float64]:
    """Return the points of a sampled design in the unit cube, shape ``(n_points, width)``."""
    import numpy as np

    width = sum(factor.width for factor in factors)
    n = design.n or 1
    match design.kind:
        case DesignKind.LHS:
            from scipy.stats import qmc

            rows = qmc.LatinHypercube(d=width, rng=design.seed).random(n)
        case DesignKind.RANDOM:
            rows = np.random.default_rng(design.seed).random((n, width))
        case _:
            return _blocks(design, width)
    return np.asarray(thinned(list(rows), design.limit))


def _blocks(design: Design, width: int) -> NDArray[np.float64]:
    import numpy as np

    problem = {
        "num_vars": width,
        "names": [f"x{place}" for place in range(width)],
        "bounds": [[0.0, 1.0]] * width,
    }
    n = n_blocks(design, width)
    if design.kind is DesignKind.SOBOL:
        from SALib.sample import sobol

        rows = sobol.sample(problem, n, calc_second_order=design.second_order, seed=design.seed)
    else:
        from SALib.sample import morris

        levels = design.levels or MORRIS_LEVELS
        rows = morris.sample(problem, n, num_levels=levels, seed=design.seed)
    return np.asarray(rows, dtype=np.float64)
