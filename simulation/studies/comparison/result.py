"""The result of a comparison: which scenario is better, for whom, from when, and how certain."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, override

from simulation.studies.comparison.definition import judged_for, question_of, read_definition
from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.scenario.units import Units
    from simulation.studies.comparison.tables import ComparedTables


class ComparisonResult(Result):
    """The result of a comparison: its tables as pandas frames, which are read on first use."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.definition = read_definition(folder)
        self.question = question_of(self.definition)

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """One row per outcome, actor and what-if: difference, interval, verdict, from when."""
        return self._table("comparisons")

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Differences over time with bands that hold for whole curves."""
        return self._table("curves")

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row per pair and group of people: share better off, gains and losses, inequality."""
        return self._table("people")

    @cached_property
    def mechanisms(self) -> pd.DataFrame:
        """The shares of mechanisms in each first difference: what_if, mechanism, mean, low, high.

        Those of a what-if add up to its difference. Empty where none were asked for.
        """
        import pandas as pd

        from simulation.studies.comparison.tables import read_compared

        rows = [
            (what_if, name, share.mean, share.low, share.high)
            for what_if, one in read_compared(self.folder).through.items()
            for name, share in one.shares.items()
        ]
        return pd.DataFrame(rows, columns=["what_if", "mechanism", "mean", "low", "high"])

    def ledgers(self) -> dict[str, pd.DataFrame]:
        """Return the ledger of each scenario, by its name."""
        return {
            str(name): self.ledger[self.ledger["run"].isin(rows["run"])]
            for name, rows in self.runs.groupby("scenario", sort=False)
        }

    @override
    def seen_by(self, whose: str) -> Self:
        other = type(self)(self.folder)
        other.definition = judged_for(self.definition, whose)
        other.question = question_of(other.definition)
        other.tables = replace(self.tables, definition=other.definition)
        return other

    @property
    def shown_in(self) -> Units:
        """The currency, people and labels in which its numbers are shown: those of the base."""
        return self.tables.units

    @cached_property
    def tables(self) -> ComparedTables:
        """The tables as report and figures read them."""
        from simulation.studies.comparison.tables import read_compared

        return read_compared(self.folder).shown()

    @cached_property
    def answer(self) -> list[str]:
        """The answer in three sentences, computed from the tables."""
        from simulation.studies.comparison.answer import answer

        return answer(self.tables)

    def plot_difference(self, ax: Axes | None = None) -> Axes:
        """Draw the difference of the first outcome over time, with its band."""
        from simulation.studies.comparison.figures import difference

        return difference(self.tables, ax)

    def __repr__(self) -> str:
        what_ifs = ", ".join(self.question.what_ifs)
        pairs = int(self.comparisons["pairs"].max())
        return f"<Comparison of {what_ifs} against {self.question.base}: {pairs} pairs>"

    def _shown(self) -> pd.DataFrame:
        """Return what a notebook shows below the answer, in the same units."""
        columns = ["what_if", "outcome", "actor", "difference", "low", "high", "unit", "verdict"]
        return self.tables.comparisons[columns]
