"""Ties from a file, as people have them: read once, the same way when checked and when run.

Our own form is a CSV file with columns ``a``, ``b`` and optionally ``strong``; its ids count from 0
and every line that is no tie is a fault. Other forms are read too: cells separated by tabs,
semicolons or blanks, lines of comment, columns Source and Target, ids from 1, names in place of
numbers, weights, GraphML. What was made of a file is said by ``EdgeFile.oddity``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

from simulation.errors import Fault, ScenarioError

KEY = "network.file"
MOST_BYTES = 1_000_000_000
FAULTS_SHOWN = 20
_ENDS = (("a", "b"), ("source", "target"), ("from", "to"), ("ego", "alter"), ("i", "j"),
         ("u", "v"), ("node1", "node2"), ("person1", "person2"))  # fmt: skip
_WORDS = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0, "0.0": 0.0, "1.0": 1.0}
_EXPECTED = "Give two ends a line, with a header a,b or source,target or none."

Row = tuple[int, list[str]]
"""A line's number and its cells."""


@dataclass(frozen=True)
class EdgeFile:
    """The ties of a file between persons 0 … n_people − 1, and what was made of it.

    Attributes:
        one: an end of each tie.
        other: its other end.
        strong: whether it is strong.
        oddity: what a person should hear of it; empty where the file is in our own form and ties
            everybody.
    """

    one: tuple[int, ...]
    other: tuple[int, ...]
    strong: tuple[bool, ...]
    oddity: str


def read_edges(file: str | None, n_people: int) -> EdgeFile:
    """Return the ties of a file; a file that has not changed is read once.

    Raises:
        ScenarioError: it is missing or cannot be read, has no ties, or has lines that are none.
    """
    if file is None:
        hint = "Name a CSV file with columns a, b and optionally strong."
        raise ScenarioError([Fault("is needed by kind 'edge_list'.", key=KEY, hint=hint)])
    path = Path(file)
    try:
        state = path.stat()
    except OSError as error:
        raise _unreadable(path, error.strerror or "no reason given") from None
    if state.st_size > MOST_BYTES:
        raise _unreadable(path, f"{state.st_size:,} bytes are too many")
    return _read(path, state.st_mtime_ns, state.st_size, n_people)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int, n_people: int) -> EdgeFile:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    if text.lstrip().startswith("<"):
        return _settled(path, list(_graphml(path, text)), n_people, ours=False)
    rows = list(_rows(text))
    if not rows:
        raise _unreadable(path, "it is empty")
    return _table(path, rows, n_people)


def _rows(text: str) -> Iterator[Row]:
    """Yield the lines that are no comment, cut at the separator that the first of them has."""
    lines = text.splitlines()
    content = [line for line in lines if line.strip() and line.lstrip()[0] not in "#%"]
    first = content[0] if content else ""
    separator = next((mark for mark in (",", ";", "\t") if mark in first), None)
    for number, line in enumerate(lines, start=1):
        if line.lstrip()[:1] in ("#", "%"):
            continue
        if separator is None:
            cells = line.split()
        else:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        if line.strip() or (separator == "," and number < len(lines)):
            yield number, [cell.strip() for cell in cells]


@dataclass(frozen=True)
class _Line:
    number: int
    one: str
    other: str
    strength: str


def _table(path: Path, rows: list[Row], n_people: int) -> EdgeFile:
    number, head = rows[0]
    names = [name.lower() for name in head]
    ends = next((pair for pair in _ENDS if set(pair) <= set(names)), None)
    if ends is None and _looks_like_header(rows):
        message = f"has no column a and no column b. Got {', '.join(head)}."
        if "a" in names or "b" in names:
            message = f"has no column {'a' if 'b' in names else 'b'}. Got {', '.join(head)}."
        raise ScenarioError([Fault(message, path, number, key=KEY, hint=_EXPECTED)])
    ours = ends == ("a", "b")
    body = [row for row in rows if row[1]] if not ours else rows
    if ends is None:
        places, width = (0, 1, 2), len(head)
    else:
        strength = next((name for name in ("strong", "weight", "value") if name in names), "")
        strong = names.index(strength) if strength else len(names)
        places, width = (names.index(ends[0]), names.index(ends[1]), strong), len(head)
        body = body[1:]
    wide = [row for row in body if len(row[1]) > width or (row[1] and len(row[1]) < 2)]
    if wide:
        raise _unreadable(path, f"line {wide[0][0]} has {len(wide[0][1])} cells, not {width}")
    lines = [_Line(at, *(cells[place] if place < len(cells) else "" for place in places))
             for at, cells in body]  # fmt: skip
    has_strength = places[2] < width
    return _settled(path, lines, n_people, ours=ours, weighted=has_strength)


def _looks_like_header(rows: list[Row]) -> bool:
    """Whether the first line is words and the second numbers."""
    first, second = rows[0][1], rows[1][1] if len(rows) > 1 else []
    return not any(map(_is_number, first)) and any(map(_is_number, second))


def _graphml(path: Path, text: str) -> Iterator[_Line]:
    """Yield the edges of a GraphML file; one that declares entities of its own is refused."""
    if "<!" in text.replace("<!--", ""):
        raise _unreadable(path, "it has a document type of its own")
    try:
        root = ET.fromstring(text)  # noqa: S314  (no document type, so no entities)
    except ET.ParseError as error:
        raise _unreadable(path, f"it is not XML: {error}") from None
    for element in root.iter():
        if element.tag.rpartition("}")[2] == "edge":
            yield _Line(1, element.get("source", ""), element.get("target", ""), "")


