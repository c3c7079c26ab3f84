"""Length and repetition of a run, and how money is shown."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section, param


class Run(Section):
    """How long and how often a scenario is simulated."""

    months: int = param(120, "months simulated", unit="months", low=1, high=1200)
    warm_up: int = param(
        0,
        "months simulated before month 1, which are not recorded (0: the market begins empty)",
        unit="months",
        low=0,
        high=1200,
        founding=True,
    )
    replicates: int = param(20, "replicates, which differ in their seed only", low=1, high=100_000)
    seed: int = param(1, "seed of the first replicate; the others count up", low=0, high=2**62)


class Currency(Section):
    """How money is shown; the model counts in its own units."""

    name: str = Field(default="", description="what the currency is called, such as EUR")
    per_unit: float = Field(
        default=1.0, gt=0, description="how much of the currency one unit of money is"
    )
