"""The panel: every person, every month, in columns chosen by name; one row per person and month.

A run writes its part where it is done (see ``panel_part``). When all runs are there, their parts
become one table in the order of runs, and go. No more than a row group is ever in memory.

How columns are written was measured (``benchmarks/panel.py``): LZ4 takes half the time of
Zstandard, whose columns of floats are a quarter smaller; the bytes of floats are split, since
their first ones are alike and their last ones are not; numbers of persons are written as
differences, all of which are 1.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.store.files import atomic_path, sha256
from simulation.store.manifest import MANIFEST, PANEL, PARTS, read_manifest
from simulation.store.panel_part import PanelPart
from simulation.store.read import open_parquet, read_schema

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulation.store.tables import PlannedRun
    from simulation.world.panel import PanelColumn

RUNS_KEY = b"cocreate.panel"


class PanelStore:
    """The panel of a result folder: parts while runs arrive, and the table that they become.

    Args:
        folder: the result folder.
        columns: of the panel.
    """

    def __init__(self, folder: Path, columns: tuple[PanelColumn, ...]) -> None:
        self.path = folder / PANEL
        self.columns = columns
        self._folder = folder

    def part(self, plan: PlannedRun) -> PanelPart:
        """Return where a run writes its people down."""
        return PanelPart(self._folder / PARTS / plan.identity.key, self.columns)

    def has(self, plan: PlannedRun) -> bool:
        """Whether the people of a run have been written down."""
        return plan.identity.key in self._held or self.part(plan).is_there()

    def write(self, planned: Sequence[PlannedRun]) -> None:
        """Make the table of runs that have all been written down, in their order."""
        import pyarrow.parquet as pq

        schema = panel_schema(self.columns, {plan.run: plan.identity.key for plan in planned})
        with (
            atomic_path(self.path) as path,
            pq.ParquetWriter(path, schema, **_encodings(schema)) as writer,
        ):
            for plan in planned:
                for group in self._groups(plan, schema):
                    writer.write_table(group, row_group_size=group.num_rows)

    def clear(self) -> None:
        """Remove the parts."""
        shutil.rmtree(self._folder / PARTS, ignore_errors=True)

    def _groups(self, plan: PlannedRun, schema: pa.Schema) -> Iterator[pa.Table]:
        held = self._held.get(plan.identity.key)
        if held is None:
            return part_groups(self.part(plan), plan.run, schema)
        return stored_groups(self.path, held, plan.run, schema)

    @cached_property
    def _held(self) -> Mapping[str, int]:
        """The number of each run that the table has, by its identity key.

        There are none where the table has other columns, or is not as it was written.
        """
        digest = panel_digest(self._folder)
        if digest is None or sha256(self.path) != digest:
            return {}
        stored = read_schema(self.path)
        if not _same_columns(stored, panel_schema(self.columns, {})):
            return {}
        runs: dict[str, str] = json.loads((stored.metadata or {}).get(RUNS_KEY, b"{}"))
        return {key: int(run) for run, key in runs.items()}


def panel_digest(folder: Path) -> str | None:
    """Return the checksum of the panel that a folder has, as its manifest tells it."""
    if not (folder / MANIFEST).is_file() or not (folder / PANEL).is_file():
        return None
    return read_manifest(folder).checksums.get(PANEL)


def panel_schema(columns: Sequence[PanelColumn], runs: Mapping[int, str]) -> pa.Schema:
    """Return the schema of a panel: run, month, person, and the columns of each.

    Args:
        columns: what is recorded of a person.
        runs: identity key of each run; the file keeps them, so that it can be gone on with.
    """
    import pyarrow as pa

    word = pa.dictionary(pa.int8(), pa.string())
    fields = [
        _field(one.name, word if one.words else one.dtype, one.unit, one.meaning) for one in columns
    ]
    return pa.schema(
        [
            _field("run", pa.int32(), "", "number of the run, from 0"),
            _field("month", pa.int16(), "months", "month, from 1"),
            _field("person", pa.int32(), "", "number of the person in its run, from 0"),
            *fields,
        ],
        metadata={RUNS_KEY: json.dumps({str(run): key for run, key in runs.items()}).encode()},
    )


def part_groups(part: PanelPart, run: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a run from its part, a row group at a time.

    A group is good until the next is asked for, which takes its place in memory.
    """
    import pyarrow as pa

    keys: list[NDArray[Any]] = []
    for block in part.blocks():
        months, n_people = block[0].shape
        keys = keys or _first_keys(run, months, n_people)
        columns = [pa.array(values[: months * n_people]) for values in keys]
        columns += map(_in_words, block, part.columns)
        yield pa.Table.from_arrays(columns, schema=schema)
        keys[1] += months


