"""``cocreate explore``: which arm is better in how many futures, for whom, and what to find out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import ENGINE, FOLDER, LIMITS, OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, safe
from simulation.cli.earlier import folder_of, once_more
from simulation.cli.execute import (
    RESULTS,
    Changed,
    Commission,
    Habits,
    Screen,
    answer_lines,
    counts_text,
    execute,
    head_data,
    print_answer,
    run_and_seed,
    show_where,
    tail_data,
)
from simulation.cli.faults import reported
from simulation.cli.options import (
    ExperimentArgument,
    PosteriorOption,
    WhomOption,
    draws_of,
)
from simulation.cli.sweep_command import experiment_changes
from simulation.errors import FaultList, InputError

if TYPE_CHECKING:
    from simulation.experiment.load import Changes
    from simulation.studies.exploration.later import Search
    from simulation.studies.exploration.plan import Exploration
    from simulation.studies.exploration.result import ExplorationResult
    from simulation.studies.futures.decision import Decision

FuturesOption = Annotated[
    int | None, typer.Option("--futures", "-n", min=16, help="Number of futures to draw.")
]
RateOption = Annotated[
    float | None, typer.Option("--rate", help="Yearly discount rate (default: 0.05).")
]
LastsOption = Annotated[
    int | None,
    typer.Option("--lasts", min=1, help="Months for which the decision holds (default: 60)."),
]
BudgetOption = Annotated[
    int | None,
    typer.Option(
        "--budget",
        min=0,
        metavar="RUNS",
        help="Further runs for futures without a clear answer (default: half as many as the "
        "design has).",
    ),
]
AgainOption = Annotated[
    bool,
    typer.Option(
        "--search/--no-search",
        help="Search for reversals, and test them on fresh futures and seeds.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explore", short_help="Compare decisions in many possible futures.")(
        with_options(explore)
    )


def explore(
    *,
    experiment: ExperimentArgument,
    whose: WhomOption = None,
    rate: RateOption = None,
    lasts: LastsOption = None,
    futures: FuturesOption = None,
    budget: BudgetOption = None,
    search: AgainOption = True,
    posterior: PosteriorOption = None,
    changed: Annotated[Changed, SCENARIO],
    habits: Annotated[Habits, (*ENGINE, *LIMITS, *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Compare arms in many futures: where each is better, for whom, and what to find out first.

    After an interruption, the same command resumes; more futures or seeds reuse finished runs.
    """
    from simulation.studies.exploration.later import Search

    design = {} if futures is None else {"kind": "futures", "n": futures}
    with reported(as_json=habits.as_json):
        faults = FaultList()
        faults.attempt(habits.check)
        draws = faults.attempt(draws_of, posterior)
        changes = replace(experiment_changes(changed, faults, design), posterior=draws)
        given = {"whose": whose, "rate": rate, "lasts": lasts}
        asked = (experiment, changes, changed.model, given, Search(budget, search))
        study = faults.accepted(faults.attempt(understand, *asked))
        code = execute([job_of(study, habits)], habits, SCREEN)
    raise typer.Exit(code)


def understand(
    source: str,
    changes: Changes,
    model: str | None,
    given: Mapping[str, Any],
    search: Search,
) -> Exploration:
    """Return the exploration that a file, a name or an earlier result stands for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.experiment.load import load_experiment
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.store import read_manifest
    from simulation.studies.exploration.later import Search
    from simulation.studies.exploration.plan import exploration_of, from_result
    from simulation.studies.futures.decision import check_rate

    folder = folder_of(source)
    if folder is not None:
        kept = read_manifest(folder).sweep.get("exploration", {}).get("decision", {})
        decision = _decision({**kept, **_given(given)})
        asked = None if search == Search() else search  # as it was asked, if nothing else is
        study = once_more(
            folder, "explore", model,
            lambda held: from_result(read_manifest(held), changes, model, decision, asked),
        )  # fmt: skip
        check_model(study.model)
        return study
    faults, model = FaultList(), model or DEFAULT_MODEL
    faults.attempt(check_model, model)
    decision = _decision(_given(given))
    faults.attempt(check_rate, decision.rate)
    experiment = faults.attempt(load_experiment, source, changes)
    if experiment is not None:
        return faults.accepted(faults.attempt(exploration_of, experiment, decision, model, search))
    raise InputError(faults)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _decision(options: Mapping[str, Any]) -> Decision:
    from simulation.studies.futures.decision import Decision

    return Decision(**options)


def job_of(study: Exploration, habits: Habits) -> Commission:
    """Return what is to be done."""
    from simulation.studies.folders import result_folder

    folder = result_folder(study, RESULTS, habits.out, force=habits.force)
    return Commission(study, folder, study.name)


def _show(result: ExplorationResult, made: list[Path]) -> None:
    from simulation.studies.exploration.report_tables import regret_table, shares_table

    console, manifest, tables = answers(), result.manifest, result.tables
    futures = tables.findings["futures"]
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(
        f"{len(tables.arms) + 1} arms in {futures['used']} plausible futures of "
        f"{futures['drawn']}, {manifest.runs.done} runs of {manifest.months} months"
        f"{counts_text(manifest.runs)}.\n"
    )
    print_answer(result)
    for table in (shares_table(tables).only((0, 1, 2, 3, 5, 6)), regret_table(tables)):
        console.print()
        console.print(table.terminal())
    show_where(result, made)


def _data(result: ExplorationResult, made: list[Path]) -> dict[str, Any]:
    tables = result.tables
    return {
        **head_data("explore", result.manifest, result.folder),
        "question": tables.sweep["question"],
        "answer": answer_lines(result),
        **tables.findings,
        **tail_data(result, made),
    }


SCREEN = Screen("explore", _show, _data, culprit=run_and_seed)
