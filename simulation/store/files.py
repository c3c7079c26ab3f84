"""Files that appear whole or not at all, and their checksums."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def atomic_path(path: Path, *, keep: bool = True, durable: bool = True) -> Iterator[Path]:
    """Give a temporary path; at the end its file is on the disk under the right name.

    After an error, or without ``keep``, the temporary file is removed; without ``keep`` an older
    file of that name is removed as well. A file that need not be ``durable`` is whole for every
    process that lives, but not waited for: a power cut may take it.
    """
    part = path.with_name(f".{path.name}.part")
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


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    with atomic_path(path) as part:
        part.write_text(text, encoding="utf-8")


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
