"""The figures of a run, in the order of its report; each stands with its finding in its file.

Every figure is drawn by a function ``(table, ax=None, *, setting=…) -> Axes``: give it the table
it reads and it returns axes on a new figure, or draws on those given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.studies.run.figures.indicators import NETWORK_OVER_TIME
from simulation.studies.run.figures.journey import JOURNEY, TOUCHPOINTS
from simulation.studies.run.figures.journey_map import JOURNEY_MAP
from simulation.studies.run.figures.market import (
    ADOPTION,
    ADOPTION_CAUSES,
    FUNCTION_PERFORMANCE,
    MINDS,
)
from simulation.studies.run.figures.needs import LANDSCAPE
from simulation.studies.run.figures.network import NETWORK
from simulation.studies.run.figures.opportunities import OPPORTUNITIES
from simulation.studies.run.figures.portfolio import PORTFOLIO
from simulation.studies.run.figures.service import DESKS, RESOURCES
from simulation.studies.run.figures.slack import SLACK
from simulation.studies.run.figures.value import GROSS_VALUE, VALUE
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    from simulation.report.figure import Figure
    from simulation.studies.run.tables import Tables

VIEWS: dict[str, RunView] = {
    view.name: view
    for view in (
        VALUE, GROSS_VALUE, ADOPTION, ADOPTION_CAUSES, JOURNEY, TOUCHPOINTS, JOURNEY_MAP,
        LANDSCAPE, OPPORTUNITIES, DESKS, RESOURCES, SLACK, NETWORK, NETWORK_OVER_TIME,
        FUNCTION_PERFORMANCE, MINDS, PORTFOLIO,
    )
}  # fmt: skip
"""All figures by name, in the order of the report."""


def figures_of(tables: Tables) -> list[Figure]:
    """Return the figures that have something to show of a run, each with its finding."""
    return [view.of(tables) for view in VIEWS.values() if view.available(tables)]


__all__ = ["VIEWS", "RunView", "figures_of"]
