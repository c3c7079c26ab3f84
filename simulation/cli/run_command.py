"""``cocreate run``: simulate scenarios, and show what came out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.faults import fail, fault_text
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import (
    ForceOption,
    JsonOption,
    ModelOption,
    MonthsOption,
    OutOption,
    PanelOption,
    QuietOption,
    ReplicatesOption,
    ReportOption,
    SeedOption,
    SetOption,
    WorkersOption,
)
from simulation.errors import CocreateError, InputError

if TYPE_CHECKING:
    from rich.console import Console

    from simulation.errors import Fault
    from simulation.scenario.schema import Scenario
    from simulation.store import Manifest, RunStore
    from simulation.studies.run.plan import Replicates, Watch
    from simulation.studies.run.result import Result

RESULTS = Path("results")


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    replicates: int | None
    months: int | None
    seed: int | None
    settings: tuple[str, ...]
    model: str | None
    workers: int | None
    out: Path | None
    force: bool
    as_json: bool
    quiet: bool
    report: bool
    panel: tuple[str, ...] = ()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    *,
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO", help="Scenario files or names, or a result's manifest.json."
        ),
    ],
    replicates: ReplicatesOption = None,
    months: MonthsOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    model: ModelOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    report: ReportOption = True,
    panel: PanelOption = None,
) -> None:
    """Simulate scenarios: a table of outcomes, figures and a report of each.

    Runs that have finished before are not done again. After a stop of any kind the same command
    goes on.
    """
    wish = Wish(
        replicates, months, seed, tuple(settings or ()), model, workers, out, force,
        as_json, quiet, report, _names(panel),
    )  # fmt: skip
    try:
        asked = _understand(scenarios, wish)
        with stoppable():
            code = _carry_out(asked, wish)
    except CocreateError as error:
        fail(error, as_json=wish.as_json)
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=wish.as_json)
    raise typer.Exit(code)


def _understand(sources: list[str], wish: Wish) -> list[tuple[Replicates, Path]]:
    """Return the runs asked for and their folders, or raise with all that is wrong."""
    from simulation.errors import Fault
    from simulation.store.folder import check_folder
    from simulation.studies.run.plan import check_seeds, result_folder, with_panel_of

    asked: list[tuple[Replicates, Path]] = []
    faults = _panel_faults(wish)
    for source in sources:
        try:
            replicates = _replicates(source, wish)
            if wish.out is None:
                folder = result_folder(RESULTS, replicates, force=wish.force)
            else:
                folder = wish.out / replicates.name if len(sources) > 1 else wish.out
            check_folder(folder, replicates.experiment, force=wish.force)
            if not wish.force:
                check_seeds(folder, replicates.seeds)
                replicates = with_panel_of(folder, replicates)
            asked.append((replicates, folder))
        except InputError as error:
            faults += error.faults
    folders = [folder for _, folder in asked]
    faults += [
        Fault("would take two results.", file=folder, hint="Name each scenario once.")
        for folder in dict.fromkeys(folders)
        if folders.count(folder) > 1
    ]
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return asked


def _names(panel: list[str] | None) -> tuple[str, ...]:
    """Return the names of columns, whether commas or options stand between them."""
    words = [word.strip() for text in panel or () for word in text.split(",")]
    return tuple(dict.fromkeys(words))


def _panel_faults(wish: Wish) -> list[Fault]:
    """Return what is wrong with columns of the panel in any scenario, readable or not."""
    if not wish.panel:
        return []
    from simulation.world.panel import name_faults

    return name_faults(wish.panel)


def _replicates(source: str, wish: Wish) -> Replicates:
    """Return the runs that a scenario, or an earlier result, stands for."""
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.store import read_manifest
    from simulation.studies.run.plan import Replicates

    path = Path(source)
    if path.name == "manifest.json" or (path / "manifest.json").is_file():
        manifest = read_manifest(path if path.is_dir() else path.parent)
        name, base = manifest.scenario_name, _from_manifest(manifest, wish)
        model, seeds = wish.model or manifest.model, manifest.seeds
        panel = wish.panel or manifest.panel
        if wish.seed is not None or wish.replicates is not None:
            seeds = _seeds(base)
    else:
        from simulation.scenario.files import find_scenario
        from simulation.scenario.load import examine

        name = find_scenario(source).stem
        examined = examine(source, _changes(wish))
        base = examined.scenario
        if not wish.quiet:
            for odd in examined.warnings:
                typer.echo(f"warning: {fault_text(odd)}", err=True)
        model, seeds = wish.model or DEFAULT_MODEL, _seeds(base)
        panel = wish.panel
    check_model(model)
    replicates = Replicates(
        name, base, seeds, model, arguments=_arguments(source, wish), panel=panel
    )
    return replace(replicates, panel=replicates.panel_names)


def _from_manifest(manifest: Manifest, wish: Wish) -> Scenario:
    from simulation.scenario.schema import Scenario

    return Scenario.model_validate(dict(manifest.scenario)).replace(_changes(wish))


def _changes(wish: Wish) -> dict[str, Any]:
    from simulation.scenario.load import parse_settings

    named = {
        "run.replicates": wish.replicates,
        "run.months": wish.months,
        "run.seed": wish.seed,
    }
    given = {key: value for key, value in named.items() if value is not None}
    return {**parse_settings(wish.settings), **given}


def _seeds(scenario: Scenario) -> tuple[int, ...]:
    return tuple(range(scenario.run.seed, scenario.run.seed + scenario.run.replicates))


def _arguments(source: str, wish: Wish) -> str:
    """Return scenario and changes as one would type them."""
    words = [source]
    for setting in wish.settings:
        words += ["--set", setting]
    if wish.months is not None:
        words += ["--months", str(wish.months)]
    if wish.model is not None:
        words += ["--model", wish.model]
    return shlex.join(words)


def _carry_out(asked: list[tuple[Replicates, Path]], wish: Wish) -> int:
    """Do all runs, show all results, and return the exit code."""
    import json

    summaries: list[dict[str, Any]] = []
    code = 0
    for replicates, folder in asked:
        try:
            result = _simulate(replicates, folder, wish)
            made = _report(result, wish)
        except KeyboardInterrupt:
            _tell_interrupt(replicates, folder, wish)
            return INTERRUPTED
        code = max(code, 1 if result.manifest.runs.failed else 0)
        if wish.as_json:
            summaries.append(_summary(result, made))
        elif not wish.quiet:
            _show(result, made)
        if result.manifest.runs.failed:
            _tell_failures(result)
    if wish.as_json:
        shown = summaries[0] if len(summaries) == 1 else summaries
        typer.echo(json.dumps(shown, indent=2, allow_nan=False))
    return code


def _simulate(replicates: Replicates, folder: Path, wish: Wish) -> Result:
    from simulation.studies.run.plan import replicate
    from simulation.studies.run.result import Result, executor

    with replicates.open(folder, force=wish.force) as store:
        missing = _n_missing(replicates, store)
        replicate(
            replicates,
            store,
            executor(wish.workers, missing, replicates.model),
            _watch(replicates.name, wish),
            command_line=command_line(),
        )
    return Result.open(folder)


def _n_missing(replicates: Replicates, store: RunStore) -> int:
    return sum(not store.has(plan) for plan in replicates.planned())


def _watch(title: str, wish: Wish) -> Watch:
    from simulation.cli.progress import Bar, Lines, Silence

    if wish.quiet:
        return Silence()
    console = _errors()
    return Bar(console, title) if console.is_terminal else Lines(console, title)


def _report(result: Result, wish: Wish) -> list[Path]:
    """Write figures and report, and return their paths."""
    if not wish.report or result.manifest.runs.done == 0:
        return []
    from simulation.cli.result_commands import make_report

    if not wish.quiet:
        name = result.manifest.scenario_name
        _errors().print(f"{_safe(name)}: drawing figures and writing the report…")
    return make_report(result.folder)


def command_line() -> str:
    """Return the command as it was typed."""
    return shlex.join(["cocreate", *sys.argv[1:]])


def _summary(result: Result, made: list[Path]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "command": "run",
        "result": str(result.folder),
        "runs": asdict(result.manifest.runs),
        "elapsed_s": result.manifest.elapsed_s,
        "outcomes": _outcomes(result),
        "report": [str(path) for path in made],
        "failures": result.failures[["run", "seed", "error", "remake"]].to_dict("records"),
    }


def _outcomes(result: Result) -> dict[str, dict[str, Any]]:
    from math import isfinite

    from simulation.analysis.interval import estimate

    units = result.units
    names = [name for name in result.runs.columns if name not in _NO_OUTCOMES]
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        told = estimate(result.runs[name], units.get(name, ""))
        ends = {"mean": told.mean, "low": told.low, "high": told.high}
        known = {key: value if isfinite(value) else None for key, value in ends.items()}
        found[name] = {**known, "unit": told.unit}
    return found


_NO_OUTCOMES = ("run", "scenario", "seed", "fingerprint")


def _show(result: Result, made: list[Path]) -> None:
    """Print the table of outcomes, where everything is, and how to make it again."""
    from simulation.store.manifest import PANEL

    console = _answers()
    manifest = result.manifest
    counts = manifest.runs
    again = f", {counts.reused} of them reused" if counts.reused else ""
    failed = f", {counts.failed} failed" if counts.failed else ""
    title = manifest.title or manifest.scenario_name
    console.print(f"\n[bold]{_safe(title)}[/bold]")
    console.print(f"{counts.done} runs of {manifest.months} months{again}{failed}.\n")
    if counts.done:
        console.print(_table(result))
    console.print(f"\nResult  {_safe(str(result.folder))}", soft_wrap=True)
    tables = [result.folder / PANEL] if manifest.panel and counts.done else []
    for path in [*tables, *made]:
        console.print(f"        {_safe(str(path))}", soft_wrap=True)
    console.print(f"Again   {_safe(manifest.remake)}", soft_wrap=True)


def _table(result: Result) -> Any:
    from math import isnan

    from rich.table import Table

    table = Table(caption="Means of the last 12 months, with 95 % intervals over runs.",
                  caption_justify="left", box=None, pad_edge=False)  # fmt: skip
    table.add_column("outcome")
    table.add_column("of")
    for name in ("mean", "95 % interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit")
    before = ""
    rows: Iterable[Any] = result.outcomes.itertuples(index=False)
    for row in rows:
        outcome = str(row.outcome)
        interval = "" if isnan(row.low) else f"{_number(row.low)} … {_number(row.high)}"
        cells = [outcome if outcome != before else "", str(row.of), _number(row.mean), interval]
        table.add_row(*map(_safe, [*cells, str(row.unit)]))
        before = outcome
    return table


def _number(value: Any) -> str:
    number = float(value)
    text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    return text.replace("-", "−")


def _tell_failures(result: Result) -> None:
    console = _errors()
    failures = result.failures
    console.print(f"{len(failures)} runs failed (see failures.parquet), the first of them:")
    first = failures.iloc[0]
    console.print(f"  seed {first['seed']}: {_safe(str(first['error']))}", soft_wrap=True)
    console.print(f"  see it again: {_safe(str(first['remake']))}", soft_wrap=True)


def _tell_interrupt(replicates: Replicates, folder: Path, wish: Wish) -> None:
    import json

    kept = 0
    if folder.exists():
        with replicates.open(folder) as store:
            kept = len(replicates.seeds) - _n_missing(replicates, store)
    console = _errors()
    console.print(
        f"Stopped. {kept} of {len(replicates.seeds)} runs are kept in {_safe(str(folder))}.",
        soft_wrap=True,
    )
    console.print(f"Go on with the same command: {_safe(command_line())}", soft_wrap=True)
    if wish.as_json:
        counts = {"done": kept, "failed": 0, "reused": 0}
        told = {"command": "run", "result": str(folder), "runs": counts, "interrupted": True}
        typer.echo(json.dumps(told, indent=2))


def _safe(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _errors() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _answers() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 100)
    return console
