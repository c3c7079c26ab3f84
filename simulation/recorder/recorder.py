"""Writes metrics and flows into tables of fixed size, one row a month."""

from __future__ import annotations

import numpy as np

from simulation.recorder.census import take_census
from simulation.recorder.layout import layout_of
from simulation.recorder.metric import Metric, Seen
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
        self.metrics = {metric.name: metric for metric in metrics}
        self._layout = layout_of(world, metrics)
        self.labels = list(self._layout.labels)
        self.ledger_labels = list(self._layout.ledger_labels)
        self.values = np.full((months, len(self.labels)), np.nan)
        self.ledger_values = np.full((months, len(self.ledger_labels)), np.nan)

    def record(self, world: World) -> None:
        """Write down the month that has just ended; months beyond the table extend it."""
        row, layout = world.step - 1, self._layout
        seen = Seen(world, take_census(world), layout.places)
        if row >= len(self.values):
            self._extend()
        values = self.values[row]
        layout.values.fill(world.month, values)
        layout.flows.fill(world.month, self.ledger_values[row])
        for measure, columns in layout.measured:
            values[columns] = measure(seen)

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
