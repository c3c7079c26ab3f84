"""What an experiment found, point by point: means over seeds, intervals, and how near the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import t_table

if TYPE_CHECKING:
    import pandas as pd

POINT = "point"
SEED = "seed"


@dataclass(frozen=True)
class Asked:
    """An outcome of an experiment as its manifest tells it."""

    name: str
    unit: str = ""
    better: str = "high"
    told: str = ""

    @property
    def sign(self) -> float:
        """1 where more is better, −1 where less is."""
        return -1.0 if self.better == "low" else 1.0


def outcomes_of(sweep: Mapping[str, Any], units: Mapping[str, str] | None = None) -> list[Asked]:
    """Return the outcomes of a sweep's manifest, the first one first."""
    found = units or {}
    return [
        Asked(
            str(one["name"]),
            found.get(str(one["name"]), ""),
            str(one.get("better", "high")),
            _told(one),
        )
        for one in sweep.get("outcomes", ())
    ]


def columns_of(sweep: Mapping[str, Any]) -> list[str]:
    """Return the columns of all factors, in their order."""
    return [str(column) for factor in sweep.get("factors", ()) for column in factor["columns"]]


def by_seed(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return an outcome as a table of seeds (rows) by points (columns)."""
    table: pd.DataFrame = runs.pivot_table(
        index=SEED, columns=POINT, values=outcome, aggfunc="first", dropna=False
    )
    return table


def point_table(runs: pd.DataFrame, columns: Sequence[str], outcome: Asked) -> pd.DataFrame:
    """Return a row a point: its settings, and the outcome over seeds.

    Columns: point, settings, mean, low, high (95 % t-interval of the mean over seeds), n, behind,
    behind_low, behind_high (how far it is behind the best point, paired by seed: what the seeds
    have in common cancels), near (its interval of ``behind`` reaches 0, so that the seeds cannot
    tell it from the best). Points without a value have no mean and are not near.
    """
    import pandas as pd

    seeds = by_seed(runs, outcome.name)
    level = t_table(seeds).rename(columns={"runs": "n"})
    settings = runs.drop_duplicates(POINT).set_index(POINT)[list(columns)]
    table = settings.join(level)
    wanted = outcome.sign * table["mean"]
    if wanted.notna().any():
        best = wanted.idxmax()
        gap = t_table((seeds.rsub(seeds[best], axis=0)) * outcome.sign)
        behind = pd.DataFrame(
            {"behind": gap["mean"], "behind_low": gap["low"], "behind_high": gap["high"]}
        )
        table = table.join(behind)
        table["near"] = (table["behind_low"] <= 0) | (table.index == best)
    else:
        table = table.assign(behind=pd.NA, behind_low=pd.NA, behind_high=pd.NA, near=False)
    return table.reset_index()


@dataclass(frozen=True)
class Ranking:
    """The points of a sweep by its first outcome, best first."""

    outcome: Asked
    columns: tuple[str, ...]
    table: pd.DataFrame

    @property
    def best(self) -> dict[str, Any]:
        """The best point as a row."""
        row: dict[str, Any] = self.table.iloc[0].to_dict()
        return row

    @property
    def n_near(self) -> int:
        """How many points the seeds cannot tell from the best, itself included."""
        return int(self.table["near"].sum())


def ranking(runs: pd.DataFrame, columns: Sequence[str], outcome: Asked) -> Ranking | None:
    """Return the points by an outcome, best first, or None where none has a value."""
    table = point_table(runs, columns, outcome).dropna(subset=["mean"])
    if table.empty:
        return None
    order = table.sort_values("mean", ascending=outcome.sign < 0, kind="stable")
    return Ranking(outcome, tuple(columns), order.reset_index(drop=True))


def _told(outcome: Mapping[str, Any]) -> str:
    of = f" of {outcome['of']}" if outcome.get("of") else ""
    return f"{outcome.get('statistic')} of {outcome.get('metric')}{of}, {outcome.get('window')}"
