"""The sheet that a figure is drawn on: its style, size, title and footer, and how it fits a phone.

Figures are ``matplotlib.figure.Figure`` objects made without pyplot, so that drawing leaves no
state behind and needs no display.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, wraps
from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from simulation.report.colours import FAINT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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


def write_on(sheet: Sheet, title: str, foot: str) -> None:
    """Write title and footer, and keep them for a phone (see ``refit``)."""
    if sheet in _FITS:
        _FITS[sheet].title, _FITS[sheet].footer = title, foot
    frame(sheet, title, foot)


def frame(sheet: Sheet, title: str, foot: str) -> None:
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
    frame(sheet, fit.title, fit.footer)
    return True
