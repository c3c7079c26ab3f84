"""A local Dask cluster: a scheduler and workers as processes of this machine.

They listen on the loopback interface only, have no dashboard, and end when the pipe from their
parent closes, however that comes to its end. (Dask's LocalCluster keeps the scheduler in the
process that asks, where it competes with the supervisor and dies with it.)
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from simulation.errors import CocreateError, Fault, InputError
from simulation.execution.crew import ONE_THREAD

HOST = "127.0.0.1"
START_SECONDS = 60.0
STILLBORN = 5
BOOT = (
    "import sys; kind, folder, *sys.path[:] = sys.argv[1:]; "
    "from simulation.execution.dask_cluster import main; main(kind, folder)"
)


class OwnCluster:
    """A running scheduler with workers of one thread each.

    Raises:
        CocreateError: it does not start.
    """

    def __init__(self, workers: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cocreate-dask-"))
        self._size = workers
        self._replaced = 0
        # All load Dask at the same time; workers wait for the scheduler's address.
        self._scheduler = self._start("scheduler")
        self._workers = [self._start("worker") for _ in range(workers)]
        try:
            self.address = _first_line(self._scheduler)
            for worker in self._workers:
                _tell(worker, self.address)
        except BaseException:
            self.end()
            raise

    @property
    def processes(self) -> tuple[int, list[int]]:
        """The process ids of the scheduler and of the workers."""
        return self._scheduler.pid, [worker.pid for worker in self._workers]

    def mend(self) -> bool:
        """Replace workers that have ended; false says that the scheduler has ended.

        Raises:
            CocreateError: workers end as fast as they are started.
        """
        if self._scheduler.poll() is not None:
            return False
        for place, worker in enumerate(self._workers):
            if worker.poll() is not None:
                self._replaced += 1
                if self._replaced > STILLBORN * self._size + 100:
                    raise CocreateError("Dask workers keep ending.")
                _close(worker)
                self._workers[place] = self._start("worker")
                _tell(self._workers[place], self.address)
        return True

    def end(self) -> None:
        """End all processes at once."""
        for process in (*self._workers, self._scheduler):
            process.kill()
        for process in (*self._workers, self._scheduler):
            process.wait()
            _close(process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, kind: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  (this interpreter, and arguments of our own)
            [sys.executable, "-c", BOOT, kind, str(self._folder), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if kind == "scheduler" else None,
            text=True,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,
        )


def main(kind: str, folder: str) -> None:
    """Be a scheduler or a worker until the parent is gone."""
    import dask

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    address = "" if kind == "scheduler" else _address()
    logging.disable(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, args=(kind, folder), daemon=True).start()
    settings = {
        "temporary-directory": folder,
        "distributed.comm.require-encryption": False,  # it listens on the loopback alone
        "distributed.scheduler.allowed-failures": 0,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        "distributed.admin.tick.limit": "60s",
    }
    with dask.config.set(settings), suppress(KeyboardInterrupt):
        asyncio.run(_scheduler() if kind == "scheduler" else _worker(folder, address))


async def _scheduler() -> None:
    from distributed import Scheduler

    async with Scheduler(host=HOST, port=0, dashboard=False) as scheduler:
        sys.stdout.write(f"{scheduler.address}\n")
        sys.stdout.flush()
        await scheduler.finished()


async def _worker(folder: str, address: str) -> None:
    from distributed import Worker

    # Standard output belongs to the answers of the command.
    os.dup2(2, 1)
    async with Worker(
        address, host=HOST, nthreads=1, memory_limit=0, dashboard=False, local_directory=folder
    ) as worker:
        await worker.finished()


def _address() -> str:
    import distributed  # noqa: F401  (loaded while the scheduler starts)

    address = sys.stdin.readline().strip()
    if not address:
        os._exit(0)
    return address


def _end_with_parent(kind: str, folder: str) -> None:
    """End at once when the parent is gone; the scheduler clears up what it left."""
    sys.stdin.buffer.read()
    if kind == "scheduler":
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _tell(worker: subprocess.Popen[str], address: str) -> None:
    """Tell a worker where the scheduler is; one that has just died is noticed by and by."""
    if worker.stdin is not None:
        with suppress(OSError):
            worker.stdin.write(f"{address}\n")
            worker.stdin.flush()


def _first_line(process: subprocess.Popen[str]) -> str:
    """Return the first line that a process writes: the scheduler's address."""
    lines: SimpleQueue[str] = SimpleQueue()
    pipe = process.stdout
    if pipe is None:
        raise ValueError("The process has no pipe.")
    threading.Thread(target=lambda: lines.put(pipe.readline()), daemon=True).start()
    import distributed  # noqa: F401  (loaded while the scheduler starts)

    with suppress(Empty):
        line = lines.get(timeout=START_SECONDS).strip()
        if line:
            return line
    raise CocreateError("Dask's scheduler does not start.")


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def check_encryption(address: str) -> None:
    """Refuse an address that Dask's configuration of certificates does not fit.

    Raises:
        InputError: certificates are needed and missing, cannot be read, or would not be used.
    """
    from distributed.security import Security

    key, hint = f"--scheduler {address}", "Name them in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …"
    try:
        given = Security().get_connection_args("client")
    except (OSError, ValueError) as error:
        message = f"has certificates that cannot be read: {error}."
        raise InputError([Fault(message, key=key, hint=hint)]) from None
    encrypted = address.startswith("tls://")
    if encrypted and given.get("ssl_context") is None:
        raise InputError([Fault("needs certificates, and none are named.", key=key, hint=hint)])
    if given.get("require_encryption") and not encrypted:
        message = "is not encrypted, which your configuration of Dask requires."
        raise InputError([Fault(message, key=key, hint="Write an address like tls://host:8786.")])
