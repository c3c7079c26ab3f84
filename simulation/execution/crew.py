"""The workers of one call of ``run``: what each has in hand, and what becomes of it if one ends.

Each worker is a process of its own with its own two pipes, and at any time the supervisor knows
which run each has in hand. So a worker that is killed loses that run and no other: it is
replaced, and the run is tried once more, then recorded as failed. (Pools whose workers share a
queue break as a whole, or cannot tell which run was to blame.) A worker ends by itself when the
pipe from its supervisor closes, however the supervisor came to its end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import BinaryIO, cast

from simulation.errors import CocreateError
from simulation.execution.signatures import Kernel, kernels
from simulation.execution.tasks import (
    Compiling,
    Finished,
    Limits,
    Progress,
    RunEvent,
    RunTask,
)
from simulation.execution.warm import is_warm, mark_warm
from simulation.execution.wire import (
    BrokenModel,
    Compile,
    Compiled,
    Do,
    Hello,
    Message,
    Ready,
    Warm,
    Warmed,
    receive,
    send,
    unpack,
)
from simulation.simulate import DEFAULT_MODEL
from simulation.store.records import FailureRecord, encode

BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; from simulation.execution.worker import main; main()"
)
THREAD_LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")
ONE_THREAD = {
    **{f"{library}_NUM_THREADS": "1" for library in THREAD_LIBRARIES},
    "VECLIB_MAXIMUM_THREADS": "1",
}
ATTEMPTS = 2
AHEAD_SECONDS = 0.05
"""A worker is given so many tiny runs ahead that it has work for about this long."""
START_SECONDS = 60.0
"""The first month of a fresh worker may take so much longer: it loads what it needs."""
MOST_AHEAD = 64
COMPILERS = 2
"""Workers who compile kernels: the one that takes longest is a good part of all."""
LOOK_AHEAD = 64
"""Runs among which one is looked for whose past a worker has already."""
BEAT_SECONDS = 0.1


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(eq=False)
class _Job:
    task: RunTask
    attempts: int = 0


@dataclass(eq=False)
class _Worker:
    """The supervisor's side of a worker: its process and the jobs it was given, oldest first."""

    process: subprocess.Popen[bytes]
    jobs: deque[_Job] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0
    fresh: bool = True
    """Whether it has not yet come to the end of a month."""
    seconds: float = AHEAD_SECONDS
    overdue: _Job | None = None
    past: str = ""
    """Of the last run it was given that shares one."""
    compiling: bool = False
    """Whether it has a kernel in hand."""

    @property
    def ahead(self) -> int:
        """How many runs to give it at once."""
        return max(1, min(MOST_AHEAD, round(AHEAD_SECONDS / max(self.seconds, 1e-4))))

    @property
    def has_room(self) -> bool:
        """Whether it can take another run."""
        return self.ready and self.overdue is None and len(self.jobs) < self.ahead

    def tell(self, message: Message) -> None:
        """Send a message; one that has just died is noticed when its other pipe closes."""
        try:
            send(cast("BinaryIO", self.process.stdin), message)
        except OSError:
            self.process.kill()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        # Closing flushes what the worker did not read any more.
        with suppress(OSError):
            cast("BinaryIO", self.process.stdin).close()


Heard = tuple[_Worker, Message | None]


