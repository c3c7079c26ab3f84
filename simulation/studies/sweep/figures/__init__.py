"""The figures of a sweep: where the optimum lies, and how outcomes answer to what was varied.

Each is drawn by a function ``(tables, ax=None, *, outcome) -> Axes`` of the stored tables of a
sweep, and stands with its finding in its file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.studies.sweep.factors import is_constant
from simulation.studies.sweep.figures.heat import HEAT
from simulation.studies.sweep.figures.influence import INDICES, TORNADO
from simulation.studies.sweep.figures.parallel import PARALLEL
from simulation.studies.sweep.figures.responses import RESPONSES
from simulation.studies.sweep.figures.sheet import OutcomeView
from simulation.studies.sweep.figures.simplex import SIMPLEX

if TYPE_CHECKING:
    from simulation.report.figure import Figure
    from simulation.studies.sweep.tables import SweepTables

VIEWS: dict[str, OutcomeView] = {
    view.name: view for view in (SIMPLEX, INDICES, TORNADO, HEAT, RESPONSES, PARALLEL)
}
"""All figures of sweeps by name, in the order of the report."""


def figures_of(tables: SweepTables) -> list[Figure]:
    """Return the figures of every outcome that varies; those of the first bear the plain name."""
    if tables.runs.empty:
        return []
    views = [view for view in VIEWS.values() if view.available(tables)]
    return [
        view.of(tables, outcome, tail="" if place == 0 else f"-{outcome.name}")
        for place, outcome in enumerate(tables.outcomes)
        if tables.ranking(outcome) is not None and not is_constant(tables, outcome)
        for view in views
    ]


__all__ = ["VIEWS", "OutcomeView", "figures_of"]
