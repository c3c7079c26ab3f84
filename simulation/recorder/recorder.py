"""Writes metrics and flows into tables of fixed size, one row a month."""

from __future__ import annotations

import numpy as np

from simulation.recorder.census import Census
from simulation.recorder.ledger import flows
from simulation.recorder.metric import Metric, Places, Seen
from simulation.recorder.metrics import METRICS
from simulation.world.world import World


class Recorder:
    """The record of one run.

    Attributes:
        metrics: what is measured, by name
        labels: (metric, of) of each column of ``values``
        values: ``(months, n_labels)``; rows of months to come are not a number
        ledger_labels: (giver, receiver, deliverable, kind, unit) of each column
        ledger_values: ``(months, n_flows)``
    """

    def __init__(
        self, world: World, months: int, metrics: tuple[Metric, ...] = tuple(METRICS.values())
    ) -> None:
        self._metrics = metrics
        self.metrics = {metric.name: metric for metric in metrics}
        self._flows = flows(world)
        self._places = Places.of(world)
        self.labels = [(metric.name, of) for metric in self._metrics for of in metric.labels(world)]
        self.ledger_labels = [flow.label for flow in self._flows]
        self.values = np.full((months, len(self.labels)), np.nan)
        self.ledger_values = np.full((months, len(self._flows)), np.nan)

    def record(self, world: World) -> None:
        """Write down the month that has just ended; months beyond the table extend it."""
        row = world.step - 1
        seen = Seen(world, Census(world), self._places)
        if row >= len(self.values):
            self._extend()
        np.concatenate(
            [np.asarray(metric.measure(seen), dtype=np.float64) for metric in self._metrics],
            out=self.values[row],
        )
        self.ledger_values[row] = [flow.amount(world) for flow in self._flows]

    def _extend(self) -> None:
        """Double the tables, for models that are stepped on beyond the scenario's months."""
        for name in ("values", "ledger_values"):
            table = getattr(self, name)
            setattr(self, name, np.vstack([table, np.full_like(table, np.nan)]))

    def latest(self, metric: str, of: str = "") -> float:
        """Return the newest value of a metric; not a number before the first month.

        Raises:
            KeyError: there is no such metric.
        """
        if (metric, of) not in self.labels:
            raise KeyError((metric, of))
        column = self.values[:, self.labels.index((metric, of))]
        rows = np.flatnonzero(~np.isnan(self.values).all(axis=1))
        return float(column[rows[-1]]) if len(rows) else float("nan")
