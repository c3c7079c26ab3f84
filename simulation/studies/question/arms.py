"""The arms of a question, and the scenarios that they are in a future.

What a level sets is decided in month 1, in a market that is there. What only the founding can
settle (how many people there are, where a platform's effort goes) makes a market of its own, in
which the rest is decided in month 1 as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulation.errors import ExperimentError, Fault, ScenarioError
from simulation.experiment.design import Point
from simulation.experiment.factors import Factor, Levels, Role
from simulation.experiment.resolver import Resolver
from simulation.scenario.fields import all_fields
from simulation.scenario.paths import pattern, split
from simulation.scenario.schema import Event
from simulation.studies.question.claim import AS_IT_IS

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.scenario.scenario import Scenario

EVENTS = "events"
FUNCTIONS = ("innovation", "marketing_sales", "experience_platform")


@dataclass(frozen=True)
class QuestionArm:
    """Something that can be decided.

    Attributes:
        name: of the level.
        founding: what it settles before month 1.
        later: what it sets in month 1.
        events: what it does in later months.
    """

    name: str
    founding: Mapping[str, Any] = field(default_factory=dict)
    later: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def is_base(self) -> bool:
        """Whether it leaves the market as it is."""
        return not (self.founding or self.later or self.events)


def arms_of(experiment: Experiment, wanted: Sequence[str]) -> tuple[QuestionArm, ...]:
    """Return the market as it is, and the arms that a claim needs.

    Raises:
        ExperimentError: an arm cannot be had in this market.
    """
    arms = _wanted(experiment.factors, wanted)
    faults = [fault for arm in arms for fault in _faults(experiment.base, arm)]
    if faults:
        raise ExperimentError(faults)
    return arms


def arm_faults(factors: Sequence[Factor], base: Scenario, wanted: Sequence[str]) -> list[Fault]:
    """Return why arms cannot be had in a market; nothing where levers are not one with levels."""
    levers = [factor for factor in factors if factor.role is Role.LEVER]
    named = len(levers) == 1 and isinstance(levers[0].domain, Levels)
    arms = _wanted(levers, wanted) if named else ()
    return [fault for arm in arms for fault in _faults(base, arm)]


def _wanted(factors: Sequence[Factor], wanted: Sequence[str]) -> tuple[QuestionArm, ...]:
    """Return the market as it is, and the arms that a claim needs."""
    lever = next(factor for factor in factors if factor.role is Role.LEVER)
    domain = lever.domain
    if not isinstance(domain, Levels):
        raise TypeError(lever.key)
    every = [_arm(name, changes) for name, changes in domain.settings.items()]
    same = [arm for arm in every if arm.is_base]
    base = same[0] if same else QuestionArm(AS_IT_IS)
    return (base, *(arm for arm in every if arm.name in wanted and not arm.is_base))


def _arm(name: str, changes: Mapping[str, Any]) -> QuestionArm:
    """Return the arm of a level, what it sets divided by when it can be set."""
    founding, later = dict[str, Any](), dict[str, Any]()
    events: tuple[Event, ...] = ()
    for path, value in changes.items():
        if path == EVENTS:
            events = tuple(Event.model_validate(one) for one in value)
        elif _is_founding(path):
            founding[path] = value
        else:
            later[path] = value
    return QuestionArm(name, founding, later, events)


def _is_founding(path: str) -> bool:
    """Whether no event can set a parameter; entries of a table are as the table is."""
    steps = split(path)
    for end in range(len(steps), 0, -1):
        parameter = all_fields().get(pattern(steps[:end]))
        if parameter is not None:
            return parameter.founding
    return False


def _faults(base: Scenario, arm: QuestionArm) -> list[Fault]:
    try:
        market = base.replace(arm.founding) if arm.founding else base
        with_arm(market, arm).timeline()
    except ScenarioError as error:
        return [Fault(f"cannot be set: {fault.key}: {fault.message}",
                      key=f'levels."{arm.name}"', hint=fault.hint)
                for fault in error.faults]  # fmt: skip
    return []


def with_arm(market: Scenario, arm: QuestionArm) -> Scenario:
    """Return a market in which an arm is decided on in month 1."""
    events = list(arm.events)
    if arm.later:
        events.insert(0, Event(month=1, name=arm.name[:40], set=dict(arm.later)))
    return market.model_copy(update={"events": (*events, *market.events)}) if events else market


def funding_of(arm: QuestionArm, base: Scenario) -> dict[str, float]:
    """Return the funding of the focal company's functions under an arm, by path."""
    company = base.companies[0]
    paths = {name: f"companies.{company.name}.funding.{name}" for name in FUNCTIONS}
    return {path: float(arm.later.get(path, getattr(company.funding, name)))
            for name, path in paths.items()}  # fmt: skip


def with_funding(arm: QuestionArm, base: Scenario, scale: float) -> QuestionArm:
    """Return an arm with the funding of the focal company's functions multiplied."""
    funding = {path: float(f"{value * scale:.6g}")
               for path, value in funding_of(arm, base).items()}  # fmt: skip
    return replace(arm, later={**arm.later, **funding})


@dataclass(frozen=True)
class FuturePlace:
    """A point over what is uncertain; number 0 is the market's own values.

    Attributes:
        number: of the future, to which its seeds belong.
        point: its settings.
    """

    number: int
    point: Point


def place_of(number: int, row: Sequence[float], unknown: Sequence[Factor]) -> FuturePlace:
    """Return the future at a place of the unit cube."""
    return FuturePlace(number, Point.at(row, unknown))


def present_values(unknown: Sequence[Factor]) -> FuturePlace:
    """Return the market's own values."""
    return FuturePlace(0, Point.present(unknown))


class Markets:
    """Makes the scenarios of arms in futures; the market last asked for is remembered.

    Args:
        base: the market's scenario.
        established: whether there are months before month 1; what an arm sets is otherwise set from
            the start.
    """

    def __init__(self, base: Scenario, *, established: bool) -> None:
        self._resolver = Resolver(base)
        self._established = established
        self._last: tuple[object, Scenario] | None = None

    def scenario(self, place: FuturePlace, arm: QuestionArm) -> Scenario:
        """Return the scenario of an arm in a future.

        Raises:
            ScenarioError: there is none, as a rule between parameters is broken.
        """
        if self._established:
            return with_arm(self._made(place, arm.founding), arm)
        return with_arm(self._made(place, {**arm.founding, **arm.later}), replace(arm, later={}))

    def _made(self, place: FuturePlace, changes: Mapping[str, Any]) -> Scenario:
        key = (place.number, json.dumps(changes, sort_keys=True))
        if self._last is None or self._last[0] != key:
            point = Point(place.point.cells, {**place.point.changes, **changes})
            self._last = (key, self._resolver.scenario(point))
        return self._last[1]
