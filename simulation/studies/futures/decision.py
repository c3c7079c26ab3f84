"""Whose benefit a decision is for, and for how long it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError
from simulation.scenario.suggest import did_you_mean, listed
from simulation.studies.decider import CUSTOMERS, EVERYONE

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

    @property
    def actor(self) -> str:
        """The actor as tables name it."""
        return self.whose.removeprefix("partner:")


def check_decision(experiment: Experiment, decision: Decision) -> None:
    """Refuse a decision for somebody who is not in the scenario.

    Raises:
        InputError: with who there is.
    """
    base = experiment.base
    known = [EVERYONE, CUSTOMERS, *(company.name for company in base.companies),
             *(f"partner:{partner.name}" for partner in base.partners)]  # fmt: skip
    faults = []
    if decision.whose not in known:
        hint = did_you_mean(decision.whose, known) or f"There are {listed(known)}."
        faults.append(
            Fault(f"is nobody in the scenario: {decision.whose}.", key="--for", hint=hint)
        )
    if not 0.0 <= decision.rate < 1.0:
        message = f"must be at least 0 and less than 1. Got {decision.rate:g}."
        faults.append(Fault(message, key="--rate", hint="Write 0.05 for 5 % a year."))
    if faults:
        raise InputError(faults)
