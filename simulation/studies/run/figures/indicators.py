"""The value network over time, and what its drawing shows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.summary import YEAR, curve, curves, months, opening
from simulation.report.canvas import (
    BAND,
    PLAIN,
    Setting,
    band,
    finish,
    house,
    months_axis,
    nothing,
    start,
)
from simulation.report.colours import INK, Look
from simulation.report.words import label, number, percent, sentence
from simulation.studies.run.figures.view import RunView, Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INDICATORS = {
    "reciprocity": ("Reciprocity", Look(INK, "-", "o")),
    "intangible_share": ("Share of intangibles", Look(INK, "-.", "^")),
    "resilience": ("Resilience", Look(INK, "--", "s")),
    "concentration": ("Concentration of giving", Look(INK, ":", "D")),
    "money_concentration": ("Concentration of money", Look(INK, "--", "v")),
    "agility": ("Agility", Look(INK, "-", "X")),
}
"""The indicators that are drawn, each with its title and look; all lie between 0 and 1."""


@house
def indicators(ledger: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the network's indicators month by month, a panel each."""
    from simulation.analysis.flows import merge_functions
    from simulation.analysis.value_network import indicators as indicator_series

    title = "The value network over time"
    canvas = start(ax, (6.6, 5.2), least=5.0)
    if ledger.empty or not (ledger["amount"] > 0).any():
        return nothing(canvas, title, "nothing flowed in this result.")
    series = indicator_series(merge_functions(ledger))
    canvas.ax.set_axis_off()
    for place, (metric, (words, look)) in enumerate(INDICATORS.items()):
        column, row = place % 3, place // 3
        panel = canvas.ax.inset_axes((0.04 + 0.34 * column, 0.58 - 0.54 * row, 0.28, 0.36))
        band(panel, curve(series, metric), look)
        months_axis(panel, months(series))
        panel.set_ylim(0, 1.02)
        panel.set_xticks(panel.get_xticks()[::2])
        panel.set_title(words, fontsize=9.5, weight="normal")
        if not row:
            panel.set_xlabel("")
    note = f"roles are whole companies; concentration is HHI, 1: one role has all; {BAND}"
    return finish(canvas, title, ledger, setting, note)


def indicator_numbers(ledger: pd.DataFrame, _setting: Setting = PLAIN) -> pd.DataFrame:
    """Return the indicators month by month (see ``summary.curves``)."""
    from simulation.analysis.flows import merge_functions
    from simulation.analysis.value_network import indicators as indicator_series

    return curves(indicator_series(merge_functions(ledger)), INDICATORS)


def indicator_words(ledger: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say how the network changes from its first year to its last, or from half to half."""
    from simulation.analysis.flows import merge_functions
    from simulation.analysis.value_network import indicators as indicator_series

    series = indicator_series(merge_functions(ledger))
    parts = []
    for metric, (words, _) in INDICATORS.items():
        means = curve(series, metric).set_index("month")["mean"].dropna()
        if len(means):
            year = min(YEAR, max(len(means) // 2, 1))
            first, last = float(means.head(year).mean()), float(means.tail(year).mean())
            parts.append(f"{words.lower()} from {number(first, 2)} to {number(last, 2)}")
    span = opening(series).replace("first", "first to the last", 1)
    return sentence(f"From the {span}: {', '.join(parts)}")


def network_words(ledger: pd.DataFrame) -> str:
    """Say in numbers what the drawn network shows."""
    from simulation.analysis.flows import merge_functions
    from simulation.analysis.value_network import network

    shown = network(merge_functions(ledger))
    text = (
        f"Reciprocity {number(shown.reciprocity, 2)} (1: every deliverable is answered by one), "
        f"{percent(shown.intangible_share)} of what flows is intangible, agility "
        f"{number(shown.agility, 2)} (1: everyone deals with everyone), resilience "
        f"{number(shown.resilience, 2)} (1: nobody is needed as an intermediary), concentration "
        f"of money {number(shown.money_concentration, 2)} (1: one gets all)"
    )
    if shown.broker is not None:
        text += f"; the others depend on {label(shown.broker)} most as an intermediary"
    return sentence(text)


NETWORK_OVER_TIME = RunView("network_over_time", "The value network over time", indicators,
                            indicator_words, source=Source.LEDGER,
                            numbers=indicator_numbers)  # fmt: skip
