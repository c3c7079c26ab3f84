"""Who benefits in each run of an exploration: discounted surplus, and the experiment's outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.points import Asked
from simulation.arrays import Floats
from simulation.studies.decider import CUSTOMERS, EVERYONE
from simulation.studies.futures.discount import PEOPLE

if TYPE_CHECKING:
    import pandas as pd

OUTCOME_MARGIN = 0.01
"""Of an outcome's mean in the base: differences within it are practically the same."""


@dataclass(frozen=True)
class LeverLevels:
    """Levels of a lever of one number, in order, and the arms that have them.

    Attributes:
        lever: its column.
        values: the levels, rising.
        arms: by level.
        base: which of them is the base's; None where the base has another one in every future.
        whole: whether only whole numbers are levels.
    """

    lever: str
    values: Floats
    arms: tuple[str, ...]
    base: int | None
    whole: bool


@dataclass(frozen=True)
class Benefits:
    """Benefits by run.

    Attributes:
        runs: the runs with their settings, indexed by run.
        table: a row per run, a column per benefit; more is better in all of them.
        gross_value: of each run, discounted mean a month.
        n_customers: of each run, mean over months.
        outcomes: which benefits are outcomes of the experiment rather than money of an actor.
        levers: columns of the levers.
    """

    runs: pd.DataFrame
    table: pd.DataFrame
    gross_value: pd.Series[float]
    n_customers: pd.Series[float]
    outcomes: tuple[str, ...]
    levers: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The benefits: everyone, all people, companies, partners, then outcomes."""
        return [str(name) for name in self.table.columns]

    def gross(self, base: str) -> float:
        """Return the base's gross value at the scenario's own values, a month."""
        return float(self.gross_value[self._present(base)].mean())

    def customers(self, base: str) -> float:
        """Return the base's mean number of customers at the scenario's own values."""
        return float(self.n_customers[self._present(base)].mean())

    def margin(self, benefit: str, money: float, base: str) -> float:
        """Return the margin of a benefit: money is money; of outcomes a share of the base's."""
        if benefit not in self.outcomes:
            return money
        present = self._present(base)
        return OUTCOME_MARGIN * abs(float(self.table.loc[present, benefit].mean()))

    def _present(self, base: str) -> pd.Series[bool]:
        chosen: pd.Series[bool] = (self.runs["future"] == 0) & (self.runs["arm"] == base)
        return chosen

    @cached_property
    def _cells(self) -> dict[str, pd.DataFrame]:
        """Runs of each arm by future and replicate."""
        return {
            str(arm): rows.reset_index().pivot_table(
                index="future", columns="replicate", values="run", aggfunc="first"
            )
            for arm, rows in self.runs.groupby("arm", sort=False)
        }

    def pairs(self, arm: str, base: str) -> list[int]:
        """Return the futures in which an arm and the base have a seed in common."""
        ours, theirs = self._cells.get(base), self._cells.get(arm)
        if ours is None or theirs is None:
            return []
        both = (ours.notna() & theirs.notna()).any(axis=1)
        return [int(future) for future in both.index[both]]

    def differences(self, arm: str, base: str, benefit: str, futures: Sequence[int]) -> Floats:
        """Return the paired differences in some futures, ``(n_futures, n_replicates)``."""
        values = self.table[benefit]
        cells = [self._cells[name].reindex(index=list(futures)) for name in (base, arm)]
        both = (cells[0].notna() & cells[1].notna()).any()  # columns are replicates
        chosen = both.index[both]

        def of(runs: pd.DataFrame) -> Floats:
            flat = runs[chosen].to_numpy(dtype=np.float64)
            known = np.isfinite(flat)
            result = np.full(flat.shape, np.nan)
            result[known] = values.reindex(flat[known].astype(int)).to_numpy()
            return result

        return np.asarray(of(cells[1]) - of(cells[0]))

    def settings(self, futures: Sequence[int]) -> pd.DataFrame:
        """Return the settings of some futures, a row each."""
        return self.runs.drop_duplicates("future").set_index("future").loc[list(futures)]

    def levels(self, arms: Sequence[str]) -> LeverLevels | None:
        """Return the levels of the lever, if the arms differ in one number only.

        Where the lever is drawn as well, the base leaves it as it is drawn and so is at no level.

        Args:
            arms: the base first.
        """
        rows = self.runs[self.runs["future"] == 0].drop_duplicates("arm").set_index("arm")
        rows = rows.loc[[arm for arm in arms if arm in rows.index]]
        moved = [name for name in self.levers
                 if rows[name].nunique() > 1]  # fmt: skip
        if len(moved) != 1 or rows[moved[0]].dtype.kind not in "if":
            return None
        lever, base = moved[0], arms[0]
        is_drawn = self.runs.loc[self.runs["arm"] == base, lever].nunique() > 1
        ordered = rows[lever].drop(base if is_drawn else [], errors="ignore").sort_values()
        names = tuple(map(str, ordered.index))
        return LeverLevels(
            lever, np.asarray(ordered, dtype=np.float64), names,
            names.index(base) if base in names else None, rows[lever].dtype.kind == "i",
        )  # fmt: skip


def benefits_of(
    runs: pd.DataFrame, means: Any, outcomes: Sequence[Asked], levers: Sequence[str] = ()
) -> Benefits:
    """Return the benefits of all runs.

    Those of people are their surplus over what the same people would have had by self-service;
    customers and non-customers are taken together, as people pass from one to the other.

    Args:
        runs: the table of runs.
        means: discounted monthly means, a frame by run and (metric, of).
        outcomes: of the experiment.
        levers: their columns.
    """
    import pandas as pd

    table = pd.DataFrame(index=means.index)
    table[EVERYONE] = means[("co_created_value", "")]
    surplus = means["surplus"] if "surplus" in means else pd.DataFrame(index=means.index)
    alone = means["alone"] if "alone" in means else pd.DataFrame(index=means.index)
    people = [name for name in PEOPLE if name in surplus]
    less = sum((alone[name] for name in people if name in alone), pd.Series(0.0, means.index))
    table[CUSTOMERS] = surplus[people].sum(axis=1) - less
    for actor in surplus:
        if actor not in PEOPLE:
            table[str(actor)] = surplus[actor]
    held = runs.set_index("run")
    taken = set(table.columns)
    added = [one for one in outcomes if one.name not in taken]
    for one in added:
        table[one.name] = one.sign * held[one.name]
    gross = means["gross_value"].sum(axis=1) if "gross_value" in means else table[EVERYONE]
    crowd: Any = means[("customers", "")] if ("customers", "") in means else (
        means["customers"].sum(axis=1) if "customers" in means else gross * np.nan
    )  # fmt: skip
    held = held.loc[table.index]
    names = tuple(one.name for one in added)
    return Benefits(held, table, gross, crowd, names, tuple(levers))
