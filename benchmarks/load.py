"""What very many runs leave behind: memory and speed, from the first tenth to the last.

    python benchmarks/load.py [--runs 10000] [--minutes 60] [--people 100] [--json FILE]

A sweep of ``--runs`` runs in two workers: the supervisor's memory after each tenth, and the time
that each took. Then runs one after the other in this process for ``--minutes``, with the same.
Goals: no growth of memory, and a last tenth that takes within 10 % of the first.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import machine, show, write_json

from simulation import Scenario, load_scenario
from simulation.execution import Finished, Processes, RunEvent
from simulation.experiment.load import read_experiment
from simulation.scenario.tree import plant
from simulation.simulate import simulate
from simulation.studies.study import carry_out
from simulation.studies.sweep.plan import Sweep

TENTHS, POINTS = 10, 1000
SLOWER, GROWTH = 0.1, 20.0
"""What the last tenth may take more than the first, and megabytes that are no growth."""


@dataclass
class Watch:
    """Notes the time and this process's memory whenever another tenth has ended."""

    total: int
    ended: int = 0
    at: list[float] = field(default_factory=lambda: [perf_counter()])
    memory: list[float] = field(default_factory=list)

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Wait for the first run to end."""
        del runs, reused, months  # part of the interface

    def see(self, event: RunEvent) -> None:
        """Count runs that ended."""
        if isinstance(event, Finished):
            self.count()

    def count(self) -> None:
        """Note that a run has ended."""
        self.ended += 1
        if self.ended == 1:  # workers have started, and loaded their kernels
            self.at = [perf_counter()]
        if self.ended * TENTHS >= (len(self.memory) + 1) * self.total:
            self.note()

    def note(self) -> None:
        """Note time and memory now."""
        self.at.append(perf_counter())
        self.memory.append(megabytes())

    def end(self) -> None:
        """Nothing more is to come."""

    @property
    def seconds(self) -> list[float]:
        """What each tenth took."""
        return [after - before for before, after in zip(self.at, self.at[1:], strict=False)]


def megabytes() -> float:
    """Return what this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def sweep(base: Scenario, runs: int) -> Watch:
    """Do a sweep over a price, of a thousand points and as many seeds as it takes."""
    points = min(runs, POINTS)
    question = {
        "question": "What do very many runs leave behind?",
        "scenario": "base",
        "replicates": runs // points,
        "levers": {"companies.focal.price": {"range": [0.2, 0.5], "levels": points}},
        "design": {"kind": "grid"},
        "outcomes": {"value": {"metric": "co_created_value"}},
    }
    watch = Watch(runs // points * points)
    asked = Sweep(read_experiment("load", plant(question), base))
    with tempfile.TemporaryDirectory() as room:
        manifest = carry_out(asked, Path(room), Processes(2), watch)
    assert (manifest.runs.done, manifest.runs.failed) == (watch.total, 0)
    return watch


def one_after_the_other(base: Scenario, minutes: float) -> tuple[Watch, list[float]]:
    """Run in this process, and return what it had in memory, and the time of a run, by tenths."""
    simulate(base, 0)
    watch, seed, started, means = Watch(0), 0, perf_counter(), []
    for tenth in range(1, TENTHS + 1):
        taken = []
        while perf_counter() - started < tenth * minutes * 60.0 / TENTHS:
            seed += 1
            begun = perf_counter()
            simulate(base, seed)
            taken.append(perf_counter() - begun)
        gc.collect()
        watch.ended = seed
        watch.note()
        means.append(median(taken))
    return watch, means


def report(title: str, memory: list[float], seconds: list[float]) -> dict[str, float]:
    """Print memory and time by tenths, and return how both changed."""
    rows = [
        (str(place), f"{held:.0f} MB", f"{1000 * taken:.4g} ms")
        for place, (held, taken) in enumerate(zip(memory, seconds, strict=True), 1)
    ]
    show(title, ("tenth", "memory", "time"), rows)
    growth, slower = memory[-1] - memory[1], seconds[-1] / seconds[0] - 1.0
    met = growth <= GROWTH and slower <= SLOWER
    print(
        f"From the second tenth to the last {growth:+.1f} MB (goal: ≤ {GROWTH:.0f}), last tenth "
        f"{slower:+.1%} of the first's time (goal: ≤ {SLOWER:.0%}): {'met' if met else 'missed'}.\n"
    )
    return {"growth_mb": growth, "slower": slower}


def main() -> None:
    """Measure both, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    base = load_scenario("base", {"population.people": asked.people, "run.months": asked.months,
                                  "run.warm_up": 0})  # fmt: skip
    content: dict[str, object] = {"machine": machine(), **vars(asked), "json": str(asked.json)}
    size = f"{asked.people} people and {asked.months} months"
    if asked.runs:
        swept = sweep(base, asked.runs)
        found = report(f"The supervisor of a sweep of {asked.runs:,} runs of {size}",
                       swept.memory, swept.seconds)  # fmt: skip
        content["sweep"] = {**found, "memory": swept.memory, "seconds": swept.seconds}
    if asked.minutes:
        alone, means = one_after_the_other(base, asked.minutes)
        found = report(f"{alone.ended:,} runs of {size} in one process, {asked.minutes:g} minutes",
                       alone.memory, means)  # fmt: skip
        content["alone"] = {**found, "memory": alone.memory, "seconds": means, "runs": alone.ended}
    write_json(asked.json, content)


if __name__ == "__main__":
    main()
