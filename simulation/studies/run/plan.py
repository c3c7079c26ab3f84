"""Doing the runs of an experiment into a result folder, but for those that are there already."""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from simulation.errors import Fault, ResultError
from simulation.execution import Event, Executor, Finished, RunTask
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import Counts, Identity, Manifest, PlannedRun, RunStore, read_manifest
from simulation.store.files import write_text
from simulation.store.manifest import JOURNAL, MANIFEST, SNAPSHOT

if TYPE_CHECKING:
    from simulation.scenario.schema import Scenario
    from simulation.world.panel import PanelColumn

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "simpy")


class Watch(Protocol):
    """Is told how the runs come along."""

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """``runs`` are asked for, of which ``reused`` are there already."""

    def see(self, event: Event) -> None:
        """Something has happened."""

    def end(self) -> None:
        """No more runs are done."""


class Unwatched:
    """Looks away."""

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Look away."""

    def see(self, event: Event) -> None:
        """Look away."""

    def end(self) -> None:
        """Look away."""


@dataclass(frozen=True)
class Replicates:
    """One scenario, several seeds: what ``cocreate run`` does.

    Attributes:
        name: the scenario's name, usually that of its file.
        scenario: all inputs.
        seeds: a seed a run.
        model: the model as ``module:Class``.
        arguments: how the command line named scenario and changes, to write commands with.
        panel: names of the columns of people that are written down every month.
    """

    name: str
    scenario: Scenario
    seeds: tuple[int, ...]
    model: str = DEFAULT_MODEL
    arguments: str = ""
    panel: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[PanelColumn, ...]:
        """The columns of the panel, none where no panel is asked for.

        Raises:
            InputError: some names stand for no column.
        """
        if not self.panel:
            return ()
        from simulation.world.panel import panel_columns

        return panel_columns(self.panel, self.scenario)

    @property
    def panel_names(self) -> tuple[str, ...]:
        """The names of the panel's columns: ``attitude`` spelt out as one for each company."""
        return tuple(column.name for column in self.columns)

    @property
    def experiment(self) -> str:
        """What a folder of these runs is for.

        More seeds, or a panel, make no different experiment of it.
        """
        text = f"run\x1f{self.scenario.fingerprint}\x1f{model_version(self.model)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables."""
        fingerprint, version = self.scenario.fingerprint, model_version(self.model)
        return [
            PlannedRun(
                run=run,
                scenario=self.name,
                identity=Identity(fingerprint, seed, version),
                remake=f"cocreate run {self.arguments or self.name} --seed {seed} "
                "--replicates 1 --workers 0",
            )
            for run, seed in enumerate(self.seeds)
        ]

    def task(self, plan: PlannedRun) -> RunTask:
        """Return the task that does a planned run."""
        return RunTask(plan.run, plan.identity, self.scenario, self.model)

    def open(self, folder: Path, *, force: bool = False) -> RunStore:
        """Open a folder for these runs (see ``RunStore.open``)."""
        return RunStore.open(folder, self.experiment, force=force, panel=self.columns)

    def manifest(self, command_line: str) -> Manifest:
        """Return the manifest before anything is done."""
        scenario = self.scenario
        return Manifest(
            command="run",
            command_line=command_line,
            title=scenario.title,
            scenario_name=self.name,
            scenario=scenario.model_dump(mode="json"),
            fingerprint=scenario.fingerprint,
            experiment=self.experiment,
            model=self.model,
            model_version=model_version(self.model),
            seeds=self.seeds,
            months=scenario.run.months,
            versions=versions(),
            commit=commit(),
            started=now(),
            panel=self.panel_names,
        )


def carry_out(
    store: RunStore,
    planned: Sequence[PlannedRun],
    task_of: Callable[[PlannedRun], RunTask],
    executor: Executor,
    watch: Watch,
) -> Counts:
    """Do the planned runs that the store does not have, and append each as it ends.

    Nothing but the plan grows with the number of runs: tasks are made when they are due, and
    records go to the journal at once. Runs that are the same are done once. Stopped by an exception
    (Ctrl-C too), finished runs stay.
    """
    missing = {plan.identity.key: plan for plan in planned if not store.has(plan)}
    rows = Counter(key for plan in planned if (key := plan.identity.key) in missing)
    keys = {plan.run: key for key, plan in missing.items()}
    tasks = (task_of(plan) for plan in missing.values())
    reused = len(planned) - rows.total()
    months = task_of(planned[0]).scenario.run.months if planned else 0
    watch.begin(runs=reused + len(missing), reused=reused, months=months)
    failed = 0
    try:
        with closing(executor.run(tasks)) as events:
            for event in events:
                if isinstance(event, Finished):
                    store.append(event.record)
                    failed += 0 if event.done else rows[keys[event.run]]
                watch.see(event)
    finally:
        watch.end()
    return Counts(done=len(planned) - failed, failed=failed, reused=reused)


