"""``observe``: logs of transactions and contacts into the monthly series that ``calibrate`` reads.

seen = observe("orders.csv")
print(seen.remarks)
seen.write("observed.csv")
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from simulation.errors import Fault, InputError
from simulation.observation.columns import ColumnRole, recognised
from simulation.observation.layout import RawTable
from simulation.observation.monthly import LEAST, contacts_series, lapse_rule, purchases_series
from simulation.observation.table import read_table
from simulation.observation.values import LogColumn, read_amounts, read_dates
from simulation.store.files import write_text

if TYPE_CHECKING:
    import pandas as pd

PRIVACY = (
    "Of persons, nothing but counts, sums and shares is written: no identifier leaves the file, "
    f"and money of fewer than {LEAST} customers in a month is left out."
)
LEAST_MONTHS = 3


@dataclass(frozen=True)
class Reading:
    """How a log is to be read, where that is not to be found out.

    Attributes:
        columns: the column of each role (``customer``, ``date``, ``amount``, ``channel``, ``id``).
        dates: ``ymd``, ``dmy`` or ``mdy``.
        decimal: ``.`` or ``,``.
        separator: what stands between cells.
        zone: the time zone in which months begin, for times that say theirs: ``Europe/Berlin``.
        lapse: months without a purchase after which a customer counts as lost.
        drop_repeated: whether rows that are the same in every cell are one row; if not given, they
            are where rows have a number or a time of day.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    decimal: str | None = None
    separator: str | None = None
    zone: str = "UTC"
    lapse: int | None = None
    drop_repeated: bool | None = None


@dataclass(frozen=True)
class Observed:
    """Monthly series made of logs.

    Attributes:
        series: one row per month, its index ``YYYY-MM``, a column per series.
        remarks: what was recognised, which rules were used, what was left out, in sentences.
    """

    series: pd.DataFrame
    remarks: tuple[str, ...]

    def write(self, file: str | Path, *, force: bool = False, european: bool = False) -> Path:
        """Write the series as CSV, in one go, and return the path.

        Args:
            file: where to.
            force: whether a file that is there is overwritten.
            european: decimal commas between semicolons, marked as UTF-8.

        Raises:
            InputError: the file exists.
        """
        path = Path(file)
        if path.exists() and not force:
            raise InputError(
                [
                    Fault(
                        "exists already.",
                        file=path,
                        hint="Name another with --out, or add --force.",
                    )
                ]
            )
        text = self.series.to_csv(
            index_label="month", float_format="%.10g", lineterminator="\n",
            sep=";" if european else ",", decimal="," if european else ".",
        )  # fmt: skip
        write_text(path, f"\ufeff{text}" if european else text)
        return path


def observe(*files: str | Path, reading: Reading | None = None) -> Observed:
    """Return the monthly series of logs; several files must tell of different things.

    A log with amounts is one of purchases; one without is one of contacts.

    Args:
        files: CSV, TSV, Excel or Parquet.
        reading: how they are to be read, where that is not to be found out.

    Raises:
        InputError: with every fault of every file.
    """
    import pandas as pd

    how = reading or Reading()
    zone = _zone(how.zone)
    logs, faults = list[_Log](), list[Fault]()
    for file in files:
        try:
            logs.append(_log(read_table(file, separator=how.separator), how, zone))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    months = _months(logs)
    tables, remarks = [], [line for log in logs for line in log.remarks]
    for log in logs:
        frame = log.frame[log.frame["month"].isin(months)]
        tables += _series(log, frame, months, how, remarks)
    joined = pd.concat(tables, axis=1)
    twice = sorted({str(name) for name in joined.columns[joined.columns.duplicated()]})
    if twice:
        raise InputError(
            [
                Fault("is described by two files.", key=name, hint="Observe them one by one.")
                for name in twice
            ]
        )
    joined.index = [_name(month) for month in joined.index]
    remarks += [_span_text(logs, months), PRIVACY]
    return Observed(joined, tuple(remarks))


