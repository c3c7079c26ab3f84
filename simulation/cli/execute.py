"""Carrying studies out from the command line: do, show, report; said once for all commands.

A command understands what is asked (``Commission``), and says how results look (``Screen``).
The rest is here: progress, reports, summaries for programs, failures, Ctrl-C, exit codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from simulation.cli.console import answers, command_line, errors, print_json, safe
from simulation.cli.interrupts import INTERRUPTED, stoppable
from simulation.cli.options import Engine
from simulation.cli.reports import make_report
from simulation.errors import Fault, FaultList, InputError
from simulation.lazy_imports import put_off_parts_of_numpy

if TYPE_CHECKING:
    from simulation.cli.progress import Aside
    from simulation.execution import Executor
    from simulation.scenario.scenario import Scenario
    from simulation.store import Manifest, RunCounts
    from simulation.studies.result import Result
    from simulation.studies.study import Study

RESULTS = Path("results")
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Changed:
    """What the command line changes of scenarios: options that several commands share."""

    replicates: int | None = None
    months: int | None = None
    seed: int | None = None
    settings: tuple[str, ...] = ()
    model: str | None = None
    later: tuple[str, ...] = ()

    def of_scenario(
        self, *, replicates: bool = True, faults: FaultList | None = None
    ) -> dict[str, Any]:
        """Return the parameters that it changes.

        Args:
            replicates: whether their number is among them.
            faults: gets what is no setting, so that the rest can be looked at as well.

        Raises:
            ScenarioError: with what is no setting, where nothing collects it.
        """
        from simulation.cli.settings import read_settings
        from simulation.scenario.load import parse_settings

        texts = self.settings
        settings = parse_settings(texts) if faults is None else read_settings(texts, faults)
        named = {
            "run.replicates": self.replicates if replicates else None,
            "run.months": self.months,
            "run.seed": self.seed,
        }
        given = {key: value for key, value in named.items() if value is not None}
        return {**settings, **given}

    def then(self, scenario: Scenario) -> Scenario:
        """Return the scenario with what it changes from month 1 on."""
        from simulation.scenario.load import parse_settings

        return scenario.then(parse_settings(self.later))

    def words(self, stated: Mapping[str, Any] | None = None) -> list[str]:
        """Return the changes as one would type them, but for seeds and their number."""
        from simulation.scenario.suggest import shown

        settings = [
            *self.settings,
            *(f"{key}={shown(value)}" for key, value in (stated or {}).items()),
        ]
        words = [word for setting in settings for word in ("--set", setting)]
        words += [word for setting in self.later for word in ("--then", setting)]
        words += ["--months", str(self.months)] if self.months is not None else []
        return words + (["--model", self.model] if self.model is not None else [])


@dataclass(frozen=True)
class Habits:
    """What does the runs, where results go, and how much is said."""

    out: Path | None = None
    force: bool = False
    as_json: bool = False
    quiet: bool = False
    report: bool = True
    workers: int | None = None
    engine: Engine = Engine.PROCESSES
    scheduler: str | None = None
    seconds: float | None = None
    megabytes: int | None = None
    shard: str | None = None
    """Which part of a study to do, where not all of it."""

    def check(self) -> None:
        """Refuse means that do not go together.

        Raises:
            InputError: with all of them.
        """
        faults = []
        if self.engine is Engine.PROCESSES and self.scheduler is not None:
            faults.append(
                Fault("is an option of Dask.", key="--scheduler", hint="Add --engine dask.")
            )
        if self.shard is not None and self.force:
            hint = "Remove the part's folder instead, or leave out --force."
            faults.append(Fault("cannot be combined with --shard.", key="--force", hint=hint))
        if self.workers == 0:
            needs = {"--time-limit": self.seconds, "--memory-limit": self.megabytes}
            keys = [key for key, limit in needs.items() if limit is not None]
            keys += ["--engine dask"] if self.engine is Engine.DASK else []
            hint = "Remove --workers 0."
            faults += [Fault("needs worker processes.", key=key, hint=hint) for key in keys]
        if faults:
            raise InputError(faults)

    def executor(self, model: str) -> Executor:
        """Return what does the runs."""
        from simulation.execution import Limits, executor

        limits = Limits(self.seconds, self.megabytes and self.megabytes * MEGABYTE)
        if self.engine is Engine.PROCESSES:
            return executor(self.workers, model, limits)
        from simulation.execution.dask import Dask
        from simulation.simulate import model_version

        return Dask(self.workers, limits=limits, model=model, address=self.scheduler,
                    version=model_version(model))  # fmt: skip


@dataclass(frozen=True)
class Commission:
    """A study that is to be carried out."""

    study: Study
    folder: Path
    title: str
    """What progress calls it."""
    aside: Aside | None = None
    """What progress tells besides."""
    after: Callable[[Habits], None] | None = None
    """What else is run when its runs are done, before anything is shown."""


def print_answer(result: Result) -> None:
    """Print the sentences of a result's answer."""
    for place, text in enumerate(result.answer, start=1):
        answers().print(safe(f"{place}. {text}"))


