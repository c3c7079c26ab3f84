"""``cocreate ask``: the sources' questions, and their answers by rules written down beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.console import answers, command_line, errors, number, safe
from simulation.cli.faults import fail
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import (
    ForceOption,
    JsonOption,
    MonthsOption,
    QuietOption,
    ReplicatesOption,
    ReportOption,
    SeedOption,
    SetOption,
    WorkersOption,
)
from simulation.cli.sweep_command import Engine, EngineOption, SchedulerOption
from simulation.errors import CocreateError, Fault, InputError

if TYPE_CHECKING:
    from simulation.execution import Executor
    from simulation.store import Manifest
    from simulation.studies.question.plan import Question
    from simulation.studies.run.plan import Watch

ROOT = Path("results") / "questions"

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="[QUESTION]", help="A question's name; without it, all are listed."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Ask every question.")]
QuickOption = Annotated[
    bool, typer.Option("--quick", help="Fewer people, months and seeds: a minute a question.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Where results go (default: results/questions)."),
]
FindingsOption = Annotated[
    Path | None,
    typer.Option("--findings", metavar="FILE", help="Write the verdicts of full runs to a file."),
]


@dataclass(frozen=True)
class Wish:
    """What is asked, and what the command line changes of it."""

    everything: bool
    quick: bool
    replicates: int | None
    months: int | None
    seed: int | None
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Habits:
    """What does the runs, where results go, and how much is said."""

    root: Path
    engine: Engine
    scheduler: str | None
    workers: int | None
    force: bool
    as_json: bool
    quiet: bool
    report: bool


@dataclass(frozen=True)
class Told:
    """A question that was asked."""

    folder: Path
    manifest: Manifest
    verdict: Mapping[str, Any]
    report: Path | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask")(ask)


def ask(
    *,
    question: NameArgument = None,
    everything: AllOption = False,
    quick: QuickOption = False,
    findings: FindingsOption = None,
    replicates: ReplicatesOption = None,
    months: MonthsOption = None,
    seed: SeedOption = None,
    settings: SetOption = None,
    engine: EngineOption = Engine.PROCESSES,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    report: ReportOption = True,
) -> None:
    """List the sources' questions, or ask one: verdict, effect, and what it leans on.

    Stop it any way you like: the same command goes on.
    """
    habits = Habits(out or ROOT, engine, scheduler, workers, force, as_json, quiet, report)
    wish = Wish(everything, quick, replicates, months, seed, tuple(settings or ()))
    try:
        if question is None and not everything:
            if findings is None:
                _list(habits)
            else:
                _write_findings(findings, habits)
            return
        asked = _understand(question, wish)
        with stoppable():
            code = _ask_all(asked, habits)
        if findings is not None:
            _write_findings(findings, habits)
    except CocreateError as error:
        fail(error, as_json=as_json)
    except OSError as error:
        fail(CocreateError(f"Reading or writing failed: {error}."), as_json=as_json)
    raise typer.Exit(code)


# --- asking --------------------------------------------------------------------------------------


def _understand(name: str | None, wish: Wish) -> list[Question]:
    """Return the questions that are to be asked, or raise with all that is wrong."""
    from simulation.experiment.load import Changes
    from simulation.scenario.load import parse_settings
    from simulation.studies.question.plan import available, load_question

    if name is not None and wish.everything:
        hint = "Name one, or ask all."
        raise InputError([Fault("cannot go together with a question.", key="--all", hint=hint)])
    changes = Changes(
        replicates=wish.replicates,
        months=wish.months,
        seed=wish.seed,
        settings=parse_settings(wish.settings),
    )
    asked: list[Question] = []
    faults: list[Fault] = []
    for one in list(available()) if name is None else [name]:
        try:
            asked.append(load_question(one, quick=wish.quick, changes=changes))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return asked


def _ask_all(asked: list[Question], habits: Habits) -> int:
    """Ask the questions one after the other, tell their answers, and return the exit code."""
    told: list[Told] = []
    started = monotonic()
    for at, question in enumerate(asked, start=1):
        try:
            found = _ask(question, habits, place=f"{at}/{len(asked)} " if len(asked) > 1 else "")
        except KeyboardInterrupt:
            errors().print("Stopped. Runs that have finished are kept.")
            errors().print(f"Go on with the same command: {safe(command_line())}", soft_wrap=True)
            if habits.as_json:
                _print_json([*map(_data, told), {"command": "ask", "interrupted": True}])
            return INTERRUPTED
        told.append(found)
        if not (habits.as_json or habits.quiet):
            _show(found, brief=len(asked) > 1)
    if habits.as_json:
        _print_json([_data(one) for one in told])
    elif len(asked) > 1 and not habits.quiet:
        _show_table([one.verdict for one in told], monotonic() - started)
    return 1 if any(one.manifest.runs.failed for one in told) else 0


def _ask(question: Question, habits: Habits, *, place: str) -> Told:
    """Run a question's experiment, judge it, and write verdict and report."""
    from simulation.store import RunStore, read_manifest, seal
    from simulation.studies.question.tables import read_asked
    from simulation.studies.question.verdict import write_verdict
    from simulation.studies.rereport import write_any_report
    from simulation.studies.sweep.plan import Sweep, conduct, result_folder

    sweep = Sweep(question.experiment)
    folder = result_folder(habits.root / question.label, sweep, force=habits.force)
    with RunStore.open(folder, sweep.identity, force=habits.force) as store:
        missing = sum(not store.has(plan) for plan in sweep.planned)
        watch = _watch(f"{place}{question.name}", habits)
        executor = _executor(habits, missing)
        conduct(sweep, store, executor, watch=watch, command_line=command_line())
    verdict = write_verdict(folder, read_asked(folder), quick=question.quick)
    page = None
    if habits.report:
        page = write_any_report(folder)
        seal(folder, made_only=True)
    return Told(folder, read_manifest(folder), verdict, page)


