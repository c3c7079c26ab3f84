"""What mechanisms contribute to a difference, read from the runs that ``mechanisms`` made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulation.analysis.attribution import shapley
from simulation.analysis.coalitions import lattice
from simulation.analysis.comparison_question import key_of
from simulation.analysis.interval import Estimate, simultaneous_interval
from simulation.report.table import Table
from simulation.report.words import label, number, signed, unit_words

CHANGE = "change"
"""The player that is the what-if itself."""

NEITHER = "without any of these"


@dataclass(frozen=True)
class Through:
    """A difference and the shares of mechanisms in it.

    Attributes:
        what_if: whose difference from the base.
        outcome: of what, as ``metric`` or ``metric:of``.
        total: the difference with all mechanisms.
        shares: by mechanism, and what is left without any of them; they add up to the total.
    """

    what_if: str
    outcome: str
    total: Estimate
    shares: Mapping[str, Estimate]

    @property
    def what(self) -> str:
        """What differs, in words: "co-created value", "surplus of focal"."""
        metric, of = key_of(self.outcome)
        return f"{label(metric)} of {label(of)}" if of else label(metric)


def folders_of(folder: Path, what_ifs: Iterable[str]) -> dict[str, Path]:
    """Return where a comparison keeps the runs of each what-if's mechanisms, by its name."""
    from simulation.scenario.suggest import file_names
    from simulation.store.manifest import INNER

    return {name: folder / INNER / place for name, place in file_names(what_ifs).items()}


def read_through(place: Path, what_if: str, unit: str, factor: float = 1.0) -> Through | None:
    """Return the shares of mechanisms in a what-if's difference, None where they were not run.

    Args:
        place: where their runs are kept (see ``folders_of``).
        what_if: its name.
        unit: of the outcome.
        factor: by which amounts are multiplied to be shown.
    """
    from simulation.store.manifest import MANIFEST
    from simulation.studies.attribution.tables import read_played

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
    return Through(what_if, played.outcome, total, shares)


def through_table(through: Through) -> Table:
    """Return the shares as a table that adds up."""
    rows = [
        (label(name), signed(share.mean), f"{number(share.low)} to {number(share.high)}")
        for name, share in [*through.shares.items(), ("difference", through.total)]
    ]
    caption = (
        f"Mechanisms behind “{through.what_if}”: Shapley values of the difference in "
        f"{through.what}, "
        f"{unit_words(through.total.unit)}; 95 % intervals over seeds, all at once"
    )
    return Table(caption, ("mechanism", "share", "interval"), tuple(rows), 1, is_open=True,
                 chapter="why")  # fmt: skip
