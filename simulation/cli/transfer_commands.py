"""``cocreate push`` and ``pull``: results to and from other places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli import options
from simulation.cli.faults import reported
from simulation.cli.interrupts import stoppable
from simulation.cli.options import ResultArgument

UrlArgument = Annotated[
    str, typer.Argument(metavar="URL", help="Where it is: s3://…, gs://…, file:///….")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("push")(push)
    app.command("pull")(pull)


def push(
    *,
    result: ResultArgument,
    url: UrlArgument,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Copy a finished result to another place, after checking its files."""
    from simulation.studies.transfer import push as send

    with reported(), stoppable():
        names = send(result, url, force=force)
    typer.echo(f"Copied {len(names)} files to {url}.")


def pull(
    *,
    url: UrlArgument,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder for it.", parser=options.path)
    ],
) -> None:
    """Copy a result from another place, and check its files."""
    from simulation.studies.transfer import pull as fetch

    with reported(), stoppable():
        fetch(url, folder)
    typer.echo(f"Copied to {folder}; all files are as they were written.")
