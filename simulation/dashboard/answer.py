"""What the page shows, computed from pairs of runs by the functions that reports use.

Numbers travel in full precision and in the model's units, with the factor of the currency beside
them; so the number on the page is the library's to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.compare import OutcomeComparison, PairedVerdict
from simulation.analysis.compare import compare as compare_all
from simulation.analysis.comparison_question import (
    WHOLE,
    ComparisonQuestion,
    Key,
    compared_keys,
    rules_of,
)
from simulation.analysis.interval import estimate, simultaneous_interval
from simulation.arrays import Floats
from simulation.dashboard.runs import COMPARED, PageRun
from simulation.report.words import capital, label, listing, number, signed, unit_words
from simulation.scenario.units import Units
from simulation.scenario.words import Better
from simulation.studies.comparison.drawn import LEAST

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

BASE, WHAT_IF = "base", "what_if"
SIGNIFICANT = 6
"""Digits of points of curves; numbers have all of theirs."""


@dataclass(frozen=True)
class Pairing:
    """Runs of a base and a what-if under the same seeds, in the order of the seeds.

    Attributes:
        base, what_if: one run a seed each; the same runs where nothing is changed.
        scenario: the what-if.
        planned: pairs that were asked for.
        since: from when on the two differ, in words.
        drawn: parameters of a posterior, of which each pair takes a draw; none where there is none.
    """

    base: Sequence[PageRun]
    what_if: Sequence[PageRun]
    scenario: Scenario
    planned: int
    since: str = ""
    drawn: Sequence[str] = ()
    remark: str = ""
    """That the posterior is not of this market, where it is not."""

    @property
    def differs(self) -> bool:
        """Whether there are two scenarios."""
        return self.base[0].record.identity.fingerprint != (
            self.what_if[0].record.identity.fingerprint
        )

    @property
    def final(self) -> bool:
        """Whether all pairs that were asked for are there."""
        return len(self.what_if) == self.planned

    def stack(self, side: str, key: Key) -> Floats:
        """Return a metric of one side, ``(n_pairs, n_months)``."""
        return np.stack([run.column(key) for run in getattr(self, side)])


def first_answer(pairs: Pairing) -> dict[str, Any]:
    """Return the numbers and curves of an answer: what is shown at every seed."""
    units = Units.of(pairs.scenario)
    rows = comparisons(pairs)
    keys = [WHOLE, *((row["outcome"], row["actor"]) for row in rows if row["outcome"] == "surplus")]
    factor, unit = units.total(1.0, "money/month")
    return {
        "pairs": len(pairs.what_if),
        "planned": pairs.planned,
        "final": pairs.final,
        "draws": bool(pairs.drawn),
        "differs": pairs.differs,
        "since": pairs.since,
        "factor": factor,
        "unit": unit_words(unit),
        "rows": [{**row, "label": _called(units, row)} for row in rows],
        "sentences": sentences(pairs, rows, units),
        "curves": [_curve(pairs, key, units) for key in keys],
    }


def comparisons(pairs: Pairing) -> list[dict[str, Any]]:
    """Return what ``cocreate compare`` writes into ``comparisons`` for these pairs.

    Where nothing is changed, the levels of the base with their intervals instead.
    """
    import pandas as pd

    measures = pairs.what_if[0].record.measures
    labels = [key for key in pairs.base[0].labels if key in pairs.what_if[0].labels]
    keys = compared_keys(labels, (WHOLE,))
    values = {side: pd.concat([run.outcomes for run in getattr(pairs, side)], ignore_index=True)
              for side in (BASE, WHAT_IF)}  # fmt: skip
    if not pairs.differs:
        return [_level(values[BASE], key) for key in keys]
    unit = {metric: measures[metric].unit for metric in COMPARED}
    lower = frozenset(name for name in unit if measures[name].better == Better.LOW)
    rules = rules_of(ComparisonQuestion(BASE, (WHAT_IF,)), unit, lower)
    by_key = {(one.outcome, one.actor): one
             for one in compare_all(values[BASE], {WHAT_IF: values[WHAT_IF]}, rules)}  # fmt: skip
    return [_row(by_key[key]) for key in keys if key in by_key]


def _row(one: OutcomeComparison) -> dict[str, Any]:
    return {**asdict(one), "verdict": one.verdict.value}


def _level(values: Any, key: Key) -> dict[str, Any]:
    chosen = values[(values["outcome"] == key[0]) & (values["actor"] == key[1])]["value"]
    result = estimate(chosen)
    return {"outcome": key[0], "actor": key[1],
            "base_mean": result.mean, "what_if_mean": result.mean, "difference": 0.0,
            "level_low": result.low, "level_high": result.high,
            "pairs": result.n, "verdict": ""}  # fmt: skip


def _called(units: Units, row: dict[str, Any]) -> str:
    if not row["actor"]:
        return label(row["outcome"]).capitalize()
    return label(units.label(row["actor"]))


def _curve(pairs: Pairing, key: Key, units: Units) -> dict[str, Any]:
    """Return a metric over the months, and the band of its difference, which covers all months."""
    ours, theirs = pairs.stack(BASE, key), pairs.stack(WHAT_IF, key)
    data: dict[str, Any] = {
        "outcome": key[0], "actor": key[1],
        "label": label(units.label(key[1])) if key[1] else label(key[0]).capitalize(),
        "base": rounded(ours.mean(axis=0)), "what_if": rounded(theirs.mean(axis=0)),
    }  # fmt: skip
    if pairs.differs and (key == WHOLE or pairs.final):
        band = simultaneous_interval(theirs - ours)
        data |= {"difference": rounded(band.mean), "low": rounded(band.low),
                 "high": rounded(band.high)}  # fmt: skip
    return data


def rounded(values: Floats) -> list[float | None]:
    """Return points of a curve for the wire; what is not a number is None."""
    return [float(f"{value:.{SIGNIFICANT}g}") if np.isfinite(value) else None for value in values]


# --- in words ----------------------------------------------------------------------------------


def sentences(pairs: Pairing, rows: Sequence[dict[str, Any]], units: Units) -> list[str]:
    """Return the answer in words: what changes, for whom, and who loses by it."""
    by_key = {(row["outcome"], row["actor"]): row for row in rows}
    whole = by_key[WHOLE]
    if not pairs.differs:
        level = _money(whole["base_mean"], units, sign=False)
        return [
            f"Nothing is changed yet: co-created value is {level}.",
            "Move a lever, and the same people go through the same months again.",
        ]
    focal = pairs.scenario.companies[0].name
    asker = by_key.get(("surplus", focal))
    remarks = [pairs.remark] if pairs.remark else []
    return [_what(whole, asker, units), _whom(rows, units), *_drawn(pairs, units), *remarks]


def _drawn(pairs: Pairing, units: Units) -> list[str]:
    """Say in which range the difference lies over the draws of a posterior; nothing without."""
    if not pairs.drawn:
        return []
    names = [": ".join(map(label, path.split("."))) for path in pairs.drawn]
    text = f"Each pair takes a draw of what your data leave open of {listing(names)}"
    values = [_whole_value(theirs) - _whole_value(ours)
              for ours, theirs in zip(pairs.base, pairs.what_if, strict=True)]  # fmt: skip
    if len(values) < LEAST:
        return [f"{text}; a range over draws needs {LEAST} pairs."]
    low, high = (_money(float(end), units) for end in np.quantile(values, (0.05, 0.95)))
    return [f"{text}: in 90 % of draws co-created value changes by {low} to {high}."]


def _whole_value(run: PageRun) -> float:
    rows = run.outcomes
    chosen = (rows["outcome"] == WHOLE[0]) & (rows["actor"] == WHOLE[1])
    return float(rows.loc[chosen, "value"].iloc[0])


def _what(whole: dict[str, Any], asker: dict[str, Any] | None, units: Units) -> str:
    amount = _money(whole["difference"], units)
    n = whole["pairs"]
    if n < 2:
        return f"The first pair says {amount} of co-created value; one pair has no interval."
    words = {
        PairedVerdict.BETTER: "Better for all together",
        PairedVerdict.WORSE: "Worse for all together",
        PairedVerdict.SAME: "Practically the same for all together",
        PairedVerdict.UNDECIDED: "Undecided: the interval covers zero",
    }[PairedVerdict(whole["verdict"])]
    text = f"{words}; co-created value is higher in {whole['p_better'] * n:g} of {n} pairs"
    if asker is not None and whole["verdict"] == "better" and asker["verdict"] == "worse":
        loser = label(units.label(asker["actor"]))
        text += f", but {loser} loses by it ({_money(asker['difference'], units)})"
    return f"{text}."


def _whom(rows: Sequence[dict[str, Any]], units: Units) -> str:
    surplus_rows = [row for row in rows if row["outcome"] == "surplus"]
    parts = []
    for verdict, words in (("better", ("gains", "gain")), ("worse", ("loses", "lose"))):
        named = [f"{label(units.label(row['actor']))} "
                 f"({_money(row['difference'], units, unit=False)})"
                 for row in surplus_rows if row["verdict"] == verdict]  # fmt: skip
        if named:
            many = len(named) > 1 or "customers" in named[0]
            parts.append(f"{listing(named)} {words[many]}")
    text = "; ".join(parts)
    if not text:
        return "The difference is not clear for any actor."
    return f"{capital(text)}."


def _money(value: float, units: Units, *, sign: bool = True, unit: bool = True) -> str:
    amount, named = units.total(value, "money/month")
    text = signed(amount) if sign else number(amount)
    return f"{text} {unit_words(named)}" if unit else text
