"""What all figures share: their setting, bands, axes and labels; ``sheet`` has what is beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING

from simulation.report.colours import FAINT, INK, Look, ink
from simulation.report.sheet import (
    PHONE,
    STYLE,
    WIDE,
    Canvas,
    frame,
    house,
    is_narrow,
    new_sheet,
    page_width,
    refit,
    sized,
    start,
    write_on,
)
from simulation.report.words import capital, label, scenario_name, seed_list

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar

XY = tuple[float, float]
"""A place in the units of a figure's axes."""

BAND = "band: 95 % t-interval of the mean over runs"
WHISKER = "whisker: 95 % t-interval of the mean over runs"
MEAN = "mean over runs"


@dataclass(frozen=True)
class TouchpointInfo:
    """What a figure needs to know of a touchpoint: its area and the stages it serves."""

    area: str
    stages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a figure cannot read from its table: scenario, seeds, the order of things."""

    scenario: str = ""
    seeds: tuple[int, ...] = ()
    companies: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    places: Mapping[str, TouchpointInfo] = field(default_factory=dict)
    unit: str = "money/month"


PLAIN = Setting()


def finish(
    canvas: Canvas, title: str, table: pd.DataFrame, setting: Setting, interval: str
) -> Axes:
    """Write title and footer; on the caller's axes the footer only where it names a scenario."""
    foot = footer(table, setting, interval) if canvas.owns_sheet or setting.scenario else ""
    if canvas.owns_sheet:
        write_on(canvas.sheet, title, foot)
    else:
        canvas.ax.set_title(title)
        frame(canvas.sheet, "", foot)
    return canvas.ax


def footer(table: pd.DataFrame, setting: Setting, interval: str) -> str:
    """Return what a reader needs to trust a figure: scenario, seeds, runs, what the band means."""
    runs = int(table["run"].nunique())
    if runs < 2 and "interval" in interval:
        interval = "one run: no interval"
    lines = [
        f"scenario {shorten(scenario_name(setting.scenario), 60, placeholder='…')}"
        if setting.scenario
        else "",
        f"seeds {seed_list(setting.seeds)}" if setting.seeds else "",
        f"{runs} run{'' if runs == 1 else 's'}",
        interval if runs > 1 or interval != MEAN else "",
    ]
    return " · ".join(part for part in lines if part)


def nothing(canvas: Canvas, title: str, why: str) -> Axes:
    """Say that there is nothing to show, and why."""
    canvas.ax.set_axis_off()
    canvas.ax.text(0.5, 0.5, f"Nothing to show: {why}", ha="center", va="center", color=FAINT,
                   transform=canvas.ax.transAxes)  # fmt: skip
    if canvas.owns_sheet:
        write_on(canvas.sheet, title, "")
    else:
        canvas.ax.set_title(title)
    return canvas.ax


def band(ax: Axes, curve: pd.DataFrame, look: Look, *, width: float = 1.9) -> float:
    """Draw a curve with its interval (columns month, mean, low, high); return its last height."""
    month = curve["month"].to_numpy()
    ax.fill_between(
        month, curve["low"].to_numpy(), curve["high"].to_numpy(), color=look.colour, alpha=0.18,
        linewidth=0,
    )  # fmt: skip
    line(ax, curve, look, width=width)
    ends = curve["mean"].dropna().tail(6)
    return float(ends.mean()) if len(ends) else float("nan")