class Crew:
    """The workers of one call of ``run``, and the jobs that wait."""

    def __init__(self, tasks: Iterable[RunTask], size: int, limits: Limits, model: str) -> None:
        self._tasks = iter(tasks)
        self._returned: deque[_Job] = deque()
        self._size = size
        self._limits = limits
        self._model = model
        self._workers: list[_Worker] = []
        self._heard: SimpleQueue[Heard] = SimpleQueue()
        self._stillborn = 0
        self._kernels: deque[Kernel] = deque()
        """Those that wait to be compiled."""
        self._steps = 1
        self._compiled = 0
        self._trying = False
        self._warmed = False

    def add(self, task: RunTask) -> None:
        """Add a task behind those that wait."""
        self._returned.append(_Job(task))

    def warm(self) -> Iterator[RunEvent]:
        """Have two workers compile the kernels if they are not in the cache, and one try them.

        That all are there is known after a small run, which compiles what was not foreseen.
        """
        if not self._n_waiting(1) or is_warm(self._model):
            return
        if self._model == DEFAULT_MODEL:
            self._kernels.extend(kernels())
        self._steps = len(self._kernels) + 1
        yield Compiling(0, self._steps)
        for _ in range(min(COMPILERS, cores(), self._steps)):
            self._hire()
        while self._workers and not self._warmed:
            self._compile()
            yield from self.hear(BEAT_SECONDS)
        if self._warmed:
            mark_warm(self._model)
        yield from self._dismiss()

    def _compile(self) -> None:
        """Give each worker without a kernel the next, and when all are compiled one a small run."""
        for worker in self._workers:
            if not worker.compiling and self._kernels:
                worker.compiling = True
                worker.tell(Compile(self._kernels.popleft()))
        if not self._trying and not any(worker.compiling for worker in self._workers):
            self._trying = True
            self._workers[0].tell(Warm(self._returned[0].task.scenario, self._model))

    def _dismiss(self) -> Iterator[RunEvent]:
        """Part with workers who were needed for compiling only."""
        for worker in self._workers[self._size :]:
            worker.process.kill()
        while len(self._workers) > self._size:
            yield from self.hear(BEAT_SECONDS)

    def busy(self) -> bool:
        """Whether jobs wait or are in hand."""
        return any(worker.jobs for worker in self._workers) or self._n_waiting(1) > 0

    def feed(self) -> None:
        """Give each worker that has room its next jobs, and hire where hands are missing."""
        for worker in self._workers:
            while worker.has_room:
                job = self._take_for(worker)
                if job is None:
                    return
                self._give(worker, job)
        idle = sum(not worker.jobs for worker in self._workers)
        while len(self._workers) < self._size and idle < self._n_waiting(self._size):
            self._hire()
            idle += 1

    def hear(self, seconds: float) -> Iterator[RunEvent]:
        """Wait for a message, then handle all that have come."""
        try:
            heard: Heard | None = self._heard.get(timeout=seconds)
        except Empty:
            return
        while heard is not None:
            yield from self._handle(*heard)
            heard = None if self._heard.empty() else self._heard.get()

    def end_overdue(self) -> None:
        """End workers whose run takes longer than it may."""
        limit = self._limits.seconds
        for worker in self._workers:
            if limit is None or not worker.jobs:
                continue
            patience = limit + START_SECONDS if worker.fresh else limit
            if monotonic() - worker.since > patience:
                worker.overdue = worker.jobs[0]
                worker.process.kill()

    def end(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _take_for(self, worker: _Worker) -> _Job | None:
        """Return the next job for a worker: of those near, one whose past it has, or nobody has."""
        if not self._n_waiting(1):
            return None
        if not self._returned[0].task.past:
            return self._returned.popleft()
        self._n_waiting(LOOK_AHEAD)
        others = {other.past for other in self._workers if other is not worker}
        job = min(
            self._returned, key=lambda job: _distance(job.task.past, worker.past, others)
        )  # the first of equals
        self._returned.remove(job)
        return job

    def _n_waiting(self, most: int) -> int:
        """Return how many jobs wait, counting no further than ``most``."""
        while len(self._returned) < most:
            task = next(self._tasks, None)
            if task is None:
                break
            self._returned.append(_Job(task))
        return len(self._returned)

    def _hire(self) -> None:
        process = subprocess.Popen(  # noqa: S603  (this interpreter, and arguments of our own)
            [sys.executable, "-c", BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,
        )
        worker = _Worker(process)
        self._workers.append(worker)
        threading.Thread(target=_listen, args=(worker, self._heard), daemon=True).start()
        worker.tell(Hello(self._model, self._limits))

    def _give(self, worker: _Worker, job: _Job) -> None:
        if not worker.jobs:
            worker.since = monotonic()
        worker.jobs.append(job)
        worker.past = job.task.past or worker.past
        worker.tell(Do(job.task, job.attempts + 1))

    def _handle(self, worker: _Worker, message: Message | None) -> Iterator[RunEvent]:
        match message:
            case Ready():
                worker.ready = True
                self._stillborn = 0
            case Progress():
                if worker.fresh:
                    worker.fresh, worker.since = False, monotonic()
                yield message
            case Finished():
                worker.jobs.popleft()
                worker.fresh, worker.since = False, monotonic()
                worker.seconds = message.seconds
                yield message
            case BrokenModel(text):
                raise CocreateError(f"The model {self._model!r} cannot be loaded.\n{text}")
            case Compiled():
                worker.compiling = False
                self._compiled += 1
                yield Compiling(self._compiled, self._steps)
            case Warmed():
                self._warmed = True
            case None:
                yield from self._bury(worker)
            case _:
                raise TypeError(f"A supervisor cannot take {message!r}.")

    def _bury(self, worker: _Worker) -> Iterator[RunEvent]:
        """Part with a worker that has ended: the run in hand bears the blame, the rest waits."""
        worker.end()
        self._workers.remove(worker)
        cause = _cause(worker.process.returncode)
        self._stillborn += not worker.ready
        if self._stillborn > self._size + 1:
            raise CocreateError(f"Worker processes end before they can start a run ({cause}).")
        suspect = worker.jobs[0] if worker.jobs else None
        if suspect is not None and worker.overdue in (None, suspect):
            worker.jobs.popleft()
            yield from self._blame(suspect, cause, overdue=worker.overdue is suspect)
        self._returned.extendleft(reversed(worker.jobs))

    def _blame(self, job: _Job, cause: str, *, overdue: bool) -> Iterator[RunEvent]:
        job.attempts += 1
        if overdue:
            yield _failed(job, f"took longer than {self._limits.seconds:g} s and was stopped")
        elif job.attempts >= ATTEMPTS:
            yield _failed(job, f"ended its worker process {ATTEMPTS} times ({cause})")
        else:
            self._returned.appendleft(job)


def _distance(past: str, wanted: str, others: set[str]) -> int:
    """Return how little a run suits a worker that has the past ``past``, 0 best."""
    return 0 if past == wanted or not past else 1 + (past in others)


def _listen(worker: _Worker, heard: SimpleQueue[Heard]) -> None:
    """Pass on what a worker says; None says that it has ended."""
    pipe = cast("BinaryIO", worker.process.stdout)
    try:
        with pipe:
            while (content := receive(pipe)) is not None:
                heard.put((worker, unpack(content)))
    finally:
        heard.put((worker, None))


def _failed(job: _Job, what: str) -> Finished:
    task = job.task
    error = f"The run {what}."
    record = FailureRecord(task.identity, error, effort={"attempt": job.attempts})
    return Finished(task.run, encode(record), done=False, seconds=0.0)


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
