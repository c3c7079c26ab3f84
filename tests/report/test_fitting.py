"""What is laid out can be read: nothing small on a phone, nothing cut, no labels in a heap."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from simulation.report.canvas import PLAIN, finish, page_width, seeds_frame, start, thousands
from simulation.report.figure import Figure, as_svgs
from simulation.report.fitting import GAP, LEAST, PHONE_PIXELS, POINTS


def crowded(ax=None):  # type: ignore[no-untyped-def]
    canvas = start(ax)
    canvas.ax.plot([-3_000_000, 2_000_000], [0, 1])
    thousands(canvas.ax, axis="x")
    canvas.ax.text(-2_900_000, 0.5, "small", fontsize=5)
    canvas.ax.set_xlabel("a label that says so much that no phone can show it on a single line, "
                         "however small its letters may be")  # fmt: skip
    return finish(canvas, "Crowded", seeds_frame(3), PLAIN, "mean")


def drawn() -> tuple[object, object]:
    from simulation.report.svg import _measuring, svg_of

    with page_width(narrow=True):
        sheet = Figure("crowded", "Crowded", "", crowded).sheet()
        svg_of(sheet, {"Date": None})
        sheet.dpi = POINTS
    return sheet, _measuring()


def test_labels_of_ticks_do_not_touch_on_a_phone() -> None:
    sheet, renderer = drawn()
    (ax,) = sheet.axes  # type: ignore[attr-defined]
    boxes = [one.get_window_extent(renderer) for one in ax.get_xticklabels() if one.get_text()]
    assert len(boxes) >= 2
    assert all(one.x1 + GAP <= other.x0 for one, other in pairwise(boxes))


def test_labels_too_long_for_the_sheet_take_several_lines() -> None:
    sheet, renderer = drawn()
    (ax,) = sheet.axes  # type: ignore[attr-defined]
    assert "\n" in ax.get_xlabel()
    box, width = ax.xaxis.label.get_window_extent(renderer), sheet.bbox.width  # type: ignore[attr-defined]
    assert box.x0 >= 0
    assert box.x1 <= width + 1


def test_no_text_is_smaller_than_can_be_read_on_a_phone() -> None:
    from matplotlib.text import Text

    sheet, _ = drawn()
    across = sheet.get_size_inches()[0] * POINTS  # type: ignore[attr-defined]
    for text in sheet.findobj(Text):  # type: ignore[attr-defined]
        assert text.get_fontsize() * PHONE_PIXELS / across >= LEAST - 0.01


def test_wide_pages_keep_what_is_drawn_for_them() -> None:
    wide, narrow = as_svgs(Figure("crowded", "Crowded", "", crowded))
    assert re.search(r"[ :]5px", wide)
    assert not re.search(r"[ :]5px", narrow)
    assert wide.count("\n") != narrow.count("\n")


@pytest.mark.parametrize("words", ["", "short"])
def test_nothing_is_changed_where_everything_fits(words: str) -> None:
    def plain(ax=None):  # type: ignore[no-untyped-def]
        canvas = start(ax)
        canvas.ax.plot([0, 1], [0, 1])
        canvas.ax.set_xlabel(words)
        return finish(canvas, "Plain", seeds_frame(3), PLAIN, "mean")

    figure = Figure("plain", "Plain", "", plain)
    sheet = figure.sheet()
    before = list(sheet.axes[0].get_xticks())
    from simulation.report.svg import svg_of

    svg_of(sheet, {"Date": None})
    assert list(sheet.axes[0].get_xticks()) == before
    assert sheet.axes[0].get_xlabel() == words
