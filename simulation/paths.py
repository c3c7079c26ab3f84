"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path


def from_home(text: str | Path) -> Path:
    """Return a path with a leading ``~`` as the home folder.

    The home of somebody whom the system does not know stays as it is written: then there is no such
    file, and that is said where the path is used.
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
