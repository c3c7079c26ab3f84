"""One queue for all pages: who has the fewest seeds is served first, and nothing is run twice.

A page orders the runs of its answer, seed by seed; a new order replaces its old one, and a page
that goes takes its order along. Worker processes are started and warm before the first order.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.execution import Finished, Limits, RunTask
from simulation.execution.processes import Hands
from simulation.execution.trial import trial_of
from simulation.execution.warm import MONTHS
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import Identity
from simulation.studies.comparison.persons import KeepPeople, people_file
from simulation.studies.pasts import key_of, past_of

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

RUN_SECONDS = 120.0
"""A run that takes longer is stopped and kept as failed."""
PASTS = 24
"""Pasts that each worker keeps, some 1 kB a person each: moving a lever simulates none of them."""


@dataclass(frozen=True)
class OrderedRun:
    """A run that a page needs: which pair it belongs to, and what it is."""

    pair: int
    identity: Identity
    scenario: Scenario

    @cached_property
    def past(self) -> str:
        """What its months before month 1 depend on; empty where there are none."""
        return key_of(past_of(self.scenario), self.identity.seed)


@dataclass
class _Order:
    runs: Sequence[OrderedRun]
    when_done: Callable[[], None]
    served: int = 0


@dataclass
class QueueCounts:
    """What the queue has done since it began."""

    started: int = 0
    finished: int = 0


class RunQueue:
    """Runs for all pages, done by worker processes that stay.

    Args:
        folder: where runs leave their persons.
        workers: worker processes.
        stored: finished runs that are kept in memory.
    """

    def __init__(self, folder: Path, *, workers: int, stored: int) -> None:
        self.counts = QueueCounts()
        self.folder = folder
        self._stored = stored
        self._records: OrderedDict[str, bytes] = OrderedDict()
        self._orders: dict[str, _Order] = {}
        self._in_hand: set[str] = set()
        self._change = threading.Condition()
        self._turn = count(1)
        self._ended = False
        limits = Limits(seconds=RUN_SECONDS)
        self._hands = [Hands(limits) for _ in range(workers)]
        self._ready = threading.Semaphore(0)
        self._error: BaseException | None = None

    # --- for pages ---------------------------------------------------------------------------

    def place(self, page: str, runs: Sequence[OrderedRun], when_done: Callable[[], None]) -> None:
        """Order runs for a page instead of what it ordered before.

        Args:
            page: whose order it is.
            runs: in the order in which they are needed.
            when_done: called, from another thread, whenever one of them has been done.
        """
        with self._change:
            self._orders[page] = _Order(tuple(runs), when_done)
            self._change.notify_all()

    def withdraw(self, page: str) -> None:
        """Forget what a page ordered: none of it is started any more."""
        with self._change:
            self._orders.pop(page, None)

    def record(self, identity: Identity) -> bytes | None:
        """Return the record of a run if it has been done and is still here."""
        with self._change:
            record = self._records.get(identity.key)
            if record is not None:
                self._records.move_to_end(identity.key)
            return record

    # --- for the server ----------------------------------------------------------------------

    def start(self, scenario: Scenario) -> None:
        """Start the workers and wait until all of them have run a small scenario.

        Raises:
            CocreateError: the workers cannot load the model.
        """
        for number, hands in enumerate(self._hands):
            work = threading.Thread(
                target=self._work, args=(hands, _small(scenario), number == 0), daemon=True
            )
            work.start()
            if number == 0:  # compiles for all
                self._ready.acquire()
        for _ in self._hands[1:]:
            self._ready.acquire()
        if self._error is not None:
            raise self._error

    def end(self) -> None:
        """End all workers, whatever they are doing."""
        with self._change:
            self._ended = True
            self._orders.clear()
            self._change.notify_all()
        for hands in self._hands:
            hands.end()

    # --- the workers' threads ----------------------------------------------------------------

    def _work(self, hands: Hands, warm: RunTask, first: bool) -> None:  # noqa: FBT001  (a thread passes it)
        try:
            for _ in hands.warm(warm) if first else ():
                pass
            for _ in hands.do(warm):
                pass
        except BaseException as error:  # noqa: BLE001  (raised by ``start``)
            self._error = error
            return
        finally:
            self._ready.release()
        try:
            pasts: deque[str] = deque(maxlen=PASTS)
            while (run := self._next(pasts)) is not None:
                if run.past and run.past not in pasts:
                    pasts.append(run.past)
                self._do(hands, run)
        except Exception:
            if not self._ended:  # a worker that is ended in mid-run leaves an error behind
                raise

    def _do(self, hands: Hands, run: OrderedRun) -> None:
        keep = KeepPeople(people_file(self.folder, run.identity))
        task = RunTask(0, run.identity, run.scenario, outcomes=keep, past=run.past, pasts=PASTS)
        for event in hands.do(task):
            if isinstance(event, Finished):
                self._finish(run.identity.key, event.record)

    def _next(self, pasts: Collection[str] = ()) -> OrderedRun | None:
        """Wait for a run that is needed, and take it; None when the queue ends.

        Args:
            pasts: those that the worker has.
        """
        with self._change:
            while not self._ended:
                page, run = self._fairest(pasts)
                if run is not None:
                    self._in_hand.add(run.identity.key)
                    self._orders[page].served = next(self._turn)
                    self.counts.started += 1
                    return run
                self._change.wait()
            return None

    def _fairest(self, pasts: Collection[str] = ()) -> tuple[str, OrderedRun | None]:
        """Return the next run of the page with the fewest pairs, the longest unserved of those.

        Of the runs that come next, but for the first pair, a worker takes one whose past it has.
        """
        waiting = [
            (runs[0].pair, order.served, page, runs)
            for page, order in self._orders.items()
            if (runs := list(islice(self._missing(order), len(self._hands))))
        ]
        if not waiting:
            return "", None
        pair, _, page, runs = min(waiting, key=lambda one: one[:2])
        return page, next((run for run in runs if pair and run.past in pasts), runs[0])

    def _missing(self, order: _Order) -> Iterator[OrderedRun]:
        """Yield the runs of an order that are neither done nor in hand."""
        for run in order.runs:
            if run.identity.key not in self._records and run.identity.key not in self._in_hand:
                yield run

    def _finish(self, key: str, record: bytes) -> None:
        with self._change:
            self._in_hand.discard(key)
            self._records[key] = record
            self.counts.finished += 1
            self._forget()
            callbacks = [order.when_done for order in self._orders.values()
                    if any(run.identity.key == key for run in order.runs)]  # fmt: skip
            self._change.notify_all()
        for tell in callbacks:
            tell()

    def _forget(self) -> None:
        """Let the runs go that were used longest ago; those on order stay."""
        needed = {run.identity.key for order in self._orders.values() for run in order.runs}
        for key in [key for key in self._records if key not in needed]:
            if len(self._records) <= self._stored:
                return
            del self._records[key]
            (self.folder / "people" / f"{key}.npz").unlink(missing_ok=True)


def _small(scenario: Scenario) -> RunTask:
    """Return a small run in which all kernels come up once."""
    identity = Identity("warm", 0, model_version(DEFAULT_MODEL))
    return RunTask(0, identity, trial_of(scenario, MONTHS))
