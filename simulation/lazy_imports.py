"""Imports put off: modules that a library imports and we do not use, until something asks for them.

Mesa imports pandas, networkx and its spaces (which import SciPy's trees) at its start: a third of
the time that a worker needs to get to its first numbers. Numba imports yaml for a file of settings
that hardly anybody has. SciPy takes all names of NumPy, among them its translator of Fortran. A run
uses none of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any

UNUSED_BY_RUNS = (
    "mesa.discrete_space",
    "mesa.experimental.continuous_space",
    "mesa.space",
    "networkx",
    "pandas",
    "yaml",
)
PARTS_OF_NUMPY = ("numpy.f2py", "numpy.testing")
"""What ``from numpy import *`` imports beside NumPy itself."""

PROBED = ("__file__", "__warningregistry__")
"""What ``inspect`` and ``warnings`` look for in all modules there are; they do without."""

_lock = RLock()


@contextmanager
def deferred(names: Sequence[str] = UNUSED_BY_RUNS) -> Iterator[None]:
    """Put off importing some modules as long as this lasts; those that are there stay.

    They stand in ``sys.modules`` as modules that import themselves when anything is taken from
    them: an attribute, a submodule, or a name in ``from … import``.
    """
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def put_off_parts_of_numpy() -> None:
    """Put off what NumPy imports when all its names are taken, before somebody takes them."""
    with deferred(PARTS_OF_NUMPY):
        for name in PARTS_OF_NUMPY:
            import_module(name)


class DeferredModule(ModuleType):
    """A module that is imported when something is taken from it."""

    def __getattr__(self, name: str) -> Any:
        if name in PROBED or "_put_off" not in self.__dict__:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        with _lock:
            if sys.modules.get(self.__name__) is self:
                self._put_off.discard(self.__name__)
                del sys.modules[self.__name__]
            return getattr(import_module(self.__name__), name)


class _Finder:
    """Finds the modules that are put off before anybody else does."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a specification of a module to be put off, or None."""
        del path, target  # part of the interface
        # It has what the import system asks of a loader, not the base class that its type names.
        return ModuleSpec(name, self) if name in self._names else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that stands in."""
        return DeferredModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Let it import itself from now on; until here the import system looks into it."""
        module.__dict__["_put_off"] = self._names
