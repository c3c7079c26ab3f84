"""What a result assumed: the scenario it ran, held against the defaults and their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from typing import Any

from simulation.report.influence import influence
from simulation.report.shown import parameter_of, units_line, units_note
from simulation.report.words import label, number
from simulation.scenario.parameter import ASSUMPTION
from simulation.scenario.units import Units

NO_PARAMETER = ("title", "description", "market", "events", "run")
"""What a scenario holds besides what it assumes."""


@dataclass(frozen=True)
class Assumed:
    """A parameter of the scenario: its path, what it is set to, its default and its source."""

    path: str
    value: str
    default: str
    unit: str
    meaning: str
    source: str
    name: str = ""
    """Its path as it is read: whose it is by the label, where there is one."""
    effect: float = nan
    """How much it moves the co-created value of *base* (see ``influence``); nan if not measured."""

    @property
    def influence(self) -> str:
        """Its effect as it is read."""
        return number(self.effect, 2) if self.effect == self.effect else "–"


@dataclass(frozen=True)
class TimelineEntry:
    """A change on the scenario's timeline."""

    month: int
    name: str
    changes: str


@dataclass(frozen=True)
class Assumptions:
    """Everything assumed, split by whether the scenario sets it; the most influential first."""

    changed: tuple[Assumed, ...]
    touchpoints: tuple[Assumed, ...]
    """What the scenario sets at its touchpoints: so many that they have a table of their own."""
    defaults: tuple[Assumed, ...]
    events: tuple[TimelineEntry, ...]
    structure: str = ""
    """Who and what the scenario has, in a line."""

    units: str = ""
    """In what money and for how many people numbers are shown, where that is not the model's."""

    units_note: str = ""
    """The same, with what that does not multiply."""

    names: tuple[str, ...] = ()
    """What the scenario's companies, touchpoints and the like are called."""

    @property
    def n_parameters(self) -> int:
        """How many parameters are known, each of a list's once."""
        return len({wildcard(item.path) for item in self._known()})

    @property
    def n_without_source(self) -> int:
        """How many of them nobody has published: defaults to sweep, never findings."""
        return len({wildcard(item.path) for item in self._known() if ASSUMPTION in item.source})

    @property
    def leading(self) -> tuple[Assumed, ...]:
        """The numbers without a published value that move the co-created value most."""
        by_path: dict[str, Assumed] = {}
        for item in self._known():
            if ASSUMPTION in item.source:
                by_path.setdefault(wildcard(item.path), item)
        measured = [item for item in by_path.values() if item.effect == item.effect]
        return tuple(by_influence(measured)[:N_LEADING])

    def _known(self) -> Iterator[Assumed]:
        for item in (*self.changed, *self.touchpoints, *self.defaults):
            if item.source:
                yield item


N_LEADING = 12


def by_influence(items: Iterable[Assumed]) -> list[Assumed]:
    """Return parameters by how much they move the value; those not measured come last."""
    return sorted(items, key=lambda item: -item.effect if item.effect == item.effect else inf)


def assumed_words(assumed: Assumptions) -> str:
    """Return how much is assumed, in a sentence; nothing where no parameter is known."""
    if not assumed.n_parameters:
        return ""
    return (
        f"{assumed.n_without_source} of {assumed.n_parameters} parameters are assumptions without "
        "a published value."
    )


def assumptions(scenario: Mapping[str, Any], *, per_thousand: bool = False) -> Assumptions:
    """Return what a resolved scenario (as the manifest holds it) assumes, most influential first.

    Args:
        scenario: as the manifest holds it.
        per_thousand: whether numbers are shown for a thousand people, or those simulated, rather
            than for the people represented.

    A parameter that the present schema does not know is listed as set, without default or source.
    Values of a list's entries that are left at the default are listed once, with ``*`` for the
    entry's name.
    """
    from simulation.scenario.fields import all_fields

    known, effects, units = all_fields(), influence(), Units.of_data(scenario)
    changed: list[Assumed] = []
    defaults: dict[str, Assumed] = {}
    for path, wild, value in leaves(scenario):
        declared = known.get(wild)
        if declared is not None and not declared.source:
            continue
        given = declared is None or (declared.required and declared.default is None)
        default = None if declared is None else plain(declared.default)
        same = not given and value == default
        item = Assumed(
            path=wild if same else path,
            value=in_currency(value, wild, units),
            default="" if given else in_currency(default, wild, units),
            unit="" if declared is None else declared.unit,
            meaning="" if declared is None else declared.meaning,
            source="" if declared is None else declared.source,
            name=parameter_of(wild if same else path, units),
            effect=effects.get(wild, nan),
        )
        if same:
            defaults[wild] = item
        else:
            changed.append(item)
    shown = replace(units, per_person=1.0) if per_thousand else units
    at_touchpoints = [item for item in changed if item.path.startswith("touchpoints.")]
    rest = [item for item in changed if not item.path.startswith("touchpoints.")]
    return Assumptions(
        tuple(by_influence(rest)),
        tuple(at_touchpoints),
        tuple(by_influence(defaults.values())),
        events(scenario),
        structure(scenario),
        units_line(shown),
        units_note(shown),
        tuple(_names(scenario)),
    )


