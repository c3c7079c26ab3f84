"""Is a result as it was written, and can it be made again?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from simulation.analysis.contrast import DEFINITION
from simulation.errors import Fault
from simulation.execution import Finished, Processes, RunTask, Serial, cores
from simulation.simulate import model_version
from simulation.store import Manifest, PlannedRun, RunRecord, Table, damages, read_manifest
from simulation.store.manifest import PANEL
from simulation.store.panel import same_rows
from simulation.store.panel_part import PanelPart
from simulation.store.records import decode
from simulation.studies.attribution.plan import ASKED as ATTRIBUTED
from simulation.studies.attribution.plan import stored_wholes
from simulation.studies.comparison.plan import stored_pairs
from simulation.studies.run.plan import Replicates

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        files: how many files were compared with their checksums.
        remade: how many runs were made again.
        faults: everything that is not as it should be.
    """

    files: int
    remade: int
    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        if self.faults:
            return f"{len(self.faults)} faults."
        return f"All {self.files} files are as written; {self.remade} runs made again to the bit."


def check(folder: Path, sample: int | None, workers: int | None = None) -> Verdict:
    """Compare all files with their checksums, and some runs (None: all) with runs made anew.

    Runs of the sample are spread evenly over the result.
    """
    manifest = read_manifest(folder)
    faults = damages(folder)
    chosen = [] if faults else _chosen(folder, manifest, sample)
    stranger = _stranger(folder, manifest) if chosen else None
    if stranger is not None:
        return Verdict(len(manifest.checksums), 0, (stranger,))
    faults += _compare(folder, manifest, chosen, workers) if chosen else []
    return Verdict(len(manifest.checksums), len(chosen), tuple(faults))


def _stranger(folder: Path, manifest: Manifest) -> Fault | None:
    """Return why runs of this result cannot be made again here, if so."""
    here = model_version(manifest.model)
    if manifest.model_version == here:
        return None
    return Fault(
        f"was made by model version {manifest.model_version}; this is {here}.",
        file=folder,
        hint="Its files are as written; to make runs again, check out that version.",
    )


def _chosen(folder: Path, manifest: Manifest, sample: int | None) -> list[PlannedRun]:
    """Return runs that are in the tables, evenly spread."""
    there = set(_read(folder / "runs.parquet", columns=["run"])["run"])
    planned = [plan for plan in _asked(folder, manifest)[0] if plan.run in there]
    if sample is None or sample >= len(planned):
        return planned
    return [planned[at * len(planned) // sample] for at in range(sample)]


def _asked(
    folder: Path, manifest: Manifest
) -> tuple[list[PlannedRun], Callable[[PlannedRun], RunTask]]:
    """Return the runs that a result was to hold, and what does each of them.

    Of an attribution these are the runs of the whole, on which all other cases hang.
    """
    if manifest.sweep:
        from simulation.studies.sweep.plan import from_manifest

        sweep = from_manifest(manifest)
        return sweep.planned, sweep.task
    if (folder / ATTRIBUTED).is_file():
        return stored_wholes(folder, manifest)
    if (folder / DEFINITION).is_file():
        pairs = stored_pairs(folder)
        return pairs.planned(), pairs.plain_task
    replicates = _replicates(manifest)
    return replicates.planned(), replicates.task


def _replicates(manifest: Manifest) -> Replicates:
    from simulation.scenario.schema import Scenario

    scenario = Scenario.model_validate(dict(manifest.scenario))
    name, seeds, model = manifest.scenario_name, manifest.seeds, manifest.model
    return Replicates(name, scenario, seeds, model, panel=manifest.panel)


def _compare(
    folder: Path, manifest: Manifest, chosen: list[PlannedRun], workers: int | None
) -> list[Fault]:
    task_of = _asked(folder, manifest)[1]
    plans = {plan.run: plan for plan in chosen}
    n_workers = min(workers or cores(), len(chosen))
    executor = Serial() if workers == 0 else Processes(n_workers, model=manifest.model)
    columns = _replicates(manifest).columns if manifest.panel else ()
    faults: list[Fault] = []
    with TemporaryDirectory(prefix="cocreate-") as room:

        def part_of(run: int) -> PanelPart | None:
            return PanelPart(Path(room) / str(run), columns) if columns else None

        tasks = (replace(task_of(plan), panel=part_of(plan.run)) for plan in chosen)
        with closing(executor.run(tasks)) as events:
            for event in events:
                if isinstance(event, Finished):
                    part = part_of(event.run)
                    faults += _differences(folder, plans[event.run], event, part)
    return faults


def _differences(
    folder: Path, plan: PlannedRun, event: Finished, part: PanelPart | None
) -> list[Fault]:
    """Return the tables in which a run differs from what it is when made anew.

    The part of the panel made anew is removed: each may be large.
    """
    record = decode(event.record)
    who = f"Run {plan.run} (seed {plan.identity.seed})"
    if not isinstance(record, RunRecord):
        return [Fault(f"{who} cannot be made again: {record.error}", file=folder)]
    different = [
        name
        for name, table, column in (
            ("series", record.series, "value"),
            ("ledger", record.ledger, "amount"),
        )
        if table is not None and not _same(folder / f"{name}.parquet", plan.run, table, column)
    ]
    if not _same_outcomes(folder / "runs.parquet", plan.run, record):
        different.insert(0, "runs")
    if part is not None:
        if not same_rows(folder / PANEL, plan.run, part):
            different.append("panel")
        part.path.unlink()
    return [
        Fault(f"{who} differs from the same run made again.", file=folder / f"{name}.parquet")
        for name in different
    ]


def _same_outcomes(path: Path, run: int, record: RunRecord) -> bool:
    """Whether a run's outcomes in the table are those given, to the bit."""
    import numpy as np

    names = list(record.outcomes)
    stored = _read(path, columns=names, filters=[("run", "=", run)])
    anew = np.array([record.outcomes[name] for name in names], dtype=np.float64)
    return stored.to_numpy(dtype=np.float64).tobytes() == anew.tobytes()


def _same(path: Path, run: int, table: Table, column: str) -> bool:
    """Whether a run's numbers and labels in a table are those given, to the bit."""
    import numpy as np

    stored = _read(path, filters=[("run", "=", run)])
    names = [name for name in stored.columns if name not in ("run", "month", column)]
    if column == "amount":
        names = ["giver", "receiver", "deliverable", "kind", "unit"]
    months = max(len(table.values), 1)
    labels = [tuple(map(str, row)) for row in stored[names].iloc[::months].to_numpy()]
    values = np.ascontiguousarray(stored[column].to_numpy(dtype=np.float64))
    anew = np.ascontiguousarray(table.values.T, dtype=np.float64).reshape(-1)
    return labels == list(table.labels) and values.tobytes() == anew.tobytes()


def _read(path: Path, **which: Any) -> pd.DataFrame:
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path, **which).to_pandas()
    return frame
