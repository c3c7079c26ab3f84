"""An outcome over two factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.analysis.points import Asked
from simulation.analysis.response import heat, response
from simulation.report.canvas import (
    finish,
    house,
    nothing,
    start,
)
from simulation.report.colours import INK
from simulation.report.words import amount, label, listing, sentence
from simulation.report.words import number as number_words
from simulation.studies.sweep.factors import heat_columns, level_text
from simulation.studies.sweep.figures.sheet import (
    COLOURS,
    OutcomeView,
    colour_bar,
    factor_words,
    scale_of,
    title_of,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def heat_map(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw an outcome over two factors: means over all else and over seeds."""
    title = title_of("{} over two factors", outcome)
    columns = heat_columns(tables)
    if columns is None:
        return nothing(start(ax), title, "no two factors were crossed.")
    down, across = columns
    table = _in_order(tables, heat(tables.runs, tables.sweep, (down, across), outcome), outcome)
    canvas = start(ax, (6.6, 1.9 + 0.42 * max(len(table), 4)))
    scale = scale_of(list(table.to_numpy(dtype=float).ravel()))
    canvas.ax.imshow(table.to_numpy(dtype=float), cmap=COLOURS, vmin=scale[0], vmax=scale[1],
                     aspect="auto")  # fmt: skip
    _cells(canvas.ax, table, scale)
    for name, levels, put in ((across, table.columns, canvas.ax.set_xticks),
                              (down, table.index, canvas.ax.set_yticks)):  # fmt: skip
        put(range(len(levels)), [level_text(level) for level in levels])
        words = factor_words(tables, name)
        (canvas.ax.set_xlabel if name == across else canvas.ax.set_ylabel)(words)
    canvas.ax.grid(visible=False)
    for spine in canvas.ax.spines.values():
        spine.set_visible(False)
    colour_bar(canvas, [canvas.ax], scale, outcome)
    note = "means over seeds and all other factors"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _in_order(tables: SweepTables, table: pd.DataFrame, outcome: Asked) -> pd.DataFrame:
    """Return a heat table with named levels in the order of the experiment."""
    down, across = str(table.index.name), str(table.columns.name)
    rows = list(response(tables.runs, tables.sweep, down, outcome)["level"])[::-1]
    columns = list(response(tables.runs, tables.sweep, across, outcome)["level"])
    return table.reindex(index=rows, columns=columns)


def _cells(ax: Axes, table: pd.DataFrame, scale: tuple[float, float]) -> None:
    """Write the numbers into the cells, where there is room for them."""
    if table.shape[1] > 9 or table.size > 90:
        return
    numbers = table.to_numpy(dtype=float)
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            value = float(numbers[row, column])
            dark = (value - scale[0]) / (scale[1] - scale[0]) < 0.5
            ax.text(column, row, number_words(value), ha="center", va="center", fontsize=8,
                    color="white" if dark else INK)  # fmt: skip


def cells_text(tables: SweepTables, outcome: Asked) -> str:
    """Say where two factors together do best and worst."""
    columns = heat_columns(tables)
    if columns is None:
        return "no two factors were crossed"
    table = heat(tables.runs, tables.sweep, columns, outcome).reset_index()
    cells = table.melt(columns[0], var_name=columns[1], value_name="mean").dropna(subset=["mean"])
    if cells.empty:
        return f"no run has a value of {label(outcome.name)}"
    order = cells.sort_values("mean", ascending=outcome.sign < 0, kind="stable")
    best, worst = (_cell_text(tables, order.iloc[at], outcome) for at in (0, -1))
    return f"the two strongest factors together: best {best}, worst {worst}"


def _cell_text(tables: SweepTables, cell: pd.Series[Any], outcome: Asked) -> str:
    settings = [
        f"{tables.short[str(name)]} {level_text(level)}"
        for name, level in cell.items()
        if name != "mean"
    ]
    return f"{amount(float(cell['mean']), outcome.unit)} with {listing(settings)}"


def heat_words(tables: SweepTables, outcome: Asked) -> str:
    """Say where two factors together do best and worst."""
    return sentence(cells_text(tables, outcome))


HEAT = OutcomeView(
    "heat", "Two factors together", heat_map, heat_words,
    lambda tables: heat_columns(tables) is not None, "decision",
)  # fmt: skip
