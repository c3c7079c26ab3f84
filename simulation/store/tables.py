"""The tables of a result: tidy Parquet, in the order of runs, equal to the byte however they came.

Nothing in them depends on when, where or in which order runs were done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.store.files import atomic_path
from simulation.store.growing_table import GrowingTable
from simulation.store.records import (
    FailureRecord,
    Identity,
    Measure,
    MonthlyTable,
    Record,
    RunRecord,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

RUNS_PER_GROUP = 4096
METRICS_KEY = b"cocreate.metrics"
ABOUT_KEY = b"cocreate.about"
LEDGER_COLUMNS = ("giver", "receiver", "deliverable", "kind", "unit")

Value = float | int | str | bool


@dataclass(frozen=True)
class PlannedRun:
    """A run that an experiment asks for, and its place in the tables."""

    run: int
    scenario: str
    identity: Identity
    parameters: Mapping[str, Value] = field(default_factory=dict)
    remake: str = ""


ReadRun = Callable[[PlannedRun], Record | None]
"""Gives the record of a planned run, or None where it has none."""


@dataclass
class WordsOfRuns:
    """The words and measures that occur in some runs, in the order of their first occurrence."""

    measures: dict[str, Measure] = field(default_factory=dict)
    outcomes: dict[str, None] = field(default_factory=dict)
    series: list[dict[str, None]] = field(default_factory=lambda: [{}, {}])
    ledger: list[dict[str, None]] = field(default_factory=lambda: [{} for _ in LEDGER_COLUMNS])
    with_series: bool = False
    with_ledger: bool = False

    def add(self, record: RunRecord) -> None:
        """Take up the words of a run."""
        self.measures.update(record.measures)
        self.outcomes.update(dict.fromkeys(record.outcomes))
        for table, words in ((record.series, self.series), (record.ledger, self.ledger)):
            for label in table.labels if table is not None else ():
                for known, word in zip(words, label, strict=True):
                    known[word] = None
        self.with_series |= record.series is not None
        self.with_ledger |= record.ledger is not None


def write_tables(
    folder: Path,
    planned: Sequence[PlannedRun],
    source: ReadRun,
    *,
    parameters: Mapping[str, Measure] | None = None,
    units: Mapping[str, str] | None = None,
) -> None:
    """Write runs, series, ledger and failures of all planned runs into a folder.

    Args:
        folder: where to; each table appears there whole or not at all.
        planned: the runs in order.
        source: gives their records; it is asked twice for each, so that none need be kept.
        parameters: unit and meaning of the runs' parameters, as far as they are known.
        units: by what stored numbers are multiplied to be shown (see ``Units.metadata``); it stands
            in the metadata of series and ledger.
    """
    words, failed = _survey(planned, source)
    with (
        GrowingTable(
            folder / "runs.parquet", runs_schema(planned, words, parameters or {}), RUNS_PER_GROUP
        ) as runs,
        GrowingTable(
            folder / "series.parquet",
            _with_units(series_schema(words), units),
            keep=words.with_series,
        ) as series,
        GrowingTable(
            folder / "ledger.parquet", _with_units(ledger_schema(), units), keep=words.with_ledger
        ) as ledger,
    ):
        for plan in planned:
            record = source(plan)
            if not isinstance(record, RunRecord):
                continue
            runs.add_row(run_row(plan, record, runs.schema))
            if record.series is not None:
                series.add(series_rows(plan.run, record.series, words, series.schema))
            if record.ledger is not None:
                ledger.add(ledger_rows(plan.run, record.ledger, words, ledger.schema))
    with GrowingTable(folder / "failures.parquet", failures_schema(), RUNS_PER_GROUP) as failures:
        for plan in failed:
            record = source(plan)
            if isinstance(record, FailureRecord):
                failures.add_row(failure_row(plan, record))


def _with_units(schema: pa.Schema, units: Mapping[str, str] | None) -> pa.Schema:
    return schema.with_metadata({
        **(schema.metadata or {}),
        **{f"cocreate.{name}".encode(): value.encode() for name, value in (units or {}).items()},
    })  # fmt: skip


def write_frame(
    path: Path, frame: pd.DataFrame, measures: Mapping[str, tuple[str, str]] | None = None, *,
    about: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a table as Parquet, whole or not at all.

    Args:
        path: where to.
        frame: the table.
        measures: unit and meaning of its columns, as far as they are known.
        about: plain data on the table as a whole (see ``read_about``).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain, known = pa.Table.from_pandas(frame, preserve_index=False), measures or {}
    schema = pa.schema(
        [
            _column(one.name, one.type, *known[one.name])
            if one.name in known
            else one.remove_metadata()
            for one in plain.schema
        ],
        metadata={ABOUT_KEY: json.dumps(about, sort_keys=True).encode()} if about else None,
    )
    with atomic_path(path) as part:
        pq.write_table(plain.cast(schema), part, compression="zstd")


def runs_schema(
    planned: Sequence[PlannedRun], words: WordsOfRuns, parameters: Mapping[str, Measure]
) -> pa.Schema:
    """Return the schema of runs: what each run is, its parameters, its outcomes."""
    import pyarrow as pa

    columns = [
        _column("run", pa.int32(), "", "number of the run, from 0"),
        _column("scenario", pa.string(), "", "name of its scenario"),
        _column("seed", pa.int64(), "", "its seed"),
        _column("fingerprint", pa.string(), "", "digest of its inputs"),
    ]
    for name in dict.fromkeys(name for plan in planned for name in plan.parameters):
        values = [plan.parameters[name] for plan in planned if name in plan.parameters]
        of_parameter = parameters.get(name, Measure("", f"parameter {name}"))
        columns.append(_column(name, _type_of(values), of_parameter.unit, of_parameter.meaning))
    for name in words.outcomes:
        measure = words.measures.get(name) or words.measures.get(name.partition(":")[0])
        columns.append(
            _column(name, pa.float64(), measure.unit, measure.meaning)
            if measure
            else pa.field(name, pa.float64())
        )
    return pa.schema(columns)


def series_schema(words: WordsOfRuns) -> pa.Schema:
    """Return the schema of series: a number per run, month, metric and whom it is of."""
    import pyarrow as pa

    measures = {
        name: {"unit": measure.unit, "meaning": measure.meaning, "better": measure.better}
        for name, measure in words.measures.items()
    }
    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            _column("run", pa.int32(), "", "number of the run, from 0"),
            _column("month", pa.int16(), "months", "month, from 1"),
            _column("metric", word, "", "what is measured"),
            _column("of", word, "", "whose or where it is; empty for the whole"),
            _column("value", pa.float64(), "see the metric", "value of the metric"),
        ],
        metadata={METRICS_KEY: json.dumps(measures, sort_keys=True).encode()},
    )


def ledger_schema() -> pa.Schema:
    """Return the schema of the ledger: what flowed from whom to whom in a month."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            _column("run", pa.int32(), "", "number of the run, from 0"),
            _column("month", pa.int16(), "months", "month, from 1"),
            _column("giver", word, "", "role that gives"),
            _column("receiver", word, "", "role that receives"),
            _column("deliverable", word, "", "what is given"),
            _column("kind", word, "", "money, tangible or intangible"),
            _column("amount", pa.float64(), "see column unit", "how much"),
            _column("unit", word, "", "unit of the amount"),
        ]
    )


