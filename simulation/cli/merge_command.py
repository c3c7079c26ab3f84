"""``cocreate merge``: the parts that ``--shard`` made become one result."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from simulation.cli import options
from simulation.cli.execute import Screen, print_timed, tail_data, tell_failures
from simulation.cli.faults import reported
from simulation.cli.interrupts import stoppable
from simulation.cli.options import (
    JsonOption,
    ModelOption,
    OutOption,
    QuietOption,
    ReportOption,
    WorkersOption,
)
from simulation.cli.reports import make_report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("merge", short_help="Join the parts that `--shard` made.")(merge)


def merge(
    *,
    parts: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER…",
            help="Folders of parts, or a folder that holds them.",
            parser=options.path,
        ),
    ],
    out: OutOption = None,
    workers: WorkersOption = None,
    model: ModelOption = None,
    with_report: ReportOption = True,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Join the parts that `--shard` made into the result that one machine would have made."""
    from simulation.cli.console import command_line
    from simulation.cli.progress import watching
    from simulation.execution import executor
    from simulation.simulate import DEFAULT_MODEL
    from simulation.studies.result import open_result
    from simulation.studies.shards import merge as join

    started = monotonic()
    with reported(as_json=as_json), stoppable():
        work = executor(workers, model or DEFAULT_MODEL)
        folder, manifest = join(
            parts, out, work, watching("merge", quiet=quiet), command_line(), model=model
        )
        stored = open_result(folder)
        made = make_report(stored) if with_report and manifest.runs.done else []
    if manifest.runs.failed:
        tell_failures(stored, Screen("merge"))
    if as_json:
        print_timed("merge", stored, started, **tail_data(stored, made))
    else:
        for path in (folder, *made):
            typer.echo(path)
    raise typer.Exit(1 if manifest.runs.failed else 0)
