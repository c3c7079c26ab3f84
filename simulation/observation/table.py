"""Reading a table whose format nobody has stated: CSV, TSV, Excel or Parquet.

Encoding and separator are found out and reported. Nothing is interpreted here: cells of text files
are text, those of Excel and Parquet what the file says.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.errors import Fault, InputError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
BLANKS = " "
SNIFFED = 200
"""Lines from which the separator is found."""
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
MOST_FAULTS = 20


@dataclass(frozen=True)
class RawTable:
    """A table as it was read.

    Attributes:
        file: where from.
        header: names of the columns.
        rows: a list of cells per row.
        lines: the number of each row in the file, the first line being 1.
        how: what was found out about the file, in words.
    """

    file: Path
    header: tuple[str, ...]
    rows: list[Sequence[Any]]
    lines: list[int]
    how: str

    def column(self, name: str) -> list[Any]:
        """Return the cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read_table(file: str | Path, *, separator: str | None = None) -> RawTable:
    """Return the table of a file.

    Args:
        file: CSV, TSV, Excel (``.xlsx``, its first sheet) or Parquet.
        separator: what stands between cells of a text file; found out if not given.

    Raises:
        InputError: there is no such file, it is empty, or rows have too many or too few cells.
    """
    path = Path(file)
    kind = path.suffix.lower()
    if not path.is_file():
        raise InputError([Fault("does not exist.", file=path, hint="Check the name.")])
    if kind not in KINDS:
        hint = f"Save it as one of {', '.join(KINDS)}."
        raise InputError([Fault(f"is of a kind that is not read: {kind}.", file=path, hint=hint)])
    readers = {".xlsx": _excel, ".parquet": _parquet}
    table = readers[kind](path) if kind in readers else _text(path, separator)
    if not table.rows:
        raise InputError([Fault("has no rows.", file=path, hint="It needs a header and rows.")])
    return table


def _text(path: Path, separator: str | None) -> RawTable:
    text, encoding = _decoded(path)
    between = separator or _separator(text)
    if between == BLANKS:
        lines = [line.split() for line in text.splitlines()]
        numbered = [(place, cells) for place, cells in enumerate(lines, 1) if cells]
    else:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
        numbered = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    if not numbered:
        raise InputError([Fault("is empty.", file=path, hint="It needs a header and rows.")])
    header = _header(path, numbered[0][1])
    _check_widths(path, header, numbered[1:])
    name = SEPARATORS.get(between, "blanks" if between == BLANKS else between)
    return RawTable(
        path,
        header,
        [cells for _, cells in numbered[1:]],
        [line for line, _ in numbered[1:]],
        f"{encoding}, separated by {name}",
    )


def _decoded(path: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8, UTF-16 by its mark, or Windows-1252."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"


def _separator(text: str) -> str:
    """Return what separates cells: what gives the most rows of the same number of cells, over 1."""
    sample = "\n".join(text.splitlines()[:SNIFFED])
    best, score = BLANKS, (0, 0)
    for one in SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=one) if row)
        width, n = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1 and (n, width) > score:
            best, score = one, (n, width)
    return best


def _header(path: Path, cells: Sequence[Any]) -> tuple[str, ...]:
    names = tuple("" if cell is None else str(cell).strip() for cell in cells)
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice or "" in names:
        what = f"names {twice[0]!r} twice" if twice and twice[0] else "leaves a column without name"
        raise InputError(
            [
                Fault(
                    f"{what} in its header.",
                    file=path,
                    line=1,
                    hint="Give every column a name of its own.",
                )
            ]
        )
    if all(_is_number(name) for name in names):
        raise InputError(
            [
                Fault(
                    "has no header: its first row is numbers.",
                    file=path,
                    line=1,
                    hint="Write the names of the columns above.",
                )
            ]
        )
    return names


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _check_widths(
    path: Path, header: Sequence[str], numbered: Sequence[tuple[int, Sequence[Any]]]
) -> None:
    faults = [
        Fault(
            f"has {len(cells)} cells instead of {len(header)}.",
            file=path,
            line=line,
            hint="Is a separator inside a cell, or another one used? See --separator.",
        )
        for line, cells in numbered
        if len(cells) != len(header)
    ]
    if faults:
        raise InputError(shortened(faults, path))


def shortened(faults: list[Fault], path: Path) -> list[Fault]:
    """Return the first faults, and how many more there are."""
    more = len(faults) - MOST_FAULTS
    if more <= 0:
        return faults
    return [*faults[:MOST_FAULTS], Fault(f"has {more:,} more faults of this kind.", file=path)]


def _excel(path: Path) -> RawTable:
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        hint = "Install it with: pip install 'cocreate[excel]', or save the sheet as CSV."
        raise InputError([Fault("needs openpyxl to be read.", file=path, hint=hint)]) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what zipfile and its XML reader raise
        raise InputError(
            [Fault("cannot be read as Excel.", file=path, hint="Was it cut off or renamed?")]
        ) from error
    sheet = book.worksheets[0]
    rows = [
        (place, list(cells))
        for place, cells in enumerate(sheet.iter_rows(values_only=True), 1)
        if any(cell is not None for cell in cells)
    ]
    title = sheet.title
    book.close()
    if not rows:
        raise InputError([Fault("is empty.", file=path, hint="Its first sheet is read.")])
    header = _header(path, rows[0][1])
    return RawTable(
        path,
        header,
        [cells for _, cells in rows[1:]],
        [line for line, _ in rows[1:]],
        f"Excel, sheet {title!r}",
    )


def _parquet(path: Path) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        raise InputError(
            [Fault("cannot be read as Parquet.", file=path, hint="Was it cut off?")]
        ) from None
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return RawTable(
        path,
        tuple(table.column_names),
        [list(row) for row in rows],
        list(range(2, len(rows) + 2)),
        "Parquet; rows are counted as below a header",
    )