def _executor(habits: Habits, missing: int) -> Executor:
    from simulation.studies.run.result import executor

    if habits.engine is Engine.PROCESSES:
        if habits.scheduler is not None:
            hint = "Add --engine dask."
            raise InputError([Fault("belongs to Dask.", key="--scheduler", hint=hint)])
        return executor(habits.workers, missing)
    from simulation.execution.dask import Dask
    from simulation.simulate import model_version

    return Dask(habits.workers, address=habits.scheduler, version=model_version())


def _watch(title: str, habits: Habits) -> Watch:
    from simulation.cli.progress import Bar, Lines, Silence

    if habits.quiet:
        return Silence()
    console = errors()
    return Bar(console, title) if console.is_terminal else Lines(console, title)


# --- telling -------------------------------------------------------------------------------------


def _data(told: Told) -> dict[str, Any]:
    verdict = told.verdict
    keys = ("name", "question", "source", "verdict", "effect", "low", "high", "replicates")
    rest = ("claim", "quick", "unit", "bar", "effect_of", "supporting", "refuting", "leaning",
            "turns", "answer")  # fmt: skip
    return {
        **{key: verdict[key] for key in keys},
        "status": "answered",
        **{key: verdict[key] for key in rest},
        "command": "ask",
        "result": str(told.folder),
        "runs": asdict(told.manifest.runs),
        "elapsed_s": told.manifest.elapsed_s,
        "report": str(told.report) if told.report is not None else None,
    }


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


COLOURS = {"supported": "green", "refuted": "red", "depends": "yellow", "undecided": "dim"}


