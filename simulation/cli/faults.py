"""How the command line tells what is wrong: readable on standard error, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from simulation.cli import INTERRUPTED
from simulation.cli.console import stop_printing, visible
from simulation.errors import CocreateError, Fault, InputError

FAILED = 1
WRONG_INPUT = 2


@contextmanager
def reported(*, as_json: bool = False) -> Iterator[None]:
    """Report what goes wrong within, and leave the program (see ``fail``)."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Interrupted. The same command can be started again.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except CocreateError as error:
        fail(error, as_json=as_json)
    except BrokenPipeError:  # nobody reads on, as with head: that is no failure to tell of
        stop_printing()
        raise typer.Exit(FAILED) from None
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=as_json)


def fail(error: CocreateError, *, as_json: bool = False) -> NoReturn:
    """Print an error and leave the program: with 2 if the input is wrong, else with 1.

    Args:
        error: what was raised.
        as_json: print ``{"error": [{"file", "line", "column", "key", "message", "hint"}, …]}`` on
            standard output instead of plain text on standard error.
    """
    faults = error.faults if isinstance(error, InputError) else (Fault(str(error)),)
    if as_json:
        typer.echo(json.dumps({"error": [fault_data(fault) for fault in faults]}, indent=2))
    else:
        for fault in faults:
            typer.echo(fault_text(fault), err=True)
    raise typer.Exit(WRONG_INPUT if isinstance(error, InputError) else FAILED)


def fault_text(fault: Fault) -> str:
    """Return a fault as a line, its remedy on a line of its own."""
    place = ":".join(str(part) for part in (fault.file, fault.line, fault.column) if part)
    where = f"{place}: " if place else ""
    what = f"{fault.key} {fault.message}" if fault.key else fault.message
    return visible(f"{where}{what}" + (f"\n    {fault.hint}" if fault.hint else ""))


def fault_data(fault: Fault) -> dict[str, Any]:
    """Return a fault as plain data, ready for JSON."""
    return {
        "file": str(fault.file) if fault.file is not None else None,
        "line": fault.line,
        "column": fault.column,
        "key": fault.key,
        "message": fault.message,
        "hint": fault.hint,
    }