@dataclass(frozen=True)
class _Log:
    """A log as it was understood: ``customer``, ``month``, ``day``, ``amount``, ``channel``."""

    file: Path
    frame: pd.DataFrame
    remarks: list[str]
    is_sales: bool


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is no zone
        raise InputError(
            [
                Fault(
                    f"is not a time zone: {name}.",
                    key="--timezone",
                    hint="Write it like Europe/Berlin.",
                )
            ]
        ) from None


def _log(table: RawTable, how: Reading, zone: tzinfo) -> _Log:
    """Return a log with everything understood, or raise with all its faults."""
    import pandas as pd

    roles = recognised(table, how.columns)
    table, totals = table.without_totals(roles[ColumnRole.DATE])
    faults = list(table.faults)
    customers = _customers(table, roles[ColumnRole.CUSTOMER], faults)
    dates: list[datetime] = []
    amounts, decimal = [float("nan")] * len(table.rows), ""
    try:
        dates, order = read_dates(_column(table, roles[ColumnRole.DATE]), how.dates, zone)
    except InputError as error:
        faults += error.faults
    if ColumnRole.AMOUNT in roles:
        try:
            amounts, decimal = read_amounts(_column(table, roles[ColumnRole.AMOUNT]), how.decimal)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    frame = pd.DataFrame(
        {
            "customer": customers,
            "day": [day.toordinal() for day in dates],
            "month": [12 * day.year + day.month - 1 for day in dates],
            "amount": amounts,
            "channel": _channels(table, roles),
            "id": [_text(cell) for cell in table.column(roles[ColumnRole.ID])]
            if ColumnRole.ID in roles
            else None,
        }
    )
    shown = ", ".join(f"{role.value} = {column!r}" for role, column in roles.items())
    signs = f", decimal {decimal}" if decimal else ""
    rows = f"{len(table.rows):,} rows ({table.how})"
    remarks = [f"{table.file}: {rows}. Recognised {shown}; dates as {order}{signs}.", *totals]
    timed = any(day.hour or day.minute for day in dates)
    frame = _without_repeats(frame, table, how, timed=timed, remarks=remarks)
    _tell_refunds(frame, remarks)
    return _Log(table.file, frame, remarks, ColumnRole.AMOUNT in roles)


def _column(table: RawTable, name: str) -> LogColumn:
    return LogColumn(table.file, name, table.column(name), table.lines)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _customers(table: RawTable, name: str, faults: list[Fault]) -> list[str]:
    column = _column(table, name)
    names = [_text(cell) for cell in column.cells]
    empty = [at for at, text in enumerate(names) if not text]
    faults += column.faults(empty, "a customer", "Every row needs one; delete rows without.")
    return names


def _channels(table: RawTable, roles: Mapping[ColumnRole, str]) -> list[str | None]:
    if ColumnRole.CHANNEL not in roles:
        return [None] * len(table.rows)
    cells = [_text(cell).lower() for cell in table.column(roles[ColumnRole.CHANNEL])]
    return [re.sub(r"\W+", "_", cell).strip("_") or None for cell in cells]


def _without_repeats(
    frame: pd.DataFrame, table: RawTable, how: Reading, *, timed: bool, remarks: list[str]
) -> pd.DataFrame:
    """Drop rows that stand there twice, where they differ from two that are merely alike."""
    numbered = frame["id"].notna().all() and (frame["id"] != "").all()
    cells = [tuple(map(str, row)) for row in table.rows]
    seen: set[tuple[str, ...]] = set()
    again = np.array([row in seen or bool(seen.add(row)) for row in cells])  # type: ignore[func-returns-value]
    if not again.any():
        return frame
    drop = how.drop_repeated if how.drop_repeated is not None else bool(numbered) or timed
    first = table.lines[int(np.flatnonzero(again)[0])]
    what = (
        "left out as repeated"
        if drop
        else ("kept: without a number or time of day, two alike may be two purchases")
    )
    n = int(again.sum())
    remarks.append(
        f"{n:,} row{'s' if n > 1 else ''} equal to an earlier one (first in line {first}) {what}."
    )
    return frame[~again] if drop else frame


