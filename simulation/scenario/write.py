"""A scenario as TOML that ``load_scenario`` reads back as the same scenario."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic.fields import FieldInfo

from simulation.scenario.fields import keyed_of
from simulation.scenario.parameter import Section
from simulation.scenario.scenario import Scenario

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(scenario: Scenario, *, complete: bool = False) -> str:
    """Return a scenario as a TOML document.

    Args:
        scenario: any scenario.
        complete: also write what equals its default, so that a later change of defaults changes
            nothing.

    Returns:
        The document; it extends nothing, and a file of ties is named by its absolute path.
    """
    return "\n".join(_section(scenario, "", complete=complete)).strip() + "\n"


def value_text(value: Any) -> str:
    """Return one value as TOML: text in quotes, tables in braces on one line."""
    if isinstance(value, Enum):
        return value_text(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        pairs = [f"{key_text(key)} = {value_text(item)}" for key, item in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    return f"[{', '.join(value_text(item) for item in value)}]"


def key_text(key: str) -> str:
    """Return a key as TOML, in quotes where it needs them."""
    return key if _BARE.fullmatch(key) else value_text(key)


def _section(section: Section, path: str, *, complete: bool) -> Iterator[str]:
    """Yield a section's own values, then its tables, then its lists of tables."""
    later: list[str] = []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, Section):
            lines = list(_section(value, here, complete=complete))
            own_header = [f"[{here}]"] if lines and not lines[0].startswith("[") else []
            later += [*_gap(path), *own_header, *lines] if lines else []
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            for entry in value:
                later += ["", f"[[{here}]]", *_section(entry, here, complete=complete)]
        elif keyed_of(field.annotation) is not None:
            for key, entry in value.items():
                named = f"{here}.{key_text(key)}"
                later += [f"[{named}]", *_section(entry, named, complete=complete)]
        elif _is_worth_writing(value, field, complete=complete):
            yield f"{name} = {value_text(value)}"
    yield from later


def _gap(path: str) -> list[str]:
    return [] if path else [""]


def _is_worth_writing(value: Any, field: FieldInfo, *, complete: bool) -> bool:
    if value is None or value == {}:
        return False
    if field.is_required():
        return True
    default = field.get_default(call_default_factory=True)
    return bool(value != default or (complete and value != ()))
