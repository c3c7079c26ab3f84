"""A log as it is understood: what each row says of whom, when, and for how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.errors import Fault, InputError
from simulation.observation.columns import PRICES, ColumnRole, plain, recognised
from simulation.observation.layout import RawTable, shortened
from simulation.observation.span import apart, month_of
from simulation.observation.values import (
    LogColumn,
    is_unsure,
    months_as_dates,
    read_amounts,
    read_dates,
)
from simulation.scenario.suggest import listed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Reading:
    """How a log is to be read, where that is not to be found out.

    Attributes:
        columns: the column of each role (``customer``, ``date``, ``amount``, ``quantity``,
            ``channel``, ``id``); "" where none has it.
        dates: ``ymd``, ``dmy`` or ``mdy``.
        decimal: ``.`` or ``,``.
        separator: what stands between cells.
        zone: the time zone in which months begin, for times that say theirs: ``Europe/Berlin``.
        lapse: months without a purchase after which a customer counts as lost.
        drop_repeated: whether rows that are the same in every cell are one row; if not given, they
            are where each row has a number that no other has, or, without numbers, a time of day.
        since: the company's first month, like ``2022-01``: no customer has been there for longer.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    decimal: str | None = None
    separator: str | None = None
    zone: str = "UTC"
    lapse: int | None = None
    drop_repeated: bool | None = None
    since: str | None = None


@dataclass(frozen=True)
class Log:
    """A log as it was understood.

    Attributes:
        files: where from.
        header: the names of its columns, as ``plain`` writes them, sorted.
        date: the column of dates.
        frame: one row per row: ``customer`` (None of a guest), ``day``, ``month``, ``amount`` (NaN
            where there is none), ``channel``, ``id``, ``cells``, and where it stands: ``file`` (a
            place in ``files``), ``line``.
        remarks: what was recognised and left out, in sentences.
        is_sales: whether it has amounts.
        is_timed: whether any row has a time of day.
    """

    files: tuple[Path, ...]
    header: tuple[str, ...]
    date: str
    frame: pd.DataFrame
    remarks: tuple[str, ...]
    is_sales: bool
    is_timed: bool

    @property
    def name(self) -> str:
        """Its files, in words."""
        return listed([str(file) for file in self.files])


REFUNDS = frozenset((
    "refund", "refunds", "refunded", "storno", "gutschrift", "rückerstattung", "rueckerstattung",
    "erstattung", "retoure", "rückgabe", "chargeback", "credit note", "creditnote",
    "money back", "reversal",
))  # fmt: skip
"""What a cell of a type says of a row of money given back."""
PERHAPS_REFUNDS = frozenset(("credit", "return", "returns", "returned", "cancellation"))
"""What says so only beside words for sales: credit beside cash is a way to pay."""
SALES = frozenset((
    "sale", "sales", "sold", "purchase", "order", "invoice", "payment", "charge", "buy",
    "verkauf", "kauf", "rechnung", "bestellung", "zahlung", "auftrag",
))  # fmt: skip
TYPES = (
    "type", "transaction type", "kind", "document type", "row type", "record type", "order type",
    "art", "vorgang", "vorgangsart", "belegart", "buchungsart", "typ",
)  # fmt: skip
"""Names of columns that may say of which type a row is."""


def read_log(table: RawTable, how: Reading, zone: tzinfo) -> Log:
    """Return a log with everything understood.

    Args:
        table: as the file has it.
        how: it is to be read, where that is not to be found out.
        zone: where months begin.

    Raises:
        InputError: with all its faults.
    """
    import pandas as pd

    roles = recognised(table, how.columns)
    table, totals = table.without_totals(roles[ColumnRole.DATE])
    faults = list(table.faults)
    dates, order = list[datetime](), ""
    money = _Money([float("nan")] * len(table.rows), _channels(table, roles))
    try:
        dates, order = _dates(table, roles, how, zone)
    except InputError as error:
        faults += error.faults
    if ColumnRole.AMOUNT in roles:
        try:
            money = _by_type(table, roles, how, _money(table, roles, how))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    header, cells = _sorted_cells(table)
    frame = pd.DataFrame({
        "customer": _texts(table, roles, ColumnRole.CUSTOMER),
        "day": [day.toordinal() for day in dates],
        "month": [month_of(day) for day in dates],
        "amount": money.amounts,
        "channel": money.channels,
        "id": _texts(table, roles, ColumnRole.ID),
        "file": 0, "line": table.lines,
    })  # fmt: skip
    frame["cells"] = pd.Series(cells, dtype=object)
    remarks = (_recognised_text(table, roles, order, money.decimal), *totals, *money.remarks,
               *_contacts_text(table, roles))  # fmt: skip
    return Log((table.file,), header, roles[ColumnRole.DATE], frame, remarks,
               ColumnRole.AMOUNT in roles,
               any(day.hour or day.minute for day in dates))  # fmt: skip


Roles = Mapping[ColumnRole, str]


