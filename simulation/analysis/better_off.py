"""The same persons in two scenarios: how many are better off, by how much, how unequal they are.

A pair of runs is reduced to a row for everybody and for each segment; persons are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.compare import Looks, half_mean_difference
from simulation.analysis.interval import Interval, t_interval
from simulation.analysis.sequential import Tolerance, anytime_interval
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.comparison_question import ComparisonQuestion

EVERYBODY = ""
"""The group of all persons."""


GROUPS: dict[str, tuple[str, str]] = {
    "what_if": ("", "what is compared with the base"),
    "seed": ("", "seed of the pair"),
    "group": ("", "segment; empty for everybody"),
    "people": ("persons", "persons in the group"),
    "share_better": ("share", "persons who have more than the same person in the base"),
    "share_worse": ("share", "persons who have less"),
    "mean_gain": ("money", "mean of what-if minus base over persons, all months added up"),
    "gain_of_better": ("money", "mean gain of those better off"),
    "loss_of_worse": ("money", "mean loss of those worse off"),
    "gini_base": ("index", "inequality of the surplus in the base: 0 all have the same"),
    "gini_what_if": ("index", "inequality of the surplus in the what-if"),
    "spread_base": ("money", "half the mean difference between two persons in the base"),
    "spread_what_if": ("money", "half the mean difference between two persons in the what-if"),
}
"""Unit and meaning of the columns of ``people``: one row per pair and group."""


def person_margin(margin: Tolerance | None, base: ArrayLike) -> float:
    """Return the gain of a person that counts as none.

    A relative margin is relative to the mean over persons; an absolute one is in the unit of
    another outcome and counts as none.
    """
    if margin is None or not margin.relative:
        return 0.0
    return margin.at(float(np.mean(np.asarray(base, dtype=np.float64))))


def pair_of_people(
    base: ArrayLike,
    what_if: ArrayLike,
    segment: ArrayLike,
    segments: Sequence[str],
    *,
    margin: float = 0.0,
) -> list[dict[str, float | str]]:
    """Return what a pair comes to for everybody and for each segment, the same person in both.

    Args:
        base: Surplus of each person in the base, ``(n_people,)``.
        what_if: Surplus of the same persons in the what-if.
        segment: The segment of each, as its number.
        segments: Names of segments.
        margin: A person who gains no more than this is neither better nor worse off.

    Returns:
        Rows with the columns of ``GROUPS`` but what_if and seed.
    """
    ours, theirs = (np.asarray(side, dtype=np.float64) for side in (base, what_if))
    where = np.asarray(segment)
    groups = {EVERYBODY: np.ones(len(ours), dtype=np.bool_)}
    groups |= {name: where == number for number, name in enumerate(segments)}
    return [
        {"group": name, **_group(ours[inside], theirs[inside], margin)}
        for name, inside in groups.items()
        if inside.any()
    ]


def _group(ours: Floats, theirs: Floats, margin: float) -> dict[str, float]:
    gain = theirs - ours
    better, worse = gain > margin, gain < -margin
    return {
        "people": float(len(ours)),
        "share_better": float(better.mean()),
        "share_worse": float(worse.mean()),
        "mean_gain": float(gain.mean()),
        "gain_of_better": float(gain[better].mean()) if better.any() else nan,
        "loss_of_worse": float(-gain[worse].mean()) if worse.any() else nan,
        "gini_base": gini_with_debts(ours),
        "gini_what_if": gini_with_debts(theirs),
        "spread_base": half_mean_difference(ours),
        "spread_what_if": half_mean_difference(theirs),
    }


def gini_with_debts(values: Floats) -> float:
    """Return Gini's index where some may have less than nothing: 0 all the same, at most 1.

        G = Σ_i (2i − n − 1) x_(i) / (n Σ |x|)

    Gini's index where nobody is below zero (Raffinetti, Siletti & Vernizzi 2015, "On the Gini
    coefficient normalization when attributes with negative values are considered", Statistical
    Methods & Applications 24:507); not a number where nobody has anything.
    """
    size = float(np.mean(np.abs(values)))
    return half_mean_difference(values) / size if size > 0.0 else nan


def people_table(rows: Sequence[Mapping[str, float | str]]) -> pd.DataFrame:
    """Return the rows of all pairs and groups as a table (columns of ``GROUPS``)."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(GROUPS))
    numbers = [name for name in GROUPS if name not in ("what_if", "seed", "group")]
    kinds = dict.fromkeys(numbers, "float64") | {"seed": "int64"}
    return table.astype({**kinds, "people": "int64"})


@dataclass(frozen=True)
class Group:
    """How the persons of a group fared in a what-if, over pairs; each interval separately."""

    what_if: str
    name: str
    people: int
    share_better: Interval
    share_worse: Interval
    mean_gain: Interval
    gain_of_better: Interval
    loss_of_worse: Interval
    gini_base: Interval
    gini_what_if: Interval
    gini_change: Interval


def groups(people: pd.DataFrame, question: ComparisonQuestion) -> list[Group]:
    """Return what the pairs come to for each what-if and group, everybody first."""
    all_groups = []
    for name in question.what_ifs:
        chosen = people[people["what_if"] == name]
        for group, rows in chosen.groupby("group", sort=False):
            changes = rows.assign(gini_change=rows["gini_what_if"] - rows["gini_base"])
            all_groups.append(
                Group(
                    name,
                    str(group),
                    int(rows["people"].iloc[0]),
                    **{column: _interval(changes[column], question) for column in _AVERAGED},
                )
            )
    return all_groups


_AVERAGED = (
    "share_better", "share_worse", "mean_gain", "gain_of_better", "loss_of_worse", "gini_base",
    "gini_what_if", "gini_change",
)  # fmt: skip


def _interval(values: pd.Series[float], question: ComparisonQuestion) -> Interval:
    known = values.dropna().to_numpy(dtype=np.float64)
    one = t_interval if question.looks is Looks.ONCE else anytime_interval
    return one(known, confidence=question.confidence)
