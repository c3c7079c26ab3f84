"""A sweep that is interrupted in four ways ends with the same bytes as an undisturbed one."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from sweeping import STUB, TESTS, cocreate, experiment, start, tables, wait_for_journal

from simulation import simulate
from simulation.execution.warm import mark_warm
from simulation.store import journal

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")

RUNS = 80
SLEEP = "0.01"


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have stub and kernels count as compiled, here and in all processes started from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.mktemp("numba")))
        patch.setattr(simulate, "MODEL_SOURCES", ())
        patch.setattr(simulate, "MODEL_FILES", ())
        simulate._code_digest.cache_clear()
        patch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
        patch.setenv("STUB_SLEEP", SLEEP)
        mark_warm(STUB)
        yield
    simulate._code_digest.cache_clear()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def children(process: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == process:
            found.append(int(stat.parent.name))
    return found


def full_disk_after(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk take n records and half of the next."""
    whole, left = journal._write_all, [n]

    def write(file: object, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            whole(file, data[: len(data) // 2])  # type: ignore[arg-type]  # the journal's own file
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(file, data)  # type: ignore[arg-type]  # the journal's own file

    monkeypatch.setattr(journal, "_write_all", write)


def size(folder: str) -> int:
    return (Path(folder) / "journal.bin").stat().st_size


def undisturbed(command: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUB_SLEEP", "0")
        assert cocreate(*command, "--workers", "0", "--out", "whole").code == 0


def interrupt_three_times(disturbed: list[str]) -> None:
    """Stop a sweep by Ctrl-C, by SIGKILL with a torn record left behind, and by a full disk."""
    with start(*disturbed) as process:
        wait_for_journal("here", 4_000)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "Resume with the same command" in told
    with start(*disturbed) as process:
        wait_for_journal("here", size("here") + 4_000)
        process.kill()
    with Path("here", "journal.bin").open("ab") as torn:
        torn.write(b"ccr1 torn")
    with pytest.MonkeyPatch.context() as patch:
        full_disk_after(10, patch)
        answer = cocreate(*disturbed)
        assert answer.code == 1
        assert "free some space and start the same command again" in answer.err


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_processes() -> None:
    command = ["sweep", experiment(levels=20), "--model", STUB, "--no-report"]
    undisturbed(command)
    disturbed = [*command, "--workers", "2", "--out", "here"]
    interrupt_three_times(disturbed)
    with start(*disturbed, "--json") as process:
        wait_for_journal("here", size("here") + 4_000)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        out, told = process.communicate(timeout=40)
        assert process.returncode == 0, told
    assert json.loads(out)["runs"]["reused"] > 30
    assert tables("here") == tables("whole")


# --- Dask ----------------------------------------------------------------------------------------


class Cluster:
    """A scheduler and two workers as anybody would start them, on the loopback interface."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = ""
        self.scheduler = self._start_scheduler("0")
        self.workers = [self._start_worker() for _ in range(2)]

    def restart(self) -> None:
        """Have a scheduler at the old address again, and two workers."""
        self.end()
        self.scheduler = self._start_scheduler(self.address.rpartition(":")[2])
        self.workers = [self._start_worker() for _ in range(2)]

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start_scheduler(self, port: str) -> subprocess.Popen[bytes]:
        told = self._folder / "scheduler.json"
        told.unlink(missing_ok=True)
        process = self._dask(
            "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard",
            "--scheduler-file", str(told),
        )  # fmt: skip
        deadline = monotonic() + 30
        while not (told.exists() and "tcp://" in told.read_text()):
            assert monotonic() < deadline
            sleep(0.05)
        self.address = "tcp://" + told.read_text().partition("tcp://")[2].partition('"')[0]
        return process

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._dask(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--local-directory", str(self._folder), "--preload", "pinned",
        )  # fmt: skip

    def _dask(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  (Dask's own command)
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self._folder)},
        )  # fmt: skip


@pytest.fixture(scope="module")
def cluster(_warm: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    started = Cluster(tmp_path_factory.mktemp("dask"))
    yield started
    started.end()


def test_dask(cluster: Cluster) -> None:
    command = ["sweep", experiment(levels=20), "--model", STUB, "--no-report"]
    undisturbed(command)
    disturbed = [*command, "--engine", "dask", "--scheduler", cluster.address, "--out", "here"]
    interrupt_three_times(disturbed)
    with start(*disturbed) as process:
        wait_for_journal("here", size("here") + 2_000)
        cluster.workers[0].kill()
        wait_for_journal("here", size("here") + 2_000)
        cluster.scheduler.kill()
        _, told = process.communicate(timeout=40)
        assert process.returncode == 1
        assert f"The Dask scheduler at {cluster.address} is gone." in told
    cluster.restart()
    answer = cocreate(*disturbed, "--json")
    assert answer.code == 0
    assert 40 < answer.json["runs"]["reused"] < RUNS
    assert tables("here") == tables("whole")
