"""Runs that other questions have done: taken from their folders, and not done again.

Questions of one market share its futures, and so the runs of the market as it is, and of any arm
that two of them have in common. Each folder keeps its own copy of a run, so that it stays whole
whatever happens to the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from simulation.execution import Event, Executor, Finished, RunTask
from simulation.store.journal import records
from simulation.store.manifest import JOURNAL
from simulation.store.records import Prefix


@dataclass
class Shared:
    """An executor that first looks whether a run was done in another folder.

    Attributes:
        executor: does the others.
        held: records of finished runs by identity key.
        n_taken: how many were taken.
    """

    executor: Executor
    held: dict[str, bytes]
    n_taken: int = 0
    _taken: deque[Finished] = field(default_factory=deque)

    @property
    def workers(self) -> int:
        """How many runs it does at the same time."""
        return self.executor.workers

    def run(self, tasks: Iterable[RunTask]) -> Generator[Event, None, None]:
        """Do all tasks, or take them, and yield what happens."""
        events = self.executor.run(self._missing(tasks))
        try:
            for event in events:
                yield from self._taken_by_now()
                yield event
            yield from self._taken_by_now()
        finally:
            events.close()

    def _missing(self, tasks: Iterable[RunTask]) -> Iterator[RunTask]:
        """Yield the tasks that nobody has done, and put the others aside."""
        for task in tasks:
            record = self.held.get(task.identity.key)
            if record is None:
                yield task
            else:
                self._taken.append(Finished(task.run, record, done=True, seconds=0.0))

    def _taken_by_now(self) -> Iterator[Finished]:
        while self._taken:
            self.n_taken += 1
            yield self._taken.popleft()


def finished_elsewhere(folder: Path) -> dict[str, bytes]:
    """Return the records of finished runs of the same market in folders of other questions.

    Args:
        folder: ``ROOT/NAME/MARKET-DIGEST``; looked into are all ``ROOT/*/MARKET-*``.
    """
    market = folder.name.rpartition("-")[0]
    finished: dict[str, bytes] = {}
    for journal in sorted(folder.parent.parent.glob(f"*/{escape(market)}-*/{JOURNAL}")):
        if journal.parent != folder:
            finished.update({key: record for key, record in records(journal) if _is_done(record)})
    return finished


def _is_done(record: bytes) -> bool:
    prefix = Prefix.read(record)
    return prefix is not None and prefix.done
