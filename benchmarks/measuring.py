"""What the benchmarks share: candidates timed side by side, and a table of what came out.

Candidates take turns, so that a machine whose speed drifts slows all of them alike, and the middle
(median) is told rather than the mean. Compare ratios, never seconds of different machines.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

FILE_WIDTH = 120
SHORTEST = 0.05
"""Seconds that one reading lasts at least: shorter calls are repeated within it."""


def side_by_side(
    candidates: Mapping[str, Callable[[], object]],
    *,
    repeats: int,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, list[float]]:
    """Return the seconds that one call of each candidate takes, ``repeats`` readings each.

    Every candidate is called once beforehand, which compiles and warms it. Then they take turns;
    each round begins with another of them, so that none always finds the caches as the same one
    left them.

    Args:
        candidates: what is timed, by name.
        repeats: readings of each, >= 1.
        clock: seconds; ``time.process_time`` for what runs in this process alone, whose processor
            time a shared machine disturbs less.
    """
    calls = {}
    for name, call in candidates.items():
        call()
        calls[name] = max(1, round(SHORTEST / max(reading(call, 1, clock), 1e-9)))
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    names = list(candidates)
    for turn in range(repeats):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(reading(candidates[name], calls[name], clock))
    return seconds


def reading(
    call: Callable[[], object], calls: int = 1, clock: Callable[[], float] = perf_counter
) -> float:
    """Return the mean seconds of some calls in a row, the garbage collector being off."""
    gc.collect()
    gc.disable()
    try:
        started = clock()
        for _ in range(calls):
            call()
        return (clock() - started) / calls
    finally:
        gc.enable()


def middle(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median reading of each candidate."""
    return {name: median(own) for name, own in seconds.items()}


def machine() -> dict[str, Any]:
    """Return where and under which load a benchmark ran."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def time_words(seconds: float) -> str:
    """Return seconds in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 * size else f"{seconds:.0f} s"
    return f"{seconds * 1e9:.0f} ns"


def times_words(ratio: float) -> str:
    """Return how many times, with as many digits as mean something."""
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.3g} ×"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, its first column to the left and the others to the right."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    # Where the output goes to a file there is no terminal whose width could be asked.
    Console(width=None if sys.stdout.isatty() else FILE_WIDTH).print(table)


def write_json(path: Path | None, content: Mapping[str, Any]) -> None:
    """Write what was measured, if a file was asked for."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
