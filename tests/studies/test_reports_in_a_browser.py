"""Reports of real studies in a browser: their texts lie in their figures and apart, tables fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import numpy as np
import pytest
from builders import scenario
from matplotlib.image import imread

from simulation import attribute, compare, run
from simulation.studies.result import Result

pytestmark = [chromium.NEEDED, pytest.mark.xdist_group("browser")]

OVERLAP = 0.3
"""Of the smaller text's box; lines of one text share less."""

PROBE = """() => {
  const outside = [], over = [], tables = [];
  for (const sheet of document.querySelectorAll("figure svg")) {
    const frame = sheet.getBoundingClientRect(), name = sheet.closest("figure").id;
    if (!frame.width) continue;
    const texts = [...sheet.querySelectorAll("text")].filter(t => t.textContent.trim());
    const boxes = texts.map(t => t.getBoundingClientRect());
    const level = texts.map(t => !/rotate\\((?!-?0[)\\s])/.test(t.getAttribute("transform") || ""));
    boxes.forEach((box, i) => {
      if (Math.min(box.left - frame.left, frame.right - box.right, box.top - frame.top,
        frame.bottom - box.bottom) < -1) outside.push([name, texts[i].textContent]);
      for (let j = 0; j < i; j++) {
        const other = boxes[j];
        const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        const area = Math.min(box.width * box.height, other.width * other.height);
        if (level[i] && level[j] && wide > 0 && high > 0 && wide * high > OVERLAP * area)
          over.push([name, texts[j].textContent, texts[i].textContent]);
      }
    });
  }
  for (const table of document.querySelectorAll("table")) {
    const box = table.parentElement, name = table.caption?.textContent.slice(0, 30);
    if (table.scrollWidth <= box.clientWidth + 1) continue;
    const names = table.querySelector("tbody th");
    box.scrollLeft = 60;
    const stays = names && Math.abs(names.getBoundingClientRect().left
      - box.getBoundingClientRect().left) < 1;
    box.scrollLeft = 0;
    tables.push([name, getComputedStyle(box).overflowX, box.className, stays]);
  }
  return {outside, over, tables, wide: document.documentElement.scrollWidth};
}""".replace("OVERLAP", str(OVERLAP))

SMALL = {"population__people": 60, "run__months": 4}


def ran(kind: str) -> Result:
    base = scenario(**SMALL)
    if kind == "run":
        return run(base, seeds=(1, 2), workers=0)
    if kind == "compare":
        teach = base.replace({"companies.focal.strategy.education": 0.6})
        return compare(base, {"teach": teach}, seeds=(1, 2), workers=0)
    return attribute(base, seeds=(1, 2), workers=0)


@pytest.fixture(scope="module", params=["run", "compare", "attribute"])
def report(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a small study."""
    folder = tmp_path_factory.mktemp(request.param)
    return ran(request.param).report().write(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium.started() as browser:
        yield browser


def opened(browser: Any, page: Path, width: int) -> Any:
    """Return a page with everything unfolded."""
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return tab


@pytest.mark.parametrize("width", [360, 1300])
def test_texts_lie_in_their_figures_and_apart_and_tables_fit_or_scroll(
    browser: Any, report: Path, width: int
) -> None:
    seen = opened(browser, report, width).evaluate(PROBE)
    assert seen["outside"] == []
    assert seen["over"] == []
    assert seen["wide"] <= width
    assert {tuple(one[1:]) for one in seen["tables"]} <= {("auto", "wide", True)}
    if width == 1300:
        assert not any(one[0].startswith("Reference figures") for one in seen["tables"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edge_of_a_table_that_goes_on_has_a_shadow_until_its_end(
    browser: Any, report: Path, tmp_path: Path, scheme: str
) -> None:
    page = opened(browser, report, 360)
    page.emulate_media(color_scheme=scheme)
    table = page.query_selector("[aria-label^='Parameters without']")

    def edge() -> float:
        """How much the right edge differs from the paper, where there is no text."""
        table.screenshot(path=tmp_path / "table.png")
        pixels = imread(tmp_path / "table.png")[..., :3].mean(axis=2)
        return float(np.median(abs(pixels[:, -2] - pixels[0, 5])))

    assert edge() > 0.1
    table.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    assert edge() < 0.02
