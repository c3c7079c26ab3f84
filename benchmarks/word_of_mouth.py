"""Word-of-mouth diffusion alone: ``diffuse`` against bare kernels, NumPy and SciPy.

    python benchmarks/word_of_mouth.py [--small] [--million] [--repeats 7] [--json FILE]

All on the edges of one small world (10 ties, .1 rewired) and under one rule: whoever has not
adopted does so in a step with probability 1 − (1 − p)(1 − q)^k, k being the adopters among their
ties at the step's beginning. The arrays a candidate likes are made beforehand; only the run is
timed, in processor time, which a busy machine disturbs less (all run in this process, on one core).
*Asking*: everybody counts the adopters among all their ties in every step. *Telling*: whoever
adopts tells their ties, once.

Where the draws are the same, results must be equal person by person; elsewhere the mean adoption
curve must be the same within Monte Carlo error. Both are checked.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from measuring import machine, middle, show, side_by_side, time_words, times_words, write_json
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from simulation import Diffusion, diffuse, tie_people
from simulation.scenario.schema import Network
from simulation.streams import Streams, uniform
from simulation.world.network import Ties

STEPS = 60
INNOVATION, IMITATION = 0.0025, 0.02
SIZES = (1_000, 10_000, 100_000)
OURS = "diffuse()"

Curve = NDArray[np.int64]
"""Persons who have adopted by the end of each step, ``(STEPS,)``."""


def main() -> None:
    """Measure every size and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="1 000 people alone, a few seconds")
    parser.add_argument("--million", action="store_true", help="1 000 000 people as well")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    sizes = SIZES[:1] if asked.small else SIZES + ((1_000_000,) if asked.million else ())
    found: dict[str, Any] = {"machine": machine(), "steps": STEPS, "sizes": {}}
    for n_people in sizes:
        found["sizes"][n_people] = measured(n_people, asked.repeats)
    found["load_at_end"] = machine()["load"]
    print(f"Load {found['machine']['load']} at the start, {found['load_at_end']} at the end.")
    write_json(asked.json, found)


def measured(n_people: int, repeats: int) -> dict[str, Any]:
    """Time all candidates on a small world of so many people, check them, and print a table."""
    ties = small_world(n_people)
    runs = candidates(ties)
    told = agreement(runs, ties)
    seconds = side_by_side(
        {name: partial(run, 1) for name, run in runs.items()}, repeats=repeats, clock=process_time
    )
    times = middle(seconds)
    rows = [
        (name, time_words(time), times_words(time / times[OURS]), told[name])
        for name, time in times.items()
    ]
    title = f"{n_people:,} people, {STEPS} steps, {ties.n_ties:,} ties"
    show(title, ("", "processor time", "ours = 1", "results"), rows)
    return {"seconds": seconds, "median": times, "results": told}


def small_world(n_people: int) -> Ties:
    """Return the ties that everything is measured on."""
    return tie_people(Network(ties=10, rewiring=0.1), n_people, seed=1)


def ours(ties: Ties, seed: int) -> Diffusion:
    """Run the public function."""
    return diffuse(ties, STEPS, innovation=INNOVATION, imitation=IMITATION, seed=seed)


@dataclass(frozen=True)
class Sample:
    """The mean share of adopters over the steps of a run, over runs."""

    mean: float
    spread: float
    runs: int

    @classmethod
    def of(cls, curves: list[Curve], n_people: int) -> Sample:
        """Return the sample of some adoption curves."""
        areas = np.array([np.mean(curve) / n_people for curve in curves])
        return cls(float(areas.mean()), float(areas.std(ddof=1)), len(areas))

    def told(self, reference: Sample) -> str:
        """Say how far the mean is from a reference, and stop where that is no chance."""
        error = reference.spread * (1 / self.runs + 1 / reference.runs) ** 0.5
        away = (self.mean - reference.mean) / error
        assert abs(away) < 5, f"mean share {self.mean:.4f}, not {reference.mean:.4f}: {away:.1f} se"
        return f"{self.mean:.4f} ({away:+.1f} se)"


def reference(ties: Ties) -> Sample:
    """Return how our own mean share varies over seeds."""
    runs = 100 if ties.n_people <= 10_000 else 20
    curves = [ours(ties, seed).adopters[1:] for seed in range(1001, 1001 + runs)]
    return Sample.of(curves, ties.n_people)


def agreement(runs: dict[str, Callable[[int], Any]], ties: Ties) -> dict[str, str]:
    """Check every candidate's results, and say what they are checked by."""
    own, expected = ours(ties, 1), reference(ties)
    told = {OURS: f"{expected.mean:.4f} (mean share)"}
    for name, run in runs.items():
        if name == OURS:
            continue
        result = run(1)
        if isinstance(result, tuple):
            assert (result[0] == own.step).all(), name
            told[name] = "equal, each person"
            continue
        curves = [result, *(run(seed) for seed in range(2, 10 if ties.n_people <= 10_000 else 4))]
        told[name] = Sample.of(curves, ties.n_people).told(expected)
    return told


def candidates(ties: Ties) -> dict[str, Callable[[int], Any]]:
    """Return what is timed: functions of a seed."""
    chances = 1 - (1 - INNOVATION) * (1 - IMITATION) ** np.arange(ties.degree.max() + 1)
    matrix = sparse.csr_array(
        (np.ones(ties.neighbour.size, np.float32), ties.neighbour.astype(np.int32),
         ties.start.astype(np.int32)),
        shape=(ties.n_people, ties.n_people),
    )  # fmt: skip
    neighbour = ties.neighbour.astype(np.int64)
    return {
        OURS: partial(ours, ties),
        "bare kernel, the same draws": partial(bare, ties),
        "bare kernel, a draw a step, telling": partial(stepwise, ties, chances),
        "NumPy, asking": partial(numpy_asking, ties.start, neighbour, chances),
        "NumPy, telling": partial(numpy_telling, ties.start, neighbour, chances),
        "SciPy sparse, asking": partial(scipy_asking, matrix, chances),
        "SciPy sparse, telling": partial(scipy_telling, matrix, chances),
    }