def _column(table: RawTable, name: str) -> LogColumn:
    return LogColumn(table.file, name, table.column(name), table.lines)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _texts(table: RawTable, roles: Roles, role: ColumnRole) -> list[str | None]:
    if role not in roles:
        return [None] * len(table.rows)
    return [_text(cell) or None for cell in table.column(roles[role])]


def _sorted_cells(table: RawTable) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the names of the columns and the cells of each row, in the order of the names."""
    names = [plain(name) for name in table.header]
    places = sorted(range(len(names)), key=lambda at: names[at])
    cells = [tuple(str(row[at]) for at in places) for row in table.rows]
    return tuple(names[at] for at in places), cells


def _dates(
    table: RawTable, roles: Roles, how: Reading, zone: tzinfo
) -> tuple[list[datetime], str]:  # fmt: skip
    column = _column(table, roles[ColumnRole.DATE])
    months = months_as_dates(column)
    if months is not None:
        return read_dates(months, "ymd", zone)[0], "months"
    return read_dates(column, how.dates, zone)


def _recognised_text(table: RawTable, roles: Roles, order: str, decimal: str) -> str:
    shown = ", ".join(f"{role.value} = {column!r}" for role, column in roles.items())
    signs = f", decimal {decimal}" if decimal else ""
    rows = f"{len(table.rows):,} rows ({table.how})"
    return f"{table.file}: {rows}. Recognised {shown}; dates as {order}{signs}."


def _contacts_text(table: RawTable, roles: Roles) -> list[str]:
    if ColumnRole.AMOUNT in roles:
        return []
    said = (
        f"{table.file} is read as a log of contacts: no column of amounts was recognised (there "
        f"are {listed(table.header)}). If it is one of purchases, write --column amount=NAME."
    )
    return [said]


@dataclass(frozen=True)
class _Money:
    """What each row cost, the channel of each, and what is said of them."""

    amounts: list[float]
    channels: list[str | None]
    decimal: str = ""
    remarks: tuple[str, ...] = ()


def _money(table: RawTable, roles: Roles, how: Reading) -> _Money:
    """Return what each row cost: the amount, or a price times how many there are of a thing.

    Raises:
        InputError: with every cell that is no amount, or whose quantity is empty.
    """
    column = _column(table, roles[ColumnRole.AMOUNT])
    amounts, decimal = read_amounts(column, how.decimal)
    money = _Money(amounts, _channels(table, roles), decimal)
    is_price = plain(column.name) in PRICES
    if ColumnRole.QUANTITY not in roles:
        said = f"{column.name!r} is taken for what a whole row cost: there is no quantity."
        return replace(money, remarks=(said,) if is_price else ())
    counted = _column(table, roles[ColumnRole.QUANTITY])
    shared = {"point": ".", "comma": ","}[decimal]
    stated = how.decimal or (shared if is_unsure(counted) else None)
    quantities = read_amounts(counted, stated)[0]
    if is_price or how.columns.get(ColumnRole.QUANTITY):
        said = f"A row cost {column.name!r} × {counted.name!r}."
        return replace(money, amounts=_products(amounts, quantities, counted), remarks=(said,))
    back = [n < 0 < amount for amount, n in zip(amounts, quantities, strict=True)]
    said = (
        f"{column.name!r} is taken for what a whole row cost, whatever its {counted.name!r}; if it "
        f"is the price of one, write --column quantity={counted.name}."
    )
    if any(back):
        said += f" {sum(back):,} rows with a negative {counted.name!r} are refunds."
    signed = [-amount if is_back else amount
              for amount, is_back in zip(amounts, back, strict=True)]  # fmt: skip
    return replace(money, amounts=signed, remarks=(said,))


def _products(
    amounts: Sequence[float], quantities: Sequence[float], counted: LogColumn
) -> list[float]:
    """Return prices times quantities; where a quantity is negative, what is given back.

    Raises:
        InputError: with every price without a quantity.
    """
    money, n = np.array(amounts), np.array(quantities)
    missing = np.flatnonzero(np.isfinite(money) & ~np.isfinite(n)).tolist()
    if missing:
        hint = "Write how many, or --column quantity= if the amount is that of the whole row."
        raise InputError(counted.faults(missing, "a quantity", hint))
    result: list[float] = np.where(n < 0, -np.abs(money * n), money * n).tolist()
    return result


def _by_type(table: RawTable, roles: Roles, how: Reading, money: _Money) -> _Money:
    """Return money with refunds negative where a column says which rows are of refunds.

    Raises:
        InputError: it says credit or return among other things, and amounts are not negative.
    """
    channel = roles.get(ColumnRole.CHANNEL)
    others = {*roles.values()} - {channel}
    for name in table.header:
        if name in others or not (name == channel or plain(name) in TYPES):
            continue
        words = [_text(cell).lower() for cell in table.column(name)]
        back, is_type = _refund_words(set(words))
        if not is_type and ColumnRole.CHANNEL not in how.columns:
            _ask_for_refunds(_column(table, name), words, money.amounts)
        rows = [at for at, word in enumerate(words) if word in back]
        if not rows:
            continue
        said = (f"{len(rows):,} rows whose {name!r} is {' or '.join(sorted(back))} are refunds, "
                "whatever the sign of their amounts.")  # fmt: skip
        amounts = [-abs(amount) if word in back else amount
                   for amount, word in zip(money.amounts, words, strict=True)]  # fmt: skip
        kept = money.channels
        if name == channel:
            kept = [None if is_type or word in back else one
                    for word, one in zip(words, kept, strict=True)]  # fmt: skip
        money = replace(money, amounts=amounts, channels=kept, remarks=(*money.remarks, said))
    return money


def _refund_words(words: set[str]) -> tuple[set[str], bool]:
    """Return which words of a column are of refunds, and whether all are of sales and refunds."""
    is_type = words <= REFUNDS | PERHAPS_REFUNDS | SALES | {""}
    is_type = is_type and bool(words & SALES or words & REFUNDS)
    return words & (REFUNDS | PERHAPS_REFUNDS if is_type else REFUNDS), is_type


def _ask_for_refunds(column: LogColumn, words: Sequence[str], amounts: Sequence[float]) -> None:
    """Refuse what may be refunds with amounts that are not negative.

    Raises:
        InputError: with the first of them.
    """
    for at, (word, amount) in enumerate(zip(words, amounts, strict=True)):
        if word in PERHAPS_REFUNDS and amount > 0:
            message = (
                f"can be a refund, or a channel: {column.cells[at]!r}, with a positive amount."
            )
            hint = ("Write refund instead, or a minus before the amount; or, if it is no refund, "
                    f"--column channel={column.name}")  # fmt: skip
            raise InputError([column.fault(at, message, hint)])


def _channels(table: RawTable, roles: Roles) -> list[str | None]:
    if ColumnRole.CHANNEL not in roles:
        return [None] * len(table.rows)
    cells = [_text(cell).lower() for cell in table.column(roles[ColumnRole.CHANNEL])]
    return [re.sub(r"\W+", "_", cell).strip("_") or None for cell in cells]


def joined_logs(logs: Sequence[Log]) -> list[Log]:
    """Return logs with those of the same columns as one, which exports by year are."""
    by_header: dict[tuple[str, ...], list[Log]] = {}
    for log in logs:
        by_header.setdefault(log.header, []).append(log)
    return [_joined(same) if len(same) > 1 else same[0] for same in by_header.values()]


def _joined(logs: Sequence[Log]) -> Log:
    import pandas as pd

    frame = pd.concat([log.frame.assign(file=at) for at, log in enumerate(logs)], ignore_index=True)
    files = tuple(file for log in logs for file in log.files)
    said = f"{listed([str(file) for file in files])} have the same columns: they are one log."
    remarks = (*(line for log in logs for line in log.remarks), said)
    return replace(logs[0], files=files, frame=frame, remarks=remarks,
                   is_timed=any(log.is_timed for log in logs))  # fmt: skip


def checked_dates(log: Log) -> list[Fault]:
    """Return the faults of dates so far from the others that they can hardly be meant."""
    slips = apart(log.frame["day"].to_numpy(dtype=np.int64))
    if not slips:
        return []
    faults = [
        Fault(
            f"is {date.fromordinal(day)}, far from all others, of which the nearest is "
            f"{date.fromordinal(slips[day])}.",
            file=log.files[file], line=line, key=log.date,
            hint="Correct the date, or leave the row out if it is none of this log.",
        )
        for day, file, line in zip(*(log.frame[name].tolist() for name in ("day", "file", "line")),
                                   strict=True)
        if day in slips
    ]  # fmt: skip
    return shortened(faults, log.files[0])


def without_repeats(log: Log, how: Reading) -> Log:
    """Return a log without the rows that stand there twice, where they differ from two alike.

    A number tells them apart only where it is of one row: that of an order is in all its lines.
    """
    frame = log.frame
    again = frame["cells"].duplicated().to_numpy()
    if not again.any():
        return log
    ids = frame["id"][~again]
    numbered = bool(frame["id"].notna().all())
    sure = ids.is_unique if numbered else log.is_timed
    drop = how.drop_repeated if how.drop_repeated is not None else bool(sure)
    first = frame[again].iloc[0]
    where = f"line {first['line']}"
    where += f" of {log.files[int(first['file'])]}" if len(log.files) > 1 else ""
    why = ("two equal lines of an order may be two of a thing" if numbered
           else "without a number or time of day, two alike may be two purchases")  # fmt: skip
    if drop:
        what = "left out as repeated; --keep-repeated counts them"
    elif how.drop_repeated is False:
        what = "kept, as stated"
    else:
        what = f"kept: {why}; --drop-repeated leaves them out"
    n = int(again.sum())
    said = f"{n:,} row{'s' if n > 1 else ''} equal to an earlier one (first in {where}) {what}."
    kept = frame[~again] if drop else frame
    return replace(log, frame=kept, remarks=(*log.remarks, said))
