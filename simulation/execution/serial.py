"""One run after the other, in this process: for debuggers, notebooks and tests."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from time import perf_counter

from simulation.execution.tasks import Finished, RunEvent, RunTask, perform
from simulation.store.records import RunRecord, encode


class Serial:
    """The executor that needs no other process."""

    workers = 1

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Do all tasks in their order."""
        for task in tasks:
            started = perf_counter()
            record = perform(task)
            yield Finished(
                task.run, encode(record), isinstance(record, RunRecord), perf_counter() - started
            )
