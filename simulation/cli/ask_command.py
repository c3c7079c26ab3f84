"""``cocreate ask``: the sources' questions, answered in many futures of several markets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli import options
from simulation.cli.blocks import ENGINE, OUTPUT, with_options
from simulation.cli.console import answers, errors, print_json, safe
from simulation.cli.earlier import folder_of, once_more, refuse_with_earlier
from simulation.cli.execute import (
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
)
from simulation.cli.faults import reported
from simulation.cli.findings_files import check_page, write_findings
from simulation.cli.interrupts import INTERRUPTED
from simulation.cli.options import PosteriorOption, draws_of
from simulation.cli.sweep_command import experiment_changes
from simulation.errors import Fault, FaultList

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
    bool, typer.Option("--quick", help="A quick look: 64 futures, one market; it never decides.")
]
MarketOption = Annotated[
    list[str] | None,
    typer.Option(
        "--market", metavar="SCENARIO", help="Market in which to ask it; can be repeated."
    ),
]
PlausibleFuturesOption = Annotated[
    int | None, typer.Option("--futures", "-n", min=16, help="Number of plausible futures.")
]
FutureSeedsOption = Annotated[
    int | None,
    typer.Option(
        "--replicates",
        "-r",
        min=1,
        help="Seeds per future where one does not decide (default and minimum: 2); futures that "
        "still cannot tell get up to 8.",
    ),
]
JudgedMonthsOption = Annotated[
    int | None,
    typer.Option(
        "--months", "-m", min=1, help="Months to simulate (default: 60; in a quick look 36)."
    ),
]
AnswersOption = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="Folder for results (default: results/questions).", parser=options.path
    ),
]
FindingsOption = Annotated[
    Path | None,
    typer.Option(
        "--findings",
        metavar="FILE",
        help="Write the page of findings, with its numbers beside it; answers already there "
        "are kept.",
        parser=options.path,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask", short_help="Answer one of the twenty questions.")(with_options(ask))


def ask(
    *,
    context: typer.Context,
    question: NameArgument = None,
    everything: AllOption = False,
    quick: QuickOption = False,
    market: MarketOption = None,
    futures: PlausibleFuturesOption = None,
    findings: FindingsOption = None,
    posterior: PosteriorOption = None,
    replicates: FutureSeedsOption = None,
    months: JudgedMonthsOption = None,
    changed: Annotated[Changed, ("seed", "settings")],
    habits: Annotated[Habits, (*ENGINE, "out", "force", *OUTPUT, "shard")],
    out: AnswersOption = None,
) -> None:
    """List the sources' questions, or answer one: the verdict, its worth, and where it holds.

    Without --market, a quick look takes the market that the question's file names, and a full
    answer all four. After an interruption, the same command resumes.
    """
    root = out or ROOT
    changed = replace(changed, replicates=replicates, months=months)
    with reported(as_json=habits.as_json):
        if findings is not None:
            check_page(findings)
        if question is None and not everything:
            if findings is None:
                _list(root, as_json=habits.as_json)
            else:
                write_findings(findings, root)
            return
        refuse_with_earlier(context, question, ASKED)
        wanted = Request(question, everything, quick, tuple(market or ()), futures, posterior)
        faults = FaultList()
        faults.attempt(habits.check)
        asked = faults.accepted(faults.attempt(_understand, wanted, changed, root))
        if not quick and not habits.quiet:
            _say_how_long(asked, habits)
        code = execute(_jobs(asked, root, habits), habits, _view(brief=len(asked) > 1))
        if findings is not None and code != INTERRUPTED:
            write_findings(findings, root)
    raise typer.Exit(code)


ASKED = ("quick", "market", "futures", "posterior", "replicates", "months", "seed", "settings")
"""Options of which an earlier answer has its own."""


# --- asking --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """Which questions are asked, and of which markets."""

    name: str | None
    everything: bool
    quick: bool
    markets: tuple[str, ...]
    futures: int | None
    posterior: Path | None = None

    @property
    def names(self) -> list[str]:
        """The names of the questions."""
        from simulation.studies.question.files import available

        return list(available()) if self.name is None else [self.name]

    @property
    def places(self) -> tuple[str, ...]:
        """The markets; empty text is the one that a file names."""
        from simulation.studies.question.files import MARKETS

        return self.markets or (("",) if self.quick else MARKETS)


def _understand(wanted: Request, changed: Changed, root: Path) -> list[Question]:
    """Return the questions that are to be asked, or raise with all that is wrong."""
    from simulation.studies.question.load import (
        asked_before,
        load_question,
        reason_against,
        together,
    )

    faults = FaultList()
    if wanted.name is not None and wanted.everything:
        hint = "Name one question, or use --all."
        faults.append(Fault("cannot be combined with a question.", key="--all", hint=hint))
    if wanted.posterior is not None and len(wanted.places) > 1:
        hint = "Name the one whose data they were: --market base."
        faults.append(Fault("is of one market.", key="--posterior", hint=hint))
    folder = None if wanted.name is None else folder_of(wanted.name)
    if folder is not None:
        faults.refuse()
        return [once_more(folder, "ask", changed.model, partial(asked_before, beside=root))]
    design = {} if wanted.futures is None else {"n": wanted.futures}
    draws = faults.attempt(draws_of, wanted.posterior)
    changes = replace(experiment_changes(changed, faults, design), posterior=draws)
    questions: list[Question] = []
    for market in wanted.places:
        asked: list[Question] = []
        for name in wanted.names:
            reason = faults.attempt(reason_against, name, market)
            if reason:
                errors().print(f"{safe(name)} is not asked of {safe(market)}: {safe(reason)}")
            elif reason is not None:
                question = faults.attempt(load_question, name, market, quick=wanted.quick,
                                          changes=changes, beside=root)  # fmt: skip
                asked += [] if question is None else [question]
        questions += together(asked) if len(asked) > 1 else asked
    if not questions and not faults:
        hint = "The file's not_in says where it cannot be asked; name another --market."
        faults.append(Fault("leaves no question to ask.", key="--market", hint=hint))
    faults.refuse()
    return questions


def _say_how_long(asked: Sequence[Question], habits: Habits) -> None:
    """Say beforehand about how long it takes, by the time of a month of the first question."""
    from simulation.execution.crew import cores
    from simulation.studies.question.load import (
        n_further_runs,
        n_runs,
        n_warm_ups,
        seconds_a_month,
    )

    runs, further, market = n_runs(asked), n_further_runs(asked), asked[0].scenario.run
    second = seconds_a_month(asked[0]) / (habits.workers or cores())
    before = n_warm_ups(asked) * market.warm_up
    least, most = (second * (n * market.months + before) for n in runs)
    errors().print(
        f"About {runs[0]:,} to {runs[1]:,} runs, {_long(least)} to {_long(most)} if nothing is "
        "stored yet; stop and resume at any time."
    )
    if further:
        errors().print(
            "Claims that are still undecided then get further seeds, in the worst case "
            f"{further:,} runs more ({_long(second * further * market.months)})."
        )


def _long(seconds: float) -> str:
    """Return a duration in words, to the minute below two hours."""
    minutes = max(seconds / 60.0, 1.0)
    return f"{minutes:.0f} minutes" if minutes < 120.0 else f"{minutes / 60.0:.1f} hours"


def _jobs(asked: list[Question], root: Path, habits: Habits) -> list[Commission]:
    from simulation.studies.folders import result_folder

    return [
        Commission(
            question,
            result_folder(question, root, force=habits.force),
            f"{at}/{len(asked)} {question.name}" if len(asked) > 1 else question.name,
        )
        for at, question in enumerate(asked, start=1)
    ]


# --- telling -------------------------------------------------------------------------------------

KEYS = ("name", "question", "source", "verdict", "effect", "low", "high", "replicates", "market",
        "claim", "rule", "quick", "unit", "shares", "own", "critical", "effects", "also", "actors",
        "horizons", "futures", "power", "false_supported", "gross", "served", "units")  # fmt: skip


def _data(result: QuestionResult, made: list[Path]) -> dict[str, Any]:
    verdict = result.verdict
    return {
        **{key: verdict[key] for key in KEYS},
        "status": "answered",
        "answer": answer_lines(result),
        "where": result.where.replace("\u00a0", " "),
        **head_data("ask", result.manifest, result.folder),
        "report": str(made[0]) if made else None,
    }


def _check(result: QuestionResult) -> None:
    """Refuse to go on where there is no verdict."""
    _ = result.verdict


COLOURS = {"supported": "green", "refuted": "red", "depends": "yellow", "no difference": "cyan",
           "undecided": "dim"}  # fmt: skip


def _view(*, brief: bool) -> Screen:
    """Return how answers are shown: those of several questions briefly, and a table at the end."""

    def show(result: QuestionResult, made: list[Path]) -> None:
        _show(result, made[:1], brief=brief)

    def end(results: Sequence[QuestionResult], seconds: float) -> None:
        if brief:
            _show_table([result.verdict for result in results], seconds)

    return Screen("ask", show, _data, _check, end=end, in_list=True, ascii_only=False,
                  culprit=run_and_seed)  # fmt: skip


def _show(result: QuestionResult, made: list[Path], *, brief: bool) -> None:
    console, verdict, counts = answers(), result.verdict, result.manifest.runs
    colour = COLOURS[str(verdict["verdict"])]
    console.print(f"\n[bold]{safe(verdict['question'])}[/bold] ({safe(verdict['market'])})")
    for text in result.answer[: 2 if brief else None]:
        console.print(f"[{colour}]-[/{colour}] {safe(text)}")
    if not brief:
        console.print(f"\n{counts.done} runs{counts_text(counts)}.")
        show_where(result, made, lead="")


def _show_table(verdicts: list[Mapping[str, Any]], seconds: float) -> None:
    from simulation.report.table import Table

    heads = ("question", "market", "verdict", "holds in", "interval", "at own values")
    table = Table("", heads, tuple(map(_row, verdicts)))
    console = answers()
    console.print()
    console.print(
        table.terminal(words=("market", "verdict", "interval", "at own values"), colours=COLOURS)
    )
    console.print(f"\n{len(verdicts)} answers in {seconds / 60:.0f} min.")


def _row(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    from simulation.report.words import percent
    from simulation.studies.question.answer import effect_words, summary

    share = verdict["shares"]["better"]
    ends = f"{percent(share['low'])} to {percent(share['high'])}"
    return (str(verdict["name"]), str(verdict["market"]), summary(verdict),
            percent(share["value"]), ends, effect_words(verdict))  # fmt: skip


# --- listing -------------------------------------------------------------------------------------


def _list(root: Path, *, as_json: bool) -> None:
    """List the questions with what their source says and whether they have been answered."""
    from simulation.studies.question.files import available, headline
    from simulation.studies.question.findings_data import verdicts_in

    stored = verdicts_in(root)
    rows = []
    for name in available():
        held = [verdict for (one, _), verdict in stored.items() if one == name]
        verdict = next((one for one in held if one["market"] == "base"), held[0] if held else None)
        keys = ("verdict", "effect", "low", "high", "replicates")
        rows.append({
            **asdict(headline(name)),
            "status": "; ".join(map(_status, held)) or "not answered here yet",
            **{key: verdict[key] if verdict else None for key in keys},
        })  # fmt: skip
    if as_json:
        print_json(rows, ascii_only=False)
        return
    console = answers()
    for row in rows:
        console.print(f"[bold]{safe(row['name'])}[/bold]  {safe(row['question'])}")
        console.print(f"    {safe(row['source'])}", style="dim")
        console.print(f"    status: {safe(row['status'])}\n")
    console.print("Answer one: cocreate ask NAME [--quick]     all: cocreate ask --all --quick")


def _status(verdict: Mapping[str, Any]) -> str:
    from simulation.studies.question.answer import summary

    how = "a quick look" if verdict["quick"] else f"{verdict['futures']['used']} futures"
    return f"{verdict['market']}: {summary(verdict)} ({how}, {str(verdict['finished'])[:10]})"
