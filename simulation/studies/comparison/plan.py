"""Runs of a base and its what-ifs under the same seeds, to be compared pair by pair.

paired -> Pairs -> run_pairs, or run_until precise enough -> PairedStore.commit_pairs

Runs go through the same executors and the same journal as replicates do; the base is run once for
all what-ifs. So that the same person can be compared across scenarios, every run also leaves a
file of what its persons have at the end (five bytes a person) beside the journal. It is read when
the tables are made, two runs at a time; the tables keep what a pair comes to, never persons.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.contrast import DEFINITION
from simulation.errors import Fault, InputError, ResultError
from simulation.execution import Executor, RunTask
from simulation.simulate import DEFAULT_MODEL, load_model, model_version
from simulation.store import (
    Counts,
    Identity,
    Manifest,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
    seal,
)
from simulation.store.files import atomic_path, sha256
from simulation.store.manifest import JOURNAL, MANIFEST, write_manifest
from simulation.store.tables import METRICS_KEY, write_tables
from simulation.studies.comparison.persons import (
    PEOPLE,
    KeepPeople,
    Persons,
    people_file,
    read_people,
)
from simulation.studies.run.plan import Watch, carry_out, commit, now, versions

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.schema import Scenario

COMMAND = "compare"
LEAST_PAIRS = 2
"""An interval cannot be had from fewer."""


TABLES = ("comparisons.parquet", "curves.parquet", "people.parquet")
MADE_HERE = (*TABLES, DEFINITION)


@dataclass(frozen=True)
class Side:
    """A scenario in a comparison; ``arguments`` name it on the command line of ``run``."""

    name: str
    scenario: Scenario
    arguments: str = ""


@dataclass(frozen=True)
class Pairs:
    """A base and its what-ifs, each to be run with every seed (see ``paired``)."""

    base: Side
    what_ifs: tuple[Side, ...]
    seeds: tuple[int, ...]
    model: str = DEFAULT_MODEL

    @property
    def sides(self) -> tuple[Side, ...]:
        """The base, then the what-ifs."""
        return (self.base, *self.what_ifs)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of each side's scenario, by its name."""
        return {side.name: side.scenario.fingerprint for side in self.sides}

    @cached_property
    def version(self) -> str:
        """The version of the model."""
        return model_version(self.model)

    @property
    def experiment(self) -> str:
        """What a folder of these pairs is for; more seeds make no different experiment of it."""
        parts = [COMMAND, self.version]
        parts += [part for pair in self.fingerprints.items() for part in pair]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def identity(self, side: Side, seed: int) -> Identity:
        """Return what a run of a side is."""
        return Identity(self.fingerprints[side.name], seed, self.version)

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: the base with all seeds, then each what-if.

        So the base's runs have the numbers that they have in a result of the base alone.
        """
        n = len(self.seeds)
        return [
            PlannedRun(
                run=place * n + at,
                scenario=side.name,
                identity=self.identity(side, seed),
                remake=f"cocreate run {side.arguments or side.name} --seed {seed} "
                "--replicates 1 --workers 0",
            )
            for place, side in enumerate(self.sides)
            for at, seed in enumerate(self.seeds)
        ]

    def in_turn(self) -> list[PlannedRun]:
        """Return the runs in the order in which they are done: a stop leaves whole pairs."""
        n = len(self.seeds)
        return sorted(self.planned(), key=lambda plan: (plan.run % n, plan.run // n))

    def first(self, n: int) -> Pairs:
        """Return the same with n seeds: fewer, or more that count on from the last."""
        more = range(self.seeds[-1] + 1, self.seeds[-1] + 1 + max(n - len(self.seeds), 0))
        return replace(self, seeds=(*self.seeds[:n], *more))

    def task(self, plan: PlannedRun, folder: Path) -> RunTask:
        """Return the task that does a planned run and keeps its persons in a folder."""
        keep = KeepPeople(people_file(folder.resolve(), plan.identity))
        return replace(self.plain_task(plan), outcomes=keep)

    def plain_task(self, plan: PlannedRun) -> RunTask:
        """Return the task that does a planned run and keeps nobody."""
        scenario = next(side.scenario for side in self.sides if side.name == plan.scenario)
        return RunTask(plan.run, plan.identity, scenario, self.model)

    def manifest(self, command_line: str) -> Manifest:
        """Return the manifest before anything is done; its scenario is the base."""
        names = ", ".join(side.name for side in self.what_ifs)
        return Manifest(
            command=COMMAND,
            command_line=command_line,
            title=f"{names} against {self.base.name}",
            scenario_name=self.base.name,
            scenario=self.base.scenario.model_dump(mode="json"),
            fingerprint=self.fingerprints[self.base.name],
            experiment=self.experiment,
            model=self.model,
            model_version=self.version,
            seeds=self.seeds,
            months=self.base.scenario.run.months,
            versions=versions(),
            commit=commit(),
            started=now(),
        )


def paired(
    base: Side, what_ifs: Sequence[Side], seeds: Sequence[int], model: str = DEFAULT_MODEL
) -> Pairs:
    """Return the pairs of a base and its what-ifs, if they can be compared.

    Raises:
        InputError: with all that stands against it: a scenario that is there twice, other months,
            other numbers of people, two of the same name, fewer than two seeds.
    """
    faults = [] if what_ifs else [Fault("needs a what-if beside the base.", key=COMMAND)]
    faults += _name_faults([base, *what_ifs])
    faults += [fault for what_if in what_ifs for fault in _size_faults(base, what_if)]
    faults += _twin_faults([base, *what_ifs])
    faults += _seed_faults(seeds)
    if faults:
        raise InputError(faults)
    return Pairs(base, tuple(what_ifs), tuple(seeds), model)


def _name_faults(sides: Sequence[Side]) -> list[Fault]:
    names = [side.name for side in sides]
    hint = "Rename one of the files, or give a what-if a name of its own."
    return [
        Fault("is the name of two scenarios.", key=name, hint=hint)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _size_faults(base: Side, what_if: Side) -> list[Fault]:
    faults = []
    ours, theirs = base.scenario, what_if.scenario
    if ours.run.months != theirs.run.months:
        faults.append(
            Fault(
                f"simulates {theirs.run.months} months and {base.name} {ours.run.months}; curves "
                "of different length cannot be compared.",
                key=what_if.name,
                hint=f"Give all the same with --months {ours.run.months}.",
            )
        )
    if ours.population.people != theirs.population.people:
        faults.append(
            Fault(
                f"has {theirs.population.people:,} people and {base.name} "
                f"{ours.population.people:,}; a person can only be compared with the same person.",
                key=what_if.name,
                hint="Give all the same with --set population.people="
                f"{ours.population.people}, or compare sizes with cocreate sweep.",
            )
        )
    return faults


def _twin_faults(sides: Sequence[Side]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for side in sides:
        twin = seen.setdefault(side.scenario.fingerprint, side.name)
        if twin != side.name:
            faults.append(
                Fault(
                    f"is the same scenario as {twin}: there is nothing to compare.",
                    key=side.name,
                    hint="Change a parameter in it; --set changes all scenarios alike.",
                )
            )
    return faults


def _seed_faults(seeds: Sequence[int]) -> list[Fault]:
    if len(seeds) < LEAST_PAIRS:
        message = f"needs at least {LEAST_PAIRS} pairs for an interval. Got {len(seeds)}."
        return [Fault(message, key="--replicates", hint="20 is a good start.")]
    if len(set(seeds)) < len(seeds):
        return [Fault("must differ from each other.", key="seeds")]
    return []


class PairedStore(RunStore):
    """A result folder of pairs: runs, series, ledger, failures, and the tables of a comparison."""

    def has(self, plan: PlannedRun) -> bool:
        """Whether a run has finished and its persons are there."""
        return super().has(plan) and people_file(self.folder, plan.identity).is_file()

    def clear(self) -> None:
        """Remove everything that cocreate made in the folder, and nothing else."""
        super().clear()
        for name in MADE_HERE:
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / PEOPLE, ignore_errors=True)

    def commit_pairs(
        self, pairs: Pairs, manifest: Manifest, compare: Callable[[Path], None]
    ) -> Manifest:
        """Make all tables and write the manifest, which says last that everything is there.

        Args:
            pairs: what was done.
            manifest: what to write.
            compare: writes the files of ``MADE_HERE`` into the folder, from the tables of runs.
        """
        write_tables(self.folder, pairs.planned(), self.read)
        compare(self.folder)
        write_manifest(self.folder, manifest)
        sealed = seal(self.folder)
        own = {name: sha256(self.folder / name) for name in MADE_HERE}
        sealed = replace(sealed, checksums=dict(sorted({**sealed.checksums, **own}.items())))
        write_manifest(self.folder, sealed)
        return sealed

    def values(self, plans: Sequence[PlannedRun], outcome: str) -> dict[int, float]:
        """Return an outcome of those runs that finished, by seed."""
        found: dict[int, float] = {}
        for plan in plans:
            record = self.read(plan)
            if isinstance(record, RunRecord) and outcome in record.outcomes:
                found[plan.identity.seed] = record.outcomes[outcome]
        return found


def run_pairs(pairs: Pairs, store: PairedStore, executor: Executor, watch: Watch) -> Counts:
    """Do all runs that the store does not have."""
    task = partial(pairs.task, folder=store.folder)
    return carry_out(store, pairs.in_turn(), task, executor, watch)


def held_seeds(folder: Path, pairs: Pairs) -> tuple[int, ...]:
    """Return the seeds that a folder holds of this comparison, if they begin as asked."""
    if not (folder / MANIFEST).is_file():
        return ()
    manifest = read_manifest(folder)
    if manifest.experiment != pairs.experiment or not manifest.complete:
        return ()
    expected = tuple(range(pairs.seeds[0], pairs.seeds[0] + len(manifest.seeds)))
    return manifest.seeds if manifest.seeds == expected else ()


def pairs_folder(root: Path, pairs: Pairs, *, force: bool = False, grows: bool = False) -> Path:
    """Return the folder of these pairs: a new one, or one that they go on or are done in.

    ``<base>-vs-<what-ifs>-<digest>``, and ``-2``, ``-3`` … where that holds another version of the
    model, or seeds that are not asked for now.

    Args:
        root: where results are.
        pairs: what is to be done.
        force: whether what a folder holds may be overwritten.
        grows: whether seeds that a folder holds beyond those asked for are welcome.
    """
    from simulation.scenario.suggest import slug

    digest = hashlib.sha256("".join(pairs.fingerprints.values()).encode()).hexdigest()[:8]
    names = "-".join(slug(side.name) or "what_if" for side in pairs.what_ifs)
    stem = (
        f"{slug(pairs.base.name)}-vs-{names if len(names) <= 40 else len(pairs.what_ifs)}-{digest}"
    )
    for number in count(1):
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists() or _takes(folder, pairs, force=force, grows=grows):
            return folder
    raise AssertionError


def _takes(folder: Path, pairs: Pairs, *, force: bool, grows: bool) -> bool:
    if not (folder / MANIFEST).is_file():
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
        return names <= {JOURNAL, PEOPLE}
    try:
        manifest = read_manifest(folder)
    except ResultError:
        return False
    if manifest.experiment != pairs.experiment:
        return False
    if force or set(manifest.seeds) <= set(pairs.seeds) or not manifest.complete:
        return True
    return grows and bool(held_seeds(folder, pairs))


def write_frame(path: Path, frame: pd.DataFrame, told: Mapping[str, tuple[str, str]]) -> None:
    """Write a table as Parquet with the unit and meaning of each column, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = pa.Table.from_pandas(frame, preserve_index=False)
    schema = pa.schema([
        pa.field(column.name, column.type, metadata=dict(
            zip(("unit", "meaning"), told.get(column.name, ("", "")), strict=True)
        ))
        for column in plain.schema
    ])  # fmt: skip
    with atomic_path(path) as part:
        pq.write_table(plain.cast(schema), part, compression="zstd")


