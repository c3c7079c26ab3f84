"""``cocreate verify``: whether a result is unaltered and can be reproduced."""

from __future__ import annotations

from time import monotonic
from typing import Annotated

import typer

from simulation.cli.console import visible
from simulation.cli.execute import print_timed
from simulation.cli.faults import reported
from simulation.cli.options import JsonOption, ModelOption, ResultArgument, WorkersOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", short_help="Check that a result is unaltered and repeatable.")(verify)


def verify(
    *,
    result: ResultArgument,
    every: Annotated[
        bool, typer.Option("--all", help="Repeat all runs, not only a sample.")
    ] = False,
    sample: Annotated[int, typer.Option("--sample", min=0, help="Number of runs to repeat.")] = 2,
    workers: WorkersOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that all files are unaltered and that runs can be reproduced bit by bit."""
    from simulation.simulate import trusted_model
    from simulation.studies.result import open_result
    from simulation.studies.verify import check

    started = monotonic()
    with reported(as_json=as_json):
        stored = open_result(result)
        typer.echo("Comparing files and reproducing runs…", err=True)
        number = None if every else sample
        verdict = check(stored.folder, 0)
        if number != 0 and not verdict.faults:
            trusted_model(stored.manifest.model, model)
            verdict = check(stored.folder, number, workers)
    if as_json:
        faults = [{"file": str(fault.file), "message": fault.message} for fault in verdict.faults]
        print_timed("verify", stored, started, files=verdict.files, remade=verdict.remade,
                    faults=faults)  # fmt: skip
    else:
        for fault in verdict.faults:
            typer.echo(visible(str(fault)))
        typer.echo(str(verdict))
    raise typer.Exit(1 if verdict.faults else 0)
