"""Verdicts: what an experiment says to its question, by the rule written down before it was run.

    supported   every claim of the rule clearly passes its threshold
    refuted     a claim clearly fails it
    undecided   the intervals are too wide to tell
    depends     it is one under some assumptions and the other under others

The baseline has intervals that hold for all its claims at once (95 %). The alternatives, each with
one assumption changed, are a second family, whose intervals hold for all claims under all of them
at once: that a verdict depends on an assumption is never read off the most striking of many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, log
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.interval import Interval, level_of_each, t_interval
from simulation.analysis.rules import RULES, Alternative, Claim

if TYPE_CHECKING:
    import pandas as pd

BASELINE = "baseline"
"""The name of the assumptions of the scenario itself."""

THOUSAND = 1000.0
MONEY = ("money/month", "money")


class Verdict(StrEnum):
    """The answer of an experiment to its question."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    DEPENDS = "depends"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its interval."""

    name: str
    mean: float
    low: float
    high: float
    threshold: float

    @property
    def verdict(self) -> Verdict:
        """What the interval says of this claim alone."""
        if self.low > self.threshold:
            return Verdict.SUPPORTED
        return Verdict.REFUTED if self.high < self.threshold else Verdict.UNDECIDED

    @property
    def clear(self) -> float:
        """How far the mean is above the threshold."""
        return self.mean - self.threshold


@dataclass(frozen=True)
class Finding:
    """The claims and the verdict under one set of assumptions.

    Attributes:
        alternative: name of the assumptions.
        claims: all claims of the rule with their intervals.
        n: seeds.
    """

    alternative: str
    claims: tuple[JudgedClaim, ...]
    n: int

    @property
    def verdict(self) -> Verdict:
        """All claims must pass; one that fails is enough to refute."""
        verdicts = {claim.verdict for claim in self.claims}
        if verdicts == {Verdict.SUPPORTED}:
            return Verdict.SUPPORTED
        return Verdict.REFUTED if Verdict.REFUTED in verdicts else Verdict.UNDECIDED

    @property
    def deciding(self) -> JudgedClaim:
        """The deciding claim: the least clear of its threshold, of those that fail if any do."""
        failing = [claim for claim in self.claims if claim.verdict is Verdict.REFUTED]
        return min(failing or self.claims, key=lambda claim: claim.clear)


@dataclass(frozen=True)
class Influence:
    """How the effect changes under an alternative assumption.

    Attributes:
        assumption: the parameters that are changed, as a text.
        alternative: name of the alternative.
        settings: their values there.
        finding: the claims and the verdict there.
        shift: change of the deciding claim's distance above its threshold, against the baseline,
            paired by seed.
    """

    assumption: str
    alternative: str
    settings: Mapping[str, Any]
    finding: Finding
    shift: JudgedClaim


@dataclass(frozen=True)
class Turn:
    """Where along an assumption the effect crosses its threshold.

    Attributes:
        assumption: the parameters that are changed, as a text.
        alternative: name of the alternative on the other side.
        at: the value, interpolated between the scenario and the alternative; None where that has no
            meaning, as with several parameters at once.
    """

    assumption: str
    alternative: str
    at: float | None


@dataclass(frozen=True)
class Answer:
    """The answer of an experiment to its question."""

    verdict: Verdict
    main: Finding
    others: tuple[Influence, ...]
    unit: str

    @property
    def effect(self) -> JudgedClaim:
        """The deciding claim in the baseline."""
        return self.main.deciding

    @property
    def supporting(self) -> tuple[str, ...]:
        """The assumptions under which the claim is supported."""
        return self._alternatives(Verdict.SUPPORTED)

    @property
    def refuting(self) -> tuple[str, ...]:
        """The assumptions under which it is refuted."""
        return self._alternatives(Verdict.REFUTED)

    def _alternatives(self, verdict: Verdict) -> tuple[str, ...]:
        findings = [self.main, *(other.finding for other in self.others)]
        return tuple(finding.alternative for finding in findings if finding.verdict is verdict)

    def leaning(self, n: int = 3) -> list[Influence]:
        """Return the assumptions that shift the effect most, one alternative for each, most first.

        Those whose shift may be none, its interval covering zero, are left out.
        """
        sure = [other for other in self.others if other.shift.low > 0 or other.shift.high < 0]
        ranked = sorted(sure, key=lambda other: -abs(other.shift.mean))
        first: dict[str, Influence] = {}
        for other in ranked:
            first.setdefault(other.assumption, other)
        return list(first.values())[:n]


