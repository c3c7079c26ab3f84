"""Runs as the page reads them: decoded once, and cut to the few series that answers are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.compare import outcome_values
from simulation.analysis.comparison_question import BY_ACTOR, WHOLE, Key
from simulation.analysis.market import METRICS as TARGETS
from simulation.arrays import Floats
from simulation.store.records import RunRecord

if TYPE_CHECKING:
    import pandas as pd

COMPARED = (WHOLE[0], *BY_ACTOR)


@dataclass(frozen=True)
class PageRun:
    """A finished run.

    Attributes:
        record: as the store has it, with series and ledger.
    """

    record: RunRecord

    @property
    def seed(self) -> int:
        """Its seed."""
        return self.record.identity.seed

    @cached_property
    def labels(self) -> dict[Key, int]:
        """The column of each (metric, of)."""
        series = self.record.series
        return {} if series is None else {
            (str(metric), str(of)): at for at, (metric, of) in enumerate(series.labels)
        }  # fmt: skip

    def column(self, key: Key) -> Floats:
        """Return a metric month by month, ``(n_months,)``."""
        assert self.record.series is not None  # noqa: S101  (runs of the page keep their series)
        return self.record.series.values[:, self.labels[key]]

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Value of the whole, of actors and segments: means of the last 12 months."""
        import pandas as pd

        runs = pd.DataFrame({"run": [0], "seed": [self.seed]})
        return outcome_values(self.tidy(COMPARED), runs, COMPARED)

    @cached_property
    def market(self) -> pd.DataFrame:
        """Tidy series of what published figures are held against."""
        return self.tidy(TARGETS).assign(run=self.seed)

    @cached_property
    def money(self) -> pd.DataFrame:
        """Flows of money month by month: run (0), month, giver, receiver, deliverable, kind."""
        import pandas as pd

        ledger = self.record.ledger
        assert ledger is not None  # noqa: S101  (runs of the page keep their ledger)
        chosen = [at for at, flow in enumerate(ledger.labels) if flow[3] == "money"]
        n_months = len(ledger.values)
        parts = enumerate(("giver", "receiver", "deliverable", "kind"))
        names = {name: np.repeat([ledger.labels[at][place] for at in chosen], n_months)
                 for place, name in parts}  # fmt: skip
        return pd.DataFrame({
            "run": 0, "month": np.tile(np.arange(1, n_months + 1), len(chosen)), **names,
            "amount": ledger.values[:, chosen].T.ravel(),
        })  # fmt: skip

    def tidy(self, metrics: Sequence[str]) -> pd.DataFrame:
        """Return the series of some metrics: run (0), month, metric, of, value."""
        import pandas as pd

        keys = [key for key in self.labels if key[0] in metrics]
        values = np.stack([self.column(key) for key in keys])
        n_months = values.shape[1]
        return pd.DataFrame({
            "run": 0,
            "month": np.tile(np.arange(1, n_months + 1), len(keys)),
            "metric": np.repeat([key[0] for key in keys], n_months),
            "of": np.repeat([key[1] for key in keys], n_months),
            "value": values.ravel(),
        })  # fmt: skip
