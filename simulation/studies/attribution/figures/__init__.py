"""The figures of an attribution, each with what it shows in a sentence."""

from __future__ import annotations

from dataclasses import replace

from simulation.report.figure import Figure
from simulation.studies.attribution.figures.actors import (
    dividends_by_actor_figure,
    shapley_by_actor_figures,
)
from simulation.studies.attribution.figures.areas import areas_figure
from simulation.studies.attribution.figures.one_by_one import lost_figure, tornado_figure
from simulation.studies.attribution.figures.over_time import (
    dividends_figures,
    lost_over_time_figures,
    shapley_over_time_figures,
)
from simulation.studies.attribution.figures.shapley import orders_figure, shapley_figure
from simulation.studies.attribution.tables import (
    BOTH_WAYS,
    FUNCTIONS,
    ONE_LEFT_OUT,
    PARTS,
    Played,
)
from simulation.studies.run.figures.indicators import NETWORK_OVER_TIME, network_words
from simulation.studies.run.figures.journey_map import JOURNEY_MAP
from simulation.studies.run.figures.network import NETWORK
from simulation.studies.run.figures.opportunities import OPPORTUNITIES
from simulation.studies.run.figures.portfolio import PORTFOLIO
from simulation.studies.run.figures.slack import SLACK


def figures_of(played: Played) -> list[Figure]:
    """Return the figures that the attribution has something for."""
    if played.plan == BOTH_WAYS:
        return [tornado_figure(played)]
    if played.plan == ONE_LEFT_OUT:
        more = whole_figures(played) if played.kind == PARTS else []
        return [lost_figure(played), *lost_over_time_figures(played), *more]
    shared = [*shapley_over_time_figures(played), *shapley_by_actor_figures(played)]
    if played.kind == FUNCTIONS:
        return [areas_figure(played), *dividends_figures(played),
                dividends_by_actor_figure(played), shapley_figure(played), *shared]  # fmt: skip
    ordered = [] if played.orders is None else [orders_figure(played, played.orders)]
    return [shapley_figure(played), *ordered, *shared]


def whole_figures(played: Played) -> list[Figure]:
    """Return the value network and the customers' view of the runs in which all is in place."""
    whole = replace(played.of_whole(), people=played.people)
    views = (NETWORK, NETWORK_OVER_TIME, OPPORTUNITIES, JOURNEY_MAP, SLACK, PORTFOLIO)
    figures = [view.of(whole) for view in views if view.available(whole)]
    return [
        replace(figure, finding=network_words(whole.ledger)) if figure.name == "network" else figure
        for figure in figures
    ]


__all__ = ["figures_of"]