def alternatives_of(
    runs: pd.DataFrame, factors: Sequence[str], outcomes: Sequence[str], *,
    alternative: str | None, people: float, units: Mapping[str, str],
) -> list[Alternative]:  # fmt: skip
    """Return the results under every set of assumptions, the baseline first.

    Args:
        runs: Columns point, seed, factors, outcomes.
        factors: Columns of the factors.
        outcomes: Names of outcomes, the main one first.
        alternative: The column that names the assumptions, if there is one.
        people: People in the scenario; money is reported per 1000 of them.
        units: Units of outcomes.

    Returns:
        Alternatives, whose values have the same seeds: those that finished everywhere.
    """
    names = (
        [BASELINE] if alternative is None else list(dict.fromkeys(runs[alternative].astype(str)))
    )
    if BASELINE in names:
        names = [BASELINE, *(name for name in names if name != BASELINE)]
    parts = {
        name: runs if alternative is None else runs[runs[alternative].astype(str) == name]
        for name in names
    }
    cells = {
        name: part.drop_duplicates("point").set_index("point")[list(factors)]
        for name, part in parts.items()
    }
    values = {
        name: {
            outcome: _table(part, outcome, _scale(cells[name], people, units.get(outcome, "")))
            for outcome in outcomes
        }
        for name, part in parts.items()
    }
    seeds = [set(table.index) for tables in values.values() for table in tables.values()]
    kept = sorted(set.intersection(*seeds))
    return [
        Alternative(
            name, cells[name], {key: table.loc[kept] for key, table in values[name].items()}
        )
        for name in names
    ]


def _scale(cells: pd.DataFrame, people: float, unit: str) -> pd.Series[float]:
    """Return by what values are divided at each point: thousands of people, for money."""
    import pandas as pd

    column = "population.people"
    if unit not in MONEY:
        return pd.Series(1.0, index=cells.index)
    if column in cells:
        return cells[column].astype(float) / THOUSAND
    return pd.Series(people / THOUSAND, index=cells.index)


def _table(rows: pd.DataFrame, outcome: str, scale: pd.Series[float]) -> pd.DataFrame:
    table = rows.pivot_table(index="seed", columns="point", values=outcome).dropna()
    return table / scale


def judge(
    alternatives: Sequence[Alternative], stated: Mapping[str, Any], *, unit: str = "",
    settings: Mapping[str, Mapping[str, Any]] | None = None, confidence: float = 0.95,
) -> Answer:  # fmt: skip
    """Apply a rule to the results, and return the verdict.

    Args:
        alternatives: the results, the baseline first.
        stated: The verdict table of the experiment: rule, margin, and the rule's parameters.
        unit: Unit of the main outcome.
        settings: Which parameters are changed in each alternative.
        confidence: Chance that intervals cover.

    Raises:
        ExperimentError: The rule asks for a point that was not run.
    """
    rule, margin = RULES[str(stated["rule"])], float(stated.get("margin", 0.0))
    claims = [rule(alternative, stated, margin) for alternative in alternatives]
    main = _find(alternatives[0].name, claims[0], confidence=_level(claims[:1], confidence))
    wide = _level(claims[1:], confidence) if len(alternatives) > 1 else confidence
    others = tuple(
        _influence(
            alternative.name,
            its_claims,
            claims[0],
            (settings or {}).get(alternative.name, {}),
            on=main.deciding.name,
            level=wide,
        )
        for alternative, its_claims in zip(alternatives[1:], claims[1:], strict=True)
    )
    per_head = f"{unit} per 1000 people" if unit in MONEY else unit
    return Answer(_overall(main, [other.finding for other in others]), main, others, per_head)


