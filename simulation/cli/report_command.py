"""``cocreate report`` and ``plot``: from stored tables."""

from __future__ import annotations

from time import monotonic
from typing import Annotated

import typer

from simulation.cli.execute import print_timed
from simulation.cli.faults import reported
from simulation.cli.options import JsonOption, ResultArgument, WhomOption
from simulation.cli.reports import draw, make_report, make_slides, make_summary
from simulation.errors import Fault, InputError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("report", short_help="Remake the report and figures of a result.")(report)
    app.command("plot")(plot)


def report(
    *,
    result: ResultArgument,
    summary: Annotated[
        bool,
        typer.Option(
            "--summary",
            help="Write a one-page summary instead: the answer, its figure, how certain it is.",
        ),
    ] = False,
    slides: Annotated[
        bool,
        typer.Option(
            "--slides", help="Write slides instead: slides.pptx, with one figure on each."
        ),
    ] = False,
    for_whom: WhomOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remake the report and figures of a result.

    --for shows them from another actor's point of view. Stored data stay unchanged; without --for,
    the original point of view is used.
    """
    from simulation.studies.result import open_result

    started = monotonic()
    with reported(as_json=as_json):
        if summary and slides:
            raise InputError([Fault("exclude each other.", key="--summary and --slides")])
        stored = open_result(result)
        stored = stored if for_whom is None else stored.seen_by(for_whom)
        make = make_summary if summary else make_slides if slides else make_report
        made = make(stored)
    if as_json:
        print_timed("report", stored, started, report=[str(path) for path in made])
    else:
        for path in made:
            typer.echo(path)


def plot(
    *,
    result: ResultArgument,
    figure: Annotated[
        list[str] | None,
        typer.Option("--figure", "-f", help="Draw only this figure; can be repeated."),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the available figures.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Draw the figures of a result as PNG and SVG."""
    from simulation.studies.result import open_result

    started = monotonic()
    with reported(as_json=as_json):
        stored = open_result(result)
        if list_all:
            names = stored.figure_names
            if as_json:
                print_timed("plot", stored, started, available=names)
            else:
                typer.echo("\n".join(names))
            return
        made = draw(stored, figure)
    if as_json:
        print_timed("plot", stored, started, figures=[str(path) for path in made])
    else:
        for path in made:
            typer.echo(path)
