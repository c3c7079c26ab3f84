"""The result of an exploration: in which futures each arm is better, for whom, and why."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.exploration.tables import ExplorationTables


class ExplorationResult(Result):
    """The result of an exploration: its tables as pandas frames, which are read on first use."""

    noun = "Exploration"

    @cached_property
    def tables(self) -> ExplorationTables:
        """The tables as report and figures read them."""
        from simulation.studies.exploration.tables import read_explored

        return read_explored(self.folder)

    @property
    def findings(self) -> dict[str, Any]:
        """Everything that the runs say, as the folder's ``exploration.json`` has it."""
        return dict(self.tables.findings)

    @property
    def futures(self) -> pd.DataFrame:
        """One row per arm and future: difference, noise, effect, spread, better, same, worse."""
        return self.tables.futures

    @cached_property
    def shares(self) -> pd.DataFrame:
        """One row per arm and benefit: mean effect, and shares of futures with intervals.

        Columns: arm, benefit, mean, better, better_low, better_high, same, worse. The shares are of
        the ranges that were stated, not probabilities.
        """
        import pandas as pd

        rows = [
            {
                "arm": arm["name"], "benefit": benefit, "mean": share["mean"],
                "better": share["better"]["value"], "better_low": share["better"]["low"],
                "better_high": share["better"]["high"], "same": share["same"]["value"],
                "worse": share["worse"]["value"],
            }
            for arm in self.tables.arms
            for benefit, share in arm["shares"].items()
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def regret(self) -> pd.DataFrame:
        """One row per arm: mean, high (90th percentile) and greatest regret, best, satisficing."""
        import pandas as pd

        return pd.DataFrame(self.tables.findings["regret"]["arms"])

    @cached_property
    def information(self) -> pd.DataFrame:
        """One row per assumption and pair: what knowing it is worth, in model money a month.

        Columns: assumptions, value, low, high, floor (what chance alone would show), shown.
        """
        import pandas as pd

        rows = [
            {
                "assumptions": ", ".join(self.tables.column(at) for at in one["assumptions"]),
                **{name: one[name] for name in ("value", "low", "high", "floor", "shown")},
            }
            for one in self.tables.findings["information"]["subsets"]
        ]
        return pd.DataFrame(rows)

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.exploration.answer import answer

        return answer(self.tables)

    def __repr__(self) -> str:
        arms = len(self.tables.arms) + 1
        return f"<Exploration of {arms} arms in {self.tables.n} futures>"

    def _shown(self) -> pd.DataFrame:
        return self.shares
