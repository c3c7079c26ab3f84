"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ResultArgument = Annotated[
    Path, typer.Argument(metavar="RESULT", help="Result folder, as `cocreate run` wrote it.")
]
ReplicatesOption = Annotated[
    int | None, typer.Option("--replicates", "-r", min=1, help="Runs, with a seed each.")
]
MonthsOption = Annotated[
    int | None, typer.Option("--months", "-m", min=1, help="Months to simulate.")
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", min=0, help="Seed of the first run; others count up.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter; can be repeated."),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", "-w", min=0, help="Processes (default: all cores; 0: in this one)."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Result folder (default: results/…).")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="MODULE:CLASS", help="A model of your own.")
]
PanelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--panel",
        metavar="COLUMN[,COLUMN…]",
        help="Write these columns down of every person every month; can be repeated.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Start afresh: overwrite what the folder holds.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a summary for programs.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
ReportOption = Annotated[
    bool, typer.Option("--report/--no-report", help="Draw figures and write the report.")
]