def _show(told: Told, *, brief: bool) -> None:
    console = answers()
    verdict = told.verdict
    colour = COLOURS[str(verdict["verdict"])]
    console.print(f"\n[bold]{safe(verdict['question'])}[/bold]")
    for text in verdict["answer"][: 1 if brief else None]:
        console.print(f"[{colour}]-[/{colour}] {safe(text)}")
    if brief:
        return
    counts = told.manifest.runs
    again = f", {counts.reused} of them reused" if counts.reused else ""
    failed = f", {counts.failed} failed" if counts.failed else ""
    console.print(f"\n{counts.done} runs{again}{failed}, {verdict['replicates']} seeds.")
    console.print(f"Result  {safe(told.folder)}", soft_wrap=True)
    if told.report is not None:
        console.print(f"        {safe(told.report)}", soft_wrap=True)
    console.print(f"Again   {safe(verdict['remake'])}", soft_wrap=True)


def _show_table(verdicts: list[Mapping[str, Any]], seconds: float) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("question", "verdict", "effect", "95 % interval", "seeds", "leans most on"):
        table.add_column(name, no_wrap=name != "leans most on",
                         justify="right" if name in ("effect", "seeds") else "left")  # fmt: skip
    for told in verdicts:
        ends = "" if told["low"] is None else f"{number(told['low'])} … {number(told['high'])}"
        leans = ", ".join(str(one["world"]) for one in told["leaning"][:2])
        colour = COLOURS[str(told["verdict"])]
        verdict = f"[{colour}]{told['verdict']}[/{colour}]"
        effect, seeds = number(told["effect"]), str(told["replicates"])
        table.add_row(safe(told["name"]), verdict, effect, ends, seeds, safe(leans))
    console = answers()
    console.print()
    console.print(table)
    console.print(f"\n{len(verdicts)} questions in {seconds / 60:.0f} min.")


# --- listing -------------------------------------------------------------------------------------


def _stored(root: Path) -> dict[str, dict[str, Any]]:
    """Return the newest verdict of each question that was asked here, full ones first."""
    from simulation.studies.question.verdict import read_verdict

    found: dict[str, dict[str, Any]] = {}
    for folder in sorted(root.glob("*/*")):
        told = read_verdict(folder)
        if told is None:
            continue
        name = str(told["name"])
        held = found.get(name)
        rank = (not told["quick"], str(told["finished"]))
        if held is None or rank > (not held["quick"], str(held["finished"])):
            found[name] = {**told, "folder": str(folder)}
    return found


def _list(habits: Habits) -> None:
    """List the questions with what their source says and whether they have been answered."""
    from simulation.studies.question.plan import available, headline

    stored = _stored(habits.root)
    rows = []
    for name in available():
        head = headline(name)
        told = stored.get(name)
        rows.append(
            {
                **asdict(head),
                "status": _status(told),
                "verdict": told["verdict"] if told else None,
                "effect": told["effect"] if told else None,
                "low": told["low"] if told else None,
                "high": told["high"] if told else None,
                "replicates": told["replicates"] if told else None,
            }
        )
    if habits.as_json:
        _print_json(rows)
        return
    console = answers()
    for row in rows:
        console.print(f"[bold]{safe(row['name'])}[/bold]  {safe(row['question'])}")
        console.print(f"    {safe(row['source'])}", style="dim")
        console.print(f"    status: {safe(row['status'])}\n")
    console.print("Ask one: cocreate ask NAME [--quick]     all: cocreate ask --all --quick")


def _status(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return "not asked here yet"
    how = "a quick look" if told["quick"] else f"{told['replicates']} seeds"
    return f"{told['verdict']} ({how}, {str(told['finished'])[:10]})"


def _write_findings(file: Path, habits: Habits) -> None:
    """Write the verdicts of full runs as a page.

    Raises:
        ResultError: no question has been asked in full.
    """
    from simulation.errors import ResultError
    from simulation.studies.question.findings_page import findings_page
    from simulation.studies.question.plan import available

    stored = {name: told for name, told in _stored(habits.root).items() if not told["quick"]}
    if not stored:
        hint = "Ask first: cocreate ask --all"
        raise ResultError([Fault("holds no full answer.", file=habits.root, hint=hint)])
    order = [name for name in available() if name in stored]
    file.write_text(findings_page([stored[name] for name in order]), encoding="utf-8")
    typer.echo(f"Wrote {file}: {len(order)} questions.", err=True)
