"""Parameter paths: ``companies.focal.strategy.alignment`` and what it points at.

A list's entry is named (``companies.focal``), counted (``companies[0]``) or meant with all others
(``companies.*``); ``*`` also stands for every key of a table. Paths are shown by name always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from simulation.errors import Fault, ScenarioError
from simulation.scenario.fields import (
    ValueKind,
    all_fields,
    entry_of,
    is_table,
    keyed_of,
    named_lists,
    parameters,
    section_of,
    shape_of,
)
from simulation.scenario.parameter import Section
from simulation.scenario.schema import ScenarioData
from simulation.scenario.suggest import did_you_mean, listed, near
from simulation.scenario.tree import Node, Steps, child, name_of, names_in

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\s*[\"']?([A-Za-z_*][\w]*)[\"']?\s*\]")
_FEW = 12
_LONGEST = 400


class PathError(ValueError):
    """A path does not exist; ``key`` is the path as far as it was understood."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def split(text: str) -> Steps:
    """Return the steps of a path as written.

    Raises:
        PathError: if the text is not a path.
    """
    if len(text) > _LONGEST:
        message = f"is too long for a path: {len(text)} characters."
        raise PathError(message, "Write it like companies.focal.strategy.alignment.")
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (at == 0 and text.startswith((".", "["))):
            break
        name, index, bracketed = match.groups()
        steps.append(int(index) if index is not None else (name or bracketed).strip())
        at = match.end()
    if not steps or at < len(text):
        raise PathError("is not a path.", "Write it like companies.focal.strategy.alignment.")
    return tuple(steps)


def show(steps: Steps) -> str:
    """Return a path as text: names with dots, indexes in brackets."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def pattern(steps: Steps) -> str:
    """Return the path of the declaration that a path falls under: ``companies.*.price``.

    Elements of lists and keys of tables fall under their list and table.
    """
    section: type[Section] = ScenarioData
    parts: list[str] = []
    rest = list(steps)
    while rest:
        step = rest.pop(0)
        field = section.model_fields.get(str(step))
        parts.append(str(step))
        if field is None:
            break
        below = section_of(field.annotation)
        entry = entry_of(field.annotation) or keyed_of(field.annotation)
        if entry is not None and rest:
            rest.pop(0)
            parts.append("*")
        if below is None and entry is None:
            break
        section = below or entry or section
    return ".".join(parts)


def resolve(tree: Node, steps: Steps) -> list[Steps]:
    """Return the paths that a path means in a scenario, by name, wildcards written out.

    Args:
        tree: the scenario; it says which entries there are.
        steps: a path as ``split`` gives it.

    Raises:
        PathError: if it does not exist, with what was probably meant.
    """
    result = list(_in_section(ScenarioData, tree, steps, (), tree))
    if not result:
        raise PathError("does not exist in this scenario.")
    return result


def _in_section(
    section: type[Section], node: Node | None, steps: Steps, done: Steps, tree: Node
) -> Iterator[Steps]:
    """Yield the paths below a section; ``tree`` is the scenario, which names what there is."""
    if not steps:
        yield done
        return
    step, rest = steps[0], steps[1:]
    if step == "*":
        for name in section.model_fields:
            if name != "name":
                yield from _in_section(section, node, (name, *rest), done, tree)
        return
    field = section.model_fields.get(str(step))
    if field is None:
        if step == "remove" and not rest and section in named_lists().values():
            yield (*done, step)
            return
        raise PathError(*_unknown(section, steps, done))
    below = child(node, step) if node is not None else None
    done = (*done, step)
    if (part := section_of(field.annotation)) is not None:
        yield from _in_section(part, below, rest, done, tree)
    elif (entry := entry_of(field.annotation)) is not None:
        yield from _in_list(entry, below, rest, done, tree)
    elif (keyed := keyed_of(field.annotation)) is not None:
        yield from _in_keyed(keyed, below, rest, done, tree)
    elif not rest:
        yield done
    else:
        yield from _in_value(field, below, rest, done)


def _in_value(field: FieldInfo, node: Node | None, rest: Steps, done: Steps) -> Iterator[Steps]:
    """Go on into a value that is no section: only tables have parts."""
    if not is_table(field.annotation):
        shape = shape_of(field.annotation, field.metadata)
        raise PathError("does not exist.", f"{show(done)} is a {shape.kind} and has no parts.")
    if shape_of(field.annotation, []).kind is ValueKind.SETTINGS:
        yield (*done, show(rest))
    elif len(rest) > 1 or isinstance(rest[0], int):
        raise PathError("does not exist.", f"{show(done)} holds numbers by name.")
    elif rest[0] == "*":
        yield from ((*done, key) for key in (node.value if node is not None else {}))
    else:
        yield (*done, rest[0])


def _in_keyed(
    part: type[Section], node: Node | None, rest: Steps, done: Steps, tree: Node
) -> Iterator[Steps]:
    """Go on into a table with a section a name: those of the scenario's list of that name."""
    if not rest:
        yield done
        return
    key, rest = rest[0], rest[1:]
    if isinstance(key, int):
        raise PathError("points at nothing.", f"{show(done)} holds settings by name.")
    for name in names_in(child(tree, done[-1])) if key == "*" else [key]:
        below = child(node, name) if node is not None else None
        yield from _in_section(part, below, rest, (*done, name), tree)