def _settled(
    path: Path, lines: list[_Line], n_people: int, *, ours: bool, weighted: bool = False
) -> EdgeFile:
    """Return the ties of lines whose ends may be ids from 0 or 1, or names."""
    if not lines:
        raise ScenarioError([Fault("has no ties.", path, key=KEY, hint=_EXPECTED)])
    ids, how = (_own_ids, "") if ours else _ids_of(path, lines, n_people)
    strengths = [_strength(line.strength) if weighted else 1.0 for line in lines]
    middle = 1.0
    if weighted and not ours:
        middle = _threshold(strengths)
    faults = list(_faults(path, lines, strengths, ours=ours, n_people=n_people))
    if faults:
        rest = len(faults) - FAULTS_SHOWN
        more = [Fault(f"has {rest} more lines with faults.", path, key=KEY)] if rest > 0 else []
        raise ScenarioError([*faults[:FAULTS_SHOWN], *more])
    kept = [(ids(line.one), ids(line.other), strength >= middle)
            for line, strength in zip(lines, strengths, strict=True)
            if ids(line.one) != ids(line.other) and (ours or strength != 0.0)]  # fmt: skip
    if not kept:
        raise ScenarioError([Fault("has no ties.", path, key=KEY, hint=_EXPECTED)])
    one, other, strong = zip(*kept, strict=True)
    return EdgeFile(one, other, strong, _oddity(lines, kept, how, n_people))


def _own_ids(cell: str) -> int:
    return int(float(cell))


def _ids_of(path: Path, lines: Sequence[_Line], n_people: int) -> tuple[_Ids, str]:
    """Return what gives the person of an end, and how it was done."""
    names = list(dict.fromkeys(end for line in lines for end in (line.one, line.other)))
    empty = next((line for line in lines if not line.one or not line.other), None)
    if empty is not None:
        raise ScenarioError([Fault("has a tie with one end.", path, empty.number, key=KEY,
                                   hint=_EXPECTED)])  # fmt: skip
    if len(names) > n_people:
        message = f"ties {len(names)} different people; there are {n_people}."
        hint = f"Set population.people to {len(names)} or more."
        raise ScenarioError([Fault(message, path, key=KEY, hint=hint)])
    whole = all(name.isdecimal() for name in names)
    if whole and max(map(int, names)) < n_people + (min(map(int, names)) > 0):
        start = int(min(map(int, names)) > 0)
        return _Ids({name: int(name) - start for name in names}), f"ids count from {start}"
    ordered = sorted(names, key=int) if whole else names
    what = "ids have gaps" if whole else "ends are names"
    how = f"{what}: numbered in order of {'size' if whole else 'appearance'}"
    return _Ids({name: at for at, name in enumerate(ordered)}), how


@dataclass(frozen=True)
class _Ids:
    table: dict[str, int]

    def __call__(self, name: str) -> int:
        return self.table[name]


def _faults(
    path: Path, lines: Sequence[_Line], strengths: list[float], *, ours: bool, n_people: int
) -> Iterator[Fault]:
    """Yield a fault for each line that is no tie between two of the people."""
    rule = f"a and b must be whole numbers from 0 to {n_people - 1}, the ids of people."
    for line, strength in zip(lines, strengths, strict=True):
        if ours and not all(_is_person(end, n_people) for end in (line.one, line.other)):
            yield Fault(rule, path, line.number, key=KEY)
        elif ours and _own_ids(line.one) == _own_ids(line.other):
            yield Fault("a person cannot be tied to themself.", path, line.number, key=KEY)
        elif ours and strength not in (0.0, 1.0):
            text = "strong must be 0 or 1 (or true or false throughout)."
            yield Fault(text, path, line.number, key=KEY)
        elif not strength >= 0.0:
            yield Fault("a weight must be a number of at least 0.", path, line.number, key=KEY)


def _is_person(end: str, n_people: int) -> bool:
    return _is_number(end) and float(end).is_integer() and 0 <= float(end) < n_people


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) < float("inf")
    except ValueError:
        return False


def _strength(cell: str) -> float:
    word = _WORDS.get(cell.lower())
    if word is not None:
        return word
    return float(cell) if _is_number(cell) else float("nan")


def _threshold(strengths: list[float]) -> float:
    """Return the weight from which a tie is strong: 1 for switches, else the median."""
    given = [strength for strength in strengths if strength > 0.0]
    return 1.0 if set(given) <= {1.0} else median(given)


def _oddity(
    lines: Sequence[_Line], kept: Sequence[tuple[int, int, bool]], how: str, n_people: int
) -> str:
    """Return in a sentence what was found, where not everything is as one would expect."""
    ties = {(min(one, other), max(one, other)) for one, other, _ in kept}
    isolated = n_people - len({end for tie in ties for end in tie})
    dropped = {"without effect (self loops or weight 0)": len(lines) - len(kept),
               "named more than once": len(kept) - len(ties)}  # fmt: skip
    notes = [f"{n} {what}" for what, n in dropped.items() if n]
    notes += [f"{isolated} of {n_people} people have none"] if isolated else []
    notes += [how] if how and how != "ids count from 0" else []
    return f"has {len(ties)} ties; {'; '.join(notes)}." if notes else ""


def _unreadable(path: Path, why: str) -> ScenarioError:
    return ScenarioError([Fault(f"cannot be read: {why}.", path, key=KEY, hint=_EXPECTED)])
