"""How one scenario is laid over another, and how single values are put into one.

Tables merge deeply. Lists whose entries have names (segments, jobs, companies, partners,
touchpoints) merge by name, and ``remove = true`` drops an entry. Events append. All else replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulation.errors import Fault
from simulation.scenario.fields import named_lists
from simulation.scenario.paths import PathError, assignments, split
from simulation.scenario.suggest import did_you_mean, listed, near, shown
from simulation.scenario.tree import (
    Node,
    Place,
    Steps,
    is_plain,
    name_of,
    names_in,
    plant,
    position,
)

OVERRIDE = Place(rank=-1)
"""The place of a value that was set from the command line or from Python: above all files."""


def merge(old: Node | None, new: Node) -> Node:
    """Merge tables deeply; anything else replaces what stood there."""
    if old is None or not (isinstance(old.value, dict) and isinstance(new.value, dict)):
        return new
    table = dict(old.value)
    for key, node in new.value.items():
        table[key] = merge(table.get(key), node)
    return Node(table, new.place)


def merge_scenario(old: Node, new: Node, faults: list[Fault]) -> Node:
    """Lay the scenario ``new`` over ``old``; what cannot be merged is added to ``faults``."""
    table = dict(old.value)
    for key, node in new.value.items():
        table[key] = combine(key, table.get(key), node, faults)
    return Node(table, new.place)


def combine(key: str, old: Node | None, new: Node, faults: list[Fault]) -> Node:
    """Merge what stands under the top-level key ``key``."""
    if not isinstance(new.value, list):
        return merge(old, new)
    inherited = old if old is not None and isinstance(old.value, list) else Node([])
    if key == "events":
        return Node(inherited.value + new.value, new.place)
    if key in named_lists():
        return _merge_by_name(key, inherited, new, faults)
    return new


def _merge_by_name(key: str, old: Node, new: Node, faults: list[Fault]) -> Node:
    merged, given = Node(list(old.value), new.place), dict[str, Node]()
    for entry in new.value:
        name = name_of(entry)
        if name is not None and name in given:
            faults.append(_given_twice(f"{key}.{name}", given[name], entry))
            continue
        if name is not None:
            given[name] = entry
        index = None if name is None else position(merged, name)
        if isinstance(entry.value, dict) and "remove" in entry.value:
            _remove(key, merged, entry, faults)
        elif index is None:
            merged.value.append(entry)
        else:
            merged.value[index] = merge(merged.value[index], entry)
    return merged


def _given_twice(key: str, first: Node, second: Node) -> Fault:
    line = f" (first on line {first.place.line})" if first.place.line else ""
    return second.place.fault(
        f"is given twice{line}.",
        key=key,
        hint="Rename one of them, or put the settings of both under one header.",
    )


def _remove(key: str, merged: Node, entry: Node, faults: list[Fault]) -> None:
    """Drop the entry that an entry with ``remove = true`` names, or say why not."""
    fault = _removal_fault(key, names_in(merged), entry)
    if fault is None:
        del merged.value[position(merged, name_of(entry) or "")]
    else:
        faults.append(fault)


def _removal_fault(key: str, known: list[str], entry: Node) -> Fault | None:
    name = name_of(entry)
    removal: Node = entry.value["remove"]
    path = f"{key}.{name}" if name else key
    if removal.value is not True:
        return removal.place.fault(
            f"can only be true. Got {shown(removal.value)}.",
            key=f"{path}.remove",
            hint="Leave the line out to keep the entry.",
        )
    names = f"There are {listed(known)}." if known else f"There are no {key} to remove."
    if name is None:
        slip = near("name", [given for given in entry.value if given != "remove"])
        hint = f'Did you mean "name" instead of "{slip}"?' if slip else names
        return entry.place.fault("says remove = true but has no name.", key=key, hint=hint)
    if name not in known:
        message = "cannot be removed: nothing inherited has this name."
        return entry.place.fault(message, key=path, hint=did_you_mean(name, known) or names)
    if extra := sorted(set(entry.value) - {"name", "remove"}):
        message = f"is to be removed, so it cannot set {listed(extra)}."
        hint = "Keep either remove = true or the settings."
        return entry.place.fault(message, key=path, hint=hint)
    return None


def put(node: Node | None, steps: Steps, new: Node, faults: list[Fault]) -> Node:
    """Return a tree in which ``new`` stands at the path ``steps``.

    Tables on the way are made as needed; list entries on the way must exist (``LookupError``).
    A last step ``remove`` drops the entry it stands in, if the value is true.
    """
    if not steps:
        return merge(node, new)
    head, rest = steps[0], steps[1:]
    if node is not None and isinstance(node.value, list):
        return _put_in_list(node, head, rest, new)
    table = dict(node.value) if node is not None and isinstance(node.value, dict) else {}
    if rest == () and isinstance(new.value, list):
        table[head] = combine(str(head), table.get(head), new, faults)
    elif len(rest) == 2 and rest[1] == "remove" and head in named_lists():
        naming = Node({"name": Node(rest[0], new.place), "remove": new}, new.place)
        table[head] = combine(str(head), table.get(head), Node([naming], new.place), faults)
    else:
        table[head] = put(table.get(head), rest, new, faults)
    return Node(table, node.place if node is not None else new.place)


def _put_in_list(node: Node, head: str | int, rest: Steps, new: Node) -> Node:
    index = position(node, head)
    if index is None:
        raise LookupError(f"no entry {head!r}")
    entries = list(node.value)
    entries[index] = put(entries[index], rest, new, [])
    return replace(node, value=entries)


def override(tree: Node, changes: Mapping[str, Any], faults: list[Fault]) -> Node:
    """Return a tree with values put at parameter paths, in the order given."""
    if not isinstance(changes, Mapping):
        hint = 'Give a mapping such as {"companies.focal.price": 0.3}.'
        faults.append(Fault(f"must be a mapping. Got {type(changes).__name__}.", key="changes",
                            hint=hint))  # fmt: skip
        return tree
    for text, value in changes.items():
        if not isinstance(text, str):
            faults.append(Fault(f"must have texts for keys. Got {text!r}.", key="changes"))
            continue
        if not is_plain(planted := plant(value, OVERRIDE)):
            message = "must be a number of 64 bits, text, switch, list or table, not nested deeply."
            faults.append(Fault(message, key=text))
            continue
        try:
            for steps, leaf in list(assignments(tree, split(text), planted)):
                tree = put(tree, steps, leaf, faults)
        except PathError as error:
            faults.append(Fault(error.message, key=text, hint=error.hint))
    return tree
