"""What is kept of a run of an exploration: the experiment's outcomes, and published figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.experiment.outcomes import Outcome, Outcomes
from simulation.store.records import Measure
from simulation.studies.futures.sieve import figure_measures, market_figures

if TYPE_CHECKING:
    from simulation.simulate import RunResult

KEPT = ("co_created_value", "surplus", "alone", "gross_value", "customers")
"""Metrics whose months are kept of every run: who benefits, when, and how many customers."""


@dataclass(frozen=True)
class Explored:
    """The outcomes of a run, as worker processes have them.

    Attributes:
        wanted: the experiment's outcomes.
        market: whose published figures are measured too; none if empty.
    """

    wanted: tuple[Outcome, ...]
    market: str = ""

    def __call__(self, result: RunResult) -> dict[str, float]:
        """Return the outcomes of a run by name, and what published figures are in it."""
        values = Outcomes(self.wanted)(result)
        return values | (market_figures(result, self.market) if self.market else {})

    def measures(self, result: RunResult) -> dict[str, Measure]:
        """Return unit and meaning of each."""
        return Outcomes(self.wanted).measures(result) | figure_measures(self.market)
