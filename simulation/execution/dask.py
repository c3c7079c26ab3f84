"""Runs on a Dask cluster: a local one started here, or any whose scheduler is named.

Dask moves tasks and results; the run itself is done in a child process of the Dask worker (see
``dask_worker``), so that a run that kills its process, or has to be stopped, costs no Dask
worker. What Dask loses (a worker or its machine is gone, the scheduler restarted) is put back.
Runs stream: only as many are handed out as keep all workers busy, and each result is let go as
soon as it is here.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from simulation.errors import CocreateError, needs_package
from simulation.execution.crew import BEAT_SECONDS, cores
from simulation.execution.dask_cluster import OwnCluster, check_encryption
from simulation.execution.dask_worker import Order, perform_order
from simulation.execution.processes import Hands
from simulation.execution.tasks import (
    Compiling,
    Finished,
    Limits,
    Progress,
    RunEvent,
    RunTask,
)
from simulation.simulate import DEFAULT_MODEL
from simulation.store.records import FailureRecord, encode

if TYPE_CHECKING:
    from distributed import Client, Future

STARTS = 4
"""A run whose Dask worker was lost while it was in hand so many times is recorded as failed."""
LOSSES = 25
"""A run that was lost so many times in all, in hand or waiting, is recorded as failed."""
AHEAD = 2.0
"""Runs handed out for each thread of the cluster: one in hand, one that waits for it."""
LOOK_SECONDS = 2.0
"""The threads of the cluster are counted this often: clusters grow and shrink."""
CONNECT_SECONDS = 10.0
PARTING_SECONDS = 1.0
RECONNECT_SECONDS = 15.0
"""A scheduler that is gone has so long to come back under its address."""


@dataclass(eq=False)
class _Job:
    task: RunTask
    starts: int = 0
    losses: int = 0


class Dask:
    """The executor of a Dask cluster.

    Args:
        workers: worker processes of the local cluster; all cores if not given.
        limits: what a run may use.
        model: the model that the workers load before their first run.
        address: the scheduler of another cluster, such as ``tcp://10.0.0.5:8786``.
        version: the model version that workers must have; not looked at if not given.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limits: Limits | None = None,
        model: str = DEFAULT_MODEL,
        address: str | None = None,
        version: str | None = None,
    ) -> None:
        self._workers = workers or cores()
        self._limits = limits or Limits()
        self._model = model
        self._address = address
        self._version = version

    @property
    def workers(self) -> int:
        """How many runs it does at the same time, as far as is known before it starts."""
        return self._workers

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Do all tasks and yield what happens.

        Raises:
            CocreateError: the scheduler does not answer (any more), or the workers cannot load the
                model, or have another version of it.
        """
        need_distributed()
        order = Order(self._model, self._limits, self._version, f"cocreate-{uuid4().hex}")
        crew = _Crew(iter(tasks), order)
        quiet = _Quiet()
        try:
            if self._address is None:
                yield from crew.warm()
                yield from crew.work_at_home(self._workers)
            else:
                yield from crew.work_abroad(self._address)
        finally:
            crew.end()
            if crew.parted:
                quiet.end()


def need_distributed() -> None:
    """Refuse to go on without the package of Dask's scheduler.

    Raises:
        InputError: it is not installed.
    """
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise needs_package("distributed", "dask", key="--engine dask")


class _Crew:
    """The runs of one call of ``run``: those that wait, and those that a cluster has."""

    def __init__(self, tasks: Iterator[RunTask], order: Order) -> None:
        self._tasks = tasks
        self._order = order
        self._waiting: deque[_Job] = deque()
        self._out: dict[str, tuple[_Job, Future[Any]]] = {}
        self._by_run: dict[int, _Job] = {}
        self._back: SimpleQueue[Future[Any]] = SimpleQueue()
        self._news: SimpleQueue[tuple[int, int]] = SimpleQueue()
        self._client: Client | None = None
        self._cluster: OwnCluster | None = None
        self._room = 0
        self._looked = float("-inf")
        self.parted = True
        """Whether Dask has nothing left to complain about."""

    def warm(self) -> Iterator[RunEvent]:
        """Have the kernels compiled once before all workers would do it."""
        job = self._take()
        if job is None:
            return
        self._waiting.appendleft(job)
        hands = Hands(self._order.limits, self._order.model)
        try:
            for event in hands.warm(job.task):
                if isinstance(event, Compiling):
                    yield event
        finally:
            hands.end()

    def work_at_home(self, workers: int) -> Iterator[RunEvent]:
        """Do everything on a local cluster; one that breaks is replaced."""
        while self._busy():
            self._cluster = OwnCluster(workers)
            self._connect(self._cluster.address)
            while self._busy() and self._cluster.mend():
                yield from self._beat()
            self._leave()

    def work_abroad(self, address: str) -> Iterator[RunEvent]:
        """Do everything on another cluster, as long as its scheduler answers."""
        if not self._busy():
            return
        check_encryption(address)
        self._connect(address)
        while self._busy():
            yield from self._beat()
            self._await_scheduler(address)

    def end(self) -> None:
        """Let go of everything."""
        self._leave()

    # --- the cluster ---------------------------------------------------------------------------

    def _connect(self, address: str) -> None:
        from distributed import Client
        from distributed.security import Security

        security = None if self._cluster is None else Security(require_encryption=False)
        try:
            client = Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False, security=security
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise CocreateError(f"No Dask scheduler responds at {address}: {error}") from error
        self._client = client
        self._looked = float("-inf")
        client.subscribe_topic(self._order.topic, self._hear_news)

    def _hear_news(self, event: Any) -> None:
        _, data = event
        self._news.put((int(data["run"]), int(data["month"])))

    def _leave(self) -> None:
        """Part with the cluster; what it has is put back."""
        client, cluster = self._client, self._cluster
        self._client = self._cluster = None
        for job, _ in self._out.values():
            self._waiting.append(job)
        futures = [future for _, future in self._out.values()]
        self._out.clear()
        self._back = SimpleQueue()
        if client is not None:
            lost = client.status != "running"
            # Parting with a scheduler that is gone takes seconds, for which nobody has to wait.
            thread = Thread(
                target=_part, args=(client, futures if cluster is None else []), daemon=True
            )
            thread.start()
            thread.join(PARTING_SECONDS)
            self.parted = self.parted and client.status == "closed" and not lost
        if cluster is not None:
            cluster.end()

    def _await_scheduler(self, address: str) -> None:
        """Wait a little for a scheduler that is gone, then give up."""
        client = self._require_client()
        deadline = monotonic() + RECONNECT_SECONDS
        while client.status != "running":
            if monotonic() > deadline or client.status in ("closed", "closing"):
                raise CocreateError(
                    f"The Dask scheduler at {address} is gone. All runs that have finished are "
                    "kept; start the same command again when it is back."
                )
            sleep(BEAT_SECONDS)

    def _require_client(self) -> Client:
        if self._client is None:
            raise RuntimeError("not connected")
        return self._client

    # --- runs ----------------------------------------------------------------------------------

    def _busy(self) -> bool:
        if not self._out and not self._waiting:
            job = self._take()
            if job is not None:
                self._waiting.append(job)
        return bool(self._out or self._waiting)

    def _take(self) -> _Job | None:
        if self._waiting:
            return self._waiting.popleft()
        task = next(self._tasks, None)
        return None if task is None else _Job(task)

    def _beat(self) -> Iterator[RunEvent]:
        """Hand out runs, wait a moment, and take what has come back."""
        self._hand_out()
        try:
            back = [self._back.get(timeout=BEAT_SECONDS)]
        except Empty:
            back = []
        while not self._back.empty():
            back.append(self._back.get())
        yield from self._tell_news()
        yield from self._collect(back)

    def _hand_out(self) -> None:
        client = self._require_client()
        if monotonic() - self._looked > LOOK_SECONDS and client.status == "running":
            self._room = _room(client)
            self._looked = monotonic()
        while client.status == "running" and len(self._out) < self._room:
            job = self._take()
            if job is None:
                return
            key = f"{self._order.topic}-{job.task.run}-{job.losses}"
            future = client.submit(perform_order, self._order, job.task, key=key, pure=False)
            self._out[key] = (job, future)
            self._by_run[job.task.run] = job
            future.add_done_callback(self._back.put)

    def _tell_news(self) -> Iterator[RunEvent]:
        while not self._news.empty():
            run, month = self._news.get()
            job = self._by_run.get(run)
            if job is not None and month == 0:
                job.starts += 1
            elif job is not None:
                yield Progress(run, month)

    def _collect(self, back: list[Future[Any]]) -> Iterator[RunEvent]:
        """Yield what came back, and put back what was lost."""
        mine = [future for future in back if future.key in self._out]
        done = [future for future in mine if future.status == "finished"]
        results = {finished.run: finished for finished in self._fetch(done)}
        for future in mine:
            job, _ = self._out.pop(str(future.key))
            finished = results.get(job.task.run)
            if finished is not None:
                del self._by_run[job.task.run]
                yield finished
            else:
                yield from self._put_back(job, future)
            future.release()

    def _fetch(self, done: list[Future[Any]]) -> list[Finished]:
        """Return the results that can be had; a worker may be gone between end and fetch."""
        if not done:
            return []
        try:
            finished: list[Finished] = self._require_client().gather(done, errors="skip")
        except (OSError, TimeoutError, RuntimeError):
            return []
        return finished

    def _put_back(self, job: _Job, future: Future[Any]) -> Iterator[RunEvent]:
        """Have a run done again that was lost, unless it has been lost too often."""
        if future.status == "error":
            error = future.exception()
            if not _is_killed(error):
                raise (
                    error
                    if isinstance(error, CocreateError)
                    else CocreateError(f"A Dask worker cannot carry out runs: {error}")
                )
        job.losses += 1
        if job.starts >= STARTS or job.losses >= LOSSES:
            del self._by_run[job.task.run]
            yield _failed(job)
        else:
            self._waiting.appendleft(job)


def _room(client: Client) -> int:
    """Return how many runs to hand out to a cluster, two for one that has no workers yet."""
    return max(2, int(AHEAD * sum(client.nthreads().values())))


def _is_killed(error: BaseException | None) -> bool:
    from distributed.scheduler import KilledWorker, NoValidWorkerError

    return isinstance(error, KilledWorker | NoValidWorkerError)


def _failed(job: _Job) -> Finished:
    task = job.task
    error = f"The run was lost with its Dask worker {max(job.starts, job.losses)} times."
    record = FailureRecord(task.identity, error, effort={"attempt": job.starts})
    return Finished(task.run, encode(record), done=False, seconds=0.0)


def _part(client: Client, futures: list[Future[Any]]) -> None:
    if futures and client.status == "running":
        client.cancel(futures, force=True)
    client.close(timeout=1)


class _Quiet:
    """Keeps Dask's log of lost connections off the console: we tell what matters ourselves."""

    def __init__(self) -> None:
        import distributed  # noqa: F401  (makes the loggers)

        names = [name for name in logging.root.manager.loggerDict if _is_dask(name)]
        self._levels = {name: logging.getLogger(name).level for name in names}
        for name in names:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    def end(self) -> None:
        """Let Dask log again."""
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)


def _is_dask(name: str) -> bool:
    return name.partition(".")[0] in ("distributed", "tornado")