def read_runs(folder: Path) -> pd.DataFrame:
    """Return which runs a folder holds: run, scenario, seed."""
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "runs.parquet", columns=["run", "scenario", "seed"])
    frame: pd.DataFrame = table.to_pandas()
    return frame


def read_series(folder: Path, metrics: Sequence[str]) -> pd.DataFrame:
    """Return the series of some metrics; their units are in its ``attrs["metrics"]``."""
    import json

    import pyarrow.parquet as pq

    from simulation.analysis.summary import Metrics

    table = pq.read_table(folder / "series.parquet", filters=[("metric", "in", list(metrics))])
    told = json.loads((table.schema.metadata or {}).get(METRICS_KEY, b"{}"))
    frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    frame.attrs["metrics"] = Metrics(told)
    return frame


def each_pair(pairs: Pairs, folder: Path) -> Iterator[tuple[str, int, Persons, Persons]]:
    """Yield what-if, seed, and the persons of base and what-if, where both runs have some."""
    for seed in pairs.seeds:
        ours = read_people(folder, pairs.identity(pairs.base, seed))
        for what_if in pairs.what_ifs:
            theirs = read_people(folder, pairs.identity(what_if, seed))
            if ours is not None and theirs is not None:
                yield what_if.name, seed, ours, theirs


