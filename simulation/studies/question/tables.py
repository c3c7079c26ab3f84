"""A question that was asked: its runs, the assumptions they were done under, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.rules import Alternative
from simulation.analysis.verdict import (
    BASELINE,
    MONEY,
    Answer,
    Turn,
    alternatives_of,
    judge,
    turns,
)
from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting
from simulation.store import Manifest, read_manifest
from simulation.store.plain import plain
from simulation.store.read import read_frame, read_measures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class AskedQuestion:
    """A question with the tables of its runs."""

    runs: pd.DataFrame
    failures: pd.DataFrame
    units: Mapping[str, str]
    manifest: Mapping[str, Any]

    @property
    def sweep(self) -> Mapping[str, Any]:
        """What the manifest tells of the experiment."""
        table: Mapping[str, Any] = self.manifest["sweep"]
        return table

    @property
    def name(self) -> str:
        """The question's name."""
        return str(self.sweep["name"])

    @property
    def question(self) -> str:
        """The question."""
        return str(self.sweep["question"])

    @property
    def source(self) -> str:
        """What the source says."""
        return str(self.sweep["source"])

    @property
    def rule(self) -> Mapping[str, Any]:
        """The verdict table: claim, rule, its parameters, margin."""
        table: Mapping[str, Any] = self.sweep["verdict"]
        return table

    @property
    def claim(self) -> str:
        """What is to be supported or refuted."""
        return str(self.rule.get("claim") or self.question)

    @property
    def factors(self) -> list[Mapping[str, Any]]:
        """Factors varied."""
        return list(self.sweep["factors"])

    @property
    def assumption_factor(self) -> Mapping[str, Any] | None:
        """The factor whose levels are alternative assumptions, if there is one."""
        named = (one for one in self.factors if BASELINE in one.get("values", ()))
        return next(named, None)

    @property
    def levers(self) -> list[str]:
        """The columns of what somebody decides."""
        return [str(column) for one in self.factors if one is not self.assumption_factor
                for column in one["columns"]]  # fmt: skip

    @property
    def outcomes(self) -> list[str]:
        """The outcomes, the one of the verdict first."""
        names = [str(one["name"]) for one in self.sweep["outcomes"]]
        first = str(self.rule.get("outcome") or names[0])
        return [first, *(name for name in names if name != first)]

    @property
    def unit(self) -> str:
        """The unit of the main outcome."""
        return self.units.get(self.outcomes[0], "")

    @property
    def per_head(self) -> str:
        """The unit in which effects are stated."""
        return f"{self.unit} per 1000 people" if self.unit in MONEY else self.unit

    @property
    def people(self) -> float:
        """How many people the scenario has."""
        return float(self.manifest["scenario"]["population"]["people"])

    @cached_property
    def alternatives(self) -> list[Alternative]:
        """The results under every assumption, the baseline first."""
        if self.runs.empty:
            raise ResultError([Fault("has no finished run.", key=self.name)])
        factor = self.assumption_factor
        column = None if factor is None else str(factor["key"])
        columns = [*self.levers, *([] if column is None else [column])]
        return alternatives_of(
            self.runs, columns, self.outcomes, alternative=column, people=self.people,
            units=self.units,
        )  # fmt: skip

    @cached_property
    def answer(self) -> Answer:
        """The verdict by the rule."""
        settings = self.assumption_factor["settings"] if self.assumption_factor is not None else {}
        return judge(self.alternatives, self.rule, unit=self.unit, settings=settings)

    @cached_property
    def turns(self) -> list[Turn]:
        """Where the verdict reverses."""
        return turns(self.answer, self.present)

    @cached_property
    def present(self) -> dict[str, Any]:
        """Values of the assumptions in the baseline."""
        from simulation.scenario.paths import value_at
        from simulation.scenario.scenario import Scenario

        if self.assumption_factor is None:
            return {}
        scenario = Scenario.model_validate(dict(self.manifest["scenario"]))
        settings = self.assumption_factor["settings"].values()
        return {path: value_at(scenario, path) for level in settings for path in level}

    @property
    def setting(self) -> Setting:
        """What figures need besides their table."""
        seeds = tuple(int(seed) for seed in self.alternatives[0].values[self.outcomes[0]].index)
        return Setting(scenario=str(self.manifest.get("scenario_name") or ""), seeds=seeds)


def read_asked(folder: Path, manifest: Manifest | None = None) -> AskedQuestion:
    """Read a question that was asked from its folder.

    Args:
        folder: as ``cocreate ask`` wrote it.
        manifest: what its manifest is going to be, if that is not written yet.

    Raises:
        ResultError: it is no result of a question.
    """
    stated = manifest or read_manifest(folder)
    if not stated.sweep or "rule" not in stated.sweep.get("verdict", {}):
        hint = "Give a folder that `cocreate ask` wrote."
        raise ResultError([Fault("holds no question.", file=folder, hint=hint)])
    runs = folder / "runs.parquet"
    return AskedQuestion(
        runs=read_frame(runs),
        failures=read_frame(folder / "failures.parquet"),
        units={name: measure.unit for name, measure in read_measures(runs).items()},
        manifest=plain(asdict(stated), spell_infinity=True),
    )
