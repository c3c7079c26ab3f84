"""Faults of single values in plain language: where, rule, value, remedy.

The checks are pydantic's; the words are ours, made from the parameter's declaration.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulation.errors import Fault
from simulation.scenario.fields import (
    Parameter,
    ValueKind,
    all_fields,
    entry_of,
    keyed_of,
    named_lists,
    section_of,
    section_titles,
)
from simulation.scenario.parameter import Section
from simulation.scenario.paths import PathError, pattern, same_ending, show, split
from simulation.scenario.schema import ScenarioData
from simulation.scenario.suggest import did_you_mean, listed, near, shown, slug
from simulation.scenario.tree import Node, Steps, by_name, find, name_of, names_in, place_at

Words = tuple[str, str | None]
"""A message and a hint."""

_MANY = 14
MOST_EXPLAINED = 100
MORE = f"has more faults than the {MOST_EXPLAINED} that are explained."


def faults_of(error: ValidationError, tree: Node) -> Iterable[tuple[Steps, Fault]]:
    """Yield each fault that pydantic found, with its path (lists by index); the first in words."""
    explained = 0
    for detail in error.errors(include_url=False, include_context=False):
        steps = tuple(step for step in detail["loc"] if step != "[key]")
        if detail["type"] == "too_short" and detail["input"]:
            continue  # the entries themselves are faulty, and say so
        explained += 1
        if explained > MOST_EXPLAINED:
            yield steps, Fault(MORE, file=place_at(tree, ()).file)
            continue
        message, hint = _words(detail, steps, tree)
        key = show(by_name(tree, steps))
        yield steps, place_at(tree, steps).fault(message, key=key, hint=hint)


def _words(detail: ErrorDetails, steps: Steps, tree: Node) -> Words:
    value, section = detail["input"], _section_at(steps)
    if detail["type"] == "extra_forbidden":
        return _unknown_key(steps)
    if detail["type"] == "missing":
        return _missing(steps, tree)
    if detail["type"] == "too_short":
        return "must have at least one entry.", f"Add one: [[{show(steps)}]]"
    if "[key]" in detail["loc"]:
        message, hint = _name(value)
        return f"has a key that is not a name. {message}", hint
    parameter = all_fields().get(pattern(steps))
    if parameter is not None:
        return _value(parameter, value, element=isinstance(steps[-1], int))
    return _table(steps, section, value)


def _section_at(steps: Steps) -> type[Section] | None:
    """Return the section that belongs at a path, or whose list does."""
    section: type[Section] = ScenarioData
    names = iter(step for step in steps if isinstance(step, str))
    for step in names:
        field = section.model_fields.get(step)
        keyed = field and keyed_of(field.annotation)
        below = field and (section_of(field.annotation) or entry_of(field.annotation) or keyed)
        if not below:
            return None
        if keyed:
            next(names, None)
        section = below
    return section


# --- values --------------------------------------------------------------------------------------


def _value(parameter: Parameter, value: Any, *, element: bool) -> Words:
    """Say what is wrong with a value where a parameter belongs."""
    kind = _ELEMENT.get(parameter.kind, parameter.kind)
    if parameter.kind in _LISTS and not element:
        inner = [value] if isinstance(value, int | float | str) else ["…"]
        return f"must be a {parameter.kind}. Got {shown(value)}.", f"Write {shown(inner)}."
    if parameter.kind is ValueKind.TABLE and not isinstance(value, int | float | str):
        return f"must be a table of numbers. Got {shown(value)}.", "Write { name = 1.0 }."
    if kind is ValueKind.NAME:
        return _name(value)
    message = f"must be {_rule(parameter, kind, value)}. Got {shown(value)}."
    hints = [_remedy(parameter, kind, value), _about(parameter)]
    return message, " ".join(hint for hint in hints if hint) or None


_ELEMENT = {
    ValueKind.NUMBERS: ValueKind.NUMBER,
    ValueKind.WORDS: ValueKind.WORD,
    ValueKind.NAMES: ValueKind.NAME,
}
_LISTS = frozenset(_ELEMENT)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rule(parameter: Parameter, kind: ValueKind, value: Any) -> str:
    """Return the rule that the value breaks, to stand after *must be*."""
    if kind is ValueKind.WORD:
        return f"one of {', '.join(parameter.choices)}"
    if kind is ValueKind.SWITCH:
        return "true or false"
    if kind is ValueKind.TEXT:
        return "text in quotes"
    if kind is ValueKind.SETTINGS:
        return "a table of parameter paths and their new values"
    if kind is ValueKind.TABLE and not _is_number(value):
        return "a table of numbers" if not isinstance(value, bool) else "a number"
    if _is_number(value) and not isfinite(value):
        return "a finite number"
    if not _is_number(value) or (kind is ValueKind.WHOLE and isinstance(value, float)):
        return "a whole number" if kind is ValueKind.WHOLE else "a number"
    return _bounds(parameter)


def _bounds(parameter: Parameter) -> str:
    """Return the bounds to stand after *must be*: ``between 0 and 1``, ``more than 0``."""
    text = parameter.range
    if parameter.low is None or parameter.high is None or parameter.low_open:
        return text.replace(", at", " and at")
    return "between " + text.replace(" to ", " and ")


def _remedy(parameter: Parameter, kind: ValueKind, value: Any) -> str | None:
    """Return what to write instead, where the mistake can be guessed."""
    if kind is ValueKind.WORD:
        return did_you_mean(value, parameter.choices) if isinstance(value, str) else None
    if kind is ValueKind.TEXT and not isinstance(value, dict | list):
        return f'Write "{shown(value)}".'
    if kind is ValueKind.SWITCH:
        return _switch_remedy(value)
    if kind is ValueKind.WHOLE and isinstance(value, float) and value.is_integer():
        return f"Write {int(value)}."
    if isinstance(value, str):
        return _number_in_text(value)
    if isinstance(value, bool):
        return f"Write {1 if value else 0} for {shown(value)}." if parameter.high == 1 else None
    if _is_number(value) and parameter.high == 1 and 2 <= value <= 100:
        return f"It is a share: for {value:g} % write {value / 100:g}."
    return None


def _switch_remedy(value: Any) -> str | None:
    guesses = {"true": "true", "yes": "true", "on": "true", "1": "true", "1.0": "true"}
    guesses |= {"false": "false", "no": "false", "off": "false", "0": "false", "0.0": "false"}
    guess = guesses.get(str(value).lower())
    return f"Write {guess}, in small letters and without quotes." if guess else None


def _number_in_text(text: str) -> str | None:
    tidy = text.strip()
    if tidy.endswith("%"):
        number = _as_number(tidy[:-1].replace(",", "."))
        return None if number is None else f"Write {number / 100:g}."
    number = _as_number(tidy)
    if number is not None:
        return f"Write {number:.15g}, without quotes."
    number = _as_number(tidy.replace(",", "."))
    return None if number is None else f"Write {number:g}: decimals take a point."


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _about(parameter: Parameter) -> str | None:
    """Return what the parameter means, in its unit, and its default."""
    if not parameter.source:
        return None
    unit = f", in {parameter.unit}" if parameter.unit else ""
    default = (
        ""
        if parameter.default in (None, {}) or parameter.kind in _LISTS
        else (f"; the default is {shown(parameter.default)}")
    )
    return f"Meaning: {parameter.meaning}{unit}{default}."


def _name(value: Any) -> Words:
    rule = "a name of small letters, digits and underscores, a letter first, at most 40 long"
    text = slug(value) if isinstance(value, str) else ""
    return f"must be {rule}. Got {shown(value)}.", f'Write "{text}".' if text else None


# --- tables and lists of tables ------------------------------------------------------------------


def _table(steps: Steps, section: type[Section] | None, value: Any) -> Words:
    """Say what is wrong with a value where a section or a list of sections belongs."""
    header = ".".join(step for step in steps if isinstance(step, str))
    in_list = len(steps) == 2 and isinstance(steps[1], int)
    if header in named_lists() or header == "events":
        if in_list:
            return (
                f"must be a table. Got {shown(value)}.",
                f"Write [[{header}]] and its keys below.",
            )
        return _list_of_tables(header, value)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        message = "is one table, not a list."
        return message, f"Write [{header}] with single brackets."
    keys = list(section.model_fields) if section is not None else []
    hint = f"Write [{header}] and below it {', '.join(f'{key} = …' for key in keys[:3])}"
    return f"must be a table. Got {shown(value)}.", f"{hint}{', …' if len(keys) > 3 else ''}."


def _list_of_tables(header: str, value: Any) -> Words:
    if not isinstance(value, dict):
        return f"must be a list of tables. Got {shown(value)}.", f"Write [[{header}]]."
    names = [key for key, item in value.items() if isinstance(item, dict)]
    entry = _entry_fields(header)
    if names and not set(value) & entry:
        below = f'[[{header}]] with name = "{names[0]}" below it, then its settings'
        return f'is a list, so "{names[0]}" cannot be a key of it.', f"Write {below}."
    if names == list(value):
        below = f'Write [[{header}]] and name = "…" above [{header}.{names[0]}].'
        return "is a list of tables.", below
    return "is a list of tables.", f"Write [[{header}]] with double brackets."


def _entry_fields(header: str) -> set[str]:
    entry = entry_of(ScenarioData.model_fields[header].annotation)
    return set(entry.model_fields) if entry is not None else set()


def _missing(steps: Steps, tree: Node) -> Words:
    """Say what is missing; an entry that lacks what it needs may be a misspelt inherited one."""
    parameter = all_fields().get(pattern(steps))
    kind = str(steps[0])
    if parameter is None:
        return "is missing.", f'Add at least one [[{kind}]], or extends = "base" at the top.'
    if kind in named_lists():
        known = names_in(find(tree, steps[:1]))
        if parameter.name == "name":
            return "is missing.", _name_wanted(kind, known)
        entry = find(tree, steps[:2])
        name = (name_of(entry) if entry is not None else None) or ""
        guess = near(name, [other for other in known if other != name])
        if guess is not None:
            need = f"A new entry needs {parameter.name}."
            return "is missing.", f'{need} Or did you mean "{guess}" instead of "{name}"?'
    return "is missing.", f"Write {parameter.name} = {_example(parameter)}  ({parameter.meaning})."


def _name_wanted(kind: str, known: list[str]) -> str:
    if not known:
        return 'Give the entry a name: name = "…".'
    return f'Write name = "{known[0]}" below [[{kind}]] to change that one, or give a new name.'


def _example(parameter: Parameter) -> str:
    if parameter.kind is ValueKind.WORDS:
        return f'["{parameter.choices[0]}"]'
    if parameter.kind is ValueKind.NAMES:
        return '["less_effort"]'
    if parameter.kind is ValueKind.SETTINGS:
        return '{ "companies.focal.price" = 0.3 }'
    return "1"


def _unknown_key(steps: Steps) -> Words:
    """Say that a key is not known here, and where it may belong."""
    key, section = str(steps[-1]), _section_at(steps[:-1]) or ScenarioData
    allowed = [*section.model_fields]
    if section is ScenarioData:
        allowed.append("extends")
    if len(steps) == 3 and steps[0] in named_lists():
        allowed.append("remove")
    message = "is not a parameter."
    if "." in key and (example := _as_lines(key)) is not None:
        return message, f"Paths are for events and --set. In a file write {example}"
    guess = near(key, allowed)
    if guess is not None:
        return message, f'Did you mean "{guess}"?'
    if key in ScenarioData.model_fields or key == "extends":
        return message, _belongs_at_top(key)
    sections = [path for path in _homes(key) if path]
    if sections:
        return message, _belongs_elsewhere(key, sections, steps)
    keys = f"Allowed here: {', '.join(allowed)}." if len(allowed) <= _MANY else None
    return message, keys or "See `cocreate describe` for all parameters."


def _as_lines(path: str) -> str | None:
    """Return the lines that a file needs for what a path means, or None if it means nothing."""
    try:
        steps = split(path)
    except PathError:
        return None
    if pattern(steps) not in all_fields():
        return None
    lines = []
    if steps[0] in named_lists() and len(steps) > 2:
        name = steps[1] if isinstance(steps[1], str) else "…"
        lines = [f"[[{steps[0]}]]", f'name = "{name}"']
        steps = (steps[0], *steps[2:])
    way = ".".join(str(step) for step in steps[:-1])
    lines += [f"[{way}]"] if way and (not lines or len(steps) > 2) else []
    return f"{', '.join([*lines, f'{steps[-1]} = …'])}, a line each."


def _belongs_at_top(key: str) -> str:
    field = ScenarioData.model_fields.get(key)
    if field is None or (section_of(field.annotation) or entry_of(field.annotation)) is None:
        return f"{key} belongs at the top of the file, above the first [header]."
    double = entry_of(field.annotation) is not None
    return f"It is a section of its own: write {f'[[{key}]]' if double else f'[{key}]'}."


def _homes(key: str) -> list[str]:
    """Return the sections that have a parameter or a part of that name."""
    homes = [path.rpartition(".")[0] for path in same_ending((key,)) if path.endswith(f".{key}")]
    parts = {path.rpartition(f".{key}.")[0] for path in all_fields() if f".{key}." in path}
    return list(dict.fromkeys([*homes, *sorted(parts)]))


def _belongs_elsewhere(key: str, homes: list[str], steps: Steps) -> str:
    here = pattern(steps[:-1])
    if len(steps) == 1 and (below := _as_header(key, homes[0])) is not None:
        return below
    headers = [home.replace(".*", "") for home in homes]
    if here.startswith(tuple(f"{home}." for home in homes)):
        home = next(home for home in homes if here.startswith(f"{home}."))
        top, below = home.replace(".*", ""), here.replace(".*", "")
        return (
            f"{key} belongs to {top}: put it above [{below}], "
            "because a key belongs to the header above it."
        )
    brackets = [f"[[{h}]]" if h in named_lists() else f"[{h}]" for h in headers[:3]]
    return f"{key} belongs below {listed(brackets, 'or')}."


def _as_header(key: str, home: str) -> str | None:
    """Return the header to write for a section that was given at the top, if it is one."""
    if f"{home}.{key}" not in section_titles():
        return None
    top = home.replace(".*", "")
    outer = f"[[{top}]]" if top in named_lists() else f"[{top}]"
    return f"Write [{top}.{key}] below the {outer} it belongs to."
