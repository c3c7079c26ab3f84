"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.paths import from_home

if TYPE_CHECKING:
    from simulation.experiment.posterior import ParameterDraws


def path(text: str) -> Path:
    """Return a path as it was typed: shells leave ``~`` alone in ``--out=~/results``."""
    return from_home(text)


def folder(text: str) -> Path:
    """Return the folder of a result, which may be named by its manifest or report too."""
    typed = path(text)
    return typed.parent if typed.name in ("manifest.json", "report.html") else typed


class Engine(StrEnum):
    """How runs are executed."""

    PROCESSES = "processes"
    DASK = "dask"


ResultArgument = Annotated[
    Path,
    typer.Argument(metavar="RESULT", help="Result folder of any command.", parser=folder),
]
ReplicatesOption = Annotated[
    int | None,
    typer.Option(
        "--replicates",
        "-r",
        min=1,
        help="Number of runs, each with its own seed (default: the file's, else 20).",
    ),
]
MonthsOption = Annotated[
    int | None,
    typer.Option(
        "--months", "-m", min=1, help="Months to simulate (default: the file's, else 120)."
    ),
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", min=0, help="Seed of the first run; the others follow.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter; can be repeated."),
]
ThenOption = Annotated[
    list[str] | None,
    typer.Option(
        "--then",
        metavar="KEY=VALUE",
        help="Change a parameter from month 1 on; can be repeated.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", "-w", min=0, help="Processes (default: all cores; 0: in this one)."),
]
ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Scenario file or name.", show_default=False)
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Result folder (default: results/…).", parser=path),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="MODULE:CLASS", help="Your own model class.")
]
PosteriorOption = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        help="Posterior of a calibration (file or folder): each seed, pair or future takes "
        "one draw.",
        parser=folder,
    ),
]
PanelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--panel",
        metavar="COLUMN[,COLUMN…]",
        help="Record these columns for every person in every month; can be repeated.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Start afresh: overwrite what is there.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a machine-readable summary.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
ReportOption = Annotated[
    bool, typer.Option("--report/--no-report", help="Draw figures and write the report.")
]
ExperimentArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT", help="Experiment file or name, or a result's manifest.json."
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Thin the design to about this many points.")
]
SeriesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--series",
        metavar="METRIC[:OF]",
        help="Keep monthly values of this metric; can be repeated.",
    ),
]
ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Do part I of N only; auto/N in an array job. Join: cocreate merge.",
    ),
]
EngineOption = Annotated[Engine, typer.Option("--engine", help="How runs are executed.")]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler: tcp://host:8786."),
]
TimeLimitOption = Annotated[
    float | None, typer.Option("--time-limit", min=0.1, help="Seconds that a run may take.")
]
MemoryLimitOption = Annotated[
    int | None, typer.Option("--memory-limit", min=1, help="Megabytes that a run may use.")
]


def draws_of(posterior: Path | None) -> ParameterDraws | None:
    """Return the draws of a posterior file, where one is given.

    Raises:
        InputError: it is none.
    """
    from simulation.experiment.posterior import read_posterior

    return None if posterior is None else read_posterior(posterior)


WhomOption = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="WHOM",
        help="Whose benefit decides: everyone, customers, a company, partner:NAME.",
    ),
]
