"""A paired experiment as tables: what differs, for whom, from when, and how sure.

Reads the runs and series of all scenarios of a comparison (and, pair by pair, what persons have),
never a live model. Two families of intervals hold at once, each with the confidence asked for:

- levels: every outcome and actor of every what-if (means of the last 12 months);
- curves: the outcomes asked for, over all months and what-ifs; and, as a family of its own, the
  curves of all actors. One family for all would widen the band of the outcome asked for by about
  a quarter for the sake of curves that only say who shares in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.analysis.compare import (
    DifferenceCurve,
    Looks,
    Rules,
    comparison_table,
    curve_table,
    outcome_values,
)
from simulation.analysis.compare import compare as compare_all
from simulation.analysis.interval import (
    Interval,
    level_of_each,
    simultaneous_interval,
)
from simulation.analysis.sequential import Tolerance, anytime_interval
from simulation.analysis.summary import less_is_better, unit_of
from simulation.errors import Fault, ResultError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Key = tuple[str, str]
"""An outcome and whose it is: (metric, of)."""

WHOLE: Key = ("co_created_value", "")
BY_ACTOR = ("surplus", "segment_value")
"""Who wins and who loses: money/month of each actor, and of each segment's people."""

DEFINITION = "comparison.json"
"""The file of a result that says what was compared and how it is judged."""


@dataclass(frozen=True)
class ComparisonQuestion:
    """What is compared and how it is judged; written down before the runs.

    Attributes:
        base: name of the base.
        what_ifs: names of the what-ifs.
        outcomes: what is to be judged; the first one is what the answer is about.
        margin: differences within it count as practically the same; relative to each outcome's
            base, or absolute, in the unit of the first outcome and for outcomes of that unit only.
        precision: half the width that the first outcome's interval is to have.
        looks: whether the number of pairs was fixed beforehand.
        confidence: chance that all intervals of a family cover.
    """

    base: str
    what_ifs: tuple[str, ...]
    outcomes: tuple[Key, ...] = (WHOLE,)
    margin: Tolerance | None = None
    precision: Tolerance | None = None
    looks: Looks = Looks.ONCE
    confidence: float = 0.95


def read_definition(folder: Path) -> dict[str, Any]:
    """Return what a folder's comparison compared and how.

    Raises:
        ResultError: the folder holds no comparison, or it cannot be read.
    """
    path = folder / DEFINITION
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        question_of(read)
    except (FileNotFoundError, NotADirectoryError):
        hint = "Give the folder that `cocreate compare` wrote."
        raise ResultError([Fault("is not a comparison.", file=folder, hint=hint)]) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ResultError([Fault(f"cannot be read: {error}.", file=path)]) from None
    return read


def question_of(definition: Mapping[str, Any]) -> ComparisonQuestion:
    """Return the question that a definition holds."""
    margin, precision = (
        None if definition[name] is None else Tolerance.parse(definition[name], name)
        for name in ("margin", "precision")
    )
    return ComparisonQuestion(
        base=definition["base"]["name"],
        what_ifs=tuple(side["name"] for side in definition["what_ifs"]),
        outcomes=tuple(key_of(text) for text in definition["outcomes"]),
        margin=margin,
        precision=precision,
        looks=Looks(definition["looks"]),
        confidence=float(definition["confidence"]),
    )


def key_of(text: str) -> Key:
    """Return the outcome that ``metric`` or ``metric:of`` names."""
    metric, _, of = text.partition(":")
    return metric, of


def text_of(key: Key) -> str:
    """Return an outcome as ``metric`` or ``metric:of``."""
    return f"{key[0]}:{key[1]}" if key[1] else key[0]


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

CURVES: dict[str, tuple[str, str]] = {
    "what_if": ("", "what is compared with the base"),
    "outcome": ("", "metric"),
    "actor": ("", "whose it is; empty for the whole"),
    "month": ("months", "month, from 1"),
    "base_mean": ("see comparisons", "mean of the base over pairs"),
    "what_if_mean": ("see comparisons", "mean of the what-if over pairs"),
    "difference": ("see comparisons", "what-if minus base, mean over pairs"),
    "low": ("see comparisons", "low end of the band, which covers all months at once"),
    "high": ("see comparisons", "high end of the band"),
    "pairs": ("pairs", "pairs"),
}
"""Unit and meaning of the columns of ``curves``."""


