"""From a tree to a scenario: a tree is accepted, or every fault in it is reported at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulation.errors import Fault, ScenarioError, in_order
from simulation.paths import from_home
from simulation.scenario.fields import ValueKind, all_fields, named_lists, section_of
from simulation.scenario.merge import put
from simulation.scenario.messages import faults_of
from simulation.scenario.parameter import Section
from simulation.scenario.paths import PathError, assignments, pattern, show, split
from simulation.scenario.rules import Broken, broken_rules
from simulation.scenario.schema import ScenarioData
from simulation.scenario.tree import Node, Place, Steps, by_name, find, place_at, plain, plant

FROM_THE_START = "Set it in the scenario itself, or compare two scenarios."


@dataclass
class Checked[S: ScenarioData]:
    """What came of checking one tree: a scenario, or why there is none."""

    scenario: S | None = None
    faults: list[Fault] = field(default_factory=list)


def accept[S: ScenarioData](tree: Node, faults: list[Fault], kind: type[S]) -> S:
    """Return the scenario of a tree, its timeline checked as well.

    Args:
        tree: the merged scenario.
        faults: what was found wrong while the tree was put together.
        kind: the class to return an instance of.

    Raises:
        ScenarioError: with all faults, in the order of the files and their lines.
    """
    faults = list(faults)
    tree = settle_events(_absolute_file(tree), faults)
    checked = check(tree, kind)
    faults += checked.faults
    known = set(faults)
    for month, later in unfold(tree, faults):
        new = [fault for fault in check(later, kind).faults if fault not in known]
        known.update(new)
        faults += [_in_force_from(month, fault) for fault in new]
    if checked.scenario is None or faults:
        raise ScenarioError(in_order(faults))
    return checked.scenario


def _in_force_from(month: int, fault: Fault) -> Fault:
    return replace(fault, message=f"{fault.message.rstrip('.')}, in month {month}.")


def _absolute_file(tree: Node) -> Node:
    """Make the file of ties absolute: relative ones start at the file that names them."""
    node = find(tree, ("network", "file"))
    if node is None or not isinstance(node.value, str):
        return tree
    folder = node.place.file.parent if node.place.file is not None else Path()
    path = (folder / from_home(node.value)).resolve()
    return put(tree, ("network", "file"), replace(node, value=str(path)), [])


# --- one tree ------------------------------------------------------------------------------------


def check[S: ScenarioData](tree: Node, kind: type[S]) -> Checked[S]:
    """Check a tree's values and the rules between them.

    Rules are checked even if some values are wrong, as long as the rest makes a scenario; those
    that a wrong value has to do with are left out.
    """
    data = _complete(kind, plain(tree))
    try:
        scenario = _validate(data, kind)
    except ValidationError as error:
        remaining = list(faults_of(error, tree))
        faults = [fault for _, fault in remaining]
        bad = [steps for steps, _ in remaining]
        return Checked(None, faults + _rule_faults(_rest(data, bad, kind), tree, bad))
    faults = _rule_faults(scenario, tree, [])
    return Checked(None if faults else scenario, faults)


def _validate[S: ScenarioData](data: dict[str, Any], kind: type[S]) -> S:
    """Validate strictly; JSON is the strict mode in which lists and words need no Python types."""
    return kind.model_validate_json(json.dumps(data, default=str), strict=True)


def _complete(section: type[Section], data: dict[str, Any]) -> dict[str, Any]:
    """Fill in the defaults that a section has from where it stands, not from its own fields."""
    for name, part, standing in _parts(section):
        given = data.get(name)
        if isinstance(given, dict):
            data[name] = _complete(part, {**standing, **given})
    return data


@cache
def _parts(section: type[Section]) -> tuple[tuple[str, type[Section], dict[str, Any]], ...]:
    """Return a section's own sections, each with the defaults that it has from standing there."""
    parts = []
    for name, declared in section.model_fields.items():
        part = section_of(declared.annotation)
        if part is not None:
            default = declared.get_default(call_default_factory=True)
            required = [key for key, item in part.model_fields.items() if item.is_required()]
            parts.append((name, part, {key: getattr(default, key) for key in required}))
    return tuple(parts)


def _rest[S: ScenarioData](data: dict[str, Any], bad: list[Steps], kind: type[S]) -> S | None:
    """Return the scenario with stand-ins for the wrong values, or None if that makes none."""
    for steps in bad:
        _stand_in(data, steps[:-1] if len(steps) > 2 and isinstance(steps[-1], int) else steps)
    if any(steps[0] == "events" for steps in bad):
        data["events"] = []
    for key in named_lists():
        if isinstance(data.get(key), list):
            data[key] = [entry for entry in data[key] if isinstance(entry, dict)]
    try:
        return _validate(data, kind)
    except ValidationError:
        return None


def _stand_in(data: Any, steps: Steps) -> None:
    """Drop a wrong value, so that its default counts; what has none gets something valid."""
    parameter = all_fields().get(pattern(steps))
    *way, last = steps
    for step in way:
        known = step in data if isinstance(data, dict) else isinstance(data, list)
        if not known:
            return
        data = data[step]
    if not isinstance(data, dict):
        return
    data.pop(last, None)
    if parameter is not None and parameter.required:
        unnamed = "unnamed_" + "_".join(str(step) for step in steps)
        stand_ins = {
            ValueKind.NAME: unnamed,
            ValueKind.NAMES: [unnamed],
            ValueKind.WORDS: parameter.choices[:1],
        }
        data[last] = stand_ins.get(parameter.kind, parameter.default or 1)


