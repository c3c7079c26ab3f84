"""Which what-if leads, and from which others the pairs distinguish it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from simulation.analysis.best import level_of_pairs
from simulation.analysis.bridge import EVERYONE
from simulation.analysis.compare import Looks, PairedVerdict, outcome_values
from simulation.analysis.interval import Interval, t_interval
from simulation.analysis.sequential import anytime_interval
from simulation.arrays import Floats
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow

if TYPE_CHECKING:
    import pandas as pd


def leading(tables: ComparedTables) -> list[ComparisonRow]:
    """Return the comparison of each what-if that the answer is about, the best one first.

    What is shown to be better comes before the rest; within both, most gained comes first.
    """
    return sure_first(ranked(tables))


def ranked(tables: ComparedTables) -> list[ComparisonRow]:
    """Return the comparison of each what-if that the answer is about, most gained first.

    Gained by whoever's benefit decides; by the first outcome where it is everyone's.
    """
    rows = [tables.first(name) for name in tables.question.what_ifs]
    if _by_benefit(tables):
        whose = tables.for_whom
        return sorted(rows, key=lambda row: -tables.bridges[row.what_if][whose].change.mean)
    return sorted(rows, key=lambda row: -row.gain)


def sure_first(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """Return what is shown to be better before the rest: a greater gain may be open."""
    return sorted(rows, key=lambda row: row.verdict is not PairedVerdict.BETTER)


def not_distinguished(tables: ComparedTables) -> list[str]:
    """Return the what-ifs that the pairs do not show to gain less than the leading one.

    By differences between what-ifs under the same seeds, with intervals that hold for all pairs of
    what-ifs at once, as the leading one was picked by the same pairs (see
    ``analysis.best.level_of_pairs``); where pairs were added after a look at the results, by
    confidence sequences and Bonferroni.
    """
    best, *others = leading(tables)
    by_pair = gains_by_pair(tables)
    interval = _interval(tables, by_pair.to_numpy(dtype=float))
    gaps = {row.what_if: by_pair[best.what_if] - by_pair[row.what_if] for row in others}
    return [name for name, gap in gaps.items() if not interval(gap.dropna().to_numpy()).low > 0.0]


def _interval(tables: ComparedTables, by_pair: Floats) -> Callable[[Floats], Interval]:
    """Return what gives a difference between two what-ifs an interval that holds with all others.

    Args:
        tables: The comparison.
        by_pair: What is gained, pairs by what-ifs; gaps may be left.
    """
    confidence, n = tables.question.confidence, by_pair.shape[1]
    if tables.question.looks is Looks.ANY:
        each = 1.0 - (1.0 - confidence) / max(n * (n - 1) / 2, 1)
        return partial(anytime_interval, confidence=each)
    return partial(t_interval, confidence=level_of_pairs(by_pair, confidence=confidence))


def gains_by_pair(tables: ComparedTables) -> pd.DataFrame:
    """Return what each what-if (columns) gains over the base, by seed; plus is better."""
    import pandas as pd

    names = tables.question.what_ifs
    return pd.DataFrame({name: _gains(tables, name) for name in names})


def _gains(tables: ComparedTables, name: str) -> pd.Series[float]:
    import pandas as pd

    base = tables.question.base
    if _by_benefit(tables):
        bridge = tables.bridges[name][tables.for_whom]
        both = tables.runs.pivot(index="seed", columns="scenario", values="run")[[base, name]]
        return pd.Series(bridge.what_if - bridge.base, index=both.dropna().index)
    sign = -1.0 if tables.first(name).less_is_better else 1.0
    return sign * (_values(tables, name) - _values(tables, base))


def _values(tables: ComparedTables, scenario: str) -> pd.Series[float]:
    """Return the first outcome of a scenario by seed."""
    metric, actor = tables.question.outcomes[0]
    runs = tables.runs[tables.runs["scenario"] == scenario]
    values = outcome_values(tables.series_of(scenario), runs, [metric])
    chosen: pd.Series[float] = values[values["actor"] == actor].set_index("seed")["value"]
    return chosen


def _by_benefit(tables: ComparedTables) -> bool:
    """Whether what-ifs are ranked by what somebody gains, and not by the first outcome."""
    whose, names = tables.for_whom, tables.question.what_ifs
    return whose != EVERYONE and all(whose in tables.bridges.get(name, {}) for name in names)
