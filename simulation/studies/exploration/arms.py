"""The arms of an experiment: what can be decided, by the levels of its levers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import short_names
from simulation.experiment.design import Point
from simulation.experiment.factors import Cell, Factor, Levels, Range, Role, tidy
from simulation.report.shown import label_of
from simulation.scenario.paths import value_at
from simulation.scenario.suggest import number_text
from simulation.scenario.units import Units
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
    return _text_of(point.cells, levers, str)


def arm_texts(experiment: Experiment, arms: Sequence[Arm]) -> dict[str, str]:
    """Return the arms' names as they are read, where that differs from what they are called.

    A lever that several have is called by the label of each: "Nordtel: price 0.3". No two things
    of a scenario have the same label, so that arms stay apart.
    """
    levers = [factor for factor in experiment.factors if factor.role is Role.LEVER]
    units = Units.of(experiment.base)
    texts = {arm.name: arm.name if arm.name == BASE else
             _text_of(arm.point.cells, levers, lambda short: _labelled(short, units))
             for arm in arms}  # fmt: skip
    return {name: text for name, text in texts.items() if text != name}


def _labelled(short: str, units: Units) -> str:
    """Return a lever's short name with labels: "Nordtel: price"; the name itself without any."""
    path = short.replace(".", ":")
    return short if units.label(path) == path else label_of(path, units)


def _text_of(
    cells: Mapping[str, Any], levers: Sequence[Factor], called: Callable[[str], str]
) -> str:
    """Return settings in words.

    Args:
        cells: of the arm, by column.
        levers: all of them; the level's name stands alone where the only one has names.
        called: what a lever is called, given its short name.
    """
    if len(levers) == 1 and _has_names(levers[0]):
        return str(cells[levers[0].key])
    short = short_names(list(cells))
    return ", ".join(f"{called(short[name])} {_text(value)}" for name, value in cells.items())


def _text(value: Any) -> str:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return number_text(value) if plain else str(value)
