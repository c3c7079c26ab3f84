"""``cocreate sweep``: do an experiment, and show what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from simulation.cli.console import answers, command_line, errors, number, safe
from simulation.cli.faults import fail
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import (
    ForceOption,
    JsonOption,
    ModelOption,
    MonthsOption,
    OutOption,
    QuietOption,
    ReplicatesOption,
    ReportOption,
    SeedOption,
    SetOption,
    WorkersOption,
)
from simulation.errors import CocreateError, Fault, InputError

if TYPE_CHECKING:
    from simulation.analysis.points import Ranking
    from simulation.execution import Executor
    from simulation.store import RunStore
    from simulation.studies.run.plan import Watch
    from simulation.studies.run.result import Result
    from simulation.studies.sweep.plan import Sweep

RESULTS = Path("results")
SHOWN = 5
MANY = 2000
"""Checking the scenarios of more points takes seconds, which has to be told."""
MEGABYTE = 1 << 20


class Engine(StrEnum):
    """What does the runs."""

    PROCESSES = "processes"
    DASK = "dask"


ExperimentArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT", help="Experiment file or name, or a sweep's manifest.json."
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Thin the design to about so many points.")
]
SeriesOption = Annotated[
    list[str] | None,
    typer.Option("--series", metavar="METRIC[:OF]", help="Keep these months too; repeatable."),
]
EngineOption = Annotated[Engine, typer.Option("--engine", help="What does the runs.")]
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


@dataclass(frozen=True)
class Given:
    """What the command line says of the experiment itself."""

    replicates: int | None
    months: int | None
    seed: int | None
    settings: tuple[str, ...]
    series: tuple[str, ...]
    model: str | None


@dataclass(frozen=True)
class Means:
    """What the runs are done with."""

    engine: Engine
    scheduler: str | None
    workers: int | None
    seconds: float | None
    megabytes: int | None


@dataclass(frozen=True)
class Habits:
    """Where a result goes, and how much is said."""

    out: Path | None
    force: bool
    as_json: bool
    quiet: bool
    report: bool


@dataclass(frozen=True)
class View:
    """What a command shows of a result: for people, and for programs."""

    command: str
    show: Callable[[Result], None]
    data: Callable[[Result], dict[str, Any]]
    check: Callable[[Sweep], None] = lambda _: None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(sweep)


def sweep(
    *,
    experiment: ExperimentArgument,
    replicates: ReplicatesOption = None,
    months: MonthsOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    limit: LimitOption = None,
    series: SeriesOption = None,
    engine: EngineOption = Engine.PROCESSES,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    time_limit: TimeLimitOption = None,
    memory_limit: MemoryLimitOption = None,
    out: OutOption = None,
    model: ModelOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    report: ReportOption = True,
) -> None:
    """Do an experiment: a run for every point of its design and every seed.

    Stop it any way you like: the same command goes on. Runs that fail are kept with their cause.
    """
    means = Means(engine, scheduler, workers, time_limit, memory_limit)
    habits = Habits(out, force, as_json, quiet, report)
    given = Given(replicates, months, seed, tuple(settings or ()), tuple(series or ()), model)
    design = {} if limit is None else {"limit": limit}
    perform(experiment, given, design, means=means, habits=habits, view=POINTS)


def perform(
    source: str, given: Given, design: Mapping[str, Any], *, means: Means, habits: Habits,
    view: View,
) -> NoReturn:  # fmt: skip
    """Do a sweep, show it, and leave the program with its exit code."""
    try:
        found = understand(source, given, design)
        view.check(found)
        with stoppable():
            code = carry_out(found, means, habits, view=view)
    except CocreateError as error:
        fail(error, as_json=habits.as_json)
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=habits.as_json)
    raise typer.Exit(code)


def understand(source: str, given: Given, design: Mapping[str, Any]) -> Sweep:
    """Return the sweep that a file, a name or an earlier result stands for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.experiment.load import Changes, load_experiment
    from simulation.scenario.load import parse_settings
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.store import read_manifest
    from simulation.studies.sweep.plan import Sweep, from_manifest

    changes = Changes(
        given.replicates, given.months, given.seed, design, parse_settings(given.settings),
        given.series,
    )  # fmt: skip
    path = Path(source)
    if path.name == "manifest.json" or (path / "manifest.json").is_file():
        manifest = read_manifest(path if path.is_dir() else path.parent)
        found = from_manifest(manifest, changes, given.model)
    else:
        found = Sweep(load_experiment(source, changes), given.model or DEFAULT_MODEL)
    check_model(found.model)
    return found


