"""The journal of a result folder: append-only, so that a stop of any kind loses no finished run.

Its file is also the folder's lock: whoever writes holds it exclusively until the process ends.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import BinaryIO, Self

from simulation.errors import CocreateError, Fault, ResultError
from simulation.store.lock import lock
from simulation.store.records import MAGIC, Prefix, Record, decode

SYNC_SECONDS = 1.0
"""The journal reaches the disk at most this long after a run has finished."""


@dataclass(frozen=True)
class Slot:
    """Where the record of a run stands in the journal, and whether the run finished."""

    offset: int
    size: int
    done: bool


class Journal:
    """The open journal of one writer.

    Opening drops a torn last record (the writer was killed, or the disk was full, while it was
    written), and skips damaged ones: their runs count as not done.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a+b", buffering=0)
        try:
            lock(self._file, path)
            self.places, self._end = scan(self._file)
        except BaseException:
            self._file.close()
            raise
        self._file.truncate(self._end)
        self._synced = monotonic()

    def append(self, record: bytes) -> None:
        """Add a record; on a full disk what was written of it is taken back.

        Raises:
            CocreateError: the disk took no more.
        """
        prefix = Prefix.read(record)
        if prefix is None:
            raise ValueError("Not a record.")
        try:
            _write_all(self._file, record)
        except OSError as error:
            self._file.truncate(self._end)
            raise CocreateError(
                f"{self.path} cannot grow: {error.strerror}. All {len(self.places)} runs "
                "recorded so far are kept; free some space and start the same command again."
            ) from error
        self.places[prefix.key] = Slot(self._end, len(record), prefix.done)
        self._end += len(record)
        if monotonic() - self._synced >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        os.fsync(self._file.fileno())
        self._synced = monotonic()

    def read(self, key: str) -> Record:
        """Return the last record of the run with this identity key."""
        place = self.places[key]
        self._file.seek(place.offset)
        return decode(_read_exactly(self._file, place.size))

    def clear(self) -> None:
        """Forget everything."""
        self._file.truncate(0)
        self.places, self._end = {}, 0
        self.sync()

    @property
    def is_in_place(self) -> bool:
        """Whether the file that is written still stands under its name."""
        try:
            there = self.path.stat()
        except OSError:
            return False
        ours = os.fstat(self._file.fileno())
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def close(self) -> None:
        """Bring everything to the disk and let go of the lock."""
        if not self._file.closed:
            self.sync()
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def is_journal(path: Path) -> bool:
    """Whether a file is a journal, or one that was just begun; damaged ones are journals too."""
    with path.open("rb") as file:
        beginning = file.read(len(MAGIC))
        if MAGIC.startswith(beginning):
            return True
        return bool(scan(file)[0])


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the key and the last sound record of each run in a journal that is only read."""
    with path.open("rb") as file:
        for key, place in scan(file)[0].items():
            file.seek(place.offset)
            yield key, _read_exactly(file, place.size)


def scan(file: BinaryIO) -> tuple[dict[str, Slot], int]:
    """Return the last place of each run, and where the last sound record ends."""
    places: dict[str, Slot] = {}
    end = 0
    if file.seek(0, os.SEEK_END) == 0:
        return places, end
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for key, place in _records(content):
            places[key] = place
            end = place.offset + place.size
    return places, end


def _records(content: mmap.mmap) -> Iterator[tuple[str, Slot]]:
    """Yield each sound record; what is damaged in between is passed over."""
    offset = content.find(MAGIC)
    while offset >= 0:
        prefix = Prefix.read(content, offset)
        if prefix is not None and _sound(content, offset, prefix):
            yield prefix.key, Slot(offset, prefix.size, prefix.done)
            offset += prefix.size
        else:
            offset = content.find(MAGIC, offset + 1)


def _sound(content: mmap.mmap, offset: int, prefix: Prefix) -> bool:
    with memoryview(content) as view, view[offset : offset + prefix.size] as record:
        return prefix.fits(record)


def _read_exactly(file: BinaryIO, size: int) -> bytes:
    parts = []
    while size > 0:
        part = file.read(size)
        if not part:
            raise ResultError([Fault("The journal ends too early.")])
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
