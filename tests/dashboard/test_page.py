"""The page end to end: a server, a browser, and the library beside them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest

from simulation import compare, load_scenario

pytest.importorskip("shiny", reason="needs the extra dashboard")
pytestmark = [chromium.NEEDED, pytest.mark.xdist_group("browser")]

SIZE = "people=120&months=14&seeds=3"
LATEST = 60_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that the command prints; the market begins empty to be quick."""
    file = tmp_path_factory.mktemp("page") / "small.toml"
    file.write_text('extends = "telecom"\ntitle = "Small <b>market</b>"\n[run]\nwarm_up = 0\n')
    command = [sys.executable, "-c", "from simulation.cli import main; main()",
               "dashboard", str(file), "--no-browser"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium.started() as browser:
        yield browser


def opened(browser: Any, address: str, more: str = "", **kind: Any) -> Any:
    page = browser.new_context(**kind).new_page()
    page.set_default_timeout(LATEST)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
    page.goto(f"{address}#scenario=small&{SIZE}{more}")
    settled(page)
    return page


def settled(page: Any) -> None:
    """Wait until all pairs of the page's present state are there."""
    page.wait_for_selector("body:not([data-waiting]) #headline[data-value]")


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Any:
    return opened(browser, address, "&set.companies.focal.price=0.45")


def scenario() -> Any:
    return load_scenario("telecom", {"run.warm_up": 0, "population.people": 120, "run.months": 14})


def test_the_number_on_the_page_is_the_librarys_to_the_digit(page: Any) -> None:
    base = scenario()
    told = compare(base, {"x": base.replace({"companies.focal.price": 0.45})}, replicates=3,
                   workers=0).comparisons.iloc[0]  # fmt: skip
    shown = [page.locator("#headline").get_attribute("data-value"),
             page.locator("#interval").get_attribute("data-low"),
             page.locator("#interval").get_attribute("data-high")]  # fmt: skip
    assert [float(value) for value in shown] == [told.difference, told.low, told.high]
    assert page.complaints == []


def test_the_address_restores_the_page_and_the_keyboard_moves_a_lever(page: Any) -> None:
    price = page.locator("#l-companies-focal-price")
    assert float(price.input_value()) == 0.45
    price.focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    assert "set.companies.focal.price=0.457" in page.url
    page.locator("#undo").click()
    settled(page)
    assert "set.companies.focal.price=0.45&" in page.url + "&"


def test_a_wrong_value_is_refused_beside_its_field_and_nothing_else_changes(page: Any) -> None:
    lever = page.locator("[data-path='companies.focal.price']")
    was = page.locator("#headline").inner_text()
    lever.locator("input[type=number]").fill("-3")
    lever.locator("input[type=number]").press("Tab")
    lever.locator(".fault:not([hidden])").wait_for()
    assert "must be at least 0. Got -3." in lever.locator(".fault").inner_text()
    assert page.locator("#headline").inner_text() == was
    page.locator("#undo").click()
    lever.locator(".fault").wait_for(state="hidden")


def test_the_triangle_keeps_its_total_and_a_touchpoint_goes(page: Any) -> None:
    share = page.locator("#l-companies-focal-funding-innovation")
    share.evaluate("one => { one.value = 0.5; one.dispatchEvent(new Event('input')); }")
    funding = page.evaluate("state.changes")
    parts = [funding[f"companies.focal.funding.{name}"]
             for name in ("innovation", "marketing_sales", "experience_platform")]  # fmt: skip
    before = scenario().companies[0].funding
    total = before.innovation + before.marketing_sales + before.experience_platform
    assert sum(parts) == pytest.approx(total)
    assert parts[0] == pytest.approx(total / 2)
    box = page.locator("details.group", has_text="Touchpoints it offers").first
    box.locator("summary").click()
    box.get_by_label("Call centre").uncheck()
    settled(page)
    assert "touchpoints.call_centre.offered=false" in page.url


def test_nothing_of_a_users_text_becomes_markup(page: Any) -> None:
    assert "Small <b>market</b>" in page.locator("#scenario").inner_text()
    assert page.locator("b").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (2560, "light")])
def test_nothing_is_cut_at_any_width(browser: Any, address: str, width: int, scheme: str) -> None:
    kind = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    page = opened(browser, address, "&set.companies.focal.price=0.45", **kind)
    parts = ".card, .card > *, .chart svg, .bar svg, #levers"
    right = page.evaluate(
        f"Math.max(...[...document.querySelectorAll('{parts}')]"
        ".map((one) => one.getBoundingClientRect().right))"
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.close()
    assert right <= width
    assert (paper == "rgb(17, 22, 28)") == (scheme == "dark")


def test_a_closed_tab_stops_its_runs(page: Any, browser: Any, address: str) -> None:
    counts = "fetch(welcome.links.counts).then((told) => told.json())"
    other = browser.new_context().new_page()
    other.goto(f"{address}#scenario=small&people=5000&months=120&seeds=32")
    other.wait_for_selector("#headline[data-value]", timeout=LATEST)
    other.context.close()
    page.wait_for_timeout(300)
    stopped = page.evaluate(counts)["started"]
    page.wait_for_timeout(2500)
    assert stopped < 40
    assert page.evaluate(counts)["started"] == stopped


def test_downloads_are_the_changed_scenario_and_a_whole_result(page: Any, tmp_path: Path) -> None:
    import zipfile

    with page.expect_download() as got:
        page.locator(".menu summary").click()
        page.locator("#get-scenario").click()
    file = tmp_path / "what_if.toml"
    got.value.save_as(file)
    assert load_scenario(file).population.people == 120
    with page.expect_download() as got:
        page.locator("#get-result").click()
    got.value.save_as(tmp_path / "all.zip")
    names = zipfile.ZipFile(tmp_path / "all.zip").namelist()
    assert {"comparisons.parquet", "report.html", "manifest.json", "what_if.toml"} <= set(names)
