"""Pictures of the dashboard, drawn alone: a bar is as long as its amount, a total is a mark."""

from __future__ import annotations

from pathlib import Path

import chromium
import pytest

import simulation.dashboard

pytestmark = [chromium.NEEDED, pytest.mark.xdist_group("browser")]
STATIC = Path(simulation.dashboard.__file__).parent / "static"
STEPS = """[{label: "baseline", amount: 1040, total: true}, {label: "serving", amount: 14.5},
  {label: "use", amount: -9.6}, {label: "with the change", amount: 1044.9, total: true}]"""


def test_total_of_a_bridge_is_a_mark_where_the_bars_begin_and_end() -> None:
    with chromium.started() as browser:
        page = browser.new_page()
        page.set_content("<div id=bridge></div>")
        page.add_script_tag(path=STATIC / "charts.js")
        rows = page.evaluate(f"""() => {{
          bridgeChart(document.getElementById("bridge"), {STEPS}, "EUR a month");
          const place = one => one && ["x", "x1", "width"].map(name =>
            one.hasAttribute(name) ? Number(one.getAttribute(name)) : null);
          return [...document.querySelectorAll(".bar svg")].map(one =>
            [place(one.querySelector("rect")), place(one.querySelector("line"))]);
        }}""")
        note = page.inner_text(".note")
    (bar, (_, start, _)), (rise, mark), (fall, _), (last, (_, end, _)) = rows
    assert bar is None
    assert last is None
    assert mark is None
    assert rise[0] == pytest.approx(start)
    assert fall[0] == pytest.approx(end)
    assert rise[2] / fall[2] == pytest.approx(14.5 / 9.6)
    assert "need not begin at zero" in note
