"""The store: what arrives is kept, in whatever order, whatever happens."""

from __future__ import annotations

import errno
import json
import math
import random
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import CocreateError, ResultError
from simulation.store import (
    FailureRecord,
    Identity,
    Manifest,
    Measure,
    MonthlyTable,
    PlannedRun,
    RunCounts,
    RunRecord,
    RunStore,
    damages,
    growing_table,
    read_manifest,
    seal,
)
from simulation.store import journal as journal_module
from simulation.store import lock as lock_module
from simulation.store import tables as tables_module
from simulation.store.files import atomic_path, is_temporary, write_text
from simulation.store.journal import Journal
from simulation.store.manifest import JOURNAL, MANIFEST
from simulation.store.records import decode, encode

LABELS = (("value", ""), ("value", "focal"), ("customers", ""))
FLOWS = (("customers", "focal", "payment", "money", "money/month"),)
MEASURES = {
    "value": Measure("money/month", "what it is worth"),
    "customers": Measure("persons", "who"),
}
TABLES = ("runs.parquet", "series.parquet", "ledger.parquet", "failures.parquet")


def identity(seed: int) -> Identity:
    return Identity("f" * 32, seed, "1+abc")


def record(seed: int, months: int = 5) -> RunRecord:
    draws = np.random.default_rng(seed)
    return RunRecord(
        identity=identity(seed),
        outcomes={"value": float(draws.normal()), "value:focal": math.nan},
        measures=MEASURES,
        series=MonthlyTable(LABELS, draws.normal(size=(months, len(LABELS)))),
        ledger=MonthlyTable(FLOWS, draws.uniform(size=(months, len(FLOWS)))),
        effort={"elapsed_s": random.random(), "host": "somewhere"},  # noqa: S311  (a time)
    )


def planned(n: int, **parameters: Any) -> list[PlannedRun]:
    return [
        PlannedRun(run, "base", identity(run), parameters, remake=f"again {run}")
        for run in range(n)
    ]


def manifest(**changes: Any) -> Manifest:
    content: dict[str, Any] = {
        "command": "run", "command_line": "cocreate run base", "title": "T",
        "scenario_name": "base", "scenario": {"patience": math.inf},
        "fingerprint": "f" * 32, "experiment": "one",
        "model": "m:M", "model_version": "1+abc", "seeds": (0, 1), "months": 5,
        "runs": RunCounts(2, 0, 0), "finished": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    return Manifest(**{**content, **changes})


def store(folder: Path, **options: Any) -> RunStore:
    return RunStore.open(folder, "one", **options)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES if (folder / name).exists()}


def filled(folder: Path, order: list[int], n: int) -> Path:
    with store(folder) as opened:
        for seed in order:
            opened.append(encode(record(seed)))
        opened.commit(planned(n), manifest())
    return folder


floats = st.floats(width=64)


@given(st.lists(st.lists(floats, min_size=3, max_size=3), max_size=4), st.text(max_size=20))
@settings(max_examples=25, deadline=None)
def test_record_comes_back_to_the_bit(rows: list[list[float]], word: str) -> None:
    values = np.array(rows, dtype=np.float64).reshape(-1, 3)
    labels = ((word, ""), ("b", word), ("c", "ü"))
    told = RunRecord(
        identity(7), {word: 1.5}, {word: Measure(word, word)}, MonthlyTable(labels, values)
    )
    back = decode(encode(told))
    assert isinstance(back, RunRecord)
    assert back.series is not None
    assert back.series.labels == labels
    assert back.series.values.tobytes() == values.tobytes()
    assert (back.identity, back.outcomes, back.measures) == (
        told.identity,
        {word: 1.5},
        told.measures,
    )
    assert back.ledger is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_byte_of_a_record_is_noticed(data: st.DataObject) -> None:
    good = encode(record(1))
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="damaged"):
        decode(bytes(bad))


def test_tables_are_equal_to_the_byte_in_whatever_order_runs_came(tmp_path: Path) -> None:
    reference = bytes_of(filled(tmp_path / "reference", list(range(6)), 6))
    for order in ([5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2], [0, 0, 1, 2, 3, 4, 5, 5]):
        assert bytes_of(filled(tmp_path / "-".join(map(str, order)), order, 6)) == reference


