"""The arms of an experiment: what can be decided, by the levels of its levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import short_names
from simulation.experiment.design import Point
from simulation.experiment.factors import Cell, Factor, Levels, Range, Role, tidy
from simulation.scenario.paths import value_at
from simulation.scenario.suggest import number_text
from simulation.studies.futures.arms import BASE, Arm

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment


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
    domain = lever.domain
    whole = domain.whole if isinstance(domain, Range) else (
        isinstance(lever.present.get(lever.key), int)
    )  # fmt: skip
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
