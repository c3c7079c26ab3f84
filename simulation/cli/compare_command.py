"""``cocreate compare``: which scenario is better, for whom, from when, and how sure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.compare_screen import show, summary
from simulation.cli.console import command_line, errors, safe
from simulation.cli.faults import fail
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import (
    ForceOption,
    JsonOption,
    ModelOption,
    MonthsOption,
    OutOption,
    QuietOption,
    ReportOption,
    SeedOption,
    SetOption,
    WorkersOption,
)
from simulation.errors import CocreateError, Fault, InputError, ScenarioError

if TYPE_CHECKING:
    from simulation.scenario.schema import Scenario
    from simulation.store import Manifest
    from simulation.studies.comparison.plan import PairedStore, Pairs, Side
    from simulation.studies.comparison.precision import Look
    from simulation.studies.comparison.result import Comparing
    from simulation.studies.comparison.tables import ComparedTables
    from simulation.studies.run.plan import Watch

RESULTS = Path("results")


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    what_ifs: tuple[str, ...]
    written: tuple[str, ...]
    replicates: int | None
    precision: str | None
    margin: str | None
    outcomes: tuple[str, ...]
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


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare)


def compare(
    *,
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE", help="Scenario file or name, or a comparison's manifest.json."
        ),
    ],
    what_ifs: Annotated[
        list[str] | None,
        typer.Argument(metavar="WHAT_IF", help="Scenario files or names to compare with it."),
    ] = None,
    written: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar='"NAME: KEY=VALUE, …"',
            help="A what-if without a file: the base with changes; can be repeated.",
        ),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(
            "--replicates",
            "-r",
            min=1,
            help="Pairs, with a seed each; with --precision the most that are added.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="5%",
            help="Add pairs until the first outcome's difference is known to ± this: a share of "
            "the base, or a number.",
        ),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            metavar="2%",
            help="Differences within ± this are practically the same: a share of the base, or a "
            "number in the unit of the first outcome.",
        ),
    ] = None,
    outcomes: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome",
            metavar="METRIC[:OF]",
            help="What to judge by (default: co_created_value); can be repeated. Value by actor "
            "and segment is always told.",
        ),
    ] = None,
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
) -> None:
    """Compare scenarios run with the same seeds: which is better, for whom, from when, how sure.

    --set and --months apply to all scenarios. Runs that have finished before are not done again;
    after a stop of any kind the same command goes on.
    """
    wish = Wish(
        tuple(what_ifs or ()), tuple(written or ()), replicates, precision, margin,
        tuple(outcomes or ()), months, seed, tuple(settings or ()), model, workers, out, force,
        as_json, quiet, report,
    )  # fmt: skip
    try:
        asked = understand(base, wish)
        folder = _folder(asked, wish)
        with stoppable():
            code = _carry_out(asked, folder, wish)
    except CocreateError as error:
        fail(error, as_json=as_json)
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=as_json)
    raise typer.Exit(code)


# --- understanding ---------------------------------------------------------------------------


def understand(base: str, wish: Wish) -> Comparing:
    """Return the comparison that the command line asks for, or raise with all that is wrong."""
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.studies.comparison.plan import paired
    from simulation.studies.comparison.result import ask

    folder = _comparison_in(base)
    if folder is not None:
        return _once_more(folder, wish)
    model = wish.model or DEFAULT_MODEL
    check_model(model)
    sides = _sides(base, wish)
    seeds = _seeds(sides[0].scenario, wish)
    return ask(paired(sides[0], sides[1:], seeds, model), _judging(wish))


def _comparison_in(base: str) -> Path | None:
    """Return the folder of an earlier comparison, if that is what was given."""
    from simulation.analysis.contrast import DEFINITION

    path = Path(base)
    folder = path.parent if path.name == "manifest.json" else path
    return folder if (folder / DEFINITION).is_file() else None


def _once_more(folder: Path, wish: Wish) -> Comparing:
    """Return an earlier comparison: its scenarios, and its pairs unless others are asked for."""
    from dataclasses import replace

    from simulation.studies.comparison.plan import Side, paired
    from simulation.studies.comparison.result import again, ask

    if wish.what_ifs or wish.written:
        hint = "Give the scenarios themselves to compare others."
        raise InputError([Fault("has what-ifs of its own.", file=folder, hint=hint)])
    held = again(folder)
    changes = _changes(wish)
    sides = [
        Side(side.name, side.scenario.replace(changes), side.arguments) if changes else side
        for side in held.pairs.sides
    ]
    fresh = not (wish.seed is None and wish.replicates is None and wish.precision is None)
    seeds = _seeds(sides[0].scenario, wish) if fresh else held.pairs.seeds
    judging = replace(
        _judging(wish),
        outcomes=wish.outcomes or held.judging.outcomes,
        margin=wish.margin or held.judging.margin,
        precision=wish.precision if fresh else held.judging.precision,
    )
    pairs = paired(sides[0], sides[1:], seeds, wish.model or held.pairs.model)
    return ask(pairs, judging, None if fresh else held.question.looks)


def _judging(wish: Wish) -> Any:
    from simulation.studies.comparison.precision import MOST_PAIRS
    from simulation.studies.comparison.result import Judging

    most = wish.replicates or MOST_PAIRS
    return Judging(wish.outcomes, wish.margin, wish.precision, most)


def _sides(base: str, wish: Wish) -> list[Side]:
    """Return base and what-ifs, or raise with the faults of all of them."""
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario
    from simulation.studies.comparison.plan import Side

    faults: list[Fault] = []
    sides: list[Side] = []
    changes = _changes(wish)
    for source in (base, *wish.what_ifs):
        try:
            name = find_scenario(source).stem
            sides.append(Side(name, load_scenario(source, changes), _arguments(source, wish)))
        except InputError as error:
            faults += error.faults
    whole = not faults
    for text in wish.written:
        try:
            name, own = parse_what_if(text)
            if whole:
                scenario = sides[0].scenario.replace(own)
                sides.append(Side(name, scenario, _arguments(base, wish, own)))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return sides


_NAMED = re.compile(r"\s*([^:=]+?)\s*:\s*(.*)", re.DOTALL)


def parse_what_if(text: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the changes of ``name: key=value, key=value``.

    Without a name, the changes are its name.

    Raises:
        ScenarioError: there are no changes, or one has no ``=``.
    """
    from simulation.scenario.load import parse_settings

    named = _NAMED.fullmatch(text)
    name, changes = (named[1], named[2]) if named else (text.strip(), text)
    parts = [part for part in split_changes(changes) if part]
    if not parts:
        hint = 'Write it like "dearer: companies.focal.price=0.4".'
        raise ScenarioError([Fault("changes nothing.", key=f"--what-if {text!r}", hint=hint)])
    return name, parse_settings(parts)


