"""What is wrong with the TOML itself, and what was probably meant."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from simulation.errors import Fault

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_TWICE = re.compile(r"Cannot declare \((.*?),?\) twice")
_DOUBLE = "A list of tables takes double brackets in every header: [[{0}]]."

_BY_RULE = {
    "Unclosed array": "A list needs commas between its elements and a ] at its end.",
    "Unterminated string": "Close the quotes.",
    "Illegal character '\\n'": "Close the quotes; text over several lines takes three quotes.",
    "Expected ']": "Close the header with as many brackets as it opens with.",
    "Unescaped '\\'": "Write two backslashes for one, or put the text in single quotes.",
}
"""Hints for rules that tomllib names well enough."""

_BY_LINE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"[“”„‘’«»]", "Use straight quotes."),
        (r"^\s*\w+\[\w+\]", 'Write [[companies]], name = "…" below it, then its settings.'),
        (r"\{[^}]*$", "A table in braces stands on one line; or write it below a [header]."),
        (r"=\s*(True|False|TRUE|FALSE|yes|no|on|off)\b", "Write true or false, in small letters."),
        (r"=\s*(None|null|nil|none|NaN|NA)?\s*(#.*)?$", "Leave the line out to keep the default."),
        (r"=\s*[\d.]+\s*%", "Write a share as a number from 0 to 1: 0.5 for 50 %."),
        (r"=\s*-?\d{1,3}([ ,.]\d{3})+\s*(#.*)?$", "Write large numbers as 10000 or 10_000."),
        (r"=\s*-?\d+,\d", "Write decimals with a point: 0.35."),
        (r"=\s*[-+]?(\.\d|\d+\.(\D|$))", "A decimal point needs a digit on both sides: 0.5."),
        (r"=\s*[-+]?0\d", "A number has no zeros in front."),
        (r"'[^']*'\w", "Put text that has an apostrophe in double quotes."),
        (r"^[^\"'#=]*\w\s*:|\{[^\"']*\w\s*:", "Write key = value."),
        (r"^\s*\w+\s+\w+.*=", "A key must not contain spaces: use underscores."),
        (r"^[^#]*=[^#]*\w[\"'\]}]?\s+[\w.\"]+\s*=", "Write one setting per line."),
        (r"=\s*\[?[^\"'=\[{]*[A-Za-z_]\w*", 'Put text in quotes: "like this".'),
        (r"^\s*[\w.]+\s*$", "Write key = value."),
    )
)
"""Hints by what the line looks like; the first one that fits counts."""


def syntax_fault(file: Path, text: str, message: str) -> Fault:
    """Return a TOML error as a fault with its line, its column and a guess at what was meant.

    Args:
        file: where the text comes from.
        text: the whole document.
        message: what tomllib said, with its ``(at line …, column …)``.
    """
    at, rule = _AT.search(message), _AT.sub("", message).strip()
    if at is None or at[1] is None:
        line = text.rstrip().count("\n") + 1
        column = len(text.rstrip()) - text.rstrip().rfind("\n")
    else:
        line, column = int(at[1]), int(at[2])
    source = text.split("\n")[line - 1]
    twice = _TWICE.match(rule)
    if twice is not None:
        key = twice[1].replace("'", "").replace(", ", ".")
        return _declared_twice(Fault("", file, line, _key_column(source), key), text)
    if rule.startswith(("Cannot overwrite a value", "Cannot mutate immutable namespace")):
        return _given_twice(Fault("", file, line, _key_column(source)), source)
    hint = next((hint for start, hint in _BY_RULE.items() if rule.startswith(start)), None)
    hint = hint or next((hint for pattern, hint in _BY_LINE if pattern.search(source)), None)
    return Fault(
        f"is not valid TOML: {rule[:1].lower()}{rule[1:]}.", file, line, column, None, hint
    )


def _key_column(source: str) -> int:
    """Return the column of the first key of a line."""
    return len(source) - len(source.lstrip(" \t[")) + 1


def _declared_twice(fault: Fault, text: str) -> Fault:
    if f"[[{fault.key}]]" in text.replace(" ", ""):
        return replace(fault, message="is a list of tables.", hint=_DOUBLE.format(fault.key))
    return replace(fault, message="has two headers.", hint="Put its settings under one header.")


def _given_twice(fault: Fault, source: str) -> Fault:
    key = source.partition("=")[0].strip(" []\t")
    if source.lstrip().startswith("[["):
        return replace(fault, message="is a list of tables.", key=key, hint=_DOUBLE.format(key))
    return replace(fault, message="is given twice.", key=key or None, hint="Keep one of them.")
