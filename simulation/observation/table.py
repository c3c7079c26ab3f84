"""Reading a table whose format nobody has stated: CSV, TSV, Excel or Parquet.

Encoding and separator are found out and reported. Nothing is interpreted here: cells of text files
are text, those of Excel and Parquet what the file says.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from simulation.errors import Fault, InputError
from simulation.observation.layout import RawTable, laid_out

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
BLANKS = " "
SNIFFED = 200
"""Lines from which the separator is found."""
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")


def read_table(file: str | Path, *, separator: str | None = None) -> RawTable:
    """Return the table of a file.

    Args:
        file: CSV, TSV, Excel (``.xlsx``, its first sheet) or Parquet.
        separator: what stands between cells of a text file; found out if not given.

    Raises:
        InputError: there is no such file, it is empty, or no header can be told.
    """
    if separator is not None:
        _check_separator(separator, Fault("", key="--separator"))
    path = Path(file)
    kind = path.suffix.lower()
    if not path.is_file():
        message = "is a folder, not a file." if path.is_dir() else "does not exist."
        raise InputError([Fault(message, file=path, hint="Check the name.")])
    if kind not in KINDS:
        hint = f"Save it as one of {', '.join(KINDS)}."
        raise InputError([Fault(f"is of a kind that is not read: {kind}.", file=path, hint=hint)])
    readers = {".xlsx": _excel, ".parquet": _parquet}
    table = readers[kind](path) if kind in readers else _text(path, separator)
    if table.faults and not table.rows:
        raise InputError(list(table.faults))
    if not table.rows:
        raise InputError([Fault("has no rows.", file=path, hint="It needs a header and rows.")])
    return table


def _text(path: Path, separator: str | None) -> RawTable:
    text, encoding = _decoded(path)
    stated = re.match(r"\s*sep=(.)\r?\n", text)  # what Excel takes for the separator
    if stated:
        text = "\n" + text[stated.end() :]
    if stated and separator is None:
        _check_separator(stated[1], Fault("", file=path, line=1, key="sep="))
    between = separator or (stated[1] if stated else _separator(text))
    if between == BLANKS:
        lines = [line.split() for line in text.splitlines()]
        numbered = [(place, cells) for place, cells in enumerate(lines, 1) if cells]
    else:
        numbered = _rows(path, text, between)
    name = SEPARATORS.get(between, "blanks" if between == BLANKS else between)
    return laid_out(path, numbered, f"{encoding}, separated by {name}")


def _check_separator(text: str, place: Fault) -> None:
    """Refuse what cannot stand between cells.

    Raises:
        InputError: it is not one character, or one that has another meaning.
    """
    if len(text) != 1 or text in '"\r\n':
        message = f"must be one character, and no quote or line break. Got {text!r}."
        hint = f"Usual are {', '.join(SEPARATORS.values())}: write , ; tab or |"
        raise InputError([replace(place, message=message, hint=hint)])


def _rows(path: Path, text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a text that are not empty, each with its line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except csv.Error as error:
        hint = "Is a quote left open, or another separator used?"
        fault = Fault(f"cannot be read: {error}.", file=path, line=reader.line_num, hint=hint)
        raise InputError([fault]) from None


def _decoded(path: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8, UTF-16, or Windows-1252."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            fault = Fault("cannot be read as UTF-16.", file=path, hint="Was it cut off?")
            raise InputError([fault]) from None
    if b"\x00" in data[:200]:  # as Excel's Unicode text without its mark
        little = data[1:2] == b"\x00"
        return data.decode("utf-16-le" if little else "utf-16-be", "replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"


def _separator(text: str) -> str:
    """Return what separates cells: what gives the most rows of the same number of cells, over 1."""
    sample = "\n".join(text.splitlines()[:SNIFFED])
    best, score = "", (0, 0)
    for one in SEPARATORS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=one) if row]
        except csv.Error:  # a line without this separator is longer than any cell may be
            continue
        widths = Counter(map(len, rows))
        width, n = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1 and (n, width) > score:
            best, score = one, (n, width)
        best = best or BLANKS
    return best or ","  # with any of them a cell is too long, which is said when it is read


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
    how = f"Excel, sheet {sheet.title!r}"
    how += f", the first of {len(book.worksheets)}" if len(book.worksheets) > 1 else ""
    book.close()
    return laid_out(path, rows, how)


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
