"""A worker process: does the runs it is given, and ends when its supervisor is gone.

The supervisor starts it as ``python -c BOOT``, with the number of threads of all numeric
libraries set to one in its environment.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import BinaryIO

from simulation.execution.signatures import compile_kernel
from simulation.execution.tasks import Finished, Limits, Progress, RunTask, perform
from simulation.execution.warm import warm_up
from simulation.execution.wire import (
    BrokenModel,
    Compile,
    Compiled,
    Do,
    Hello,
    Ready,
    Warm,
    Warmed,
    receive,
    send,
    unpack,
)
from simulation.simulate import load_model
from simulation.store.records import FailureRecord, RunRecord, encode

PROGRESS_SECONDS = 0.2


def main() -> None:
    """Do runs until the supervisor closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    outbox = _own_stdout()
    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, inbox), daemon=True).start()
    with suppress(BrokenPipeError):
        _work(inbox, outbox)


def _work(inbox: SimpleQueue[bytes], outbox: BinaryIO) -> None:
    while True:
        message = unpack(inbox.get())
        match message:
            case Hello(model, limits):
                send(outbox, _get_ready(model, limits))
            case Compile(kernel):
                # A kernel that has changed since the table was written is compiled by a run.
                with suppress(Exception):
                    compile_kernel(kernel)
                send(outbox, Compiled())
            case Warm(scenario, model):
                warm_up(scenario, model)
                send(outbox, Warmed())
            case Do(task, attempt):
                send(outbox, _do(task, attempt, outbox))
            case _:
                raise TypeError(f"A worker cannot take {message!r}.")


def _get_ready(model: str, limits: Limits) -> Ready | BrokenModel:
    try:
        load_model(model)
    except Exception:  # noqa: BLE001  (last to the supervisor, which stops)
        return BrokenModel(traceback.format_exc())
    _limit_memory(limits)
    return Ready()


def _do(task: RunTask, attempt: int, outbox: BinaryIO) -> Finished:
    last = started = monotonic()

    def tell(month: int) -> None:
        nonlocal last
        if month == 1 or monotonic() - last >= PROGRESS_SECONDS:
            last = monotonic()
            send(outbox, Progress(task.run, month))

    try:
        record = perform(task, attempt=attempt, on_month=tell)
    except KeyboardInterrupt:  # no Ctrl-C, which a worker does not hear: the model raised it
        text = traceback.format_exc()
        record = FailureRecord(task.identity, "KeyboardInterrupt", text, {"attempt": attempt})
    seconds = monotonic() - started
    return Finished(task.run, encode(record), isinstance(record, RunRecord), seconds)


def _listen(pipe: BinaryIO, inbox: SimpleQueue[bytes]) -> None:
    """Take messages; when the supervisor is gone, end at once, whatever run is in hand."""
    while (content := receive(pipe)) is not None:
        inbox.put(content)
    os._exit(0)


def _own_stdout() -> BinaryIO:
    """Keep standard output for messages, and send what a model prints to standard error."""
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return outbox


def _limit_memory(limits: Limits) -> None:
    if limits.memory is None or sys.platform == "win32":
        return
    import resource

    ceiling = _address_space() + limits.memory
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _address_space() -> int:
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0
    return int(statm.read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
