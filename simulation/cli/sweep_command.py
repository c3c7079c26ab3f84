"""``cocreate sweep``: do an experiment, and show the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import ENGINE, FOLDER, LIMITS, OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, errors, number, safe
from simulation.cli.earlier import folder_of, once_more
from simulation.cli.execute import (
    RESULTS,
    Changed,
    Commission,
    Habits,
    Screen,
    counts_text,
    execute,
    head_data,
    run_and_seed,
    show_where,
    tail_data,
)
from simulation.cli.faults import reported
from simulation.cli.options import ExperimentArgument, LimitOption, SeriesOption
from simulation.errors import FaultList

if TYPE_CHECKING:
    from simulation.analysis.points import Ranking
    from simulation.experiment.load import Changes
    from simulation.studies.result import Result
    from simulation.studies.sweep.plan import Sweep

SHOWN = 5
MANY = 2000
"""Checking the scenarios of more points takes seconds, and says so."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep", short_help="Run every point of an experiment's design.")(
        with_options(sweep)
    )


def sweep(
    *,
    experiment: ExperimentArgument,
    changed: Annotated[Changed, SCENARIO],
    limit: LimitOption = None,
    series: SeriesOption = None,
    habits: Annotated[Habits, (*ENGINE, *LIMITS, *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Run an experiment: one run for every point of its design and every seed.

    After an interruption, the same command resumes. Failed runs are recorded with their cause.
    """
    design = {} if limit is None else {"limit": limit}
    with reported(as_json=habits.as_json):
        faults = FaultList()
        faults.attempt(habits.check)
        changes = experiment_changes(changed, faults, design, tuple(series or ()))
        study = faults.accepted(faults.attempt(understand, experiment, changes, changed.model))
        code = execute([job_of(study, habits)], habits, POINTS)
    raise typer.Exit(code)


def experiment_changes(
    changed: Changed, faults: FaultList, design: Mapping[str, Any] | None = None,
    series: tuple[str, ...] = (),
) -> Changes:  # fmt: skip
    """Return what the command line changes of an experiment; what is no setting is noted."""
    from simulation.cli.settings import read_settings
    from simulation.experiment.load import Changes

    return Changes(
        changed.replicates, changed.months, changed.seed, design or {},
        read_settings(changed.settings, faults), series,
    )  # fmt: skip


def understand(source: str, changes: Changes, model: str | None) -> Sweep:
    """Return the sweep that a file, a name or an earlier result stands for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.experiment.load import load_experiment
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.studies.sweep.plan import Sweep, from_manifest, manifest_in

    folder = folder_of(source)
    if folder is not None:
        study = once_more(
            folder, "sweep", model, lambda held: from_manifest(manifest_in(held), changes, model)
        )
        check_model(study.model)
        return study
    faults, model = FaultList(), model or DEFAULT_MODEL
    faults.attempt(check_model, model)
    experiment = faults.attempt(load_experiment, source, changes)
    return Sweep(faults.accepted(experiment), model)


def job_of(study: Sweep, habits: Habits) -> Commission:
    """Return what is to be done."""
    from simulation.studies.folders import result_folder

    if len(study.experiment.points) > MANY and not habits.quiet:
        n = f"{len(study.experiment.points):,}"
        errors().print(f"{safe(study.name)}: checking the scenarios of {n} points…")
    folder = result_folder(study, RESULTS, habits.out, force=habits.force)
    return Commission(study, folder, study.name, Best(study))


class Best:
    """The best point so far, by the mean of the first outcome over the runs that have ended."""

    def __init__(self, sweep: Sweep) -> None:
        from simulation.scenario.units import Units

        self._outcome = sweep.experiment.outcomes[0]
        self._units = Units.of(sweep.scenario)
        self._unit = ""
        self._seeds = len(sweep.experiment.seeds)
        self._sums: dict[int, tuple[float, int]] = {}
        self._best: int | None = None

    def __call__(self, event: object) -> str:
        """Take an event into account and return what there is to tell."""
        from simulation.execution import Finished
        from simulation.store.records import RunRecord, decode

        if isinstance(event, Finished) and event.done:
            record = decode(event.record)
            if isinstance(record, RunRecord):
                if self._outcome.name in record.measures:
                    self._unit = record.measures[self._outcome.name].unit
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
        from simulation.report.words import amount

        if self._best is None:
            return ""
        total, n = self._sums[self._best]
        mean = amount(*self._units.total(total / n, self._unit))
        return f"best {self._outcome.name} {mean} at point {self._best}"


def _ranking(result: Result) -> Ranking | None:
    from simulation.analysis.points import decisions, outcomes_of

    sweep = result.manifest.sweep
    outcome = outcomes_of(sweep, result.units)[0]
    return decisions(result.runs, sweep, outcome) if len(result.runs) else None


def view_of(
    command: str, show: Callable[[Result], None], data: Callable[[Result], dict[str, Any]]
) -> Screen:
    """Return what a command shows of a sweep, given what is its own."""

    def show_all(result: Result, made: list[Any]) -> None:
        _show_head(result)
        show(result)
        show_where(result, made)

    def all_data(result: Result, made: list[Any]) -> dict[str, Any]:
        sweep = result.manifest.sweep
        return {
            **head_data(command, result.manifest, result.folder),
            "question": sweep["question"],
            "points": sweep["design"]["points"],
            **tail_data(result, made),
            **data(result),
        }

    return Screen(command, show_all, all_data, culprit=run_and_seed)


def _points_data(result: Result) -> dict[str, Any]:
    ranking = _ranking(result)
    return {"best": _best_data(ranking) if ranking is not None else None}


def _best_data(ranking: Ranking) -> dict[str, Any]:
    row = ranking.best
    return {
        "outcome": ranking.outcome.name,
        "unit": ranking.outcome.unit,
        "settings": {column: row[column] for column in ranking.columns},
        **{key: row[key] for key in ("mean", "low", "high")},
        "near": ranking.n_near,
    }


def _show_head(result: Result) -> None:
    """Print what was asked, and what was done."""
    console, manifest = answers(), result.manifest
    design = manifest.sweep["design"]
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(
        f"{design['points']} points ({safe(design['kind'])}), {manifest.runs.done} runs "
        f"of {manifest.months} months{counts_text(manifest.runs)}.\n"
    )


def _show_points(result: Result) -> None:
    """Print the best points, in the units that people use."""
    tables = result.shown_tables
    ranking = tables.ranking(tables.outcomes[0]) if len(result.runs) else None
    if ranking is not None:
        console = answers()
        console.print(_table(ranking, tables.short))
        console.print(_near_text(ranking))


def _table(ranking: Ranking, short: Mapping[str, str]) -> Any:
    from simulation.report.table import Table

    unit = f", {ranking.outcome.unit}" if ranking.outcome.unit else ""
    over = (
        f" and {ranking.n_averaged} settings of what is uncertain" if ranking.n_averaged > 1 else ""
    )
    caption = (
        f"{ranking.outcome.name}: {ranking.outcome.description}{unit}. Means over seeds{over}."
    )
    names = [short[column] for column in ranking.columns]
    rows = []
    for row in ranking.table.head(SHOWN).to_dict("records"):
        interval = (
            f"{number(row['low'])} … {number(row['high'])}" if row["low"] == row["low"] else ""
        )
        cells = [_cell(row[column]) for column in ranking.columns]
        rows.append((*cells, number(row["mean"]), interval))
    heads = (*names, ranking.outcome.name, "95 % interval")
    return Table(caption, heads, tuple(rows), n_names=len(names)).terminal()


def _near_text(ranking: Ranking) -> str:
    n, total = ranking.n_near, len(ranking.table)
    if ranking.best["n"] < 2:
        return "One seed: no interval, and nothing can be distinguished from chance."
    if n == 1:
        return f"The seeds distinguish the best from all {total - 1} others (paired, 95 %)."
    return f"{n} of {total} settings are indistinguishable from the best (paired by seed, 95 %)."


def _cell(value: Any) -> str:
    return (
        number(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else str(value)
    )


POINTS = view_of("sweep", _show_points, _points_data)
