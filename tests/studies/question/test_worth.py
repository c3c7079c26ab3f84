"""What is kept of a run of a question, from the run's own months."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.scenario.load import load_scenario
from simulation.simulate import simulate
from simulation.studies.futures.decision import YEARLY_RATE
from simulation.studies.question.horizons import LAST
from simulation.studies.question.worth import Worth

SMALL = {"population.people": 300, "run.months": 36, "run.warm_up": 12}


def test_retention_is_the_share_of_contracts_up_for_renewal_that_are_renewed() -> None:
    """Both parts of the quotient are weighed by the horizon's months."""
    result = simulate(load_scenario("base").replace(SMALL), seed=3)
    kept = Worth()(result)
    due, lapsed = (
        result.values[:, result.labels.index((name, "focal"))]
        for name in ("renewals_due", "lapsed")
    )
    late = slice(len(due) - LAST, None)
    discount = (1.0 + YEARLY_RATE) ** (-np.arange(1, len(due) + 1) / 12.0)

    assert 0.0 < lapsed[late].sum() < due[late].sum()
    assert kept["late:retention"] == pytest.approx(1.0 - lapsed[late].sum() / due[late].sum())
    assert kept["all:retention"] == pytest.approx(1.0 - lapsed @ discount / (due @ discount))


def test_where_no_contract_comes_up_for_renewal_none_is_lost() -> None:
    empty = SMALL | {"run.months": 2}
    result = simulate(load_scenario("launch/base_launch").replace(empty), seed=3)
    kept = Worth()(result)
    assert kept["late:adoption"] > 0.0
    assert kept["late:retention"] == 1.0


def test_where_nobody_is_a_customer_any_more_nobody_was_kept() -> None:
    blocked = SMALL | {"run.warm_up": 0, "run.months": 2, "blocks.advertising": 1.0,
                       "blocks.word_of_mouth": 1.0, "journey.own_attitude": 0.0}  # fmt: skip
    result = simulate(load_scenario("launch/base_launch").replace(blocked), seed=3)
    kept = Worth()(result)
    assert kept["late:adoption"] == 0.0
    assert kept["late:retention"] == 0.0
