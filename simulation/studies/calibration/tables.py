"""What a calibration's folder holds, as reports and figures read it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting
from simulation.report.shown import parameter_of
from simulation.report.words import label, listing
from simulation.scenario.units import Units
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CalibrationTables:
    """What was learned, and the tables that figures are drawn from.

    Attributes:
        learned: everything in ``calibration.json``.
        predicted: the data beside the posterior's predictions, a row per series and month.
        failures: runs that failed.
        manifest: of the folder.
        units: unit of each parameter, by path.
        meanings: meaning of each parameter, by path.
    """

    learned: Mapping[str, Any]
    predicted: pd.DataFrame
    failures: pd.DataFrame
    manifest: Mapping[str, Any]
    units: Mapping[str, str]
    meanings: Mapping[str, str]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """What was learned of each parameter."""
        return list(self.learned["parameters"])

    @property
    def verdict(self) -> str:
        """``fits``, ``widened`` or ``no ranges``."""
        return str(self.learned["fit"]["verdict"])

    @property
    def setting(self) -> Setting:
        """What figures say in their footers."""
        return Setting(scenario=str(self.manifest["scenario_name"]))

    @property
    def display(self) -> Units:
        """The units of the scenario."""
        return Units.of_data(self.manifest.get("scenario") or {})

    def named(self, path: str) -> str:
        """Return a parameter as it is read: whose it is by the label, where there is one."""
        return parameter_of(path, self.display)

    def series(self, names: Sequence[str]) -> str:
        """Return names of series as they are read: "customers (Nordtel)"."""
        return listing([f"{label(name.partition(':')[0])}{self._of(name)}" for name in names])

    def _of(self, name: str) -> str:
        of = name.partition(":")[2]
        parts = [label(self.display.label(part)) for part in of.split(":")]
        return f" ({', '.join(parts)})" if of else ""


def read_calibration(folder: Path) -> CalibrationTables:
    """Read a calibration's result folder.

    Raises:
        ResultError: it holds no calibration.
    """
    path = folder / "calibration.json"
    try:
        learned = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultError([Fault("is not the result of a calibration.", file=folder,
                                 hint="Make one with: cocreate calibrate")]) from None  # fmt: skip
    except ValueError as error:
        raise ResultError([Fault(f"cannot be read: {error}.", file=path)]) from None
    measures = read_measures(folder / "runs.parquet")
    return CalibrationTables(
        learned,
        read_frame(folder / "predicted.parquet"),
        read_frame(folder / "failures.parquet"),
        asdict(read_manifest(folder)),
        {name: measure.unit for name, measure in measures.items()},
        {name: measure.meaning for name, measure in measures.items()},
    )