def failures_schema() -> pa.Schema:
    """Return the schema of failures: which run failed, why, and how to see it again."""
    import pyarrow as pa

    return pa.schema(
        [
            _column("run", pa.int32(), "", "number of the run, from 0"),
            _column("scenario", pa.string(), "", "name of its scenario"),
            _column("seed", pa.int64(), "", "its seed"),
            _column("error", pa.string(), "", "what went wrong"),
            _column("traceback", pa.string(), "", "where it went wrong"),
            _column("remake", pa.string(), "", "command that reproduces it"),
        ]
    )


def run_row(plan: PlannedRun, record: RunRecord, schema: pa.Schema) -> dict[str, Any]:
    """Return the row of a run."""
    import pyarrow as pa

    row: dict[str, Any] = {
        name: str(value) if pa.types.is_string(schema.field(name).type) else value
        for name, value in plan.parameters.items()
    }
    return {
        **row,
        **record.outcomes,
        "run": plan.run,
        "scenario": plan.scenario,
        "seed": plan.identity.seed,
        "fingerprint": plan.identity.fingerprint,
    }


def series_rows(
    run: int, table: MonthlyTable, words: WordsOfRuns, schema: pa.Schema
) -> pa.RecordBatch:
    """Return the rows of a run's series: label by label, month by month."""
    return _tidy(run, table, words.series, ("metric", "of"), schema)


def ledger_rows(
    run: int, table: MonthlyTable, words: WordsOfRuns, schema: pa.Schema
) -> pa.RecordBatch:
    """Return the rows of a run's ledger: flow by flow, month by month."""
    return _tidy(run, table, words.ledger, LEDGER_COLUMNS, schema)


def failure_row(plan: PlannedRun, failure: FailureRecord) -> dict[str, Any]:
    """Return the row of a run that failed."""
    return {
        "run": plan.run,
        "scenario": plan.scenario,
        "seed": plan.identity.seed,
        "error": failure.error,
        "traceback": failure.traceback,
        "remake": plan.remake,
    }


def _tidy(
    run: int,
    table: MonthlyTable,
    words: Sequence[Mapping[str, None]],
    names: tuple[str, ...],
    schema: pa.Schema,
) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    months, n_labels = table.values.shape
    columns: dict[str, Any] = {
        "run": pa.array(np.full(months * n_labels, run, dtype=np.int32)),
        "month": pa.array(np.tile(np.arange(1, months + 1, dtype=np.int16), n_labels)),
    }
    for at, (name, known) in enumerate(zip(names, words, strict=True)):
        codes = {word: code for code, word in enumerate(known)}
        code = np.array([codes[label[at]] for label in table.labels], dtype=np.int32)
        columns[name] = pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(code, months)), pa.array(list(known), pa.string())
        )
    numbers = pa.array(np.ascontiguousarray(table.values.T).reshape(-1))
    columns["value" if "value" in schema.names else "amount"] = numbers
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _survey(planned: Iterable[PlannedRun], source: ReadRun) -> tuple[WordsOfRuns, list[PlannedRun]]:
    """Return the words of all finished runs, and the runs that failed."""
    words = WordsOfRuns()
    failed = []
    for plan in planned:
        record = source(plan)
        if isinstance(record, RunRecord):
            words.add(record)
        elif record is not None:
            failed.append(plan)
    return words, failed


def _column(name: str, kind: pa.DataType, unit: str, meaning: str) -> pa.Field:
    import pyarrow as pa

    return pa.field(name, kind, metadata={"unit": unit, "meaning": meaning})


def _type_of(values: Sequence[Value]) -> pa.DataType:
    import pyarrow as pa

    if all(isinstance(value, bool) for value in values):
        return pa.bool_()
    if any(isinstance(value, str | bool) for value in values):
        return pa.string()
    return pa.int64() if all(isinstance(value, int) for value in values) else pa.float64()
