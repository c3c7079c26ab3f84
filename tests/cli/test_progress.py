"""Progress of runs on standard error, whatever runs are called."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from simulation.cli.progress import Bar, Lines
from simulation.execution import Compiling


@pytest.mark.parametrize("watch", [Bar, Lines])
@pytest.mark.parametrize("title", ["base vs [/x]", "[bold]a", "a\\[b]"])
def test_titles_are_no_markup(watch: type[Bar] | type[Lines], title: str) -> None:
    out = StringIO()
    shown = watch(Console(file=out, force_terminal=watch is Bar, width=200), title)
    shown.begin(runs=4, reused=2, months=3)
    shown.see(Compiling(0, 2))
    shown.end()
    assert title in out.getvalue()
