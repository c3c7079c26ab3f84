"""The stored tables of a search, with what its test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import short_names
from simulation.analysis.targets import figures_in
from simulation.errors import Fault, ResultError
from simulation.report.market import chapter_of_futures
from simulation.report.words import number
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures
from simulation.studies.money_tables import MoneyTables
from simulation.studies.optimisation.findings import CANDIDATES, FINDINGS, read_findings

if TYPE_CHECKING:
    import pandas as pd

    from simulation.report.page import Chapter


TINY = 1e-9
"""Money that is nothing but rounding."""


@dataclass(frozen=True)
class OptimisationTables(MoneyTables):
    """A search: its runs, its candidates, what the test found, and its manifest."""

    runs: pd.DataFrame
    failures: pd.DataFrame
    candidates: pd.DataFrame
    findings: Mapping[str, Any]
    manifest: Mapping[str, Any]
    units: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def market_chapter(self) -> Chapter:
        """What the scenario shows of published figures, and the futures that were used."""
        looked_at = self.runs[self.runs["phase"] == "market"]
        used = self.runs.loc[self.runs["phase"] == "search", "future"]
        present = figures_in(looked_at[looked_at["future"] == 0])
        futures = figures_in(looked_at[looked_at["future"].isin(used)])
        market = str(self.manifest["scenario"].get("market") or "")
        return chapter_of_futures(market, present, futures)

    @property
    def whose(self) -> list[str]:
        """Whose benefit counts."""
        return [str(name) for name in self.findings["whose"]]

    @property
    def tested(self) -> list[dict[str, Any]]:
        """The candidates that were tested, the base first."""
        return list(self.findings["candidates"])

    @property
    def best(self) -> dict[str, Any]:
        """The tested candidate that the search liked best."""
        first = self.whose[0]
        return max(self.tested, key=lambda one: float(one["found"][first]))

    def amount(self, value: float) -> str:
        """Return a gain with its sign: "+2.4 EUR a month"."""
        return self.change(value if abs(value) > TINY else 0.0)

    def money(self, value: float) -> str:
        """Return an amount of money a month without a sign: "2.4 EUR a month"."""
        shown = value * self.factor if abs(value) > TINY else 0.0
        return f"{number(shown)} {self.currency} a month"

    @property
    def short(self) -> dict[str, str]:
        """Each lever's name as it is read."""
        levers = [str(name) for name in self.sweep["optimisation"]["levers"]]
        return {
            name: self.named(end.replace(".", ":")) for name, end in short_names(levers).items()
        }

    def settings(self, one: Mapping[str, Any]) -> list[str]:
        """Return a candidate's settings in words."""
        return [f"{self.short[name]} {self._level(name, value)}"
                for name, value in one["settings"].items()]  # fmt: skip

    def _level(self, lever: str, value: Any) -> str:
        """Return a lever's value; money as an amount of the currency, with its unit."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        top, slash, rest = self.units.get(lever, "").partition("/")
        if top != "money":
            return number(value)
        each = float(self.findings["units"]["per_unit"])
        per = f" per {rest.replace('/', ' and ')}" if slash else ""
        return f"{number(each * value)} {self.currency}{per}"


def read_optimised(folder: Path) -> OptimisationTables:
    """Read a search's result folder.

    Raises:
        ResultError: it holds none.
    """
    if not (folder / FINDINGS).is_file():
        hint = "Give the folder that `cocreate optimise` wrote."
        raise ResultError([Fault("is not the result of optimise.", file=folder, hint=hint)])
    runs = folder / "runs.parquet"
    return OptimisationTables(
        read_frame(runs),
        read_frame(folder / "failures.parquet"),
        read_frame(folder / CANDIDATES),
        read_findings(folder),
        asdict(read_manifest(folder)),
        units={name: one.unit for name, one in read_measures(runs).items()},
    )
