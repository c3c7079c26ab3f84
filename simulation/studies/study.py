"""What all studies share: runs that are planned, done into a folder, and made into tables.

Every kind of study (see ``studies/kinds.py``) says which runs it plans and what it makes of them.
How runs are stored, resumed, counted and written down is said here, once:

    folder = result_folder(study, Path("results"))
    manifest = carry_out(study, folder, executor(), Unwatched())
"""

from __future__ import annotations

import hashlib
import shlex
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, override

from simulation.errors import Fault
from simulation.execution import Executor, Finished, RunTask, Watch, Working
from simulation.scenario.suggest import file_name
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import (
    Manifest,
    Measure,
    PlannedRun,
    Record,
    RunCounts,
    RunStore,
    read_manifest,
)
from simulation.store.manifest import MANIFEST
from simulation.store.panel_part import PanelPart
from simulation.studies.folders import ELSEWHERE, opened
from simulation.studies.provenance import commit, now, versions

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario
    from simulation.world.panel import PanelColumn


class Room(Protocol):
    """Where the runs of a study are done: its store, or the room of whoever makes them again."""

    @property
    def folder(self) -> Path:
        """Where runs leave files of their own."""

    def read(self, plan: PlannedRun) -> Record | None:
        """Return the record of a run that has ended, or None."""

    def part(self, plan: PlannedRun) -> PanelPart | None:
        """Return where a run writes its people down, if a panel is asked for."""


@dataclass(frozen=True)
class Pause(Sequence[PlannedRun]):
    """A wave without runs: what is worked out before the next one, for those who watch."""

    what: str

    @override
    def __len__(self) -> int:
        return 0

    @override
    def __getitem__(self, at: Any) -> Any:
        return ()[at]


class Study(ABC):
    """Runs that answer something together.

    A study that goes on with more seeds or points is the same study, so that finished runs count.
    """

    command: ClassVar[str]
    """The command that carries it out."""

    if TYPE_CHECKING:  # fields or properties of each kind; at run time a property would hide fields

        @property
        def name(self) -> str:
            """What it is called: usually the name of its file."""

        @property
        def scenario(self) -> Scenario:
            """The scenario that the manifest keeps; other runs may change it."""

        @property
        def seeds(self) -> tuple[int, ...]:
            """The seeds of its runs."""

    model: str = DEFAULT_MODEL
    """The model as ``module:Class``."""

    @property
    def identity(self) -> str:
        """What a folder of its runs is for; the same however many runs are planned."""
        return identity_of(self.command, self.scenario.fingerprint, model_version(self.model))

    @abstractmethod
    def planned(self) -> list[PlannedRun]:
        """Return its runs in the order of the tables."""

    @abstractmethod
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""

    @abstractmethod
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone, for whoever wants to see it fail."""

    @property
    def stem(self) -> str:
        """The name of its folder, where none is named."""
        return f"{file_name(self.name)}-{self.identity[:8]}"

    @property
    def panel(self) -> tuple[PanelColumn, ...]:
        """Columns of people that are written down every month, if any."""
        return ()

    @property
    def grows(self) -> bool:
        """Whether runs are added on the way, so that their number is not known."""
        return False

    def about(self) -> dict[str, Any]:
        """Return the fields of the manifest in which it differs from a run of its scenario."""
        return {}

    def again(self, folder: Path) -> str:
        """Return the command that makes all of it again in a new folder."""
        options = [] if self.model == DEFAULT_MODEL else ["--model", self.model]
        where = ["--out", f"{folder}-again"]
        return shlex.join(["cocreate", self.command, str(folder / MANIFEST), *options, *where])

    def resumed(self, folder: Path) -> Self:
        """Return the study as it goes on with what a folder of it holds."""
        return self

    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """Return why the study cannot go on in a folder of its own kind, if so."""
        lost = [seed for seed in manifest.seeds if seed not in set(self.seeds)]
        if not lost:
            return None
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        return Fault(f"holds runs that are not asked for (seed {lost[0]}{more}).", file=folder,
                     hint=ELSEWHERE)  # fmt: skip

    def is_whole(self, plan: PlannedRun, folder: Path) -> bool:
        """Whether a finished run has left what it leaves besides its record."""
        return True

    def through(self, executor: Executor, store: RunStore) -> Executor:
        """Return what does the runs: the executor itself, or one that looks at them first."""
        return executor

    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the runs a wave at a time; a wave may depend on the records of those before.

        What takes long between waves is announced by a ``Pause``.

        Returns:
            The study as it came to be, with the runs that were added on the way.
        """
        yield self.planned()
        return self

    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes its runs."""
        return {}

    def note(self, folder: Path) -> None:
        """Write down what is asked, where the manifest does not hold all that makes the study."""

    def from_parts(self) -> Self:
        """Return the study, as a part of it holds it, to go on with when the parts are joined."""
        return self

    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Write tables of its own into the folder, which has those of the runs already.

        Args:
            folder: the result folder.
            manifest: as it is about to be written.
        """


