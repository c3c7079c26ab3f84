"""The schema read as data: every parameter with its type, default, unit, range and source.

Messages, ``cocreate describe``, ``docs/reference/parameters.md`` and the JSON Schema all read this
list, so none of them can say anything that the checks do not enforce.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from simulation.scenario.parameter import Section
from simulation.scenario.schema import ScenarioData
from simulation.scenario.suggest import number_text


class ValueKind(StrEnum):
    """What sort of value a parameter takes."""

    NUMBER = "number"
    WHOLE = "whole number"
    SWITCH = "true or false"
    WORD = "word"
    NAME = "name"
    TEXT = "text"
    NUMBERS = "list of numbers"
    WORDS = "list of words"
    NAMES = "list of names"
    TABLE = "table of numbers"
    SETTINGS = "table of parameter paths and values"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a scenario, as its declaration states it.

    ``path`` has ``*`` where a name stands (``companies.*.price``). ``low`` and ``high`` are the
    bounds that the checks enforce (of each number, in lists and tables), ``low_open`` says that
    ``low`` itself is excluded. ``sweep`` is the range worth exploring: the declared one, or the
    bounds where both are closed. ``choices`` are the words that may stand there.
    """

    path: str
    section: str
    kind: ValueKind
    default: Any = None
    required: bool = False
    optional: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    sweep: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    source: str = ""
    meaning: str = ""
    founding: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def type(self) -> str:
        """The type in words: ``number``, ``one of crm | cem | social``, ``list of …``."""
        words = {
            ValueKind.WORD: f"one of {' | '.join(self.choices)}",
            ValueKind.WORDS: f"list of {' | '.join(self.choices)}",
        }.get(self.kind, self.kind.value)
        return f"{words}, or not given" if self.optional else words

    @property
    def range(self) -> str:
        """The enforced bounds in words, such as ``0 to 1`` or ``more than 0``; "" without any."""
        low, high = (
            None if bound is None else number_text(bound) for bound in (self.low, self.high)
        )
        if low is None:
            return "" if high is None else f"at most {high}"
        if self.low_open:
            return f"more than {low}" + ("" if high is None else f", at most {high}")
        return f"at least {low}" if high is None else f"{low} to {high}"


@dataclass(frozen=True)
class Shape:
    """What an annotation allows, once ``Annotated``, ``None`` and containers are taken apart."""

    kind: ValueKind
    optional: bool = False
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    choices: tuple[str, ...] = ()


def section_of(annotation: Any) -> type[Section] | None:
    """Return the section that a field holds, or None if it holds something else."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return None


def entry_of(annotation: Any) -> type[Section] | None:
    """Return the section of which a field holds a list (``tuple[Segment, ...]``), or None."""
    if get_origin(annotation) is tuple:
        return section_of(get_args(annotation)[0])
    return None


def keyed_of(annotation: Any) -> type[Section] | None:
    """Return the section of which a field holds one a key (``dict[Name, OwnTouchpoint]``)."""
    if get_origin(annotation) is dict:
        return section_of(get_args(annotation)[1])
    return None


def is_table(annotation: Any) -> bool:
    """Return whether a field holds a table with free keys (``dict[Name, float]``)."""
    return get_origin(annotation) is dict


@cache
def named_lists() -> Mapping[str, type[Section]]:
    """Return the lists whose entries are distinguished by name, such as companies."""
    entries = {key: entry_of(field.annotation) for key, field in ScenarioData.model_fields.items()}
    return {
        key: entry
        for key, entry in entries.items()
        if entry is not None
        and "name" in entry.model_fields
        and entry.model_fields["name"].is_required()
    }


def _bounds(metadata: list[Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for rule in metadata:
        if isinstance(rule, FieldInfo):
            bounds |= _bounds(rule.metadata)
        elif isinstance(rule, annotated_types.Ge):
            bounds |= {"low": rule.ge, "low_open": False}
        elif isinstance(rule, annotated_types.Gt):
            bounds |= {"low": rule.gt, "low_open": True}
        elif isinstance(rule, annotated_types.Le):
            bounds |= {"high": rule.le}
    return bounds


def _is_name(metadata: list[Any]) -> bool:
    return any(
        getattr(rule, "pattern", None) or _is_name(getattr(rule, "metadata", []))
        for rule in metadata
    )


_SCALARS = {float: ValueKind.NUMBER, int: ValueKind.WHOLE, bool: ValueKind.SWITCH}
_LISTS = {
    ValueKind.NUMBER: ValueKind.NUMBERS,
    ValueKind.WHOLE: ValueKind.NUMBERS,
    ValueKind.WORD: ValueKind.WORDS,
    ValueKind.NAME: ValueKind.NAMES,
}


def shape_of(annotation: Any, metadata: list[Any]) -> Shape:
    """Take an annotation apart into the kind of value, its bounds and its words."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape_of(parts[0], [*parts[1:], *metadata])
    if origin in (Union, types.UnionType):
        rest = next(part for part in parts if part is not type(None))
        return replace(shape_of(rest, metadata), optional=True)
    if origin is tuple:
        inner = shape_of(parts[0], [])
        return replace(inner, kind=_LISTS[inner.kind])
    if origin is dict:
        if parts[1] is Any:
            return Shape(ValueKind.SETTINGS)
        return replace(shape_of(parts[1], []), kind=ValueKind.TABLE)
    if annotation in _SCALARS:
        return Shape(_SCALARS[annotation], **_bounds(metadata))
    if issubclass(annotation, StrEnum):
        return Shape(ValueKind.WORD, choices=tuple(word.value for word in annotation))
    return Shape(ValueKind.NAME if _is_name(metadata) else ValueKind.TEXT)


