"""Files that appear whole or not at all, and their checksums."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from time import time

_TEMPORARY = re.compile(r"\..+\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.part")
"""The names that ``atomic_path`` gives: of which file, on which machine, of which process."""
STALE_SECONDS = 3600.0
"""Older temporary files are of processes that were killed: tables take minutes at most."""


@contextmanager
def atomic_path(path: Path, *, keep: bool = True, durable: bool = True) -> Iterator[Path]:
    """Give a temporary path; at the end its file is on the disk under the right name.

    The temporary name is that of this writer alone: two processes do not write into each other's.
    After an error, or without ``keep``, the temporary file is removed; without ``keep`` an older
    file of that name is removed as well. A file that need not be ``durable`` is whole for every
    process that lives, but not waited for: a power cut may take it.
    """
    mark = f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"
    part = path.with_name(f".{path.name[:40]}.{mark}.part")
    try:
        yield part
        if keep and durable:
            _sync(part)
        if keep:
            part.replace(path)
        else:
            path.unlink(missing_ok=True)
        if durable:
            _sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that ``atomic_path`` has not finished, or never will."""
    return _TEMPORARY.fullmatch(name.rpartition("/")[2]) is not None


def sweep_away(folder: Path) -> None:
    """Remove temporary files directly in a folder whose writers were killed."""
    for path in folder.glob(".*.part"):
        mark = _TEMPORARY.fullmatch(path.name)
        with suppress(OSError):  # gone meanwhile, or another's
            if mark is not None and _is_left(path, mark[1], int(mark[2])):
                path.unlink()


def _is_left(path: Path, host: str, process: int) -> bool:
    """Whether the writer of a temporary file is known to have ended, or has not written for long.

    Windows cannot be asked for a process without stopping it.
    """
    if host == _host() and os.name != "nt":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except OSError:  # another user's
            return False
    return time() - path.stat().st_mtime >= STALE_SECONDS


@cache
def _host() -> str:
    """Return a few letters for this machine: numbers of processes are its own."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    with atomic_path(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder; its renames are durable without.
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