def _tell_refunds(frame: pd.DataFrame, remarks: list[str]) -> None:
    back = frame[frame["amount"] < 0]
    if len(back):
        remarks.append(
            f"{len(back):,} negative amounts are refunds: they lower the revenue of their month, "
            "and make nobody a customer."
        )


def _series(
    log: _Log, frame: pd.DataFrame, months: list[int], how: Reading, remarks: list[str]
) -> list[pd.DataFrame]:
    if not log.is_sales:
        return [contacts_series(frame, months)]
    contact = frame["amount"].isna() & frame["channel"].notna()
    sold = frame[~contact]
    rule = lapse_rule(sold[~(sold["amount"] < 0)], how.lapse)
    k = rule.months
    after = f"A customer counts as lost after {'a ' if k == 1 else ''}{_months_text(k)}"
    remarks.append(
        f"{after} without a purchase ({rule.why}). Who "
        f"is new or lost in the first {_months_text(k)} cannot be known, and is left empty; their "
        "tenure is the one that the rate of coming suggests."
    )
    table = purchases_series(_orders(sold), months, rule)
    table.loc[table.index[:k], ["new_customers", "lapsed"]] = float("nan")
    unsure = [name for name in ("customers", "tenure", "revenue_per_customer") if name in table]
    table.loc[table.index[: k - 1], unsure] = float("nan")
    frames = [table]
    if sold["channel"].notna().any():
        by_channel = contacts_series(sold[~(sold["amount"] < 0)], months, "orders")
        frames.append(by_channel.drop(columns=["orders"]))
    return [*frames, contacts_series(frame[contact], months)] if contact.any() else frames


def _months_text(n: int) -> str:
    return "month" if n == 1 else f"{n} months"


def _orders(sold: pd.DataFrame) -> pd.DataFrame:
    """Return one row per order: lines with the same number, customer and month are one."""
    if sold["id"].isna().all() or (sold["id"] == "").any():
        return sold
    keys = ["customer", "month", "id"]
    return sold.groupby(keys, sort=False)[["amount"]].sum(min_count=1).reset_index()


def _months(logs: Sequence[_Log]) -> list[int]:
    """Return the whole months that all logs tell of.

    Raises:
        InputError: they are fewer than three.
    """
    spans = [_whole_months(log.frame["day"].to_numpy()) for log in logs]
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    if last - first + 1 < LEAST_MONTHS:
        n = max(last - first + 1, 0)
        names = " and ".join(str(log.file) for log in logs)
        raise InputError(
            [
                Fault(
                    f"tells of {n} whole months; {LEAST_MONTHS} are needed.",
                    key=names,
                    hint="Months that the log covers only in part do not count.",
                )
            ]
        )
    return list(range(first, last + 1))


def _whole_months(days: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[int, int]:
    """Return the first and last month that a log covers, but for the usual pause between days."""
    active = np.unique(days)
    pause = int(np.quantile(np.diff(active), 0.99)) if len(active) > 1 else 1
    start, end = datetime.fromordinal(int(active[0])), datetime.fromordinal(int(active[-1]))
    first, last = 12 * start.year + start.month - 1, 12 * end.year + end.month - 1
    days_in = monthrange(end.year, end.month)[1]
    return first + (start.day - 1 > pause), last - (days_in - end.day > pause)


def _name(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _span_text(logs: Sequence[_Log], months: list[int]) -> str:
    outside = sum(int((~log.frame["month"].isin(months)).sum()) for log in logs)
    n = len(months)
    cut = f" {outside:,} rows of months that are covered in part are left out." if outside else ""
    return f"{n} whole months, {_name(months[0])} to {_name(months[-1])}.{cut}"
