"""The scenario of a point: the base with some values changed, checked as any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from simulation.errors import ScenarioError
from simulation.experiment.design import Point
from simulation.scenario.accept import accept
from simulation.scenario.merge import override
from simulation.scenario.paths import resolve, split
from simulation.scenario.rules import broken_rules
from simulation.scenario.scenario import Scenario
from simulation.scenario.tree import Steps, plant, position


class Resolver:
    """Makes scenarios of points.

    Every value and every rule is checked as ``Scenario.replace`` does; what does not change
    between points (the base as a tree, where paths lead) is worked out once. Faults, and bases
    with a timeline, take the long way, which finds the words.
    """

    def __init__(self, base: Scenario) -> None:
        self._tree = plant(base)
        self._data: dict[str, Any] = base.model_dump(mode="json")
        self._timeline = bool(base.events)
        self._places: dict[str, list[Steps]] = {}
        self._last: tuple[Point, Scenario] | None = None

    def scenario(self, point: Point) -> Scenario:
        """Return the scenario of a point; the last one asked for is remembered.

        Raises:
            ScenarioError: the point is no valid scenario.
        """
        if self._last is None or self._last[0] is not point:
            self._last = (point, self._quickly(point.changes) or self._slowly(point.changes))
        return self._last[1]

    def _slowly(self, changes: Mapping[str, object]) -> Scenario:
        faults: list[Any] = []
        return accept(override(self._tree, changes, faults), faults, Scenario)

    def _quickly(self, changes: Mapping[str, object]) -> Scenario | None:
        """Return the scenario, or None where the long way has to be taken."""
        plain = all(isinstance(value, bool | int | float | str) for value in changes.values())
        if self._timeline or not plain:
            return None
        data: Any = self._data
        try:
            for path, value in changes.items():
                for steps in self._steps(path):
                    data = _with(data, steps, value)
            scenario = Scenario.model_validate_json(json.dumps(data), strict=True)
        except (ValidationError, ScenarioError, LookupError, TypeError):
            return None
        return None if broken_rules(scenario) else scenario

    def _steps(self, path: str) -> list[Steps]:
        """Return where a path leads, entries of lists by their index."""
        if path not in self._places:
            places = resolve(self._tree, split(path))
            self._places[path] = [self._by_index(steps) for steps in places]
        return self._places[path]

    def _by_index(self, steps: Steps) -> Steps:
        node: Any = self._tree
        path: list[str | int] = []
        for step in steps:
            if node is not None and isinstance(node.value, list):
                index = position(node, step)
                if index is None:
                    raise LookupError(step)
                path.append(index)
                node = node.value[index]
            else:
                path.append(step)
                node = node.value.get(step) if node is not None else None
        return tuple(path)


def _with(data: Any, steps: Steps, value: object) -> Any:
    """Return the data with a value put at a path; what is not on the path is shared."""
    if not steps:
        return value
    head, rest = steps[0], steps[1:]
    if isinstance(data, list):
        if not isinstance(head, int):
            raise TypeError(head)
        return [*data[:head], _with(data[head], rest, value), *data[head + 1 :]]
    return {**data, head: _with(data.get(head), rest, value)}
