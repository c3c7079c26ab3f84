"""Executors: every run is done once, whatever happens to the processes that do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from simulation.errors import CocreateError
from simulation.execution import (
    Compiling,
    Executor,
    Finished,
    Limits,
    Processes,
    Progress,
    RunEvent,
    RunTask,
    Serial,
)
from simulation.execution.warm import mark_warm
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.store import FailureRecord, Identity, Record, RunRecord
from simulation.store.records import decode

BASE = Path(__file__).parents[2] / "scenarios" / "base.toml"
TESTS = Path(__file__).parents[1]
STUB = "stub_model:Stub"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASE, {"run.months": 6})


@pytest.fixture(autouse=True)
def _warm(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.mktemp("numba")))
    mark_warm(STUB)


def tasks(scenario: Scenario, n: int, model: str = STUB) -> Iterator[RunTask]:
    for run in range(n):
        identity = Identity(scenario.fingerprint, run, "1")
        yield RunTask(run, identity, scenario, model)


def records(events: Iterator[RunEvent]) -> dict[int, Record]:
    found: dict[int, Record] = {}
    for event in events:
        if isinstance(event, Finished):
            assert event.run not in found
            found[event.run] = decode(event.record)
            assert event.done == isinstance(found[event.run], RunRecord)
    return found


def numbers(found: dict[int, Record]) -> dict[int, bytes]:
    return {
        run: record.series.values.tobytes()
        for run, record in sorted(found.items())
        if isinstance(record, RunRecord) and record.series is not None
    }


def failure(record: Record) -> FailureRecord:
    assert isinstance(record, FailureRecord)
    return record


def test_numbers_do_not_depend_on_the_executor_or_its_workers(scenario: Scenario) -> None:
    serial = numbers(records(Serial().run(tasks(scenario, 5))))
    assert sorted(serial) == [0, 1, 2, 3, 4]
    executor = Processes(2, model=STUB)
    assert numbers(records(executor.run(tasks(scenario, 5)))) == serial


@pytest.mark.parametrize("executor", [Serial(), Processes(1, model=STUB)])
def test_run_that_raises_is_kept_with_its_traceback(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, executor: Executor
) -> None:
    monkeypatch.setenv("STUB_RAISE", "1")
    found = records(executor.run(tasks(scenario, 3)))
    assert sorted(numbers(found)) == [0, 2]
    told = failure(found[1])
    assert told.error == "ValueError: seed 1 is not to my taste"
    assert "in misbehave" in told.traceback


def test_killed_worker_is_replaced_and_its_run_done_again(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = numbers(records(Serial().run(tasks(scenario, 6))))
    monkeypatch.setenv("STUB_KILL_ONCE", "2")
    monkeypatch.setenv("STUB_MARK", str(tmp_path / "killed"))
    found = records(Processes(1, model=STUB).run(tasks(scenario, 6)))
    assert (tmp_path / "killed").exists()
    assert numbers(found) == expected
    again = found[2]
    assert again.effort["attempt"] == 2


def test_run_that_kills_its_worker_twice_fails_and_no_other_does(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KILL", "0,7")
    found = records(Processes(2, model=STUB).run(tasks(scenario, 40)))
    assert sorted(set(found) - set(numbers(found))) == [0, 7]
    assert len(found) == 40
    for run in (0, 7):
        assert failure(found[run]).error == (
            "The run ended its worker process 2 times (signal SIGKILL)."
        )


def test_run_over_its_time_is_stopped_and_no_other_is(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_SLEEP_SEED", "1")
    executor = Processes(1, model=STUB, limits=Limits(seconds=0.5))
    found = records(executor.run(tasks(scenario, 3)))
    assert sorted(numbers(found)) == [0, 2]
    assert failure(found[1]).error == "The run took longer than 0.5 s and was stopped."


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces address space limits")
def test_run_over_its_memory_fails_and_its_worker_goes_on(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_MEMORY", "1")
    executor = Processes(1, model=STUB, limits=Limits(memory=200 << 20))
    found = records(executor.run(tasks(scenario, 3)))
    assert sorted(numbers(found)) == [0, 2]
    assert "MemoryError" in failure(found[1]).error
    assert found[0].effort["process"] == found[2].effort["process"]


def test_workers_have_one_thread_and_may_print(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("OMP", "OPENBLAS", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "2")  # tests have one thread themselves
    found = records(Processes(1, model="stub_model:Threads").run(
        tasks(scenario, 1, "stub_model:Threads")))  # fmt: skip
    record = found[0]
    assert isinstance(record, RunRecord)
    assert record.outcomes == {
        "OMP_NUM_THREADS": 1.0, "OPENBLAS_NUM_THREADS": 1.0, "MKL_NUM_THREADS": 1.0,
        "NUMBA_NUM_THREADS": 1.0,
    }  # fmt: skip


def test_tiny_runs_are_given_out_ahead_and_long_ones_are_not() -> None:
    from simulation.execution.crew import _Worker

    worker = _Worker(subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE))
    try:
        worker.seconds = 0.001
        assert worker.ahead == 50
        worker.seconds = 3.0
        assert worker.ahead == 1
    finally:
        worker.end()


def test_progress_within_a_run_is_told(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.15")
    events = list(Processes(1, model=STUB).run(tasks(scenario, 1)))
    told = [event.month for event in events if isinstance(event, Progress)]
    assert told == sorted(told)
    assert told
    assert isinstance(events[-1], Finished)


def test_compiling_is_told_once(scenario: Scenario, monkeypatch: pytest.MonkeyPatch,
                                tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cold"))
    executor = Processes(1, model=STUB)
    counts = [
        sum(isinstance(event, Compiling) for event in executor.run(tasks(scenario, 2)))
        for _ in range(2)
    ]
    assert counts == [1, 0]


def test_model_that_cannot_be_loaded_stops_everything(scenario: Scenario) -> None:
    with pytest.raises(CocreateError, match="'stub_model:Absent' cannot be loaded"):
        list(Processes(2, model="stub_model:Absent").run(tasks(scenario, 3)))


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def gone(processes: set[int], seconds: float) -> bool:
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if not any(alive(process) for process in processes):
            return True
        sleep(0.02)
    return False


def children(process: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == process:
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_stopping_early_ends_all_workers_at_once(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.05")
    with closing(Processes(2, model=STUB).run(tasks(scenario, 50))) as events:
        while not isinstance(next(events), Finished):
            pass
        workers = children(os.getpid())
        assert len(workers) == 2
        started = monotonic()
    assert monotonic() - started < 1
    assert gone(workers, 0.5)


SUPERVISOR = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
from simulation.execution import Processes, RunTask, Finished
from simulation.scenario.load import load_scenario
from simulation.store import Identity
scenario = load_scenario({base!r}, {{"run.months": 6}})
tasks = (RunTask(n, Identity("f", n, "1"), scenario, "stub_model:Stub") for n in range(100))
for event in Processes(2, model="stub_model:Stub").run(tasks):
    if isinstance(event, Finished):
        print("one", flush=True)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_workers_end_when_their_supervisor_is_killed() -> None:
    code = SUPERVISOR.format(paths=[str(TESTS), str(TESTS.parent)], base=str(BASE))
    environment = {**os.environ, "STUB_SLEEP": "0.05"}
    with subprocess.Popen(  # noqa: S603  (a program of this test)
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"one\n"
        workers = children(supervisor.pid)
        assert len(workers) == 2
        supervisor.send_signal(signal.SIGKILL)
    assert gone(workers, 2)


def test_chosen_outcomes_without_series(scenario: Scenario) -> None:
    short = (replace(task, keep_series=False) for task in tasks(scenario, 2))
    for record in records(Serial().run(short)).values():
        assert isinstance(record, RunRecord)
        assert record.series is None
        assert record.ledger is None
        assert len(record.outcomes) == 5
