"""The stored tables of a comparison, as frames, with what was compared and how it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.better_off import GROUPS, Group, groups
from simulation.analysis.bridge import EVERYONE, Bridge, bridges
from simulation.analysis.compare import Looks, PairedVerdict
from simulation.analysis.comparison_question import ComparisonQuestion, Key, metrics_of
from simulation.analysis.contrast import COMPARISONS
from simulation.analysis.difference_curves import CURVES, difference_curve
from simulation.analysis.market import METRICS as TARGETS
from simulation.analysis.sequential import Tolerance
from simulation.analysis.summary import PEOPLE, has, less_is_better
from simulation.report.shown import as_shown, parameter_of, relabelled, shown_ledger, shown_series
from simulation.scenario.units import Units
from simulation.scenario.words import FlowKind
from simulation.store import read_manifest
from simulation.store.read import read_frame
from simulation.studies.comparison.changes import Change, scenario_changes
from simulation.studies.comparison.definition import question_of, read_definition
from simulation.studies.comparison.through import Through, folders_of, read_through
from simulation.studies.run.tables import FAILURES

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.compare import DifferenceCurve

BRIDGED = ("surplus", "alone", "gross_value", "customers")
"""The metrics that a money bridge is made of, besides the ledger."""
PERSONAL = ("mean_gain", "gain_of_better", "loss_of_worse", "spread_base", "spread_what_if")
"""Columns of ``people`` that are money of a person."""


@dataclass(frozen=True)
class ComparisonRow:
    """One outcome of one actor in one what-if against the base (a row of ``comparisons``)."""

    what_if: str
    outcome: str
    actor: str
    unit: str
    asked: bool
    base_mean: float
    what_if_mean: float
    difference: float
    low: float
    high: float
    p_better: float
    p_mean_better: float
    verdict: PairedVerdict
    margin: float
    pairs: int
    variance_reduction: float
    unpaired_runs: int | None
    ahead_from: int | None
    behind_from: int | None
    less_is_better: bool = False

    @property
    def key(self) -> Key:
        """The outcome and whose it is."""
        return self.outcome, self.actor

    @property
    def gain(self) -> float:
        """The difference, with plus for better."""
        return -self.difference if self.less_is_better else self.difference

    @property
    def is_role(self) -> bool:
        """Whether the actor is a role that people take and leave, not a fixed set of people."""
        return self.actor in PEOPLE


@dataclass(frozen=True)
class ComparedTables:
    """A comparison: its tables, what was compared, and its manifest."""

    series: pd.DataFrame
    runs: pd.DataFrame
    failures: pd.DataFrame
    comparisons: pd.DataFrame
    curves: pd.DataFrame
    people: pd.DataFrame
    definition: Mapping[str, Any]
    manifest: Mapping[str, Any]
    ledger: pd.DataFrame | None = None
    """Money flows of all runs, where they were kept."""
    folder: Path = Path()
    """Where they were read."""
    factor: float = 1.0
    """By which the first outcome is multiplied to be shown."""
    names: Units = field(default_factory=Units)
    """What named things are called; by their own names in what is stored."""

    @cached_property
    def question(self) -> ComparisonQuestion:
        """What was asked, in the units and by the names in which it is shown."""
        return _as_shown(question_of(self.definition), self.factor, self.names)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The base, then the what-ifs."""
        return (self.question.base, *self.question.what_ifs)

    @cached_property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """The comparisons, in their order."""
        return tuple(
            _row(record, less=less_is_better(self.series, record["outcome"]))
            for record in self.comparisons.to_dict("records")
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """How persons fared, by what-if and group."""
        return tuple(groups(self.people, self.question))

    @cached_property
    def units(self) -> Units:
        """How its numbers and names are shown: as the base says."""
        return Units.of_data(self.definition["base"]["scenario"])

    def parameter(self, path: str) -> str:
        """Return a parameter as it is read: whose it is by the label, where there is one."""
        return parameter_of(path, self.units)

    def shown(self) -> ComparedTables:
        """Return the tables in the units that people use: currency, people represented, labels."""
        units = self.units
        if not as_shown(units):
            return self
        factors = self.comparisons["unit"].astype(str).map(lambda unit: units.total(1.0, unit)[0])
        numbers = ("base_mean", "what_if_mean", "difference", "low", "high", "margin")
        comparisons = self.comparisons.assign(
            **{name: self.comparisons[name] * factors for name in numbers},
            unit=[units.total(1.0, str(unit))[1] for unit in self.comparisons["unit"]],
            actor=relabelled(self.comparisons["actor"], units),
        )
        known = self.series.attrs.get("metrics", {})
        by_metric = {
            name: units.total(1.0, str(one.get("unit", "")))[0] for name, one in known.items()
        }
        factors = self.curves["outcome"].astype(str).map(lambda name: by_metric.get(name, 1.0))
        bands = ("difference", "low", "high", "base_mean", "what_if_mean")
        curves = self.curves.assign(
            **{name: self.curves[name] * factors for name in bands if name in self.curves},
            actor=relabelled(self.curves["actor"], units),
        )
        each = [name for name in PERSONAL if name in self.people]
        return replace(
            self,
            series=shown_series(self.series, units),
            ledger=None if self.ledger is None else shown_ledger(self.ledger, units),
            comparisons=comparisons,
            factor=units.total(1.0, self.first(self.question.what_ifs[0]).unit)[0],
            curves=curves,
            people=self.people.assign(
                **{name: self.people[name] * units.per_unit for name in each},
                people=self.people["people"] * units.per_person,
                group=relabelled(self.people["group"], units),
            ),
            names=units,
        )

    @cached_property
    def through(self) -> dict[str, Through]:
        """The shares of mechanisms in the difference of each what-if for which they were run."""
        shares = {
            name: read_through(place, name, self.first(name).unit, self.factor)
            for name, place in folders_of(self.folder, self.question.what_ifs).items()
        }
        return {name: one for name, one in shares.items() if one is not None}

    def of(self, what_if: str) -> list[ComparisonRow]:
        """Return the comparisons of a what-if."""
        return [row for row in self.rows if row.what_if == what_if]

    def first(self, what_if: str) -> ComparisonRow:
        """Return the comparison that the answer is about."""
        key = self.question.outcomes[0]
        return next(row for row in self.of(what_if) if row.key == key)

    def who(self, what_if: str, *, roles: bool = False) -> list[ComparisonRow]:
        """Return value by segment, company and partner; with ``roles`` by role as well."""
        rows = self.of(what_if)
        segments = [row for row in rows if row.outcome == "segment_value"]
        actors = [row for row in rows if row.outcome == "surplus"]
        firms = [row for row in actors if not row.is_role]
        return segments + firms + ([row for row in actors if row.is_role] if roles else [])

    def curve(self, what_if: str, key: Key) -> DifferenceCurve:
        """Return a difference over time."""
        return difference_curve(self.curves, what_if, *key)

    def series_of(self, scenario: str) -> pd.DataFrame:
        """Return the series of one scenario."""
        ids = self.runs.loc[self.runs["scenario"] == scenario, "run"]
        chosen: pd.DataFrame = self.series[self.series["run"].isin(ids)]
        return chosen

    @cached_property
    def bridges(self) -> dict[str, dict[str, Bridge]]:
        """The money bridge of every actor, by what-if; empty where flows were not kept."""
        if self.ledger is None or self.ledger.empty or not has(self.series, "surplus"):
            return {}
        runs = self.runs.pivot(index="seed", columns="scenario", values="run")
        result = {}
        for name in self.question.what_ifs:
            both = runs[[self.question.base, name]].dropna().astype(int)
            pairs = list(zip(both[self.question.base], both[name], strict=True))
            if pairs:
                result[name] = bridges(self.series, self.ledger, pairs)
        return result

    @property
    def for_whom(self) -> str:
        """Whose benefit counts: ``everyone``, ``customers``, a company or a partner."""
        return self.names.label(str(self.definition.get("for_whom") or EVERYONE))

    @property
    def asker(self) -> str:
        """Who asks: the one whose benefit counts, or the first company."""
        if self.for_whom != EVERYONE:
            return self.for_whom
        companies = self.definition["base"]["scenario"].get("companies") or ()
        return self.names.label(str(companies[0].get("name", ""))) if companies else EVERYONE

    @property
    def pairs(self) -> int:
        """How many pairs there are at most in a comparison."""
        return max((row.pairs for row in self.rows), default=0)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that were run."""
        return tuple(int(seed) for seed in self.manifest.get("seeds") or ())

    @property
    def months(self) -> int:
        """The months simulated."""
        return int(self.manifest.get("months") or self.curves["month"].max())

    @property
    def interval_words(self) -> str:
        """What an interval of this comparison is."""
        share = f"{100 * self.question.confidence:.4g}\u00a0%"
        if self.question.looks is Looks.ANY:
            return f"{share} interval that stays valid however often results are inspected"
        return f"{share} interval"

    def changes(self, what_if: str) -> list[Change]:
        """Return the parameters in which a what-if differs from the base."""
        base = self.definition["base"]["scenario"]
        other = next(side for side in self.definition["what_ifs"] if side["name"] == what_if)
        return scenario_changes(base, other["scenario"])


def _row(record: Mapping[Any, Any], *, less: bool) -> ComparisonRow:
    def month(name: str) -> int | None:
        return None if record[name] is None or record[name] != record[name] else int(record[name])

    plain = {
        name: record[name]
        for name in COMPARISONS
        if name not in ("base", "verdict", "unpaired_runs_for_same_precision", "ahead_from",
                        "behind_from")
    }  # fmt: skip
    return ComparisonRow(
        **{**plain, "asked": bool(record["asked"]), "pairs": int(record["pairs"])},
        verdict=PairedVerdict(record["verdict"]),
        unpaired_runs=month("unpaired_runs_for_same_precision"),
        ahead_from=month("ahead_from"),
        behind_from=month("behind_from"),
        less_is_better=less,
    )


def _as_shown(question: ComparisonQuestion, factor: float, names: Units) -> ComparisonQuestion:
    """Return a question with its margin, precision and outcomes as they are shown."""

    def scaled(one: Tolerance | None) -> Tolerance | None:
        return one if one is None or one.relative else replace(one, value=one.value * factor)

    return replace(
        question,
        outcomes=tuple((metric, names.label(of)) for metric, of in question.outcomes),
        margin=scaled(question.margin),
        precision=scaled(question.precision),
    )


def read_compared(folder: Path) -> ComparedTables:
    """Read the folder of a comparison.

    Only series that are reported are read; all of them may be far more.

    Raises:
        ResultError: it holds no comparison, or a file is missing or cannot be read.
    """
    definition = read_definition(folder)
    wanted = {*metrics_of(question_of(definition)), *TARGETS, *BRIDGED}
    filters = [("metric", "in", sorted(wanted))]

    def frame(name: str, columns: Iterable[str]) -> pd.DataFrame:
        return read_frame(folder / f"{name}.parquet", tuple(columns))

    return ComparedTables(
        series=read_frame(folder / "series.parquet", where=filters),
        runs=frame("runs", ("run", "scenario", "seed")),
        failures=frame("failures", FAILURES),
        comparisons=frame("comparisons", COMPARISONS),
        curves=frame("curves", CURVES),
        people=frame("people", GROUPS),
        ledger=_money_flows(folder),
        folder=folder,
        definition=definition,
        manifest=asdict(read_manifest(folder)),
    )


def _money_flows(folder: Path) -> pd.DataFrame | None:
    path = folder / "ledger.parquet"
    return read_frame(path, where=[("kind", "=", FlowKind.MONEY.value)]) if path.is_file() else None
