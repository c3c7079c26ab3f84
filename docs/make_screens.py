"""Take the pictures of the report and of the dashboard that the start page shows.

    uv run python docs/make_screens.py FOLDER

writes ``docs/report.png`` from the report of a result's folder, and ``docs/dashboard.png`` from
the dashboard of *telecom* with its price raised. It needs Chromium and Playwright, as the tests of
pages do. Take them again whenever one of the pages changes its look.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
SIZE = {"width": 1180, "height": 900}
LATEST = 120_000
"""Milliseconds after which an answer is not waited for any longer."""


def main() -> None:
    """Take both pictures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of a result with its report")
    report = parser.parse_args().folder.resolve() / "report.html"
    browser = shutil.which("chromium")
    if not report.is_file() or browser is None:
        parser.error(f"{report} or the program chromium is missing.")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport=SIZE, color_scheme="light")
        page.goto(report.as_uri())
        page.screenshot(path=DOCS / "report.png")
        dashboard(page)
        chromium.close()


def dashboard(page: Any) -> None:
    """Take the picture of the dashboard once all pairs are there."""
    command = [sys.executable, "-m", "simulation", "dashboard", "telecom", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  (our own command)
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            page.goto(f"{address}#scenario=telecom&set.companies.focal.price=0.4")
            ready = "body:not([data-waiting]) #headline[data-value]"
            page.wait_for_selector(ready, timeout=LATEST)
            page.screenshot(path=DOCS / "dashboard.png")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
