"""A model of little meaning whose pairs are known: for tests of what compares scenarios.

Workers import it as ``paired_stub:Market``. Every month

    co_created_value = 100 + 10 z(seed) + gain · (month > start) + noise · e(seed, gain)
    surplus of customers = half of that,  surplus of focal = 20 − gain + z
    desk_wait = 5 + z − gain

where the gain is ``10 · (0.35 − price)`` of the first company, z and e are standard normal (z the
same in every scenario, e of each scenario its own), the start is month 3, and the noise is the
first company's cost to serve. Person i of segment i mod 3 has ``i + z`` at the end, plus the gain
if i is even and minus half of it otherwise. A seed named in ``STUB_RAISE`` raises where there is a
gain; in ``STUB_RAISE_ALL`` it raises everywhere. ``STUB_SLEEP`` seconds pass every month.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

MODEL = "paired_stub:Market"
START = 3
SEGMENTS = ("savers", "doers", "explorers")
LABELS = [
    ("co_created_value", ""),
    ("surplus", "customers"),
    ("surplus", "focal"),
    *(("segment_value", name) for name in SEGMENTS),
    ("adoption", "focal"),
    ("adoption", "rival"),
    ("desk_wait", "focal:call_centre"),
]


@dataclass(frozen=True)
class Metric:
    """Unit and meaning of a metric, and which end of it is better."""

    unit: str
    meaning: str
    better: str = "high"


METRICS = {
    "co_created_value": Metric("money/month", "what is created together"),
    "surplus": Metric("money/month", "what remains"),
    "segment_value": Metric("money/month", "surplus of a segment's people"),
    "adoption": Metric("share", "share of people"),
    "desk_wait": Metric("minutes", "mean wait", "low"),
}


@dataclass
class Recorder:
    """What the stub writes down."""

    values: Any
    ledger_values: Any
    labels: list[tuple[str, str]] = field(default_factory=lambda: list(LABELS))
    ledger_labels: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    metrics: dict[str, Metric] = field(default_factory=lambda: METRICS)


def named(variable: str) -> set[int]:
    return {int(seed) for seed in os.environ.get(variable, "").split(",") if seed}


class Market:
    """Knows what a lower price is worth."""

    def __init__(self, scenario: Any, seed: int) -> None:
        company = scenario.companies[0]
        self.seed = seed
        self.gain = 10.0 * (0.35 - company.price)
        self.common = float(np.random.default_rng(seed).standard_normal())
        own = np.random.default_rng([seed, round(1e6 * company.price)])
        self.noise = company.cost_to_serve * own.standard_normal()
        months = scenario.run.months
        self.month = 0
        self.recorder = Recorder(np.zeros((months, len(LABELS))), np.zeros((months, 0)))
        people = np.arange(scenario.population.people)
        shares = np.where(people % 2 == 0, self.gain, -self.gain / 2)
        self.world = SimpleNamespace(
            people=SimpleNamespace(segment=people % 3, surplus=people + self.common + shares)
        )

    def step(self) -> None:
        """Let a month go by."""
        time.sleep(float(os.environ.get("STUB_SLEEP", "0")))
        unlucky = self.seed in named("STUB_RAISE") and self.gain
        if unlucky or self.seed in named("STUB_RAISE_ALL"):
            raise ValueError(f"seed {self.seed} is not to my taste")
        late = self.gain * (self.month >= START) + self.noise
        value = 100.0 + 10.0 * self.common + late
        self.recorder.values[self.month] = [
            value, value / 2, 20.0 - self.gain + self.common, *(value / 3 + n for n in range(3)),
            0.5 + self.gain / 100, 0.3, 5.0 + self.common - self.gain,
        ]  # fmt: skip
        self.month += 1
