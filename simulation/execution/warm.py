"""Compiling the kernels once, before workers would all do it at the same time.

Numba keeps compiled kernels on disk. A marker beside them says that they are there for this code
and these libraries, so that the supervisor need not load numba to know.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from simulation.execution.trial import trial_of
from simulation.scenario.scenario import Scenario
from simulation.simulate import DEFAULT_MODEL, model_version, simulate

MONTHS = 13
"""A year and a month: planning, contracts and renewals have all come up once."""


def is_warm(model: str = DEFAULT_MODEL) -> bool:
    """Whether the kernels have been compiled and cached."""
    return any((folder / _name(model)).exists() for folder in _folders())


def mark_warm(model: str = DEFAULT_MODEL) -> None:
    """Note that the kernels are compiled, where that can be written down."""
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _name(model)).touch()
            return


def warm_up(scenario: Scenario, model: str = DEFAULT_MODEL) -> None:
    """Run a scenario with few people for a year, so that all its kernels are compiled."""
    simulate(trial_of(scenario, MONTHS), 0, model=model)


def _name(model: str) -> str:
    parts = [
        model_version(model),
        platform.python_version(),
        platform.machine(),
        platform.node(),
        str(Path(__file__).parent),  # numba keeps what it compiles by the folder of the source
        *(metadata.version(name) for name in ("numba", "numpy")),
    ]
    return "warm-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _folders() -> list[Path]:
    """Return where markers may stand: beside the caches that ``simulation.jit`` makes."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen)]
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [user / "cocreate", Path(tempfile.gettempdir()) / "cocreate"]
