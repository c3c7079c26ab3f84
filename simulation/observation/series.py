"""Observed monthly series as the model's metrics: names, units and months agreed upon.

A file has a column ``month`` (``2024-03``, a date, or 1, 2, …) and one column per series. A column
is called as the model's metric (``customers:focal``; without a company the first one is meant), or
a mapping file says which it is:

    [series]
    revenue = "receipts:focal"
    "contacts:phone" = "desk_contacts:focal:call_centre"
    refunds = ""                 # left out
    [units]
    people = 20                  # people that a simulated person stands for
    money = 100                  # of the currency, a unit of money
    decimal = ","                # where 1,234 leaves it open
    [months]
    first = 1                    # the model's month of the first row
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from sys import float_info
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import Fault, InputError
from simulation.observation.layout import RawTable, shortened
from simulation.observation.table import read_table
from simulation.observation.values import (
    DECIMALS,
    ORDERS,
    LogColumn,
    is_unsure,
    month_as_date,
    read_amounts,
    read_dates,
    shared_decimal,
)
from simulation.scenario.files import read_file
from simulation.scenario.suggest import did_you_mean
from simulation.scenario.tree import plain
from simulation.scenario.units import Units

MONTH = ("month", "monat")
LEAST_MONTHS = 6
LAST_MONTH = 100_000
"""The latest month at which observations may begin: later ones are a slip."""
TENURE = "tenure"
"""Mean months for which customers have been there: no metric of the model, but part of a start."""
OF_OBSERVE = {
    "revenue": "receipts", "orders": "", "refunds": "", "revenue_per_customer": "",
    "top_tenth_share": "", "contacts": "",
}  # fmt: skip
"""What ``observe`` writes and the model calls otherwise, or does not record."""


@dataclass(frozen=True)
class Mapped:
    """How the columns of a file are the model's series.

    Attributes:
        series: the metric of each column; empty where the column is left out.
        people: people that a simulated person stands for; as the scenario says if not given.
        money: of the currency, a unit of money; as the scenario says if not given.
        first: the model's month of the first row.
        decimal: sign of the file's numbers; found out if not given.
    """

    series: Mapping[str, str] = field(default_factory=dict)
    people: float | None = None
    money: float | None = None
    first: int = 1
    decimal: str | None = None


@dataclass(frozen=True)
class ObservedSeries:
    """Observed series in the units of the model.

    Attributes:
        names: ``metric`` or ``metric:of`` of each.
        values: shape ``(n_months, n_series)``; NaN where nothing was observed.
        first: the model's month of the first row.
        labels: the months as the file has them.
        remarks: what was left out or assumed, in sentences.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    first: int
    labels: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    tenure: tuple[str, float, float] | None = None
    """Whose customers have been there for how long, in the first month that tells and in the last;
    None where the last does not tell."""
    stayed: tuple[float, ...] = ()
    """The same month by month, NaN where unknown; empty where no file was read."""

    @property
    def months(self) -> int:
        """How many months there are, missing ones included."""
        return len(self.values)

    def without_last(self, n: int) -> ObservedSeries:
        """Return the series with their last n months taken out, to be predicted."""
        values = self.values.copy()
        if n:
            values[-n:] = np.nan
        return replace(self, values=values)

    def as_data(self) -> dict[str, Any]:
        """Return the series as plain data."""
        tenure = None
        if self.tenure is not None:
            company, *ends = self.tenure
            tenure = [company, *(None if np.isnan(end) else end for end in ends)]
        values = [[None if np.isnan(v) else float(v) for v in row] for row in self.values]
        return {"names": list(self.names), "values": values, "first": self.first,
                "labels": list(self.labels), "remarks": list(self.remarks),
                "tenure": tenure}  # fmt: skip

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> ObservedSeries:
        """Return the series that plain data stand for."""
        values = np.array(data["values"], dtype=np.float64)
        tenure = None
        if data.get("tenure"):
            company, *ends = data["tenure"]
            first, last = (float("nan") if end is None else float(end) for end in ends)
            tenure = (str(company), first, last)
        return cls(tuple(data["names"]), values, int(data["first"]), tuple(data["labels"]),
                   tuple(data["remarks"]), tenure)  # fmt: skip


