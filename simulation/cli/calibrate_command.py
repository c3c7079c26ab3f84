"""``cocreate calibrate``: ranges of parameters from a company's own monthly series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli import options
from simulation.cli.blocks import ENGINE, FOLDER, OUTPUT, with_options
from simulation.cli.console import answers, safe
from simulation.cli.earlier import folder_of, once_more, refuse_with_earlier
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
    run_and_seed,
    show_where,
    tail_data,
)
from simulation.cli.faults import reported
from simulation.cli.options import ScenarioArgument
from simulation.errors import Fault, FaultList, InputError

if TYPE_CHECKING:
    from simulation.studies.calibration.plan import Calibration, Effort
    from simulation.studies.calibration.result import CalibrationResult

MonthlyDataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        "-d",
        help="Monthly series, as `cocreate observe` writes them.",
        parser=options.path,
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--map", help="TOML file that says which column is which metric.", parser=options.path
    ),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        "-p",
        metavar="PATH[=LOW..HIGH]",
        help="A parameter to calibrate; can be repeated (default: journey.problem_rate, "
        "reach.most, reach.fade, talk.propensity, journey.churn_attitude, "
        "encounter.self_service).",
    ),
]
DataOfOption = Annotated[
    str | None,
    typer.Option("--company", help="Company that the data describe (default: the first)."),
]
HoldOutOption = Annotated[
    int,
    typer.Option("--hold-out", min=0, help="Number of final months to hold out and predict."),
]
FirstWaveOption = Annotated[
    int, typer.Option("--runs", min=48, help="Number of runs in the first wave.")
]
SecondWaveOption = Annotated[
    int, typer.Option("--more", min=0, help="Number of runs in the second wave.")
]
DrawsOption = Annotated[
    int, typer.Option("--draws", min=8, help="Number of posterior draws to run.")
]
StartOption = Annotated[
    bool,
    typer.Option(
        "--start",
        help="Start the market from the first observed month: customers, tenure, awareness, …",
    ),
]
ChangedOption = Annotated[
    str,
    typer.Option(
        "--changed",
        metavar="PATH=VALUE",
        help="Also test the ranges on a model in which this assumption is changed (default: "
        "one, moved to the end of its range).",
    ),
]
TruthsOption = Annotated[
    int, typer.Option("--truths", min=0, help="Number of tests on the changed model.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate", short_help="Find parameter ranges that agree with data.")(
        with_options(calibrate)
    )


def calibrate(
    *,
    context: typer.Context,
    scenario: ScenarioArgument,
    data: MonthlyDataOption = None,
    mapping: MappingOption = None,
    unknown: ParameterOption = None,
    company: DataOfOption = None,
    hold_out: HoldOutOption = 0,
    runs: FirstWaveOption = 1024,
    more: SecondWaveOption = 256,
    draws: DrawsOption = 64,
    start: StartOption = False,
    wrong: ChangedOption = "",
    truths: TruthsOption = 64,
    changed: Annotated[Changed, ("seed", "settings")],
    habits: Annotated[Habits, (*ENGINE, *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Find the ranges of parameters that agree with observed months, and test the method itself.

    The posterior file is for --posterior of `run`, `compare`, `explore`, `ask` and `dashboard`.
    After an interruption the same command resumes; more runs reuse finished ones.
    """
    with reported(as_json=habits.as_json):
        from simulation.studies.calibration.plan import Effort

        refuse_with_earlier(context, scenario, ASKED)
        seed = 1 if changed.seed is None else changed.seed
        effort = Effort(runs, more, draws, hold_out, seed, truths)
        asked = (tuple(unknown or ()), company, effort, start, wrong)
        faults = FaultList()
        faults.attempt(habits.check)
        study = faults.attempt(understand, scenario, data, mapping, changed, asked)
        study = faults.accepted(study)
        code = execute([job_of(study, habits)], habits, SCREEN)
    raise typer.Exit(code)


ASKED = ("data", "mapping", "unknown", "company", "hold_out", "runs", "more", "draws", "start",
         "wrong", "truths", "seed", "settings")  # fmt: skip
"""Options of which an earlier result has its own."""

CalibrationWords = tuple[tuple[str, ...], str | None, "Effort", bool, str]
"""Parameters, company, numbers of runs, whether the first month states the start, what changes."""


def understand(
    source: str, data: Path | None, mapping: Path | None, changed: Changed, asked: CalibrationWords
) -> Calibration:
    """Return the calibration that the command line asks for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.studies.calibration.asked import calibration_of, company_of, observed_of
    from simulation.studies.calibration.plan import stored
    from simulation.studies.calibration.unknowns import check_paths, unknowns_of
    from simulation.studies.right_part import right_part_of

    folder = folder_of(source)
    if folder is not None:
        return once_more(folder, "calibrate", changed.model, stored)
    faults, model = FaultList(), changed.model or DEFAULT_MODEL
    if data is None:
        hint = "Write --data FILE; cocreate observe makes one of a log."
        faults.append(Fault("is needed: what was observed.", key="--data", hint=hint))
    faults.attempt(check_model, model)
    settings = changed.of_scenario(faults=faults)
    scenario = faults.attempt(load_scenario, source, settings)
    stated, company, effort, start, wrong = asked
    if scenario is not None and data is not None and not faults:
        return calibration_of(
            find_scenario(source).stem, scenario, data, stated, mapping=mapping, company=company,
            effort=effort, start=start, changed=wrong, model=model,
        )  # fmt: skip
    if scenario is None:
        faults.attempt(check_paths, stated)
    else:
        faults.attempt(unknowns_of, scenario, stated)
    names = scenario or right_part_of(source, settings)
    if names is not None and data is not None and model == DEFAULT_MODEL:
        faults.attempt(observed_of, names, data, mapping, company)
    elif names is not None:
        faults.attempt(company_of, company, names)
    raise InputError(faults)


def job_of(study: Calibration, habits: Habits) -> Commission:
    """Return what is to be done."""
    from simulation.studies.folders import result_folder

    folder = result_folder(study, RESULTS, habits.out, force=habits.force)
    return Commission(study, folder, f"calibrating {study.name}")


def _show(result: CalibrationResult, made: list[Path]) -> None:
    from simulation.studies.calibration.answer import trust_text
    from simulation.studies.calibration.report import parameter_table

    console, manifest = answers(), result.manifest
    console.print(f"\n[bold]{safe(manifest.title)}[/bold]")
    console.print(f"{manifest.runs.done} runs of {manifest.months} months"
                  f"{counts_text(manifest.runs)}.\n")  # fmt: skip
    for place, text in enumerate(result.answer, start=1):
        console.print(safe(f"{place}. {text}"), soft_wrap=True)
    console.print()
    console.print(parameter_table(result.tables).only((0, 1, 2, 4, 5)).terminal())
    console.print()
    for text in trust_text(result.tables):
        console.print(safe(text), soft_wrap=True)
    posterior = result.folder / "posterior.parquet"
    show_where(result, [*([posterior] if posterior.exists() else []), *made])


def _data(result: CalibrationResult, made: list[Path]) -> dict[str, Any]:
    posterior = result.folder / "posterior.parquet"
    return {
        **head_data("calibrate", result.manifest, result.folder),
        "answer": answer_lines(result),
        "posterior": str(posterior) if posterior.exists() else None,
        **result.findings,
        **tail_data(result, made),
    }


SCREEN = Screen("calibrate", _show, _data, culprit=run_and_seed)
