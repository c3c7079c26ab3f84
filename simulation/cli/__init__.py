"""The command ``cocreate``.

Everything that can end a command ends here: with a sentence and an exit code, whatever happens.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130
"""The exit code of a command that was asked to stop."""


def main() -> None:
    """Run the command line."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding has no minus sign
            stream.reconfigure(errors="replace")
    try:
        from simulation.cli.app import app

        app()
    except KeyboardInterrupt:
        _leave(signal.SIGINT, None)
    except Exception as error:
        if os.environ.get("COCREATE_TRACEBACK"):
            raise
        _apologise(error)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Stop before anything has begun, or after everything has ended."""
    raise SystemExit(INTERRUPTED)


def _apologise(error: Exception) -> None:
    kind, text = type(error).__name__, " ".join(str(error).split())[:300]
    sys.stderr.write(
        f"cocreate failed: {kind}: {text}\n"
        "    This is a fault of cocreate or of a model of your own; nothing that has finished is "
        "lost.\n    To see where, set COCREATE_TRACEBACK=1 and start the same command again.\n"
    )
    raise SystemExit(1)