def test_series_is_tidy_and_carries_units(tmp_path: Path) -> None:
    table = pq.read_table(filled(tmp_path / "r", [1, 0], 2) / "series.parquet")
    assert table.column_names == ["run", "month", "metric", "of", "value"]
    assert [str(column.type) for column in table.schema][:2] == ["int32", "int16"]
    told = json.loads(table.schema.metadata[b"cocreate.metrics"])
    assert told["value"] == {
        "unit": "money/month",
        "meaning": "what it is worth",
        "better": "high",
    }
    frame = table.to_pandas()
    focal = frame[(frame["run"] == 1) & (frame["metric"] == "value") & (frame["of"] == "focal")]
    assert list(focal["month"]) == [1, 2, 3, 4, 5]
    stored = record(1).series
    assert stored is not None
    assert list(focal["value"]) == list(stored.values[:, 1])


def test_runs_have_parameters_and_outcomes_with_units(tmp_path: Path) -> None:
    with store(tmp_path / "r") as opened:
        opened.append(encode(record(0)))
        opened.append(encode(record(1)))
        plans = planned(2, price=0.5, rule="utility", on=True)
        opened.commit(plans, manifest())
    table = pq.read_table(tmp_path / "r" / "runs.parquet")
    assert table.column_names == [
        "run", "scenario", "seed", "fingerprint", "price", "rule", "on", "value", "value:focal",
    ]  # fmt: skip
    assert table.schema.field("value:focal").metadata[b"unit"] == b"money/month"
    assert [str(table.schema.field(name).type) for name in ("price", "rule", "on")] == [
        "double", "string", "bool",
    ]  # fmt: skip
    assert table["seed"].to_pylist() == [0, 1]


def test_series_are_optional(tmp_path: Path) -> None:
    only = RunRecord(identity(0), {"value": 1.0})
    with store(tmp_path / "r") as opened:
        opened.append(encode(only))
        opened.commit(planned(1), manifest())
    assert pq.read_table(tmp_path / "r" / "runs.parquet")["value"].to_pylist() == [1.0]
    assert not (tmp_path / "r" / "series.parquet").exists()
    assert not list((tmp_path / "r").glob(".*"))


def test_failed_run_is_told_and_tried_again(tmp_path: Path) -> None:
    plans = planned(2)
    with store(tmp_path / "r") as opened:
        opened.append(encode(FailureRecord(identity(0), "it broke", "line 1")))
        opened.append(encode(record(1)))
        assert [opened.has(plan) for plan in plans] == [False, True]
        opened.commit(plans, manifest())
        failures = pq.read_table(tmp_path / "r" / "failures.parquet").to_pylist()
        assert failures == [
            {"run": 0, "scenario": "base", "seed": 0, "error": "it broke", "traceback": "line 1",
             "remake": "again 0"}
        ]  # fmt: skip
        assert pq.read_table(tmp_path / "r" / "runs.parquet")["run"].to_pylist() == [1]
        opened.append(encode(record(0)))
        opened.commit(plans, manifest())
    assert bytes_of(tmp_path / "r") == bytes_of(filled(tmp_path / "whole", [0, 1], 2))