def carry_out(found: Sweep, means: Means, habits: Habits, *, view: View) -> int:
    """Do all runs, show the result, and return the exit code."""
    if len(found.experiment.points) > MANY and not habits.quiet:
        n = f"{len(found.experiment.points):,}"
        errors().print(f"{safe(found.name)}: checking the scenarios of {n} points…")
    folder = _folder(found, habits)
    try:
        result = _conduct(found, folder, means, habits)
        made = _report(result, habits)
    except KeyboardInterrupt:
        _tell_interrupt(found, folder, view.command if habits.as_json else None)
        return INTERRUPTED
    if habits.as_json:
        _print_json({**_summary(result, made, view.command), **view.data(result)})
    elif not habits.quiet:
        _show_head(result)
        view.show(result)
        _show_end(result, made)
    if result.manifest.runs.failed:
        _tell_failures(result)
    return 1 if result.manifest.runs.failed else 0


def _folder(found: Sweep, habits: Habits) -> Path:
    """Return where the result goes, or raise with why it cannot go there."""
    from simulation.store.folder import check_folder
    from simulation.studies.sweep.plan import check_kept, result_folder

    if habits.out is None:
        return result_folder(RESULTS, found, force=habits.force)
    check_folder(habits.out, found.identity, force=habits.force)
    if not habits.force:
        check_kept(habits.out, found)
    return habits.out


def _conduct(found: Sweep, folder: Path, means: Means, habits: Habits) -> Result:
    from simulation.store import RunStore
    from simulation.studies.run.result import Result
    from simulation.studies.sweep.plan import conduct

    new = not folder.exists()
    with RunStore.open(folder, found.identity, force=habits.force) as store:
        missing = sum(not store.has(plan) for plan in found.planned)
        try:
            conduct(
                found, store, _executor(found, means, missing), watch=_watch(found, habits),
                command_line=command_line(),
            )  # fmt: skip
        except InputError:
            _leave(store, new=new)
            raise
    return Result.open(folder)


def _leave(store: RunStore, *, new: bool) -> None:
    """Take a folder away again in which nothing was run because the input is wrong."""
    if new and store.size == 0:
        store.clear()
        (store.folder / "journal.bin").unlink(missing_ok=True)
        store.folder.rmdir()


def _executor(found: Sweep, means: Means, missing: int) -> Executor:
    from simulation.execution import Limits
    from simulation.studies.run.result import executor

    _check(means)
    limits = Limits(means.seconds, means.megabytes and means.megabytes * MEGABYTE)
    if means.engine is Engine.PROCESSES:
        return executor(means.workers, missing, found.model, limits)
    from simulation.execution.dask import Dask
    from simulation.simulate import model_version

    return Dask(
        means.workers,
        limits=limits,
        model=found.model,
        address=means.scheduler,
        version=model_version(found.model),
    )


