"""In which parameters a what-if differs from the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.report.assumptions import in_currency, leaves, wildcard
from simulation.scenario.units import Units

SAME_EVENTS = "events"


@dataclass(frozen=True)
class Change:
    """A parameter in which a what-if differs from the base."""

    path: str
    base: str
    what_if: str


def scenario_changes(base: Mapping[str, Any], other: Mapping[str, Any]) -> list[Change]:
    """Return the parameters in which two resolved scenarios differ, in the order of the second.

    An entry of a list that only one of them has is one change, not one for each of its parameters.
    What the second changes of the first from month 1 on counts as its own.
    """
    other, later = _unfolded(base, other)
    units = Units.of_data(base)
    ours = {path: value for path, _, value in leaves(base)}
    theirs = {path: value for path, _, value in leaves(other)} | dict(later)
    entries = _entries(base), _entries(other)
    changes: dict[str, Change] = {}
    for path in [*theirs, *(path for path in ours if path not in theirs)]:
        if path in ours and path in theirs and ours[path] == theirs[path]:
            continue
        entry = ".".join(path.split(".")[:2])
        if entry in entries[0] ^ entries[1]:
            there = ("not there", "added") if entry in entries[1] else ("there", "removed")
            changes.setdefault(entry, Change(entry, *there))
        else:
            changes[path] = Change(path, *(_shown(side, path, units) for side in (ours, theirs)))
    if base.get(SAME_EVENTS) != other.get(SAME_EVENTS):
        counts = (len(side.get(SAME_EVENTS) or ()) for side in (base, other))
        changes[SAME_EVENTS] = Change(SAME_EVENTS, *(f"{n} on the timeline" for n in counts))
    return list(changes.values())


def _unfolded(
    base: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the second scenario without an event of month 1 that goes before the first's.

    With it what that event sets, by path; nothing where there is no such event.
    """
    ours, theirs = (list(side.get(SAME_EVENTS) or ()) for side in (base, other))
    if not theirs or theirs[0]["month"] != 1 or theirs[0] in ours:
        return other, {}
    rest = {key: part for key, part in other.items() if key != SAME_EVENTS}
    return {**rest, SAME_EVENTS: theirs[1:]}, theirs[0]["set"]


def _entries(scenario: Mapping[str, Any]) -> set[str]:
    return {
        f"{part}.{entry['name']}"
        for part, entries in scenario.items()
        if isinstance(entries, Sequence) and not isinstance(entries, str)
        for entry in entries
        if isinstance(entry, Mapping) and "name" in entry and part != SAME_EVENTS
    }


def _shown(values: Mapping[str, Any], path: str, units: Units) -> str:
    return in_currency(values[path], wildcard(path), units) if path in values else "not given"
