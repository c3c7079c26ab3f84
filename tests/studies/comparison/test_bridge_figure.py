"""The money bridge as a figure: its dotted line leads from mark to bar to mark."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.cbook import STEP_LOOKUP_MAP

from simulation.analysis.bridge import Bridge, Step
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
