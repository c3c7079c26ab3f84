"""Where everything goes in the record of a run: it depends on what there is, not on how much."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from simulation.recorder.gathered import Gathered, Gatherer, Places, Where
from simulation.recorder.ledger import flows
from simulation.recorder.metric import MeasureOf, Metric
from simulation.recorder.metrics import METRICS
from simulation.world.world import World

MOST = 16
"""Layouts that are kept."""


@dataclass(frozen=True)
class Layout:
    """The columns of a run's tables, and how each is filled.

    Attributes:
        places: where sums stand
        labels: (metric, of) of each column of values
        values: gathers those that are sums of the month
        measured: measures of the others, with their columns
        ledger_labels: (giver, receiver, deliverable, kind, unit) of each column of the ledger
        flows: gathers them
    """

    places: Places
    labels: tuple[tuple[str, str], ...]
    values: Gatherer
    measured: tuple[tuple[MeasureOf, slice], ...]
    ledger_labels: tuple[tuple[str, str, str, str, str], ...]
    flows: Gatherer


def layout_of(world: World, metrics: tuple[Metric, ...]) -> Layout:
    """Return the layout of a run's record.

    Making one takes as long as a few months, and runs of a study differ in numbers, hardly ever in
    what there is. Layouts of our own metrics are therefore kept; what others look at is not known.
    """
    if metrics != tuple(METRICS.values()):
        return _made(world, metrics)
    key = structure(world)
    if key not in _KEPT:
        if len(_KEPT) >= MOST:
            _KEPT.clear()
        _KEPT[key] = _made(world, metrics)
    return _KEPT[key]


_KEPT: dict[Hashable, Layout] = {}


def structure(world: World) -> Hashable:
    """Return all on which labels and places of our metrics and flows depend."""
    scenario, touchpoints = world.scenario, world.touchpoints
    tables = touchpoints.serves, touchpoints.social, world.journey.present, world.ever_desks
    return (
        tuple(company.name for company in scenario.companies),
        tuple(partner.name for partner in scenario.partners),
        tuple(segment.name for segment in scenario.segments),
        tuple(scenario.outcomes),
        touchpoints.names,
        tuple(table.tobytes() for table in tables),
    )


def _made(world: World, metrics: tuple[Metric, ...]) -> Layout:
    places = Places.of(world)
    labels: list[tuple[str, str]] = []
    measured: list[tuple[MeasureOf, slice]] = []
    gathered: list[tuple[Gathered, range]] = []
    for metric in metrics:
        first = len(labels)
        labels += [(metric.name, of) for of in metric.labels(world)]
        if isinstance(metric.measure, Gathered):
            gathered.append((metric.measure, range(first, len(labels))))
        else:
            measured.append((metric.measure, slice(first, len(labels))))
    all_flows = flows(world)
    amounts = [(Gathered(_one(flow.amount)), range(n, n + 1)) for n, flow in enumerate(all_flows)]
    return Layout(
        places=places,
        labels=tuple(labels),
        values=Gatherer(places, gathered),
        measured=tuple(measured),
        ledger_labels=tuple(flow.label for flow in all_flows),
        flows=Gatherer(places, amounts),
    )


def _one(where: Where) -> Where:
    """Return places of a single number, to which all that are given are added up."""
    return lambda places: [where(places)]