def bare(ties: Ties, seed: int) -> tuple[NDArray[np.int32], Curve]:
    """Run a hand-written kernel, its key being that of ``diffuse``."""
    key = Streams(seed).key("diffusion", 0, "adoption")
    return _bare(key, INNOVATION, IMITATION, STEPS, ties.start, ties.neighbour)


@njit
def _bare(key: Any, p: Any, q: Any, steps: Any, start: Any, neighbour: Any) -> Any:
    n = len(start) - 1
    when = np.full(n, -1, np.int32)
    curve = np.zeros(steps, np.int64)
    left = np.empty(n)
    for i in range(n):
        left[i] = uniform(key, i)
    for i in range(n):
        left[i] = 1 / left[i]
    stay = np.full(n, 1 - p)
    new = np.empty(n + 1, np.uint32)
    total = 0
    for step in range(steps):
        found = 0
        for i in range(n):
            still = left[i] * stay[i]
            left[i] = still
            new[found] = i
            found += still < 1
        for at in range(found):
            i = new[at]
            left[i] = np.inf
            when[i] = step + 1
            for other in neighbour[start[i] : start[i + 1]]:
                stay[other] *= 1 - q
        total += found
        curve[step] = total
    return when, curve


def stepwise(ties: Ties, chances: NDArray[np.float64], seed: int) -> Curve:
    """Run a hand-written kernel that draws for everybody in every step."""
    curve: Curve = _stepwise(seed, chances, STEPS, ties.start, ties.neighbour)
    return curve


@njit
def _stepwise(seed: Any, chances: Any, steps: Any, start: Any, neighbour: Any) -> Any:
    np.random.seed(seed)  # noqa: NPY002  numba's own generator, the fastest in a kernel
    n = len(start) - 1
    curve = np.zeros(steps, np.int64)
    known = np.zeros(n, np.int32)
    active = np.arange(n).astype(np.uint32)
    new = np.empty(n, np.uint32)
    size = n
    for step in range(steps):
        found = 0
        kept = 0
        for at in range(size):
            i = active[at]
            if np.random.random() < chances[known[i]]:  # noqa: NPY002  see above
                new[found] = i
                found += 1
            else:
                active[kept] = i
                kept += 1
        size = kept
        for at in range(found):
            for other in neighbour[start[new[at]] : start[new[at] + 1]]:
                known[other] += 1
        curve[step] = n - size
    return curve


def numpy_asking(start: Any, neighbour: Any, chances: Any, seed: int) -> Curve:
    """Count everybody's adopters among all their ties in every step."""
    rng = np.random.default_rng(seed)
    adopted = np.zeros(start.size - 1, dtype=bool)
    curve = np.empty(STEPS, dtype=np.int64)
    for step in range(STEPS):
        # Everybody has ties here: reduceat would miscount those without.
        known = np.add.reduceat(adopted[neighbour], start[:-1], dtype=np.int32)
        adopted |= rng.random(adopted.size) < chances[known]
        curve[step] = np.count_nonzero(adopted)
    return curve


def numpy_telling(start: Any, neighbour: Any, chances: Any, seed: int) -> Curve:
    """Keep counts, to which new adopters add along their ties; draw for the undecided alone."""
    rng = np.random.default_rng(seed)
    n_people = start.size - 1
    known = np.zeros(n_people, dtype=np.int64)
    undecided = np.arange(n_people)
    curve = np.empty(STEPS, dtype=np.int64)
    for step in range(STEPS):
        persuaded = rng.random(undecided.size) < chances[known[undecided]]
        new, undecided = undecided[persuaded], undecided[~persuaded]
        degree = start[new + 1] - start[new]
        into = np.arange(degree.sum()) + np.repeat(start[new] - np.cumsum(degree) + degree, degree)
        known += np.bincount(neighbour[into], minlength=n_people)
        curve[step] = n_people - undecided.size
    return curve


def scipy_asking(matrix: Any, chances: Any, seed: int) -> Curve:
    """Multiply the matrix of ties by who has adopted."""
    rng = np.random.default_rng(seed)
    adopted = np.zeros(matrix.shape[0], dtype=bool)
    curve = np.empty(STEPS, dtype=np.int64)
    for step in range(STEPS):
        known = (matrix @ adopted.astype(np.float32)).astype(np.int64)
        adopted |= rng.random(adopted.size) < chances[known]
        curve[step] = np.count_nonzero(adopted)
    return curve


def scipy_telling(matrix: Any, chances: Any, seed: int) -> Curve:
    """Add the rows of new adopters to the counts; draw for the undecided alone."""
    rng = np.random.default_rng(seed)
    n_people = matrix.shape[0]
    known = np.zeros(n_people, dtype=np.int64)
    undecided = np.arange(n_people)
    curve = np.empty(STEPS, dtype=np.int64)
    for step in range(STEPS):
        persuaded = rng.random(undecided.size) < chances[known[undecided]]
        new, undecided = undecided[persuaded], undecided[~persuaded]
        known += np.bincount(matrix[new].indices, minlength=n_people)
        curve[step] = n_people - undecided.size
    return curve


if __name__ == "__main__":
    main()
