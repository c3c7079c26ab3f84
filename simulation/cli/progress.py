"""Progress of runs on standard error: a live bar, or plain lines in a log."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from simulation.cli.console import errors, safe
from simulation.execution import (
    Compiling,
    Finished,
    Progress,
    RunEvent,
    Unwatched,
    Watch,
    Working,
)

if TYPE_CHECKING:
    from rich.console import Console

Aside = Callable[[RunEvent], str]
"""Takes each event into account and gives what else there is to tell, such as the best so far."""

LINE_SECONDS = 5.0
"""A plain log gets a line this often."""
PATIENCE_SECONDS = 15.0
"""Before a second run has ended, the time left is shown only after so long: workers take time to
start."""
ENOUGH = 0.5
"""And only after so many runs' worth of work: a first month has all of a warm-up in it."""


class Tally:
    """What has happened so far, and how long the rest will take at this rate."""

    def __init__(self, *, runs: int, reused: int, months: int, aside: Aside | None = None) -> None:
        self._aside = aside
        self._note = ""
        self.runs = runs
        self.reused = reused
        self.months = months
        self.ended = 0
        self.failed = 0
        self._started = monotonic()
        self._first: tuple[float, float] | None = None
        self._under_way: dict[int, int] = {}

    def count(self, event: RunEvent) -> None:
        """Take an event into account."""
        if self._aside is not None:
            self._note = self._aside(event)
        match event:
            case Progress(run, month):
                self._under_way[run] = month
            case Finished():
                self._under_way.pop(event.run, None)
                self.ended += 1
                self.failed += not event.done
                self._first = self._first or (monotonic(), self.work)
            case Compiling():
                self._started = monotonic()

    @property
    def left(self) -> int:
        """Runs that have not ended."""
        return self.runs - self.reused - self.ended

    @property
    def work(self) -> float:
        """Runs' worth of work done now, parts of runs included."""
        return self.ended + sum(self._under_way.values()) / max(self.months, 1)

    @property
    def rate(self) -> float | None:
        """Runs per second, from the first finished run on: before it, workers had to start.

        None while too little is done to tell. Where runs are so long that none has finished, and
        where all have, it is the rate of everything.
        """
        at, done = self._first or (self._started, 0.0)
        since = self.work - done
        if self._first is not None and since >= ENOUGH:
            return since / max(monotonic() - at, 1e-6)
        patient = self.work >= ENOUGH and self.elapsed > PATIENCE_SECONDS
        return self.work / max(self.elapsed, 1e-6) if patient or not self.left else None

    @property
    def elapsed(self) -> float:
        """Seconds since the first run began."""
        return monotonic() - self._started

    def __str__(self) -> str:
        parts = [f"{self.reused + self.ended} of {self.runs} {_noun('run', self.runs)}"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        rate = self.rate if self.work else None
        if rate:
            left = self.runs - self.reused - self.work
            parts += [_speed(rate), f"{_duration(left / rate)} left"]
        if self._note:
            parts.append(self._note)
        return ", ".join(parts)


class Lines:
    """Writes a line every few seconds: for logs."""

    def __init__(self, console: Console, title: str, aside: Aside | None = None) -> None:
        self._aside = aside
        self._console = console
        self._title = title
        self._tally = Tally(runs=0, reused=0, months=0)
        self._last = monotonic()

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Say what is going to be done."""
        self._tally = Tally(runs=runs, reused=reused, months=months, aside=self._aside)
        again = f", reused {reused}" if reused else ""
        if runs:  # a wave may turn out to need nothing
            size = f"{runs} {_noun('run', runs)} of {months} {_noun('month', months)}"
            self._say(f"{size}{again}")

    def see(self, event: RunEvent) -> None:
        """Tell the state if it is time to."""
        if isinstance(event, Working):
            self._say(f"{event.what} …")
            return
        self._tally.count(event)
        if isinstance(event, Compiling):
            if not event.done or monotonic() - self._last >= LINE_SECONDS:
                self._say(_compiling(event))
        elif monotonic() - self._last >= LINE_SECONDS or not self._tally.left:
            self._say(str(self._tally))

    def end(self) -> None:
        """All runs have ended."""

    def _say(self, text: str) -> None:
        self._last = monotonic()
        self._console.print(safe(f"{self._title}: {text}"), highlight=False, soft_wrap=True)


class Bar:
    """Shows a live bar with rate and time left: for terminals."""

    def __init__(self, console: Console, title: str, aside: Aside | None = None) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as Live

        self._aside = aside
        self._title = title
        self._tally = Tally(runs=0, reused=0, months=0)
        columns: list[Any] = [
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}", markup=False),
        ]
        self._live = Live(*columns, console=console, transient=True)
        self._bar = self._live.add_task(safe(title), total=None, state="")

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Show the bar."""
        self._tally = Tally(runs=runs, reused=reused, months=months, aside=self._aside)
        if reused:
            text = safe(f"{self._title}: reused {reused} of {runs} runs")
            self._live.console.print(text)
        self._live.start()
        self._show()

    def see(self, event: RunEvent) -> None:
        """Move the bar."""
        if isinstance(event, Working):
            self._live.start()
            self._live.update(self._bar, total=None, state=safe(f"{event.what} …"))
            return
        self._tally.count(event)
        if isinstance(event, Compiling):
            self._live.update(
                self._bar, state=_compiling(event), total=event.steps, completed=event.done
            )
        else:
            self._show()

    def end(self) -> None:
        """Take the bar away."""
        self._live.stop()

    def _show(self) -> None:
        done = self._tally.reused + self._tally.work
        self._live.update(self._bar, total=self._tally.runs, completed=done, state=str(self._tally))


def _noun(noun: str, n: int) -> str:
    return noun if n == 1 else f"{noun}s"


def _compiling(event: Compiling) -> str:
    """Say that the model is being compiled, how far that is, and that it happens once."""
    done = f" ({event.done} of {event.steps})" if event.done else ""
    return f"compiling the model, which happens only once{done} …"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {whole % 60:02d} s" if minutes else f"{whole} s"


def _speed(rate: float) -> str:
    return f"{rate:.1f} runs/s" if rate >= 1 else f"{60 * rate:.1f} runs/min"


def watching(title: str, aside: Aside | None = None, *, quiet: bool = False) -> Watch:
    """Return what shows progress: a bar on a terminal, lines elsewhere, nothing if quiet."""
    if quiet:
        return Unwatched()
    console = errors()
    return Bar(console, title, aside) if console.is_terminal else Lines(console, title, aside)
