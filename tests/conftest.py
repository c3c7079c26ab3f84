"""What holds for all tests: Hypothesis times nothing, as first calls load or compile kernels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from simulation.report.figure import Figure

# Set before numpy is loaded, as for the program's workers: there is a process for each core, and
# threads of several processes that wait for each other take a sixth more time of all cores.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("cocreate", deadline=None)
settings.load_profile("cocreate")

BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 66 42"></svg>'


@pytest.fixture
def blank_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the figures of report pages blank, where nobody looks at them: they take seconds.

    Their names, findings and numbers are on the page all the same.
    """

    def blank(figures: Sequence[Figure]) -> dict[str, tuple[str, str]]:
        return {figure.name: (BLANK, BLANK) for figure in figures}

    monkeypatch.setattr("simulation.report.page.draw_all", blank)
