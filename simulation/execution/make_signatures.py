"""Writes the table of kernels and their types, see ``signatures``: about a minute.

python -m simulation.execution.make_signatures
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pkgutil import iter_modules
from time import process_time
from typing import Any

from numba.core import event

from simulation import kernels as compiled_code
from simulation.execution.signatures import TABLE, Kernel, compile_kernel, kernels
from simulation.execution.warm import warm_up
from simulation.scenario.load import load_scenario

HEADING = "# Written by python -m simulation.execution.make_signatures: the longest first.\n"


def main() -> None:
    """Write the table from a run of a default scenario with an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "simulation.execution.make_signatures", "measured"],
            env={**os.environ, "NUMBA_CACHE_DIR": cache},
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    TABLE.write_text(HEADING + done.stdout, encoding="utf-8")


def measured() -> list[Kernel]:
    """Return what a run compiles for its calls from Python, those that took longest first."""
    clock = _Clock()
    with event.install_listener("numba:compile", clock):
        warm_up(load_scenario("base"))
    return sorted(clock.seconds, key=lambda kernel: -clock.seconds[kernel])


def unforeseen() -> list[Kernel]:
    """Return what a run needs that compiling the table has not brought into this process."""
    for kernel in kernels():
        compile_kernel(kernel)
    before = {name: set(dispatcher.signatures) for name, dispatcher in _dispatchers()}
    warm_up(load_scenario("base"))
    return [
        Kernel(name, "(" + "".join(f"{kind!r}, " for kind in signature) + ")")
        for name, dispatcher in _dispatchers()
        for signature in dispatcher.signatures
        if signature not in before[name]
    ]


def _dispatchers() -> list[tuple[str, Any]]:
    """Return all compiled functions of the kernels, each by the name of its place."""
    places = [f"simulation.kernels.{each.name}" for each in iter_modules(compiled_code.__path__)]
    return [
        (f"{place}:{name}", value)
        for place in places
        for name, value in vars(import_module(place)).items()
        if hasattr(value, "signatures") and value.py_func.__module__ == place
    ]


class _Clock(event.Listener):  # type: ignore[misc]  # numba is not typed
    """Notes how long kernels take to compile with all that they call."""

    def __init__(self) -> None:
        self.seconds: dict[Kernel, float] = {}
        self._depth, self._began = 0, 0.0

    def on_start(self, event: Any) -> None:
        """Begin to compile a function."""
        del event
        if not self._depth:
            self._began = process_time()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        """Note a function of this package that no other has called."""
        self._depth -= 1
        function = event.data["dispatcher"].py_func
        if not self._depth and function.__module__.startswith("simulation."):
            types = "".join(f"{kind!r}, " for kind in event.data["args"])
            kernel = Kernel(f"{function.__module__}:{function.__name__}", f"({types})")
            self.seconds[kernel] = process_time() - self._began


if __name__ == "__main__":
    ways = {"measured": measured, "unforeseen": unforeseen}
    if sys.argv[1:]:
        sys.stdout.writelines(f"{each.name}\t{each.types}\n" for each in ways[sys.argv[1]]())
    else:
        main()
