"""Doing an experiment: a run for every point and seed, but for those that are there already."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from simulation.errors import ExperimentError, Fault, ResultError, ScenarioError
from simulation.execution import Executor, RunTask
from simulation.experiment.experiment import Experiment
from simulation.experiment.outcomes import Outcomes
from simulation.experiment.resolver import Resolver
from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import Identity, Manifest, Measure, PlannedRun, RunStore, read_manifest, seal
from simulation.store.files import atomic_path, write_text
from simulation.store.manifest import JOURNAL, MANIFEST, SNAPSHOT
from simulation.studies.run.plan import Watch, carry_out, commit, now, versions
from simulation.studies.sweep.probe import Probing

if TYPE_CHECKING:
    from simulation.experiment.load import Changes


@dataclass(frozen=True)
class Sweep:
    """An experiment, the model that does it, and how its scenario is named on a command line."""

    experiment: Experiment
    model: str = DEFAULT_MODEL

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.experiment.name

    @property
    def identity(self) -> str:
        """What a folder of these runs is for.

        The same scenario, model and outcomes: more points, levels, replicates or factors make no
        different experiment of it, and go on with what is there.
        """
        kept = [asdict(outcome) for outcome in self.experiment.outcomes]
        parts = [self.experiment.base.fingerprint, model_version(self.model), kept,
                 list(self.experiment.series)]  # fmt: skip
        text = json.dumps(["sweep", *parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def resolver(self) -> Resolver:
        """Makes the scenario of a point."""
        return Resolver(self.experiment.base)

    @cached_property
    def planned(self) -> list[PlannedRun]:
        """The runs in the order of the tables: point by point, seed by seed.

        Raises:
            ExperimentError: some points are no valid scenario.
        """
        seeds, version = self.experiment.seeds, model_version(self.model)
        fingerprints = self._fingerprints()
        return [
            PlannedRun(
                run=at * len(seeds) + place,
                scenario=Path(self.experiment.scenario_name).stem,
                identity=Identity(fingerprint, seed, version),
                parameters={"point": at, **point.cells},
            )
            for at, (point, fingerprint) in enumerate(
                zip(self.experiment.points, fingerprints, strict=True)
            )
            for place, seed in enumerate(seeds)
        ]

    def task(self, plan: PlannedRun) -> RunTask:
        """Return the task that does a planned run."""
        point = self.experiment.points[plan.run // len(self.experiment.seeds)]
        outcomes = Outcomes(self.experiment.outcomes)
        return RunTask(
            plan.run, plan.identity, self.resolver.scenario(point), self.model, outcomes,
            keep_series=bool(self.experiment.series), metrics=self.experiment.series,
            measures=outcomes.measures,
        )  # fmt: skip

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        point = self.experiment.points[plan.run // len(self.experiment.seeds)]
        words = ["cocreate", "run", self.experiment.scenario_name]
        for path, value in {**self.experiment.fixed, **point.changes}.items():
            words += ["--set", f"{path}={value_text(value)}"]
        if self.model != DEFAULT_MODEL:
            words += ["--model", self.model]
        seed = str(plan.identity.seed)
        return shlex.join([*words, "--seed", seed, "--replicates", "1", "--workers", "0"])

    def manifest(self, command_line: str) -> Manifest:
        """Return the manifest before anything is done."""
        experiment = self.experiment
        return Manifest(
            command="sweep",
            command_line=command_line,
            title=str(experiment.asked.get("title") or experiment.question),
            scenario_name=experiment.scenario_name,
            scenario=experiment.base.model_dump(mode="json"),
            fingerprint=experiment.base.fingerprint,
            experiment=self.identity,
            model=self.model,
            model_version=model_version(self.model),
            seeds=experiment.seeds,
            months=experiment.months,
            versions=versions(),
            commit=commit(),
            started=now(),
            sweep=told(experiment),
        )

    def _fingerprints(self) -> list[str]:
        found, faults = [], list[Fault]()
        for at, point in enumerate(self.experiment.points):
            try:
                found.append(self.resolver.scenario(point).fingerprint)
            except ScenarioError as error:
                where = ", ".join(f"{column} = {cell}" for column, cell in point.cells.items())
                faults += [
                    Fault(f"point {at} ({where}): {fault.message}", key=fault.key, hint=fault.hint)
                    for fault in error.faults
                ]
            if len(faults) >= MOST_FAULTS:
                break
        if faults:
            raise ExperimentError(faults)
        return found


MOST_FAULTS = 10


def told(experiment: Experiment) -> dict[str, Any]:
    """Return what the manifest keeps of an experiment: to read, and to make it again."""
    return {
        "name": experiment.name,
        "question": experiment.question,
        "source": experiment.source,
        "design": {**asdict(experiment.design), "points": len(experiment.points)},
        "factors": [_factor(factor) for factor in experiment.factors],
        "outcomes": [{**asdict(one), "window": str(one.window)} for one in experiment.outcomes],
        "verdict": dict(experiment.verdict),
        "asked": dict(experiment.asked),
    }


def _factor(factor: Any) -> dict[str, Any]:
    domain = {key: value for key, value in asdict(factor.domain).items() if value is not None}
    return {
        "key": factor.key,
        "role": factor.role.value,
        "columns": list(factor.columns),
        "kind": type(factor.domain).__name__.lower(),
        "links": list(factor.links),
        "present": dict(factor.present),
        **domain,
    }


def conduct(
    sweep: Sweep, store: RunStore, executor: Executor, *, watch: Watch, command_line: str = ""
) -> Manifest:
    """Do all runs of a sweep into an open store, make its tables, and return the manifest.

    Raises:
        ExperimentError: an outcome or series is of a metric that the model does not have.
    """
    from simulation.scenario.write import to_toml

    started = monotonic()
    planned = sweep.planned
    manifest = sweep.manifest(command_line)
    if not any(store.has(plan) for plan in planned):
        executor = Probing(executor, sweep.experiment, sweep.model)
    store.begin(manifest)
    counts = carry_out(store, planned, sweep.task, executor, watch)
    finished = replace(
        manifest,
        runs=counts,
        finished=now(),
        elapsed_s=round(monotonic() - started, 3),
        remake=shlex.join(
            ["cocreate", "sweep", str(store.folder / MANIFEST), "--out", f"{store.folder}-again"]
        ),
    )
    told_how = [
        plan if store.has(plan) else replace(plan, remake=sweep.remake(plan)) for plan in planned
    ]
    write_text(store.folder / SNAPSHOT, to_toml(sweep.experiment.base, complete=True))
    store.commit(told_how, finished, parameters=_parameters(sweep.experiment))
    return _analyse(store.folder)


def _analyse(folder: Path) -> Manifest:
    """Write the indices of a Sobol or Morris design beside its runs, and return the manifest."""
    from simulation.analysis.sensitivity import all_sensitivities, can_be_analysed

    manifest = read_manifest(folder)
    path = folder / "sensitivity.parquet"
    if can_be_analysed(manifest.sweep) and manifest.runs.done:
        import pyarrow.parquet as pq

        table = pq.read_table(folder / "runs.parquet")
        units = {
            column.name: (column.metadata or {}).get(b"unit", b"").decode()
            for column in table.schema
        }
        frame = all_sensitivities(table.to_pandas(), manifest.sweep, units)
        with atomic_path(path) as part:
            frame.to_parquet(part, index=False)
    elif path.exists():
        path.unlink()
    else:
        return manifest
    return seal(folder)


def _parameters(experiment: Experiment) -> dict[str, Measure]:
    found = {"point": Measure("", "number of the point of the design, from 0")}
    for factor in experiment.factors:
        found.update(factor.measures)
    return found


def result_folder(root: Path, sweep: Sweep, *, force: bool = False) -> Path:
    """Return the folder of a sweep: a new one, or one that it goes on in.

    ``<experiment>-<digest>``, and ``-2``, ``-3`` … where that holds runs that are not asked for.
    """
    stem = f"{sweep.name}-{sweep.identity[:8]}"
    for number in count(1):
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists() or _takes(folder, sweep, force=force):
            return folder
    raise AssertionError


def check_kept(folder: Path, sweep: Sweep) -> None:
    """Refuse to make tables without runs that the folder's tables have.

    Raises:
        ResultError: there are such runs.
    """
    lost = _lost(folder, sweep)
    if lost:
        raise ResultError(
            [
                Fault(
                    f"holds {lost} runs that this design does not have.",
                    file=folder,
                    hint="Choose another folder with --out, or overwrite it with --force.",
                )
            ]
        )


def _takes(folder: Path, sweep: Sweep, *, force: bool) -> bool:
    if not (folder / MANIFEST).is_file():
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
        return names <= {JOURNAL}
    try:
        manifest = read_manifest(folder)
    except ResultError:
        return False
    if manifest.experiment != sweep.identity:
        return False
    return force or not _lost(folder, sweep)


def _lost(folder: Path, sweep: Sweep) -> int:
    """Return how many runs of the folder's tables are not planned."""
    import pyarrow.parquet as pq

    path = folder / "runs.parquet"
    if not path.is_file():
        return 0
    held = pq.read_table(path, columns=["fingerprint", "seed"]).to_pydict()
    planned = {(plan.identity.fingerprint, plan.identity.seed) for plan in sweep.planned}
    return len(set(zip(held["fingerprint"], held["seed"], strict=True)) - planned)


def from_manifest(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None
) -> Sweep:
    """Return the sweep that a result was made by.

    Raises:
        ExperimentError: it cannot be made again by this version.
        ResultError: it is no sweep.
    """
    from simulation.experiment.load import read_experiment, with_changes
    from simulation.scenario.schema import Scenario
    from simulation.scenario.tree import plant

    if not manifest.sweep:
        raise ResultError([Fault("is no sweep.", hint="Start it with: cocreate run")])
    base = Scenario.model_validate(dict(manifest.scenario))
    tree = plant(manifest.sweep["asked"])
    if changes is not None:
        tree = with_changes(tree, changes)
        fixed = dict(changes.settings)
        if changes.months is not None:
            fixed["run.months"] = changes.months
        base = base.replace(fixed) if fixed else base
    return Sweep(read_experiment(manifest.sweep["name"], tree, base), model or manifest.model)