def remake(folder: Path) -> str:
    """Return the command that makes a comparison again in a new folder."""
    return shlex.join(["cocreate", COMMAND, str(folder / MANIFEST), "--out", f"{folder}-again"])


def stored_pairs(folder: Path) -> Pairs:
    """Return the pairs that a folder of a comparison holds, to be run again.

    Raises:
        ResultError: the folder holds no comparison, or it cannot be read.
    """
    from simulation.analysis.contrast import read_definition

    definition, manifest = read_definition(folder), read_manifest(folder)
    base, *what_ifs = (
        Side(told["name"], scenario_of(told["scenario"]), told["arguments"])
        for told in (definition["base"], *definition["what_ifs"])
    )
    return paired(base, what_ifs, manifest.seeds, manifest.model)


def scenario_of(content: Any) -> Scenario:
    """Return the scenario that plain data stands for."""
    from simulation.scenario.schema import Scenario

    return Scenario.model_validate(content)


def shared_labels(pairs: Pairs) -> list[tuple[str, str]]:
    """Return (metric, of) of what all sides record, in the base's order.

    What is recorded does not depend on how many people there are, so that a world of few is asked.
    """
    each = [_labels(side.scenario, pairs.model) for side in pairs.sides]
    return [label for label in each[0] if all(label in other for other in each)]


PROBE_PEOPLE = 200


def _labels(scenario: Scenario, model: str) -> list[tuple[str, str]]:
    from simulation.scenario.words import NetworkKind

    if scenario.network.kind is not NetworkKind.EDGE_LIST:
        few = min(scenario.population.people, PROBE_PEOPLE)
        population = scenario.population.model_copy(update={"people": few})
        scenario = scenario.model_copy(update={"population": population})
    return [(str(metric), str(of)) for metric, of in load_model(model)(scenario, 0).recorder.labels]
