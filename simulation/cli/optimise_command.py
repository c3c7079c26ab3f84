"""``cocreate optimise``: search levers for the best, and test what was found on fresh runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import ENGINE, FOLDER, LIMITS, OUTPUT, with_options
from simulation.cli.console import answers, safe
from simulation.cli.earlier import folder_of, once_more, refuse_typed, refuse_with_earlier
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
from simulation.cli.explore_command import RateOption
from simulation.cli.faults import reported
from simulation.cli.sweep_command import experiment_changes
from simulation.errors import Fault, FaultList, InputError

if TYPE_CHECKING:
    from simulation.experiment.load import Changes
    from simulation.studies.optimisation.aim import Aim
    from simulation.studies.optimisation.plan import Optimisation
    from simulation.studies.optimisation.result import OptimisationResult

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="Scenario, experiment with levers, or a search's manifest.json."
    ),
]
WhoseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--for",
        metavar="WHOM",
        help="Whose benefit: everyone, customers, a company, partner:NAME; several give a "
        "Pareto front.",
    ),
]
LeverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lever", metavar="PATH[=LOW..HIGH]", help="Parameter to search; can be repeated."
    ),
]
CandidatesOption = Annotated[
    int | None, typer.Option("--candidates", min=8, help="Candidates to try (default: 120).")
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="METRIC[:OF]<=VALUE",
        help="A limit to keep (<= or >=), on the mean of the last 12 months, in the "
        "scenario's units; can be repeated.",
    ),
]
LossOption = Annotated[
    str | None,
    typer.Option(
        "--nobody-loses",
        metavar="1%",
        help="The most that anybody may lose: units of money a month, or a share of the base's "
        "gross value.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("optimise", short_help="Search for the best values of levers; test them.")(
        with_options(optimise)
    )


def optimise(
    *,
    context: typer.Context,
    source: SourceArgument,
    whose: WhoseOption = None,
    lever: LeverOption = None,
    candidates: CandidatesOption = None,
    keep: KeepOption = None,
    nobody_loses: LossOption = None,
    rate: RateOption = None,
    changed: Annotated[Changed, ("months", "seed", "settings")],
    habits: Annotated[Habits, (*ENGINE, *LIMITS, *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Search for the best values of levers, and test them on fresh seeds and futures.

    For a scenario, the first company's budget, education and outside-in are searched, unless levers
    are named. After an interruption, the same command resumes.
    """
    from simulation.experiment.files import names_experiment

    with reported(as_json=habits.as_json):
        refuse_with_earlier(context, source, AIM)
        if names_experiment(source):
            message = "cannot be combined with an experiment, which names its own levers."
            hint = "Write it below [levers] of the file, or start from the scenario."
            refuse_typed(context, ["lever"], message, hint)
        faults = FaultList()
        faults.attempt(habits.check)
        changes = experiment_changes(changed, faults)
        plain = aim_of(tuple(whose or ()), rate, candidates)
        aim = faults.attempt(bound, plain, keep or [], nobody_loses) or plain
        levers = read_levers(lever or [], faults)
        study = faults.attempt(understand, source, levers, changes, changed.model, aim)
        study = faults.accepted(study)
        code = execute([job_of(study, habits)], habits, SCREEN)
    raise typer.Exit(code)


AIM = ("whose", "lever", "candidates", "keep", "nobody_loses", "rate")
"""Options of which an earlier search has its own."""


