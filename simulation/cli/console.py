"""The two consoles, and how text and numbers are written on them.

Answers go to standard output, all chatter to standard error.
"""

from __future__ import annotations

import codecs
import json
import os
import shlex
import shutil
import sys
import textwrap
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

LEAST_WIDTH = 100
"""Columns where there is no terminal to ask."""


def terminal_width(stream: TextIO) -> int | None:
    """Return how many columns a terminal has; None where there is none, and lines stay whole."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def hanging(text: str, width: int | None, indent: int) -> str:
    """Return text whose lines end between words, and go on indented; as it is without a width."""
    if width is None:
        return text
    return "\n".join(
        textwrap.fill(line, max(width - 1, 2 * indent), subsequent_indent=" " * indent,
                      break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )  # fmt: skip


def prepare_streams() -> None:
    """Let consoles of any encoding take all that is written: what they lack in plain letters."""
    codecs.register_error("plain_letters", _in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain_letters")


_PLAIN = {"−": "-", "–": "-", "—": "-", "…": "...", "×": "x", "·": ".", "≥": ">=", "≤": "<=",
          "→": "->", "←": "<-", "“": "'", "”": "'", "‘": "'", "’": "'", "•": "*", "≈": "~",
          "━": "-", "╸": "-", "╺": "-", "€": "EUR", "£": "GBP"}  # fmt: skip
"""What consoles of one byte a letter may lack. No double quotes: the text may be JSON."""


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """Spell letters that an encoding lacks in ASCII: a minus sign must not become a ``?``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    parts = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return parts or "?"


def answers() -> Console:
    """Return the console for what was asked for.

    Where nobody reads on, as with ``head``, it falls silent, and the command goes on with its work.
    """
    from rich.console import Console

    class Answers(Console):
        def on_broken_pipe(self) -> None:
            stop_printing()

    console = Answers(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, LEAST_WIDTH)
    return console


def stop_printing() -> None:
    """Let whatever is still printed go nowhere, as nobody reads it."""
    with suppress(OSError, ValueError):  # a stream that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    """Return the command as it was typed, but for ``--force``.

    With it a command begins afresh; without it, it goes on with what that has done.

    Raises:
        InputError: a word is no text, as the name of a file may be: it cannot be written down.
    """
    from simulation.errors import Fault, InputError
    from simulation.store.manifest import unforced

    words = unforced(sys.argv[1:])
    hint = "Give the file or folder a name in UTF-8."
    odd = [ascii(word)[1:-1] for word in words if not _is_text(word)]
    if odd:
        raise InputError([Fault("is a name that is not UTF-8.", key=word, hint=hint)
                          for word in odd])  # fmt: skip
    return shlex.join(["cocreate", *words])


def _is_text(word: str) -> bool:
    """Return whether a word has no halves of letters, which stand for bytes that are no UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in word)


def print_json(value: Any, *, ascii_only: bool = True) -> None:
    """Print data for programs; what is no number is null."""
    from simulation.store.plain import plain

    text = json.dumps(plain(value), indent=2, ensure_ascii=ascii_only, allow_nan=False)
    typer.echo(text)