def _names(scenario: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the things of a scenario are called where they are shown."""
    units = Units.of_data(scenario)
    for part in scenario.values():
        for one in part if isinstance(part, Sequence) and not isinstance(part, str) else ():
            if isinstance(one, Mapping) and isinstance(one.get("name"), str):
                yield label(units.label(one["name"]))


def leaves(
    scenario: Mapping[str, Any], path: str = "", wild: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Yield every value of a scenario with its path, as written and with ``*`` for list entries."""
    from simulation.scenario.fields import all_fields, section_titles

    for name, value in scenario.items():
        here, there = (f"{path}.{name}" if path else name), (f"{wild}.{name}" if wild else name)
        if not path and name in NO_PARAMETER:
            continue
        if f"{there}.*" in section_titles() and isinstance(value, Mapping):
            for key, entry in value.items():
                yield from leaves(entry, f"{here}.{key}", f"{there}.*")
        elif isinstance(value, Mapping) and there not in all_fields():
            yield from leaves(value, here, there)
        elif _is_entries(value):
            for at, entry in enumerate(value):
                yield from leaves(entry, f"{here}.{entry.get('name', at)}", f"{there}.*")
        else:
            yield here, there, value


def _is_entries(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(entry, Mapping) for entry in value)
    )


def events(scenario: Mapping[str, Any]) -> tuple[TimelineEntry, ...]:
    """Return the scenario's timeline in order of months."""
    units = Units.of_data(scenario)
    entries = [
        TimelineEntry(
            month=int(event.get("month", 0)),
            name=str(event.get("name", "")),
            changes=", ".join(f"{parameter_of(key, units)} = {text(value)}"
                              for key, value in event["set"].items()),
        )
        for event in scenario.get("events") or ()
        if isinstance(event, Mapping) and isinstance(event.get("set"), Mapping)
    ]  # fmt: skip
    return tuple(sorted(entries, key=lambda event: event.month))


def structure(scenario: Mapping[str, Any]) -> str:
    """Return who and what the scenario has, in a line."""
    units = Units.of_data(scenario)

    def names(part: str) -> list[str]:
        entries = scenario.get(part) or ()
        return [label(units.label(str(entry.get("name", "")))) for entry in entries]

    people = (scenario.get("population") or {}).get("people")
    lines = []
    if isinstance(people, int):
        whole = f"{units.per_person * people:,.0f} people, of whom {people:,} are simulated"
        lines = [f"{people:,} people" if units.per_person == 1.0 else whole]
    outcomes = sum(len(job.get("outcomes") or ()) for job in scenario.get("jobs") or ())
    for part, one, many in _PARTS:
        shown = names(part)
        if shown:
            listed = f" ({', '.join(shown)})" if len(shown) <= 5 else ""
            lines.append(f"{len(shown)} {one if len(shown) == 1 else many}{listed}")
    if outcomes:
        lines.append(f"{outcomes} desired outcomes")
    return " · ".join(lines)


_PARTS = (
    ("companies", "company", "companies"),
    ("partners", "partner", "partners"),
    ("segments", "segment", "segments"),
    ("touchpoints", "touchpoint", "touchpoints"),
    ("jobs", "job", "jobs"),
)


def plain(value: Any) -> Any:
    """Return a default the way JSON holds it, so that it can be compared with a manifest."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


LONGEST = 72


def text(value: Any) -> str:
    """Return a value as it is read in a table; long lists are cut short."""
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, 6)
    if isinstance(value, Mapping):
        written = ", ".join(f"{key} {text(item)}" for key, item in value.items()) or "none"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        written = ", ".join(text(item) for item in value) or "none"
    else:
        written = str(value)
    return written if len(written) <= LONGEST else f"{written[: LONGEST - 1]}…"


def in_currency(value: Any, wild: str, units: Units) -> str:
    """Return a parameter's value as text, an amount of money also in the scenario's currency.

    Args:
        value: in the scenario's own money.
        wild: the parameter, ``*`` for the names of list entries.
        units: the scenario's currency.
    """
    from simulation.scenario.fields import all_fields

    declared, words = all_fields().get(wild), text(value)
    is_amount = isinstance(value, int | float) and not isinstance(value, bool) and value != 0
    if declared is None or not is_amount:  # nothing is nothing in any currency
        return words
    amount, unit = units.each(value, declared.unit)
    return words if unit == declared.unit else f"{words} ({number(amount, 4)} {unit})"


def wildcard(path: str) -> str:
    """Return a path with ``*`` for the names of list entries."""
    first, *rest = path.split(".")
    if first in {part for part, _, _ in _PARTS} and rest:
        rest[0] = "*"
    return ".".join((first, *rest))
