"""Where runs are done: in this process, in worker processes on all cores, or on a Dask cluster.

No result depends on which executor does a run, or on how many workers it has.
"""

from __future__ import annotations

from typing import cast

from simulation.errors import Fault, InputError
from simulation.execution.crew import cores
from simulation.execution.processes import Processes
from simulation.execution.serial import Serial
from simulation.execution.tasks import (
    Compiling,
    Executor,
    Finished,
    Limits,
    Progress,
    RunEvent,
    RunTask,
    Working,
)
from simulation.execution.watch import Unwatched, Watch
from simulation.simulate import DEFAULT_MODEL

__all__ = [
    "Compiling",
    "Executor",
    "Finished",
    "Limits",
    "Processes",
    "Progress",
    "RunEvent",
    "RunTask",
    "Serial",
    "Unwatched",
    "Watch",
    "Working",
    "check_workers",
    "cores",
    "executor",
]


MOST_WORKERS = 1024
"""Worker processes of one command: more are a slip of the keyboard."""


def check_workers(workers: object) -> None:
    """Refuse what is no number of workers.

    Raises:
        InputError: it is neither None nor a whole number from 0 to 1024.
    """
    whole = isinstance(workers, int) and not isinstance(workers, bool)
    if workers is not None and not (whole and 0 <= cast("int", workers) <= MOST_WORKERS):
        message = f"must be a whole number from 0 to {MOST_WORKERS}. Got {workers!r}."
        hint = "None uses all cores; 0 runs in this process."
        raise InputError([Fault(message, key="workers", hint=hint)])


def executor(
    workers: int | None = None, model: str = DEFAULT_MODEL, limits: Limits | None = None
) -> Executor:
    """Return the executor for a number of workers (None: all cores; 0: in this process).

    No more processes are started than there are runs. Limits hold in worker processes only.

    Raises:
        InputError: it is no number of workers.
    """
    check_workers(workers)
    return Serial() if workers == 0 else Processes(workers, model=model, limits=limits)
