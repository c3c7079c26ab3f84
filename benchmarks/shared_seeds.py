"""Common random numbers beside what most models do: one generator a run, seeded alike.

    python benchmarks/shared_seeds.py [--people 300] [--months 36] [--seeds 20] [--small]

In a model with one generator, two runs with the same seed share their draws until one of them asks
once more than the other; from there on everybody's luck is another. Here the docking twin, which
is such a model in all but its draws, takes them in order from one generator, and is run for the
same six what-ifs as ``common_random_numbers.py``; beside it the model, whose draws belong to
persons. Told is how many unpaired pairs of runs a pair is worth, by the co-created value of the
last 12 months; 1 is what two runs with nothing in common are worth.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
from common_random_numbers import WHAT_IFS, Floats, bootstrap
from measuring import machine, show, write_json

from simulation import Scenario, load_scenario
from simulation.analysis.compare import variance_reduction
from simulation.simulate import simulate

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "docking"))

WINDOW = 12
KEYED, IN_ORDER = "draws belong to persons", "one generator, the same seed"


def main() -> None:
    """Run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--small", action="store_true", help="some seconds, and means nothing")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    people, months, n = (40, 12, 4) if asked.small else (asked.people, asked.months, asked.seeds)
    base = load_scenario(
        "launch/base_launch",
        {"population.people": people, "run.months": months, "companies.*.revenue_share": 0.0},
    )
    scenarios = {"": base, **{name: base.replace(change) for name, change in WHAT_IFS.items()}}
    found = {}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for how, value in ((KEYED, keyed), (IN_ORDER, in_order)):
            jobs = {
                name: [pool.submit(value, scenario, seed) for seed in range(1, n + 1)]
                for name, scenario in scenarios.items()
            }
            values = {name: np.array([job.result() for job in own]) for name, own in jobs.items()}
            found[how] = {name: worth(values[""], values[name]) for name in WHAT_IFS}
    tell(found, f"{people} people, {months} months, {n} seeds")
    write_json(asked.json, {"machine": machine(), "worth": found})


def keyed(scenario: Scenario, seed: int) -> float:
    """Return the co-created value of the last months of a run of the model."""
    run = simulate(scenario, seed)
    return float(run.values[-WINDOW:, run.labels.index(("co_created_value", ""))].mean())


def in_order(scenario: Scenario, seed: int) -> float:
    """Return the same of a run of the twin that draws in order from one generator."""
    import twin_model

    twin_model.Dice = _one_after_the_other()
    twin = twin_model.TwinModel(scenario, seed)
    values = []
    for _ in range(scenario.run.months):
        twin.step()
        values.append(twin.books.co_created_value)
    return float(np.mean(values[-WINDOW:]))


def _one_after_the_other() -> type:
    from twin_draws import Dice

    class InOrder(Dice):
        """Draws from one generator, whoever asks."""

        def __init__(self, seed: int) -> None:
            super().__init__(seed)
            self._generator = Random(seed)  # noqa: S311  # nothing secret

        def uniform(self, process: str, step: int, name: str, index: int = 0) -> float:
            """Return the next number."""
            del process, step, name, index  # whose it is makes no difference
            return max(self._generator.random(), 2.0**-53)

        def pick(self, process: str, step: int, name: str, index: int, n: int) -> int:
            """Return the next of 0 … n-1."""
            del process, step, name, index
            return self._generator.randrange(n)

    return InOrder


def worth(base: Floats, other: Floats) -> dict[str, float]:
    """Return how many unpaired pairs a pair is worth, with the middle 90 % of a bootstrap."""
    low, high = bootstrap(base, other)
    return {"factor": variance_reduction(base, other), "low": low, "high": high}


def tell(found: dict[str, dict[str, dict[str, float]]], size: str) -> None:
    """Print what a pair is worth, both ways."""
    rows = []
    for name in WHAT_IFS:
        ours, theirs = found[KEYED][name], found[IN_ORDER][name]
        rows.append(
            [name, *map(_range, (ours, theirs)), f"{ours['factor'] / theirs['factor']:.1f}"]
        )
    middle = [median(one["factor"] for one in found[how].values()) for how in (KEYED, IN_ORDER)]
    rows.append(["median", *(f"{value:.1f}" for value in middle), f"{middle[0] / middle[1]:.1f}"])
    show(f"What a pair is worth, {size}", ["what-if", KEYED, IN_ORDER, "ratio"], rows)


def _range(one: dict[str, float]) -> str:
    return f"{one['factor']:.1f} ({one['low']:.1f} … {one['high']:.1f})"


if __name__ == "__main__":
    main()
