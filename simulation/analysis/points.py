"""What an experiment found, point by point: means over seeds, intervals, and how near the best."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.analysis.best import level_of_pairs
from simulation.analysis.interval import ERROR_RATE, t_table

if TYPE_CHECKING:
    import pandas as pd

CROSSED = ("grid", "factorial", "simplex")
"""Designs in which every lever setting meets every setting of what is uncertain."""
QUESTION_WORDS = ("who", "what", "when", "where", "why", "how")
POINT = "point"
SEED = "seed"


@dataclass(frozen=True)
class Asked:
    """An outcome of an experiment as its manifest tells it."""

    name: str
    unit: str = ""
    better: str = "high"
    description: str = ""

    @property
    def sign(self) -> float:
        """1 where more is better, −1 where less is."""
        return -1.0 if self.better == "low" else 1.0


@dataclass(frozen=True)
class Varied:
    """A factor of an experiment as its manifest tells it.

    Attributes:
        key: parameter path, or a name of its own.
        role: ``lever`` or ``uncertainty``.
        kind: ``interval``, ``choices``, ``levels`` or ``mixture``.
        columns: its columns in ``runs``: one, or one for each part of a mixture.
        log: whether its levels are spaced on a log scale.
        low, high: bounds of an interval.
        values: the choices, or the names of the levels.
        total: what a mixture divides.
        present: what it is in the baseline, by column.
    """

    key: str
    role: str
    kind: str
    columns: tuple[str, ...]
    log: bool = False
    low: float = float("nan")
    high: float = float("nan")
    values: tuple[Any, ...] = ()
    total: float = float("nan")
    present: Mapping[str, Any] | None = None

    @property
    def is_mixture(self) -> bool:
        """Whether it divides a total among parts."""
        return self.kind == "mixture"


def outcomes_of(
    sweep: Mapping[str, Any],
    units: Mapping[str, str] | None = None,
    named: Callable[[str], str] = str,
) -> list[Asked]:
    """Return the outcomes of a sweep's manifest, the first one first.

    Args:
        sweep: what was asked, as the manifest has it.
        units: the unit of each outcome.
        named: how a metric, and what it is of, are called in a description.
    """
    unit_of = units or {}
    return [
        Asked(
            str(one["name"]),
            unit_of.get(str(one["name"]), ""),
            str(one.get("better", "high")),
            _described(one, named),
        )
        for one in sweep.get("outcomes", ())
    ]


def factors_of(sweep: Mapping[str, Any]) -> list[Varied]:
    """Return the factors of a sweep's manifest, in their order."""
    nan = float("nan")
    return [
        Varied(
            key=str(one["key"]),
            role=str(one["role"]),
            kind=str(one["kind"]),
            columns=tuple(one["columns"]),
            log=one.get("scale") == "log",
            low=float(one.get("low", nan)),
            high=float(one.get("high", nan)),
            values=tuple(one.get("values", ())),
            total=float(one.get("total", nan)),
            present=dict(one.get("present", {})),
        )
        for one in sweep.get("factors", ())
    ]


def columns_of(sweep: Mapping[str, Any]) -> list[str]:
    """Return the columns of all factors, in their order."""
    return [column for factor in factors_of(sweep) for column in factor.columns]


def block_size(sweep: Mapping[str, Any]) -> int:
    """Return how many points a block of the design has."""
    n = len(sweep["factors"])
    if sweep["design"]["kind"] == "morris":
        return n + 1
    return 2 * n + 2 if sweep["design"].get("second_order") else n + 2


def short_names(columns: Sequence[str]) -> dict[str, str]:
    """Return for each path its shortest ending that no other of them has: ``price``.

    Paths of two parts stay whole, as do question words: ``reach.most`` and ``strategy.when`` are no
    names without their section.
    """
    parts = {column: column.split(".") for column in columns}
    result = {}
    for column, steps in parts.items():
        others = [other for name, other in parts.items() if name != column]
        n = 2 if len(steps) == 2 or steps[-1] in QUESTION_WORDS else 1
        while n < len(steps) and any(other[-n:] == steps[-n:] for other in others):
            n += 1
        result[column] = ".".join(steps[-n:])
    return result