def test_torn_last_record_is_dropped_wherever_it_was_torn(tmp_path: Path) -> None:
    first, second = encode(record(0)), encode(record(1))
    path = tmp_path / JOURNAL
    for cut in [*range(0, 60, 4), len(second) // 2, len(second) - 1]:
        path.write_bytes(first + second[:cut])
        with Journal(path) as journal:
            assert list(journal.places) == [identity(0).key]
            journal.append(second)
        with Journal(path) as journal:
            assert list(journal.places) == [identity(0).key, identity(1).key]
            back = journal.read(identity(1).key)
            assert isinstance(back, RunRecord)
            assert back.outcomes["value"] == record(1).outcomes["value"]


def test_damaged_record_in_the_middle_costs_that_run_only(tmp_path: Path) -> None:
    records = [encode(record(seed)) for seed in range(3)]
    for at in (0, 3, 20, 25, len(records[1]) - 5):
        bad = bytearray(records[1])
        bad[at] ^= 255
        path = tmp_path / JOURNAL
        path.write_bytes(records[0] + bytes(bad) + records[2])
        with Journal(path) as journal:
            assert list(journal.places) == [identity(0).key, identity(2).key]


def test_full_disk_loses_no_run_that_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = journal_module._write_all

    def half(file: Any, data: bytes) -> None:
        written(file, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with store(tmp_path / "r") as opened:
        opened.append(encode(record(0)))
        monkeypatch.setattr(journal_module, "_write_all", half)
        with pytest.raises(CocreateError, match="No space left on device"):
            opened.append(encode(record(1)))
        monkeypatch.undo()
        opened.append(encode(record(2)))
    with store(tmp_path / "r") as opened:
        assert [opened.has(plan) for plan in planned(3)] == [True, False, True]


def test_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    with store(tmp_path / "r"), pytest.raises(ResultError, match="another cocreate"):
        store(tmp_path / "r")
    store(tmp_path / "r").close()


def test_checksums_wait_for_whoever_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, [0, 1], 2)
    before = (tmp_path / MANIFEST).read_bytes()
    with Journal(tmp_path / JOURNAL):
        monkeypatch.setattr(lock_module, "WAIT_SECONDS", 0.2)
        started = monotonic()
        with pytest.raises(ResultError, match="being written by another"):
            seal(tmp_path)
        assert monotonic() - started >= 0.2
    assert (tmp_path / MANIFEST).read_bytes() == before
    seal(tmp_path)
    assert damages(tmp_path) == []


def test_only_a_lock_that_is_held_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(ResultError, match="cannot be locked against other processes: No locks"):
        Journal(tmp_path / JOURNAL)


def test_two_writers_of_a_file_do_not_share_a_temporary_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with atomic_path(target) as one, atomic_path(target) as other:
        one.write_text("one")
        other.write_text("other")
        names = {path.name for path in tmp_path.iterdir()}
        assert len(names) == 2
        assert all(is_temporary(name) for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert target.read_text() == "one"


def test_what_a_killed_writer_left_is_no_damage_and_goes(tmp_path: Path) -> None:
    filled(tmp_path, [0, 1], 2)
    code = (
        "import os, sys; from pathlib import Path; from simulation.store.files import atomic_path\n"
        "with atomic_path(Path(sys.argv[1])) as part: part.write_text('half'); os._exit(1)"
    )
    for name in ("runs.parquet", "figures/a.svg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        words = [sys.executable, "-c", code, str(tmp_path / name)]
        subprocess.run(words, check=False)  # noqa: S603  (our own words)
    (tmp_path / ".mine.part").write_text("somebody's own")
    left = [path for path in tmp_path.rglob("*.part") if is_temporary(path.name)]
    assert len(left) == 2
    assert [fault.file for fault in damages(tmp_path)] == [tmp_path / ".mine.part"]
    with atomic_path(tmp_path / "under_way") as under_way:
        under_way.write_text("half")
        store(tmp_path).close()
        assert under_way.exists()
    assert [path.name for path in tmp_path.rglob("*.part")] == [".mine.part"]


def test_text_has_the_same_bytes_on_every_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = list[object]()
    write = Path.write_text

    def noting(path: Path, text: str, **how: object) -> int:
        ends.append(how.get("newline"))
        return write(path, text, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", noting)
    write_text(tmp_path / "a.txt", "a\n")
    assert ends == ["\n"]


def test_folder_of_something_else_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("three years of work")
    for force in (False, True):
        with pytest.raises(ResultError, match="not a result of cocreate"):
            store(tmp_path, force=force)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_other_experiment_is_refused_and_force_starts_afresh(tmp_path: Path) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ResultError, match="different experiment"):
        RunStore.open(folder, "two")
    with RunStore.open(folder, "two", force=True) as opened:
        assert opened.size == 0
        assert sorted(path.name for path in folder.iterdir()) == [JOURNAL, "notes.txt"]


def test_failing_table_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    before = bytes_of(folder)

    def broken(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with store(folder) as opened:
        opened.append(encode(record(2)))
        monkeypatch.setattr(tables_module, "ledger_rows", broken)
        with pytest.raises(CocreateError, match=r"No space.*All 3 runs"):
            opened.commit(planned(3), manifest())
    assert bytes_of(folder) == before
    assert not list(folder.glob(".*"))


def test_tables_hold_few_runs_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_table, "ROWS_PER_GROUP", 100)
    made: list[weakref.ref[RunRecord]] = []
    most = 0

    def source(plan: PlannedRun) -> RunRecord:
        nonlocal most
        fresh = record(plan.run)
        made.append(weakref.ref(fresh))
        most = max(most, sum(one() is not None for one in made))
        return fresh

    tables_module.write_tables(tmp_path, planned(200), source)
    assert most <= 3
    assert pq.ParquetFile(tmp_path / "series.parquet").metadata.num_row_groups > 20


def test_manifest_comes_back(tmp_path: Path) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    back = read_manifest(folder)
    assert back.seeds == (0, 1)
    assert back.runs == RunCounts(2, 0, 0)
    assert float(back.scenario["patience"]) == math.inf
    assert "Infinity" not in (folder / MANIFEST).read_text()
    assert set(back.checksums) == {JOURNAL, *TABLES}


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def edit_manifest(path: Path) -> None:
    path.write_text(path.read_text().replace('"months": 5', '"months": 6'))


@pytest.mark.parametrize(
    ("name", "act", "message"),
    [
        ("series.parquet", change, "was changed"),
        ("ledger.parquet", Path.unlink, "is missing"),
        (JOURNAL, change, "was changed"),
        (MANIFEST, edit_manifest, "was changed"),
    ],
)
def test_damage_is_named(
    tmp_path: Path, name: str, act: Callable[[Path], object], message: str
) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    assert damages(folder) == []
    act(folder / name)
    found = damages(folder)
    assert [(fault.file, message in fault.message) for fault in found] == [(folder / name, True)]


def test_report_does_not_bless_changed_data(tmp_path: Path) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    change(folder / "series.parquet")
    (folder / "report.html").write_text("fine")
    assert {fault.file for fault in damages(folder)} == {
        folder / "series.parquet", folder / "report.html",
    }  # fmt: skip
    seal(folder, made_only=True)
    assert [fault.file for fault in damages(folder)] == [folder / "series.parquet"]


def test_folder_without_manifest_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="no manifest"):
        read_manifest(tmp_path)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(ResultError, match="cannot be read as a manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["../kept.txt", "sub/../../kept.txt"])
def test_force_removes_nothing_outside_the_folder_whatever_a_manifest_lists(
    tmp_path: Path, name: str
) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    (folder / "sub").mkdir()
    kept = tmp_path / "kept.txt"
    kept.write_text("three years of work")
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace('"runs.parquet"', json.dumps(name)))
    with RunStore.open(folder, "two", force=True):
        assert kept.read_text() == "three years of work"


def test_a_link_out_of_the_result_is_refused_and_what_it_leads_to_is_left_alone(
    tmp_path: Path,
) -> None:
    folder = filled(tmp_path / "r", [0, 1], 2)
    elsewhere = tmp_path / "elsewhere.bin"
    (folder / JOURNAL).replace(elsewhere)
    (folder / JOURNAL).symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    for force in (False, True):
        with pytest.raises(ResultError, match="is a link out of the result"):
            store(folder, force=force)
    assert elsewhere.read_bytes() == before


def test_report_does_not_bless_changed_persons_either(tmp_path: Path) -> None:
    """They stand below ``figures``, but the runs have made them."""
    folder = filled(tmp_path / "r", [0, 1], 2)
    (folder / "figures").mkdir()
    persons, figure = folder / "figures" / "people.parquet", folder / "figures" / "value.svg"
    for path in (persons, figure):
        path.write_bytes(b"as it was made")
    seal(folder)
    assert damages(folder) == []
    for path in (persons, figure):
        change(path)
    seal(folder, made_only=True)
    assert [fault.file for fault in damages(folder)] == [persons]