def _extra(field: FieldInfo) -> dict[str, Any]:
    return dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}


def _sweep(extra: dict[str, Any], shape: Shape) -> tuple[float, float] | None:
    if "sweep" in extra:
        low, high = extra["sweep"]
        return float(low), float(high)
    if shape.low is None or shape.high is None or shape.low_open:
        return None
    return float(shape.low), float(shape.high)


def _leaf(path: str, section: str, field: FieldInfo, default: Any, within: FieldInfo) -> Parameter:
    shape, extra = shape_of(field.annotation, field.metadata), _extra(field) or _extra(within)
    meaning = field.description or within.description or ""
    if field.description is None and within is not field:
        meaning = f"{meaning}: {path.rpartition('.')[2].replace('_', ' ')}"
    return Parameter(
        path=path,
        section=section,
        kind=shape.kind,
        default=default,
        required=field.is_required(),
        optional=shape.optional,
        unit=extra.get("unit", ""),
        low=shape.low,
        high=shape.high,
        low_open=shape.low_open,
        sweep=_sweep(extra, shape),
        choices=shape.choices,
        source=extra.get("source", ""),
        meaning=meaning,
        founding=extra.get("founding", False),
    )


def _default(field: FieldInfo, name: str, values: Section | None) -> Any:
    if values is not None:
        return getattr(values, name)
    return None if field.is_required() else field.get_default(call_default_factory=True)


def _walk(
    section: type[Section], path: str, *, values: Section | None, within: FieldInfo | None = None
) -> Iterator[Parameter]:
    """Yield the leaves below a section; ``within`` is the parameter that a section spells out."""
    for name, field in section.model_fields.items():
        here = f"{path}.{name}" if path else name
        default = _default(field, name, values)
        if (part := section_of(field.annotation)) is not None:
            declared = field if _extra(field) else within
            part_values = default if isinstance(default, Section) else None
            yield from _walk(part, here, values=part_values, within=declared)
        elif (entry := entry_of(field.annotation) or keyed_of(field.annotation)) is not None:
            yield from _walk(entry, f"{here}.*", values=None)
        else:
            home = path.rpartition(".")[0] if within is not None else path
            yield _leaf(here, home, field, default, within or field)


@cache
def all_fields() -> Mapping[str, Parameter]:
    """Return every leaf of the schema by its path, names, titles and events included."""
    return {leaf.path: leaf for leaf in _walk(ScenarioData, "", values=None)}


def parameters() -> list[Parameter]:
    """Return every parameter of a scenario, in the order of the schema.

    Names, titles and the timeline's own keys are no parameters: they have no source.
    """
    return [leaf for leaf in all_fields().values() if leaf.source]


@cache
def section_titles() -> Mapping[str, str]:
    """Return the sections' paths (``companies.*.strategy``) with what each is about."""
    return dict(_titles(ScenarioData, ""))


def _titles(section: type[Section], path: str) -> Iterator[tuple[str, str]]:
    for name, field in section.model_fields.items():
        here = f"{path}.{name}" if path else name
        entry = entry_of(field.annotation) or keyed_of(field.annotation)
        below = entry or section_of(field.annotation)
        if below is not None:
            here = f"{here}.*" if entry else here
            yield here, (field.description or below.__doc__ or "").partition("\n")[0]
            yield from _titles(below, here)
