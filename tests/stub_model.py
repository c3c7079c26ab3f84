"""A model of no meaning that takes milliseconds, for tests of what runs and stores models.

Workers import it as ``stub_model:Stub``. It obeys the environment: a seed named in ``STUB_RAISE``
raises, in ``STUB_KILL`` kills its own process (every time), in ``STUB_KILL_ONCE`` kills it as long
as the file ``STUB_MARK`` does not exist, in ``STUB_MEMORY`` asks for eight terabytes, in
``STUB_SLEEP_SEED`` sleeps for a minute, and ``STUB_SLEEP`` seconds pass every month.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

MODEL = "stub_model:Stub"
LABELS = [
    ("co_created_value", ""),
    ("surplus", "customers"),
    ("surplus", "focal"),
    ("customers", ""),
    ("adoption", "focal"),
]
FLOWS = [
    ("customers", "focal", "payment", "money", "money/month"),
    ("focal", "customers", "teaching", "intangible", "knowledge"),
]


@dataclass(frozen=True)
class Metric:
    """Unit and meaning of a metric."""

    unit: str
    meaning: str


METRICS = {
    "co_created_value": Metric("money/month", "what is created together"),
    "surplus": Metric("money/month", "what remains"),
    "customers": Metric("persons", "people who have a provider"),
    "adoption": Metric("share", "share of people"),
}


@dataclass
class Recorder:
    """What the stub writes down."""

    labels: list[tuple[str, str]]
    values: Any
    ledger_labels: list[tuple[str, str, str, str, str]]
    ledger_values: Any
    month: int = 0
    metrics: dict[str, Metric] = field(default_factory=lambda: METRICS)


def seeds_in(variable: str) -> set[int]:
    return {int(seed) for seed in os.environ.get(variable, "").split(",") if seed}


class Stub:
    """Draws numbers around the first company's price."""

    def __init__(self, scenario: Any, seed: int) -> None:
        months = scenario.run.months
        self.seed = seed
        self.price = scenario.companies[0].price
        self.draws = np.random.default_rng(seed)
        self.recorder = Recorder(
            list(LABELS),
            np.zeros((months, len(LABELS))),
            list(FLOWS),
            np.zeros((months, len(FLOWS))),
        )

    def step(self) -> None:
        """Let a month go by."""
        time.sleep(float(os.environ.get("STUB_SLEEP", "0")))
        recorder = self.recorder
        if recorder.month == 1:
            self.misbehave()
        recorder.values[recorder.month] = self.price + self.draws.standard_normal(len(LABELS))
        recorder.ledger_values[recorder.month] = self.draws.uniform(size=len(FLOWS))
        recorder.month += 1

    def misbehave(self) -> None:
        """Do what the environment asks of this seed."""
        if self.seed in seeds_in("STUB_RAISE"):
            raise ValueError(f"seed {self.seed} is not to my taste")
        if self.seed in seeds_in("STUB_MEMORY"):
            np.ones(1 << 40)
        if self.seed in seeds_in("STUB_KILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.seed in seeds_in("STUB_SLEEP_SEED"):
            time.sleep(60)
        mark = Path(os.environ.get("STUB_MARK", "/nonexistent"))
        if self.seed in seeds_in("STUB_KILL_ONCE") and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class Threads:
    """Records how many threads the numeric libraries may use, and talks too much."""

    def __init__(self, scenario: Any, _seed: int) -> None:
        names = ("OMP", "OPENBLAS", "MKL", "NUMBA")
        counts = [float(os.environ.get(f"{name}_NUM_THREADS", "0")) for name in names]
        months = scenario.run.months
        self.recorder = Recorder(
            [(f"{name}_NUM_THREADS", "") for name in names],
            np.tile(counts, (months, 1)),
            [],
            np.zeros((months, 0)),
        )

    def step(self) -> None:
        """Let a month go by."""
        print("months go by")  # noqa: T201  (a model that prints must not break anything)
