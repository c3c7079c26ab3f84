"""Rivals answer: companies move their strategy towards that of whoever earns most a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.arrays import Floats
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import Strategy
from simulation.world.policy import NUMBERS, strategy_numbers

if TYPE_CHECKING:
    from simulation.world.world import World


EVERY = 3
"""Months between two looks at the others."""

YEAR = 12
"""Months over which surplus is added up."""

FEW = 30
"""Customers below which a company's surplus says little of its strategy."""


def moved(scenario: Scenario, shift: Floats) -> Scenario:
    """Return a scenario with strategy numbers clip(given + shift, 0, 1).

    Where none has moved, that is the scenario itself.
    """
    if not shift.any():
        return scenario
    values = np.clip(strategy_numbers(scenario) + shift, 0.0, 1.0)
    companies = tuple(
        company.model_copy(update={"strategy": _with(company.strategy, row)})
        for company, row in zip(scenario.companies, values, strict=True)
    )
    return scenario.model_copy(update={"companies": companies})


def _with(strategy: Strategy, values: Floats) -> Strategy:
    return strategy.model_copy(update=dict(zip(NUMBERS, values.tolist(), strict=True)))


def imitate(world: World) -> None:
    """Once a quarter, let companies move towards the one with the highest surplus a customer.

    s_c ← s_c + imitation_c (s_best − s_c), all at once; s_best is that of the company with the
    greatest Σ surplus / Σ customers over the last twelve months among those with at least 30
    customers, ties to the lowest index. What an event sets moves by the same shift.
    """
    share = world.policy.imitation
    if world.step <= 1 or (world.step - 1) % EVERY or not share.any():
        return
    best = leader(world)
    if best < 0:
        return
    now = world.policy.strategies
    aim = now + share[:, None] * (now[best] - now)
    imitates = share[:, None] > 0.0
    world.shift = np.where(imitates, aim - strategy_numbers(world.given), world.shift)
    world.adopt(world.given)


def leader(world: World) -> int:
    """Return the company with the highest surplus a customer over the last year, or -1."""
    firms = world.firms
    last = firms.served[:, (world.step - 1) % YEAR]
    served = firms.served.sum(axis=1)
    a_customer = np.full(len(served), -np.inf)
    np.divide(firms.earned.sum(axis=1), served, out=a_customer, where=last >= FEW)
    best = int(np.argmax(a_customer))
    return best if a_customer[best] > -np.inf else -1