def _in_list(
    entry: type[Section], node: Node | None, rest: Steps, done: Steps, tree: Node
) -> Iterator[Steps]:
    if not rest:
        yield done
        return
    entries: list[Node] = node.value if node is not None and isinstance(node.value, list) else []
    step, rest = rest[0], rest[1:]
    if step == "*":
        chosen = list(range(len(entries)))
    elif isinstance(step, int):
        chosen = [step] if step < len(entries) else []
    else:
        chosen = [i for i, other in enumerate(entries) if name_of(other) == step][:1]
    if not chosen:
        raise PathError(*_no_entry(entry, node, (step, *rest), done))
    for index in chosen:
        name = name_of(entries[index]) if done[0] in named_lists() else None
        yield from _in_section(entry, entries[index], rest, (*done, name or index), tree)


def _no_entry(
    entry: type[Section], node: Node | None, rest: Steps, done: Steps
) -> tuple[str, str | None]:
    names, kind, step = names_in(node), show(done), rest[0]
    count = len(node.value) if node is not None and isinstance(node.value, list) else 0
    if not count:
        return f"does not exist: there are no {kind}.", None
    if step in entry.model_fields:
        options = [f"{kind}.{name}.{show(rest)}" for name in [*names[:2], "*"]]
        return f"does not say which of the {kind} it means.", f"Write {listed(options, 'or')}."
    known = f"There are {listed(names)}." if names else f"There are {count}, counted from 0."
    guess = None if isinstance(step, int) else did_you_mean(step, names)
    return f"does not exist: {kind} has no {_called(step)}.", guess or known


def _called(step: str | int) -> str:
    return f"entry [{step}]" if isinstance(step, int) else f'entry called "{step}"'


def _unknown(section: type[Section], steps: Steps, done: Steps) -> tuple[str, str | None]:
    step = str(steps[0])
    home = show(done) or "a scenario"
    message = f'is not a parameter: {home} has no "{step}".'
    guess = near(step, section.model_fields)
    if guess is not None:
        return message, f'Did you mean "{show((*done, guess, *steps[1:]))}"?'
    elsewhere = same_ending(tuple(step for step in steps if isinstance(step, str)))
    if elsewhere:
        return message, f"Did you mean {listed(elsewhere[:3], 'or')}?"
    keys = list(section.model_fields)
    return message, f"It has {listed(keys)}." if len(keys) <= _FEW else None


def same_ending(steps: tuple[str, ...]) -> list[str]:
    """Return the parameters whose paths end as ``steps`` do, or at least in the same name."""
    for length in range(len(steps), 0, -1):
        paths = _by_ending().get(steps[-length:])
        if paths:
            return list(paths)
    name = near(steps[-1], _by_name()) if steps else None
    return list(_by_name().get(name or "", ()))


@cache
def _by_ending() -> dict[tuple[str, ...], list[str]]:
    """Return the paths of all fields by each of their endings."""
    paths: dict[tuple[str, ...], list[str]] = {}
    for path in all_fields():
        steps = tuple(path.split("."))
        for start in range(len(steps)):
            paths.setdefault(steps[start:], []).append(path)
    return paths


@cache
def _by_name() -> dict[str, list[str]]:
    """Return the paths of parameters by their names."""
    paths: dict[str, list[str]] = {}
    for parameter in parameters():
        paths.setdefault(parameter.name, []).append(parameter.path)
    return paths


def assignments(tree: Node, steps: Steps, value: Node) -> Iterator[tuple[Steps, Node]]:
    """Yield what setting a path to a value sets: one path and value for each leaf of a table.

    Raises:
        PathError: if a path does not exist.
    """
    if isinstance(value.value, Mapping) and value.value:
        for key, item in value.value.items():
            yield from assignments(tree, (*steps, *split(key)), item)
    else:
        yield from ((path, value) for path in resolve(tree, steps))


def value_at(scenario: ScenarioData, path: str) -> Any:
    """Return the value at one path of a scenario; a key that a table lacks gives None.

    Raises:
        ScenarioError: if the path does not exist, or has a wildcard that means several.
    """
    try:
        places = resolve(_plant_names(scenario), split(path))
    except PathError as error:
        raise ScenarioError([Fault(error.message, key=path, hint=error.hint)]) from None
    if len(places) > 1:
        several = [Fault("means several parameters.", key=path, hint="Name one of them.")]
        raise ScenarioError(several)
    value: Any = scenario
    for step in places[0]:
        if value is None:  # nothing of this name is set, so that what is declared counts
            return all_fields()[pattern(places[0])].default
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, tuple):
            value = _entry(value, step)
        else:
            value = getattr(value, str(step))
    return value


def _entry(entries: tuple[Any, ...], step: str | int) -> Any:
    if isinstance(step, int):
        return entries[step]
    return next(entry for entry in entries if entry.name == step)


def _plant_names(scenario: ScenarioData) -> Node:
    """Return a tree of a scenario that holds its lists' names only; enough to resolve paths."""
    lists = {key: getattr(scenario, key) for key in (*named_lists(), "events")}
    return Node(
        {
            key: Node([Node({"name": Node(entry.name)}) for entry in entries])
            for key, entries in lists.items()
        }
    )
