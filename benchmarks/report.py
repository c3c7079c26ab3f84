"""Where the time of a run's report goes: its numbers and sentences, each of its figures.

    python benchmarks/report.py RESULT [--functions 25] [--json FILE]
    python benchmarks/report.py --small

Seconds are the processor's, of one process: ``cocreate run`` draws with two, so that a page takes
about the sentences and half of the figures. Without a result, a small one is run first.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from measuring import machine, show, write_json

GOALS = {"numbers and sentences": 1.0, "whole page, two processes": 4.0}


def main() -> None:
    """Measure the report of a result, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    parser.add_argument("--functions", type=int, default=25, help="lines of the profile")
    parser.add_argument("--small", action="store_true", help="a small result, short profile")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asked.result or small_result(Path(folder) / "result")
        seconds = measured(result)
        rows = [[name, f"{value:.2f}", f"{GOALS[name]:.0f}" if name in GOALS else ""]
                for name, value in seconds.items()]  # fmt: skip
        show("Seconds of a report", ["part", "s", "goal"], rows)
        profile(result, 8 if asked.small else asked.functions)
    write_json(asked.json, {"machine": machine(), "seconds": seconds, "goals": GOALS})


def small_result(folder: Path) -> Path:
    """Run a small market and return its folder."""
    from simulation import load_scenario, run

    changes = {"population.people": 200, "run.months": 24, "run.warm_up": 0}
    return run(load_scenario("base", changes), seeds=range(1, 5), workers=0).save(folder)


def measured(folder: Path) -> dict[str, float]:
    """Return seconds by part: sentences, each figure for both widths, the page."""
    from simulation.report.figure import _draw, _prepare
    from simulation.studies.result import open_result

    result = open_result(folder)
    begun = process_time()
    report = result.report()
    seconds = {"numbers and sentences": process_time() - begun}
    _prepare()
    _draw(report.figures[:1])  # loads what drawing loads late
    drawings: dict[str, tuple[str, str]] = {}
    for figure in report.figures:
        begun = process_time()
        drawings |= _draw([figure])
        seconds[f"figure {figure.name}, both widths"] = process_time() - begun
    begun = process_time()
    report.html(drawings)
    seconds["page of them"] = process_time() - begun
    with tempfile.TemporaryDirectory() as target:
        begun = perf_counter()
        open_result(folder).report().write(Path(target))
        seconds["whole page, two processes"] = perf_counter() - begun
    return seconds


def profile(folder: Path, lines: int) -> None:
    """Print the functions of a whole report that take most time."""
    from simulation.report.figure import _draw
    from simulation.studies.result import open_result

    watch = cProfile.Profile()
    watch.enable()
    _draw(open_result(folder).report().figures)
    watch.disable()
    pstats.Stats(watch, stream=sys.stdout).sort_stats("tottime").print_stats(lines)


if __name__ == "__main__":
    main()
