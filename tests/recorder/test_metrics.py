"""What a metric declares: which end is wanted, and the figure that draws it."""

from __future__ import annotations

import pytest

from simulation.recorder import METRICS
from simulation.scenario.words import Better
from simulation.studies.run.figures import VIEWS


def test_less_is_wanted_of_what_people_suffer() -> None:
    less = {name for name, metric in METRICS.items() if metric.better is Better.LOW}
    assert less >= {"desk_wait", "desk_abandoned", "lapsed", "unmet", "slack", "outage"}
    assert less >= {
        "active_non_customers", "spending", "desk_paid", "hours_spent", "answer_hours",
        "configuring_hours", "handovers",
    }  # fmt: skip
    assert less.isdisjoint({"co_created_value", "surplus", "adoption", "satisfaction"})


@pytest.mark.parametrize("view", VIEWS.values(), ids=lambda view: view.name)
def test_a_figure_needs_metrics_that_there_are(view) -> None:
    assert [name for name in view.needs if name not in METRICS] == []


def test_a_metric_names_a_figure_that_there_is() -> None:
    assert {metric.figure for metric in METRICS.values() if metric.figure} <= set(VIEWS)
