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
from typing import Any

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import NativeLowering

_HERE = Path(__file__).parent


def njit(*function: Any, **options: Any) -> Any:
    """Compile as ``numba.njit`` does, but for callers in C, of which there are none.

    To compile what they would need takes a tenth of all the time.
    """
    return numba.njit(*function, no_cfunc_wrapper=True, **options)


def subroutine(*function: Any, **options: Any) -> Any:
    """Compile a function that only kernels call, and only as a part of them.

    Numba makes machine code of each function by itself, and of a wrapper by which Python calls it,
    even of those that disappear in their callers: a quarter of all the time. Python cannot call a
    subroutine (a TypeError), but ``njit(f.py_func)``.
    """
    options |= {"no_cpython_wrapper": True, "pipeline_class": _Subroutines}
    return njit(*function, **options)


class _Part(JITCodeLibrary):  # type: ignore[misc]  # numba is not typed
    """Code that is optimised, and made machine code of, in the kernels that call it."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerPart(NativeLowering):  # type: ignore[misc]
    """Turns a subroutine into code that can be linked, and into no more."""

    _name = "lower_part"

    def run_pass(self, state: Any) -> bool:
        """Lower a function, and tell kernels where its code is."""
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        # Numba knows code by its entry point, which has to be a builtin: one that always raises.
        entry = object().__reduce_ex__
        lowered = state["cr"] = state["cr"]._replace(cfunc=entry)
        state.targetctx.insert_user_function(entry, lowered.fndesc, [state.library])
        return True


class _Subroutines(CompilerBase):  # type: ignore[misc]
    """Numba's compiler with another last step."""

    def define_pipelines(self) -> list[PassManager]:
        """Return what a function goes through."""
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager.passes = [
            (_LowerPart if one is NativeLowering else one, words) for one, words in manager.passes
        ]
        manager.finalize()
        return [manager]


def fingerprint() -> str:
    """Return a digest of everything that compiled code is made of."""
    digest = hashlib.blake2b(digest_size=8)
    ours = (Path(__file__), _HERE / "streams.py", *sorted((_HERE / "kernels").glob("*.py")))
    for source in ours:
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


numba.config.CACHE_DIR = str(cache_folder())

__all__ = ["cache_folder", "fingerprint", "njit", "subroutine"]