def show_answer(result: Result, made: Sequence[Path]) -> None:
    """Print the sentences of a result's answer, and where everything is."""
    print_answer(result)
    show_where(result, made)


def answer_data(result: Result, made: Sequence[Path]) -> dict[str, Any]:
    """Return the answer of a result for programs, with what ``--json`` prints of any result."""
    head = head_data(result.manifest.command, result.manifest, result.folder)
    return {**head, "answer": answer_lines(result), **tail_data(result, made)}


def answer_lines(result: Result) -> list[str]:
    """Return the sentences of a result's answer for programs, with plain spaces."""
    return [text.replace("\u00a0", " ") for text in result.answer]


def run_and_seed(row: Mapping[Any, Any]) -> str:
    """Return what a failed run is called where the seed alone does not say which it is."""
    return f"run {row['run']}, seed {row['seed']}"


@dataclass(frozen=True)
class Screen:
    """What a command says of its results.

    Attributes:
        command: its name.
        show: prints a result for people, given the paths of its report.
        data: gives a result for programs, given the paths of its report.
        check: raises where nothing can be said of a result.
        culprit: names the run that a row of failures is of.
        end: prints what there is to say of all results together, given the seconds they took.
        in_list: whether programs get a list even of one result.
        ascii_only: whether programs get other letters as escapes.
    """

    command: str
    show: Callable[[Any, list[Path]], None] = show_answer
    data: Callable[[Any, list[Path]], dict[str, Any]] = answer_data
    check: Callable[[Any], None] = lambda _: None
    culprit: Callable[[Mapping[Any, Any]], str] = lambda row: f"seed {row['seed']}"
    end: Callable[[Sequence[Any], float], None] = lambda _results, _seconds: None
    in_list: bool = False
    ascii_only: bool = True


def execute(jobs: Sequence[Commission], habits: Habits, view: Screen) -> int:
    """Carry studies out one after the other, show their results, and return the exit code."""
    habits.check()
    if habits.shard is not None:
        return _do_shards(jobs, habits, habits.shard, view)
    put_off_parts_of_numpy()
    started, results, data = monotonic(), list[Any](), list[dict[str, Any]]()
    with stoppable():
        for job in jobs:
            try:
                result = _do(job, habits, view)
                if not (habits.as_json or habits.quiet):
                    # Before any figure is drawn; the paths are those that are about to be written.
                    view.show(result, _to_come(result, habits))
                made = _report(job, result, habits)
            except KeyboardInterrupt:
                stop = _tell_interrupt(job, view)
                if habits.as_json:
                    _print_all([*data, stop], jobs, view)
                return INTERRUPTED
            results.append(result)
            if habits.as_json:
                data.append(view.data(result, made))
            if result.manifest.runs.failed:
                tell_failures(result, view)
    if habits.as_json:
        _print_all(data, jobs, view)
    elif not habits.quiet:
        view.end(results, monotonic() - started)
    return 1 if any(result.manifest.runs.failed for result in results) else 0


def _do_shards(jobs: Sequence[Commission], habits: Habits, text: str, view: Screen) -> int:
    """Do a part of each study, say where it is, and return the exit code."""
    from simulation.cli.progress import watching
    from simulation.studies.shards import Shard, do_shard

    shard, failures, data = Shard.parse(text), 0, list[dict[str, Any]]()
    with stoppable():
        for job in jobs:
            started = monotonic()
            watch = watching(f"{job.title} {shard}", job.aside, quiet=habits.quiet)
            executor = habits.executor(job.study.model)
            try:
                folder, runs, failed = do_shard(
                    job.study, shard, job.folder, executor, watch, command_line()
                )
            except KeyboardInterrupt:
                text = f"Interrupted. Resume with the same command: {command_line()}"
                errors().print(safe(text), soft_wrap=True)
                if habits.as_json:
                    stop = {"command": view.command, "shard": str(shard), "interrupted": True}
                    _print_all([*data, stop], jobs, view)
                return INTERRUPTED
            failures += failed
            counts = {"shard": str(shard), "result": str(folder), "runs": runs, "failed": failed}
            elapsed = round(monotonic() - started, 3)
            data.append({"command": view.command, **counts, "elapsed_s": elapsed})
            if not (habits.as_json or habits.quiet):
                answers().print(f"Part {shard}: {runs} runs, {failed} failed. {safe(folder)}")
    if habits.as_json:
        _print_all(data, jobs, view)
    return 1 if failures else 0


