"""What a Dask worker does: hands each run to a child process, which bears what befalls it.

A Dask worker may have several threads; each run has a child of its own. Children wait for the
next run, end when nobody needs them for a while, and end with the Dask worker.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from simulation.errors import CocreateError
from simulation.execution.processes import Hands
from simulation.execution.tasks import Finished, Limits, Progress, RunTask
from simulation.simulate import model_version

IDLE_SECONDS = 30.0


@dataclass(frozen=True)
class Order:
    """What all runs of a sweep have in common.

    Attributes:
        model: the model as ``module:Class``.
        limits: what a run may use.
        version: the model version that is asked for; not looked at if None.
        topic: where the starts and months of runs are announced.
    """

    model: str
    limits: Limits
    version: str | None
    topic: str


@dataclass
class _Child:
    hands: Hands
    model: str
    limits: Limits
    since: float = 0.0


_idle: list[_Child] = []
_lock = threading.Lock()
_reaper: threading.Thread | None = None


def perform_order(order: Order, task: RunTask) -> Finished:
    """Do a run and return its record.

    Raises:
        CocreateError: this worker cannot do runs of this model.
    """
    if order.version is not None and model_version(order.model) != order.version:
        raise CocreateError(
            f"A Dask worker has model version {model_version(order.model)}, not {order.version}. "
            "Install the same cocreate on all workers."
        )
    worker = _worker()
    _tell(worker, order, task.run, 0)
    child = _take(order)
    try:
        for event in child.hands.do(task):
            if isinstance(event, Finished):
                return event
            if isinstance(event, Progress):
                _tell(worker, order, task.run, event.month)
    except BaseException:
        child.hands.end()
        raise
    finally:
        _give_back(child)
    raise CocreateError("A run did not end.")


def _worker() -> Any:
    from distributed import get_worker

    return get_worker()


def _tell(worker: Any, order: Order, run: int, month: int) -> None:
    worker.log_event(order.topic, {"run": run, "month": month})


def _take(order: Order) -> _Child:
    with _lock:
        for child in _idle:
            if (child.model, child.limits) == (order.model, order.limits):
                _idle.remove(child)
                return child
    return _Child(Hands(order.limits, order.model), order.model, order.limits)


def _give_back(child: _Child) -> None:
    global _reaper
    child.since = monotonic()
    with _lock:
        if not child.hands.ended:
            _idle.append(child)
        if _reaper is None:
            _reaper = threading.Thread(target=_reap, daemon=True)
            _reaper.start()


def _reap() -> None:
    """End children that have waited for too long."""
    while True:
        sleep(IDLE_SECONDS / 4)
        with _lock:
            late = [child for child in _idle if monotonic() - child.since > IDLE_SECONDS]
            for child in late:
                _idle.remove(child)
        for child in late:
            child.hands.end()
