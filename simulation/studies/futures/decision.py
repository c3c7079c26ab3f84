"""Whose benefit a decision is for, and for how long it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.errors import Fault, FaultList, InputError
from simulation.studies.decider import EVERYONE, decider

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment

YEARLY_RATE = 0.05
LASTS = 60


@dataclass(frozen=True)
class Decision:
    """Whose benefit counts, and for how long.

    Attributes:
        whose: ``everyone``, ``customers`` (all people), a company, or ``partner:NAME``.
        rate: by which a year's delay is discounted.
        lasts: months for which the decision holds, to turn what knowledge is worth into money.
    """

    whose: str = EVERYONE
    rate: float = YEARLY_RATE
    lasts: int = LASTS


def check_decision(experiment: Experiment, decision: Decision) -> None:
    """Refuse a decision for somebody who is not in the scenario.

    Raises:
        InputError: with who there is; the rate is none.
    """
    faults = FaultList()
    faults.attempt(decider, decision.whose, experiment.base)
    faults.attempt(check_rate, decision.rate)
    faults.refuse()


def check_rate(rate: float) -> None:
    """Refuse a yearly discount rate by which nothing can be discounted.

    Raises:
        InputError: it is below 0, or 1 or more.
    """
    if not 0.0 <= rate < 1.0:
        message = f"must be at least 0 and less than 1. Got {rate:g}."
        raise InputError([Fault(message, key="--rate", hint="Write 0.05 for 5 % a year.")])
