"""Where in a sheet the table is: titles above it, empty columns beside it, a second table below.

Spreadsheets are written for eyes. What can be left out without a doubt is left out and said; what
cannot is a fault with its line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulation.errors import Fault, InputError

TITLES = 20
"""Lines that may stand above a header, at most."""
MOST_FAULTS = 20
_TOTAL = re.compile(
    r"\W*((grand |sub)?total(s|e)?|sum(me|s)?|gesamt(summe)?|insgesamt|zwischensumme)\W*",
    re.IGNORECASE,
)

SheetRow = Sequence[Any]


@dataclass(frozen=True)
class RawTable:
    """A table as it was read.

    Attributes:
        file: where from.
        header: names of the columns.
        rows: a list of cells per row.
        lines: the number of each row in the file, the first line being 1.
        how: what was found out about the file, in words.
        faults: what is wrong with its layout; rows that are meant are left out.
    """

    file: Path
    header: tuple[str, ...]
    rows: list[SheetRow]
    lines: list[int]
    how: str
    faults: tuple[Fault, ...] = field(default=())

    def column(self, name: str) -> list[Any]:
        """Return the cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def without_totals(self, name: str) -> tuple[RawTable, list[str]]:
        """Return the table without rows of totals, and what is said of them.

        A row is one of totals where the column named, which every other row needs, says so or is
        empty while the row's first cell does.
        """
        place = self.header.index(name)
        totals = [
            at for at, row in enumerate(self.rows)
            if is_total(row[place]) or (is_empty(row[place]) and is_total(row[0]))
        ]  # fmt: skip
        if not totals:
            return self, []
        kept = [at for at in range(len(self.rows)) if at not in set(totals)]
        said = [f"Line {self.lines[at]} of {self.file} is left out: a row of totals."
                for at in totals]  # fmt: skip
        table = RawTable(self.file, self.header, [self.rows[at] for at in kept],
                         [self.lines[at] for at in kept], self.how, self.faults)  # fmt: skip
        return table, said


def is_empty(cell: Any) -> bool:
    """Whether a cell has nothing in it."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_total(cell: Any) -> bool:
    """Whether a cell says that its row is one of totals."""
    return isinstance(cell, str) and _TOTAL.fullmatch(cell) is not None


def laid_out(path: Path, numbered: Iterable[tuple[int, SheetRow]], how: str) -> RawTable:
    """Return the table among the rows of a sheet.

    Args:
        path: of the file.
        numbered: the rows that are not empty, each with its line.
        how: what was found out about the file, in words.

    Raises:
        InputError: there is none, or no header can be told.
    """
    trimmed = [(line, _trimmed(cells)) for line, cells in numbered]
    if not trimmed:
        raise InputError([Fault("is empty.", file=path, hint="It needs a header and rows.")])
    place = _header_place([cells for _, cells in trimmed])
    (line, names), rows = trimmed[place], trimmed[place + 1 :]
    header = _header(path, line, names, [cells for _, cells in rows])
    faults, sound = list[Fault](), list[tuple[int, SheetRow]]()
    before = line
    for at, cells in rows:
        fault = _fault_of(path, at, cells, header=header, gap=at - before)
        before = at
        if fault is None:
            sound.append((at, [*cells, *[None] * (len(header) - len(cells))]))
        else:
            faults.append(fault)
    where = f"{how}, header in line {line}" if place else how
    return RawTable(path, header, [cells for _, cells in sound], [at for at, _ in sound], where,
                    tuple(shortened(faults, path)))  # fmt: skip


def _trimmed(cells: SheetRow) -> SheetRow:
    """Return cells without the empty ones at the end that a spreadsheet knows nothing of."""
    n = len(cells)
    while n and cells[n - 1] is None:
        n -= 1
    return cells[:n]


def _width(cells: SheetRow) -> int:
    return max((at for at, cell in enumerate(cells, 1) if not is_empty(cell)), default=0)


def _header_place(rows: Sequence[SheetRow]) -> int:
    """Return which row is the header: the first, unless that one is a title or a merged heading."""
    widths = Counter(_width(cells) for cells in rows[1:])
    usual = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))[0]
    for at, cells in enumerate(rows[: TITLES + 1]):
        named = cells[: _width(cells)]
        plain = sum(map(_is_plain_word, named))
        if len(named) >= usual and all(map(_is_word, named)) and (not at or 2 * plain > len(named)):
            return at
    return 0


def _is_word(cell: Any) -> bool:
    """Whether a cell may be the name of a column: it has a letter, and is no date."""
    return (isinstance(cell, str) and re.search(r"[^\W\d_]", cell) is not None
            and re.fullmatch(r"[\d:TZ./ +-]*", cell) is None)  # fmt: skip


def _header(path: Path, line: int, cells: SheetRow, rows: Sequence[SheetRow]) -> tuple[str, ...]:
    names = tuple("" if cell is None else str(cell).strip() for cell in cells)
    while names and not names[-1] and all(_width(row) < len(names) for row in rows):
        names = names[:-1]
    twice = [name for name, n in Counter(names).items() if n > 1 and name]
    faults = [Fault(f"names {name!r} twice in its header.", file=path, line=line,
                    hint="Give every column a name of its own.") for name in twice]  # fmt: skip
    for at, name in enumerate(names):
        if not name:
            bare = all(len(row) <= at or is_empty(row[at]) for row in rows)
            what = "is empty: are there two tables beside each other?" if bare else "has no name."
            hint = ("Delete it, and keep one table a sheet." if bare
                    else "Write a name above it; take merged headings apart.")  # fmt: skip
            faults.append(Fault(f"{what}", file=path, line=line, key=f"column {letters(at)}",
                                hint=hint))  # fmt: skip
    if names and all(_is_number(name) for name in names):
        faults.append(Fault("has no header: its first row is numbers.", file=path, line=line,
                            hint="Write the names of the columns above."))  # fmt: skip
    if faults:
        raise InputError(faults)
    return names


def letters(place: int) -> str:
    """Return what a spreadsheet calls a column: A, B, …, Z, AA."""
    text, n = "", place + 1
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _fault_of(
    path: Path, line: int, cells: SheetRow, *, header: Sequence[str], gap: int
) -> Fault | None:
    """Return what is wrong with the layout of a row."""
    width = _width(cells)
    if [str(cell or "").strip() for cell in cells[: len(header)]] == list(header):
        return Fault("has the header again.", file=path, line=line, hint="Delete the line.")
    if gap > 1 and width > 1 and all(map(_is_plain_word, cells[:width])):
        return Fault("begins a second table.", file=path, line=line,
                     hint="Keep one table a sheet, or one a file.")  # fmt: skip
    short = len(cells) < len(header) and path.suffix.lower() != ".xlsx"
    if width > len(header) or short:
        n = len(cells) if short else width
        return Fault(f"has {n} cells instead of {len(header)}.", file=path, line=line,
                     hint="Is a separator inside a cell, or another one used?")  # fmt: skip
    return None


def _is_plain_word(cell: Any) -> bool:
    return _is_word(cell) and re.search(r"\d", cell) is None


def shortened(faults: list[Fault], path: Path) -> list[Fault]:
    """Return the first faults, and how many more there are."""
    more = len(faults) - MOST_FAULTS
    if more <= 0:
        return faults
    return [*faults[:MOST_FAULTS], Fault(f"has {more:,} more faults of this kind.", file=path)]
