"""Where runs are done: in this process, in worker processes on all cores, or on a Dask cluster.

No result depends on which executor does a run, or on how many workers it has.
"""

from __future__ import annotations

from simulation.execution.processes import Processes, cores
from simulation.execution.serial import Serial
from simulation.execution.tasks import (
    Compiling,
    Event,
    Executor,
    Finished,
    Limits,
    Progress,
    RunTask,
)
from simulation.execution.watch import Unwatched, Watch
from simulation.simulate import DEFAULT_MODEL

__all__ = [
    "Compiling",
    "Event",
    "Executor",
    "Finished",
    "Limits",
    "Processes",
    "Progress",
    "RunTask",
    "Serial",
    "Unwatched",
    "Watch",
    "cores",
    "executor",
]


def executor(
    workers: int | None = None, model: str = DEFAULT_MODEL, limits: Limits | None = None
) -> Executor:
    """Return the executor for a number of workers (None: all cores; 0: in this process).

    No more processes are started than there are runs. Limits hold in worker processes only.
    """
    return Serial() if workers == 0 else Processes(workers, model=model, limits=limits)
