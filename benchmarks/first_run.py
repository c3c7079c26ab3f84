"""How long the first run ever takes, while nothing is compiled yet.

    python benchmarks/first_run.py [--readings 1] [--json FILE]

Each reading has an empty cache of its own, so that all kernels are compiled: as the run comes to
them, in one process (as in version 0.1.0); from the table of their types in one process; and in
two side by side. Given are seconds of the clock from the start of the command's executor to the
end of the first run of a year with 200 people, and seconds of all processors. The ways take turns.
On a machine that does other work the clock says little: compare the processors.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import machine, show, time_words, write_json

RUN = """
import sys
from simulation.execution import processes
from simulation.execution.tasks import RunTask
from simulation.scenario.load import load_scenario
from simulation.store import Identity

compilers, with_table = int(sys.argv[1]), sys.argv[2] == "table"
processes.COMPILERS = compilers
if not with_table:
    processes.kernels = tuple
few = {"population.people": 200, "run.warm_up": 0, "run.months": 12}
scenario = load_scenario("base", few)
task = RunTask(0, Identity(scenario.fingerprint, 0, "1"), scenario)
for _ in processes.Processes(1).run([task]):
    pass
"""
WAYS = {
    "as the run comes to them": ("1", "none"),
    "from the table, one process": ("1", "table"),
    "from the table, two processes": ("2", "table"),
}
Reading = tuple[float, float]
"""Seconds of the clock, and of processors."""


def main() -> None:
    """Measure, print, and write down what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=1)
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    readings: dict[str, list[Reading]] = {name: [] for name in WAYS}
    for _ in range(asked.readings):
        for name, words in WAYS.items():
            readings[name].append(first_run(words))
    middle = {
        name: tuple(median(column) for column in zip(*each, strict=True))
        for name, each in readings.items()
    }
    show(
        "The first run ever",
        ["kernels are compiled", "clock", "processors"],
        [[name, *(time_words(seconds) for seconds in both)] for name, both in middle.items()],
    )
    write_json(asked.json, {"machine": machine(), "readings": readings, "medians": middle})


def first_run(words: tuple[str, str]) -> Reading:
    """Return the seconds of a run with an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        started, used = perf_counter(), processors()
        subprocess.run(  # noqa: S603  (our own code)
            [sys.executable, "-c", RUN, *words],
            env={**os.environ, "NUMBA_CACHE_DIR": cache}, check=True,
        )  # fmt: skip
        return perf_counter() - started, processors() - used


def processors() -> float:
    """Return the seconds of processors that commands which have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