def metrics_of(question: ComparisonQuestion) -> list[str]:
    """Return the metrics that the tables of a comparison are made of."""
    return list(dict.fromkeys([*(key[0] for key in question.outcomes), WHOLE[0], *BY_ACTOR]))


def compared_keys(labels: Iterable[Key], outcomes: Sequence[Key]) -> list[Key]:
    """Return what is compared: the outcomes asked for, then value by actor and segment.

    Args:
        labels: (metric, of) of everything that runs record.
        outcomes: what is asked for.
    """
    known = list(dict.fromkeys((str(metric), str(of)) for metric, of in labels))
    who = [key for metric in BY_ACTOR for key in known if key[0] == metric]
    wanted = [*outcomes, *([WHOLE] if WHOLE in known else []), *who]
    return [key for key in dict.fromkeys(wanted) if key in known]


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
        name: (series[series["run"].isin(own["run"])], own)
        for name in (question.base, *question.what_ifs)
        for own in [runs[runs["scenario"] == name]]
    }
    keys = compared_keys(_shared_labels(sides), question.outcomes)
    sides = {name: (own[_is_one_of(own, keys)], of) for name, (own, of) in sides.items()}
    if not keys or any(own.empty for own, _ in sides.values()):
        raise ValueError("base and what-ifs must share seeds and outcomes. They share none.")
    unit = {metric: unit_of(series, metric) for metric, _ in keys}
    lower = frozenset(metric for metric in unit if less_is_better(series, metric))
    lines = _curves(sides, keys, question)
    found = _comparisons(sides, keys, question, (unit, lower))
    return Contrast(_with_months(found, lines, lower), _curve_table(lines), people)


def _shared_labels(sides: Sides) -> list[Key]:
    """Return the labels that every scenario has, in the order of the base's."""
    each = []
    for own, _ in sides.values():
        labels = own[["metric", "of"]].drop_duplicates().astype(str)
        each.append(list(zip(labels["metric"], labels["of"], strict=True)))
    return [key for key in each[0] if all(key in other for other in each)]


def _is_one_of(series: pd.DataFrame, keys: Sequence[Key]) -> pd.Series[bool]:
    import pandas as pd

    metric, of = series["metric"].astype(str), series["of"].astype(str)
    own = pd.MultiIndex.from_arrays([metric, of])
    return pd.Series(own.isin(keys), index=series.index)


Sides = Mapping[str, tuple["pd.DataFrame", "pd.DataFrame"]]
"""Series and runs of each scenario, by its name."""


