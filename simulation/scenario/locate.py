"""Where every key of a TOML document stands: ``tomllib`` reads values but gives no positions.

``locate`` runs over a document that ``tomllib`` has accepted, so it only has to tell keys, strings
and brackets apart; it never judges.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""A key path inside one document: ``("companies", 0, "price")``."""

_BLANK = re.compile(r"[ \t]*")
_FILL = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_BARE_OR_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'  # up to two quotes may stand before the closing three
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d \d[^\s,\]}#]*"  # a date and a time with a space between
    r"|[^\s,\[\]{}#]+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A line and a column, both counted from 1; columns count characters."""

    line: int
    column: int


def locate(text: str) -> dict[KeyPath, Spot]:
    """Return where each key and each element of a list stands.

    Args:
        text: a valid TOML document.

    Returns:
        The spot of each key path. A table that several headers open counts from the first; an
        entry of an array of tables from its own ``[[header]]``.
    """
    return _Scanner(text.replace("\r\n", "\n")).run()


@dataclass
class _Scanner:
    text: str
    at: int = 0
    spots: dict[KeyPath, Spot] = field(default_factory=dict)
    counts: dict[KeyPath, int] = field(default_factory=dict)
    line: int = 1
    line_start: int = 0
    counted: int = 0

    def run(self) -> dict[KeyPath, Spot]:
        table: KeyPath = ()
        while True:
            self._skip(_FILL)
            if self.at >= len(self.text):
                return self.spots
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def _spot(self) -> Spot:
        """Return the present spot; lines are counted on from the last call."""
        self.line += self.text.count("\n", self.counted, self.at)
        self.line_start = self.text.rfind("\n", 0, self.at) + 1
        self.counted = self.at
        return Spot(self.line, self.at - self.line_start + 1)

    def _key(self) -> tuple[list[str], list[Spot]]:
        """Read a dotted key."""
        names, spots = [], []
        while True:
            self._skip(_BLANK)
            spots.append(self._spot())
            raw = self._skip(_BARE_OR_QUOTED)
            names.append(next(iter(tomllib.loads(f"{raw} = 0"))))
            self._skip(_BLANK)
            if self.text[self.at] != ".":
                return names, spots
            self.at += 1

    def _header(self) -> KeyPath:
        """Read ``[a.b]`` or ``[[a.b]]``; the last entry of a list on the way is the one meant."""
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        names, spots = self._key()
        self.at += 2 if double else 1
        path: KeyPath = ()
        for place, (name, spot) in enumerate(zip(names, spots, strict=True), start=1):
            path = (*path, name)
            self.spots.setdefault(path, spot)
            if double and place == len(names):
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
                self.spots.setdefault(path, spot)
        return path

    def _pair(self, table: KeyPath) -> None:
        names, spots = self._key()
        path = table
        for name, spot in zip(names, spots, strict=True):
            path = (*path, name)
            self.spots.setdefault(path, spot)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._inside("]", path)
        elif opening == "{":
            self._inside("}", path)
        else:
            self._skip(_SCALAR)

    def _inside(self, closing: str, path: KeyPath) -> None:
        """Read the elements of a list, or the pairs of an inline table."""
        self.at += 1
        count = 0
        while True:
            self._skip(_FILL)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if closing == "}":
                self._pair(path)
                continue
            self.spots[*path, count] = self._spot()
            self._value((*path, count))
            count += 1
