"""Dates and amounts of a log, as people and programs write them.

One format holds for a whole column. Where two would do and give different results, neither is
guessed: 03/04/2024 in every row is a fault that asks which it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from simulation.errors import Fault, InputError
from simulation.observation.table import shortened

ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}
DECIMALS = {".": "point", ",": "comma"}
_PARTS = re.compile(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})(?:[T ,]+(.*))?\s*")
_SOLID = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\s*")
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_MONEY = re.compile(r"[^\d.,'()+\-−]")
CENTURY = 70
"""Years of two digits from here on are of the last century."""


@dataclass(frozen=True)
class LogColumn:
    """The cells of a column and where they stand."""

    file: Path
    name: str
    cells: Sequence[Any]
    lines: Sequence[int]

    def fault(self, place: int, message: str, hint: str) -> Fault:
        """Return the fault of a cell."""
        return Fault(message, file=self.file, line=self.lines[place], key=self.name, hint=hint)

    def faults(self, places: Sequence[int], what: str, hint: str) -> list[Fault]:
        """Return the faults of cells that are not what they should be."""
        result = [self.fault(at, f"is not {what}: {self.cells[at]!r}.", hint) for at in places]
        return shortened(result, self.file)


def read_dates(
    column: LogColumn, order: str | None = None, zone: tzinfo = UTC
) -> tuple[list[datetime], str]:
    """Return the dates of a column, those with a zone in the zone given, and their format.

    Args:
        column: dates or times, as text or as such.
        order: ``ymd``, ``dmy`` or ``mdy``; found out if not given.
        zone: where months begin, for times that say their zone.

    Raises:
        InputError: with every cell that is no date, or that the order cannot be known.
    """
    if order is not None and order not in ORDERS:
        raise InputError(
            [
                Fault(
                    f"must be one of {', '.join(ORDERS)}. Got {order}.",
                    key="--dates",
                    hint="dmy is day first.",
                )
            ]
        )
    tried = {one: _dates(column, one, zone) for one in ([order] if order else ORDERS)}
    bad = {
        one: [at for at, value in enumerate(values) if value is None]
        for one, values in tried.items()
    }
    whole = [one for one, places in bad.items() if not places]
    if not whole:
        best = min(bad, key=lambda one: len(bad[one]))
        hint = f"Dates are read as {ORDERS[best]}; write 2024-03-31, or see --dates."
        raise InputError(column.faults(bad[best], "a date", hint))
    if len({tuple(map(str, tried[one])) for one in whole}) > 1:
        raise InputError(
            [
                column.fault(
                    0,
                    f"can be read as {' or as '.join(whole)}: {column.cells[0]!r}.",
                    "Say which with --dates dmy or --dates mdy.",
                )
            ]
        )
    return [value for value in tried[whole[0]] if value is not None], ORDERS[whole[0]]


def _dates(column: LogColumn, order: str, zone: tzinfo) -> list[datetime | None]:
    known: dict[Any, datetime | None] = {}
    for cell in column.cells:
        if cell not in known:
            known[cell] = _date(cell, order, zone)
    return [known[cell] for cell in column.cells]


def _date(cell: Any, order: str, zone: tzinfo) -> datetime | None:
    if isinstance(cell, datetime):
        return _local(cell, zone)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    text = "" if cell is None else str(cell)
    solid = _SOLID.fullmatch(text)
    parts = solid or _PARTS.fullmatch(text)
    if parts is None:
        return None
    numbers = [parts[1], parts[2], parts[3]]
    first = "ymd" if len(numbers[0]) == 4 else order
    if (first == "ymd") != (len(numbers[0]) == 4) or len(numbers[2 if first != "ymd" else 0]) == 3:
        return None
    year, month, day = (int(numbers[first.index(part)]) for part in "ymd")
    clock = "" if solid or parts[4] is None else parts[4]
    return _at(_full(year), month, day, clock, zone)


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (1900 if year >= CENTURY else 2000)


def _at(year: int, month: int, day: int, clock: str, zone: tzinfo) -> datetime | None:
    text = clock.strip()
    match = _CLOCK.fullmatch(text) if text else None
    if text and match is None:
        return None
    hour, minute, second = (int(match[at] or 0) for at in (1, 2, 3)) if match else (0, 0, 0)
    try:
        value = datetime(year, month, day, hour, minute, second)
        if match and match[4]:
            offset = "+00:00" if match[4].upper() in ("Z", "UTC") else match[4]
            value = _local(datetime.fromisoformat(f"{value.isoformat()}{offset}"), zone)
    except ValueError:
        return None
    return value


def _local(value: datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo is not None else value


def read_amounts(column: LogColumn, decimal: str | None = None) -> tuple[list[float], str]:
    """Return the amounts of a column (NaN where a cell is empty), and its decimal sign.

    Args:
        column: numbers, or text with currency signs, separators of thousands, brackets for minus.
        decimal: ``.`` or ``,``; found out if not given.

    Raises:
        InputError: with every cell that is no amount, or that the decimal sign cannot be known.
    """
    if decimal is not None and decimal not in DECIMALS:
        raise InputError(
            [Fault(f"must be . or , as decimal sign. Got {decimal!r}.", key="--decimal")]
        )
    sign = decimal or _decimal(column)
    read = _amount_of(sign)
    values = [read(cell) for cell in column.cells]
    bad = [at for at, value in enumerate(values) if value is None]
    if bad:
        hint = f"Amounts are read with a decimal {DECIMALS[sign]}; see --decimal."
        raise InputError(column.faults(bad, "an amount", hint))
    return [value for value in values if value is not None], DECIMALS[sign]


def _decimal(column: LogColumn) -> str:
    """Return the decimal sign that a column's texts show.

    Raises:
        InputError: every number could be read either way: 1,234.
    """
    votes, unsure = _votes(column)
    if unsure and votes["."] == votes[","] == 0:
        at = next(at for at, cell in enumerate(column.cells) if _is_marked(cell))
        message = f"can be read with a decimal point or a decimal comma: {column.cells[at]!r}."
        raise InputError([column.fault(at, message, "Say which with --decimal . or --decimal ,")])
    return "," if votes[","] > votes["."] else "."


def shared_decimal(columns: Sequence[LogColumn]) -> str | None:
    """Return the decimal sign that the columns of a file agree on; None where they show none."""
    shown = {sign for column in columns for sign, n in _votes(column)[0].items() if n}
    return shown.pop() if len(shown) == 1 else None


def is_unsure(column: LogColumn) -> bool:
    """Whether every number of a column could be read with either decimal sign: 1,234."""
    votes, unsure = _votes(column)
    return bool(unsure) and votes["."] == votes[","] == 0


def _is_marked(cell: Any) -> bool:
    return isinstance(cell, str) and re.search(r"[.,]", cell) is not None


def _votes(column: LogColumn) -> tuple[dict[str, int], int]:
    """Return how many texts show each decimal sign, and how many could be read either way."""
    votes, unsure = {".": 0, ",": 0}, 0
    for text in filter(_is_marked, column.cells):
        kept = _MONEY.sub("", text)
        last = max(kept.rfind("."), kept.rfind(","))
        mark, other = kept[last], "," if kept[last] == "." else "."
        head, tail = (re.sub(r"\D", "", part) for part in (kept[:last], kept[last + 1 :]))
        if other in kept or len(tail) != 3 or not head.lstrip("0"):  # 0,125 is no thousands
            votes[mark if kept.count(mark) == 1 else other] += 1
        elif kept.count(mark) > 1:
            votes[other] += 1
        else:
            unsure += 1
    return votes, unsure


def _amount_of(sign: str) -> Callable[[Any], float | None]:
    def read(cell: Any) -> float | None:
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return float("nan")
        if isinstance(cell, str):
            return _amount(cell, sign)
        try:
            value = float(cell)
        except (TypeError, ValueError):
            return None
        return value if abs(value) < float("inf") else None

    return read


def _amount(text: str, sign: str) -> float | None:
    kept = _MONEY.sub("", re.sub(r"[A-Za-z]{3}\.?$|^[A-Za-z]{3}\.?", "", text.strip()))
    if re.search(r"[A-Za-z]", re.sub(r"^\W*[A-Za-z]{1,3}\W|[A-Za-z]{1,3}\W*$", "", text)):
        return None
    minus = kept.startswith("(") or "-" in kept or "−" in kept
    digits = re.sub(r"[()+\-−']", "", kept)
    other = "," if sign == "." else "."
    whole, _, rest = digits.partition(sign)
    groups = whole.split(other)
    sound = rest.isdigit() or not rest
    sound = sound and all(len(group) == 3 for group in groups[1:]) and other not in rest
    try:
        value = float(f"{''.join(groups) or '0'}.{rest or '0'}") if digits and sound else None
    except ValueError:
        return None
    return value if value is None or not minus else -value
