"""A paired experiment as tables: what differs, for whom, from when, and how sure.

Reads the runs and series of all scenarios of a comparison (and, pair by pair, what persons have),
never a live model. Two families of intervals hold at once, each with the confidence asked for:

- levels: every outcome and actor of every what-if (means of the last 12 months);
- curves: the outcomes asked for, over all months and what-ifs; and, as a family of its own, the
  curves of all actors. One family for all would widen the band of the outcome asked for by about
  a quarter for the sake of curves that only say who shares in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.analysis.compare import compare as compare_all
from simulation.analysis.compare import (
    comparison_table,
    outcome_values,
)
from simulation.analysis.comparison_question import (
    ComparisonQuestion,
    Key,
    compared_keys,
    rules_of,
)
from simulation.analysis.difference_curves import (
    Line,
    Sides,
    curves_table,
    difference_curves,
    turning_months,
)
from simulation.analysis.summary import less_is_better, unit_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Contrast:
    """The tables of a comparison (see ``COMPARISONS``, ``CURVES`` and ``GROUPS``)."""

    comparisons: pd.DataFrame
    curves: pd.DataFrame
    people: pd.DataFrame


COMPARISONS: dict[str, tuple[str, str]] = {
    "base": ("", "the base"),
    "what_if": ("", "what is compared with it"),
    "outcome": ("", "metric, mean of the last 12 months"),
    "actor": ("", "whose it is; empty for the whole"),
    "unit": ("", "unit of means, difference, interval and margin"),
    "asked": ("", "whether it is an outcome asked for, or says who wins and who loses"),
    "base_mean": ("see unit", "mean of the base over pairs"),
    "what_if_mean": ("see unit", "mean of the what-if over pairs"),
    "difference": ("see unit", "what-if minus base, mean over pairs"),
    "low": ("see unit", "low end of its interval; all intervals of the table cover at once"),
    "high": ("see unit", "high end of its interval"),
    "p_better": ("share", "share of pairs in which the what-if is better, ties half"),
    "p_mean_better": ("share", "chance that it is better on average"),
    "verdict": ("", "better, worse, practically the same or undecided"),
    "margin": ("see unit", "differences within it count as practically the same"),
    "pairs": ("pairs", "pairs in which both have a value"),
    "variance_reduction": ("ratio", "variance of an unpaired difference over the paired one's"),
    "unpaired_runs_for_same_precision": (
        "runs", "runs of both scenarios together that would be as precise without pairing",
    ),
    "ahead_from": ("month", "month from which on it is clearly better, to the end"),
    "behind_from": ("month", "month from which on it is clearly worse, to the end"),
}  # fmt: skip
"""Unit and meaning of the columns of ``comparisons``."""


def contrast(
    series: pd.DataFrame, runs: pd.DataFrame, people: pd.DataFrame, question: ComparisonQuestion
) -> Contrast:
    """Return the tables of a comparison.

    Args:
        series: Tidy series of all scenarios (run, month, metric, of, value).
        runs: Their runs (run, scenario, seed).
        people: Pairs by group (see ``pair_of_people``), put into the result as they are.
        question: What is compared and how it is judged.

    Raises:
        ValueError: The scenarios share no seed or no outcome.
    """
    sides = {
        name: (series[series["run"].isin(frame["run"])], frame)
        for name in (question.base, *question.what_ifs)
        for frame in [runs[runs["scenario"] == name]]
    }
    keys = compared_keys(_shared_labels(sides), question.outcomes)
    sides = {name: (frame[_is_one_of(frame, keys)], of) for name, (frame, of) in sides.items()}
    if not keys or any(frame.empty for frame, _ in sides.values()):
        raise ValueError("base and what-ifs must share seeds and outcomes. They share none.")
    unit = {metric: unit_of(series, metric) for metric, _ in keys}
    lower = frozenset(metric for metric in unit if less_is_better(series, metric))
    lines = difference_curves(sides, keys, question)
    compared = _comparisons(sides, keys, question, (unit, lower))
    return Contrast(_with_months(compared, lines, lower), curves_table(lines), people)


def _shared_labels(sides: Sides) -> list[Key]:
    """Return the labels that every scenario has, in the order of the base's."""
    each = []
    for frame, _ in sides.values():
        labels = frame[["metric", "of"]].drop_duplicates().astype(str)
        each.append(list(zip(labels["metric"], labels["of"], strict=True)))
    return [key for key in each[0] if all(key in other for other in each)]


def _is_one_of(series: pd.DataFrame, keys: Sequence[Key]) -> pd.Series[bool]:
    import pandas as pd

    metric, of = series["metric"].astype(str), series["of"].astype(str)
    pairs = pd.MultiIndex.from_arrays([metric, of])
    return pd.Series(pairs.isin(keys), index=series.index)


def _comparisons(
    sides: Sides,
    keys: Sequence[Key],
    question: ComparisonQuestion,
    declared: tuple[Mapping[str, str], frozenset[str]],
) -> pd.DataFrame:
    """Return the comparisons; ``declared`` are units, and metrics of which less is better."""
    import pandas as pd

    unit, lower = declared
    values = {name: outcome_values(*side, list(unit)) for name, side in sides.items()}
    comparisons = compare_all(
        values[question.base],
        {name: values[name] for name in question.what_ifs},
        rules_of(question, unit, lower),
        base_name=question.base,
    )
    places = {key: at for at, key in enumerate(keys)}
    ordered = sorted(
        comparisons,
        key=lambda one: (question.what_ifs.index(one.what_if), places[one.outcome, one.actor]),
    )
    table = comparison_table(ordered)
    return table.assign(
        unit=[unit[one.outcome] for one in ordered],
        asked=[(one.outcome, one.actor) in question.outcomes for one in ordered],
        verdict=[str(one.verdict) for one in ordered],
        unpaired_runs_for_same_precision=pd.array(
            [_countable(one.unpaired_runs_for_same_precision) for one in ordered], dtype="Int64"
        ),
    )


MOST_RUNS = 10**12
"""More runs than this are no number: the pairs agree but for rounding."""


def _countable(runs: int | None) -> int | None:
    return runs if runs is not None and runs <= MOST_RUNS else None


def _with_months(table: pd.DataFrame, lines: Sequence[Line], lower: frozenset[str]) -> pd.DataFrame:
    import pandas as pd

    turns = {
        (line.what_if, *line.key): turning_months(line, less_is_better=line.key[0] in lower)
        for line in lines
    }
    places = zip(table["what_if"], table["outcome"], table["actor"], strict=True)
    months = [turns.get(place, (None, None)) for place in places]
    return table.assign(
        ahead_from=pd.array([ahead for ahead, _ in months], dtype="Int64"),
        behind_from=pd.array([behind for _, behind in months], dtype="Int64"),
    )[list(COMPARISONS)]
