"""Is a result as it was written, and can it be made again?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulation.errors import Fault
from simulation.execution import Finished, executor
from simulation.simulate import model_version
from simulation.store import Manifest, MonthlyTable, PlannedRun, RunRecord, damages, read_manifest
from simulation.store.manifest import PANEL, inner_results
from simulation.store.panel import same_rows
from simulation.store.panel_part import PanelPart
from simulation.store.read import read_frame
from simulation.store.records import decode
from simulation.studies.kinds import kind_of

if TYPE_CHECKING:
    from simulation.studies.study import Study
    from simulation.world.panel import PanelColumn


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        files: how many files were compared with their checksums.
        remade: how many runs were made again.
        faults: everything that is not as it should be.
    """

    files: int
    remade: int
    faults: tuple[Fault, ...]

    def and_(self, other: Check) -> Check:
        """Return what both checks found."""
        return Check(
            self.files + other.files, self.remade + other.remade, self.faults + other.faults
        )

    def __str__(self) -> str:
        if self.faults:
            return f"{len(self.faults)} {'fault' if len(self.faults) == 1 else 'faults'}."
        return f"All {self.files} files are unaltered; {self.remade} runs reproduced bit by bit."


def check(folder: Path, sample: int | None, workers: int | None = None) -> Check:
    """Compare all files with their checksums, and some runs (None: all) with runs made anew.

    Runs of the sample are spread evenly over the result.
    """
    manifest = read_manifest(folder)
    faults = damages(folder)
    if not faults and sample != 0:
        faults += _strangeness(folder, manifest)
    if faults or sample == 0:
        files = sum(len(read_manifest(one).checksums) for one in (folder, *inner_results(folder)))
        return Check(files, 0, tuple(faults))
    study = kind_of(folder).study(folder)
    chosen = _chosen(folder, study, sample)
    faults = _compare(folder, study, chosen, workers) if chosen else []
    whole = Check(len(manifest.checksums), len(chosen), tuple(faults))
    for inner in inner_results(folder):
        whole = whole.and_(check(inner, sample, workers))
    return whole


def _strangeness(folder: Path, manifest: Manifest) -> list[Fault]:
    """Return why runs of this result cannot be made again here, if so."""
    here = model_version(manifest.model)
    if manifest.model_version == here:
        return []
    message = f"was made by model version {manifest.model_version}; this is {here}."
    hint = "Its files are unaltered; to reproduce runs, check out that version."
    return [Fault(message, file=folder, hint=hint)]


def _chosen(folder: Path, study: Study, sample: int | None) -> list[PlannedRun]:
    """Return runs that are in the tables, evenly spread."""
    there = set(read_frame(folder / "runs.parquet", columns=["run"])["run"])
    planned = [plan for plan in study.planned() if plan.run in there]
    if sample is None or sample >= len(planned):
        return planned
    return [planned[at * len(planned) // sample] for at in range(sample)]


@dataclass(frozen=True)
class _Workshop:
    """Where runs are made again: their files go to a room, what they need is in the tables."""

    result: Path
    folder: Path
    columns: tuple[PanelColumn, ...]

    def read(self, plan: PlannedRun) -> RunRecord:
        """Return the months of a run, as far as the tables have them."""
        rows = [("run", "=", plan.run)]
        frame = read_frame(self.result / "series.parquet", where=rows)
        months = max(int(frame["month"].max()), 1)
        labels = frame[["metric", "of"]].astype(str).iloc[::months].itertuples(index=False)
        values = frame["value"].to_numpy(dtype="float64").reshape(-1, months).T
        return RunRecord(plan.identity, {}, series=MonthlyTable(tuple(map(tuple, labels)), values))

    def part(self, plan: PlannedRun) -> PanelPart | None:
        """Return where a run writes its people down, if there is a panel."""
        return PanelPart(self.folder / str(plan.run), self.columns) if self.columns else None


def _compare(
    folder: Path, study: Study, chosen: list[PlannedRun], workers: int | None
) -> list[Fault]:
    plans = {plan.run: plan for plan in chosen}
    work = executor(workers, study.model)
    faults: list[Fault] = []
    with TemporaryDirectory(prefix="cocreate-") as room:
        workshop = _Workshop(folder, Path(room), study.panel)
        tasks = (study.task(plan, workshop) for plan in chosen)
        with closing(work.run(tasks)) as events:
            for event in events:
                if isinstance(event, Finished):
                    plan = plans[event.run]
                    faults += _differences(folder, plan, event, workshop.part(plan))
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
        return [Fault(f"{who} cannot be reproduced: {record.error}", file=folder)]
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
        Fault(f"{who} differs from the same run when repeated.", file=folder / f"{name}.parquet")
        for name in different
    ]


def _same_outcomes(path: Path, run: int, record: RunRecord) -> bool:
    """Whether a run's outcomes in the table are those given, to the bit."""
    import numpy as np

    names = list(record.outcomes)
    stored = read_frame(path, columns=names, where=[("run", "=", run)])
    anew = np.array([record.outcomes[name] for name in names], dtype=np.float64)
    return stored.to_numpy(dtype=np.float64).tobytes() == anew.tobytes()


def _same(path: Path, run: int, table: MonthlyTable, column: str) -> bool:
    """Whether a run's numbers and labels in a table are those given, to the bit."""
    import numpy as np

    stored = read_frame(path, where=[("run", "=", run)])
    names = [name for name in stored.columns if name not in ("run", "month", column)]
    if column == "amount":
        names = ["giver", "receiver", "deliverable", "kind", "unit"]
    months = max(len(table.values), 1)
    labels = [tuple(map(str, row)) for row in stored[names].iloc[::months].to_numpy()]
    values = np.ascontiguousarray(stored[column].to_numpy(dtype=np.float64))
    anew = np.ascontiguousarray(table.values.T, dtype=np.float64).reshape(-1)
    return labels == list(table.labels) and values.tobytes() == anew.tobytes()