def split_changes(text: str) -> list[str]:
    """Return the parts between commas, but for commas in brackets, braces and quotes."""
    return [part.strip() for part in _parts(text)]


def _parts(text: str) -> Iterator[str]:
    depth, quote, start = 0, "", 0
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _changes(wish: Wish) -> dict[str, Any]:
    from simulation.scenario.load import parse_settings

    given = {"run.months": wish.months, "run.seed": wish.seed}
    return {
        **parse_settings(wish.settings),
        **{key: value for key, value in given.items() if value is not None},
    }


def _arguments(source: str, wish: Wish, own: dict[str, Any] | None = None) -> str:
    """Return scenario and changes as one would type them for ``cocreate run``."""
    from simulation.scenario.suggest import shown

    words = [source]
    settings = [*wish.settings, *(f"{key}={shown(value)}" for key, value in (own or {}).items())]
    for setting in settings:
        words += ["--set", setting]
    if wish.months is not None:
        words += ["--months", str(wish.months)]
    if wish.model is not None:
        words += ["--model", wish.model]
    return shlex.join(words)


def _seeds(scenario: Scenario, wish: Wish) -> tuple[int, ...]:
    """Return the seeds asked for; where pairs are added, those to begin with."""
    from simulation.analysis.sequential import FIRST_LOOK

    if wish.precision is None:
        n = wish.replicates or scenario.run.replicates
    else:
        n = min(wish.replicates or FIRST_LOOK, FIRST_LOOK)
    return tuple(range(scenario.run.seed, scenario.run.seed + n))


def _folder(asked: Comparing, wish: Wish) -> Path:
    """Return the folder of the result, or raise if it cannot take it."""
    from simulation.store.folder import check_folder
    from simulation.studies.comparison.plan import held_seeds, pairs_folder
    from simulation.studies.run.plan import check_seeds

    grows = asked.goal is not None
    folder = wish.out or pairs_folder(RESULTS, asked.pairs, force=wish.force, grows=grows)
    check_folder(folder, asked.pairs.experiment, force=wish.force)
    if not wish.force:
        check_seeds(folder, [*asked.pairs.seeds, *(held_seeds(folder, asked.pairs) * grows)])
    return folder


# --- doing -----------------------------------------------------------------------------------


