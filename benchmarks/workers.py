"""What two workers do in the time of one, and what a sweep adds to the runs in it.

    python benchmarks/workers.py [--readings 5] [--small] [--json FILE]

Throughput: independent runs in worker processes, from the moment when every worker has ended its
first run to the moment when the first of them has none left; so starting the workers is not in it.
One and two workers take turns.

Overhead: what one more run of 1000 people and 60 months takes in a sweep with one worker, by a
longer less a shorter sweep (planning, making its scenario, sending, the journal, the tables; what
any sweep takes once cancels out), against the seconds of simulating that the same runs report. The
supervisor works beside its worker; its share of a processor is told as well, since it counts where
all cores have a worker.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from measuring import machine, show, time_words, times_words, write_json

from simulation import Scenario, load_scenario
from simulation.execution import Finished, Processes, RunTask, Unwatched
from simulation.experiment.load import read_experiment
from simulation.scenario.tree import plant
from simulation.store import Identity, RunRecord
from simulation.store.records import decode
from simulation.studies.folders import open_store
from simulation.studies.study import carry_out
from simulation.studies.sweep.plan import Sweep

THROUGHPUT_GOAL, OVERHEAD_GOAL = 1.9, 0.2


@dataclass(frozen=True)
class Size:
    """How much is done."""

    readings: int
    people: int = 1000
    months: int = 60
    runs: int = 40
    short: int = 10
    long: int = 50


@dataclass(frozen=True)
class Swept:
    """What one sweep took: seconds by the clock, of the supervisor's processor, of simulating."""

    runs: int
    wall: float
    supervisor: float
    simulating: float


def main() -> None:
    """Measure everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="one reading of short runs")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    size = Size(1, months=24, runs=16, short=4, long=24) if asked.small else Size(asked.readings)
    base = load_scenario(
        "launch/base_launch", {"population.people": size.people, "run.months": size.months}
    )
    rates = throughput(base, size)
    ratio = report_throughput(rates, size)
    sweep(base, size.short)
    sweeps = [(sweep(base, size.short), sweep(base, size.long)) for _ in range(size.readings)]
    overhead = report_overhead(sweeps, size)
    content = {"machine": machine(), "size": vars(size), "runs_per_second": rates}
    write_json(asked.json, {**content, "throughput_ratio": ratio, **overhead})


def throughput(base: Scenario, size: Size) -> dict[int, list[float]]:
    """Return runs a second with one and with two workers, reading by reading."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    rate(base, 1, 2)
    for _ in range(size.readings):
        for workers, own in rates.items():
            own.append(rate(base, workers, size.runs))
    return rates


def rate(base: Scenario, workers: int, runs: int) -> float:
    """Return the runs that end in a second while all workers are at work."""
    tasks = [RunTask(seed, Identity(base.fingerprint, seed, "-"), base) for seed in range(runs)]
    ended: dict[int, list[float]] = {}
    with closing(Processes(workers).run(tasks)) as events:
        for event in events:
            if isinstance(event, Finished):
                ended.setdefault(finished(event.record).effort["process"], []).append(
                    perf_counter()
                )
    first, last = (max(own[0] for own in ended.values()), min(own[-1] for own in ended.values()))
    n_ended = sum(first < at <= last for own in ended.values() for at in own)
    return n_ended / (last - first) if last > first else float("nan")


def finished(record: bytes) -> RunRecord:
    """Return the record of a run, which must not have failed."""
    told = decode(record)
    assert isinstance(told, RunRecord), told
    return told


def sweep(base: Scenario, runs: int) -> Swept:
    """Do a sweep over a price with one worker, a run a point, and return what it took."""
    question = {
        "question": "What does a sweep add?",
        "scenario": "base",
        "replicates": 1,
        "levers": {"companies.focal.price": {"range": [0.34, 0.36], "levels": runs}},
        "design": {"kind": "grid"},
        "outcomes": {"value": {"metric": "co_created_value"}},
    }
    started, used = perf_counter(), process_time()
    asked = Sweep(read_experiment("overhead", plant(question), base))
    with tempfile.TemporaryDirectory() as room:
        manifest = carry_out(asked, Path(room), Processes(1), Unwatched())
        wall, supervisor = perf_counter() - started, process_time() - used
        assert manifest.runs.done == runs
        with open_store(asked, Path(room)) as store:
            simulating = sum(seconds_of(store.read(plan)) for plan in asked.planned())
    return Swept(runs, wall, supervisor, simulating)


def seconds_of(record: Any) -> float:
    """Return the seconds of simulating that a run reports."""
    assert isinstance(record, RunRecord), record
    return float(record.effort["elapsed_s"])


def report_throughput(rates: dict[int, list[float]], size: Size) -> float:
    """Print runs a second, and return how many times as many two workers do."""
    told = {workers: median(own) for workers, own in rates.items()}
    ratio = told[2] / told[1]
    rows = [[f"{workers}", f"{told[workers]:.3g}", spread(own)] for workers, own in rates.items()]
    title = f"{size.runs} independent runs, {size.people} people, {size.months} months"
    show(title, ["workers", "runs a second", "range"], rows)
    print(f"Two workers do {times_words(ratio)} as much (goal: ≥ {THROUGHPUT_GOAL:g} ×).\n")
    return ratio


def report_overhead(sweeps: list[tuple[Swept, Swept]], size: Size) -> dict[str, Any]:
    """Print what a run in a sweep takes besides simulating, and return it."""
    one_more = [difference(short, long) for short, long in sweeps]
    wall = median(one.wall for one in one_more)
    simulating = median(one.simulating for one in one_more)
    supervisor = median(one.supervisor for one in one_more)
    shares = [one.wall / one.simulating - 1 for one in one_more]
    once = median(short.wall - short.runs * one.wall
                  for (short, _), one in zip(sweeps, one_more, strict=True))  # fmt: skip
    overhead = median(shares)
    rows = [
        ["one more run in a sweep", time_words(wall), ""],
        ["  of which simulating", time_words(simulating), ""],
        ["  beyond it", time_words(max(wall - simulating, 0.0)), f"{overhead:+.1%}"],
        [
            "beside it, in the supervisor",
            time_words(max(supervisor, 0.0)),
            f"{supervisor / simulating:.1%}",
        ],
        ["once a sweep (starting a worker, reading the experiment)", time_words(once), ""],
    ]
    show(f"A run of {size.people} people and {size.months} months in a sweep of one worker, by "
         f"{size.long} runs less {size.short}", ["", "seconds", "of simulating"], rows)  # fmt: skip
    print(f"Goal: beyond simulating ≤ {OVERHEAD_GOAL:.0%}. Readings: "
          f"{', '.join(f'{share:+.1%}' for share in shares)}.")  # fmt: skip
    return {
        "overhead": overhead,
        "overheads": shares,
        "run_s": wall,
        "simulating_s": simulating,
        "supervisor_s": supervisor,
        "once_s": once,
    }


def difference(short: Swept, long: Swept) -> Swept:
    """Return what one more run takes."""
    more = long.runs - short.runs
    return Swept(
        1,
        (long.wall - short.wall) / more,
        (long.supervisor - short.supervisor) / more,
        (long.simulating - short.simulating) / more,
    )


def spread(values: Iterable[float]) -> str:
    """Return the least and the most of some numbers."""
    known = sorted(values)
    return f"{known[0]:.3g} … {known[-1]:.3g}"


if __name__ == "__main__":
    main()
