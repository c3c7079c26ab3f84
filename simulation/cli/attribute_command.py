"""``cocreate attribute``: who made the value, why, and what it hangs on."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.console import answers, command_line, errors, safe
from simulation.cli.faults import fail
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import (
    ForceOption,
    JsonOption,
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
    from simulation.scenario.schema import Scenario
    from simulation.store import Manifest
    from simulation.studies.attribution.games import Game
    from simulation.studies.attribution.plan import Trial
    from simulation.studies.attribution.tables import Played
    from simulation.studies.run.plan import Watch

RESULTS = Path("results")

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Scenario file or name.", show_default=False)
]


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
    bool, typer.Option("--mechanisms", help="Switch every mechanism off in turn: why?")
]
PartsOption = Annotated[
    bool, typer.Option("--parts", help="Remove every partner, touchpoint, deliverable in turn.")
]
LayersOption = Annotated[
    bool, typer.Option("--layers", help="Layers and switches, each weaker and stronger.")
]
CompanyOption = Annotated[
    str | None, typer.Option("--company", help="Whose functions (default: the first).")
]
MaintenanceOption = Annotated[
    float,
    typer.Option(
        "--maintenance", min=0.01, max=0.99, help="Share of its money that a function keeps."
    ),
]
OutcomeOption = Annotated[
    str, typer.Option("--outcome", metavar="METRIC[:OF]", help="What is attributed.")
]
WindowOption = Annotated[
    str, typer.Option("--window", help="Months that count: whole, last 12 months, …")
]


@dataclass(frozen=True)
class Asked:
    """What is to be attributed, as the command line says it."""

    levers: str | None
    kinds: tuple[str, ...]
    company: str | None
    maintenance: float
    outcome: str
    window: str


@dataclass(frozen=True)
class Habits:
    """Where a result goes, what does the runs, and how much is said."""

    out: Path | None
    workers: int | None
    force: bool
    as_json: bool
    quiet: bool
    report: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("attribute")(attribute)


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
    replicates: ReplicatesOption = None,
    months: MonthsOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    report: ReportOption = True,
) -> None:
    """Attribute value to innovation, marketing & sales and platform: alone, in pairs, all three.

    Every coalition is run under the same seeds; the grey area is what only all three create. With
    an option, attribute switches, levers, mechanisms, parts or layers instead.
    """
    kinds = {"switches": switches, "mechanisms": mechanisms, "parts": parts, "layers": layers}
    chosen = tuple(name for name, wanted in kinds.items() if wanted)
    asked = Asked(levers, chosen, company, maintenance, outcome, window)
    habits = Habits(out, workers, force, as_json, quiet, report)
    try:
        trial = understand(
            scenario, asked, settings or [],
            **{"run.replicates": replicates, "run.months": months, "run.seed": seed},
        )  # fmt: skip
        with stoppable():
            code = carry_out(trial, habits)
    except CocreateError as error:
        fail(error, as_json=as_json)
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=as_json)
    raise typer.Exit(code)


def understand(source: str, asked: Asked, settings: list[str], **given: int | None) -> Trial:
    """Return the trial that the command line asks for.

    Raises:
        InputError: with what is wrong.
    """
    from simulation.experiment.outcomes import Window
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario, parse_settings
    from simulation.studies.attribution.plan import Trial

    named = {key: value for key, value in given.items() if value is not None}
    scenario = load_scenario(source, {**parse_settings(settings), **named})
    first = scenario.run.seed
    _check_outcome(asked.outcome)
    try:
        window = Window.parse(asked.window)
    except ValueError:
        hint = 'Write "whole", "last 12 months" or "months 13-24".'
        fault = Fault(f"is no window: {asked.window}.", key="--window", hint=hint)
        raise InputError([fault]) from None
    return Trial(
        name=find_scenario(source).stem,
        scenario=scenario,
        game=_game(asked, scenario),
        seeds=tuple(range(first, first + scenario.run.replicates)),
        window=window,
        outcome=asked.outcome,
        arguments=_arguments(source, asked, settings, given.get("run.months")),
    )


def _check_outcome(outcome: str) -> None:
    """Refuse a metric that is not recorded; whose it is can only be told after the runs."""
    from simulation.recorder import METRICS
    from simulation.scenario.suggest import did_you_mean

    metric = outcome.partition(":")[0]
    if metric not in METRICS and metric != "gain":
        hint = did_you_mean(metric, METRICS) or f"There are {', '.join(METRICS)}."
        raise InputError([Fault(f"names no metric: {metric}.", key="--outcome", hint=hint)])


def _game(asked: Asked, scenario: Scenario) -> Game:
    from simulation.studies.attribution import games

    company = _company(asked, scenario)
    wanted = ["levers"] * (asked.levers is not None) + list(asked.kinds)
    if len(wanted) > 1:
        names = " and ".join(f"--{name}" for name in wanted)
        hint = "Ask for one at a time."
        raise InputError([Fault("cannot go together.", key=names, hint=hint)])
    match wanted[0] if wanted else "functions":
        case "levers":
            return _levers(asked.levers or "", scenario, company)
        case "switches":
            return games.switches(company)
        case "mechanisms":
            return games.mechanisms(company)
        case "parts":
            return games.parts(scenario)
        case "layers":
            return games.layers(scenario, company)
    return games.functions(company, asked.maintenance)


def _company(asked: Asked, scenario: Scenario) -> str:
    names = [company.name for company in scenario.companies]
    if asked.company is None:
        return names[0]
    if asked.company not in names:
        hint = f"There are {', '.join(names)}."
        raise InputError([Fault(f"names no company: {asked.company}.", key="--company", hint=hint)])
    return asked.company


def _levers(text: str, scenario: Scenario, company: str) -> Game:
    """Return the game of levers given as text, or of those of an experiment file."""
    from simulation.studies.attribution import games

    if not text.endswith(".toml"):
        named = [part.strip() for part in text.split(",") if part.strip()]
        return games.levers(named, scenario, company)
    from simulation.experiment.load import load_experiment

    return games.levers_of(load_experiment(text).factors)


def _arguments(source: str, asked: Asked, settings: list[str], months: int | None) -> str:
    """Return scenario and wishes as one would type them, but for the seeds."""
    words = [source]
    words += ["--levers", asked.levers] if asked.levers is not None else []
    words += [f"--{name}" for name in asked.kinds]
    defaults = {
        "company": None,
        "maintenance": 0.25,
        "outcome": "co_created_value",
        "window": "last 12 months",
    }
    for name, default in defaults.items():
        value = getattr(asked, name)
        words += [f"--{name}", str(value)] if value != default else []
    for setting in settings:
        words += ["--set", setting]
    words += ["--months", str(months)] if months is not None else []
    return shlex.join(words)


def carry_out(trial: Trial, habits: Habits) -> int:
    """Do all runs, show the answer, and return the exit code."""
    from simulation.store.folder import check_folder
    from simulation.studies.attribution.plan import result_folder

    folder = habits.out or result_folder(RESULTS, trial)
    check_folder(folder, trial.experiment, force=habits.force)
    try:
        manifest = _play(trial, folder, habits)
        played = _read(folder)
        made = _report(folder, trial, habits)
    except KeyboardInterrupt:
        _tell_interrupt(trial, folder, habits)
        return INTERRUPTED
    if habits.as_json:
        typer.echo(json.dumps(_summary(folder, played, manifest, made), indent=2, allow_nan=False))
    elif not habits.quiet:
        _show(folder, played, manifest, made)
    return 1 if manifest.runs.failed else 0


def _play(trial: Trial, folder: Path, habits: Habits) -> Manifest:
    from simulation.store import RunStore
    from simulation.studies.attribution.plan import check_seeds, play
    from simulation.studies.run.result import executor

    if not habits.force:
        check_seeds(folder, trial)
    with RunStore.open(folder, trial.experiment, force=habits.force) as store:
        missing = sum(not store.has(plan) for plan in trial.planned())
        chosen = executor(habits.workers, missing)
        return play(trial, store, chosen, _watch(trial, habits), command_line=command_line())


def _watch(trial: Trial, habits: Habits) -> Watch:
    from simulation.cli.progress import Bar, Lines, Silence

    if habits.quiet:
        return Silence()
    console = errors()
    title = f"{trial.name} {trial.game.kind}"
    return Bar(console, title) if console.is_terminal else Lines(console, title)


def _read(folder: Path) -> Played:
    """Return what was played, or raise with the first failure if nothing can be said."""
    from simulation.errors import ResultError, RunFailedError
    from simulation.studies.attribution.tables import read_played

    played = read_played(folder)
    try:
        _ = played.table
    except ResultError as error:
        failures = played.tables.failures
        if failures.empty:
            raise
        first = failures.iloc[0]
        text = f"No seed has every case. Seed {first['seed']} failed first: {first['error']}"
        raise RunFailedError(text) from error
    return played


def _report(folder: Path, trial: Trial, habits: Habits) -> list[Path]:
    if not habits.report:
        return []
    from simulation.store import seal
    from simulation.studies.rereport import write_any_report

    if not habits.quiet:
        errors().print(f"{safe(trial.name)}: drawing figures and writing the report…")
    page = write_any_report(folder)
    seal(folder, made_only=True)
    return [page, folder / "figures"]


def _tell_interrupt(trial: Trial, folder: Path, habits: Habits) -> None:
    from simulation.store import RunStore

    kept, planned = 0, trial.planned()
    if folder.exists():
        with RunStore.open(folder, trial.experiment) as store:
            kept = sum(store.has(plan) for plan in planned)
    console = errors()
    where = safe(folder)
    console.print(f"Stopped. {kept} of {len(planned)} runs are kept in {where}.", soft_wrap=True)
    console.print(f"Go on with the same command: {safe(command_line())}", soft_wrap=True)
    if habits.as_json:
        counts = {"done": kept, "failed": 0, "reused": 0}
        told = {"command": "attribute", "result": str(folder), "runs": counts, "interrupted": True}
        typer.echo(json.dumps(told, indent=2))


# --- what is said --------------------------------------------------------------------------------


def _summary(folder: Path, played: Played, manifest: Manifest, made: list[Path]) -> dict[str, Any]:
    from simulation.studies.attribution.answer import answer

    return {
        "command": "attribute",
        "result": str(folder),
        "runs": asdict(manifest.runs),
        "elapsed_s": manifest.elapsed_s,
        "kind": played.kind,
        "outcome": played.outcome,
        "unit": played.unit,
        "seeds": len(played.table),
        **_numbers(played),
        "answer": [plain.replace("\u00a0", " ") for plain in answer(played)],
        "report": [str(path) for path in made],
    }


def _numbers(played: Played) -> dict[str, Any]:
    from simulation.studies.attribution.tables import BOTH_WAYS, COALITIONS

    found: dict[str, Any]
    if played.plan == COALITIONS:
        found = dict(played.attribution.summary())
        if played.orders is not None:
            found["best_order"] = list(played.orders.best())
    elif played.plan == BOTH_WAYS:
        found = {"changes": played.tornado.to_dict("records")}
    else:
        found = {"losses": played.keystones.to_dict("records")}
    return {name: _finite(value) for name, value in found.items()}


def _finite(value: Any) -> Any:
    """Return data in which what is not a number is None, as JSON has it."""
    from math import isfinite

    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _show(folder: Path, played: Played, manifest: Manifest, made: list[Path]) -> None:
    from simulation.studies.attribution.answer import answer

    console = answers()
    counts = manifest.runs
    again = f", {counts.reused} of them reused" if counts.reused else ""
    failed = f", {counts.failed} failed" if counts.failed else ""
    console.print(f"\n{counts.done} runs{again}{failed}: {len(played.table.columns)} cases, "
                  f"{len(played.table)} seeds.\n")  # fmt: skip
    for sentence in answer(played):
        console.print(f"- {safe(sentence)}")
    console.print()
    console.print(_table(played))
    console.print(f"\nResult  {safe(folder)}", soft_wrap=True)
    for path in made:
        console.print(f"        {safe(path)}", soft_wrap=True)
    console.print(f"Again   {safe(manifest.remake)}", soft_wrap=True)


def _table(played: Played) -> Any:
    from simulation.studies.attribution.report_tables import tables_of

    return tables_of(played)[0].terminal()
