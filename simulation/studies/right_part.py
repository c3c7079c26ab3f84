"""What is right of a scenario that is refused, so that names can be checked beside what is wrong.

A command that names a company beside a broken file says both at once. Values that are wrong are
left out, so that defaults count in their place: that is neither for runs nor for checks of values,
which defaults could make look wrong. It is no part of ``scenario``: no number comes from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.errors import Fault, ScenarioError
from simulation.scenario.accept import accept
from simulation.scenario.fields import named_lists
from simulation.scenario.files import find_scenario, read_layers, stack
from simulation.scenario.merge import override
from simulation.scenario.paths import PathError, split
from simulation.scenario.scenario import Scenario
from simulation.scenario.tree import Node, Steps, position

ROUNDS = 3
"""Times that wrong values are left out: a default may break a rule that the wrong value kept."""
NAMING = ("name", "outcomes", "owner", "remove")
"""Keys of a list's entry that others may refer to."""


def right_part_of(
    path_or_name: str | Path, overrides: Mapping[str, Any] | None = None
) -> Scenario | None:
    """Return a scenario without its wrong values and its events.

    Args:
        path_or_name: a file or name.
        overrides: as for ``load_scenario``.

    Returns:
        None where there is no such file, where names may be missing in it, as below a misspelt
        ``[[companies]]``, or where the rest makes no scenario.
    """
    try:
        tree = override(stack(read_layers(find_scenario(path_or_name)), []), overrides or {}, [])
    except ScenarioError:
        return None
    rest: Node | None = _without(tree, ("events",))
    for _ in range(ROUNDS):
        if rest is None:
            return None
        try:
            return accept(rest, [], Scenario)
        except ScenarioError as error:
            rest = _without_faults(rest, error.faults)
    return None


def _without_faults(tree: Node, faults: tuple[Fault, ...]) -> Node | None:
    """Return a tree without the values that faults are about; None where names may be missing."""
    for fault in faults:
        try:
            steps = split(fault.key or "")
        except PathError:
            return None
        if not steps or _makes_names(steps):
            return None
        tree = _without(tree, steps)
    return tree


def _makes_names(steps: Steps) -> bool:
    """Return whether a wrong value may leave names out to which others refer."""
    if steps[0] not in Scenario.model_fields:
        return True
    return steps[0] in named_lists() and (len(steps) <= 2 or steps[2] in NAMING)


def _without(node: Node, steps: Steps) -> Node:
    """Return a tree without what stands at a path, if anything does."""
    head, rest = steps[0], steps[1:]
    if isinstance(node.value, dict) and head in node.value:
        kept = {key: item for key, item in node.value.items() if key != head}
        below = {head: _without(node.value[head], rest)} if rest else {}
        return Node({**kept, **below}, node.place)
    if isinstance(node.value, list) and rest and (at := position(node, head)) is not None:
        entries = list(node.value)
        entries[at] = _without(entries[at], rest)
        return Node(entries, node.place)
    return node