def by_seed(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return an outcome as a table of seeds (rows) by points (columns)."""
    table: pd.DataFrame = runs.pivot_table(
        index=SEED, columns=POINT, values=outcome, aggfunc="first", dropna=False
    )
    return table


def settings_of(runs: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the settings of every point, indexed by point."""
    settings: pd.DataFrame = runs.drop_duplicates(POINT).set_index(POINT)[list(columns)]
    return settings.sort_index()


def point_table(runs: pd.DataFrame, columns: Sequence[str], outcome: Asked) -> pd.DataFrame:
    """Return one row per point: its settings, and the outcome over seeds.

    Columns: point, settings, mean, low, high (95 % t-interval of the mean over seeds), n, behind,
    behind_low, behind_high (how far it is behind the best point, paired by seed: what the seeds
    have in common cancels), near (its interval of ``behind`` reaches 0, or there is none for too
    few seeds, so that the seeds cannot tell it from the best). The intervals of ``behind`` hold for
    all pairs of points at once, as the best was picked by the same seeds. Points without a value
    have no mean and are not near; with one seed in all, only the best is.
    """
    import pandas as pd

    nan = float("nan")
    seeds = by_seed(runs, outcome.name)
    table = settings_of(runs, columns).join(t_table(seeds).rename(columns={"runs": "n"}))
    wanted = outcome.sign * table["mean"]
    if wanted.notna().any():
        best = wanted.idxmax()
        level = level_of_pairs(seeds.loc[:, wanted.notna()].to_numpy(dtype=float))
        gap = t_table((seeds.rsub(seeds[best], axis=0)) * outcome.sign, confidence=level)
        behind = {"behind": gap["mean"], "behind_low": gap["low"], "behind_high": gap["high"]}
        table = table.join(pd.DataFrame(behind))
        table["near"] = _near(table) | (table.index == best)
    else:
        table = table.assign(behind=nan, behind_low=nan, behind_high=nan, near=False)
    return table.reset_index()


def _near(table: pd.DataFrame) -> pd.Series[bool]:
    low = table["behind_low"]
    if low.isna().all():
        return low.notna()
    return ~(low > 0) & table["mean"].notna()


@dataclass(frozen=True)
class Ranking:
    """The points of a sweep by an outcome, best first.

    Attributes:
        outcome: by what.
        columns: the settings that tell points apart.
        table: see ``point_table``.
        n_averaged: over how many settings of what is uncertain each row is a mean.
    """

    outcome: Asked
    columns: tuple[str, ...]
    table: pd.DataFrame
    n_averaged: int = 1

    @property
    def best(self) -> dict[str, Any]:
        """The best point as a row."""
        return {str(name): value for name, value in self.table.iloc[0].items()}

    @property
    def worst(self) -> dict[str, Any]:
        """The worst point as a row."""
        return {str(name): value for name, value in self.table.iloc[-1].items()}

    @property
    def near(self) -> pd.DataFrame:
        """The points that the seeds cannot tell from the best, itself included."""
        return self.table[self.table["near"].astype(bool)]

    @property
    def n_near(self) -> int:
        """How many these are."""
        return len(self.near)


def ranking(runs: pd.DataFrame, columns: Sequence[str], outcome: Asked) -> Ranking | None:
    """Return the points by an outcome, best first, or None where none has a value."""
    if runs.empty:
        return None
    table = point_table(runs, columns, outcome).dropna(subset=["mean"])
    if table.empty:
        return None
    order = table.sort_values("mean", ascending=outcome.sign < 0, kind="stable")
    return Ranking(outcome, tuple(columns), order.reset_index(drop=True))


def decisions(runs: pd.DataFrame, sweep: Mapping[str, Any], outcome: Asked) -> Ranking | None:
    """Return what can be decided, best first: points, or lever settings where that makes sense.

    Nobody can choose what is uncertain. So where levers were crossed with uncertainties, lever
    settings are ranked by their mean over all settings of these.
    """
    levers = [c for one in factors_of(sweep) if one.role == "lever" for c in one.columns]
    everything = columns_of(sweep)
    if sweep["design"]["kind"] not in CROSSED or not levers or len(levers) == len(everything):
        return ranking(runs, everything, outcome)
    n = int(sweep["design"]["points"])
    means = averaged(runs, levers, outcome)
    ranked = ranking(means, levers, outcome)
    if ranked is None:
        return None
    return Ranking(outcome, ranked.columns, ranked.table, max(n // means[POINT].nunique(), 1))


def averaged(runs: pd.DataFrame, columns: Sequence[str], outcome: Asked) -> pd.DataFrame:
    """Return runs of some columns' settings alone: each seed's mean over everything else.

    A seed in which a run is missing has no mean: what is left would be another average.
    """
    groups = runs.groupby([*columns, SEED], sort=True)[outcome.name]
    means = groups.mean().where(groups.count() == groups.size().max()).reset_index()
    table: pd.DataFrame = means.assign(point=means.groupby(list(columns), sort=True).ngroup())
    return table


@dataclass(frozen=True)
class Standing:
    """How a decision does at each setting of what is uncertain.

    Attributes:
        n_settings: at how many settings it was tried.
        n_worse: at how many of them another decision is shown to be better.
        n_best: at how many it is shown to be better than every other.
    """

    n_settings: int
    n_worse: int
    n_best: int


def standing(
    runs: pd.DataFrame, decision: Mapping[str, Any], unsure: Sequence[str], outcome: Asked
) -> Standing:
    """Return how a decision does at each setting of what is uncertain, paired by seed.

    All comparisons hold at once (Bonferroni): the chance that any decision is wrongly shown to be
    better anywhere is at most 5 %. With one seed nothing is shown.

    Args:
        runs: of every decision at every setting.
        decision: its settings, by column.
        unsure: the columns of what is uncertain.
        outcome: by what.
    """
    import pandas as pd

    places = [_ahead(here, decision, outcome) for _, here in runs.groupby(list(unsure), sort=True)]
    tried = [gaps for gaps in places if gaps is not None]
    gaps = pd.concat(tried, axis=1, keys=range(len(tried))) if tried else pd.DataFrame()
    if gaps.empty:
        return Standing(len(tried), 0, 0)
    table = t_table(gaps, confidence=1.0 - 2.0 * ERROR_RATE / gaps.shape[1])
    setting = table.index.get_level_values(0)
    worse = (table["low"] > 0).groupby(setting).any()
    best = (table["high"] < 0).groupby(setting).all()
    return Standing(len(tried), int(worse.sum()), int(best.sum()))


def _ahead(runs: pd.DataFrame, decision: Mapping[str, Any], outcome: Asked) -> pd.DataFrame | None:
    """Return how far other points are ahead of a decision, seeds by points; None without it."""
    settings = settings_of(runs, list(decision))
    same = settings.index[(settings == list(decision.values())).all(axis=1)]
    seeds = by_seed(runs, outcome.name) * outcome.sign
    if not len(same) or seeds[same[0]].isna().all():
        return None
    return seeds.sub(seeds[same[0]], axis=0).drop(columns=same)


def _described(outcome: Mapping[str, Any], named: Callable[[str], str]) -> str:
    of = f" of {named(str(outcome['of']))}" if outcome.get("of") else ""
    metric = named(str(outcome.get("metric")))
    return f"{outcome.get('statistic')} of {metric}{of}, {outcome.get('window')}"