def _check(means: Means) -> None:
    """Refuse means that do not go together.

    Raises:
        InputError: with all of them.
    """
    faults = []
    if means.engine is Engine.PROCESSES and means.scheduler is not None:
        faults.append(Fault("belongs to Dask.", key="--scheduler", hint="Add --engine dask."))
    if means.workers == 0:
        needs = "needs worker processes."
        limits = {"--time-limit": means.seconds, "--memory-limit": means.megabytes}
        faults += [
            Fault(needs, key=key, hint="Drop --workers 0.")
            for key, limit in limits.items()
            if limit is not None
        ]
        if means.engine is Engine.DASK:
            faults.append(Fault(needs, key="--engine dask", hint="Drop --workers 0."))
    if faults:
        raise InputError(faults)


def _watch(found: Sweep, habits: Habits) -> Watch:
    from simulation.cli.progress import Bar, Lines, Silence

    if habits.quiet:
        return Silence()
    console = errors()
    best = Best(found)
    title = found.name
    return Bar(console, title, best) if console.is_terminal else Lines(console, title, best)


class Best:
    """The best point so far, by the mean of the first outcome over the runs that have ended."""

    def __init__(self, found: Sweep) -> None:
        self._outcome = found.experiment.outcomes[0]
        self._seeds = len(found.experiment.seeds)
        self._sums: dict[int, tuple[float, int]] = {}
        self._best: int | None = None

    def __call__(self, event: object) -> str:
        """Take an event into account and return what there is to tell."""
        from simulation.execution import Finished
        from simulation.store.records import RunRecord, decode

        if isinstance(event, Finished) and event.done:
            record = decode(event.record)
            if isinstance(record, RunRecord):
                self._add(event.run // self._seeds, record.outcomes[self._outcome.name])
        return str(self)

    def _add(self, point: int, value: float) -> None:
        if value != value:
            return
        total, n = self._sums.get(point, (0.0, 0))
        self._sums[point] = (total + value, n + 1)
        if point == self._best:
            self._best = max(self._sums, key=self._wanted)
        elif self._best is None or self._wanted(point) > self._wanted(self._best):
            self._best = point

    def _wanted(self, point: int) -> float:
        total, n = self._sums[point]
        return total / n if self._outcome.better.value == "high" else -total / n

    def __str__(self) -> str:
        if self._best is None:
            return ""
        total, n = self._sums[self._best]
        return f"best {self._outcome.name} {number(total / n)} at point {self._best}"


def _report(result: Result, habits: Habits) -> list[Path]:
    """Write figures and report, and return their paths."""
    if not habits.report or result.manifest.runs.done == 0:
        return []
    from simulation.cli.result_commands import make_report

    if not habits.quiet:
        name = safe(result.manifest.sweep["name"])
        errors().print(f"{name}: drawing figures and writing the report…")
    return make_report(result.folder)


def _ranking(result: Result) -> Ranking | None:
    from simulation.analysis.points import decisions, outcomes_of

    told = result.manifest.sweep
    outcome = outcomes_of(told, result.units)[0]
    return decisions(result.runs, told, outcome) if len(result.runs) else None


def _summary(result: Result, made: list[Path], command: str) -> dict[str, Any]:
    """Return what programs are told of any sweep."""
    manifest = result.manifest
    failures = result.failures[["run", "seed", "error", "remake"]].to_dict("records")
    return {
        "command": command,
        "result": str(result.folder),
        "runs": asdict(manifest.runs),
        "elapsed_s": manifest.elapsed_s,
        "question": manifest.sweep["question"],
        "points": manifest.sweep["design"]["points"],
        "report": [str(path) for path in made],
        "failures": failures,
    }


def _points_data(result: Result) -> dict[str, Any]:
    found = _ranking(result)
    return {"best": _best_data(found) if found is not None else None}


def _best_data(found: Ranking) -> dict[str, Any]:
    row = {key: _plain(value) for key, value in found.best.items()}
    return {
        "outcome": found.outcome.name,
        "unit": found.outcome.unit,
        "settings": {column: row[column] for column in found.columns},
        **{key: row[key] for key in ("mean", "low", "high")},
        "near": found.n_near,
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: no numpy, nothing for not a number."""
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain else plain


def _print_json(told: Any) -> None:
    import json

    typer.echo(json.dumps(told, indent=2, allow_nan=False))


def _show_head(result: Result) -> None:
    """Print what was asked, and what was done."""
    console = answers()
    manifest = result.manifest
    counts, told = manifest.runs, manifest.sweep
    again = f", {counts.reused} of them reused" if counts.reused else ""
    failed = f", {counts.failed} failed" if counts.failed else ""
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(
        f"{told['design']['points']} points ({safe(told['design']['kind'])}), {counts.done} runs "
        f"of {manifest.months} months{again}{failed}.\n"
    )


def show_points(result: Result) -> None:
    """Print the best points."""
    found = _ranking(result)
    if found is not None:
        console = answers()
        console.print(_table(found))
        console.print(_near_text(found))


POINTS = View("sweep", show_points, _points_data)


def _show_end(result: Result, made: list[Path]) -> None:
    """Print where everything is, and how to make it again."""
    console = answers()
    console.print(f"\nResult  {safe(result.folder)}", soft_wrap=True)
    for path in made:
        console.print(f"        {safe(path)}", soft_wrap=True)
    console.print(f"Again   {safe(result.manifest.remake)}", soft_wrap=True)


def _table(found: Ranking) -> Any:
    from rich.table import Table

    from simulation.analysis.points import short_names

    unit = f", {found.outcome.unit}" if found.outcome.unit else ""
    over = f" and {found.n_averaged} settings of what is uncertain" if found.n_averaged > 1 else ""
    caption = f"{found.outcome.name}: {found.outcome.told}{unit}. Means over seeds{over}."
    table = Table(caption=safe(caption), caption_justify="left", box=None, pad_edge=False)
    for name in short_names(found.columns).values():
        table.add_column(safe(name), overflow="fold")
    for name in (found.outcome.name, "95 % interval"):
        table.add_column(safe(name), justify="right", no_wrap=True)
    for row in found.table.head(SHOWN).to_dict("records"):
        interval = (
            f"{number(row['low'])} … {number(row['high'])}" if row["low"] == row["low"] else ""
        )
        cells = [_cell(row[column]) for column in found.columns]
        table.add_row(*map(safe, cells), number(row["mean"]), interval)
    return table


def _near_text(found: Ranking) -> str:
    n, total = found.n_near, len(found.table)
    if found.best["n"] < 2:
        return "One seed: no interval, and no telling from chance."
    if n == 1:
        return f"The seeds tell the best from all {total - 1} others (paired, 95 %)."
    return f"{n} of {total} settings cannot be told from the best (paired by seed, 95 %)."


def _cell(value: Any) -> str:
    return (
        number(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else str(value)
    )


def _tell_failures(result: Result) -> None:
    console = errors()
    failures = result.failures
    console.print(f"{len(failures)} runs failed (see failures.parquet), the first of them:")
    first = failures.iloc[0]
    console.print(
        f"  run {first['run']}, seed {first['seed']}: {safe(first['error'])}", soft_wrap=True
    )
    console.print(f"  see it again: {safe(first['remake'])}", soft_wrap=True)


def _tell_interrupt(found: Sweep, folder: Path, command: str | None) -> None:
    """Tell what is kept; programs are told as well if ``command`` is given."""
    from simulation.store import RunStore

    kept, total = 0, len(found.planned)
    if folder.exists():
        with RunStore.open(folder, found.identity) as store:
            kept = sum(store.has(plan) for plan in found.planned)
    console = errors()
    console.print(f"Stopped. {kept} of {total} runs are kept in {safe(folder)}.", soft_wrap=True)
    console.print(f"Go on with the same command: {safe(command_line())}", soft_wrap=True)
    if command is not None:
        counts = {"done": kept, "failed": 0, "reused": 0}
        _print_json({"command": command, "result": str(folder), "runs": counts,
                     "interrupted": True})  # fmt: skip
