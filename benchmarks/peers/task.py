"""What every peer is given and tells: the same edges and rule in, seconds and adopters out.

Runs inside the peer's own environment, of which it needs NumPy alone.

The rule: whoever has not adopted does so in a step with probability 1 − (1 − p)(1 − q)^k, k being
the adopters among their ties at the step's beginning. Nobody has adopted at the start.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Task:
    """The people, their ties, and the rule.

    Attributes:
        n_people: people.
        edges: the ends of each tie, ``(n_ties, 2)``.
        steps: steps.
        p: chance of adopting in a step without word of mouth.
        q: chance that one adopter among one's ties persuades in a step.
    """

    n_people: int
    edges: np.ndarray
    steps: int
    p: float
    q: float

    @classmethod
    def read(cls, file: str) -> Task:
        """Return the task that a file holds."""
        with np.load(file) as held:
            n_people, steps = (int(number) for number in held["sizes"])
            p, q = (float(chance) for chance in held["chances"])
            return cls(n_people, held["edges"], steps, p, q)

    def small(self) -> Task:
        """Return the task of the first people alone, to warm up with."""
        n_people = min(self.n_people, 200)
        return Task(
            n_people, self.edges[(self.edges < n_people).all(axis=1)], self.steps, self.p, self.q
        )

    def neighbours(self) -> list[list[int]]:
        """Return everyone's ties as lists of ids."""
        known: list[list[int]] = [[] for _ in range(self.n_people)]
        for one, other in self.edges.tolist():
            known[one].append(other)
            known[other].append(one)
        return known

    def graph(self) -> Any:
        """Return the ties as a NetworkX graph whose nodes are ids."""
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(range(self.n_people))
        graph.add_edges_from(self.edges.tolist())
        return graph

    def chances(self) -> list[float]:
        """Return the chance of adopting for each k from 0 on."""
        most = int(np.bincount(self.edges.ravel(), minlength=1).max())
        return [1 - (1 - self.p) * (1 - self.q) ** k for k in range(most + 1)]


def measure(
    build: Callable[[Task, int], Any],
    run: Callable[[Any, int], Any],
    adopters: Callable[[Any], Any],
) -> None:
    """Build and run a peer's model under several seeds; print what it took as a line of JSON.

    Args:
        build: returns a model that is ready to step, given the task and a seed.
        run: steps it so many times.
        adopters: returns the persons who have adopted by the end of each step, ``(steps,)``.
    """
    task, seeds = Task.read(sys.argv[1]), range(int(sys.argv[2]))
    told: dict[str, list[Any]] = {"setup": [], "stepping": [], "adopters": []}
    # Whatever is compiled or imported on first use is no stepping.
    run(build(task.small(), 0), task.steps)
    for seed in seeds:
        gc.collect()
        started = perf_counter()
        model = build(task, seed + 1)
        ready = perf_counter()
        run(model, task.steps)
        done = perf_counter()
        told["setup"].append(ready - started)
        told["stepping"].append(done - ready)
        told["adopters"].append([int(count) for count in adopters(model)])
    print(json.dumps(told))