def aim_of(whose: tuple[str, ...], rate: float | None, candidates: int | None) -> Aim:
    """Return what is sought."""
    from simulation.studies.futures.decision import YEARLY_RATE
    from simulation.studies.optimisation.aim import Aim
    from simulation.studies.optimisation.search import RUNGS, Rung

    rungs: tuple[Rung, ...] = RUNGS
    if candidates is not None:
        numbers = (candidates, max(candidates // 4, 2), max(candidates // 12, 1))
        rungs = tuple(Rung(n, rung.pairs) for n, rung in zip(numbers, RUNGS, strict=True))
    return Aim(whose or ("everyone",), YEARLY_RATE if rate is None else rate, rungs)


def bound(aim: Aim, keep: list[str], loss: str | None) -> Aim:
    """Return the aim with what has to be kept.

    Raises:
        InputError: with every limit that cannot be read.
    """
    from simulation.studies.optimisation.aim import check_loss, limits_of

    faults = FaultList()
    limits = faults.attempt(limits_of, keep)
    loss = faults.attempt(check_loss, loss)
    return replace(aim, limits=faults.accepted(limits), loss=loss)


def read_levers(texts: list[str], faults: FaultList) -> dict[str, Any]:
    """Return levers with their ranges; those that cannot be read are noted."""
    result: dict[str, Any] = {}
    for text in texts:
        path, given, ends = text.partition("=")
        low, dots, high = ends.partition("..")
        try:
            result[path] = {"range": [float(low), float(high)]} if given else {}
        except ValueError:
            dots = ""
        if given and not dots:
            hint = "Write --lever companies.focal.price=0.2..0.5."
            faults.append(Fault("is no range.", key=f"--lever {text}", hint=hint))
    return result


def understand(
    source: str, levers: Mapping[str, Any], changes: Changes, model: str | None, aim: Aim
) -> Optimisation:
    """Return the search that a scenario, an experiment or an earlier result stands for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.experiment.files import names_experiment
    from simulation.experiment.load import load_experiment
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.store import read_manifest
    from simulation.studies.decider import decider
    from simulation.studies.futures.decision import check_rate
    from simulation.studies.optimisation.plan import from_result, optimisation_of
    from simulation.studies.optimisation.usual import experiment_of
    from simulation.studies.right_part import right_part_of

    folder = folder_of(source)
    if folder is not None:
        study = once_more(
            folder, "optimise", model, lambda held: from_result(read_manifest(held), changes, model)
        )
        check_model(study.model)
        return study
    faults, model = FaultList(), model or DEFAULT_MODEL
    faults.attempt(check_model, model)
    faults.attempt(check_rate, aim.rate)
    experiment = (
        faults.attempt(load_experiment, source, changes)
        if names_experiment(source)
        else faults.attempt(experiment_of, source, levers, changes)
    )
    if experiment is not None:
        return faults.accepted(faults.attempt(optimisation_of, experiment, aim, model))
    names = None if names_experiment(source) else right_part_of(source, changes.settings)
    if names is not None:
        for whom in aim.whose:
            faults.attempt(decider, whom, names)
    raise InputError(faults)


def job_of(study: Optimisation, habits: Habits) -> Commission:
    """Return what is to be done."""
    from simulation.studies.folders import result_folder

    folder = result_folder(study, RESULTS, habits.out, force=habits.force)
    return Commission(study, folder, study.name)


def _show(result: OptimisationResult, made: list[Path]) -> None:
    from simulation.studies.optimisation.report import tested_table

    console, manifest, tables = answers(), result.manifest, result.tables
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(
        f"{tables.findings['searched']} candidates, {len(tables.tested)} of them tested, "
        f"{manifest.runs.done} runs of {manifest.months} months{counts_text(manifest.runs)}.\n"
    )
    print_answer(result)
    console.print()
    last = len(tested_table(tables).columns) - 1
    console.print(tested_table(tables).only([0, *range(2, last + 1)]).terminal())
    show_where(result, made)


def _data(result: OptimisationResult, made: list[Path]) -> dict[str, Any]:
    return {
        **head_data("optimise", result.manifest, result.folder),
        "question": result.tables.sweep["question"],
        "answer": answer_lines(result),
        **result.tables.findings,
        **tail_data(result, made),
    }


SCREEN = Screen("optimise", _show, _data, culprit=run_and_seed)
