"""Where the optimum of a division lies: an outcome over the shares of three parts."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from simulation.analysis.points import Asked, Ranking, Varied
from simulation.report import colours
from simulation.report.canvas import (
    Canvas,
    finish,
    house,
    is_narrow,
    nothing,
    start,
)
from simulation.report.colours import GRID, INK, ink
from simulation.report.words import label, sentence
from simulation.studies.sweep.answer import divisions_text
from simulation.studies.sweep.factors import divisions, mixture_of, over_simplex
from simulation.studies.sweep.figures.sheet import (
    COLOURS,
    OutcomeView,
    colour_bar,
    panels,
    scale_of,
    title_of,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


HEIGHT = sqrt(3) / 2

CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, HEIGHT))


@house
def simplex(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw an outcome over the shares of three parts, with the region of the optimum.

    One panel a level of the factor that matters most besides (one at all if there is none); means
    over what else was varied.
    """
    title = title_of("{} by how the total is divided", outcome)
    mixture = mixture_of(tables)
    if mixture is None or tables.runs[outcome.name].notna().sum() == 0:
        return nothing(start(ax), title, "nothing was divided among three parts.")
    tables_of = divisions(tables, outcome)
    if ax is not None:
        tables_of = [("", over_simplex(tables.runs, mixture, outcome))]
    values = [value for _, ranking in tables_of for value in ranking.table["mean"]]
    scale = scale_of(values)
    across = 1 if len(tables_of) == 1 else 2
    canvas, axes = (
        (Canvas(ax, owns_sheet=False), [ax])
        if ax is not None
        else panels(len(tables_of), 4.2 if across == 1 else 2.45, across=across)
    )
    for panel, (name, ranking) in zip(axes, tables_of, strict=True):
        _triangle(panel, ranking, mixture, scale=scale, small=len(tables_of) > 1)
        if name:
            panel.set_title(name, fontsize=9.5, pad=6, loc="center")
    colour_bar(canvas, axes, scale, outcome)
    note = (
        "star: best point; ringed: the seeds cannot distinguish it from the best (paired by seed, "
        "95 %); cross: equal shares"
    )
    return finish(canvas, title, tables.runs, tables.setting, note)


def ternary(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where shares of three parts lie in the triangle, ``(n, 3)`` to ``(n, 2)``."""
    import numpy as np

    return np.asarray(shares @ np.array(CORNERS))


def _triangle(
    ax: Axes, ranking: Ranking, mixture: Varied, *, scale: tuple[float, float], small: bool
) -> None:
    table = ranking.table
    shares = table[list(mixture.columns)].to_numpy(dtype=float) / mixture.total
    spots = ternary(shares)
    _frame(ax, mixture, small=small)
    means = table["mean"].to_numpy(dtype=float)
    if len(table) >= 15:
        ax.tricontourf(spots[:, 0], spots[:, 1], means, levels=14, cmap=COLOURS,
                       vmin=scale[0], vmax=scale[1], zorder=0.5)  # fmt: skip
    size = 14 if small else 34
    ax.scatter(spots[:, 0], spots[:, 1], c=means, cmap=COLOURS, vmin=scale[0], vmax=scale[1],
               s=size, edgecolors="white", linewidths=0.4, zorder=2)  # fmt: skip
    near = table["near"].to_numpy(dtype=bool)
    ax.scatter(spots[near, 0], spots[near, 1], s=size * 2.6, facecolors="none", edgecolors="white",
               linewidths=2.4, zorder=3)  # fmt: skip
    ax.scatter(spots[near, 0], spots[near, 1], s=size * 2.6, facecolors="none",
               edgecolors=INK, linewidths=1.3, zorder=3.1)  # fmt: skip
    middle = sum(x for x, _ in CORNERS) / 3, HEIGHT / 3
    ax.plot(*middle, marker="x", color="white", markersize=6.5, markeredgewidth=2.8, zorder=4)
    ax.plot(*middle, marker="x", color=INK, markersize=5.5, markeredgewidth=1.4, zorder=4.1)
    ax.plot(*spots[0], marker="*", color="white", markeredgecolor=INK, markeredgewidth=1,
            markersize=10 if small else 15, zorder=5, linestyle="none")  # fmt: skip


def _frame(ax: Axes, mixture: Varied, *, small: bool) -> None:
    """Draw the triangle, its grid at every fifth, and name its corners."""
    import numpy as np

    _no_axis(ax)
    ax.set_aspect("equal")
    corners = np.array([*CORNERS, CORNERS[0]])
    ax.plot(corners[:, 0], corners[:, 1], color=INK, linewidth=1, zorder=1.5, clip_on=False)
    for step in (0.2, 0.4, 0.6, 0.8):
        for part in range(3):
            ends = np.zeros((2, 3))
            ends[:, part] = step
            ends[0, (part + 1) % 3] = ends[1, (part + 2) % 3] = 1 - step
            line = ternary(ends)
            ax.plot(line[:, 0], line[:, 1], color=GRID, linewidth=0.6, zorder=1, alpha=0.7)
    places = (((-0.02, -0.035), "center", "top"), ((1.02, -0.035), "center", "top"),
              ((0.5, HEIGHT + 0.03), "center", "bottom"))  # fmt: skip
    looks = {str(name): look.colour for name, look in colours.FUNCTIONS.items()}
    for column, (place, across, up) in zip(mixture.columns, places, strict=True):
        name = column.rpartition(".")[2]
        ax.text(*place, f"all in\n{label(name)}", ha=across, va=up, fontsize=7.5 if small else 9,
                color=ink(looks.get(name, INK)), fontweight="bold", linespacing=1.1)  # fmt: skip
    ax.set_xlim(-0.16, 1.16)
    room = 0.3 if is_narrow() else 0.16  # for the names of the corners, in two lines
    ax.set_ylim(-room, HEIGHT + room - 0.02)


def _no_axis(ax: Axes) -> None:
    ax.set_axis_off()
    ax.grid(visible=False)


def simplex_words(tables: SweepTables, outcome: Asked) -> str:
    """Say which division is best, panel by panel."""
    return sentence(divisions_text(tables, outcome))


SIMPLEX = OutcomeView(
    "simplex", "Where the optimal split lies", simplex, simplex_words,
    lambda tables: mixture_of(tables) is not None, "decision",
)  # fmt: skip