def _first_keys(run: int, months: int, n_people: int) -> list[NDArray[Any]]:
    """Return run, month and person of the first months."""
    import numpy as np

    return [
        np.full(months * n_people, run, dtype=np.int32),
        np.repeat(np.arange(1, months + 1, dtype=np.int16), n_people),
        np.tile(np.arange(n_people, dtype=np.int32), months),
    ]


def stored_groups(path: Path, stored_as: int, run: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield a table's rows of run ``stored_as``, as those of ``run``, a row group at a time."""
    import pyarrow as pa

    with open_parquet(path) as file:
        for at in range(file.num_row_groups):
            if file.metadata.row_group(at).column(0).statistics.min == stored_as:
                group = file.read_row_group(at)
                number = pa.repeat(pa.scalar(run, pa.int32()), group.num_rows)
                yield pa.Table.from_arrays([number, *group.columns[1:]], schema=schema)


def same_rows(path: Path, run: int, part: PanelPart) -> bool:
    """Whether a table has exactly the columns and, for a run, the rows of its part."""
    schema = panel_schema(part.columns, {})
    if not _same_columns(read_schema(path), schema):
        return False
    stored = stored_groups(path, run, run, schema)
    anew = part_groups(part, run, schema)
    return all(
        one is not None and other is not None and one.equals(other)
        for one, other in zip_longest(stored, anew)
    )


def _in_words(values: NDArray[Any], column: PanelColumn) -> pa.Array:
    """Return the values of a column, codes as the words that they stand for."""
    import pyarrow as pa

    plain = pa.array(values.reshape(-1))
    if not column.words:
        return plain
    return pa.DictionaryArray.from_arrays(plain, pa.array(column.words, pa.string()))


def _field(name: str, kind: pa.DataType | str, unit: str, meaning: str) -> pa.Field:
    """Return a column without gaps: no value then needs a note that it is there."""
    import pyarrow as pa

    kind = pa.bool_() if kind == "bool" else kind
    return pa.field(name, kind, nullable=False, metadata={"unit": unit, "meaning": meaning})


def _same_columns(one: pa.Schema, other: pa.Schema) -> bool:
    """Whether two schemas have equal columns, their meanings included, whatever their runs."""
    return bool(one.remove_metadata().equals(other.remove_metadata())) and all(
        ours.metadata == theirs.metadata for ours, theirs in zip(one, other, strict=True)
    )


def _encodings(schema: pa.Schema) -> dict[str, Any]:
    """Return how columns are written; what is known of runs and months lets readers skip groups."""
    import pyarrow as pa

    words = [one.name for one in schema if pa.types.is_dictionary(one.type)]
    plain = {one.name: "PLAIN" for one in schema if one.name not in words}
    floats = {one.name: "BYTE_STREAM_SPLIT" for one in schema if pa.types.is_floating(one.type)}
    return {
        "compression": "lz4",
        "use_dictionary": words,
        "column_encoding": {**plain, **floats, "person": "DELTA_BINARY_PACKED"},
        "write_statistics": ["run", "month"],
        "write_batch_size": 1 << 16,
    }
