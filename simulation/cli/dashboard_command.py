"""``cocreate dashboard``: the interactive page, on this machine only."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.cli.faults import reported
from simulation.cli.options import PosteriorOption, draws_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dashboard", short_help="Move levers on a page, and see their effects.")(dashboard)


def dashboard(
    *,
    scenario: Annotated[
        str,
        typer.Argument(metavar="[SCENARIO]", help="Scenario file or name to begin with."),
    ] = "base",
    people: Annotated[
        int | None,
        typer.Option("--people", min=10, help="People to simulate (default: 2,000)."),
    ] = None,
    months: Annotated[
        int | None, typer.Option("--months", "-m", min=1, help="Months to simulate (default: 60).")
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port (default: any free one).")
    ] = 0,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=1, help="Processes (default: all cores)."),
    ] = None,
    posterior: PosteriorOption = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Move levers on a page, and see their effects: on 127.0.0.1, for this machine only.

    Every answer is a comparison with the pinned baseline, paired by seed. Stop it with Ctrl-C.
    """
    with reported():
        from simulation.dashboard.server import Opening, serve

        opening = Opening(scenario, people, months, port, workers,
                          draws=draws_of(posterior))  # fmt: skip
        typer.echo("Starting the workers…", err=True)
        serve(opening, lambda address: _ready(address, browser=browser))


def _ready(address: str, *, browser: bool) -> None:
    typer.echo(address)
    typer.echo("The page is ready. Stop it with Ctrl-C.", err=True)
    if browser:
        import webbrowser

        webbrowser.open(address)
