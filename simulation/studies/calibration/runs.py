"""Finished runs of a calibration as arrays: from a store while it grows, or from its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.store import PlannedRun, RunRecord

if TYPE_CHECKING:
    from simulation.studies.calibration.plan import Calibration


OF_CHANGED = 4
"""The wave of the changed model."""


@dataclass(frozen=True)
class Runs:
    """Finished runs: points in the cube ``(n, p)``, wave ``(n,)``, series by name ``(n, T)``."""

    theta: NDArray[np.float64]
    wave: NDArray[np.intp]
    series: Mapping[str, NDArray[np.float64]]


def runs_of(study: Calibration, records: Sequence[tuple[PlannedRun, RunRecord]]) -> Runs:
    """Return finished runs with the months that were observed."""
    cubes = study.points
    start = study.data.first - 1
    series: dict[str, list[Any]] = {}
    for _, record in records:
        if record.series is not None:
            for at, (metric, of) in enumerate(record.series.labels):
                name = f"{metric}:{of}" if of else metric
                series.setdefault(name, []).append(record.series.values[start:, at])
    whole = {name: np.array(values) for name, values in series.items()
             if len(values) == len(records)}  # fmt: skip
    theta = np.array([cubes[plan.run] for plan, _ in records]).reshape(-1, len(study.unknowns))
    wave = np.array([plan.parameters["wave"] for plan, _ in records], dtype=np.intp)
    return Runs(theta, wave, whole)


def runs_in_tables(folder: Path, study: Calibration) -> Runs:
    """Return finished runs from the tables of a folder."""
    from simulation.store.read import read_frame

    table = read_frame(folder / "runs.parquet")
    frame = read_frame(folder / "series.parquet")
    numbers = table["run"].to_numpy()
    start, months = study.data.first - 1, study.scenario.run.months
    series = {}
    for (metric, of), rows in frame.groupby(["metric", "of"], observed=True, sort=False):
        if len(rows) == len(numbers) * months:
            values = rows.sort_values(["run", "month"])["value"].to_numpy()
            name = f"{metric}:{of}" if of else str(metric)
            series[name] = values.reshape(len(numbers), months)[:, start:]
    points = study.points
    theta = np.array([points[run] for run in numbers]).reshape(-1, len(study.unknowns))
    return Runs(theta, table["wave"].to_numpy().astype(np.intp), series)
