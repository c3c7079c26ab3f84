"""``cocreate ask``: the sources' questions, and their answers by rules written down beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import ENGINE, OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, number, print_json, safe
from simulation.cli.execute import (
    Changed,
    Commission,
    Habits,
    Screen,
    counts_text,
    execute,
    head_data,
    show_where,
)
from simulation.cli.faults import reported
from simulation.cli.interrupts import INTERRUPTED
from simulation.cli.sweep_command import experiment_changes
from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    from simulation.studies.question.plan import Question
    from simulation.studies.question.result import QuestionResult

ROOT = Path("results") / "questions"

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="[QUESTION]", help="Name of a question; without it, all are listed."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Answer every question.")]
QuickOption = Annotated[
    bool, typer.Option("--quick", help="Fewer people, months and seeds: a minute per question.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder for results (default: results/questions)."),
]
FindingsOption = Annotated[
    Path | None,
    typer.Option("--findings", metavar="FILE", help="Write the verdicts of full runs to a file."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask")(with_options(ask))


def ask(
    *,
    question: NameArgument = None,
    everything: AllOption = False,
    quick: QuickOption = False,
    findings: FindingsOption = None,
    changed: Annotated[Changed, SCENARIO],
    habits: Annotated[Habits, (*ENGINE, "out", "force", *OUTPUT, "shard")],
    out: OutOption = None,
) -> None:
    """List the sources' questions, or answer one: verdict, effect and sensitivity.

    After an interruption, the same command resumes.
    """
    root = out or ROOT
    with reported(as_json=habits.as_json):
        if question is None and not everything:
            if findings is None:
                _list(root, as_json=habits.as_json)
            else:
                _write_findings(findings, root)
            return
        asked = _understand(question, changed, everything=everything, quick=quick)
        code = execute(_jobs(asked, root, habits), habits, _view(brief=len(asked) > 1))
        if findings is not None and code != INTERRUPTED:
            _write_findings(findings, root)
    raise typer.Exit(code)


# --- asking --------------------------------------------------------------------------------------


def _understand(
    name: str | None, changed: Changed, *, everything: bool, quick: bool
) -> list[Question]:
    """Return the questions that are to be asked, or raise with all that is wrong."""
    from simulation.studies.question.plan import available, load_question

    if name is not None and everything:
        hint = "Name one question, or use --all."
        raise InputError([Fault("cannot be combined with a question.", key="--all", hint=hint)])
    changes = experiment_changes(changed)
    asked: list[Question] = []
    faults: list[Fault] = []
    for one in list(available()) if name is None else [name]:
        try:
            asked.append(load_question(one, quick=quick, changes=changes))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return asked


def _jobs(asked: list[Question], root: Path, habits: Habits) -> list[Commission]:
    from simulation.studies.study import result_folder

    return [
        Commission(
            question,
            result_folder(question, root, force=habits.force),
            f"{at}/{len(asked)} {question.name}" if len(asked) > 1 else question.name,
        )
        for at, question in enumerate(asked, start=1)
    ]


# --- telling -------------------------------------------------------------------------------------


def _data(result: QuestionResult, made: list[Path]) -> dict[str, Any]:
    verdict = result.verdict
    keys = ("name", "question", "source", "verdict", "effect", "low", "high", "replicates")
    rest = ("claim", "quick", "unit", "threshold", "effect_of", "supporting", "refuting", "leaning",
            "turns", "answer")  # fmt: skip
    return {
        **{key: verdict[key] for key in keys},
        "status": "answered",
        **{key: verdict[key] for key in rest},
        **head_data("ask", result.manifest, result.folder),
        "report": str(made[0]) if made else None,
    }


def _check(result: QuestionResult) -> None:
    """Refuse to go on where there is no verdict."""
    _ = result.verdict


COLOURS = {"supported": "green", "refuted": "red", "depends": "yellow", "undecided": "dim"}


def _view(*, brief: bool) -> Screen:
    """Return how answers are shown: those of several questions briefly, and a table at the end."""

    def show(result: QuestionResult, made: list[Path]) -> None:
        _show(result, made[:1], brief=brief)

    def end(results: Sequence[QuestionResult], seconds: float) -> None:
        if brief:
            _show_table([result.verdict for result in results], seconds)

    return Screen("ask", show, _data, _check, end=end, in_list=True, ascii_only=False)


def _show(result: QuestionResult, made: list[Path], *, brief: bool) -> None:
    console, verdict, counts = answers(), result.verdict, result.manifest.runs
    colour = COLOURS[str(verdict["verdict"])]
    console.print(f"\n[bold]{safe(verdict['question'])}[/bold]")
    for text in verdict["answer"][: 1 if brief else None]:
        console.print(f"[{colour}]-[/{colour}] {safe(text)}")
    if not brief:
        seeds = verdict["replicates"]
        console.print(f"\n{counts.done} runs{counts_text(counts)}, {seeds} seeds.")
        show_where(result, made, again=verdict["remake"], lead="")


def _show_table(verdicts: list[Mapping[str, Any]], seconds: float) -> None:
    from simulation.report.table import Table

    heads = ("question", "verdict", "effect", "95 % interval", "seeds", "most sensitive to")
    table = Table("", heads, tuple(map(_row, verdicts)))
    console = answers()
    console.print()
    console.print(
        table.terminal(words=("verdict", "95 % interval", "most sensitive to"), colours=COLOURS)
    )
    console.print(f"\n{len(verdicts)} questions in {seconds / 60:.0f} min.")


def _row(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = verdict["low"], verdict["high"]
    ends = "" if low is None else f"{number(low)} … {number(high)}"
    leaning = ", ".join(str(one["alternative"]) for one in verdict["leaning"][:2])
    seeds = str(verdict["replicates"])
    return verdict["name"], str(verdict["verdict"]), number(verdict["effect"]), ends, seeds, leaning


# --- listing -------------------------------------------------------------------------------------


def _stored(root: Path) -> dict[str, dict[str, Any]]:
    """Return the newest verdict of each question that was asked here, full ones first."""
    from simulation.studies.question.verdict import read_verdict

    result: dict[str, dict[str, Any]] = {}
    for folder in sorted(root.glob("*/*")):
        verdict = read_verdict(folder)
        if verdict is None:
            continue
        name = str(verdict["name"])
        held = result.get(name)
        rank = (not verdict["quick"], str(verdict["finished"]))
        if held is None or rank > (not held["quick"], str(held["finished"])):
            result[name] = {**verdict, "folder": str(folder)}
    return result


def _list(root: Path, *, as_json: bool) -> None:
    """List the questions with what their source says and whether they have been answered."""
    from simulation.studies.question.plan import available, headline

    stored = _stored(root)
    rows = []
    for name in available():
        head = headline(name)
        verdict = stored.get(name)
        rows.append(
            {
                **asdict(head),
                "status": _status(verdict),
                "verdict": verdict["verdict"] if verdict else None,
                "effect": verdict["effect"] if verdict else None,
                "low": verdict["low"] if verdict else None,
                "high": verdict["high"] if verdict else None,
                "replicates": verdict["replicates"] if verdict else None,
            }
        )
    if as_json:
        print_json(rows, ascii_only=False)
        return
    console = answers()
    for row in rows:
        console.print(f"[bold]{safe(row['name'])}[/bold]  {safe(row['question'])}")
        console.print(f"    {safe(row['source'])}", style="dim")
        console.print(f"    status: {safe(row['status'])}\n")
    console.print("Answer one: cocreate ask NAME [--quick]     all: cocreate ask --all --quick")


def _status(verdict: Mapping[str, Any] | None) -> str:
    if verdict is None:
        return "not answered here yet"
    how = "a quick look" if verdict["quick"] else f"{verdict['replicates']} seeds"
    return f"{verdict['verdict']} ({how}, {str(verdict['finished'])[:10]})"


def _write_findings(file: Path, root: Path) -> None:
    """Write the verdicts of full runs as a page.

    Raises:
        ResultError: no question has been asked in full.
    """
    from simulation.errors import ResultError
    from simulation.studies.question.findings_page import findings_page
    from simulation.studies.question.plan import available

    stored = {name: verdict for name, verdict in _stored(root).items() if not verdict["quick"]}
    if not stored:
        hint = "Answer them first: cocreate ask --all"
        raise ResultError([Fault("holds no full answer.", file=root, hint=hint)])
    order = [name for name in available() if name in stored]
    file.write_text(findings_page([stored[name] for name in order]), encoding="utf-8")
    typer.echo(f"Wrote {file}: {len(order)} questions.", err=True)
