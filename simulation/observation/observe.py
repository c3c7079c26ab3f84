"""``observe``: logs of transactions and contacts into the monthly series that ``calibrate`` reads.

seen = observe("orders.csv")
print(seen.remarks)
seen.write("observed.csv")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from simulation.errors import Fault, InputError
from simulation.observation.log import (
    Log,
    Reading,
    checked_dates,
    joined_logs,
    read_log,
    without_repeats,
)
from simulation.observation.monthly import (
    LEAST,
    contacts_series,
    is_bought,
    lapse_rule,
    leave_out_unknown,
    orders_of,
    purchases_series,
    spells_of,
    tenure_bounds,
)
from simulation.observation.remarks import (
    empty_amounts_text,
    guests_text,
    refunds_text,
    rule_text,
    silent_text,
    tenure_text,
)
from simulation.observation.span import month_of, name_of, silent_months, whole_months
from simulation.observation.table import read_table
from simulation.observation.values import month_as_date
from simulation.store.files import write_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Observed", "Reading", "observe"]

PRIVACY = (
    "Of persons, nothing but counts, sums and shares is written: no identifier leaves the file, "
    f"and money of fewer than {LEAST} customers in a month is left out."
)
LEAST_MONTHS = 3
BILLIONS = 1e10
"""From here on ten digits would be followed by an exponent."""


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
        mark = "," if european else "."
        cells = self.series.map(lambda value: _cell(float(value), mark))
        text = cells.to_csv(index_label="month", lineterminator="\n", sep=";" if european else ",")
        write_text(path, f"\ufeff{text}" if european else text)
        return path


def _cell(value: float, mark: str) -> str:
    """Return a number as text read in one way alone: 37.1250, as 37.125 may be thousands."""
    if not np.isfinite(value):
        return ""
    whole, point, rest = f"{value:.10g}".partition(".") if abs(value) < BILLIONS else (
        f"{value:.0f}", "", "")  # fmt: skip
    return f"{whole}{mark if point else ''}{rest}{'0' if len(rest) == 3 else ''}"


def observe(*files: str | Path, reading: Reading | None = None) -> Observed:
    """Return the monthly series of logs.

    A log with amounts is one of purchases; one without is one of contacts. Files of the same
    columns are one log; others must tell of different things.

    Args:
        files: CSV, TSV, Excel or Parquet.
        reading: how they are to be read, where that is not to be found out.

    Raises:
        InputError: with every fault of every file.
    """
    import pandas as pd

    how = reading or Reading()
    since = None if how.since is None else _first_month(how.since)
    logs = _logs(files, how)
    seen = [_seen(log, how, since) for log in logs]
    months = _common_months(seen)
    joined = pd.concat([one.table.reindex(months) for one in seen], axis=1)
    twice = sorted({str(name) for name in joined.columns[joined.columns.duplicated()]})
    if twice:
        hint = "Observe them one by one, or give both the same columns, if they are one log."
        raise InputError([Fault("is described by two files.", key=name, hint=hint)
                          for name in twice])  # fmt: skip
    joined.index = [name_of(month) for month in joined.index]
    remarks = [line for one in seen for line in one.remarks]
    return Observed(joined, (*remarks, *_span_texts(seen, months), PRIVACY))


@dataclass(frozen=True)
class _Seen:
    """What a log tells: a row per whole month of its, missing ones included."""

    log: Log
    table: pd.DataFrame
    remarks: tuple[str, ...]

    @property
    def months(self) -> list[int]:
        return [int(month) for month in self.table.index]


def _logs(files: Sequence[str | Path], how: Reading) -> list[Log]:
    """Return the logs of files.

    Raises:
        InputError: with every fault of every file.
    """
    zone = _zone(how.zone)
    logs, faults = list[Log](), _twice(files)
    for file in files:
        try:
            logs.append(read_log(read_table(file, separator=how.separator), how, zone))
        except InputError as error:
            faults += error.faults
    logs = joined_logs(logs)
    faults += [fault for log in logs for fault in checked_dates(log)]
    if faults:
        raise InputError(faults)
    return [without_repeats(log, how) for log in logs]


def _twice(files: Sequence[str | Path]) -> list[Fault]:
    paths = [Path(file).resolve() for file in files]
    return [
        Fault("is given twice.", file=Path(file), hint="Give every file once.")
        for at, file in enumerate(files)
        if paths[at] in paths[:at]
    ]


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


def _first_month(text: str) -> int:
    try:
        return month_of(date.fromisoformat(month_as_date(text.strip())))
    except ValueError:
        fault = Fault(f"is not a month: {text}.", key="--since", hint="Write it like 2022-01.")
        raise InputError([fault]) from None


def _seen(log: Log, how: Reading, since: int | None) -> _Seen:
    """Return the series of a log, in its whole months."""
    import pandas as pd

    months = whole_months(log.frame["day"].to_numpy(dtype=np.int64))
    if len(months) < LEAST_MONTHS:
        raise InputError([_too_few(log.name, len(months))])
    frame = log.frame[log.frame["month"].isin(months)]
    remarks = list(log.remarks)
    tables, contacts = list[pd.DataFrame](), frame
    if log.is_sales:
        _check_since(log, since)
        is_contact = frame["amount"].isna() & frame["channel"].notna()
        sold, contacts = frame[~is_contact], frame[is_contact]
        tables += _sales_tables(sold, months, how, since, remarks)
        remarks += empty_amounts_text(sold, contacts)
    if len(contacts):
        silent = silent_months(contacts["month"].to_numpy(), months)
        remarks += silent_text("contacts", silent)
        tables.append(contacts_series(contacts, months, silent=silent))
    return _Seen(log, pd.concat(tables, axis=1), tuple(remarks))


def _check_since(log: Log, since: int | None) -> None:
    first = int(log.frame["month"].min())
    if since is not None and since > first:
        row = log.frame[log.frame["month"] == first].iloc[0]
        message = f"is after the first row of a log, which is of {name_of(first)}."
        raise InputError([Fault(message, file=log.files[int(row["file"])], line=int(row["line"]),
                                key=f"--since {name_of(since)}",
                                hint="Write the company's first month.")])  # fmt: skip


def _sales_tables(
    sold: pd.DataFrame, months: list[int], how: Reading, since: int | None, remarks: list[str]
) -> list[pd.DataFrame]:  # fmt: skip
    """Return the series of purchases, and say by which rules they were made."""
    orders = orders_of(sold)
    bought = orders[is_bought(orders)]
    silent = silent_months(sold["month"].to_numpy(), months)
    rule = lapse_rule(bought, how.lapse, silent)
    remarks += [*refunds_text(sold, orders), *guests_text(sold), *silent_text("sales", silent),
                rule_text(rule)]  # fmt: skip
    table = purchases_series(orders, months, rule, silent=silent, since=since)
    leave_out_unknown(table, rule.months, silent)
    bounds = tenure_bounds(spells_of(bought, months, rule.months, silent), months, rule.months,
                           since)  # fmt: skip
    remarks += tenure_text(table["tenure"], *bounds, since)
    if not bought["channel"].notna().any():
        return [table]
    channels = contacts_series(bought, months, "orders", silent)
    return [table, channels.drop(columns=["orders"])]


def _too_few(names: str, n: int) -> Fault:
    return Fault(f"tells of {n} whole months; {LEAST_MONTHS} are needed.", key=names,
                 hint="Months that the log covers only in part do not count.")  # fmt: skip


def _common_months(seen: Sequence[_Seen]) -> list[int]:
    """Return the whole months that all logs tell of.

    Raises:
        InputError: they are fewer than three.
    """
    first = max(one.months[0] for one in seen)
    last = min(one.months[-1] for one in seen)
    if last - first + 1 < LEAST_MONTHS:
        names = " and ".join(one.log.name for one in seen)
        raise InputError([_too_few(names, max(last - first + 1, 0))])
    return list(range(first, last + 1))


def _span_texts(seen: Sequence[_Seen], months: list[int]) -> list[str]:
    outside = sum(int((~one.log.frame["month"].isin(one.months)).sum()) for one in seen)
    n = len(months)
    cut = f" {outside:,} rows of months that are covered in part are left out." if outside else ""
    texts = [f"{n} whole months, {name_of(months[0])} to {name_of(months[-1])}.{cut}"]
    for one in seen:
        rest = [month for month in one.months if month not in months]
        lost = int(one.log.frame["month"].isin(rest).sum())
        if lost:
            what = (": they count for when customers came, but their months are left out."
                    if one.log.is_sales else ", and are left out.")  # fmt: skip
            texts.append(f"{lost:,} rows of {one.log.name} are of months that not all files "
                         f"cover{what}")  # fmt: skip
    return texts
