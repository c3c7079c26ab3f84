"""What is kept of a run of a search: everybody's discounted benefit."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from simulation.analysis.targets import PREFIX
from simulation.errors import Fault, InputError
from simulation.store.records import Measure
from simulation.studies.decider import CUSTOMERS, EVERYONE
from simulation.studies.futures.discount import PEOPLE, means_of
from simulation.studies.futures.sieve import market_figures
from simulation.studies.optimisation.aim import KEPT, Limit

if TYPE_CHECKING:
    from simulation.simulate import RunResult

LAST_MONTHS = 12


@dataclass(frozen=True)
class Benefited:
    """Everybody's benefit a month, discounted (see ``futures.discount``), by name.

    Attributes:
        rate: yearly.
        market: whose published figures are measured too; none if empty.
        limits: metrics that have to be kept.
    """

    rate: float
    market: str = ""
    limits: tuple[Limit, ...] = ()

    def __call__(self, result: RunResult) -> dict[str, float]:
        """Return the benefits of a run."""
        means = means_of(result, self.rate)
        people = [("surplus", name) for name in PEOPLE if ("surplus", name) in means]
        alone = sum(means.get(("alone", name), 0.0) for _, name in people)
        values = {
            EVERYONE: means[("co_created_value", "")],
            CUSTOMERS: sum(means[one] for one in people) - alone,
        }
        values |= {of: value for (metric, of), value in means.items()
                  if metric == "surplus" and of not in PEOPLE}  # fmt: skip
        values["gross_value"] = sum(
            v for (metric, _), v in means.items() if metric == "gross_value"
        )
        values |= self._limited(result)
        return values | (market_figures(result, self.market) if self.market else {})

    def _limited(self, result: RunResult) -> dict[str, float]:
        """Return the metrics that have to be kept, means over the last 12 months.

        Raises:
            InputError: the model records none of that name.
        """
        import numpy as np

        months = result.values[-LAST_MONTHS:]
        known = np.isfinite(months)  # a wait is none where nobody came
        sums = np.where(known, months, 0.0).sum(axis=0)
        last = np.where(known.any(axis=0), sums / np.maximum(known.sum(axis=0), 1), np.nan).tolist()
        means = dict(zip(result.labels, last, strict=True))
        values = {}
        for limit in self.limits:
            value = limit.worst(means)
            if value is None:
                hint = "See docs/reference/metrics.md."
                fault = Fault("is not recorded.", key=f"--keep {limit.metric}", hint=hint)
                raise InputError([fault])
            values[limit.column] = value if isfinite(value) else limit.value  # at the bound
        return values

    def measures(self, result: RunResult) -> dict[str, Measure]:
        """Return unit and meaning of each."""
        return {
            name: Measure("", f"{name.removeprefix(KEPT)}, mean of the last 12 months")
            if name.startswith(KEPT)
            else Measure("", "a published figure as the run shows it") if name.startswith(PREFIX)
            else Measure("money/month", f"discounted mean benefit of {name}")
            for name in self(result)
        }  # fmt: skip