def read_mapping(file: str | Path) -> Mapped:
    """Return the mapping of a TOML file.

    Raises:
        InputError: it cannot be read, or says what a mapping does not.
    """
    path = Path(file)
    tree: dict[str, Any] = plain(read_file(path))
    known = {"series": None, "units": ("people", "money", "decimal"), "months": ("first",)}
    faults = [Fault("is not part of a mapping.", file=path, key=key,
                    hint=did_you_mean(key, known) or "There are series, units and months.")
              for key in tree if key not in known]  # fmt: skip
    odd = [key for key in known if not isinstance(tree.get(key, {}), dict)]
    faults += [Fault(f"must be a table. Got {tree[key]!r}.", file=path, key=key,
                     hint=f"Write [{key}], and what it says on the lines below.")
               for key in odd]  # fmt: skip
    tree = {key: value for key, value in tree.items() if key not in odd}
    faults += [Fault("is not part of a mapping.", file=path, key=f"{section}.{key}",
                     hint=f"There are {', '.join(names)}.")
               for section, names in known.items() if names
               for key in tree.get(section, {}) if key not in names]  # fmt: skip
    series, units = tree.get("series", {}), tree.get("units", {})
    faults += [Fault(f"must be the name of a metric. Got {name!r}.", file=path, key=f"series.{key}")
               for key, name in series.items() if not isinstance(name, str)]  # fmt: skip
    faults += [
        Fault(f"must be a positive number. Got {value!r}.", file=path, key=f"units.{key}")
        for key, value in units.items()
        if key != "decimal"
        if isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 < value <= float_info.max
    ]
    decimal = units.get("decimal")
    if decimal not in (None, *DECIMALS):
        faults.append(Fault(f"must be . or ,. Got {decimal!r}.", file=path, key="units.decimal"))
    first = tree.get("months", {}).get("first", 1)
    if isinstance(first, bool) or not isinstance(first, int) or not 1 <= first <= LAST_MONTH:
        faults.append(Fault(f"must be a whole number from 1 to {LAST_MONTH}. Got {first!r}.", path,
                            key="months.first"))  # fmt: skip
    if faults:
        raise InputError(faults)
    return Mapped(series, units.get("people"), units.get("money"), first, decimal)


def read_series(
    file: str | Path,
    recorded: Mapping[str, str],
    units: Units,
    *,
    company: str,
    mapped: Mapped | None = None,
) -> ObservedSeries:
    """Return the observed series of a file in the units of the model.

    Args:
        file: CSV, TSV, Excel or Parquet.
        recorded: unit of each series that the model records, by ``metric:of``.
        units: of the scenario.
        company: which is meant where a name says no company.
        mapped: where names, units or months differ.

    Raises:
        InputError: with every fault of the file, by row and column.
    """
    mapping = mapped or Mapped()
    table, remarks = _months_table(read_table(file))
    faults = list(table.faults)
    names = _names(table, mapping, recorded, company=company, faults=faults, remarks=remarks)
    months, labels = _months(table, faults)
    columns = _columns(table, names, faults, {**recorded, TENURE: "months"}, mapping.decimal)
    if faults:
        raise InputError(shortened(faults, table.file))
    first, last = min(months), max(months)
    by_month = dict(zip(months, columns.pop(TENURE, []), strict=False))
    stayed = [by_month.get(month, float("nan")) for month in range(first, last + 1)]
    tenure = _tenure(stayed, remarks) if by_month else None
    values = np.full((last - first + 1, len(columns)), np.nan)
    rows = np.array(months) - first
    for at, (name, numbers) in enumerate(columns.items()):
        values[rows, at] = np.array(numbers) / _factor(recorded[name], units, mapping)
    gaps = int((~np.isin(np.arange(len(values)), rows)).sum())
    remarks += [f"{gaps} months between the first and the last are missing."] if gaps else []
    _check_length(table, tuple(columns), values)
    every = [labels.get(month, "") for month in range(first, last + 1)]
    return ObservedSeries(tuple(columns), values, mapping.first, tuple(every), tuple(remarks),
                          None if tenure is None else (company, *tenure),
                          tuple(stayed))  # fmt: skip


def _tenure(stayed: Sequence[float], remarks: list[str]) -> tuple[float, float] | None:
    """Return the tenure of the first month that tells it and of the last; None if that does not."""
    if np.isfinite(stayed[-1]):
        return next(value for value in stayed if np.isfinite(value)), stayed[-1]
    remarks.append("tenure is not known in the last month, so that no start states it; "
                   "observe --since limits it.")  # fmt: skip
    return None


def _month_column(table: RawTable) -> str | None:
    return next((name for name in table.header if name.lower() in MONTH), None)


def _months_table(table: RawTable) -> tuple[RawTable, list[str]]:
    """Return the table without rows of totals, and what is said of them."""
    name = _month_column(table)
    return (table, []) if name is None else table.without_totals(name)


def _names(
    table: RawTable, mapping: Mapped, recorded: Mapping[str, str], *, company: str,
    faults: list[Fault], remarks: list[str],
) -> dict[str, str]:  # fmt: skip
    """Return the metric of each column that is used."""
    columns: dict[str, str] = {}
    for column in mapping.series:
        if column not in table.header:
            hint = did_you_mean(column, table.header)
            faults.append(Fault("is in the mapping and not in the file.", file=table.file,
                                key=column, hint=hint))  # fmt: skip
    for column in table.header:
        if column.lower() in MONTH:
            continue
        stem = column.partition(":")[0]
        wanted = mapping.series.get(column, OF_OBSERVE.get(stem, column))
        if not wanted:
            if column not in mapping.series:
                remarks.append(f"{column} has no counterpart in the model, and is left out.")
            continue
        if wanted in (TENURE, f"{TENURE}:{company}"):
            columns[column] = TENURE
            continue
        name = f"{wanted}:{company}" if f"{wanted}:{company}" in recorded else wanted
        if name not in recorded:
            hint = did_you_mean(name, recorded) or "Say which metric it is with --map."
            faults.append(Fault("is not a metric that the model records.", file=table.file,
                                line=1, key=column, hint=hint))  # fmt: skip
        elif name in columns.values():
            faults.append(Fault(f"is {name} a second time.", file=table.file, line=1, key=column))
        else:
            columns[column] = name
    if not set(columns.values()) - {TENURE} and not faults:
        faults.append(Fault("has no series that the model records.", file=table.file, line=1,
                            hint="Say which are which with --map."))  # fmt: skip
    return columns


