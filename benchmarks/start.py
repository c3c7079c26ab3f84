"""How long one waits: for ``cocreate --help``, and for the first numbers of ``cocreate run``.

    python benchmarks/start.py [--readings 7] [--small] [--json FILE]

Each reading is a whole process, from its start to the moment that is named; the middle of all
readings is told, and the processor's seconds beside those of the clock, since a busy machine makes
the clock run ahead. The run has 1000 people, 12 months and two seeds in two workers, and no
report. Its kernels are compiled beforehand, and Python's own modules too (in a cache of this
benchmark's, as some machines forbid the usual one), as both are from the second run of a machine
on. What its first numbers wait for is told below: each worker is a Python that imports the model,
takes the compiled kernels from their cache, and simulates.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import machine, show, time_words, write_json

HELP_GOAL, NUMBERS_GOAL = 0.3, 2.5
COCREATE = [sys.executable, "-m", "simulation"]
RUN = [
    *COCREATE, "run", "base", "--replicates", "2", "--months", "12", "--workers", "2",
    "--set", "population.people=1000", "--no-report",
]  # fmt: skip
WORKER = """
from simulation.simulate import load_model
model = load_model()
"""
WORLD = (
    WORKER
    + """
from simulation.scenario.load import load_scenario
model = model(load_scenario("launch/base_launch", {"population.people": 1000, "run.months": 12}), 1)
"""
)
MONTH = "and its first month, kernels from the cache"
PARTS = {
    "Python alone": "pass",
    "and numpy": "import numpy",
    "and numba": "import numba",
    "and the model": WORKER,
    "and a founded world": WORLD,
    MONTH: WORLD + "model.step()",
    "and 12 months": WORLD + "model.run_for(12)",
}
HELP, LINE, DONE, TABLE = (
    "cocreate --help", "run: first line", "run: all runs done", "run: table of outcomes",
)  # fmt: skip
GOALS = {HELP: HELP_GOAL, TABLE: NUMBERS_GOAL}

Reading = tuple[float, float]
"""Seconds of the clock, and of processors (of the whole command, worker processes included)."""


def main() -> None:
    """Measure everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=7)
    parser.add_argument("--small", action="store_true", help="three readings")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    readings = 3 if asked.small else asked.readings
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        told = measured(readings)
    middle = {name: medians(own) for name, own in told.items()}
    report(middle, told, readings)
    content = {"machine": machine(), "readings": told, "goals": GOALS}
    write_json(asked.json, {**content, "medians": middle})


def measured(readings: int) -> dict[str, list[Reading]]:
    """Return all readings, the commands in turn, after one round that fills the caches."""
    run_moments()
    for code in PARTS.values():
        whole([sys.executable, "-c", code])
    told: dict[str, list[Reading]] = {}
    for _ in range(readings):
        told.setdefault(HELP, []).append(whole([*COCREATE, "--help"]))
        for name, reading in run_moments().items():
            told.setdefault(name, []).append(reading)
        for name, code in PARTS.items():
            told.setdefault(name, []).append(whole([sys.executable, "-c", code]))
    return told


def whole(words: Sequence[str]) -> Reading:
    """Return the seconds that a process takes."""
    started, used = perf_counter(), processors()
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603  (our own command)
    return perf_counter() - started, processors() - used


def run_moments() -> dict[str, Reading]:
    """Return the seconds from the start of a run to its first line, end, and table."""
    used = processors()
    with tempfile.TemporaryDirectory() as room:
        started = perf_counter()
        process = subprocess.Popen(  # noqa: S603  (our own command)
            [*RUN, "--out", f"{room}/result"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        lines = [(perf_counter() - started, line) for line in process.stdout]
        assert process.wait() == 0, lines
    cost = processors() - used
    ends = {LINE: "", DONE: "2 of 2 runs", TABLE: "co-created value"}
    return {
        name: (next(at for at, line in lines if words in line), cost)
        for name, words in ends.items()
    }


def processors() -> float:
    """Return the seconds of processors that commands which have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def medians(readings: Sequence[Reading]) -> Reading:
    """Return the middle of the clock's and of the processors' seconds."""
    clock, used = zip(*readings, strict=True)
    return median(clock), median(used)


def report(
    middle: Mapping[str, Reading], told: Mapping[str, Sequence[Reading]], readings: int
) -> None:
    """Print moments with their goals, and what a worker's start is made of."""
    rows = []
    for name in (HELP, LINE, DONE, TABLE):
        clock = [reading[0] for reading in told[name]]
        rows.append([
            name,
            time_words(middle[name][0]),
            f"{time_words(min(clock))} … {time_words(max(clock))}",
            time_words(middle[name][1]) if name in GOALS else "",
            f"< {time_words(GOALS[name])}" if name in GOALS else "",
        ])  # fmt: skip
    show(f"From the start of the command, {readings} readings",
         ["to", "median", "range", "processors", "goal"], rows)  # fmt: skip
    rows, before = [], 0.0
    for name in PARTS:
        clock_s, used = middle[name]
        rows.append([name, time_words(clock_s), time_words(used), time_words(used - before)])
        before = used
    show("What a worker does before its first numbers: processes of their own",
         ["what", "median", "processor", "more than the last"], rows)  # fmt: skip


if __name__ == "__main__":
    main()
