"""``cocreate run``: simulate scenarios, and show the results."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import FOLDER, OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, number, safe
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
    print_answer,
    show_where,
    tail_data,
    units_data,
)
from simulation.cli.faults import fault_text, reported
from simulation.cli.options import PanelOption, PosteriorOption, WhomOption, draws_of
from simulation.errors import Fault, FaultList

if TYPE_CHECKING:
    from simulation.studies.result import Result
    from simulation.studies.run.plan import Replicates


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", short_help="Simulate scenarios; write tables and a report.")(
        with_options(run)
    )


def run(
    *,
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO", help="Scenario files or names, or a result's manifest.json."
        ),
    ],
    changed: Annotated[Changed, (*SCENARIO, "later")],
    habits: Annotated[Habits, ("workers", *FOLDER, *OUTPUT, "shard")],
    panel: PanelOption = None,
    posterior: PosteriorOption = None,
    for_whom: WhomOption = None,
) -> None:
    """Simulate scenarios: a table of outcomes, figures and a report of each.

    Finished runs are reused. After an interruption, the same command resumes.
    """
    with reported(as_json=habits.as_json):
        jobs = understand(scenarios, changed, _names(panel), habits, (posterior, for_whom))
        code = execute(jobs, habits, VIEW)
    raise typer.Exit(code)


# --- understanding ---------------------------------------------------------------------------


def understand(
    sources: list[str],
    changed: Changed,
    panel: tuple[str, ...],
    habits: Habits,
    taken: tuple[Path | None, str | None] = (None, None),
) -> list[Commission]:
    """Return the runs asked for and their folders.

    Args:
        sources: scenarios or earlier results.
        changed: what the command line changes of them.
        panel: columns of people that are written down.
        habits: where results go.
        taken: the posterior that runs take draws of, and whose benefit counts.

    Raises:
        InputError: with all that is wrong in any of them.
    """
    from simulation.scenario.suggest import file_names
    from simulation.studies.folders import result_folder
    from simulation.world.panel import name_faults

    studies: list[Replicates] = []
    jobs: list[Commission] = []
    faults = FaultList(name_faults(panel))
    panel = tuple(name for name in panel if not name_faults([name]))
    faults.attempt(habits.check)
    faults.attempt(draws_of, taken[0])
    settings = changed.of_scenario(faults=faults)
    for source in sources:
        study = faults.attempt(_replicates, source, changed, panel, quiet=habits.quiet)
        if study is not None:
            drawn = faults.attempt(with_draws, study, taken[0], settings) or study
            studies.append(faults.attempt(for_someone, drawn, taken[1]) or drawn)
        elif folder_of(source) is None:
            _note_names(source, settings, panel, taken[1], faults)
    within = file_names(study.name for study in studies)  # a result's manifest may say any name
    for study in studies:
        out = habits.out
        if out is not None and len(sources) > 1:
            out = out / within[study.name]
        place = faults.attempt(result_folder, study, RESULTS, out, force=habits.force)
        jobs += [] if place is None else [Commission(study, place, study.name)]
    folders = [job.folder for job in jobs]
    faults += [
        Fault("would hold two results.", file=folder, hint="Name each scenario once.")
        for folder in dict.fromkeys(folders)
        if folders.count(folder) > 1
    ]
    faults.refuse()
    return jobs


def _names(panel: list[str] | None) -> tuple[str, ...]:
    """Return the names of columns, whether commas or options stand between them."""
    words = [word.strip() for text in panel or () for word in text.split(",")]
    return tuple(dict.fromkeys(words))


def _replicates(
    source: str, changed: Changed, panel: tuple[str, ...], *, quiet: bool
) -> Replicates:
    """Return the runs that a scenario, or an earlier result, stands for."""
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.studies.run.plan import Replicates, stored
    from simulation.studies.seeds import seeds_of

    faults = FaultList()
    folder = folder_of(source)
    arguments = shlex.join([source, *changed.words()])
    changes = changed.of_scenario(faults=faults)
    if folder is not None:
        faults.refuse()
        held = once_more(folder, "run", changed.model, stored)
        scenario = changed.then(held.scenario.replace(changes))
        anew = changed.seed is not None or changed.replicates is not None
        study = replace(
            held,
            scenario=scenario,
            seeds=seeds_of(scenario) if anew else held.seeds,
            model=changed.model or held.model,
            arguments=arguments,
            columns=panel or held.columns,
        )
    else:
        from simulation.cli.settings import read_settings
        from simulation.scenario.files import find_scenario
        from simulation.scenario.load import examine

        model = changed.model or DEFAULT_MODEL
        faults.attempt(check_model, model)
        examined = faults.attempt(examine, source, changes)
        later = read_settings(changed.later, faults)
        then = None if examined is None else faults.attempt(examined.scenario.then, later)
        scenario = faults.accepted(then)
        for odd in examined.warnings if examined is not None and not quiet else ():
            typer.echo(f"warning: {fault_text(odd)}", err=True)
        name = find_scenario(source).stem
        study = Replicates(name, scenario, seeds_of(scenario), model, arguments, panel)
        return replace(study, columns=tuple(column.name for column in study.panel))
    check_model(study.model)
    return replace(study, columns=tuple(column.name for column in study.panel))


def _note_names(
    source: str, settings: Mapping[str, Any], panel: tuple[str, ...], whom: str | None,
    faults: FaultList,
) -> None:  # fmt: skip
    """Note names that stand for nothing in what is right of a scenario that is refused."""
    from simulation.studies.decider import decider
    from simulation.studies.right_part import right_part_of
    from simulation.world.panel import panel_columns

    rest = right_part_of(source, settings)
    if rest is not None:
        faults.attempt(panel_columns, panel, rest)
        if whom is not None:
            faults.attempt(decider, whom, rest)


def with_draws(
    study: Replicates, posterior: Path | None, settings: Mapping[str, Any]
) -> Replicates:
    """Return replicates each of which takes a draw of a posterior, where one is given.

    Args:
        study: the replicates; those of an earlier result may have draws already.
        posterior: a file or folder.
        settings: what the command line sets.

    Raises:
        InputError: the file is none, has too few draws, its parameters are not the scenario's, or
            are set as well.
    """
    from simulation.experiment.posterior import read_posterior

    draws = study.draws if posterior is None else read_posterior(posterior)
    if draws is not None:
        draws.check(len(study.seeds), [study.scenario], settings)
    return replace(study, draws=draws)


def for_someone(study: Replicates, whom: str | None) -> Replicates:
    """Return replicates whose report is for somebody, where one is named.

    Raises:
        InputError: nobody is called so.
    """
    from simulation.studies.decider import decider

    return study if whom is None else replace(study, for_whom=decider(whom, study.scenario))


# --- showing ---------------------------------------------------------------------------------


def _data(result: Result, made: list[Path]) -> dict[str, Any]:
    return {
        **head_data("run", result.manifest, result.folder),
        **units_data(result),
        "outcomes": _outcomes(result),
        **tail_data(result, made),
    }


def _outcomes(result: Result) -> dict[str, dict[str, Any]]:
    from simulation.analysis.interval import estimate
    from simulation.studies.result import KEYS

    units = result.units
    values: dict[str, dict[str, Any]] = {}
    for name in [name for name in result.runs.columns if name not in KEYS]:
        value = estimate(result.runs[name], units.get(name, ""))
        values[name] = {
            "mean": value.mean,
            "low": value.low,
            "high": value.high,
            "unit": value.unit,
        }
    return values


def _show(result: Result, made: list[Path]) -> None:
    """Print the answer, the table of outcomes, where all is, and how to make it again."""
    from simulation.report.words import count
    from simulation.store.manifest import PANEL
    from simulation.studies.run.decision import decision_lines

    console, manifest = answers(), result.manifest
    counts = manifest.runs
    console.print(f"\n[bold]{safe(manifest.title or manifest.scenario_name)}[/bold]")
    size = f"{count(counts.done, 'run')} of {count(manifest.months, 'month')}"
    console.print(f"{size}{counts_text(counts)}.\n")
    if manifest.posterior:
        console.print(safe(f"Each run takes a draw of {manifest.posterior['file']}.\n"))
    if counts.done:
        print_answer(result)
        for text in decision_lines(result.tables):
            console.print(safe(text))
        console.print()
        console.print(_table(result))
    tables = [result.folder / PANEL] if manifest.panel and counts.done else []
    show_where(result, [*tables, *made])


def _table(result: Result) -> Any:

    from simulation.analysis.outcome_table import outcome_table
    from simulation.analysis.summary import recent
    from simulation.report.shown import units_note
    from simulation.report.table import Table
    from simulation.report.words import label

    rows, before = [], ""
    outcomes: Iterable[Any] = outcome_table(result.tables.series).itertuples(index=False)
    for row in outcomes:
        outcome = str(row.outcome)
        interval = "" if isnan(row.low) else f"{number(row.low)} … {number(row.high)}"
        name = outcome if outcome != before else ""
        of = label(str(row.of)) if row.of else ""
        rows.append((name, of, number(row.mean), interval, str(row.unit)))
        before = outcome
    title = f"Means of the {recent(result.tables.series)}, with 95 % intervals over runs. "
    title = (title + units_note(result.shown_in)).strip()
    heads = ("outcome", "of", "mean", "95 % interval", "unit")
    return Table(title, heads, tuple(rows), n_names=2).terminal(words=("unit",))


VIEW = Screen("run", _show, _data)