def _carry_out(asked: Comparing, folder: Path, wish: Wish) -> int:
    """Do the runs, show the comparison, and return the exit code."""
    from simulation.studies.comparison.plan import PairedStore
    from simulation.studies.comparison.tables import read_compared

    try:
        with PairedStore.open(folder, asked.pairs.experiment, force=wish.force) as store:
            manifest = _compare(asked, store, wish)
        made = _report(folder, wish)
    except KeyboardInterrupt:
        _tell_interrupt(asked.pairs, folder, wish)
        return INTERRUPTED
    tables = read_compared(folder)
    if wish.as_json:
        typer.echo(json.dumps(summary(tables, manifest, folder, made), indent=2, allow_nan=False))
    elif not wish.quiet:
        show(tables, manifest, folder, made)
    if manifest.runs.failed:
        _tell_failures(tables)
    return 1 if manifest.runs.failed else 0


def _compare(asked: Comparing, store: PairedStore, wish: Wish) -> Manifest:
    from dataclasses import replace

    from simulation.studies.comparison.plan import held_seeds
    from simulation.studies.comparison.result import carry_out_comparison
    from simulation.studies.run.result import executor

    if asked.goal is not None:
        n = max(len(asked.pairs.seeds), len(held_seeds(store.folder, asked.pairs)))
        asked = replace(asked, pairs=asked.pairs.first(n))
    missing = sum(not store.has(plan) for plan in asked.pairs.planned())
    several = missing if asked.goal is None else len(asked.pairs.planned())
    return carry_out_comparison(
        asked,
        store,
        executor(wish.workers, several, asked.pairs.model),
        _watch(asked.pairs, wish),
        command_line=command_line(),
        told=_teller(asked, wish),
    )


def _watch(pairs: Pairs, wish: Wish) -> Watch:
    from simulation.cli.progress import Bar, Lines, Silence

    if wish.quiet:
        return Silence()
    console, title = errors(), f"{pairs.base.name} vs {', '.join(_names(pairs))}"
    return Bar(console, title) if console.is_terminal else Lines(console, title)


def _names(pairs: Pairs) -> list[str]:
    return [side.name for side in pairs.what_ifs]


def _teller(asked: Comparing, wish: Wish) -> Any:
    """Return what tells of each look at the results while pairs are added."""
    from simulation.analysis.contrast import text_of
    from simulation.report.words import number

    outcome = text_of(asked.question.outcomes[0])

    def tell(look: Look) -> None:
        if wish.quiet:
            return
        widths = [f"± {number(width)} ({name})" for name, width in look.half_widths.items()]
        now = ", ".join(widths) if all(map(isfinite, look.half_widths.values())) else "too few"
        end = "enough" if look.reached else f"{look.more} more"
        if not look.asked:
            end = "the base is zero, of which no share can be asked"
        errors().print(
            safe(f"{look.pairs} pairs: {outcome} {now}; asked ± {number(look.asked)}: {end}."),
            soft_wrap=True,
        )

    return tell


def _report(folder: Path, wish: Wish) -> list[Path]:
    """Write figures and report, and return their paths."""
    if not wish.report:
        return []
    from simulation.store import seal
    from simulation.studies.rereport import write_any_report

    if not wish.quiet:
        errors().print("Drawing figures and writing the report…")
    page = write_any_report(folder)
    seal(folder, made_only=True)
    return [page, folder / "figures"]


# --- telling ---------------------------------------------------------------------------------


def _tell_failures(tables: ComparedTables) -> None:
    console = errors()
    console.print(f"{len(tables.failures)} runs failed (see failures.parquet), the first of them:")
    first = tables.failures.iloc[0]
    console.print(
        safe(f"  {first['scenario']}, seed {first['seed']}: {first['error']}"), soft_wrap=True
    )
    console.print(safe(f"  see it again: {first['remake']}"), soft_wrap=True)


def _tell_interrupt(pairs: Pairs, folder: Path, wish: Wish) -> None:
    from simulation.studies.comparison.plan import PairedStore

    kept = 0
    if folder.exists():
        with PairedStore.open(folder, pairs.experiment) as store:
            kept = store.size
    console = errors()
    console.print(safe(f"Stopped. {kept} runs are kept in {folder}."), soft_wrap=True)
    console.print(safe(f"Go on with the same command: {command_line()}"), soft_wrap=True)
    if wish.as_json:
        counts = {"done": kept, "failed": 0, "reused": 0}
        told = {"command": "compare", "result": str(folder), "runs": counts, "interrupted": True}
        typer.echo(json.dumps(told, indent=2))
