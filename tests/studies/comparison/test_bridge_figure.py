"""The money bridge as a figure: its dotted line leads from mark to bar to mark."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from matplotlib.cbook import STEP_LOOKUP_MAP

from simulation.analysis.bridge import Bridge, Step
from simulation.analysis.interval import Estimate
from simulation.studies.comparison.figures import bridge as figure


def test_line_leaves_the_base_downwards_and_arrives_at_the_what_if() -> None:
    import matplotlib.figure

    steps = (Step("price", np.array([8.0, 12.0])), Step("customers", np.array([-3.0, -5.0])))
    bridge = Bridge("focal", np.array([1.0, 3.0]), np.array([7.0, 9.0]), steps, "EUR/month")
    ax = matplotlib.figure.Figure().add_subplot()
    figure._bars(ax, bridge, list(steps))
    (line,) = (one for one in ax.lines if one.get_linestyle() == ":")
    points = STEP_LOOKUP_MAP[cast("Any", line).get_drawstyle()](*line.get_data())
    corners = [(float(x), float(y)) for x, y in points.T]
    assert corners[:3] == [(2.0, 4.0), (2.0, 3.0), (12.0, 3.0)]
    assert corners[-1] == (8.0, 1.0)


def test_a_bridge_names_its_what_if_where_there_are_several(monkeypatch) -> None:
    steps = (Step("price", np.array([8.0, 12.0])),)
    bridge = Bridge("focal", np.array([1.0, 3.0]), np.array([9.0, 15.0]), steps, "EUR/month")
    monkeypatch.setattr(figure, "change_of", lambda *_: Estimate(10.0, 9.0, 11.0, 2, "EUR/month"))

    def made(*names: str) -> list[tuple[str, str]]:
        question = SimpleNamespace(base="first", what_ifs=names)
        bridges = {name: {"focal": bridge} for name in names}
        tables = SimpleNamespace(question=question, bridges=bridges, asker="focal")
        return [(one.title, one.finding) for one in figure.bridge_figures(cast("Any", tables))]

    ((title, sentence),) = made("teach")
    assert (title, sentence[:11]) == ("Money bridge of focal", "Focal gains")
    first, second = made("teach", "listen")
    assert first[0] == "Money bridge of focal: first → teach"
    assert second[0] == "Money bridge of focal: first → listen"
    assert second[1].startswith("With “listen”, focal gains 10 EUR a month")
