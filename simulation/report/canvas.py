"""What all figures share: the sheet they are drawn on, its title and footer, bands and labels.

Figures are ``matplotlib.figure.Figure`` objects made without pyplot, so that drawing leaves no
state behind and needs no display.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial, wraps
from io import BytesIO
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from simulation.report.colours import FAINT, INK, Look, ink
from simulation.report.words import capital, label, scenario_name, seed_list

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.figure import Figure as Sheet

STYLE = Path(__file__).with_name("house.mplstyle")
WIDE = (6.6, 4.2)
"""Inches, for a page that is not a phone's."""

PHONE = 4.1
"""Inches across for a phone: there, text of 10 points is some 11 pixels high at 360 pixels."""

NARROW_LINE = 52
"""Letters of a footer's line on a phone, where its text is as large as can be read."""

_narrow: ContextVar[bool] = ContextVar("narrow", default=False)


@contextmanager
def page_width(*, narrow: bool) -> Iterator[None]:
    """Draw figures for a phone, or for a wide page."""
    token = _narrow.set(narrow)
    try:
        yield
    finally:
        _narrow.reset(token)


def is_narrow() -> bool:
    """Return whether figures are drawn for a phone.

    A figure that asks, through ``start(…, redrawn=True)``, is drawn anew for a phone.
    """
    return _narrow.get()


def sized(size: tuple[float, float], least: float = PHONE) -> tuple[float, float]:
    """Return the size of a new sheet, in inches: on a phone narrower, and hardly lower.

    Args:
        size: the size on a wide page.
        least: the width below which the figure cannot be drawn.
    """
    width, height = size
    if not is_narrow() or width <= least:
        return size
    return least, height * (1.0 if height < width else (least / width) ** 0.5)


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


@dataclass
class Canvas:
    """An axes to draw on; ``owns_sheet`` says that the figure belongs to it alone."""

    ax: Axes
    owns_sheet: bool

    @property
    def sheet(self) -> Sheet:
        """The figure that the axes is on."""
        figure = self.ax.get_figure(root=True)
        if figure is None:
            raise ValueError("These axes belong to no figure. Give axes of a figure, or none.")
        return figure


def house[**P](draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Draw under the house style, whatever the style of the caller."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Axes:
        import matplotlib.style

        with matplotlib.style.context(str(STYLE)):
            return draw(*args, **kwargs)

    return styled


@dataclass
class SheetFit:
    """What it takes to make a sheet that is drawn for a wide page one for a phone."""

    size: tuple[float, float]
    least: float
    redrawn: bool
    """Whether it says other things on a phone, so that it must be drawn anew."""
    title: str = ""
    footer: str = ""


_FITS: WeakKeyDictionary[Sheet, SheetFit] = WeakKeyDictionary()


def start(
    ax: Axes | None,
    size: tuple[float, float] = WIDE,
    *,
    least: float = PHONE,
    redrawn: bool = False,
) -> Canvas:
    """Return a canvas on the given axes, or on a new figure of that size (see ``sized``).

    Args:
        ax: axes of the caller, or None.
        size: inches on a wide page.
        least: the width below which the figure cannot be drawn.
        redrawn: whether it is drawn otherwise for a phone than narrower.
    """
    if ax is not None:
        return Canvas(ax, owns_sheet=False)
    sheet = new_sheet(size, least=least, redrawn=redrawn)
    ax = sheet.add_subplot()
    # Without pyplot a notebook would write "<Axes>"; IPython asks an object for its picture.
    ax._repr_png_ = partial(_png, sheet)  # type: ignore[attr-defined]
    return Canvas(ax, owns_sheet=True)


def new_sheet(size: tuple[float, float], *, least: float = PHONE, redrawn: bool = False) -> Sheet:
    """Return an empty figure of that size, for those with several axes (see ``start``)."""
    from matplotlib.figure import Figure

    sheet = Figure(figsize=sized(size, least), layout="constrained")
    _FITS[sheet] = SheetFit(size, least, redrawn)
    return sheet


def _png(sheet: Sheet) -> bytes:
    """Return a sheet as the picture that a notebook shows."""
    picture = BytesIO()
    sheet.savefig(picture, format="png", dpi=110)
    return picture.getvalue()


def finish(
    canvas: Canvas, title: str, table: pd.DataFrame, setting: Setting, interval: str
) -> Axes:
    """Write title and footer; on the caller's axes the footer only where it names a scenario."""
    foot = footer(table, setting, interval) if canvas.owns_sheet or setting.scenario else ""
    if canvas.owns_sheet:
        if canvas.sheet in _FITS:
            _FITS[canvas.sheet].title, _FITS[canvas.sheet].footer = title, foot
    else:
        canvas.ax.set_title(title)
    _frame(canvas.sheet, title if canvas.owns_sheet else "", foot)
    return canvas.ax


def _frame(sheet: Sheet, title: str, foot: str) -> None:
    """Write title and footer in lines as long as the sheet is wide."""
    width = float(sheet.get_size_inches()[0])
    if title:
        sheet.suptitle(fill(title, int(width * 9.8)), x=0.012, ha="left", va="top")
    if foot:
        words = fill(foot, NARROW_LINE if is_narrow() else int(width * 17.2))
        sheet.supxlabel(words, x=0.012, ha="left", fontsize=7.5, color=FAINT)


def refit(sheet: Sheet) -> bool:
    """Give a sheet drawn for a wide page the size that it has now (see ``page_width``).

    Returns:
        Whether it could be: a figure that is not of the house, or says other things on a phone,
        must be drawn anew.
    """
    fit = _FITS.get(sheet)
    if fit is None or fit.redrawn or not fit.title:
        return False
    sheet.set_size_inches(*sized(fit.size, fit.least))
    _frame(sheet, fit.title, fit.footer)
    return True


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
        if canvas.sheet in _FITS:
            _FITS[canvas.sheet].title = title
        _frame(canvas.sheet, title, "")
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
    "PLAIN",
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
