"""What the figures of comparisons share: names, looks, title and footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.report import colours
from simulation.report.canvas import (
    Canvas,
    Setting,
    finish,
)
from simulation.report.colours import Look
from simulation.studies.comparison.tables import ComparedTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LONGEST_NAME = 22


def looks(tables: ComparedTables) -> dict[str, Look]:
    """Return how each what-if is drawn."""
    return colours.others(tables.question.what_ifs)


def short(name: str) -> str:
    """Return a name that fits beside a figure."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def setting_of(tables: ComparedTables) -> Setting:
    """Return what the footers of figures say of a comparison."""
    names = ", ".join(tables.question.what_ifs)
    return Setting(scenario=f"{names} against {tables.question.base}", seeds=tables.seeds)


def finish_pairs(canvas: Canvas, title: str, tables: ComparedTables, note: str) -> Axes:
    """Write title and footer, which counts pairs."""
    pairs = f"{tables.pairs} pairs"
    return finish(canvas, title, tables.runs, setting_of(tables), f"{pairs} · {note}")


def joint_confidence(tables: ComparedTables) -> str:
    """Return the confidence with which intervals hold, as it is read."""
    return f"{100 * tables.question.confidence:.4g} %"
