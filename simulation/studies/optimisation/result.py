"""The result of a search: what was tried, and what holds on fresh seeds and futures."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.optimisation.tables import OptimisationTables


class OptimisationResult(Result):
    """The result of a search: its tables as pandas frames, which are read on first use."""

    noun = "Optimisation"

    @cached_property
    def tables(self) -> OptimisationTables:
        """The tables as report and figures read them."""
        from simulation.studies.optimisation.tables import read_optimised

        return read_optimised(self.folder)

    @property
    def findings(self) -> dict[str, Any]:
        """Everything that search and test say, as the folder's ``optimisation.json`` has it."""
        return dict(self.tables.findings)

    @property
    def candidates(self) -> pd.DataFrame:
        """One row per candidate: settings, pairs, and gain over the base in the search."""
        return self.tables.candidates

    @cached_property
    def tested(self) -> pd.DataFrame:
        """One row per tested candidate and objective: found, fresh, low, high, better, dominated.

        ``found`` is the gain over the base in the search, ``fresh`` that on pairs which had no say
        in it; intervals hold all at once.
        """
        import pandas as pd

        rows = [
            {
                "candidate": one["candidate"], "name": one["name"], "objective": name,
                "found": one["found"][name], "fresh": one["gain"][name]["mean"],
                "low": one["gain"][name]["low"], "high": one["gain"][name]["high"],
                "better": one["better"], "dominated": one["dominated"],
            }
            for one in self.tables.tested
            for name in self.tables.whose
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.optimisation.answer import answer

        return answer(self.tables)

    def __repr__(self) -> str:
        n = len(self.tables.candidates)
        return f"<Optimisation: {n} candidates, {len(self.tables.tested)} tested>"

    def _shown(self) -> pd.DataFrame:
        return self.tested
