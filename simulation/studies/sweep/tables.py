"""The stored tables of a sweep, as frames, with what its manifest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import (
    Asked,
    Ranking,
    Varied,
    columns_of,
    decisions,
    factors_of,
    outcomes_of,
    ranking,
    short_names,
)
from simulation.analysis.sensitivity import can_be_analysed, sensitivity
from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting
from simulation.report.shown import as_shown, label_of, parameter_of, shown_columns
from simulation.report.words import window_words
from simulation.scenario.units import Units
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SweepTables:
    """A sweep: its runs and failures, units and meanings of their columns, and its manifest."""

    runs: pd.DataFrame
    failures: pd.DataFrame
    manifest: Mapping[str, Any]
    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def sweep(self) -> Mapping[str, Any]:
        """What was asked."""
        table: Mapping[str, Any] = self.manifest["sweep"]
        return table

    @property
    def design(self) -> str:
        """The kind of design."""
        return str(self.sweep["design"]["kind"])

    @property
    def n_points(self) -> int:
        """How many points the design has."""
        return int(self.sweep["design"]["points"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every point."""
        return tuple(int(seed) for seed in self.manifest["seeds"])

    @cached_property
    def factors(self) -> list[Varied]:
        """Factors varied."""
        return factors_of(self.sweep)

    @cached_property
    def outcomes(self) -> list[Asked]:
        """Outcomes."""
        months = int(self.manifest.get("months") or 0)
        return [replace(one, description=window_words(one.description, months))
                for one in outcomes_of(self.sweep, self.units, self.named)]  # fmt: skip

    @cached_property
    def columns(self) -> list[str]:
        """The columns of all factors."""
        return columns_of(self.sweep)

    @cached_property
    def short(self) -> dict[str, str]:
        """Each column's name as it is read."""
        names = short_names(self.columns)
        return {name: self.named(short.replace(".", ":")) for name, short in names.items()}

    def named(self, name: str) -> str:
        """Return what a metric or a thing of the scenario is called: by its label, if any."""
        return label_of(name, Units.of_data(self.manifest.get("scenario") or {}))

    def parameter(self, path: str) -> str:
        """Return a parameter as it is read: whose it is by the label, where there is one."""
        return parameter_of(path, Units.of_data(self.manifest.get("scenario") or {}))

    @cached_property
    def _rankings(self) -> dict[str, Ranking | None]:
        return {}

    def ranking(self, outcome: Asked) -> Ranking | None:
        """Return what can be decided by an outcome, best first; None where nothing has a value."""
        if outcome.name not in self._rankings:
            self._rankings[outcome.name] = decisions(self.runs, self.sweep, outcome)
        return self._rankings[outcome.name]

    @property
    def has_indices(self) -> bool:
        """Whether the design gives Sobol indices or Morris measures."""
        return can_be_analysed(self.sweep) and not self.runs.empty

    @cached_property
    def _indices(self) -> dict[str, pd.DataFrame]:
        return {}

    def points(self, outcome: Asked) -> Ranking | None:
        """Return all points by an outcome, best first, or None where none has a value."""
        return ranking(self.runs, self.columns, outcome)

    def indices(self, outcome: Asked) -> pd.DataFrame:
        """Return the measures of each factor for an outcome."""
        if outcome.name not in self._indices:
            self._indices[outcome.name] = sensitivity(self.runs, self.sweep, outcome)
        return self._indices[outcome.name]

    @property
    def varies_people(self) -> bool:
        """Whether the number of people is varied, so that nobody stands for a fixed number."""
        return any(column.startswith("population.") for column in self.columns)

    def shown(self) -> SweepTables:
        """Return the tables with outcomes in the units that people use.

        Settings stay as they are typed; where the number of people is varied itself, numbers are
        of those simulated.
        """
        units = Units.of_data(self.manifest.get("scenario") or {})
        if self.varies_people:
            units = replace(units, per_person=1.0)
        if not as_shown(units, in_series=False):
            return self
        asked = {one.name: one.unit for one in self.outcomes}
        runs, words = shown_columns(self.runs, asked, units)
        return replace(self, runs=runs, units={**self.units, **words})

    @property
    def setting(self) -> Setting:
        """What figures tell in their footers."""
        return Setting(scenario=str(self.manifest.get("scenario_name") or ""), seeds=self.seeds)


def read_sweep(folder: Path) -> SweepTables:
    """Read a sweep's result folder.

    Raises:
        ResultError: it holds no sweep, or a file cannot be read as what it should be.
    """
    manifest = asdict(read_manifest(folder))
    if not manifest.get("sweep"):
        hint = "Give the folder that `cocreate sweep` wrote."
        raise ResultError([Fault("is not the result of a sweep.", file=folder, hint=hint)])
    runs, failures = folder / "runs.parquet", folder / "failures.parquet"
    measures = {**read_measures(runs), **read_measures(failures)}
    return SweepTables(
        read_frame(runs),
        read_frame(failures),
        manifest,
        units={name: measure.unit for name, measure in measures.items()},
        meanings={name: measure.meaning for name, measure in measures.items()},
    )
