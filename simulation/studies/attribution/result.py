"""The result of an attribution: who created the value, why, and what it depends on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.attribution.tables import Played


class AttributionResult(Result):
    """The cases of a game under the same seeds, and what each player is worth."""

    def ledgers(self) -> dict[str, pd.DataFrame]:
        """Return the ledger of the runs in which all take part."""
        return {"": self.tables.of_whole().ledger}

    @cached_property
    def tables(self) -> Played:
        """The tables as report and figures read them."""
        from simulation.studies.attribution.tables import read_played

        return read_played(self.folder)

    @cached_property
    def shown_tables(self) -> Played:
        """The tables in the units that people use."""
        return self.tables.shown()

    @cached_property
    def shares(self) -> pd.DataFrame:
        """What each player is worth, with 95 % intervals.

        For coalitions, dividends and Shapley values; for cases that leave one out, the loss
        without each; for cases both ways, the change by each.
        """
        from simulation.studies.attribution.tables import BOTH_WAYS, COALITIONS

        if self.tables.plan == COALITIONS:
            return self.tables.attribution.table()
        return self.tables.tornado if self.tables.plan == BOTH_WAYS else self.tables.keystones

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.attribution.answer import answer

        return answer(self.shown_tables)

    def __repr__(self) -> str:
        cases, seeds = len(self.tables.table.columns), len(self.tables.table)
        return f"<Attribution to {self.tables.kind}: {cases} cases, {seeds} seeds>"

    def _shown(self) -> pd.DataFrame:
        return self.shares
