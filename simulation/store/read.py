"""Reading the tables of a result: the one place that opens Parquet.

Every reader of a result folder comes through here, so that a file that is missing, cut off or
altered is reported alike, and units and meanings come along with the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, ResultError
from simulation.store.records import Measure
from simulation.store.tables import ABOUT_KEY, METRICS_KEY

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

RowFilters = Sequence[tuple[str, str, Any]]
"""Conditions that all hold of a row: (column, operator, value)."""


class Metrics(dict[str, dict[str, str]]):
    """Unit and meaning by metric, for ``series.attrs["metrics"]``.

    pandas copies a frame's attrs deeply at every operation; these are never written to, so that
    a copy can be the thing itself.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Metrics:
        return self


def read_frame(
    path: Path,
    required: Sequence[str] = (),
    *,
    columns: Sequence[str] | None = None,
    where: RowFilters | None = None,
) -> pd.DataFrame:
    """Return a table as a frame; that of series tells its metrics in ``attrs["metrics"]``.

    Args:
        path: the Parquet file.
        required: columns that it must have.
        columns: those to read; all of them if not given.
        where: the rows to read; all of them if not given.

    Raises:
        ResultError: there is no such file, it cannot be read, or lacks columns.
    """
    table = read_table(path, columns=columns, where=where)
    absent = [name for name in required if name not in table.column_names]
    if absent:
        hint = "Was it altered?"
        raise ResultError([Fault(f"lacks the columns {', '.join(absent)}.", file=path, hint=hint)])
    frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    if "metric" in frame and "of" in frame:
        frame = frame.astype({"metric": "category", "of": "category"})
        frame.attrs["metrics"] = _metrics(table.schema)
    return frame


def read_about(path: Path) -> dict[str, Any]:
    """Return what was written on a table as a whole; nothing where it has none.

    Raises:
        ResultError: there is no such file, or it cannot be read.
    """
    about: dict[str, Any] = json.loads((read_schema(path).metadata or {}).get(ABOUT_KEY, b"{}"))
    return about


def read_table(
    path: Path, *, columns: Sequence[str] | None = None, where: RowFilters | None = None
) -> pa.Table:
    """Return a table as Arrow has it.

    Raises:
        ResultError: there is no such file, or it cannot be read.
    """
    import pyarrow.parquet as pq

    chosen = None if columns is None else list(columns)
    filters = None if where is None else list(where)
    try:
        return pq.read_table(path, columns=chosen, filters=filters)
    except FileNotFoundError:
        raise ResultError([Fault("is missing.", file=path)]) from None
    except _unreadable() as error:
        raise _damaged(path) from error


def read_schema(path: Path) -> pa.Schema:
    """Return the columns of a table, with what is known of each.

    Raises:
        ResultError: there is no such file, or it cannot be read.
    """
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(path)
    except FileNotFoundError:
        raise ResultError([Fault("is missing.", file=path)]) from None
    except _unreadable() as error:
        raise _damaged(path) from error


def read_measures(path: Path) -> dict[str, Measure]:
    """Return unit and meaning of each column of a table, empty where it tells none.

    Raises:
        ResultError: there is no such file, or it cannot be read.
    """
    return {column.name: _measure(column.metadata or {}) for column in read_schema(path)}


def read_metrics(path: Path) -> Metrics:
    """Return unit and meaning of each metric that a table of series has."""
    return _metrics(read_schema(path))


@contextmanager
def open_parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a table to read it a row group at a time.

    Raises:
        ResultError: there is no such file, or it cannot be read; while it is being read, too.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except FileNotFoundError:
        raise ResultError([Fault("is missing.", file=path)]) from None
    except _unreadable() as error:
        raise _damaged(path) from error
    with file:
        try:
            yield file
        except pa.ArrowException as error:
            raise _damaged(path) from error
        except OSError as error:
            if error.errno is not None:  # of a system: a full disk, where something is written
                raise
            raise _damaged(path) from error


def _measure(metadata: dict[bytes, bytes]) -> Measure:
    return Measure(metadata.get(b"unit", b"").decode(), metadata.get(b"meaning", b"").decode())


def _metrics(schema: pa.Schema) -> Metrics:
    return Metrics(json.loads((schema.metadata or {}).get(METRICS_KEY, b"{}")))


def _unreadable() -> tuple[type[Exception], ...]:
    import pyarrow as pa

    return (pa.ArrowException, OSError)


def _damaged(path: Path) -> ResultError:
    hint = "Was it altered or cut off?"
    return ResultError([Fault("cannot be read as Parquet.", file=path, hint=hint)])
