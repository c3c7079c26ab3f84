"""Progress of runs on standard error, whatever runs are called."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from simulation.cli import progress
from simulation.cli.progress import Bar, Lines, Tally
from simulation.execution import Compiling, Finished, Working


@pytest.mark.parametrize("watch", [Bar, Lines])
@pytest.mark.parametrize("title", ["base vs [/x]", "[bold]a", "a\\[b]"])
def test_titles_are_no_markup(watch: type[Bar] | type[Lines], title: str) -> None:
    out = StringIO()
    shown = watch(Console(file=out, force_terminal=watch is Bar, width=200), title)
    shown.begin(runs=4, reused=2, months=3)
    shown.see(Compiling(0, 2))
    shown.end()
    assert title in out.getvalue()


def test_time_left_is_measured_from_the_first_finished_run_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    tally = Tally(runs=200, reused=0, months=12)
    now = 4.3  # the workers had to start
    tally.count(Finished(1, b"", done=True, seconds=0.1))
    assert str(tally) == "1 of 200 runs"
    now = 4.4
    tally.count(Finished(2, b"", done=True, seconds=0.1))
    assert str(tally) == "2 of 200 runs, 10.0 runs/s, 20 s left"


def test_single_run_has_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    tally = Tally(runs=1, reused=0, months=12)
    now = 4.0
    tally.count(Finished(1, b"", done=True, seconds=4.0))
    assert str(tally) == "1 of 1 run, 15.0 runs/min, 0 s left"


@pytest.mark.parametrize("watch", [Bar, Lines])
def test_what_is_worked_out_between_waves_is_said(watch: type[Bar] | type[Lines]) -> None:
    out = StringIO()
    shown = watch(Console(file=out, force_terminal=watch is Bar, width=200), "all 20")
    shown.see(Working("judging claim 3 of 20"))
    shown.end()
    assert "all 20: judging claim 3 of 20 …" in out.getvalue() or watch is Bar
    assert "judging claim 3 of 20 …" in out.getvalue()
