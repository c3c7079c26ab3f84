"""A Parquet file that is written while it is filled.

Row groups are written as they fill, so that memory does not grow with the number of rows.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from simulation.store.files import atomic_path

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_GROUP = 1 << 17


class GrowingTable:
    """A Parquet file that is filled batch by batch and appears under its name when complete."""

    def __init__(
        self, path: Path, schema: pa.Schema, rows: int | None = None, *, keep: bool = True
    ) -> None:
        self.path = path
        self.schema = schema
        self._rows = rows or ROWS_PER_GROUP
        self._keep = keep
        self._waiting: list[pa.RecordBatch] = []
        self._single: list[dict[str, Any]] = []
        self._n_waiting = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows; a row group is written as soon as it is full."""
        self._waiting.append(batch)
        self._count(batch.num_rows)

    def add_row(self, row: dict[str, Any]) -> None:
        """Add one row, where all are added so."""
        self._single.append(row)
        self._count(1)

    def _count(self, n: int) -> None:
        self._n_waiting += n
        if self._n_waiting >= self._rows:
            self._flush()

    def __enter__(self) -> Self:
        import pyarrow.parquet as pq

        self._whole = atomic_path(self.path, keep=self._keep)
        self._writer = pq.ParquetWriter(
            self._whole.__enter__(),
            self.schema,
            compression="zstd",
            use_dictionary=[column.name for column in self.schema if _is_word(column.type)],
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()
        self._whole.__exit__(kind, error, traceback)

    def _flush(self) -> None:
        import pyarrow as pa

        if self._single:
            self._waiting.append(pa.RecordBatch.from_pylist(self._single, self.schema))
        if self._waiting:
            group = pa.Table.from_batches(self._waiting, self.schema)
            self._writer.write_table(group, row_group_size=max(group.num_rows, 1))
        self._waiting, self._single, self._n_waiting = [], [], 0


def _is_word(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_integer(kind)
    )
