"""What the full model costs: by person and month, as it grows, and beside its docking twin.

    python benchmarks/full_model.py [--million] [--twin-people 10000] [--small] [--json FILE]

Costs are CPU time of one core, so that other programs on the machine count for little. Models of
all sizes live side by side and take turns of some months, the same months of their calendars;
the middle of all turns is told. The market begins empty, and its first year is left out: hardly
anybody is a customer yet, and little happens. The twin (``tests/docking``) is the same model in
plain Mesa, an object a person, which agrees with this one person by person.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import MappingProxyType
from typing import Any

import numpy as np
from cost_of_mechanisms import OFF
from measuring import machine, show, times_words, write_json

from simulation import Scenario, load_scenario
from simulation.model import EcosystemModel
from simulation.world.people import COLUMNS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "docking"))

MOST_OFF = 100_000
"""People up to whom costs are measured with the mechanisms of the market off, too."""

SKIP = 12
"""Months that pass before anything is measured."""


def main() -> None:
    """Measure everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--million", action="store_true", help="1 000 000 people for 120 months")
    parser.add_argument("--twin-people", type=int, default=1000)
    parser.add_argument("--twin-months", type=int, default=120)
    parser.add_argument("--small", action="store_true", help="a few seconds")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    sizes = (20, 1_000, 10_000)
    if not asked.small:
        sizes = (20, 1_000, 3_000, 10_000, 100_000, 1_000_000)
    turns, months = (5, 4) if asked.small else (8, 6)
    found: dict[str, Any] = {"machine": machine()}
    found["cost"] = cost_by_size(sizes, turns, months)
    off = {path: value for changes in OFF.values() for path, value in changes.items()}
    found["cost_off"] = cost_by_size([n for n in sizes if n <= MOST_OFF], turns, months, off)
    found["memory"] = memory()
    found["growth"] = growth(2_000 if asked.small else 20_000, 3 if asked.small else 6)
    twin = (200, 24) if asked.small else (asked.twin_people, asked.twin_months)
    found["twin"] = beside_twin(*twin)
    if asked.million:
        found["million"] = million()
    write_json(asked.json, found)


def size(people: int, **changes: Any) -> Scenario:
    """Return the base scenario with so many people."""
    return load_scenario(
        "launch/base_launch", {"population.people": people, "run.months": 120, **changes}
    )


def take_turns(
    models: Mapping[str, Sequence[EcosystemModel]], turns: int, months: int
) -> dict[str, list[float]]:
    """Return the nanoseconds of CPU a person and month, ``turns`` of each, by name."""
    readings: dict[str, list[float]] = {name: [] for name in models}
    for own in models.values():
        for model in own:
            model.run_for(SKIP)
    for _ in range(turns):
        for name, own in models.items():
            people = sum(model.world.people.n for model in own)
            started = process_time()
            for model in own:
                model.run_for(months)
            readings[name].append((process_time() - started) / people / months * 1e9)
    return readings


