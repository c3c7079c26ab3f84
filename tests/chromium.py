"""Headless Chromium, for tests that look at pages."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDED = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"), reason="there is no chromium; .ci/run installs it"
)


@contextmanager
def started() -> Iterator[Any]:
    """Start the browser, to be led by playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


def loaded(address: str, folder: Path, *options: str) -> str:
    """Return a page's document once it has loaded; ``folder`` takes the browser's own files."""
    assert BROWSER is not None, "chromium is needed where CI is set"
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", *options,
        f"--user-data-dir={folder / 'profile'}", "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603  the browser found on the path
        command, capture_output=True, text=True, timeout=180, check=True
    )
    return done.stdout