def line(ax: Axes, curve: pd.DataFrame, look: Look, *, width: float = 1.9) -> None:
    """Draw a curve without its interval, with markers a few times along the way."""
    month = curve["month"].to_numpy()
    every = max(1, len(month) // 6)
    ax.plot(
        month, curve["mean"].to_numpy(), color=look.colour, linestyle=look.line, linewidth=width,
        marker=look.marker or None, markevery=(every // 2, every), markersize=4.5,
        markeredgecolor="white", markeredgewidth=0.6,
    )  # fmt: skip


@dataclass(frozen=True)
class End:
    """A label beside the right end of a curve."""

    text: str
    height: float
    look: Look


def label_ends(ax: Axes, ends: Sequence[End], *, size: float = 9, share: float = 0.7) -> None:
    """Label curves at their right ends, moved apart where they would overlap.

    The axis limits must be final, and ``share`` about the axes' part of the sheet's height. A thin
    leader joins a label that moved to its curve.
    """
    known = sorted((end for end in ends if end.height == end.height), key=lambda end: end.height)
    if not known:
        return
    low, high = ax.get_ylim()
    inches = float(ax.figure.get_figure(root=True).get_size_inches()[1]) * share
    gap = (high - low) * size * 1.45 / 72 / inches
    spots = spread_out([end.height for end in known], gap, low=low + gap / 2, high=high - gap / 2)
    for end, spot in zip(known, spots, strict=True):
        # A line and a text: an annotation's arrow would be cut to shape at every measurement.
        across = ax.get_yaxis_transform()
        ax.plot([1.003, 1.03], [end.height, spot], color=end.look.colour, linewidth=0.7,
                transform=across, clip_on=False, scalex=False, scaley=False)  # fmt: skip
        ax.text(1.035, spot, end.text, va="center", ha="left", fontsize=size,
                color=ink(end.look.colour), transform=across)  # fmt: skip


def legend_below(
    ax: Axes,
    *,
    ncols: int,
    inches: float = 0.5,
    handles: Sequence[Artist] | None = None,
) -> None:
    """Put the legend so many inches below the axes, whatever height the layout gives them."""
    from matplotlib.transforms import ScaledTranslation

    sheet = ax.get_figure(root=True)
    if sheet is not None:
        below = ax.transAxes + ScaledTranslation(0.0, -inches, sheet.dpi_scale_trans)
        given = {} if handles is None else {"handles": handles}
        ax.legend(**given, loc="upper center", bbox_to_anchor=(0.45, 0.0), bbox_transform=below,
                  ncols=ncols, fontsize=8.5, borderaxespad=0)  # fmt: skip


def without_seams(bar: Colorbar) -> None:
    """Draw a scale of colours without its frame, and without light lines between its steps."""
    bar.outline.set_visible(False)
    if bar.solids is not None:
        bar.solids.set_edgecolor("face")


def seeds_frame(n: int) -> pd.DataFrame:
    """Return what a footer counts runs by, for tables that are means over seeds already."""
    import pandas as pd

    return pd.DataFrame({"run": range(n)})


def spread_out(heights: Sequence[float], gap: float, *, low: float, high: float) -> list[float]:
    """Return the ascending heights moved as little as it takes to stand ``gap`` apart.

    Pushes up, then back down from ``high`` where the stack would leave the axes.
    """
    spots: list[float] = []
    for height in heights:
        floor = spots[-1] + gap if spots else low
        spots.append(max(height, floor))
    ceiling = max(high, low + gap * (len(spots) - 1))
    for at in range(len(spots) - 1, -1, -1):
        spots[at] = min(spots[at], ceiling)
        ceiling = spots[at] - gap
    return spots


def months_axis(ax: Axes, last: int) -> None:
    """Label the time axis, with ticks at whole years where there are some."""
    ax.set_xlim(1, max(last, 2))
    ax.set_xlabel("month")
    step = next((step for step in (1, 2, 3, 6, 12, 24, 36, 60, 120) if last / step <= 10), 240)
    ax.set_xticks(range(step, last + 1, step))


def thousands(ax: Axes, *, axis: str = "y") -> None:
    """Write large numbers with separators."""
    from matplotlib.ticker import FuncFormatter

    chosen = ax.yaxis if axis == "y" else ax.xaxis
    chosen.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))


def plain_number(value: float) -> str:
    """Return an axis number: separators above a thousand, no trailing zeros below."""
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def percent(ax: Axes, *, axis: str = "y") -> None:
    """Write shares as percentages."""
    from matplotlib.ticker import FuncFormatter

    chosen = ax.yaxis if axis == "y" else ax.xaxis
    chosen.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g} %"))


def zero_line(ax: Axes) -> None:
    """Mark zero where the axis crosses it: above it is gained, below it is lost."""
    low, high = ax.get_ylim()
    if low < 0 < high:
        ax.axhline(0, color=INK, linewidth=0.9, zorder=1.5)


def order(keys: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return what was found, the wanted ones first and in their order."""
    known = [name for name in dict.fromkeys(wanted) if name in keys]
    return known + [name for name in keys if name not in known]


def title_case(name: str) -> str:
    """Return a name as the first word of a label."""
    return capital(label(name))


__all__ = [
    "BAND",
    "MEAN",
    "PHONE",
    "PLAIN",
    "STYLE",
    "WHISKER",
    "WIDE",
    "Canvas",
    "End",
    "Setting",
    "TouchpointInfo",
    "band",
    "finish",
    "footer",
    "house",
    "is_narrow",
    "label_ends",
    "legend_below",
    "line",
    "months_axis",
    "new_sheet",
    "nothing",
    "order",
    "page_width",
    "percent",
    "plain_number",
    "refit",
    "seeds_frame",
    "sized",
    "spread_out",
    "start",
    "thousands",
    "title_case",
    "without_seams",
    "zero_line",
]  # fmt: skip
