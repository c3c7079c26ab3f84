"""A what-if as it is typed: "price rise: companies.focal.price=0.4"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulation.errors import Fault, ScenarioError

_NAMED = re.compile(r"\s*([^:=]+?)\s*:\s*(.*)", re.DOTALL)


def parse_what_if(text: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the changes of ``name: key=value, key=value``.

    Without a name, the changes are its name.

    Raises:
        ScenarioError: there are no changes, or one has no ``=``.
    """
    from simulation.scenario.load import parse_settings

    named = _NAMED.fullmatch(text)
    name, changes = (named[1], named[2]) if named else (text.strip(), text)
    parts = [part for part in split_changes(changes) if part]
    if not parts:
        hint = 'Write it like "price rise: companies.focal.price=0.4".'
        raise ScenarioError([Fault("changes nothing.", key=f"--what-if {text!r}", hint=hint)])
    return name, parse_settings(parts)


def split_changes(text: str) -> list[str]:
    """Return the parts between commas, but for commas in brackets, braces and quotes."""
    return [part.strip() for part in _parts(text)]


def _parts(text: str) -> Iterator[str]:
    depth, quote, start = 0, "", 0
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]
