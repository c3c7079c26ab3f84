"""Levels of a lever given relative to a market, turned into numbers of that market."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulation.analysis.percentage import is_percentage, percentage
from simulation.errors import ExperimentError, FaultList, ScenarioError
from simulation.experiment.factors import tidy
from simulation.scenario.paths import value_at
from simulation.scenario.suggest import listed
from simulation.scenario.tree import Node, plain

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


def spelt_out(levers: Node, base: Scenario, faults: FaultList) -> Node:
    """Return levers with everything relative turned into numbers of a market.

    What cannot be turned is noted and left out, so that the rest can be checked.
    """
    if not isinstance(levers.value, dict):
        return levers
    nodes: dict[str, Node] = {}
    for name, lever in levers.value.items():
        levels = lever.value.get("levels") if isinstance(lever.value, dict) else None
        if levels is None or not isinstance(levels.value, dict):
            nodes[name] = lever
            continue
        spelt = {key: _level(level, base, faults) for key, level in levels.value.items()}
        nodes[name] = Node({**lever.value, "levels": Node(spelt, levels.place)}, lever.place)
    return Node(nodes, levers.place)


def _level(level: Node, base: Scenario, faults: FaultList) -> Node:
    if not isinstance(level.value, dict):
        return level
    table = dict(level.value)
    if "budget" in table:
        parts, of = plain(table.pop("budget")), table.pop("budget_of", None)
        table.update(faults.attempt(_divided, level, parts, of, base) or {})
    for path, node in list(table.items()):
        if is_percentage(node.value):
            value = faults.attempt(_share_of, node, path, base)
            if value is None:
                del table[path]
            else:
                table[path] = Node(value, node.place)
    return Node(table, level.place)


def _divided(level: Node, parts: Any, of: Node | None, base: Scenario) -> dict[str, Node]:
    """Return the focal company's budget in some proportions.

    Raises:
        ExperimentError: with what is wrong with the parts and with the total.
    """
    company = base.companies[0]
    held = company.funding.model_dump()
    faults = FaultList()
    share = 1.0 if of is None else faults.attempt(_percent, of, "budget_of")
    if not isinstance(parts, dict) or set(parts) != set(held) or not _are_parts(parts.values()):
        hint = f"Give each of {listed(list(held))} its part, a number from 0."
        message = "is not a valid division of the budget."
        faults.append(level.place.fault(message, key="budget", hint=hint))
    faults.refuse(ExperimentError)
    total, whole = sum(held.values()) * (share or 0.0), sum(parts.values())
    return {
        f"companies.{company.name}.funding.{name}": Node(tidy(total * part / whole), level.place)
        for name, part in parts.items()
    }


def _are_parts(values: Collection[Any]) -> bool:
    numbers = [one for one in values if isinstance(one, int | float) and isfinite(one)]
    return len(numbers) == len(values) and min(numbers) >= 0.0 and sum(numbers) > 0.0


def _share_of(node: Node, path: str, base: Scenario) -> Any:
    """Return a share of what the market has under a path."""
    share = _percent(node, path)
    try:
        value = value_at(base, path)
    except ScenarioError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "is not a number in this market, so no share of it can be taken."
        raise ExperimentError([node.place.fault(message, key=path)])
    return round(value * share) if isinstance(value, int) else tidy(value * share)


def _percent(node: Node, key: str) -> float:
    try:
        return percentage(node.value)
    except ValueError:
        hint = 'Write "150%" for one and a half times what it is.'
        fault = node.place.fault(f'is not a percentage: "{node.value}".', key=key, hint=hint)
        raise ExperimentError([fault]) from None