def _do(job: Commission, habits: Habits, view: Screen) -> Result:
    """Do the runs of a job and return the result."""
    from simulation.cli.progress import watching
    from simulation.studies.result import open_result
    from simulation.studies.study import carry_out

    carry_out(
        job.study,
        job.folder,
        habits.executor(job.study.model),
        watching(job.title, job.aside, quiet=habits.quiet),
        command_line=command_line(),
        force=habits.force,
    )
    if job.after is not None:
        job.after(habits)
    result = open_result(job.folder)
    view.check(result)
    return result


def _to_come(result: Result, habits: Habits) -> list[Path]:
    """Return the paths that a report will have."""
    wanted = habits.report and result.manifest.runs.done > 0
    return [result.folder / name for name in ("report.html", "figures")] if wanted else []


def _report(job: Commission, result: Result, habits: Habits) -> list[Path]:
    if not habits.report or result.manifest.runs.done == 0:
        return []
    if not habits.quiet:
        errors().print(f"{safe(job.study.name)}: drawing figures and writing the report…")
    return make_report(result)


def _print_all(data: list[dict[str, Any]], jobs: Sequence[Commission], view: Screen) -> None:
    alone = len(jobs) == 1 and not view.in_list
    print_json(data[0] if alone else data, ascii_only=view.ascii_only)


def tell_failures(result: Result, view: Screen) -> None:
    """Say how many runs failed, why the first of them did, and how to see that again."""
    console, failures = errors(), result.failures
    runs = "1 run" if len(failures) == 1 else f"{len(failures)} runs"
    console.print(f"{runs} failed (see failures.parquet), the first of them:")
    first = failures.iloc[0].to_dict()
    console.print(safe(f"  {view.culprit(first)}: {first['error']}"), soft_wrap=True)
    console.print(safe(f"  reproduce it: {first['remake']}"), soft_wrap=True)


def _tell_interrupt(job: Commission, view: Screen) -> dict[str, Any]:
    """Say what is kept and how to go on, and return it for programs."""
    from simulation.studies.folders import n_kept

    kept, planned = n_kept(job.study, job.folder)
    console = errors()
    of = f" of {planned}" if planned is not None else ""
    console.print(safe(f"Interrupted. {kept}{of} runs are kept in {job.folder}."), soft_wrap=True)
    console.print(safe(f"Resume with the same command: {command_line()}"), soft_wrap=True)
    return {
        "command": view.command,
        "result": str(job.folder),
        "runs": {"done": kept, "failed": 0, "reused": 0},
        "interrupted": True,
    }


# --- what summaries and screens have in common ---------------------------------------------------


def head_data(command: str, manifest: Manifest, folder: Path) -> dict[str, Any]:
    """Return what ``--json`` prints of any result, first."""
    return {
        "command": command,
        "result": str(folder),
        "runs": asdict(manifest.runs),
        "elapsed_s": manifest.elapsed_s,
    }


def print_timed(command: str, result: Result, started: float, **more: Any) -> None:
    """Print for programs what a command did with a stored result, and how long it took."""
    manifest = replace(result.manifest, elapsed_s=round(monotonic() - started, 3))
    print_json({**head_data(command, manifest, result.folder), **more})


def units_data(result: Result) -> dict[str, Any]:
    """Return by what numbers for programs, which stay in the model's units, are multiplied."""
    units = result.shown_in
    return {"units": {"currency": units.currency, "per_unit": units.per_unit,
                      "per_person": units.per_person}}  # fmt: skip


def tail_data(result: Result, made: Sequence[Path], *columns: str) -> dict[str, Any]:
    """Return what ``--json`` prints of any result, last; of failures some columns."""
    failures = result.failures[list(columns or ("run", "seed", "error", "remake"))]
    return {"report": [str(path) for path in made], "failures": failures.to_dict("records")}


def counts_text(counts: RunCounts) -> str:
    """Return how many of the runs were reused or failed, to stand behind their number."""
    again = f", {counts.reused} of them reused" if counts.reused else ""
    failed = f", {counts.failed} failed" if counts.failed else ""
    return f"{again}{failed}"


def show_where(
    result: Result, made: Sequence[Path], *, again: str | None = None, lead: str = "\n"
) -> None:
    """Print where everything is, and how to make it again."""
    console = answers()
    console.print(f"{lead}Result  {safe(result.folder)}", soft_wrap=True)
    for path in made:
        console.print(f"        {safe(path)}", soft_wrap=True)
    console.print(f"Again   {safe(again or result.manifest.remake)}", soft_wrap=True)
