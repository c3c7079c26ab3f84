"""Result folders: a journal while runs arrive, tables when they are complete.

RunStore.open -> append (a record a run, any order) -> commit -> runs, series, ledger, failures
"""

from __future__ import annotations

from simulation.store.folder import RunStore
from simulation.store.manifest import Manifest, RunCounts, damages, read_manifest, seal
from simulation.store.records import (
    FailureRecord,
    Identity,
    Measure,
    MonthlyTable,
    Record,
    RunRecord,
)
from simulation.store.tables import PlannedRun

__all__ = [
    "FailureRecord",
    "Identity",
    "Manifest",
    "Measure",
    "MonthlyTable",
    "PlannedRun",
    "Record",
    "RunCounts",
    "RunRecord",
    "RunStore",
    "damages",
    "read_manifest",
    "seal",
]
