"""What pairing is worth, scenario by scenario."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from simulation.report.canvas import (
    house,
    plain_number,
    start,
)
from simulation.report.colours import FAINT, INK

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


PAIRING = "What common random numbers are worth"


@house
def pairing(table: pd.DataFrame, ax: Axes | None = None, *, note: str = "") -> Axes:
    """Draw how many unpaired runs one paired run replaces, for each what-if.

    Args:
        table: Columns what_if, variant, factor (variance of an unpaired difference over the paired
            one's), low, high.
        ax: Where to draw; a new figure if not given.
        note: What was run, for the footer.
    """
    variants = list(dict.fromkeys(table["variant"]))
    names = list(dict.fromkeys(table["what_if"]))
    canvas = start(ax, (6.6, 1.7 + 0.42 * len(names)))
    step = 0.8 / len(variants)
    styles = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"))
    for place, (variant, (colour, marker)) in enumerate(zip(variants, styles, strict=False)):
        rows = table[table["variant"] == variant].set_index("what_if")
        heights = [len(names) - names.index(str(name)) + 0.4 - step * (place + 0.5)
                   for name in rows.index]  # fmt: skip
        canvas.ax.hlines(heights, rows["low"], rows["high"], color=colour, linewidth=1.4)
        canvas.ax.plot(rows["factor"], heights, linestyle="", marker=marker, color=colour,
                       markersize=6, label=variant)  # fmt: skip
    canvas.ax.set_xscale("log")
    from matplotlib.ticker import FuncFormatter, NullFormatter

    canvas.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))
    canvas.ax.xaxis.set_minor_formatter(NullFormatter())
    canvas.ax.set_yticks([len(names) - at for at in range(len(names))], names)
    canvas.ax.set_ylim(0.3, len(names) + 0.7)
    canvas.ax.grid(visible=True, axis="x")
    canvas.ax.grid(visible=False, axis="y")
    canvas.ax.axvline(1, color=INK, linewidth=0.9)
    canvas.ax.set_xlabel("unpaired runs that one paired run replaces (log scale)")
    canvas.ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.1)
    if not canvas.owns_sheet:
        canvas.ax.set_title(PAIRING)
        return canvas.ax
    canvas.sheet.suptitle(PAIRING, x=0.012, ha="left", va="top")
    canvas.sheet.supxlabel(fill(note, 112), x=0.012, ha="left", fontsize=7.5, color=FAINT)
    return canvas.ax
