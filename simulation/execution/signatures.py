"""Which kernels a run needs, and for which types: so that they can be compiled before it.

Two processes that compile side by side take half the time of a run that compiles what it comes to.
The table beside this file says what to compile, the longest first, as that balances best. It is
written by a command, after a change to what kernels take:

    python -m simulation.execution.make_signatures

What the table lacks, a run compiles by itself.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

TABLE = Path(__file__).with_name("signatures.txt")


@dataclass(frozen=True)
class Kernel:
    """A kernel with the types of its arguments.

    Attributes:
        name: ``module:function``.
        types: as numba writes them, in parentheses.
    """

    name: str
    types: str


def kernels() -> tuple[Kernel, ...]:
    """Return what a run calls from Python, those that take longest to compile first."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(Kernel(*line.split("\t", maxsplit=1)) for line in lines if line and line[0] != "#")


def compile_kernel(kernel: Kernel) -> None:
    """Compile a kernel and all that it calls, or take it from the cache.

    Raises:
        Exception: it does not take these types any more, or there is no such kernel.
    """
    from numba import types

    module, _, function = kernel.name.partition(":")
    dispatcher = getattr(import_module(module), function)
    names = {**vars(types), "bool": types.boolean, "none": types.none}
    signature = eval(kernel.types, {"__builtins__": {}}, names)  # noqa: S307  (our own file)
    # Nearly all that a compiler makes is kept until it is done: looking for garbage finds none.
    gc.disable()
    try:
        dispatcher.compile(signature)
    finally:
        gc.enable()
