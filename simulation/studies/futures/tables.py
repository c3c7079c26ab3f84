"""The stored tables of a study over futures: what was uncertain, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.analysis.decision.places import columns, value_at
from simulation.analysis.points import Varied, factors_of, short_names
from simulation.analysis.targets import figures_in
from simulation.experiment.factors import Role
from simulation.report.market import chapter_of_futures
from simulation.report.words import number, signed, unit_words
from simulation.scenario.units import MONEY, Units
from simulation.studies.money_tables import MoneyTables

if TYPE_CHECKING:
    import pandas as pd

    from simulation.report.page import Chapter


@dataclass(frozen=True)
class FuturesTables(MoneyTables):
    """A study over futures: its runs, its futures, what was found, and its manifest."""

    runs: pd.DataFrame
    failures: pd.DataFrame
    futures: pd.DataFrame
    findings: Mapping[str, Any]
    manifest: Mapping[str, Any]
    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The name of the base."""
        return str(self.findings["base"])

    @property
    def arms(self) -> list[dict[str, Any]]:
        """What was found of each arm but the base."""
        return list(self.findings["arms"])

    def arm_text(self, arm: Mapping[str, Any]) -> str:
        """Return an arm's name as it is read: whose a lever is by the label that the company has.

        Tables and ``--json`` keep the name itself; so do results of versions that kept no other.
        """
        texts = self.sweep.get("exploration", {}).get("labels", {})
        return str(texts.get(arm["name"], arm["name"]))

    @cached_property
    def lead(self) -> dict[str, Any]:
        """The arm that the answer is about: the one with the greatest mean effect."""
        return max(self.arms, key=lambda arm: float(arm["mean"]))

    def futures_of(self, arm: Mapping[str, Any]) -> pd.DataFrame:
        """Return what was found of an arm in each future."""
        chosen: pd.DataFrame = self.futures[self.futures["arm"] == arm["name"]]
        return chosen

    @cached_property
    def market_chapter(self) -> Chapter:
        """What the scenario shows of published figures, and the futures that were used."""
        first = self.runs[(self.runs["arm"] == self.unchanged) & self._of_design()]
        used = first["future"].isin(self.futures["future"]) & (first["replicate"] == 0)
        present = figures_in(first[first["future"] == 0])
        market = str(self.manifest["scenario"].get("market") or "")
        return chapter_of_futures(market, present, figures_in(first[used]))

    @property
    def unchanged(self) -> str:
        """The arm that is the scenario as it is."""
        return self.base

    def _of_design(self) -> pd.Series[bool]:
        """Return which runs are those of the design, and no later ones; all, if there are none."""
        futures: pd.Series[int] = self.runs["future"]
        return futures >= 0

    @property
    def whose(self) -> str:
        """Whose benefit decides, as tables name it."""
        return str(self.findings["decision"]["whose"]).removeprefix("partner:")

    @property
    def n(self) -> int:
        """The futures that count."""
        return int(self.findings["futures"]["used"])

    @cached_property
    def unknown(self) -> list[Varied]:
        """What was uncertain."""
        return [factor for factor in factors_of(self.sweep) if factor.role == Role.UNCERTAINTY]

    @cached_property
    def _places(self) -> list[tuple[Varied, str]]:
        return [(factor, name) for factor in self.unknown for name in columns(factor)]

    @cached_property
    def _short(self) -> dict[str, str]:
        """Return each column's name as it is read: "problem rate", "reach: most".

        An ending of one word, or one that several have, is no name without its section.
        """
        both = [name for factor in factors_of(self.sweep) for name in factor.columns]
        every = list(dict.fromkeys(both))  # what is decided on may be drawn as well
        last = [name.rpartition(".")[2] for name in every]
        return {
            name: self.named(end if last.count(end) == 1 and "_" in end else
                        _with_section(name, short).replace(".", ":"))
            for end, (name, short) in zip(last, short_names(every).items(), strict=True)
        }  # fmt: skip

    def factor_of(self, assumption: int) -> Varied:
        """Return the factor that an assumption is a column of."""
        return self._places[assumption][0]

    def name(self, assumption: int) -> str:
        """Return what an assumption is called, given its place among all."""
        return self.name_of(self.column(assumption))

    def name_of(self, column: str) -> str:
        """Return what the parameter of a column is called."""
        return self._short[column]

    def column(self, assumption: int) -> str:
        """Return the column of an assumption in the table of runs."""
        return self._places[assumption][1]

    def meaning(self, assumption: int) -> str:
        """Return what an assumption means."""
        return self.meanings.get(self._places[assumption][1], "")

    def unit(self, assumption: int) -> str:
        """Return the unit of an assumption, money in the currency; empty for plain numbers."""
        return self.unit_of(self.column(assumption))

    def unit_of(self, column: str) -> str:
        """Return the unit of a column, money in the currency; empty for plain numbers."""
        _, unit = self._each(column)
        return "" if unit in ("1", "share") else unit

    def per_unit(self, assumption: int) -> float:
        """Return by what an assumption's value is multiplied where it is shown."""
        return self.per_unit_of(self.column(assumption))

    def per_unit_of(self, column: str) -> float:
        """Return by what the values of a column are multiplied where they are shown."""
        factor, _ = self._each(column)
        return factor

    def _each(self, column: str) -> tuple[float, str]:
        stated = self.findings["units"]
        units = Units(str(stated["currency"]), float(stated["per_unit"]))
        return units.each(1.0, self.units.get(column, ""))

    def value(self, assumption: int, place: float) -> Any:
        """Return what a place in [0, 1] of an assumption stands for."""
        return value_at(self._places[assumption][0], place)

    def text(self, assumption: int, place: float) -> str:
        """Return a place of an assumption as it is read, without its unit."""
        value = self.value(assumption, place)
        if not isinstance(value, int | float):
            return str(value)
        return number(float(value) * self.per_unit(assumption), 2)

    def said(self, assumption: int, place: float) -> str:
        """Return a place of an assumption as it is said, an amount of money with its currency."""
        money = self.units.get(self._places[assumption][1], "").partition("/")[0] == MONEY
        words = unit_words(self.unit(assumption)) if money else ""
        return f"{self.text(assumption, place)} {words}".strip()

    def bound(self, assumption: int, low: float, high: float) -> str:
        """Return a condition in words: "problem rate above 0.31"."""
        below, above = high < 1.0, low > 0.0
        name = self.name(assumption)
        if below and above:
            between = f"{self.text(assumption, low)} and {self.said(assumption, high)}"
            return f"{name} between {between}"
        if below:
            return f"{name} below {self.said(assumption, high)}"
        return f"{name} above {self.said(assumption, low)}"

    def is_money(self, benefit: str) -> bool:
        """Whether a benefit is money a month, rather than an outcome of another unit."""
        return self.units.get(benefit, "money/month") in ("money/month", "money")

    def is_actor(self, benefit: str) -> bool:
        """Whether a benefit is somebody's, rather than an outcome of the experiment."""
        return all(benefit != one["name"] for one in self.sweep["outcomes"])

    def amount(self, value: float, benefit: str = "everyone") -> str:
        """Return a change of a benefit with its sign: "+2.4 EUR a month"."""
        if not self.is_money(benefit):
            return signed(value)
        return self.change(value)

    def money(self, value: float) -> str:
        """Return an amount of money a month without a sign."""
        return f"{number(value * self.factor)} {self.currency} a month"


def _with_section(column: str, short: str) -> str:
    """Return a column's short name, with the step before it where it has none."""
    return short if "." in short else ".".join(column.split(".")[-2:])