def rules_of(
    question: ComparisonQuestion,
    unit: Mapping[str, str],
    lower_is_better: frozenset[str] = frozenset(),
) -> Rules:
    """Return the rules by which the outcomes of a question are judged.

    Args:
        question: The question.
        unit: Units by metric.
        lower_is_better: Metrics of which less is better.
    """
    margin, margins = question.margin, {}
    if margin is not None:
        first = unit.get(question.outcomes[0][0], "")
        margins = {
            metric: margin for metric, own in unit.items() if margin.relative or own == first
        }
    return Rules(question.confidence, margins, lower_is_better, question.looks)


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
    found = compare_all(
        values[question.base],
        {name: values[name] for name in question.what_ifs},
        rules_of(question, unit, lower),
        base_name=question.base,
    )
    places = {key: at for at, key in enumerate(keys)}
    ordered = sorted(
        found,
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


@dataclass(frozen=True)
class _Line:
    """The difference of one outcome of one what-if over time."""

    what_if: str
    key: Key
    curve: DifferenceCurve
    base: Floats
    """Means of base and what-if, ``(n_months,)``."""
    other: Floats


def _curves(sides: Sides, keys: Sequence[Key], question: ComparisonQuestion) -> list[_Line]:
    asked = [key for key in keys if key in question.outcomes]
    rest = [key for key in keys if key not in question.outcomes]
    return [line for family in (asked, rest) for line in _family(sides, family, question)]


def _family(sides: Sides, keys: Sequence[Key], question: ComparisonQuestion) -> list[_Line]:
    """Return curves whose bands cover all months of all of them at once."""
    if not keys:
        return []
    tables = [
        (name, key, curve_table(*sides[question.base], *key), curve_table(*sides[name], *key))
        for key in keys
        for name in question.what_ifs
    ]
    seeds = tables[0][2].index
    for _, _, base, other in tables:
        seeds = seeds.intersection(base.index).intersection(other.index)
    ours = np.stack([base.loc[seeds].to_numpy(np.float64) for _, _, base, _ in tables], axis=1)
    theirs = np.stack([other.loc[seeds].to_numpy(np.float64) for *_, other in tables], axis=1)
    months = tuple(int(month) for month in tables[0][2].columns)
    band = _band(theirs - ours, question)
    base_mean, other_mean = ours.mean(axis=0), theirs.mean(axis=0)
    return [
        _Line(name, key, DifferenceCurve(months, _part(band, at)), base_mean[at], other_mean[at])
        for at, (name, key, _, _) in enumerate(tables)
    ]


def _part(band: Interval, at: int) -> Interval:
    return Interval(band.mean[at], band.low[at], band.high[at], band.n)


def _band(differences: Floats, question: ComparisonQuestion) -> Interval:
    if question.looks is Looks.ONCE:
        return simultaneous_interval(differences, confidence=question.confidence)
    return anytime_band(differences, confidence=question.confidence)


def anytime_band(samples: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return means with intervals that cover all at once, and however often one looks.

    Confidence sequences (``sequential.anytime_interval``), each at the level at which max-|t|
    intervals of these samples would cover all at once. The level is estimated at the number of
    pairs there are; measured coverage over looks at 10, 15, … 60 pairs is .98 or more, where
    max-|t| intervals cover .73 to .84.

    Args:
        samples: In the order in which they came, shape ``(n, ...)``.
        confidence: Chance that every interval covers at every number of samples.
    """
    values = np.asarray(samples, dtype=np.float64)
    if values.shape[0] < 2:
        return simultaneous_interval(values, confidence=confidence)
    return anytime_interval(values, confidence=level_of_each(values, confidence=confidence))


def _with_months(
    table: pd.DataFrame, lines: Sequence[_Line], lower: frozenset[str]
) -> pd.DataFrame:
    import pandas as pd

    turns = {(line.what_if, *line.key): _turns(line, line.key[0] in lower) for line in lines}
    places = zip(table["what_if"], table["outcome"], table["actor"], strict=True)
    own = [turns.get(place, (None, None)) for place in places]
    return table.assign(
        ahead_from=pd.array([ahead for ahead, _ in own], dtype="Int64"),
        behind_from=pd.array([behind for _, behind in own], dtype="Int64"),
    )[list(COMPARISONS)]


def _turns(line: _Line, less: bool) -> tuple[int | None, int | None]:  # noqa: FBT001  (private)
    above, below = line.curve.above_from(), line.curve.below_from()
    return (below, above) if less else (above, below)


def _curve_table(lines: Sequence[_Line]) -> pd.DataFrame:
    import pandas as pd

    parts = [
        line.curve.table()
        .rename(columns={"mean": "difference"})
        .assign(what_if=line.what_if, outcome=line.key[0], actor=line.key[1],
                base_mean=line.base, what_if_mean=line.other, pairs=line.curve.band.n)
        for line in lines
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=list(CURVES))
    return pd.concat(parts, ignore_index=True)[list(CURVES)]


def difference_curve(
    curves: pd.DataFrame, what_if: str, outcome: str, actor: str = ""
) -> DifferenceCurve:
    """Return a curve out of the table of curves."""
    own = curves[
        (curves["what_if"] == what_if) & (curves["outcome"] == outcome) & (curves["actor"] == actor)
    ]
    n = int(own["pairs"].iloc[0]) if len(own) else 0
    mean, low, high = (own[name].to_numpy(np.float64) for name in ("difference", "low", "high"))
    band = Interval(mean, low, high, n)
    return DifferenceCurve(tuple(int(month) for month in own["month"]), band)
