"""A report in a browser: at 360 pixels nothing is cut, dark pages are dark, chapters fold."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import chromium
import pandas as pd
import pytest
from matplotlib.axes import Axes

from simulation.report.assumptions import assumptions
from simulation.report.canvas import PLAIN, finish, house, seeds_frame, start
from simulation.report.figure import Figure
from simulation.report.page import Remake, Report
from simulation.report.table import Table

pytestmark = chromium.NEEDED

PROBE = """<script>addEventListener("load", () => {
  const shown = [...document.querySelectorAll("figure svg")].filter(s => s.getClientRects().length);
  document.title = JSON.stringify({
    width: innerWidth, scroll: document.documentElement.scrollWidth,
    folded: [...document.querySelectorAll("details.chapter")].map(d => d.open),
    figures: document.querySelectorAll("figure").length,
    cut: shown.map(s => { const a = s.getBoundingClientRect(),
      b = s.closest("figure").getBoundingClientRect();
      const texts = [...s.querySelectorAll("text")].map(t => t.getBoundingClientRect());
      return [a.left - b.left, b.right - a.right,
        innerWidth - Math.max(...texts.map(t => t.right))]; }),
    small: Math.min(...shown.flatMap(s => [...s.querySelectorAll("text")].map(t =>
      parseFloat(getComputedStyle(t).fontSize) * s.getBoundingClientRect().width
        / s.viewBox.baseVal.width))),
    paper: getComputedStyle(document.body).backgroundColor,
    sheet: shown.length ? getComputedStyle(shown[0].querySelector("path")).fill : "",
  }); });</script>"""

OUTER = """<script>addEventListener("load", () => {
  document.title = document.querySelector("iframe").contentDocument.title; });</script>"""


@house
def drawn(ax: Axes | None = None) -> Axes:
    """Draw a line with a long title."""
    canvas = start(ax)
    canvas.ax.plot([1, 12], [0.0, 1000.0], label="a curve")
    canvas.ax.set_xlabel("month")
    canvas.ax.text(2, 100.0, "a small remark", fontsize=6)
    return finish(canvas, "A title that is long enough to need a second line on a phone",
                  seeds_frame(3), PLAIN, "band: none")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report with three figures, with all chapters folded."""
    target = tmp_path_factory.mktemp("page")
    figures = [
        Figure(name, f"Figure {name}", "It rises.", drawn, chapter,
               lambda: pd.DataFrame({"month": [1, 12], "value": [0.0, 1000.0]}))
        for name, chapter in (("one", "value"), ("two", "value"), ("three", "people"))
    ]  # fmt: skip
    heads = ("a name of several words", *(f"a long head {n}" for n in range(9)))
    cells = ("a name of several words", *("−1,234,000 to 1,234,000",) * 9)
    table = Table("Numbers of all", heads, (cells,), chapter="value", is_open=True)
    Report(
        title="A page", facts=("three runs",), answer=("Slack fell.", "b", "c"), figures=figures,
        tables=(table,), assumptions=assumptions({}), remake=Remake(), for_whom=("Who loses: b.",),
    ).write(target)  # fmt: skip
    return target


def seen(folder: Path, *, width: int, dark: bool = False, opened: bool = False) -> dict[str, Any]:
    """Return what the browser measures of the page."""
    text = (folder / "report.html").read_text(encoding="utf-8")
    if opened:
        text = text.replace('<details class="chapter"', '<details open class="chapter"')
    page = folder / "probed.html"
    inner = escape(text.replace("</body>", PROBE + "</body>"))
    # A frame, since a browser without a screen has no window narrower than 500 pixels.
    frame = f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{inner}"></iframe>'
    page.write_text(f"<!doctype html><title></title>{frame}{OUTER}", encoding="utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    document = chromium.loaded(page.as_uri(), folder, "--window-size=1400,900", *scheme)
    title = re.search(r"<title>(\{.*?\})</title>", document)
    assert title is not None, document[:300]
    found: dict[str, Any] = json.loads(title[1])
    return found


def test_on_a_phone_no_figure_is_cut_and_its_text_can_be_read(folder: Path) -> None:
    told = seen(folder, width=360, opened=True)
    assert told["width"] == 360
    assert told["scroll"] <= 360
    assert told["figures"] == len(told["cut"]) == 3
    for left, right, beyond in told["cut"]:
        assert min(left, right, beyond) >= 0
    assert told["small"] >= 9


def test_chapters_are_folded_and_a_dark_page_has_dark_figures(folder: Path) -> None:
    told = seen(folder, width=1300, dark=True)
    assert len(told["folded"]) >= 6
    assert not any(told["folded"])
    assert told["paper"] == told["sheet"] == "rgb(20, 23, 28)"
    light = seen(folder, width=1300)
    assert light["paper"] == light["sheet"] == "rgb(255, 255, 255)"


def test_on_paper_chapters_are_open_and_no_table_is_cut(folder: Path) -> None:
    with chromium.started() as browser:
        page = browser.new_page(viewport={"width": 690, "height": 1000})  # A4 less its margins
        page.goto((folder / "report.html").as_uri())
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        right = page.evaluate(
            "Math.max(...[...document.querySelectorAll('table, figure')]"
            ".map((one) => one.getBoundingClientRect().right))"
        )
        closed = page.evaluate("document.querySelectorAll('.chapter:not([open])').length")
    assert 0 < right <= 690
    assert closed == 0
