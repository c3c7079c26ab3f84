"""Runs on all cores of this machine: worker processes, and a supervisor that alone hears them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from simulation.execution.crew import BEAT_SECONDS, Crew, cores
from simulation.execution.tasks import Limits, RunEvent, RunTask
from simulation.simulate import DEFAULT_MODEL


class Processes:
    """The executor of one machine.

    Args:
        workers: processes at the same time; all cores if not given.
        limits: what a run may use.
        model: the model that the workers load before their first run.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        limits: Limits | None = None,
        model: str = DEFAULT_MODEL,
    ) -> None:
        self._workers = workers or cores()
        self._limits = limits or Limits()
        self._model = model

    @property
    def workers(self) -> int:
        """How many processes it uses."""
        return self._workers

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Do all tasks and yield what happens.

        Raises:
            CocreateError: the workers cannot load the model.
        """
        crew = Crew(tasks, self._workers, self._limits, self._model)
        try:
            yield from crew.warm()
            while crew.busy():
                crew.feed()
                yield from crew.hear(BEAT_SECONDS)
                crew.end_overdue()
        finally:
            crew.end()


class Hands:
    """One worker process that does runs one at a time, for whoever hands them out himself."""

    def __init__(self, limits: Limits, model: str = DEFAULT_MODEL) -> None:
        self._crew = Crew(iter(()), 1, limits, model)
        self.ended = False

    def warm(self, task: RunTask) -> Iterator[RunEvent]:
        """Have the kernels compiled with a task's scenario if they are not in the cache."""
        self._crew.add(task)
        yield from self._crew.warm()

    def do(self, task: RunTask) -> Iterator[RunEvent]:
        """Do a run and yield what happens, its end last.

        Raises:
            CocreateError: the process cannot load the model.
        """
        self._crew.add(task)
        while self._crew.busy():
            self._crew.feed()
            yield from self._crew.hear(BEAT_SECONDS)
            self._crew.end_overdue()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.ended = True
        self._crew.end()