def _find(alternative: str, claims: Sequence[Claim], *, confidence: float) -> Finding:
    judged = tuple(
        _judged(claim.name, t_interval(claim.values, confidence=confidence), claim.threshold)
        for claim in claims
    )
    return Finding(alternative, judged, min(len(claim.values) for claim in claims))


def _judged(name: str, interval: Interval, threshold: float) -> JudgedClaim:
    mean, low, high = interval.floats()
    return JudgedClaim(name, mean, low, high, threshold)


def _level(claims: Sequence[Sequence[Claim]], confidence: float) -> float:
    """Return the confidence that each interval needs for all to hold at once."""
    columns = [claim.values for some in claims for claim in some]
    n = min(len(values) for values in columns)
    if n < 2 or len(columns) < 2:
        return confidence
    return level_of_each(
        np.stack([values[:n] for values in columns], axis=1), confidence=confidence
    )


def _influence(
    name: str, claims_there: Sequence[Claim], main: Sequence[Claim], settings: Mapping[str, Any], *,
    on: str, level: float,
) -> Influence:  # fmt: skip
    """Return how an alternative changes the deciding claim of the baseline."""
    finding = _find(name, claims_there, confidence=level)
    there = next(claim for claim in main if claim.name == on)
    same = {claim.name: claim for claim in claims_there}.get(on)
    chosen = same if same is not None else _least_clear(claims_there)
    n = min(len(chosen.values), len(there.values))
    change = (chosen.values[:n] - chosen.threshold) - (there.values[:n] - there.threshold)
    shift = _judged(there.name, t_interval(change, confidence=level), 0.0)
    assumption = ", ".join(settings) or name
    return Influence(assumption, name, dict(settings), finding, shift)


def _least_clear(claims: Sequence[Claim]) -> Claim:
    return min(claims, key=lambda claim: float(claim.values.mean()) - claim.threshold)


def _overall(main: Finding, others: Sequence[Finding]) -> Verdict:
    verdicts = {main.verdict, *(other.verdict for other in others)}
    if {Verdict.SUPPORTED, Verdict.REFUTED} <= verdicts:
        return Verdict.DEPENDS
    return main.verdict


def crossing(low: tuple[float, float], high: tuple[float, float]) -> float | None:
    """Return where a line through two points (x, clear) passes zero; on a log scale if x > 0.

    None where it does not pass zero between them.
    """
    (x0, y0), (x1, y1) = low, high
    if y0 * y1 >= 0.0 or not all(map(isfinite, (x0, y0, x1, y1))):
        return None
    share = y0 / (y0 - y1)
    if x0 > 0.0 and x1 > 0.0:
        return float(np.exp(log(x0) + share * (log(x1) - log(x0))))
    return x0 + share * (x1 - x0)


def turns(answer: Answer, present: Mapping[str, Any]) -> list[Turn]:
    """Return where the effect crosses its threshold, for each alternative.

    Args:
        answer: of an experiment.
        present: values of parameters in the baseline, where they are one number.
    """
    return [
        Turn(other.assumption, other.alternative, _turn_value(other, answer, present))
        for other in answer.others
        if other.finding.deciding.clear * answer.effect.clear < 0.0
    ]


def _turn_value(other: Influence, answer: Answer, present: Mapping[str, Any]) -> float | None:
    if len(other.settings) != 1:
        return None
    path, value = next(iter(other.settings.items()))
    now = present.get(path)
    if not (_is_number(now) and _is_number(value)):
        return None
    here, there = answer.effect.clear, other.finding.deciding.clear
    return crossing((float(str(now)), here), (float(str(value)), there))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
