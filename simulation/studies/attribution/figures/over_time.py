"""Dividends, Shapley values and losses over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from simulation.analysis.compare import DifferenceCurve
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    End,
    Setting,
    band,
    finish,
    house,
    label_ends,
    months_axis,
    nothing,
    seeds_frame,
    start,
    thousands,
    zero_line,
)
from simulation.report.figure import Figure
from simulation.report.words import label, sentence
from simulation.studies.attribution.figures.looks import LOOKS, row_words
from simulation.studies.attribution.tables import (
    Played,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ALONE = "Alone, over the maintenance level:\ninnovation (I), marketing & sales (M), platform (P)"


@house
def dividends(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw dividends over time: each function alone above, what only arises together below.

    Args:
        curves: of each dividend (see ``coalitions.dividend_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "What each adds alone, and only together, over time"
    canvas = start(ax, (6.6, 6.4))
    canvas.ax.set_axis_off()
    alone = {name: curve for name, curve in curves.items() if "+" not in name}
    together = {name: curve for name, curve in curves.items() if "+" in name}
    above = canvas.ax.inset_axes((0.0, 0.57, 0.86, 0.4))
    below = canvas.ax.inset_axes((0.0, 0.03, 0.86, 0.4))
    for panel, part, words in (
        (above, alone, ALONE),
        (below, together, "Only together (grey area: all three)"),
    ):
        _curves(panel, part, setting.unit, words=label, share=0.34)
        panel.set_title(words, fontsize=9.5, weight="normal")
    note = "paired within seeds; bands cover the whole curve at once (95 %)"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


@house
def shapley_over_time(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw what each player adds on average over all orders, month by month.

    Args:
        curves: of each player (see ``coalitions.shapley_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _one_panel(curves, ax, "What each adds over time (Shapley values)", setting=setting)


@house
def lost_over_time(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw what is lost without each, month by month; below zero the value is higher without.

    Args:
        curves: of each that is removed (see ``coalitions.loss_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _one_panel(curves, ax, "What is lost over time without each", setting=setting)


def _one_panel(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None, title: str, *, setting: Setting
) -> Axes:
    canvas = start(ax, (6.6, 4.6))
    if not curves:
        return nothing(canvas, title, "no month was kept.")
    _curves(canvas.ax, curves, setting.unit)
    note = "paired within seeds; bands cover the whole curve at once (95 %)"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


def _curves(
    ax: Axes,
    curves: Mapping[str, DifferenceCurve],
    unit: str,
    *,
    words: Callable[[str], str] = row_words,
    share: float = 0.7,
) -> None:
    spare = colours.others(curves)
    ends = []
    last = 1
    for name, curve in curves.items():
        look = LOOKS.get(name, spare[name])
        height = band(ax, curve.table(), look)
        last = max(last, *curve.months)
        ends.append(End(words(name), height, look))
    months_axis(ax, last)
    ax.set_ylabel(unit)
    thousands(ax)
    zero_line(ax)
    label_ends(ax, ends, size=8.5, share=share)


def curve_numbers(curves: Mapping[str, DifferenceCurve]) -> pd.DataFrame:
    """Return columns of, month, mean, low, high; bands cover whole curves."""
    import pandas as pd

    return pd.concat([curve.table().assign(of=name) for name, curve in curves.items()])[
        ["of", "month", "mean", "low", "high"]
    ]


def dividends_figures(played: Played) -> list[Figure]:
    """Return the dividends over time, where months were kept."""
    if not played.curves:
        return []
    parts = []
    for name, curve in played.curves.items():
        month = curve.above_from()
        if month is not None:
            parts.append(f"{name} from month {month}")
    words = "No dividend is clearly above zero up to the end, taking its whole curve at once."
    if parts:
        words = sentence(f"Clearly above zero up to the end, as whole curves: {', '.join(parts)}")
    drawn = partial(dividends, played.curves, setting=played.setting)
    return [Figure("dividends", "Dividends over time", words, drawn, "time",
                   partial(curve_numbers, played.curves))]  # fmt: skip


def shapley_over_time_figures(played: Played) -> list[Figure]:
    """Return the Shapley values over time, where months were kept."""
    curves = played.shapley_curves
    if not curves:
        return []
    parts = []
    shown = played.curves_by_labels(curves)
    for name, curve in shown.items():
        above, below = curve.above_from(), curve.below_from()
        if above is not None:
            parts.append(f"{label(name)} adds from month {above} on")
        elif below is not None:
            parts.append(f"{label(name)} takes away from month {below} on")
    words = "For none is it clear, over its whole curve, what it adds at the end."
    if parts:
        rest = len(curves) - len(parts)
        parts += [f"for {rest} of {len(curves)} the last months are open"] if rest else []
        words = sentence(f"Clearly and up to the end: {'; '.join(parts)}")
    drawn = partial(shapley_over_time, shown, setting=played.setting)
    return [Figure("shapley_over_time", "What each adds over time", words, drawn, "time",
                   partial(curve_numbers, curves))]  # fmt: skip


MOST_CURVES = 6


def lost_over_time_figures(played: Played) -> list[Figure]:
    """Return what is lost over time without those that matter most, where months were kept."""
    curves = played.loss_curves
    if not curves:
        return []
    table = played.keystones
    ranked = table.assign(size=table["lost"].abs()).sort_values(
        "size", ascending=False, kind="stable"
    )
    names = [str(name) for name in ranked["removed"].head(MOST_CURVES)]
    since = []
    for name in names:
        above, below = curves[name].above_from(), curves[name].below_from()
        if above is not None:
            since.append(f"{played.words(name)} is needed from month {above} on")
        elif below is not None:
            since.append(f"{played.words(name)} costs value from month {below} on")
    words = sentence("; ".join(since) or f"Of the {len(names)} with the largest effect none "
                     "clearly matters up to the end, over its whole curve")  # fmt: skip
    drawn = partial(lost_over_time, played.curves_by_labels({name: curves[name] for name in names}),
                    setting=played.setting)  # fmt: skip
    return [Figure("lost_over_time", "What the value depends on, over time", words, drawn, "time",
                   partial(curve_numbers, curves))]  # fmt: skip
