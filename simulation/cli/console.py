"""The two consoles, and how text and numbers are written on them.

Answers go to standard output, all chatter to standard error.
"""

from __future__ import annotations

import json
import shlex
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

LEAST_WIDTH = 100
"""Columns where there is no terminal to ask."""


def answers() -> Console:
    """Return the console for what was asked for."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, LEAST_WIDTH)
    return console


def errors() -> Console:
    """Return the console for progress, remarks and failures."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def safe(text: object) -> str:
    """Return something as text in which brackets are no markup, without control characters."""
    from rich.markup import escape

    return escape(visible(str(text)))


def visible(text: str) -> str:
    """Return a text with control characters spelt out: a file must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or _harmless(c) else _spelt(c) for c in text)


def _harmless(character: str) -> bool:
    """Say whether a character only fills space; spaces that do not break are no controls."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _spelt(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def number(value: Any) -> str:
    """Return a number to three significant digits, large ones whole with separators."""
    known = float(value)
    text = f"{known:,.0f}" if abs(known) >= 1000 else f"{known:.3g}"
    return text.replace("-", "−")


def command_line() -> str:
    """Return the command as it was typed."""
    return shlex.join(["cocreate", *sys.argv[1:]])


def print_json(value: Any, *, ascii_only: bool = True) -> None:
    """Print data for programs; what is no number is null."""
    from simulation.store.plain import plain

    text = json.dumps(plain(value), indent=2, ensure_ascii=ascii_only, allow_nan=False)
    typer.echo(text)
