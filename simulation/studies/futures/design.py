"""The futures of a design: places of what is uncertain, each a market in which every arm can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulation.analysis.decision.places import present_place
from simulation.analysis.points import factors_of
from simulation.errors import ScenarioError
from simulation.experiment.design import Point, sobol_points
from simulation.experiment.factors import Factor, Mixture, Range, Role
from simulation.studies.futures.arms import Arm, Future, joined
from simulation.studies.sweep.plan import factor_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.posterior import ParameterDraws

HALVINGS = 12
"""Steps in which a future that breaks a rule is moved towards the scenario."""


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
    present = Future(0, Point.present(factors))
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
        key, point = keys[at] if keys else "", Point.at(row, factors)
        mapped = not allowed(point)
        if mapped:
            point = _drawn_back(row, middle.tolist(), factors, allowed)
        futures.append(Future(first + at, point, mapped, key))
    return futures


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
        point = Point.at(places, factors)
        if allowed(point):
            good, low = point, share
        else:
            high = share
    return Point.present(factors) if good is None else good


def valid(resolve: Callable[[Point], object]) -> Callable[[Point], bool]:
    """Return whether a point makes a scenario, given what makes scenarios."""

    def is_valid(point: Point) -> bool:
        try:
            resolve(point)
        except ScenarioError:
            return False
        return True

    return is_valid
