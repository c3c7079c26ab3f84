"""The command ``cocreate``.

Everything that can end a command ends here: with a sentence and an exit code, whatever happens.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

INTERRUPTED = 130
"""The exit code of a command that was asked to stop."""


def main() -> None:
    """Run the command line."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_at_once)
    sys.unraisablehook = _ask_again
    try:
        from simulation.cli.app import app
        from simulation.cli.console import prepare_streams

        prepare_streams()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        app()
    except KeyboardInterrupt:
        _leave(signal.SIGINT, None)
    except Exception as error:
        if _asked:
            raise SystemExit(INTERRUPTED) from None
        if os.environ.get("COCREATE_TRACEBACK"):
            raise
        _apologise(error)
    finally:
        # All is written: an exception while the interpreter ends would only be shown.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


_asked: list[int] = []
"""The requests to stop so far, outside of studies."""


def _leave_at_once(_number: int, _frame: FrameType | None) -> None:
    """Stop while modules are being loaded: an exception could be caught by one of them."""
    os.write(2, b"Interrupted before anything had begun.\n")
    os._exit(INTERRUPTED)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Stop before a study has begun, after it has ended, or where there is none."""
    if not _asked:
        sys.stderr.write("Interrupted.\n")
    _asked.append(number)
    raise SystemExit(INTERRUPTED)


def _ask_again(lost: sys.UnraisableHookArgs) -> None:
    """Ask again to stop where the exception that should do so was lost, as in a destructor."""
    if not isinstance(lost.exc_value, (KeyboardInterrupt, SystemExit)):
        sys.__unraisablehook__(lost)
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT)).start()


def _apologise(error: Exception) -> None:
    kind, text = type(error).__name__, " ".join(str(error).split())[:300]
    if isinstance(error, OSError):
        sys.stderr.write(f"Reading or writing failed: {text}.\n")
        raise SystemExit(1)
    sys.stderr.write(
        f"cocreate failed: {kind}: {text}\n"
        "    This is a fault of cocreate or of a model of your own; nothing that has finished is "
        "lost.\n    To see where, set COCREATE_TRACEBACK=1 and start the same command again.\n"
    )
    raise SystemExit(1)