def identity_of(*parts: str) -> str:
    """Return a digest of what makes a study the one that it is."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def carry_out(
    study: Study,
    folder: Path,
    executor: Executor,
    watch: Watch,
    *,
    command_line: str = "",
    force: bool = False,
) -> Manifest:
    """Do all runs that a folder does not have, make the tables, and return the manifest.

    Stopped by an exception (Ctrl-C too), finished runs stay.

    Args:
        study: what to do.
        folder: the result folder (see ``result_folder``).
        executor: does the runs.
        watch: is shown how they come along.
        command_line: the command as it was typed.
        force: start afresh, whatever the folder holds.

    Raises:
        InputError: only the runs could show that what is asked for is wrong.
        RunFailedError: too few runs finished for what is asked.
        ResultError: the folder is another's, or in use.
    """
    started, study = monotonic(), study if force else study.resumed(folder)
    with opened(study, folder, force=force) as store:
        begun = manifest_of(study, command_line)
        store.begin(begun)
        done, reused = do_waves(study, store, study.through(executor, store), watch)
        planned = [plan if store.has(plan) else replace(plan, remake=done.remake(plan))
                   for plan in done.planned()]  # fmt: skip
        failed = sum(not store.has(plan) for plan in planned)
        finished = replace(
            manifest_of(done, command_line),
            runs=RunCounts(len(planned) - failed, failed, reused),
            started=begun.started,
            finished=now(),
            elapsed_s=round(monotonic() - started, 3),
            remake=done.again(folder),
        )
        store.commit(planned, finished, parameters=done.measures(), finish=done.finish)
    return read_manifest(folder)


def do_waves(study: Study, store: RunStore, executor: Executor, watch: Watch) -> tuple[Study, int]:
    """Do wave after wave; return the study as it came to be, and how many runs were there."""
    waves, reused = study.waves(store), 0
    try:
        while True:
            try:
                wave = next(waves)
            except StopIteration as end:
                return end.value, reused
            if isinstance(wave, Pause):
                store.look()
                watch.see(Working(wave.what))
            else:
                reused += do_runs(study, wave, store, executor, watch)
    finally:
        watch.end()


def balanced(wave: Sequence[PlannedRun], seeds: Sequence[int]) -> list[PlannedRun]:
    """Return runs in the order in which they are done: all points with the first seed, and so on.

    So whoever stops early has as many seeds of one point as of another.
    """
    place = {seed: at for at, seed in enumerate(seeds)}
    return sorted(wave, key=lambda plan: place.get(plan.identity.seed, len(place)))


def do_runs(
    study: Study, wave: Sequence[PlannedRun], store: RunStore, executor: Executor, watch: Watch
) -> int:
    """Do the runs of a wave that the store does not have, and append each as it ends; seeds first.

    Nothing but the plan grows with the number of runs: tasks are made when they are due, and
    records go to the journal at once. Runs that are the same are done once.

    Returns:
        How many of them the store had.
    """
    ordered = balanced(wave, study.seeds)
    missing = {plan.identity.key: plan for plan in ordered if not store.has(plan)}
    rows = Counter(key for plan in wave if (key := plan.identity.key) in missing)
    tasks = (study.task(plan, store) for plan in missing.values())
    reused = len(wave) - rows.total()
    months = manifest_months(study)
    watch.begin(runs=reused + len(missing), reused=reused, months=months if wave else 0)
    try:
        with closing(executor.run(tasks)) as events:
            for event in events:
                if isinstance(event, Finished):
                    store.append(event.record)
                store.look()
                watch.see(event)
    finally:
        watch.end()
    return reused


def manifest_months(study: Study) -> int:
    """Return the months of a run."""
    return int(study.about().get("months", study.scenario.run.months))


def manifest_of(study: Study, command_line: str) -> Manifest:
    """Return the manifest before anything is done."""
    scenario = study.scenario
    data: dict[str, Any] = {
        "title": scenario.title,
        "scenario_name": study.name,
        "months": scenario.run.months,
        **study.about(),
    }
    return Manifest(
        command=study.command,
        command_line=command_line,
        scenario=scenario.model_dump(mode="json"),
        fingerprint=scenario.fingerprint,
        experiment=study.identity,
        model=study.model,
        model_version=model_version(study.model),
        seeds=study.seeds,
        versions=versions(),
        commit=commit(),
        started=now(),
        panel=tuple(column.name for column in study.panel),
        **data,
    )
