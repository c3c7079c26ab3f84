"""What mechanisms contribute to a difference, read from the runs that ``mechanisms`` made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.attribution import shapley
from simulation.analysis.coalitions import lattice
from simulation.analysis.interval import Estimate, simultaneous_interval
from simulation.report.colours import BAD, FAINT, GOOD, INK
from simulation.report.figure import Figure
from simulation.report.table import Table
from simulation.report.words import label, listing, number, sentence, signed, unit_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulation.studies.comparison.tables import ComparedTables

CHANGE = "change"
"""The player that is the what-if itself."""

NEITHER = "without any of these"
WORKS = "mechanisms"


@dataclass(frozen=True)
class Through:
    """A difference and the shares of mechanisms in it.

    Attributes:
        what_if: whose difference from the base.
        total: the difference with all mechanisms.
        shares: by mechanism, and what is left without any of them; they add up to the total.
    """

    what_if: str
    total: Estimate
    shares: Mapping[str, Estimate]


def folder_of(folder: Path, what_if: str) -> Path:
    """Return where a comparison keeps the runs of a what-if's mechanisms."""
    from simulation.scenario.suggest import slug

    return folder / WORKS / (slug(what_if) or "what_if")


def read_through(folder: Path, what_if: str, unit: str, factor: float = 1.0) -> Through | None:
    """Return the shares of mechanisms in a what-if's difference, None where they were not run.

    Args:
        folder: of the comparison's result.
        what_if: its name.
        unit: of the outcome.
        factor: by which amounts are multiplied to be shown.
    """
    from simulation.store.manifest import MANIFEST
    from simulation.studies.attribution.tables import read_played

    place = folder_of(folder, what_if)
    if not (place / MANIFEST).is_file():
        return None
    played = read_played(place)
    names = played.names
    values = factor * lattice(played.table, names)
    ahead = values[1::2] - values[0::2]  # the change is the first player, the lowest bit
    parts = np.vstack([shapley(ahead), ahead[:1]])
    each = simultaneous_interval(parts.T)
    shares = {
        name: Estimate(
            float(each.mean[at]), float(each.low[at]), float(each.high[at]), each.n, unit
        )
        for at, name in enumerate([*names[1:], NEITHER])
    }
    total = Estimate.of(simultaneous_interval(ahead[-1]), unit)
    return Through(what_if, total, shares)


def through_words(through: Through) -> str:
    """Say through which mechanisms a difference runs, and which work against it."""
    sure = {name: share for name, share in through.shares.items() if share.sign.value != "±"}
    ranked = sorted(sure.items(), key=lambda item: -abs(item[1].mean))
    if not ranked:
        return sentence(
            f"no mechanism's share in the difference of “{through.what_if}” can be "
            f"distinguished from zero"
        )
    parts = [f"{label(name)} {signed(share.mean)}" for name, share in ranked]
    return sentence(
        f"of the difference of “{through.what_if}”, {signed(through.total.mean)} "
        f"{unit_words(through.total.unit)}: {listing(parts)}"
    )


def through_table(through: Through) -> Table:
    """Return the shares as a table that adds up."""
    rows = [
        (label(name), signed(share.mean), f"{number(share.low)} to {number(share.high)}")
        for name, share in [*through.shares.items(), ("difference", through.total)]
    ]
    caption = (
        f"Mechanisms behind “{through.what_if}”: Shapley values of the difference, "
        f"{unit_words(through.total.unit)}; 95 % intervals over seeds, all at once"
    )
    return Table(caption, ("mechanism", "share", "interval"), tuple(rows), 1, is_open=True,
                 chapter="why")  # fmt: skip


def through_figures(tables: ComparedTables) -> list[Figure]:
    """Return a figure for each what-if whose mechanisms were run."""
    from functools import partial

    return [
        Figure(
            f"mechanisms{'' if place == 0 else f'-{place + 1}'}",
            f"Mechanisms behind “{through.what_if}”",
            through_words(through),
            partial(shares, through, tables),
            "why",
        )
        for place, through in enumerate(tables.through.values())
    ]


def shares(through: Through, tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draw the shares of mechanisms in a difference as bars with whiskers."""
    from simulation.report.canvas import house, start, thousands
    from simulation.studies.comparison.figures.sheet import finish_pairs, short

    def draw() -> Axes:
        canvas = start(ax, (6.6, 1.6 + 0.36 * len(through.shares)))
        for row, share in enumerate(through.shares.values()):
            good = share.mean >= 0
            sure = share.sign.value != "±"
            canvas.ax.barh(row, share.mean, height=0.6, color=(GOOD if good else BAD) if sure
                           else FAINT, hatch="" if good else "//", edgecolor="white",
                           linewidth=0.4)  # fmt: skip
            if share.has_interval:
                canvas.ax.plot([share.low, share.high], [row, row], color=INK, linewidth=1.1)
        names = [label(name) for name in through.shares]
        canvas.ax.set_yticks(range(len(names)), names)
        canvas.ax.set_ylim(len(names) - 0.4, -0.6)
        canvas.ax.axvline(0, color=INK, linewidth=0.9)
        canvas.ax.set_xlabel(unit_words(through.total.unit))
        canvas.ax.grid(visible=True, axis="x")
        canvas.ax.grid(visible=False, axis="y")
        thousands(canvas.ax, axis="x")
        title = f"Mechanisms behind the difference of {short(through.what_if)}"
        note = "Shapley values; whisker: 95 % interval, all at once; grey: covers zero"
        return finish_pairs(canvas, title, tables, note)

    return house(draw)()
