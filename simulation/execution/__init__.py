"""Where runs are done: in this process, or in worker processes on all cores.

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
    "cores",
]
