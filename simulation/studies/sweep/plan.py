"""Doing an experiment: a run for every point of its design and every seed."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import ExperimentError, Fault, ScenarioError
from simulation.execution import Executor, RunTask
from simulation.experiment.design import DesignKind
from simulation.experiment.experiment import Experiment
from simulation.experiment.factors import DOMAINS
from simulation.experiment.outcomes import Outcomes
from simulation.experiment.resolver import Resolver
from simulation.simulate import DEFAULT_MODEL, begins_established, model_version
from simulation.store import Identity, Manifest, Measure, PlannedRun, RunStore
from simulation.store.read import read_frame, read_measures
from simulation.store.tables import write_frame
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.folders import ELSEWHERE, held_runs, manifest_with
from simulation.studies.pasts import key_of, past_of, shared
from simulation.studies.run.plan import scenario_of, write_snapshot
from simulation.studies.study import Room, Study
from simulation.studies.sweep.probe import Probing

if TYPE_CHECKING:
    from simulation.experiment.design import Point
    from simulation.experiment.load import Changes
    from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Sweep(Study):
    """An experiment, the model that does it, and how its scenario is named on a command line."""

    command: ClassVar[str] = "sweep"

    experiment: Experiment
    model: str = DEFAULT_MODEL

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.experiment.name

    @property
    def scenario(self) -> Scenario:
        """The scenario that points change."""
        return self.experiment.base

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every point."""
        return self.experiment.seeds

    @property
    def identity(self) -> str:
        """What a folder of these runs is for.

        The same scenario, model and outcomes: more points, levels, replicates or factors make no
        different experiment of it, and go on with what is there.
        """
        kept = [asdict(outcome) for outcome in self.experiment.outcomes]
        parts = [self.experiment.base.fingerprint, model_version(self.model), kept,
                 list(self.experiment.series)]  # fmt: skip
        parts += ["from the start"] if self.experiment.from_start else []
        text = json.dumps(["sweep", *parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def resolver(self) -> Resolver:
        """Makes the scenario of a point."""
        return Resolver(self.experiment.base)

    @cached_property
    def _markets(self) -> Resolver:
        """Makes the scenario of a point's market, in which its levers are as they are."""
        return Resolver(self.experiment.base)

    @cached_property
    def _from_month_1(self) -> bool:
        """Whether what levers do is done in a market that is there."""
        there = bool(self.scenario.run.warm_up) and begins_established(self.model)
        return there and not self.experiment.from_start

    def scenario_of(self, point: Point) -> Scenario:
        """Return the scenario of a point: what its levers do is done from month 1 on.

        Raises:
            ScenarioError: the point is no valid scenario.
        """
        scenario = self.resolver.scenario(point)
        if not self._from_month_1:
            return scenario
        market = self._markets.scenario(self.experiment.lasting(point))
        return scenario.as_change_of(market)

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: point by point, seed by seed.

        Raises:
            ExperimentError: some points are no valid scenario, or the design is of futures, which
                have seeds of their own.
        """
        if self.experiment.design.kind is DesignKind.FUTURES:
            hint = f"Start it with: {shlex.join(['cocreate', 'explore', self.name])}"
            fault = Fault(
                "is futures, which are explored, not swept.", key="design.kind", hint=hint
            )
            raise ExperimentError([fault])
        return self._planned

    @cached_property
    def _planned(self) -> list[PlannedRun]:
        seeds, version = self.experiment.seeds, model_version(self.model)
        return [
            PlannedRun(
                run=at * len(seeds) + place,
                scenario=Path(self.experiment.scenario_name).stem,
                identity=Identity(fingerprint, seed, version),
                parameters={"point": at, **point.cells},
            )
            for at, (point, (fingerprint, _)) in enumerate(
                zip(self.experiment.points, self._prints, strict=True)
            )
            for place, seed in enumerate(seeds)
        ]

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        point = self.experiment.points[plan.run // len(self.experiment.seeds)]
        outcomes = Outcomes(self.experiment.outcomes)
        past = self._pasts[plan.run // len(self.experiment.seeds)]
        return RunTask(
            plan.run, plan.identity, self.scenario_of(point), self.model, outcomes,
            keep_series=bool(self.experiment.series), metrics=self.experiment.series,
            measures=outcomes.measures,
            past=key_of(past if past in self._shared else "", plan.identity.seed),
        )  # fmt: skip

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield all runs, those that share a past one after the other."""
        planned = self.planned()
        if self._shared:
            n = len(self.seeds)
            planned = sorted(planned, key=lambda p: (p.run % n, self._pasts[p.run // n], p.run))
        yield planned
        return self

    @cached_property
    def _shared(self) -> set[str]:
        """The pasts that several points have."""
        return shared(self._pasts)

    @property
    def _pasts(self) -> list[str]:
        """What the months before month 1 depend on, point by point."""
        return [past for _, past in self._prints]

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        point = self.experiment.points[plan.run // len(self.experiment.seeds)]
        return self.command_of(point, plan.identity.seed)

    def command_of(self, point: Point, seed: int) -> str:
        """Return the command that runs a point alone."""
        words = ["cocreate", "run", self.experiment.scenario_name]
        lasting = set(self.experiment.lasting(point).changes) - set(point.before)
        later = self.scenario_of(point) != self.resolver.scenario(point)
        words += setting_words(point.before) if later else []
        for path, value in {**self.experiment.fixed, **point.changes}.items():
            is_later = later and path in point.changes and path not in lasting
            words += setting_words({path: value}, "--then" if is_later else "--set")
        return run_alone(words, seed, self.model)

    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        experiment = self.experiment
        return {
            "title": str(experiment.asked.get("title") or experiment.question),
            "scenario_name": experiment.scenario_name,
            "sweep": sweep_data(experiment),
        }

    @override
    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """Return why it cannot go on in a folder: runs that this design does not have."""
        lost = self._lost(folder)
        message = f"holds {lost} runs that this design does not have."
        return Fault(message, file=folder, hint=ELSEWHERE) if lost else None

    def _lost(self, folder: Path) -> int:
        """Return how many runs of the folder's tables are not planned."""
        frame = held_runs(folder)
        if frame is None:
            return 0
        held = set(zip(frame["fingerprint"], frame["seed"].tolist(), strict=True))
        planned = {(plan.identity.fingerprint, plan.identity.seed) for plan in self.planned()}
        return len(held - planned)

    def through(self, executor: Executor, store: RunStore) -> Executor:
        """Ask the model first, where nothing has been run, whether it records what is wanted.

        Its ``run`` raises ExperimentError where the model does not.
        """
        if any(store.has(plan) for plan in self.planned()):
            return executor
        return Probing(executor, self.experiment, self.model)

    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what is varied."""
        result = {"point": Measure("", "number of the point of the design, from 0")}
        for factor in self.experiment.factors:
            result.update(factor.measures)
        return result

    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the base, and write the indices of a Sobol or Morris design beside the runs."""
        write_snapshot(folder, self.scenario)
        write_indices(folder, manifest)

    @cached_property
    def _prints(self) -> list[tuple[str, str]]:
        """The fingerprint of each point's scenario, and of its past."""
        prints, faults = list[tuple[str, str]](), list[Fault]()
        for at, point in enumerate(self.experiment.points):
            try:
                scenario = self.scenario_of(point)
                prints.append((scenario.fingerprint, past_of(scenario)))
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
        return prints


MOST_FAULTS = 10


def sweep_data(experiment: Experiment, points: int | None = None) -> dict[str, Any]:
    """Return what the manifest keeps of an experiment: to read, and to make it again.

    Args:
        experiment: what was asked.
        points: how many points were run, where they are not those of its design.
    """
    n = len(experiment.points) if points is None else points
    return {
        "name": experiment.name,
        "question": experiment.question,
        "source": experiment.source,
        "design": {**asdict(experiment.design), "points": n},
        "factors": [factor_data(factor) for factor in experiment.factors],
        "outcomes": [{**asdict(one), "window": str(one.window)} for one in experiment.outcomes],
        "verdict": dict(experiment.verdict),
        "asked": dict(experiment.asked),
    }


def factor_data(factor: Any) -> dict[str, Any]:
    """Return what the manifest keeps of a factor."""
    domain = {key: value for key, value in asdict(factor.domain).items() if value is not None}
    return {
        "key": factor.key,
        "role": factor.role.value,
        "columns": list(factor.columns),
        "kind": DOMAINS[type(factor.domain)],
        "links": list(factor.links),
        "present": dict(factor.present),
        **domain,
    }


def write_indices(folder: Path, manifest: Manifest) -> None:
    """Write the indices of a Sobol or Morris design, from the table of its runs."""
    from simulation.analysis.sensitivity import all_sensitivities, can_be_analysed

    path = folder / INDICES
    if not can_be_analysed(manifest.sweep) or not manifest.runs.done:
        path.unlink(missing_ok=True)
        return
    runs = folder / "runs.parquet"
    units = {name: measure.unit for name, measure in read_measures(runs).items()}
    write_frame(path, all_sensitivities(read_frame(runs), manifest.sweep, units))


INDICES = "sensitivity.parquet"


def stored(folder: Path) -> Sweep:
    """Return the sweep that a folder was made by.

    Raises:
        ExperimentError: it cannot be made again by this version.
        ResultError: it is not a sweep.
    """
    return from_manifest(manifest_in(folder))


def manifest_in(folder: Path) -> Manifest:
    """Return the manifest of a sweep's folder.

    Raises:
        ResultError: it is not a sweep.
    """
    return manifest_with(folder, "asked", "a sweep", "sweep EXPERIMENT")


def from_manifest(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None
) -> Sweep:
    """Return the sweep that a result was made by.

    Raises:
        ExperimentError: it cannot be made again by this version.
    """
    from simulation.experiment.load import read_experiment, with_changes
    from simulation.scenario.tree import plant

    base = scenario_of(manifest.scenario)
    tree = plant(manifest.sweep["asked"])
    if changes is not None:
        tree = with_changes(tree, changes)
        fixed = dict(changes.settings)
        if changes.months is not None:
            fixed["run.months"] = changes.months
        base = base.replace(fixed) if fixed else base
    name, held = str(manifest.sweep["name"]), model or manifest.model
    experiment = read_experiment(name, tree, base)
    return Sweep(replace(experiment, scenario_name=manifest.scenario_name), held)
