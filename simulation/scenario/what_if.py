"""What-ifs of a market that is there: what differs from its scenario, from month 1 on.

Whatever an event may set can differ from month 1 on, while the months before are those of the
scenario itself. What shapes the founding (people, segments, jobs, the network, who and what there
is) cannot change later: a what-if on that has a past of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulation.scenario.fields import all_fields, named_lists
from simulation.scenario.paths import pattern, show
from simulation.scenario.schema import OwnTouchpoint, ScenarioData
from simulation.scenario.tree import Steps

APART = ("run", "events")
"""Sections that belong to a run as a whole, or to months to come."""


class OwnPastError(ValueError):
    """Two scenarios differ in what is settled before month 1; the message is the path."""


def later_changes(base: ScenarioData, what_if: ScenarioData) -> dict[str, Any]:
    """Return what a what-if sets in a market that ``base`` describes: paths and values.

    Raises:
        OwnPastError: they differ in what an event cannot set.
    """
    if base.run.warm_up != what_if.run.warm_up:
        raise OwnPastError("run.warm_up")
    old, new = (one.model_dump(mode="json") for one in (base, what_if))
    rest = [{key: part for key, part in data.items() if key not in APART} for data in (old, new)]
    return {show(steps): value for steps, value in _differences(*rest, steps=())}


def _differences(old: Any, new: Any, *, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            before, after = (_entry(table, key, steps) for table in (old, new))
            yield from _differences(before, after, steps=(*steps, key))
    elif steps and steps[0] in named_lists() and len(steps) == 1:
        if [one["name"] for one in old] != [one["name"] for one in new]:
            raise OwnPastError(show(steps))
        for before, after in zip(old, new, strict=True):
            yield from _differences(before, after, steps=(*steps, before["name"]))
    elif old != new and _matters(steps):
        if new is None:
            raise OwnPastError(show(steps))
        yield steps, new


def _entry(table: Mapping[str, Any], key: str, steps: Steps) -> Any:
    """Return what stands under a key; a company's own touchpoint that is absent sets nothing."""
    if key not in table and len(steps) == 3 and steps[0::2] == ("companies", "touchpoints"):
        return NOTHING_OWN
    return table.get(key)


NOTHING_OWN = OwnTouchpoint().model_dump(mode="json")


def _matters(steps: Steps) -> bool:
    """Return whether a path is a parameter and not a description.

    Raises:
        OwnPastError: no event may set it.
    """
    parameter = all_fields().get(pattern(steps))
    if parameter is None or parameter.founding:
        raise OwnPastError(show(steps))
    return bool(parameter.source)


def with_all_touchpoints[S: ScenarioData](scenarios: Sequence[S]) -> list[S]:
    """Return scenarios that have the same touchpoints, those of others closed.

    So an arm that opens one has the past of those that do not.
    """
    every = {row.name: row for one in scenarios for row in one.touchpoints}
    closed = {name: row.model_copy(update={"offered": False}) for name, row in every.items()}
    result = []
    for one in scenarios:
        by_name = {row.name: row for row in one.touchpoints}
        rows = tuple(by_name.get(name, closed[name]) for name in every)
        same = rows == one.touchpoints
        result.append(one if same else one.model_copy(update={"touchpoints": rows}))
    return result
