"""``cocreate push`` and ``pull``: results to and from other places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli import options
from simulation.cli.faults import reported
from simulation.cli.interrupts import stoppable
from simulation.cli.options import ResultArgument

PLACES = "s3://…, gs://…, file:///…."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("push", short_help="Copy a finished result to another place.")(push)
    app.command("pull", short_help="Copy a result from another place.")(pull)


def push(
    *,
    result: ResultArgument,
    url: Annotated[str, typer.Argument(metavar="URL", help=f"Where to copy it: {PLACES}")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Copy a finished result to another place, after checking its files."""
    from simulation.studies.transfer import push as send

    with reported(), stoppable():
        names = send(result, url, force=force)
    typer.echo(f"Copied {len(names)} files to {url}.")


def pull(
    *,
    url: Annotated[str, typer.Argument(metavar="URL", help=f"Where it is: {PLACES}")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder for it.", parser=options.path)
    ],
) -> None:
    """Copy a result from another place, and check its files."""
    from simulation.studies.transfer import pull as fetch

    with reported(), stoppable():
        fetch(url, folder)
    typer.echo(f"Copied to {folder}; all files are as they were written.")
