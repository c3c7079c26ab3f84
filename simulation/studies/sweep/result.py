"""The result of an experiment: its points, best first, and which factors matter."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError, RunFailedError
from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.points import Asked
    from simulation.studies.sweep.tables import SweepTables

SHOWN = 12
"""Points that a notebook shows."""


class SweepResult(Result):
    """The result of an experiment: its tables as pandas frames, which are read on first use."""

    @cached_property
    def tables(self) -> SweepTables:
        """The tables as report and figures read them."""
        from simulation.studies.sweep.tables import read_sweep

        return read_sweep(self.folder)

    @cached_property
    def shown_tables(self) -> SweepTables:
        """The tables in the units that people use."""
        return self.tables.shown()

    def points(self, outcome: str | None = None) -> pd.DataFrame:
        """Return one row per point, best first: settings, outcome, distance from the best.

        Columns: point, one per factor, mean, low, high (95 % over seeds), n, behind, behind_low,
        behind_high (paired by seed), near (whether it is indistinguishable from the best).

        Args:
            outcome: its name; the experiment's first if not given.

        Raises:
            InputError: there is no such outcome.
            RunFailedError: no run of it has a value.
        """
        points = self.tables.points(self._asked(outcome))
        if points is None:
            raise RunFailedError(f"{outcome or 'The outcome'} has no value in any run.")
        return points.table

    def sensitivity(self, outcome: str | None = None) -> pd.DataFrame:
        """Return the effect of each factor on an outcome: Sobol indices, or Morris measures.

        Raises:
            InputError: there is no such outcome, or the design gives neither.
        """
        if not self.tables.has_indices:
            hint = 'Write kind = "sobol" or "morris" under [design].'
            raise InputError([Fault("gives no indices.", key="design.kind", hint=hint)])
        return self.tables.indices(self._asked(outcome))

    @cached_property
    def answer(self) -> list[str]:
        """The answer in three sentences, computed from the tables."""
        from simulation.studies.sweep.answer import answer

        return answer(self.shown_tables)

    def _asked(self, name: str | None) -> Asked:
        outcomes = {outcome.name: outcome for outcome in self.tables.outcomes}
        if name is None:
            return next(iter(outcomes.values()))
        if name not in outcomes:
            from simulation.scenario.suggest import did_you_mean

            message = f"There is no outcome {name}."
            raise InputError([Fault(message, hint=did_you_mean(name, outcomes))])
        return outcomes[name]

    def __repr__(self) -> str:
        return f"<Sweep of {self.tables.n_points} points, {len(self.tables.seeds)} seeds>"

    def _shown(self) -> pd.DataFrame:
        return self.points().head(SHOWN).drop(columns=["behind_low", "behind_high"])