def cost_by_size(
    sizes: Sequence[int], turns: int, months: int, changes: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, float]:
    """Print and return the cost by number of people; small worlds are several at a time."""
    EcosystemModel(size(100, **changes), 0).run_for(SKIP)
    models = {
        str(people): [
            EcosystemModel(size(people, **changes), seed)
            for seed in range(min(20, max(1, 20_000 // people)))
        ]
        for people in sizes
    }
    readings = take_turns(models, turns, months)
    rows = [
        [f"{int(name):,}", f"{median(own):.0f}", f"{min(own):.0f} … {max(own):.0f}",
         f"{median(own) * int(name) / 1e6:.3g}"]
        for name, own in readings.items()
    ]  # fmt: skip
    show(
        f"Full model, one core, months {SKIP + 1} to {SKIP + turns * months}, mechanisms of the "
        f"market {'off' if changes else 'on'}",
        ["people", "ns a person and month", "lowest … highest", "ms a month"],
        rows,
    )
    return {name: median(own) for name, own in readings.items()}


def memory() -> dict[str, float]:
    """Print and return the bytes that a person takes, counted in the arrays of a world."""
    n = 1_000
    model = EcosystemModel(size(n), 0)
    world = model.world
    people = sum(world.people.column(name).nbytes for name in COLUMNS) / n
    parts = (world.use, world.encounters, world.balance, world.peers)
    arrays = [array for part in parts for array in vars(part).values() if len(array) == n]
    month = sum(array.nbytes for array in [*arrays, world.speech]) / n
    ties = sum(getattr(world.ties, name).nbytes for name in ("start", "neighbour", "strong")) / n
    show(
        "Memory, bytes a person",
        ["what", "bytes"],
        [["state (people's columns)", f"{people:.0f}"], ["this month's", f"{month:.0f}"],
         ["ties", f"{ties:.0f}"]],
    )  # fmt: skip
    return {"state": people, "month": month, "ties": ties}


def growth(people: int, turns: int) -> dict[str, float]:
    """Print and return how the cost grows with each dimension of a scenario, as ratios."""
    base = size(people)
    twice = {
        "people": size(2 * people),
        "ties a person (10 → 20)": size(people, **{"network.ties": 20}),
        "touchpoints (15 → 30)": _with_more_touchpoints(base),
        "companies (2 → 4)": _with_more_companies(base),
        "outcomes (8 → 16)": _with_more_outcomes(base),
        "segments (3 → 6)": _with_more_segments(base),
        "rounds (4 → 8)": size(people, **{"journey.rounds": 8}),
    }
    models = {"": [EcosystemModel(base, 0)]}
    models |= {name: [EcosystemModel(scenario, 0)] for name, scenario in twice.items()}
    readings = take_turns(models, turns, 6)
    per_month = {
        name: np.array(own) * models[name][0].world.people.n for name, own in readings.items()
    }
    ratios = {
        name: float(np.median(own / per_month[""])) for name, own in per_month.items() if name
    }
    months = median(readings[""][len(readings[""]) // 2 :]) / median(
        readings[""][: len(readings[""]) // 2]
    )
    rows = [[name, times_words(ratio)] for name, ratio in ratios.items()]
    rows.append(["a later month against an earlier one", times_words(months)])
    show(f"What twice as many cost, {people:,} people", ["twice the …", "cost of a month"], rows)
    return {**ratios, "later month": months}


def _with_more_touchpoints(base: Scenario) -> Scenario:
    more = [
        {**row.model_dump(mode="json", exclude_defaults=True), "name": f"{row.name}_too"}
        for row in base.touchpoints
    ]
    return base.replace({"touchpoints": more})


def _with_more_companies(base: Scenario) -> Scenario:
    return base.replace({"companies": [{"name": "third"}, {"name": "fourth"}]})


def _with_more_outcomes(base: Scenario) -> Scenario:
    jobs = [
        {"name": job.name, "outcomes": [*job.outcomes, *(f"{name}_too" for name in job.outcomes)]}
        for job in base.jobs
    ]
    return base.replace({"jobs": jobs})


def _with_more_segments(base: Scenario) -> Scenario:
    rows = [{"name": f"{row.name}_too", "share": row.share} for row in base.segments]
    return base.replace({"segments": rows})


def beside_twin(people: int, months: int) -> dict[str, float]:
    """Print and return how many times the twin's time; it runs between two runs of the model."""
    from twin_model import TwinModel

    scenario = size(people)
    fast = [_fast(scenario, months) for _ in range(3)]
    started = process_time()
    twin = TwinModel(scenario, 0)
    for _ in range(months):
        twin.step()
    slow = process_time() - started
    fast += [_fast(scenario, months) for _ in range(3)]
    ratio = slow / median(fast)
    show(
        f"Beside the docking twin, {people:,} people, {months} months, CPU",
        ["", "seconds", "times"],
        [["this model", f"{median(fast):.3g}", "1"],
         ["the twin, plain Mesa", f"{slow:.4g}", times_words(ratio)]],
    )  # fmt: skip
    return {"people": people, "months": months, "fast": median(fast), "twin": slow, "ratio": ratio}


def _fast(scenario: Scenario, months: int) -> float:
    started = process_time()
    EcosystemModel(scenario, 0).run_for(months)
    return process_time() - started


def million() -> dict[str, float]:
    """Print and return time and peak memory of the great run."""
    started, cpu = perf_counter(), process_time()
    model = EcosystemModel(size(1_000_000), 0)
    founded = perf_counter() - started
    model.run_for(120)
    wall, cpu = perf_counter() - started, process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    show(
        "1 000 000 people, 120 months",
        ["founding", "all", "CPU", "ns a person and month", "peak memory"],
        [[f"{founded:.1f} s", f"{wall:.0f} s", f"{cpu:.0f} s",
          f"{(wall - founded) / 120e6 * 1e9:.0f}", f"{peak:.2f} GB"]],
    )  # fmt: skip
    return {"founding": founded, "wall": wall, "cpu": cpu, "peak_gigabytes": peak}


if __name__ == "__main__":
    main()
