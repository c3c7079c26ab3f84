"""Every parameter explained: for people, for ``docs/model.md``, and for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from simulation.scenario.fields import (
    Parameter,
    ValueKind,
    all_fields,
    named_lists,
    parameters,
    section_titles,
)
from simulation.scenario.suggest import number_text, slug
from simulation.scenario.write import value_text

__all__ = [
    "Parameter",
    "ValueKind",
    "as_dict",
    "by_section",
    "default_text",
    "matching",
    "nearest",
    "parameter_table_markdown",
    "parameters",
    "section_titles",
    "snippet",
]


def default_text(parameter: Parameter) -> str:
    """Return the default as TOML; ``required`` or ``not given`` where there is none."""
    if parameter.required and parameter.default is None:
        return "required"
    if parameter.default is None or parameter.default == {}:
        return "not given"
    if parameter.kind is ValueKind.NUMBER:
        return value_text(float(parameter.default))
    return value_text(parameter.default)


def as_dict(parameter: Parameter) -> dict[str, Any]:
    """Return a parameter as plain data, ready for JSON."""
    data = asdict(parameter) | {"type": parameter.type, "default": parameter.default}
    data["kind"] = parameter.kind.value
    data["sweep"] = list(parameter.sweep) if parameter.sweep is not None else None
    return data


FILE_KEYS = {
    "extends": Parameter(
        "extends",
        "",
        ValueKind.TEXT,
        default="base",
        meaning="the scenario that this file changes: its name, or its path",
    ),
    "remove": Parameter(
        "touchpoints.*.remove",
        "touchpoints.*",
        ValueKind.SWITCH,
        default=True,
        meaning="drop the inherited entry of this name; in every list of named entries",
    ),
}
"""Keys that a file may have and a scenario has not."""


# --- finding -------------------------------------------------------------------------------------


def matching(text: str) -> list[Parameter]:
    """Return the parameters that a path, a glob, a section or a name means.

    ``companies.focal.price`` and ``companies[0].price`` find ``companies.*.price``; ``price`` finds
    every parameter of that name; ``journey`` and ``companies.*.strategy`` all of the section;
    ``*elasticity*`` whatever it matches.
    """
    if text.strip() in FILE_KEYS:
        return [FILE_KEYS[text.strip()]]
    wanted = _as_declared(text.strip())
    for test in (_is_path, _is_glob, _is_name, _is_section):
        result = [parameter for parameter in all_fields().values() if test(parameter, wanted)]
        if result:
            return result
    return []


def _as_declared(text: str) -> str:
    """Put ``*`` where a path names or counts an entry."""
    text = re.sub(r"\[[^\]]*\]", ".*", text)
    head, _, rest = text.partition(".")
    if head in {*named_lists(), "events"} and rest and not rest.startswith("*"):
        without_entry = f"{head}.*.{rest}"
        if any(path.startswith(without_entry) for path in all_fields()):
            return without_entry  # companies.strategy: the entry was left out
        return _star_keys(".".join([head, "*", *rest.split(".")[1:]]))
    return text


def _star_keys(path: str) -> str:
    """Put ``*`` for the name in a table of sections: ``companies.*.touchpoints.*.servers``."""
    for title in section_titles():
        table = title.removesuffix(".*")
        if title.count("*") == 2 and path.startswith(f"{table}."):
            return ".".join([title, *path.removeprefix(f"{table}.").split(".")[1:]])
    return path


def _is_path(parameter: Parameter, text: str) -> bool:
    return parameter.path == text or (
        parameter.kind is ValueKind.TABLE and text.rpartition(".")[0] == parameter.path
    )


def _is_name(parameter: Parameter, text: str) -> bool:
    return parameter.path.endswith(f".{slug(text)}") if "." not in text and text else False


def _is_section(parameter: Parameter, text: str) -> bool:
    return bool(text) and f".{text.removesuffix('.*')}." in f".{parameter.path}."


def _is_glob(parameter: Parameter, text: str) -> bool:
    return any(mark in text for mark in "*?[") and fnmatchcase(parameter.path, text)


def nearest(text: str, most: int = 8) -> list[Parameter]:
    """Return the parameters that come near a text, by their names or by what they mean."""
    words = [word for word in slug(text).split("_") if len(word) > 2]
    scored = [(_nearness(parameter, text, words), parameter) for parameter in parameters()]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    return [parameter for _, parameter in ranked[:most]]


def _nearness(parameter: Parameter, text: str, words: list[str]) -> float:
    spelling = max(
        SequenceMatcher(None, slug(text), slug(other)).ratio()
        for other in (parameter.name, parameter.path)
    )
    said = re.findall("[a-z0-9]+", f"{parameter.path} {parameter.meaning}".lower())
    begun = [any(one.startswith(word) for one in said) for word in words]
    share = sum(begun) / len(begun) if begun else 0.0
    return max(spelling if spelling >= 0.7 else 0.0, 0.9 * share if share == 1 else 0.5 * share)


# --- the table -----------------------------------------------------------------------------------


def by_section(parameters: list[Parameter]) -> dict[str, list[Parameter]]:
    """Return parameters by section, sections in the order of the schema."""
    groups: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        groups.setdefault(parameter.section, []).append(parameter)
    return groups


def parameter_table_markdown() -> str:
    """Return all parameters as Markdown: a heading and a table for each section."""
    parts: list[str] = []
    for section, group in by_section(parameters()).items():
        title = section_titles().get(section, "").rstrip(".")
        parts += [f"### `{section}`", "", f"{title}." if title else "", ""]
        parts += ["| parameter | default | unit | range | explore | meaning | source |"]
        parts += ["|---|---|---|---|---|---|---|"]
        parts += [_row(parameter) for parameter in group]
        parts += [""]
    return "\n".join(parts)


def _row(parameter: Parameter) -> str:
    explore = "" if parameter.sweep is None else " to ".join(map(number_text, parameter.sweep))
    name = parameter.path.removeprefix(f"{parameter.section}.")
    mark = " (founding)" if parameter.founding else ""
    values = parameter.range or " \\| ".join(parameter.choices)
    default = default_text(parameter)
    cells = [
        f"`{name}`{mark}",
        default if len(default) <= 40 else "see schema",
        parameter.unit,
        values,
        explore,
        parameter.meaning.replace("|", "\\|"),
        parameter.source,
    ]
    return f"| {' | '.join(cells)} |"


# --- how to write it -----------------------------------------------------------------------------


def snippet(parameter: Parameter) -> list[str]:
    """Return the lines of a scenario file that set a parameter to its default."""
    *way, name = parameter.path.split(".")
    lines: list[str] = []
    header = ".".join(way[:1] + [step for step in _with_examples(way[1:]) if step != "*"])
    if way and way[0] in named_lists() and name != "name":
        lines += [f"[[{way[0]}]]", f'name = "{_EXAMPLES[way[0]]}"']
        lines += [f"[{header}]"] if header != way[0] else []
    elif way:
        in_a_list = way[1:] == ["*"]  # below that, a star is the key of a table of sections
        lines += [f"[[{header}]]" if in_a_list else f"[{header}]"]
    return [*lines, f"{name} = {_example(parameter, way[0] if way else '')}"]


def _with_examples(way: list[str]) -> Iterator[str]:
    """Yield the steps of a path with an example for the key of a table of sections."""
    for before, step in pairwise(["", *way]):
        yield _EXAMPLES.get(before, step) if step == "*" else step


_EXAMPLES = {
    "segments": "savers",
    "jobs": "run_daily",
    "companies": "focal",
    "partners": "installer",
    "touchpoints": "call_centre",
}
"""An entry of each list in the scenario ``base``."""

_TABLE_EXAMPLES = {
    "allocation": "{ shop = 2.0 }",
    "legacy_focus": "{ lower_cost = 1.0 }",
    "importance": "{ lower_cost = 8.0 }",
}


def _example(parameter: Parameter, kind: str) -> str:
    if parameter.kind is ValueKind.TABLE:
        return _TABLE_EXAMPLES.get(parameter.name, "{ name = 1.0 }")
    if parameter.kind is ValueKind.SETTINGS:
        return '{ "companies.focal.price" = 0.3 }'
    if parameter.kind is ValueKind.NAME:
        return (
            value_text(_EXAMPLES.get(kind, "company")) if parameter.name == "name" else '"company"'
        )
    if parameter.default is not None:
        return value_text(
            float(parameter.default) if parameter.kind is ValueKind.NUMBER else parameter.default
        )
    if parameter.kind is ValueKind.WORD:
        return value_text(parameter.choices[0])
    if parameter.kind in (ValueKind.WORDS, ValueKind.NAMES):
        return (
            '["support"]' if parameter.kind is ValueKind.WORDS else '["less_effort", "lower_cost"]'
        )
    simple = {ValueKind.TEXT: '"ties.csv"', ValueKind.WHOLE: "24", ValueKind.SWITCH: "true"}
    return simple.get(parameter.kind, "0.5")
