"""Being asked to stop: Ctrl-C, or the end signal of a batch system."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from simulation.cli import INTERRUPTED as INTERRUPTED

REQUESTS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first request to stop, and ignore all that follow.

    Programs that start us may pass on a Ctrl-C that the terminal has sent us already; a second
    one must not break off the tidying up, which takes less than a second.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in REQUESTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _stop:
                signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in REQUESTS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
