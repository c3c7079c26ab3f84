"""What executors take and give: tasks in, events out, and the work in between."""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from simulation.simulate import DEFAULT_MODEL, RunResult, check_record, last_year, simulate
from simulation.store.panel_part import PanelPart, See
from simulation.store.records import (
    FailureRecord,
    Identity,
    Measure,
    MonthlyTable,
    Record,
    RunRecord,
)

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

OutcomesOf = Callable[[RunResult], Mapping[str, float]]
"""Gives the outcomes of a run; a function of a module, so that worker processes can have it."""

Measures = Callable[[RunResult], Mapping[str, Measure]]
"""Gives unit and meaning of what is kept of a run."""


def recorded(result: RunResult) -> Mapping[str, Measure]:
    """Return unit and meaning of every metric of a run."""
    return result.measures


class Recording(Protocol):
    """Writes down more of a run than its record has."""

    def recording(self) -> AbstractContextManager[See]:
        """Give what is shown the model as month 1 begins and after each month.

        At the end all is written, or nothing.
        """


PASTS_KEPT = 3
"""Pasts that a process keeps: the one that is shared, and room for others in between."""


@dataclass(frozen=True)
class RunTask:
    """A run to do.

    Attributes:
        run: its number in the tables.
        identity: what it is (see ``store.Identity``).
        scenario: its inputs.
        model: the model as ``module:Class``.
        outcomes: the numbers to keep of it.
        keep_series: whether to keep monthly series and ledger as well.
        metrics: keep the series of these alone (``metric`` or ``metric:of``), and no ledger.
        measures: unit and meaning of the outcomes.
        panel: where its people are written down month by month, and what of them.
        also: what else is written down of it.
        past: what its months before month 1 depend on, where other runs begin with the same; they
            are then simulated once for those that follow each other in a process. Empty: alone.
        pasts: how many such pasts its process keeps.
    """

    run: int
    identity: Identity
    scenario: Scenario
    model: str = DEFAULT_MODEL
    outcomes: OutcomesOf = last_year
    keep_series: bool = True
    metrics: tuple[str, ...] = ()
    measures: Measures = recorded
    panel: PanelPart | None = None
    also: tuple[Recording, ...] = ()
    past: str = ""
    pasts: int = PASTS_KEPT

    @contextmanager
    def recording(self) -> Iterator[See | None]:
        """Give what is shown the model (see ``simulate``), if anything wants to see it."""
        with ExitStack() as stack:
            seers = [stack.enter_context(one.recording()) for one in self.also]
            if self.panel is not None:
                seers.append(_months_only(stack.enter_context(self.panel.recording())))

            def see(model: Any) -> None:
                for one in seers:
                    one(model)

            yield see if seers else None


def _months_only(see: See) -> See:
    """Return what looks away once: when it is shown the model as month 1 begins."""
    begun = False

    def look(model: Any) -> None:
        nonlocal begun
        if begun:
            see(model)
        begun = True

    return look


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds, and bytes on top of what its worker has at the start.

    The memory limit needs an operating system that enforces address space limits (Linux does).
    """

    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True)
class Compiling:
    """The kernels are being compiled, which happens once: ``done`` of so many steps."""

    done: int = 0
    steps: int = 1


@dataclass(frozen=True)
class Progress:
    """A run has come to the end of a month."""

    run: int
    month: int


@dataclass(frozen=True)
class Finished:
    """A run has ended; ``record`` is for the store (see ``store.records``)."""

    run: int
    record: bytes
    done: bool
    seconds: float


@dataclass(frozen=True)
class Working:
    """No run is done: something is worked out from those that are there."""

    what: str


RunEvent = Compiling | Progress | Finished | Working


class Executor(Protocol):
    """Does runs. Closing the iterator (or an exception in its loop) stops all work at once."""

    @property
    def workers(self) -> int:
        """How many runs it does at the same time."""

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Do all tasks and yield what happens; runs end in any order."""


def perform(
    task: RunTask, *, attempt: int = 1, on_month: Callable[[int], None] | None = None
) -> Record:
    """Do a run and return what the store keeps of it; a run that raises is a failure, kept too."""
    effort: dict[str, Any] = {
        "attempt": attempt,
        "host": platform.node(),
        "process": os.getpid(),
        "started": datetime.now(UTC).isoformat(),
    }
    try:
        with task.recording() as see:
            result = simulate(
                task.scenario,
                task.identity.seed,
                model=task.model,
                on_month=on_month,
                see=see,
                pasts=task.pasts if task.past else 0,
            )
        check_record(result)
        outcomes, measures = task.outcomes(result), task.measures(result)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (all that a run raises is kept)
        return FailureRecord(task.identity, _described(error), traceback.format_exc(), effort)
    return RunRecord(
        identity=task.identity,
        outcomes=outcomes,
        measures={**_of_series(task, result), **measures},
        series=_series(task, result) if task.keep_series else None,
        ledger=(
            MonthlyTable(result.ledger_labels, result.ledger_values)
            if task.keep_series and not task.metrics
            else None
        ),
        effort={**effort, "elapsed_s": result.elapsed_s},
    )


def _series(task: RunTask, result: RunResult) -> MonthlyTable:
    """Return the monthly series that are kept, in the order of the model."""
    if not task.metrics:
        return MonthlyTable(result.labels, result.values)
    wanted = set(task.metrics)
    places = [
        place
        for place, (metric, of) in enumerate(result.labels)
        if metric in wanted or f"{metric}:{of}" in wanted
    ]
    return MonthlyTable(tuple(result.labels[place] for place in places), result.values[:, places])


def _of_series(task: RunTask, result: RunResult) -> dict[str, Measure]:
    """Return unit and meaning of the metrics whose series are kept."""
    kept = {name.partition(":")[0] for name in task.metrics}
    return {name: measure for name, measure in result.measures.items() if name in kept}


def _described(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
