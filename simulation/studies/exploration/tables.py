"""The stored tables of an exploration, with what its runs say of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, override

from simulation.errors import Fault, ResultError
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures
from simulation.studies.exploration.emulators import read_emulators, read_joint
from simulation.studies.exploration.findings import FINDINGS, FUTURES, read_findings
from simulation.studies.exploration.later import DESIGN
from simulation.studies.futures.tables import FuturesTables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ExplorationTables(FuturesTables):
    """An exploration: its runs, its futures, what was found, its emulators, and its manifest.

    Attributes:
        emulators: by arm, of those that tell enough.
        joint: the emulator over the level of a lever and the assumptions; empty where there is none
            that tells enough.
    """

    emulators: Mapping[str, Any] = field(default_factory=dict)
    joint: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lever_levels(self) -> Mapping[str, Any] | None:
        """What was found of the levels of a lever, if the emulator over them may be read."""
        level: Mapping[str, Any] | None = self.findings["level"]
        known = level is not None and level.get("emulator", {}).get("speaks", True)
        return level if known else None  # results of earlier versions have no such emulator

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
        joint=read_joint(folder),
    )
