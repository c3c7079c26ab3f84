"""What makes a sheet that is laid out readable: nothing small, nothing cut, no labels in a heap.

Figures say what they show; how long a name is, or how many digits an amount has, is known only when
the sheet is laid out. What would stick out of it is wrapped, labels of ticks that would touch are
thinned, and legends that are too wide take fewer columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet
    from matplotlib.text import Text

LEAST = 9.2
"""Pixels of the smallest text on a phone."""

PHONE_PIXELS = 311
"""Pixels that a sheet has across on a phone of 360, less a scrollbar."""

GAP = 3.0
"""Points between labels of ticks."""

LEAST_EMPTY = 0.2
"""Inches of empty height that are taken away."""

LEAST_MOVE = 0.1
"""Points by which a legend must stick out to be moved."""

STEEP = 60.0
"""Degrees at which slanted labels stand on a phone."""

POINTS = 72


def enlarge(sheet: Sheet, renderer: Any) -> None:
    """Give text that a phone would show too small the least size that can be read.

    Before it is laid out, since a legend wider than the sheet leaves its axes no room.
    """
    from matplotlib.text import Text

    width = float(sheet.get_size_inches()[0]) * POINTS
    least = LEAST * width / PHONE_PIXELS
    for text in sheet.findobj(Text):
        if isinstance(text, Text) and float(text.get_fontsize()) < least:
            text.set_fontsize(least)
    for ax in _axes(sheet):
        for label in ax.get_xticklabels():
            if 0.0 < float(label.get_rotation()) < STEEP:
                label.set_rotation(STEEP)
        _narrow_legend(ax, renderer, width)


def fit(sheet: Sheet, renderer: Any) -> bool:
    """Mend what sticks out of a sheet, or overlaps, and return whether it must be laid out again.

    Args:
        sheet: laid out, in points.
        renderer: measures texts.
    """
    width = float(sheet.get_size_inches()[0]) * POINTS
    changed = _wrap_titles(list(_axes(sheet)), renderer)
    for ax in _axes(sheet):
        _thin(ax, renderer)
        for text in _wrapped(ax):
            changed |= _wrap(text, renderer, width)
        changed |= _narrow_legend(ax, renderer, width)
    return changed


def close_up(sheet: Sheet) -> bool:
    """Take away the height that axes of a fixed shape leave empty; return whether there is any."""
    if len(sheet.axes) != 1 or sheet.axes[0].get_aspect() == "auto":
        return False
    ax, (width, height) = sheet.axes[0], sheet.get_size_inches()
    ax.apply_aspect()
    given, taken = ax.get_position(original=True), ax.get_position(original=False)
    empty = (given.height - taken.height) * height
    if empty < LEAST_EMPTY:
        return False
    sheet.set_size_inches(width, height - empty)
    return True


def _narrow_legend(ax: Any, renderer: Any, width: float) -> bool:
    """Set a legend that is wider than the sheet in fewer columns; return whether it was."""
    legend = ax.get_legend()
    if legend is None or legend._ncols < 2:  # noqa: SLF001  (there is no getter)
        return False
    over = legend.get_window_extent(renderer).width / width
    if over <= 1.0:
        return False
    texts, handles = legend.get_texts(), legend.legend_handles
    legend.prop.set_size(texts[0].get_fontsize())
    legend._ncols = max(1, int(legend._ncols / over))  # noqa: SLF001
    # ``set_ncols`` alone leaves the columns as they were made.
    legend._init_legend_box(handles, [one.get_text() for one in texts])  # noqa: SLF001
    legend._set_loc(legend._loc)  # noqa: SLF001
    return True


def pull_in(sheet: Sheet, renderer: Any) -> None:
    """Move legends that stick out of a sheet that is laid out back into it."""
    from matplotlib.transforms import ScaledTranslation

    width = float(sheet.get_size_inches()[0]) * POINTS
    for ax in _axes(sheet):
        legend = ax.get_legend()
        if legend is None:
            continue
        box = legend.get_window_extent(renderer)
        move = max(-box.x0, min(width - box.x1, 0.0)) if box.width <= width else 0.0
        if abs(move) > LEAST_MOVE:
            shift = ScaledTranslation(move / POINTS, 0.0, sheet.dpi_scale_trans)
            legend.set_bbox_to_anchor(legend.get_bbox_to_anchor(), shift)


def _axes(sheet: Sheet) -> Iterator[Any]:
    """Yield all axes, those within axes too."""
    for ax in sheet.axes:
        yield ax
        yield from ax.child_axes


def _wrapped(ax: Axes) -> Iterator[Text]:
    """Yield the texts of axes that may take several lines."""
    if ax.axison:
        yield ax.xaxis.label
    yield from _titles(ax)
    yield from ax.texts


def _titles(ax: Any) -> tuple[Text, ...]:
    return ax.title, ax._left_title, ax._right_title  # noqa: SLF001  (there is no getter)


def _wrap(text: Text, renderer: Any, width: float) -> bool:
    """Break a text that sticks out of the sheet at its right into lines that do not."""
    words = text.get_text()
    if " " not in words or not text.get_visible() or text.get_rotation():
        return False
    box = text.get_window_extent(renderer)
    room = width - max(box.x0, 0.0) if box.x0 >= 0.0 else width + 2 * box.x0
    if box.x1 <= width or box.width <= 0.0:
        return False
    if text.get_horizontalalignment() == "center":
        middle = (box.x0 + box.x1) / 2
        room = 2 * min(middle, width - middle)
    longest = max(map(len, words.split("\n")))
    text.set_text(fill(words.replace("\n", " "), max(int(0.97 * longest * room / box.width), 12)))
    return True


def _wrap_titles(axes: list[Axes], renderer: Any) -> bool:
    """Break the titles of panels that run into each other into lines as long as their panels."""
    titles = [(ax, text) for ax in axes for text in _titles(ax) if text.get_text()]
    boxes = [(ax, text.get_window_extent(renderer)) for ax, text in titles]
    run_together = {
        id(ax)
        for one, (ax, box) in enumerate(boxes)
        for other, (_, next_box) in enumerate(boxes)
        if one != other and box.overlaps(next_box)
    }
    for (ax, text), (_, box) in zip(titles, boxes, strict=True):
        if id(ax) in run_together:
            words = text.get_text().replace("\n", " ")
            text.set_text(fill(words, max(int(len(words) * ax.bbox.width / box.width), 12)))
    return bool(run_together)


def _thin(ax: Axes, renderer: Any) -> None:
    """Leave out every second label of an axis, or more, where they would touch."""
    from matplotlib.ticker import FuncFormatter, ScalarFormatter

    if not ax.axison or not isinstance(
        ax.xaxis.get_major_formatter(), ScalarFormatter | FuncFormatter
    ):
        return
    shown = [
        (label.get_window_extent(renderer), tick)
        for label, tick in zip(ax.get_xticklabels(), ax.get_xticks(), strict=False)
        if label.get_text() and label.get_visible() and not label.get_rotation()
    ]
    low, high = sorted(ax.get_xlim())
    inside = [(box, tick) for box, tick in shown if low <= tick <= high]
    step = 1
    while step < len(inside) and _touch([box for box, _ in inside[::step]]):
        step += 1
    if step > 1:
        limits = ax.get_xlim()
        zero = next((at for at, (_, tick) in enumerate(inside) if tick == 0.0), 0)
        ax.set_xticks([tick for _, tick in inside[zero % step :: step]])
        ax.set_xlim(limits)


def _touch(boxes: list[Any]) -> bool:
    pairs = pairwise(boxes)
    return any(one.x1 + GAP > other.x0 for one, other in pairs)
