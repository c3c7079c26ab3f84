"""How soon the dashboard answers, seen by an observer in the page.

    uv run python benchmarks/dashboard.py

Starts the server with telecom (2 000 people, 60 months, and the months of its warm-up), moves a
lever three times in one page, then in ten pages at the same moment, and prints the seconds from the
move to the first number and to eight pairs. Needs Debian's package chromium.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from typing import Any

PAGES = 10
MOVE = """(value) => { const lever = document.getElementById('l-companies-focal-price');
    lever.value = value; lever.dispatchEvent(new Event('input')); }"""
SETTLED = "body:not([data-waiting]) #headline[data-value]"
LONG = 600_000


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-c", "from simulation.cli import main; main()",
               "dashboard", "telecom", "--no-browser"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  (ours)
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        try:
            with sync_playwright() as play:
                options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
                browser = play.chromium.launch(**options)  # type: ignore[arg-type]  # mixed values
                measure(browser.new_context(), address)
                browser.close()
        finally:
            server.terminate()


def measure(visitor: Any, address: str) -> None:
    """Print the times of one page alone, then of ten."""
    pages = [opened(visitor, address)]
    alone = [moved(pages, [0.41 + 0.01 * n])[0] for n in range(3)]
    print("one page:", words([one[0] for one in alone], [one[1] for one in alone]))
    pages += [opened(visitor, address.partition("?")[0]) for _ in range(PAGES - 1)]
    together = moved(pages, [0.5 + 0.01 * n for n in range(PAGES)])
    print("ten pages:", words([one[0] for one in together], [one[1] for one in together]))


def opened(visitor: Any, address: str) -> Any:
    """Return a page that has its first answer."""
    page = visitor.new_page()
    page.goto(f"{address}#scenario=telecom")
    page.wait_for_selector(SETTLED, timeout=LONG)
    return page


def moved(pages: list[Any], values: list[float]) -> list[tuple[float, float]]:
    """Move a lever in each page; return seconds to the first number and to the last pair."""
    for page, value in zip(pages, values, strict=True):
        page.evaluate("cocreateTrace.answers.length = 0")
        page.evaluate(MOVE, value)
    for page in pages:
        page.wait_for_selector(SETTLED, timeout=LONG)
    answers = [page.evaluate("cocreateTrace.answers") for page in pages]
    return [(own[0][2] / 1000, own[-1][2] / 1000) for own in answers]


def words(first: list[float], last: list[float]) -> str:
    """Return medians and maxima."""
    return (
        f"first number {statistics.median(first):.1f} s (at most {max(first):.1f}), "
        f"all pairs {statistics.median(last):.1f} s (at most {max(last):.1f})"
    )


if __name__ == "__main__":
    main()
