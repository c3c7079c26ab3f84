"""A model whose people are known every month: for tests of the panel.

Workers import it as ``panel_stub:Crowd``. In month m person i of the run with seed s has

    provider = (i + m + s) mod 3 − 1,  stage = (i + m) mod 10 − 1,  tenure = i + m,  problem = i < m
    progress = (i mod 7 + m) / 1000 + s / 8,  attitude = −progress to company 0, 1 / 3 to company 1

It obeys the environment as ``stub_model`` does.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from stub_model import Stub

from simulation.world.people import People

MODEL = "panel_stub:Crowd"


class Crowd(Stub):
    """The stub model, with people."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        people = People(
            scenario.population.people,
            n_outcomes=len(scenario.outcomes),
            n_companies=len(scenario.companies),
        )
        self.world = SimpleNamespace(people=people)

    def step(self) -> None:
        """Let a month go by."""
        super().step()
        told = expected(self.seed, self.recorder.month, len(self.world.people))
        people = self.world.people
        for name in ("provider", "stage", "tenure", "problem", "progress"):
            people.column(name)[:] = told[name]
        people.attitude[:, 0] = -told["progress"]
        people.attitude[:, 1] = 1 / 3


def expected(seed: int, month: int, n_people: int) -> dict[str, Any]:
    """Return what people have at the end of a month, ``(n_people,)`` each."""
    i = np.arange(n_people)
    return {
        "provider": (i + month + seed) % 3 - 1,
        "stage": (i + month) % 10 - 1,
        "tenure": i + month,
        "problem": i < month,
        "progress": (i % 7 + month) / 1000 + seed / 8,
    }
