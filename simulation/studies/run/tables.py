"""The stored tables of a result folder, as frames, with what its manifest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting, TouchpointInfo
from simulation.report.shown import as_shown, shown_ledger, shown_series
from simulation.scenario.units import Units
from simulation.store.manifest import MANIFEST, read_content
from simulation.store.read import read_frame
from simulation.studies.decider import EVERYONE

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
    """The persons of the first run at its end, where they were kept (see ``persons``)."""
    folder: Path = Path()
    """Where they were read."""

    @property
    def for_whom(self) -> str:
        """Whose benefit counts, as tables name it: the first company's, where nobody is named."""
        named = str(self.manifest.get("for_whom") or "")
        return self.units.label(named) if named else next(iter(self.setting.companies), EVERYONE)

    @property
    def units(self) -> Units:
        """How its numbers are shown."""
        return Units.of_data(self.manifest.get("scenario") or {})

    def shown(self) -> Tables:
        """Return the tables in the units that people use: currency, people represented, labels."""
        units = self.units
        if not as_shown(units):
            return self
        return replace(
            self,
            series=shown_series(self.series, units),
            ledger=shown_ledger(self.ledger, units),
            people=None if self.people is None else _shown_people(self.people, units),
        )

    @property
    def setting(self) -> Setting:
        """What figures need besides their table, as far as the manifest tells."""
        scenario = self.manifest.get("scenario") or {}
        named = {
            part: tuple(
                self.units.label(str(item.get("name", ""))) for item in scenario.get(part) or ()
            )
            for part in ("companies", "partners")
        }
        return Setting(
            scenario=str(self.manifest.get("scenario_name") or self.manifest.get("title") or ""),
            seeds=self.seeds,
            unit=f"{self.units.currency}/month",
            companies=named["companies"],
            partners=named["partners"],
            stages=tuple((scenario.get("journey") or {}).get("stages") or ()),
            places={
                self.units.label(str(item["name"])): TouchpointInfo(
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


def _shown_people(people: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return persons with their money in the currency; each stays one person."""
    money = [name for name in ("paid", "surplus", "lifetime", "referral") if name in people]
    return people.assign(**{name: people[name] * units.per_unit for name in money})


def read_tables(folder: Path) -> Tables:
    """Read a result folder.

    The series is needed; what else is absent counts as empty.

    Raises:
        ResultError: there is no folder, no series, or a file cannot be read as what it should be.
    """
    hint = "Give the folder that `cocreate run` wrote."
    if not folder.is_dir():
        raise ResultError([Fault("is not a result folder.", file=folder, hint=hint)])
    if not (folder / "series.parquet").is_file():
        raise ResultError([Fault("has no series.parquet.", file=folder, hint=hint)])
    persons = folder / PEOPLE_FILE
    return Tables(
        series=_frame(folder / "series.parquet", SERIES),
        ledger=_frame(folder / "ledger.parquet", LEDGER),
        runs=_frame(folder / "runs.parquet", RUNS),
        failures=_frame(folder / "failures.parquet", FAILURES),
        manifest=read_content(folder) if (folder / MANIFEST).is_file() else {},
        people=read_frame(persons, PEOPLE) if persons.is_file() else None,
        folder=folder,
    )


def _frame(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return read_frame(path, columns) if path.is_file() else pd.DataFrame(columns=list(columns))
