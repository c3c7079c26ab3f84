"""Made-up results that the tests of figures and reports share."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import MadeUp, Mood, made_up, write


@pytest.fixture(scope="session")
def good() -> MadeUp:
    """Return a result in which value is created."""
    return made_up(Mood.GOOD, runs=5, months=48)


@pytest.fixture(scope="session")
def bad() -> MadeUp:
    """Return a result in which value is destroyed."""
    return made_up(Mood.BAD, runs=5, months=48)


@pytest.fixture(scope="session")
def good_folder(good: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the good result, as a store writes it."""
    return write(good, tmp_path_factory.mktemp("good"))
