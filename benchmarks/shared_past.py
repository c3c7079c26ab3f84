"""A comparison of five what-ifs after a warm-up, with the past shared and without: time and ratio.

    uv run python benchmarks/shared_past.py [--people 10000] [--warm-up 60] [--months 24]

Runs are done one after the other in this process, so that what is measured is the work.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import perf_counter

from simulation import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.simulate import simulate

WHAT_IFS = (
    {"companies.focal.price": 0.3},
    {"companies.focal.strategy.education": 0.9},
    {"companies.focal.strategy.listening": 0.9},
    {"touchpoints.call_centre.offered": False},
    {"blocks.advertising": 1.0},
)


def seconds(arms: list[Scenario], seeds: range, *, shared: bool) -> tuple[float, list[bytes]]:
    """Return how long a comparison takes, and what it records."""
    started = perf_counter()
    told = [
        simulate(arm, seed, pasts=1 if shared else 0).values.tobytes()
        for seed in seeds
        for arm in arms
    ]
    return perf_counter() - started, told


def main() -> None:
    """Measure and print, as text or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--warm-up", type=int, default=60)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    base = load_scenario("telecom", {
        "population.people": asked.people, "run.warm_up": asked.warm_up, "run.months": asked.months,
    })  # fmt: skip
    arms = [base, *(base.then(changes) for changes in WHAT_IFS)]
    seconds([base.replace({"population.people": 200})], range(1), shared=False)  # compiled
    apart, one = seconds(arms, range(1, asked.seeds + 1), shared=False)
    together, other = seconds(arms, range(1, asked.seeds + 1), shared=True)
    if one != other:
        raise SystemExit("Shared and unshared pasts differ.")
    told = {"apart_s": apart, "shared_s": together, "arms": len(arms), "people": asked.people,
            "warm_up": asked.warm_up, "months": asked.months, "seeds": asked.seeds}  # fmt: skip
    print(f"{apart:.1f} s apart, {together:.1f} s shared: {apart / together:.2f} times.")
    if asked.json is not None:
        asked.json.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