def replicate(
    replicates: Replicates,
    store: RunStore,
    executor: Executor,
    watch: Watch,
    *,
    command_line: str = "",
) -> Manifest:
    """Do all replicates into an open store, make its tables, and return the manifest.

    The scenario is kept twice: in the manifest as data, and as a TOML file to look at and change.
    """
    from simulation.scenario.write import to_toml

    def task(plan: PlannedRun) -> RunTask:
        return replace(replicates.task(plan), panel=store.part(plan))

    started = monotonic()
    planned = replicates.planned()
    manifest = replicates.manifest(command_line)
    store.begin(manifest)
    counts = carry_out(store, planned, task, executor, watch)
    finished = replace(
        manifest,
        runs=counts,
        finished=now(),
        elapsed_s=round(monotonic() - started, 3),
        remake=shlex.join(
            ["cocreate", "run", str(store.folder / MANIFEST), "--out", f"{store.folder}-again"]
        ),
    )
    write_text(store.folder / SNAPSHOT, to_toml(replicates.scenario, complete=True))
    store.commit(planned, finished)
    return read_manifest(store.folder)


def result_folder(root: Path, replicates: Replicates, *, force: bool = False) -> Path:
    """Return the folder of these replicates: a new one, or one that they go on or are done in.

    ``<scenario>-<fingerprint>``, and ``-2``, ``-3`` … where that holds something else: another
    version of the model, or seeds that are not asked for now.
    """
    stem = f"{replicates.name}-{replicates.scenario.fingerprint[:8]}"
    for number in count(1):
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists() or _takes(folder, replicates, force=force):
            return folder
    raise AssertionError


def check_seeds(folder: Path, seeds: Sequence[int]) -> None:
    """Refuse seeds that leave out some that the folder holds.

    Raises:
        ResultError: the tables would lose runs.
    """
    if not (folder / MANIFEST).exists():
        return
    held = read_manifest(folder).seeds
    lost = [seed for seed in held if seed not in set(seeds)]
    if lost:
        raise ResultError(
            [
                Fault(
                    f"holds runs that are not asked for (seed {lost[0]}"
                    + (f" and {len(lost) - 1} more)." if len(lost) > 1 else ")."),
                    file=folder,
                    hint="Choose another folder with --out, or overwrite it with --force.",
                )
            ]
        )


def with_panel_of(folder: Path, replicates: Replicates) -> Replicates:
    """Return the replicates with the panel that the folder has, where they ask for none.

    So a panel has every run of its folder.

    Raises:
        ResultError: the folder has a panel of other columns.
    """
    held = read_manifest(folder).panel if (folder / MANIFEST).exists() else ()
    if replicates.panel and held not in ((), replicates.panel_names):
        raise ResultError(
            [
                Fault(
                    f"holds a panel of other columns ({', '.join(held)}).",
                    file=folder,
                    hint="Ask for the same, choose another folder with --out, or overwrite it "
                    "with --force.",
                )
            ]
        )
    return replicates if replicates.panel else replace(replicates, panel=held)


def versions() -> dict[str, str]:
    """Return the versions of everything that results may depend on."""
    import platform

    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in ("cocreate", *LIBRARIES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """Return the commit of the checkout that cocreate runs from, or None where it is installed."""
    root = Path(__file__).parents[3]
    git = root / ".git"
    if not (git / "HEAD").is_file() or not (root / "pyproject.toml").is_file():
        return None
    head = (git / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    if (git / name).is_file():
        return (git / name).read_text(encoding="utf-8").strip()
    packed = git / "packed-refs"
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)


def now() -> str:
    """Return the present time as written in manifests."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _takes(folder: Path, replicates: Replicates, *, force: bool) -> bool:
    if not (folder / MANIFEST).is_file():
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
        return names <= {JOURNAL}
    try:
        manifest = read_manifest(folder)
    except ResultError:
        return False
    if manifest.experiment != replicates.experiment:
        return False
    same_panel = not replicates.panel or manifest.panel in ((), replicates.panel_names)
    return force or (same_panel and set(manifest.seeds) <= set(replicates.seeds))
