"""The stored tables of a result folder, as frames, with what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.summary import Metrics
from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting, TouchpointInfo
from simulation.store.tables import METRICS_KEY

if TYPE_CHECKING:
    import pandas as pd

SERIES = ("run", "month", "metric", "of", "value")
LEDGER = ("run", "month", "giver", "receiver", "deliverable", "kind", "amount", "unit")
RUNS = ("run", "scenario", "seed", "fingerprint")
PEOPLE_FILE = Path("figures") / "people.parquet"
PEOPLE = ("seed", "joined", "left", "customer", "month", "lifetime", "referral",
          "surplus")  # fmt: skip
FAILURES = ("run", "scenario", "seed", "error", "traceback", "remake")


@dataclass(frozen=True)
class Tables:
    """A result: its series, ledger, runs and failures, and its manifest."""

    series: pd.DataFrame
    ledger: pd.DataFrame
    runs: pd.DataFrame
    failures: pd.DataFrame
    manifest: Mapping[str, Any] = field(default_factory=dict)
    people: pd.DataFrame | None = None
    """The persons of the first run at its end, where they were kept (see ``experiment.people``)."""
    folder: Path = Path()
    """Where they were read."""

    @property
    def setting(self) -> Setting:
        """What figures need besides their table, as far as the manifest tells."""
        scenario = self.manifest.get("scenario") or {}
        named = {
            part: tuple(str(item.get("name", "")) for item in scenario.get(part) or ())
            for part in ("companies", "partners")
        }
        return Setting(
            scenario=str(self.manifest.get("scenario_name") or self.manifest.get("title") or ""),
            seeds=self.seeds,
            companies=named["companies"],
            partners=named["partners"],
            stages=tuple((scenario.get("journey") or {}).get("stages") or ()),
            places={
                str(item["name"]): TouchpointInfo(
                    str(item.get("area", "")), tuple(item.get("stages") or ())
                )
                for item in scenario.get("touchpoints") or ()
            },
        )

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the runs that are in the tables."""
        if "seed" in self.runs and len(self.runs):
            return tuple(int(seed) for seed in self.runs["seed"])
        return tuple(int(seed) for seed in self.manifest.get("seeds") or ())

    @property
    def n_runs(self) -> int:
        """How many runs the series holds."""
        return int(self.series["run"].nunique())


def read_tables(folder: Path) -> Tables:
    """Read a result folder.

    The series is needed; what else is absent counts as empty.

    Raises:
        ResultError: There is no folder, no series, or a file cannot be read as what it should be.
    """
    if not folder.is_dir():
        raise _fault(
            folder, "is not a result folder.", "Give the folder that `cocreate run` wrote."
        )
    if not (folder / "series.parquet").is_file():
        raise _fault(folder, "has no series.parquet.", "Give the folder that `cocreate run` wrote.")
    return Tables(
        series=_frame(folder / "series.parquet", SERIES),
        ledger=_frame(folder / "ledger.parquet", LEDGER),
        runs=_frame(folder / "runs.parquet", RUNS),
        failures=_frame(folder / "failures.parquet", FAILURES),
        manifest=_manifest(folder / "manifest.json"),
        people=_people(folder / PEOPLE_FILE),
        folder=folder,
    )


def _people(path: Path) -> pd.DataFrame | None:
    return _frame(path, PEOPLE) if path.is_file() else None


def _fault(path: Path, message: str, hint: str = "") -> ResultError:
    return ResultError([Fault(message, file=path, hint=hint or None)])


def _frame(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        return pd.DataFrame({name: [] for name in columns})
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise _fault(path, "cannot be read as Parquet.", "Was it altered or cut off?") from error
    absent = [name for name in columns if name not in table.column_names]
    if absent:
        raise _fault(path, f"lacks the columns {', '.join(absent)}.", "Was it altered?")
    told = json.loads((table.schema.metadata or {}).get(METRICS_KEY, b"{}"))
    frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    if "metric" in frame:
        frame = frame.astype({"metric": "category", "of": "category"})
    frame.attrs["metrics"] = Metrics(told)
    return frame


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _fault(path, "is not JSON.", "Was it altered or cut off?") from error
    if not isinstance(read, dict):
        raise _fault(path, "is not a JSON object.", "Was it altered?")
    return read
