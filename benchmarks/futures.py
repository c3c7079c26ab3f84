"""How long a question takes: many futures, a few arms in each, shared pasts, worker processes.

    python benchmarks/futures.py [--futures 256] [--small] [--json FILE]

Each future draws a dozen uncertain numbers of the base market; its arms are strategies that a
company may take from month 1 on. All arms of a future and seed begin with the same past, which is
simulated once. Given are seconds of the clock and of processors from the first task to the last
result, without tables and reports; those of processors with the start of the workers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from measuring import machine, show, time_words, write_json
from start import processors

from simulation import Scenario, load_scenario
from simulation.execution import Finished, Processes, RunTask
from simulation.store import Identity
from simulation.studies.pasts import key_of, past_of

UNCERTAIN: dict[str, tuple[float, float]] = {
    "population.need_probability": (0.04, 0.12),
    "needs.spread_within": (0.1, 0.5),
    "talk.strong": (0.02, 0.08),
    "talk.weak": (0.01, 0.04),
    "reach.most": (0.1, 0.3),
    "journey.sensitivity": (4.0, 12.0),
    "journey.problem_rate": (0.05, 0.3),
    "encounter.elasticity": (0.3, 0.9),
    "evaluate.loss_aversion": (1.2, 2.8),
    "learn.teaching": (0.1, 0.4),
    "peers.answer": (0.1, 0.6),
    "choice.quality": (1.0, 4.0),
}
"""Numbers that nobody knows, and between what they may lie."""

ARMS: tuple[dict[str, Any], ...] = (
    {},
    {"companies.focal.strategy.listening": 0.9},
    {"companies.focal.strategy.education": 0.9},
)


@dataclass(frozen=True)
class Size:
    """How much is done."""

    futures: int
    people: int = 2_000
    warm_up: int = 60
    months: int = 60
    seeds: int = 2
    workers: int = 2


def main() -> None:
    """Measure, print, and write down what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--futures", type=int, default=256)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="four futures")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    size = Size(4 if asked.small else asked.futures, workers=asked.workers)
    clock, used, runs = carried_out(size)
    full = Size(asked.futures).futures * len(ARMS) * size.seeds
    show(
        f"{size.futures} futures × {len(ARMS)} arms × {size.seeds} seeds, {size.people:,} people, "
        f"{size.months} months after {size.warm_up} of warm-up, {size.workers} workers",
        ["runs", "clock", "processors", f"processors, {full} runs"],
        [[str(runs), time_words(clock), time_words(used), time_words(used / runs * full)]],
    )
    content = {"size": vars(size), "clock": clock, "processors": used, "runs": runs}
    write_json(asked.json, {"machine": machine(), **content, "cpu_256": used / runs * 1536})


def carried_out(size: Size) -> tuple[float, float, int]:
    """Return seconds of the clock and of processors, and how many runs there were."""
    todo = list(tasks(size))
    warm = replace(next(tasks(Size(1, people=200, months=1, warm_up=1, seeds=1))), run=0)
    before, started, done = processors(), 0.0, 0
    for event in Processes(size.workers).run([warm, *todo]):
        if isinstance(event, Finished):
            started = started or perf_counter()
            done += 1
    clock = perf_counter() - started
    return clock, processors() - before, done - 1


def tasks(size: Size) -> Iterator[RunTask]:
    """Yield all runs, those with the same past behind each other."""
    changes = {"run.warm_up": size.warm_up, "run.months": size.months}
    base = load_scenario("base", {"population.people": size.people, **changes})
    draws = np.random.default_rng(1).random((size.futures, len(UNCERTAIN)))
    number = 0
    for drawn in draws:
        future = base.replace(_values(drawn))
        arms = [future.then(arm) if arm else future for arm in ARMS]
        for seed in range(1, size.seeds + 1):
            for arm in arms:
                number += 1
                yield _task(number, arm, seed)


def _values(drawn: Any) -> dict[str, float]:
    return {
        path: low + (high - low) * float(u)
        for (path, (low, high)), u in zip(UNCERTAIN.items(), drawn, strict=True)
    }


def _task(number: int, scenario: Scenario, seed: int) -> RunTask:
    return RunTask(
        number, Identity(scenario.fingerprint, seed, "1"), scenario, keep_series=False,
        past=key_of(past_of(scenario), seed),
    )  # fmt: skip


if __name__ == "__main__":
    main()
