"""The stored tables of an exploration, with what its runs say of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, override

from simulation.errors import Fault, ResultError
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures
from simulation.studies.exploration.emulators import read_emulators
from simulation.studies.exploration.findings import FINDINGS, FUTURES, read_findings
from simulation.studies.exploration.later import DESIGN
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ExplorationTables(FuturesTables):
    """An exploration: its runs, its futures, what was found, its emulators, and its manifest."""

    emulators: Mapping[str, Any] = field(default_factory=dict)

    @override
    def _of_design(self) -> pd.Series[bool]:
        phases: pd.Series[Any] = self.runs["phase"]
        return phases == DESIGN


def read_explored(folder: Path) -> ExplorationTables:
    """Read an exploration's result folder.

    Raises:
        ResultError: it holds none, or a file cannot be read as what it should be.
    """
    manifest = asdict(read_manifest(folder))
    if not (folder / FINDINGS).is_file():
        hint = "Give the folder that `cocreate explore` wrote."
        raise ResultError([Fault("is not the result of explore.", file=folder, hint=hint)])
    runs = folder / "runs.parquet"
    measures = read_measures(runs)
    return ExplorationTables(
        read_frame(runs),
        read_frame(folder / "failures.parquet"),
        read_frame(folder / FUTURES),
        read_findings(folder),
        manifest,
        units={name: one.unit for name, one in measures.items()},
        meanings={name: one.meaning for name, one in measures.items()},
        emulators=read_emulators(folder),
    )
