"""Arms and futures of an experiment: what can be decided, and what may turn out to hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from simulation.analysis.decision.places import present_place
from simulation.analysis.points import factors_of, short_names
from simulation.errors import ScenarioError
from simulation.experiment.design import Point, sobol_points
from simulation.experiment.factors import Cell, Factor, Levels, Mixture, Range, Role, tidy
from simulation.scenario.paths import value_at
from simulation.scenario.suggest import number_text
from simulation.studies.sweep.plan import factor_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.posterior import ParameterDraws

BASE = "base"
HALVINGS = 12
"""Steps in which a future that breaks a rule is moved towards the scenario."""


@dataclass(frozen=True)
class Arm:
    """Something that can be decided: its name and its settings; the base changes nothing."""

    name: str
    point: Point

    @property
    def is_base(self) -> bool:
        """Whether it leaves the scenario as it is."""
        return not self.point.changes


@dataclass(frozen=True)
class Future:
    """A point over what is uncertain.

    Attributes:
        number: 0 is the scenario's own values, which no share counts.
        point: its settings.
        mapped: whether it broke a rule between parameters and was drawn towards the scenario.
        key: what its seeds belong to; its number if empty.
    """

    number: int
    point: Point
    mapped: bool = False
    key: str = ""

    def seed(self, seed: int) -> int:
        """Return one of its seeds."""
        return seed_in(self.key or self.number, seed)


def arms_of(experiment: Experiment) -> tuple[Arm, ...]:
    """Return all arms, the base first."""
    levers = [factor for factor in experiment.factors if factor.role is Role.LEVER]
    grids = [factor.grid(experiment.design.levels) for factor in levers]
    settings = [Point.of(some) for some in product(*grids)]
    present = {name: value for factor in levers for name, value in factor.present.items()}
    others = [point for point in settings if not _is_present(point, present)]
    named = [point for point in settings if _is_present(point, present)]
    base = Point(named[0].cells if named else present, {})
    name = _name(base, levers) if named and len(levers) == 1 and _has_names(levers[0]) else BASE
    arms = (Arm(name, base), *(Arm(_name(point, levers), point) for point in others))
    return tuple(replace(arm, point=_undecided(arm.point, experiment)) for arm in arms)


def _undecided(point: Point, experiment: Experiment) -> Point:
    """Return the point of an arm without what it leaves as the scenario has it, if that is drawn.

    What nobody changes is as the data leave it, in the base and in every arm (see
    ``ParameterDraws.settings_in``).
    """
    if experiment.draws is None:
        return point
    drawn, base = set(experiment.draws.paths), experiment.base
    present = {path: value_at(base, path) for path in drawn}

    def kept[V](settings: Mapping[str, V]) -> dict[str, V]:
        return {path: value for path, value in settings.items()
                if path not in drawn or value != present[path]}  # fmt: skip

    return Point(kept(point.cells), kept(point.changes))


def level_arm(experiment: Experiment, value: float) -> Arm:
    """Return the arm that sets the only lever to a value between its levels."""
    lever = next(factor for factor in experiment.factors if factor.role is Role.LEVER)
    whole = isinstance(lever.domain, Range) and lever.domain.whole
    setting: Cell = round(value) if whole else tidy(value)
    point = Point({lever.key: setting}, dict.fromkeys((lever.key, *lever.links), setting))
    return Arm(_name(point, [lever]), point)


def _is_present(point: Point, present: Mapping[str, Any]) -> bool:
    """Whether settings are those of the scenario, or change nothing."""
    same = set(point.cells) == set(present) and dict(point.cells) == dict(present)
    return same or not point.changes


def _has_names(factor: Factor) -> bool:
    return isinstance(factor.domain, Levels)


def _name(point: Point, levers: Sequence[Factor]) -> str:
    """Return the level's name, or settings by the short names of their parameters."""
    if len(levers) == 1 and _has_names(levers[0]):
        return str(point.cells[levers[0].key])
    short = short_names(list(point.cells))
    return ", ".join(f"{short[name]} {_text(value)}" for name, value in point.cells.items())


def _text(value: Any) -> str:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return number_text(value) if plain else str(value)


def unknowns(experiment: Experiment) -> list[Factor]:
    """Return what is uncertain."""
    return [factor for factor in experiment.factors if factor.role is Role.UNCERTAINTY]