def _months(table: RawTable, faults: list[Fault]) -> tuple[list[int], dict[int, str]]:
    name = _month_column(table)
    if name is None:
        faults.append(Fault("has no column month.", file=table.file, line=1,
                            hint="Write 2024-03, or 1, 2, …"))  # fmt: skip
        return [0], {}
    cells = table.column(name)
    texts = ["" if cell is None else str(cell).strip() for cell in cells]
    labels = texts
    try:
        if all(text.isdigit() and len(text) < 5 for text in texts):
            months = [int(text) for text in texts]
        else:
            months = _dated(LogColumn(table.file, name, list(map(month_as_date, cells)),
                                      table.lines))  # fmt: skip
            labels = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months]
    except InputError as error:
        faults += error.faults
        return [0], {}
    seen: dict[int, int] = {}
    for month, line in zip(months, table.lines, strict=True):
        if month in seen:
            faults.append(Fault(f"is the month of line {seen[month]} again.", file=table.file,
                                line=line, key=name, hint="One row per month."))  # fmt: skip
        seen.setdefault(month, line)
    return months, dict(zip(months, labels, strict=True))


def _dated(column: LogColumn) -> list[int]:
    """Return the months of dates; of several orders of day and month, that with a month a row.

    Raises:
        InputError: with every cell that is no date, or that the order cannot be known.
    """
    readings = set()
    for order in ORDERS:
        try:
            dates, _ = read_dates(column, order)
        except InputError:
            continue
        readings.add(tuple(12 * day.year + day.month - 1 for day in dates))
    apart = [months for months in readings if len(set(months)) == len(months)]
    if len(apart) == 1:
        return list(apart[0])
    dates, _ = read_dates(column)
    return [12 * day.year + day.month - 1 for day in dates]


ENDS = {"share": (0.0, 1.0), "-1 to 1": (-1.0, 1.0), "0-10": (0.0, 10.0)}
"""Between which values series of some units are; counts and times are not negative."""
SIGNED = ("money", "points")


def _columns(
    table: RawTable, names: Mapping[str, str], faults: list[Fault], recorded: Mapping[str, str],
    decimal: str | None,
) -> dict[str, list[float]]:  # fmt: skip
    """Return the numbers of each metric; where 1,234 leaves it open, as the file's others say."""
    others = [LogColumn(table.file, column, table.column(column), table.lines)
              for column in table.header if column.lower() not in MONTH]  # fmt: skip
    sign = decimal or shared_decimal(others)
    columns: dict[str, list[float]] = {}
    for column, name in names.items():
        cells = LogColumn(table.file, column, table.column(column), table.lines)
        stated = decimal or (sign if is_unsure(cells) else None)
        try:
            numbers = read_amounts(cells, stated, percent=recorded[name] == "share")[0]
        except InputError as error:
            faults += [
                replace(one, hint="Write decimal below [units] of a file for --map.")
                if "--decimal" in (one.hint or "")
                else one
                for one in error.faults
            ]
            numbers = []
        faults += _outside(cells, numbers, recorded[name])
        columns[name] = numbers
    return columns


def _outside(column: LogColumn, numbers: Sequence[float], unit: str) -> list[Fault]:
    """Return the faults of numbers that a series of a unit cannot have."""
    low, high = ENDS.get(unit, (-np.inf if unit.startswith(SIGNED) else 0.0, np.inf))
    places = [at for at, number in enumerate(numbers) if number < low or number > high]
    hint = "Write 5 % or 0.05." if unit == "share" else ""
    what = f"between {low:g} and {high:g}" if high < np.inf else "of something that can be negative"
    return column.faults(places, what, hint)


def _factor(unit: str, units: Units, mapping: Mapped) -> float:
    """Return how much of what was observed a unit of the model's is."""
    if mapping.people is not None:
        units = replace(units, per_person=mapping.people)
    if mapping.money is not None:
        units = replace(units, per_unit=mapping.money)
    return units.total(1.0, unit)[0]


def _check_length(table: RawTable, names: Sequence[str], values: NDArray[np.float64]) -> None:
    known = np.isfinite(values).sum(axis=0)
    faults = [
        Fault(f"has {n} months; fewer than {LEAST_MONTHS} tell nothing.", file=table.file, key=name,
              hint=f"Give at least {LEAST_MONTHS}, or leave the series out.")
        for name, n in zip(names, known, strict=True) if n < LEAST_MONTHS
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
