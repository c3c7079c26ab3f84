"""Dask on a cluster of our own: nothing is lost, and only the run in hand bears the blame."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import dask
import pytest

from simulation.errors import CocreateError, InputError
from simulation.execution import Finished, Limits, Progress, RunTask, Serial
from simulation.execution import dask as engine
from simulation.execution.dask import Dask
from simulation.execution.dask_cluster import OwnCluster
from simulation.execution.dask_worker import Order, perform_order
from simulation.execution.warm import mark_warm
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.store import FailureRecord, Identity, RunRecord
from simulation.store.records import decode

pytest.importorskip("distributed")
STUB = "stub_model:Stub"
N = 24
STOPS_WITHIN = 2.0
"""Seconds; a twentieth of that is usual."""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("base", {"run.months": 6})


@pytest.fixture(autouse=True)
def _warm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    mark_warm(STUB)


def tasks(scenario: Scenario, n: int) -> Iterator[RunTask]:
    for run in range(n):
        yield RunTask(run, Identity(scenario.fingerprint, run, "1"), scenario, STUB)


def values(event: Finished) -> bytes | None:
    record = decode(event.record)
    return (
        record.series.values.tobytes() if isinstance(record, RunRecord) and record.series else None
    )


class Killer:
    """Watches a sweep and kills a worker, then the scheduler, of its cluster."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clusters: list[OwnCluster] = []
        killer = self

        class Seen(OwnCluster):
            def __init__(self, workers: int) -> None:
                super().__init__(workers)
                killer.clusters.append(self)

        monkeypatch.setattr(engine, "OwnCluster", Seen)

    def see(self, n_done: int) -> None:
        scheduler, workers = self.clusters[-1].processes
        if n_done == 6:
            os.kill(workers[0], signal.SIGKILL)
        elif n_done == 14:
            os.kill(scheduler, signal.SIGKILL)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_worker_and_killed_scheduler_lose_nothing(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {event.run: values(event) for event in Serial().run(tasks(scenario, N))
                if isinstance(event, Finished)}  # fmt: skip
    monkeypatch.setenv("STUB_SLEEP", "0.04")
    monkeypatch.setenv("STUB_RAISE", "21")
    monkeypatch.setenv("STUB_KILL", "3,20")
    monkeypatch.setenv("STUB_SLEEP_SEED", "9")
    killer, found, progress = Killer(monkeypatch), dict[int, Finished](), 0
    executor = Dask(2, model=STUB, limits=Limits(seconds=5.0))
    with closing(executor.run(tasks(scenario, 1000))) as events:
        while not set(range(N)) <= set(found):
            event = next(events)
            progress += isinstance(event, Progress)
            if isinstance(event, Finished):
                assert event.run not in found
                found[event.run] = event
                killer.see(len(found))
        started = monotonic()
    assert monotonic() - started < STOPS_WITHIN
    assert progress > 0
    check_processes_are_gone(killer.clusters)
    told = {run: error(found[run]) for run in range(N) if not found[run].done}
    killed = "The run ended its worker process 2 times (signal SIGKILL)."
    assert told == {
        3: killed,
        9: "The run took longer than 5 s and was stopped.",
        20: killed,
        21: "ValueError: seed 21 is not to my taste",
    }
    for run in set(range(N)) - set(told):
        assert values(found[run]) == expected[run]


def error(event: Finished) -> str:
    record = decode(event.record)
    assert isinstance(record, FailureRecord)
    return record.error


def check_processes_are_gone(clusters: list[OwnCluster]) -> None:
    assert len(clusters) == 2
    for cluster in clusters:
        scheduler, workers = cluster.processes
        for process in (scheduler, *workers):
            with pytest.raises(ProcessLookupError):
                os.kill(process, 0)


def test_no_scheduler_is_told(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.5)
    address = "tcp://127.0.0.1:9"
    with pytest.raises(CocreateError, match=f"No Dask scheduler responds at {address}"):
        list(Dask(address=address, model=STUB).run(tasks(scenario, 1)))


def test_workers_with_another_model_refuse(scenario: Scenario) -> None:
    order = Order(STUB, Limits(), "other", "topic")
    with pytest.raises(CocreateError, match="Install the same cocreate on all workers"):
        perform_order(order, next(tasks(scenario, 1)))


def test_missing_package_is_told(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InputError, match="cocreate\\[dask\\]"):
        list(Dask(1, model=STUB).run(tasks(scenario, 1)))


def test_certificates_that_are_missing_or_would_not_be_used_are_refused(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="needs certificates, and none are named"):
        list(Dask(address="tls://127.0.0.1:9", model=STUB).run(tasks(scenario, 1)))
    with (
        dask.config.set({"distributed.comm.require-encryption": True}),
        pytest.raises(InputError, match="is not encrypted, which your configuration"),
    ):
        list(Dask(address="tcp://127.0.0.1:9", model=STUB).run(tasks(scenario, 1)))
    gone = {f"distributed.comm.tls.{name}": str(tmp_path / "gone.pem")
            for name in ("ca-file", "client.cert", "client.key")}  # fmt: skip
    with (
        dask.config.set(gone),
        pytest.raises(InputError, match=r"cannot be read: .*No such file"),
    ):
        list(Dask(address="tls://127.0.0.1:9", model=STUB).run(tasks(scenario, 1)))


def test_a_cluster_of_this_machine_works_where_others_must_be_encrypted(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "true")
    with dask.config.set({"distributed.comm.require-encryption": True}):
        events = list(Dask(1, model=STUB).run(tasks(scenario, 2)))
    assert sum(isinstance(event, Finished) and event.done for event in events) == 2
