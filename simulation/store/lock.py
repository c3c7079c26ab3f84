"""The lock of a result folder, which is on its journal: one process at a time writes there."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from simulation.errors import Fault, ResultError

WAIT_SECONDS = 5.0
"""How long whoever only notes checksums waits for another to finish."""
_PAUSE = 0.05
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What systems say where another process has the lock; all else is that there are none."""
_FAR = 2**31 - 2
"""The byte that Windows locks: no reader of the journal comes there."""


def lock(file: BinaryIO, path: Path, *, seconds: float = 0.0) -> None:
    """Lock an open file until it is closed.

    Args:
        file: the journal.
        path: its path, whose folder is named where it is in use.
        seconds: how long to wait for another process.

    Raises:
        ResultError: another process has it, or the file system has no locks.
    """
    until = monotonic() + seconds
    while True:
        try:
            _lock_now(file)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise _without_locks(path.parent, error) from None
            if monotonic() >= until:
                raise _in_use(path.parent) from None
            sleep(_PAUSE)
        else:
            return


@contextmanager
def locked(journal: Path) -> Iterator[None]:
    """Hold the lock of a folder whose journal is named; a folder without one has no writers.

    Raises:
        ResultError: another process has it for longer than ``WAIT_SECONDS``.
    """
    if not journal.is_file():
        yield
        return
    with journal.open("r+b") as file:
        lock(file, journal, seconds=WAIT_SECONDS)
        yield


def _lock_now(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        place = file.seek(0, os.SEEK_CUR)
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(place)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _in_use(folder: Path) -> ResultError:
    hint = "Wait until it has finished, or choose another folder with --out."
    return ResultError([Fault("is being written by another cocreate.", file=folder, hint=hint)])


def _without_locks(folder: Path, error: OSError) -> ResultError:
    message = f"cannot be locked against other processes: {error.strerror or error}."
    hint = "Choose a folder on another disk with --out."
    return ResultError([Fault(message, file=folder, hint=hint)])
