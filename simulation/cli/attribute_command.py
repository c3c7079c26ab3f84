"""``cocreate attribute``: who made the value, why, and what it depends on."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, safe
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
    show_where,
)
from simulation.cli.faults import reported
from simulation.cli.options import ScenarioArgument
from simulation.errors import Fault, FaultList, InputError, ResultError, RunFailedError

if TYPE_CHECKING:
    from simulation.studies.attribution.plan import Trial
    from simulation.studies.attribution.result import AttributionResult
    from simulation.studies.attribution.tables import Played

LeversOption = Annotated[
    str | None,
    typer.Option(
        "--levers",
        metavar="A,B=LOW..HIGH,…",
        help="Attribute these parameters, or the levers of an experiment file.",
    ),
]
SwitchesOption = Annotated[
    bool, typer.Option("--switches", help="Attribute the six switches from CRM to SCRM.")
]
MechanismsOption = Annotated[
    bool, typer.Option("--mechanisms", help="Switch off each mechanism in turn.")
]
PartsOption = Annotated[
    bool, typer.Option("--parts", help="Remove each partner, touchpoint and deliverable in turn.")
]
LayersOption = Annotated[
    bool, typer.Option("--layers", help="Make each layer and switch weaker and stronger.")
]
CompanyOption = Annotated[
    str | None,
    typer.Option("--company", help="Company whose functions are meant (default: the first)."),
]
MaintenanceOption = Annotated[
    float,
    typer.Option(
        "--maintenance",
        min=0.01,
        max=0.99,
        help="Share of its budget that a function outside a coalition keeps.",
    ),
]
OutcomeOption = Annotated[
    str, typer.Option("--outcome", metavar="METRIC[:OF]", help="Outcome to attribute.")
]
WindowOption = Annotated[
    str, typer.Option("--window", help="Months that count: whole, last 12 months, …")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("attribute", short_help="Say how much value each part of a company adds.")(
        with_options(attribute)
    )


def attribute(
    *,
    scenario: ScenarioArgument,
    levers: LeversOption = None,
    switches: SwitchesOption = False,
    mechanisms: MechanismsOption = False,
    parts: PartsOption = False,
    layers: LayersOption = False,
    company: CompanyOption = None,
    maintenance: MaintenanceOption = 0.25,
    outcome: OutcomeOption = "co_created_value",
    window: WindowOption = "last 12 months",
    changed: Annotated[Changed, SCENARIO],
    habits: Annotated[Habits, ("workers", "out", "force", *OUTPUT, "shard")],
) -> None:
    """Attribute value to innovation, marketing & sales and platform: alone, in pairs and together.

    Every coalition is run under the same seeds; the grey area is what only all three create. With
    an option, attribute switches, levers, mechanisms, parts or layers instead.
    """
    kinds = {"switches": switches, "mechanisms": mechanisms, "parts": parts, "layers": layers}
    chosen = tuple(name for name, wanted in kinds.items() if wanted)
    with reported(as_json=habits.as_json):
        faults = FaultList()
        faults.attempt(habits.check)
        to = faults.attempt(_one_of, ["levers"] * (levers is not None) + list(chosen))
        wanted = to or "functions", levers or "", company, maintenance, outcome, window
        trial = faults.accepted(faults.attempt(understand, scenario, wanted, changed))
        code = execute([_job(trial, habits)], habits, VIEW)
    raise typer.Exit(code)


AttributionWords = tuple[str, str, str | None, float, str, str]
"""To what, levers, company, maintenance, outcome and window, as they were typed."""


def _one_of(kinds: list[str]) -> str:
    """Return what is asked for.

    Raises:
        InputError: it is more than one thing.
    """
    if len(kinds) > 1:
        names = " and ".join(f"--{name}" for name in kinds)
        hint = "Choose one of them."
        raise InputError([Fault("cannot be combined.", key=names, hint=hint)])
    return kinds[0] if kinds else "functions"


def understand(source: str, wanted: AttributionWords, changed: Changed) -> Trial:
    """Return the trial that the command line asks for.

    Raises:
        InputError: with what is wrong.
    """
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario
    from simulation.studies.attribution.wanted import Wanted, check_wanted, company_of, trial_of
    from simulation.studies.right_part import right_part_of
    from simulation.studies.seeds import seeds_of

    faults, options = FaultList(), Wanted(*wanted)
    settings = changed.of_scenario(faults=faults)
    scenario = faults.attempt(load_scenario, source, settings)
    if scenario is None or faults:
        names = scenario or right_part_of(source, settings)
        faults.attempt(check_wanted, options)
        if names is not None:
            faults.attempt(company_of, options, names)
        raise InputError(faults)
    words = shlex.join([source, *options.words(), *changed.words()])
    name = find_scenario(source).stem
    return trial_of(name, scenario, options, seeds_of(scenario), arguments=words)


def _job(trial: Trial, habits: Habits) -> Commission:
    from simulation.studies.folders import result_folder

    folder = result_folder(trial, RESULTS, habits.out, force=habits.force)
    return Commission(trial, folder, f"{trial.name} {trial.game.kind}")


# --- what is said --------------------------------------------------------------------------------


def _check(result: AttributionResult) -> None:
    """Refuse to go on with the first failure if nothing can be said."""
    try:
        _ = result.tables.table
    except ResultError as error:
        if result.failures.empty:
            raise
        first = result.failures.iloc[0]
        text = f"No seed has every case. Seed {first['seed']} failed first: {first['error']}"
        raise RunFailedError(text) from error


def _data(result: AttributionResult, made: list[Path]) -> dict[str, Any]:
    played = result.tables
    return {
        **head_data("attribute", result.manifest, result.folder),
        "kind": played.kind,
        "outcome": played.outcome,
        "unit": played.unit,
        "seeds": len(played.table),
        **_numbers(played),
        "answer": answer_lines(result),
        "report": [str(path) for path in made],
    }


def _numbers(played: Played) -> dict[str, Any]:
    from simulation.studies.attribution.tables import BOTH_WAYS, COALITIONS

    numbers: dict[str, Any]
    if played.plan == COALITIONS:
        numbers = dict(played.attribution.summary())
        if played.orders is not None:
            numbers["best_order"] = list(played.orders.best())
    elif played.plan == BOTH_WAYS:
        numbers = {"changes": played.tornado.to_dict("records")}
    else:
        numbers = {"losses": played.keystones.to_dict("records")}
    return numbers


def _show(result: AttributionResult, made: list[Path]) -> None:
    console, played, counts = answers(), result.shown_tables, result.manifest.runs
    console.print(f"\n{counts.done} runs{counts_text(counts)}: {len(played.table.columns)} cases, "
                  f"{len(played.table)} seeds.\n")  # fmt: skip
    for sentence in result.answer:
        console.print(f"- {safe(sentence)}")
    console.print()
    console.print(_table(played))
    show_where(result, made)


def _table(played: Played) -> Any:
    from simulation.studies.attribution.report_tables import tables_of

    return tables_of(played)[0].terminal()


VIEW = Screen("attribute", _show, _data, _check)
