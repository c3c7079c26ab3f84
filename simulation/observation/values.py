"""Dates and amounts of a log, as people and programs write them.

One format holds for a whole column. Where two would do and give different results, neither is
guessed: 03/04/2024 in every row is a fault that asks which it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from simulation.errors import Fault, InputError
from simulation.observation.layout import is_empty, shortened

ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}
DECIMALS = {".": "point", ",": "comma"}
_PARTS = re.compile(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})(?:[T ,]+(.*))?\s*")
_NAMED = re.compile(
    r"\s*(?:(?P<day>\d{1,2})\.?[-/ ]+)?(?P<month>[A-Za-zäÄ]{3,9})\.?[-/ ']+"
    r"(?:(?P<then>\d{1,2}),\s*)?(?P<year>\d{4}|\d{2})(?:[T ,]+(?P<clock>.*))?\s*"
)
_MONTH = re.compile(
    r"\s*(?:(?P<year>\d{4})[-/. ](?P<month>\d{1,2})|(?P<solid>(?:19|20)\d{2})(?P<after>\d{2})"
    r"|(?P<before>\d{1,2})[-/. ](?P<then>\d{4}))\s*"
)
MONTHS = (
    ("january", "januar", "jänner", "jaenner"), ("february", "februar", "feber"),
    ("march", "märz", "maerz", "mrz"), ("april",), ("may", "mai"), ("june", "juni"),
    ("july", "juli"), ("august",), ("september", "septemb"),
    ("october", "oktober"), ("november",), ("december", "dezember"),
)  # fmt: skip
EXCEL_ZERO = datetime(1899, 12, 30)
EXCEL_DAYS = (20_000, 80_000)
"""Numbers that a column of dates may have: days as Excel counts them, from 1954 to 2119."""
_SOLID = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\s*")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?m\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_NO_CENTS = re.compile(r"[.,][-−–—]+(?=\D*$)")
"""What stands for no cents: 35,- and 35.--; a dash after a digit is a minus."""
_DASHES = re.compile("[−–—]")
_MONEY = re.compile(r"[^\d.,'()+\-]")
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
    _refuse_swapped(column)
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


def _refuse_swapped(column: LogColumn) -> None:
    """Refuse dates as such beside text: Excel swaps day and month of those that it converts.

    Raises:
        InputError: with the first of each.
    """
    text = [
        at
        for at, cell in enumerate(column.cells)
        if isinstance(cell, str) and (parts := _PARTS.fullmatch(cell)) and len(parts[1]) < 4
    ]
    dates = [at for at, cell in enumerate(column.cells) if isinstance(cell, date) and cell.day < 13]
    if text and dates:
        where = f"a date in line {column.lines[dates[0]]}"
        message = f"mixes text with dates: {column.cells[text[0]]!r}, and {where}."
        hint = "Excel swaps day and month of those it converts: make all of them text, or dates."
        raise InputError([column.fault(text[0], message, hint)])


def month_as_date(cell: Any) -> Any:
    """Return a month without a day (2024-03, 03/2024, Mar-24) as the text of its first day.

    Anything else is returned as it is.
    """
    text = cell if isinstance(cell, str) else ""
    plain, named = _MONTH.fullmatch(text), _NAMED.fullmatch(text)
    if plain:
        year = int(plain["year"] or plain["solid"] or plain["then"])
        month = int(plain["month"] or plain["after"] or plain["before"])
    elif named and not (named["day"] or named["then"]) and (month := _month_named(named["month"])):
        year = _full(int(named["year"]))
    else:
        return cell
    return f"{year:04d}-{month:02d}-01"


def months_as_dates(column: LogColumn) -> LogColumn | None:
    """Return a column of months (2024-03, 03/2024, March 2024) as one of their first days.

    None where any cell is something else, or a year has two digits: May 24 may be a day.
    """
    cells = [str(cell) if isinstance(cell, int) else cell for cell in column.cells]
    dated = [month_as_date(cell) for cell in cells]
    plain = all(isinstance(cell, str) and re.search(r"\d{4}", cell) and cell is not new
                for cell, new in zip(cells, dated, strict=True))  # fmt: skip
    return replace(column, cells=dated) if plain else None


def _month_named(word: str) -> int:
    """Return the number of a month, of which a word is the name or begins it; 0 of none."""
    small = word.lower()
    return next((at for at, names in enumerate(MONTHS, 1)
                 if any(name.startswith(small) for name in names)), 0)  # fmt: skip


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
    if (days := _excel_days(cell)) is not None:
        return EXCEL_ZERO + timedelta(days=days)
    text = "" if cell is None else str(cell)
    if named := _NAMED.fullmatch(text):
        day = named["day"] or named["then"]
        month = _month_named(named["month"])
        if not (day and month):
            return None
        return _at(_full(int(named["year"])), month, int(day), named["clock"] or "", zone)
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


def _excel_days(cell: Any) -> float | None:
    """Return the days of a number that Excel means as a date; None of anything else."""
    try:
        days = float(cell) if isinstance(cell, int | float | str) else float("nan")
    except ValueError:
        return None
    return days if EXCEL_DAYS[0] <= days < EXCEL_DAYS[1] else None


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (1900 if year >= CENTURY else 2000)


def _at(year: int, month: int, day: int, clock: str, zone: tzinfo) -> datetime | None:
    text = clock.strip()
    match = _CLOCK.fullmatch(text) if text else None
    if text and match is None:
        return None
    try:
        value = datetime(year, month, day, *(_hands(match) if match else ()))
        if match and match["zone"]:
            offset = "+00:00" if match["zone"].upper() in ("Z", "UTC") else match["zone"]
            value = _local(datetime.fromisoformat(f"{value.isoformat()}{offset}"), zone)
    except ValueError:
        return None
    return value


def _hands(clock: re.Match[str]) -> tuple[int, int, int]:
    """Return hour, minute and second of a time of day, 3:45 PM being 15:45.

    Raises:
        ValueError: an hour before or after noon is not between 1 and 12.
    """
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(clock[0])
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    return hour, int(clock["minute"]), int(clock["second"] or 0)


def _local(value: datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo is not None else value


def read_amounts(
    column: LogColumn, decimal: str | None = None, *, percent: bool = False
) -> tuple[list[float], str]:
    """Return the amounts of a column (NaN where a cell is empty), and its decimal sign.

    Args:
        column: numbers, or text with currency signs, separators of thousands, brackets for minus.
        decimal: ``.`` or ``,``; found out if not given.
        percent: whether 5 % is .05; no amount otherwise.

    Raises:
        InputError: with every cell that is no amount, or that the decimal sign cannot be known.
    """
    if decimal is not None and decimal not in DECIMALS:
        raise InputError(
            [Fault(f"must be . or , as decimal sign. Got {decimal!r}.", key="--decimal")]
        )
    sign = decimal or _decimal(column)
    read = _amount_of(sign, percent=percent)
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
        kept = _MONEY.sub("", _NO_CENTS.sub(lambda dash: dash[0][0], text))
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


def _amount_of(sign: str, *, percent: bool) -> Callable[[Any], float | None]:
    def read(cell: Any) -> float | None:
        if is_empty(cell):
            return float("nan")
        if isinstance(cell, bool):
            return None
        if isinstance(cell, str):
            shares = cell.strip().endswith("%")
            value = _amount(cell.strip().removesuffix("%"), sign) if percent or not shares else None
            return value / 100.0 if shares and value is not None else value
        try:
            value = float(cell)
        except (TypeError, ValueError):
            return None
        return value if abs(value) < float("inf") else None

    return read


def _amount(text: str, sign: str) -> float | None:
    text = _DASHES.sub("-", _NO_CENTS.sub("", text))
    kept = _MONEY.sub("", re.sub(r"[A-Za-z]{3}\.?$|^[A-Za-z]{3}\.?", "", text.strip()))
    if re.search(r"[A-Za-z]", re.sub(r"^\W*[A-Za-z]{1,3}\W|[A-Za-z]{1,3}\W*$", "", text)):
        return None
    minus = kept.startswith("(") or "-" in kept
    digits = re.sub(r"[()+\-']", "", kept)
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
