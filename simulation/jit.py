"""The door to numba: ``njit``, with a cache that knows when any kernel has changed.

Numba's cache looks at the file of a function, not at the files of functions inlined into it: after
a change to ``streams.py`` it would go on using old machine code. The cache therefore stands in a
folder named after the contents of all files that hold compiled code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from numba import config, njit

_HERE = Path(__file__).parent


def fingerprint() -> str:
    """Return a digest of everything that compiled code is made of."""
    digest = hashlib.blake2b(digest_size=8)
    for source in (_HERE / "streams.py", *sorted((_HERE / "kernels").glob("*.py"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder of the cache; NUMBA_CACHE_DIR and XDG_CACHE_HOME are respected."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    name = f"kernels-{fingerprint()}"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cocreate"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:  # no home, or one that cannot be written
        home = Path(tempfile.gettempdir()) / f"cocreate-{os.getuid()}"
        home.mkdir(exist_ok=True)
    return home / name


config.CACHE_DIR = str(cache_folder())

__all__ = ["cache_folder", "fingerprint", "njit"]