def futures_of(
    experiment: Experiment, arms: Sequence[Arm], is_valid: Callable[[Point], bool]
) -> tuple[Future, ...]:
    """Return the scenario's own values, and the futures of the design.

    A future in which some arm breaks a rule between parameters is drawn towards the scenario's own
    values as far as it takes, and never left out.

    Args:
        experiment: what is uncertain, and how many futures.
        arms: all of them have to be possible.
        is_valid: whether a point is a valid scenario.
    """
    factors = unknowns(experiment)
    design = experiment.design
    width = sum(factor.width for factor in factors)
    present = Future(0, Point({n: v for f in factors for n, v in f.present.items()}, {}))
    rows = sobol_points(width, design.n or 1, design.seed).tolist()
    rows = with_draws(rows, factors, experiment.draws)
    return (present, *placed(factors, arms, is_valid, rows))


def with_draws(
    rows: Sequence[Sequence[float]], factors: Sequence[Factor], draws: ParameterDraws | None,
    first: int = 1,
) -> list[list[float]]:  # fmt: skip
    """Return places of the unit cube with those of a draw each in it, where there are draws.

    Args:
        rows: the places of futures, each as wide as the factors.
        factors: what is uncertain; the posterior's parameters are ranges among them.
        draws: of a posterior.
        first: number of the first future; future n takes the n-th draw, and after the last the
            first again.
    """
    placed_rows = [list(row) for row in rows]
    if draws is None:
        return placed_rows
    starts = dict(zip([f.key for f in factors], _starts(factors), strict=True))
    domains = {factor.key: factor.domain for factor in factors}
    for at, row in enumerate(placed_rows, first - 1):
        for path, value in draws.settings(at % len(draws.rows)).items():
            domain = domains.get(path)  # none where all draws agree
            if isinstance(domain, Range):
                row[starts[path]] = domain.share_of(value)
    return placed_rows


def _starts(factors: Sequence[Factor]) -> list[int]:
    """Return in which column of the cube each factor begins."""
    return [sum(factor.width for factor in factors[:at]) for at in range(len(factors))]


def placed(
    factors: Sequence[Factor], arms: Sequence[Arm], is_valid: Callable[[Point], bool],
    rows: Sequence[Sequence[float]], *, first: int = 1, keys: Sequence[str] = (),
) -> list[Future]:  # fmt: skip
    """Return the futures at some places of the unit cube, drawn towards the scenario if need be.

    Args:
        factors: what is uncertain.
        arms: all of them have to be possible.
        is_valid: whether a point is a valid scenario.
        rows: the places, each as wide as the factors.
        first: number of the first one; the others follow.
        keys: what the seeds of each belong to; the numbers if not given.
    """
    middle = present_place(factors_of({"factors": [factor_data(factor) for factor in factors]}))

    def allowed(point: Point) -> bool:
        return all(is_valid(joined(arm, point)) for arm in arms)

    futures = []
    for at, row in enumerate(rows):
        key, point = keys[at] if keys else "", _settings(row, factors)
        mapped = not allowed(point)
        if mapped:
            point = _drawn_back(row, middle.tolist(), factors, allowed)
        futures.append(Future(first + at, point, mapped, key))
    return futures


def joined(arm: Arm, point: Point) -> Point:
    """Return the point of an arm in a future: what is decided counts, and not a draw of it."""
    ours = arm.point
    before = {path: value for path, value in point.changes.items() if path in ours.changes}
    cells = {**ours.cells, **point.cells, **ours.cells}
    return Point(cells, {**ours.changes, **point.changes, **ours.changes}, before)


def _settings(row: Sequence[float], factors: Sequence[Factor]) -> Point:
    settings, start = [], 0
    for factor in factors:
        settings.append(factor.at(row[start : start + factor.width]))
        start += factor.width
    return Point.of(settings)


def _drawn_back(
    row: Sequence[float], present: Sequence[float], factors: Sequence[Factor],
    allowed: Callable[[Point], bool],
) -> Point:  # fmt: skip
    """Return the point nearest to a future, on the way to the scenario, that breaks no rule."""
    moves = [isinstance(f.domain, Range | Mixture) for f in factors for _ in range(f.width)]
    good, low, high = None, 0.0, 1.0
    for _ in range(HALVINGS):
        share = (low + high) / 2.0
        places = [
            o + share * (r - o) if m else r for r, o, m in zip(row, present, moves, strict=True)
        ]
        point = _settings(places, factors)
        if allowed(point):
            good, low = point, share
        else:
            high = share
    if good is not None:
        return good
    return Point({n: v for f in factors for n, v in f.present.items()}, {})


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


def valid(resolve: Callable[[Point], object]) -> Callable[[Point], bool]:
    """Return whether a point makes a scenario, given what makes scenarios."""

    def is_valid(point: Point) -> bool:
        try:
            resolve(replace(point))
        except ScenarioError:
            return False
        return True

    return is_valid
