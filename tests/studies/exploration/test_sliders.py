"""Sliders in a browser: the number that the page shows is the library's emulator's."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import chromium
import numpy as np
import pytest

from simulation.analysis.decision.emulator import Emulator, Kind, Sample, Surface, fit
from simulation.report.assumptions import assumptions
from simulation.report.page import Remake, Report, Widget
from simulation.report.templating import environment
from simulation.studies.exploration.emulators import carried, emulator_data, write_emulators

PLACES = (0.2, 0.5, 0.7)
PROBE = """<script>addEventListener("load", () => {
  const effect = document.getElementById("try-effect"), of = () => ({...effect.dataset});
  const input = document.querySelector("#try-sliders input");
  const first = {...of(), text: effect.textContent};
  input.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
  document.title = JSON.stringify({first, then: of(), hash: location.hash,
    spoken: input.getAttribute("aria-valuetext"), open: document.getElementById("try").open,
    line: document.getElementById("try-line").textContent,
    marks: [...document.querySelectorAll("#try-curve text")].map(t => t.textContent),
    turns: [...document.querySelectorAll("#try-turns td:last-child")].map(d => d.textContent)});
}); </script>"""


def sample(n: int = 60) -> Sample:
    rng = np.random.default_rng(3)
    x = rng.random((n, 2))
    true = 3.0 * (0.6 - x[:, 0]) + np.sin(5.0 * x[:, 1])
    return Sample(x, true + rng.normal(0, 0.2, n), np.full(n, 0.04))


def known(surface: Surface) -> Emulator:
    return Emulator(surface, 0.9, 0.8, 0.95, 0.95, surface.sample.n)


def widget(surface: Surface, margin: float = 0.1) -> Widget:
    assumption = {
        "unit": "EUR",
        "factor": 100.0,
        "present": 0.5,
        "low": 0.0,
        "high": 2.0,
        "log": False,
        "whole": False,
        "values": [],
    }
    names = ("</script><b>price", "unspoken", "talk")
    arm = {"name": "teach: more", "quality": "It explains half.",
           "changes": ["companies.focal.strategy.education=0.7"],
           **emulator_data(surface, (0, 2))}  # fmt: skip
    return Widget("try", "Try it", "sliders", {
        "arms": [arm], "lever": None, "why": "", "base": "base", "whose": "everyone",
        "margin": margin, "factor": 2.0, "unit": "EUR a month",
        "scenario": "telecom", "fixed": ["run.months=3"],
        "inputs": [{**assumption, "name": name, "paths": [f"talk.x{at}"]}
                        for at, name in enumerate(names)],
    })  # fmt: skip


def shown(folder: Path, surface: Surface) -> dict[str, Any]:
    """Return what a browser shows of the sliders at some places, and after a key."""
    report = Report("A page", ("facts",), ("It pays.",), assumptions({}), Remake(),
                    widget=widget(surface))  # fmt: skip
    page = folder / "page.html"
    page.write_text(report.html({}).replace("</body>", PROBE + "</body>"), encoding="utf-8")
    state = f"#try=0,{','.join(map(str, PLACES))}"
    document = chromium.loaded(page.as_uri() + state, folder)
    title = re.search(r"<title>(\{.*?\})</title>", document, re.DOTALL)
    assert title is not None, document[:300]
    data: dict[str, Any] = json.loads(unescape(title[1]))
    return data


@chromium.NEEDED
@pytest.mark.parametrize("kind", Kind)
def test_number_in_the_page_is_the_emulators(tmp_path: Path, kind: Kind) -> None:
    surface = fit(sample(), kind)
    told = shown(tmp_path, surface)
    at = np.array([[PLACES[0], PLACES[2]]])
    assert float(told["first"]["mean"]) == pytest.approx(float(surface.mean(at)[0]), rel=1e-9)
    assert float(told["first"]["sd"]) == pytest.approx(float(surface.spread(at)[0]), rel=2e-3)
    assert "EUR a month" in told["first"]["text"]
    moved = at + np.array([0.01, 0.0])
    assert float(told["then"]["mean"]) == pytest.approx(float(surface.mean(moved)[0]), rel=1e-9)
    assert told["open"]
    assert told["hash"] == "#try=0,0.21,0.5,0.7"
    assert told["spoken"] == "42 EUR"
    assert "--what-if 'teach more: companies.focal.strategy.education=0.7'" in told["line"]
    assert "--set run.months=3 --set talk.x0=0.42 --set talk.x2=1.4" in told["line"]
    assert all(told["turns"])
    assert told["marks"][0] == "EUR a month"
    assert {"0", "margin", "200 EUR"} <= set(told["marks"])


@chromium.NEEDED
@pytest.mark.parametrize("width", [360, 1300])
def test_curve_of_sliders_can_be_read_and_nothing_of_it_is_cut(tmp_path: Path, width: int) -> None:
    surface = fit(sample(), Kind.QUADRATIC)
    page_file = tmp_path / "page.html"
    report = Report("A page", ("facts",), ("It pays.",), assumptions({}), Remake(),
                    widget=widget(surface, margin=1.0))  # fmt: skip
    page_file.write_text(report.html({}), encoding="utf-8")
    with chromium.started() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(page_file.as_uri() + "#try=0,0.6,0.5,0.5")
        page.wait_for_timeout(200)
        sides, size = page.evaluate("""() => {
          const curve = document.getElementById("try-curve"), box = curve.getBoundingClientRect();
          const texts = [...curve.querySelectorAll("text")].map(t => t.getBoundingClientRect());
          return [[Math.min(...texts.map(t => t.left)) - box.left,
            box.right - Math.max(...texts.map(t => t.right))],
            12 * box.width / curve.viewBox.baseVal.width];
        }""")
        text = page.inner_text("#try-effect")
    assert min(sides) >= 0
    assert size >= 11.9
    assert "cannot tell, it may be within the margin of 2 EUR a month" in text


def test_emulator_of_many_futures_is_carried_by_256_of_them() -> None:
    surface = fit(sample(400))
    few = carried(surface)
    assert few.sample.n == 256
    at = np.random.default_rng(1).random((50, 2))
    assert np.abs(few.mean(at) - surface.mean(at)).mean() < 0.06  # of effects from −2 to 3
    data = emulator_data(surface, (0, 1))
    assert len(json.dumps(data)) < 220_000


def test_script_is_small_and_asks_nobody() -> None:
    loader: Any = environment().loader
    text = loader.get_source(environment(), "sliders.js")[0]
    assert len(text) < 15_000
    assert not re.search(r"fetch|XMLHttp|import\(|https?:", text)


def test_emulator_that_knows_too_little_is_not_carried(tmp_path: Path) -> None:
    surface = fit(sample(), Kind.QUADRATIC)
    poor = Emulator(surface, 0.2, 0.1, 0.9, 0.95, 60)
    write_emulators(tmp_path, [("one", known(surface), (0, 1)), ("other", poor, (0, 1))])
    assert list(json.loads((tmp_path / "emulators.json").read_text())) == ["one"]