def _rule_faults(scenario: ScenarioData | None, tree: Node, bad: list[Steps]) -> list[Fault]:
    """Return the broken rules; those that wrong values have to do with are left out."""
    if scenario is None:
        return []
    spoilt = [by_name(tree, steps) for steps in bad] + bad
    nameless = any(steps[0] in named_lists() and _makes_names(steps) for steps in bad)
    return [
        locate_rule(broken, tree)
        for broken in broken_rules(scenario, references=not nameless)
        if not any(_related(path, other) for path in broken.paths for other in spoilt)
    ]


def _makes_names(steps: Steps) -> bool:
    """Return whether a wrong value leaves names out to which others may refer."""
    return len(steps) <= 2 or steps[2] in ("name", "outcomes", "owner")


def _related(one: Steps, other: Steps) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def locate_rule(broken: Broken, tree: Node) -> Fault:
    """Return a broken rule as a fault where the last file in the chain wrote one of its values."""
    written = [node for path in broken.paths if (node := find(tree, path)) is not None]
    if written:
        place: Place = min((node.place for node in written), key=lambda place: place.rank)
    else:
        place = place_at(tree, broken.paths[0])
    return place.fault(broken.message, key=show(by_name(tree, broken.paths[0])), hint=broken.hint)


# --- the timeline --------------------------------------------------------------------------------


def settle_events(tree: Node, faults: list[Fault]) -> Node:
    """Spell out what each event sets: one canonical path a value, wildcards and tables resolved."""
    events = tree.value.get("events")
    if events is None or not isinstance(events.value, list):
        return tree
    settled = [_settle(tree, index, event, faults) for index, event in enumerate(events.value)]
    return Node({**tree.value, "events": Node(settled, events.place)}, tree.place)


def _settle(tree: Node, index: int, event: Node, faults: list[Fault]) -> Node:
    given = event.value.get("set") if isinstance(event.value, dict) else None
    if given is None or not isinstance(given.value, dict):
        return event
    settled: dict[str, Node] = {}
    key = f"events[{index}].set"
    if not given.value:
        hint = 'Write set = { "companies.focal.price" = 0.3 }.'
        faults.append(given.place.fault("sets nothing.", key=key, hint=hint))
    for text, value in given.value.items():
        try:
            changes = list(assignments(tree, split(text), value))
        except PathError as error:
            faults.append(value.place.fault(error.message, key=f"{key}.{text}", hint=error.hint))
            continue
        for steps, leaf in changes:
            fault = _refusal(steps, settled, leaf, key)
            if fault is None:
                settled[show(steps)] = leaf
            else:
                faults.append(fault)
    return Node({**event.value, "set": Node(settled, given.place)}, event.place)


def _refusal(steps: Steps, settled: dict[str, Node], leaf: Node, key: str) -> Fault | None:
    """Say why an event may not set a path, if it may not."""
    path = show(steps)
    parameter = all_fields().get(pattern(steps))
    message, hint = "", FROM_THE_START
    if path in settled:
        message, hint = "is set twice by this event.", "Keep one of them."
    elif steps[0] == "run":
        message = "cannot be set by an event: it belongs to the run as a whole."
        hint = f"Set it below [run], or with --set {path}=…"
    elif steps[0] == "events":
        message, hint = "cannot be set by an event.", "Add another [[events]] instead."
    elif steps[0] in named_lists() and (len(steps) == 1 or steps[-1] in ("name", "remove")):
        message = f"cannot be set by an event: an event adds, renames or removes no {steps[0]}."
    elif parameter is not None and not parameter.source:
        message = "cannot be set by an event: it only describes the scenario."
    elif parameter is not None and parameter.founding:
        message = "cannot be set by an event: it determines the initial state."
    if not message:
        return None
    return leaf.place.fault(message, key=f"{key}.{path}", hint=hint)


def unfold(tree: Node, faults: list[Fault]) -> Iterator[tuple[int, Node]]:
    """Yield the tree in force from each event month on, months ascending, events cumulative.

    The trees have no events of their own.
    """
    now = Node({key: item for key, item in tree.value.items() if key != "events"}, tree.place)
    for month, group in _by_month(tree).items():
        for changes in group:
            for text, value in changes.value.items():
                now = put(now, split(text), value, faults)
        yield month, now


def _by_month(tree: Node) -> dict[int, list[Node]]:
    """Return what the events of each month set, events of a month in file order."""
    groups: dict[int, list[Node]] = {}
    events = find(tree, ("events",))
    for event in events.value if events is not None and isinstance(events.value, list) else []:
        month = find(event, ("month",))
        changes = find(event, ("set",))
        if month is None or changes is None or not isinstance(changes.value, dict):
            continue
        if isinstance(month.value, int) and month.value >= 1:
            groups.setdefault(month.value, []).append(changes)
    return dict(sorted(groups.items()))


def timeline[S: ScenarioData](scenario: S, kind: type[S]) -> tuple[tuple[int, S], ...]:
    """Return the scenario in force from each event month on; see ``Scenario.timeline``."""
    if not scenario.events:
        return ()
    faults: list[Fault] = []
    stages: list[tuple[int, S]] = []
    tree = settle_events(plant(scenario), faults)
    for month, later in unfold(tree, faults):
        checked = check(later, kind)
        faults += checked.faults
        if checked.scenario is not None:
            stages.append((month, checked.scenario))
    if faults:
        raise ScenarioError(in_order(faults))
    return tuple(stages)
