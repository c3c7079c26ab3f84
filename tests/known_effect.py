"""A made-up model whose answer is known: teaching pays where people can do little by themselves.

    value = 10 + 20 · education · (.2 − self_service) + noise of the seed

Half of the noise is the same for all arms of a seed, so that pairing takes it off. ``surplus`` of
the company falls by education whatever turns out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MODEL = "known_effect:Known"
LABELS = [
    ("co_created_value", ""),
    ("surplus", "customers"),
    ("surplus", "focal"),
    ("alone", "customers"),
    ("gross_value", "value_in_use"),
    ("customers", "focal"),
]


@dataclass(frozen=True)
class Metric:
    """Unit and meaning of a metric."""

    unit: str
    meaning: str


@dataclass
class Recorder:
    """What the model writes down."""

    values: Any
    labels: Any = tuple(LABELS)
    ledger_labels: Any = ()
    ledger_values: Any = None
    metrics: Any = None


class Known:
    """Draws values around the known effect."""

    def __init__(self, scenario: Any, seed: int) -> None:
        months = scenario.run.months
        education = scenario.companies[0].strategy.education
        alone = scenario.encounter.self_service
        common = np.random.default_rng(seed).normal(0.0, 1.0)
        own = np.random.default_rng([seed, int(1000 * education)]).normal(0.0, 0.1)
        value = 10.0 + 20.0 * education * (0.2 - alone) + common + own
        company = 3.0 - 2.0 * education + own
        row = np.array([value, value - company, company, 0.0, 10.0, 50.0])
        self.recorder = Recorder(
            np.tile(row, (months, 1)),
            ledger_values=np.zeros((months, 0)),
            metrics={name: Metric("money/month", name) for name, _ in LABELS},
        )

    def step(self) -> None:
        """Let a month go by."""


class Ces(Known):
    """Value is a CES function of the budget's shares; the optimum is known (δ/c)^σ."""

    weights = np.array([0.5, 0.3, 0.2])
    elasticity = 0.5

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        funding = scenario.companies[0].funding
        parts = np.array([funding.innovation, funding.marketing_sales, funding.experience_platform])
        rho = 1.0 - 1.0 / self.elasticity
        shares = np.maximum(parts / parts.sum(), 1e-9)
        value = 100.0 * float(self.weights @ shares**rho) ** (1.0 / rho)
        draws = np.random.default_rng([seed, int(1e6 * shares[0]), int(1e6 * shares[1])])
        value += np.random.default_rng(seed).normal() + draws.normal(0.0, 0.2)
        self.recorder.values[:, 0] = value
        self.recorder.values[:, 4] = 100.0


class Noise(Known):
    """Nothing has any effect: every setting has noise of its own, and nothing else."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        education = scenario.companies[0].strategy.education
        draws = np.random.default_rng([seed, int(1e9 * education)])
        self.recorder.values[:, 0] = draws.normal(0.0, 1.0)


class Hushed(Known):
    """As it is known, with noise through which five or six seeds see that there is nothing."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        education, alone = scenario.companies[0].strategy.education, scenario.encounter.self_service
        own = np.random.default_rng([seed, int(1000 * education), 2]).normal(0.0, 0.08)
        self.recorder.values[:, 0] = 10.0 + 20.0 * education * (0.2 - alone) + own


class Turned(Known):
    """An effect of teaching that is reversed where two assumptions meet: 6 % of their ranges."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        education = scenario.companies[0].strategy.education
        alone, talk = scenario.encounter.self_service, scenario.talk.propensity
        turned = alone > 0.225 and talk < 0.196  # of 0 to .3, and .1 to .5
        own = np.random.default_rng([seed, int(1000 * education)]).normal(0.0, 0.1)
        self.recorder.values[:, 0] = 10.0 + (-4.0 if turned else 4.0) * (education - 0.3) + own


class Growing(Known):
    """Teaching is worth more in every month, and so is what customers would have had alone."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        education = scenario.companies[0].strategy.education
        grown = education * np.arange(1.0, scenario.run.months + 1.0)
        values = self.recorder.values
        values[:, 0] = 10.0 + grown  # of everyone
        values[:, 1] = 8.0 + 3.0 * grown  # of customers, a third of it without teaching
        values[:, 2] = 2.0 - grown  # of the company
        values[:, 3] = grown


class Spender(Known):
    """A company whose spending is its budget, and what teaching costs."""

    def __init__(self, scenario: Any, seed: int) -> None:
        super().__init__(scenario, seed)
        company = scenario.companies[0]
        budget = sum(company.funding.model_dump().values())
        spent = np.full((len(self.recorder.values), 1), budget + company.strategy.education)
        self.recorder.labels = (*LABELS, ("spending", company.name))
        self.recorder.values = np.hstack([self.recorder.values, spent])
        self.recorder.metrics["spending"] = Metric("money/month", "spending")


SPENDER = "known_effect:Spender"
GROWING = "known_effect:Growing"
HUSHED = "known_effect:Hushed"
