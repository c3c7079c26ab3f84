"""Whose benefit a run is: what comes later counts for less, what people had anyway for nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation import load_scenario
from simulation.simulate import RunResult
from simulation.store.records import MonthlyTable
from simulation.studies.exploration.benefits import benefits_of
from simulation.studies.futures.discount import discounted_means, means_of
from simulation.studies.optimisation.aim import Limit
from simulation.studies.optimisation.measured import Benefited
from simulation.studies.question.worth import Worth, benefits_by_month

LABELS = (
    ("co_created_value", ""), ("surplus", "customers"), ("surplus", "non_customers"),
    ("surplus", "focal"), ("surplus", "rival"), ("alone", "customers"), ("alone", "non_customers"),
    ("gross_value", "value_in_use"), ("adoption", "focal"), ("desk_wait", "focal:call_centre"),
    ("desk_wait", "focal:shop"),
)  # fmt: skip
MONTHS = 36
EARLY = np.where(np.arange(MONTHS) < 12, 10.0, 0.0)
"""Worth 10 a month in the first year, and nothing later."""
RATE = 0.21


def record() -> RunResult:
    """Return a run in which all is early: its market is worth 7 to people and 3 to companies."""
    parts = (1.0, 0.8, 0.2, 0.2, 0.1, 0.1, 0.2, 1.0, 0.1, 0.4, 0.9)
    values = np.outer(EARLY, parts)
    return RunResult(load_scenario("base"), 1, LABELS, values, (), np.zeros((MONTHS, 0)), 0.0)


def mean_of_the_first_year(rate: float) -> float:
    """Return Σ w v / Σ w by hand, w = (1 + rate)^(−t/12)."""
    weight = [(1.0 + rate) ** (-t / 12.0) for t in range(1, MONTHS + 1)]
    return 10.0 * sum(weight[:12]) / sum(weight)


def test_what_comes_later_counts_for_less_in_a_search_and_an_exploration() -> None:
    expected = mean_of_the_first_year(RATE)
    assert expected > 10.0 / 3.0
    run = record()
    assert Benefited(RATE)(run)["everyone"] == pytest.approx(expected)
    means = means_of(MonthlyTable(run.labels, run.values), RATE)
    assert means["co_created_value", ""] == pytest.approx(expected)
    series = pd.DataFrame([
        {"run": 5, "month": month + 1, "metric": metric, "of": of, "value": value}
        for month, row in enumerate(run.values)
        for (metric, of), value in zip(run.labels, row, strict=True)
    ])  # fmt: skip
    frame = discounted_means(series, RATE)
    assert frame.loc[5, ("co_created_value", "")] == pytest.approx(expected)
    runs = pd.DataFrame({"run": [5], "future": [0], "arm": ["as today"]})
    table = benefits_of(runs, frame, ()).table.loc[5]
    assert table[["everyone", "customers", "focal", "rival"]].tolist() == pytest.approx(
        [expected, 0.7 * expected, 0.2 * expected, 0.1 * expected]
    )


def test_people_benefit_by_what_they_would_not_have_had_alone() -> None:
    """.8 + .2 of surplus less .1 + .2 that they would have had by themselves."""
    run, whole = record(), mean_of_the_first_year(RATE)
    assert Benefited(RATE)(run)["customers"] == pytest.approx(0.7 * whole)
    by_month = benefits_by_month(run)
    np.testing.assert_allclose(by_month["customers"], 0.7 * EARLY)
    np.testing.assert_allclose(by_month["company"], 0.2 * EARLY)
    np.testing.assert_allclose(by_month["rivals"], 0.1 * EARLY)


def test_a_question_takes_the_last_two_years_and_all_months_per_1000_people() -> None:
    run = record()
    people = run.scenario.population.people
    told = Worth()(run)
    assert told["late:everyone"] == 0.0
    assert told["all:everyone"] == pytest.approx(mean_of_the_first_year(0.05) * 1000.0 / people)
    assert told["all:adoption"] == pytest.approx(0.1 * mean_of_the_first_year(0.05))


def test_a_limit_without_an_owner_is_kept_by_every_owner() -> None:
    means = {("desk_wait", "focal:shop"): 9.0, ("desk_wait", "focal:call_centre"): 4.0}
    assert Limit.parse("desk_wait<=5").worst(means) == 9.0
    assert Limit.parse("desk_wait>=5").worst(means) == 4.0
    assert Limit.parse("desk_wait:focal:shop<=5").worst(means) == 9.0
    assert Limit.parse("adoption<=5").worst(means) is None
