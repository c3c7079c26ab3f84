"""Published figures beside those of a result: is this a market that could exist?

The figures stand in ``targets.toml`` beside this file, each with source and grade. What a result
shows is measured by ``analysis.market``.
A figure of use *gate* is one that the default scenarios are set to show; one of use *effect* says
what a lever does: nothing is ever calibrated to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, estimate
from simulation.analysis.market import MEASURES, Market

if TYPE_CHECKING:
    import pandas as pd

DATA = Path(__file__).with_name("targets.toml")
PREFIX = "target:"
"""Of the columns of a table of runs that hold what each run shows of a published figure."""


class Verdict(StrEnum):
    """What runs say of a published figure."""

    INSIDE = "inside"
    BELOW = "below"
    ABOVE = "above"
    OPEN = "open"
    """The interval leaves the range on both sides: too little is known to say."""
    UNKNOWN = "not measurable"


class Use(StrEnum):
    """What a published figure is for."""

    GATE = "gate"
    EFFECT = "effect"


@dataclass(frozen=True)
class Target:
    """A published figure.

    Attributes:
        name: what it is about.
        measure: the function that measures it (see ``analysis.market``).
        use: whether default scenarios are set to show it.
        scenarios: the markets it applies to, named after default scenarios.
        low, high: what counts as inside.
        unit: of all of these.
        source: where it was published.
        grade: A a study with a sample, B a regulator, C a weak sample or a bound of ours.
        note: where the definition differs from the source's.
    """

    name: str
    measure: str
    use: Use
    scenarios: tuple[str, ...]
    low: float
    high: float
    unit: str
    source: str
    grade: str
    note: str = ""


@dataclass(frozen=True)
class Held:
    """A target beside what a result shows."""

    target: Target
    value: Estimate

    @property
    def known(self) -> bool:
        """Whether the result has what it takes to measure it."""
        return isfinite(self.value.mean)

    @property
    def inside(self) -> bool:
        """Whether the mean over runs lies within the bounds."""
        return self.known and self.target.low <= self.value.mean <= self.target.high

    @property
    def verdict(self) -> Verdict:
        """Whether it is inside, on which side it is outside, or that too little is known."""
        if not self.known:
            return Verdict.UNKNOWN
        low, high = self.value.low, self.value.high
        if self.value.has_interval and low < self.target.low and high > self.target.high:
            return Verdict.OPEN
        if self.inside:
            return Verdict.INSIDE
        return Verdict.ABOVE if self.distance > 0.0 else Verdict.BELOW

    @property
    def distance(self) -> float:
        """By how much it is outside: below 0 under the low bound, above 0 over the high one."""
        if not self.known:
            return nan
        if self.value.mean < self.target.low:
            return self.value.mean - self.target.low
        return max(self.value.mean - self.target.high, 0.0)


@cache
def targets() -> tuple[Target, ...]:
    """Return all published figures."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["target"]
    return tuple(_target(entry) for entry in entries)


def _target(entry: Mapping[str, Any]) -> Target:
    plain = {**entry, "use": Use(entry["use"]), "scenarios": tuple(entry["scenarios"])}
    return Target(**plain)


def targets_of(market: str) -> list[Target]:
    """Return the figures that apply to a market (see ``Scenario.market``); none if empty."""
    return [one for one in targets() if one.use is Use.GATE and market in one.scenarios]


def hold(series: pd.DataFrame, wanted: Sequence[Target]) -> list[Held]:
    """Return each target beside what the series of a result show, with a 95 % interval over runs.

    Args:
        series: tidy, columns run, month, metric, of, value.
        wanted: the targets; those whose metrics are not there are not known.
    """
    market = Market.of(series)
    return [Held(one, estimate(MEASURES[one.measure](market), one.unit)) for one in wanted]


def figures_in(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of published figures' counterparts in a table of runs, by measure."""
    columns = {name: name.removeprefix(PREFIX) for name in map(str, runs.columns)
               if name.startswith(PREFIX)}  # fmt: skip
    return runs[list(columns)].rename(columns=columns)
