"""The persons of a run: what each bought, and whom they brought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation import load_scenario, run
from simulation.scenario.schema import Scenario
from simulation.studies.run.portfolio_people import (
    DISCOUNT_A_YEAR,
    PEOPLE,
    keep_people,
    people_table,
)

MONTHS = 30


def scenario(**changes: object) -> Scenario:
    small = {"population.people": 300, "run.months": MONTHS, "companies.focal.price": 0.3}
    return load_scenario("base").replace({**small, **changes})


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return people_table(scenario(**{"talk.strong": 0.3, "talk.propensity": 0.6}), 3)


def test_lifetime_values_are_what_was_paid_less_the_cost_to_serve_discounted(
    people: pd.DataFrame,
) -> None:
    bought = people["paid"] > 0.0
    assert bought.sum() > 20
    assert (people.loc[~bought, "lifetime"] == 0.0).all()
    # All prices and costs are known: .35 or .3 less .1, and no one can have come before month 1.
    margin = people["lifetime"] / people["paid"]
    least = 1.0 / (1.0 + DISCOUNT_A_YEAR) ** (MONTHS / 12)
    assert (margin[bought] <= (0.35 - 0.1) / 0.35 + 1e-12).all()
    assert (margin[bought] >= least * (0.3 - 0.1) / 0.3 - 1e-12).all()


def test_without_discount_it_is_the_margin_of_the_months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.studies.run.portfolio_people.DISCOUNT_A_YEAR", 0.0)
    found = people_table(scenario(**{"companies.rival.price": 0.3}), 3)
    assert np.allclose(found["lifetime"], found["paid"] * (0.3 - 0.1) / 0.3)


def test_referrals_are_part_of_what_others_bought(people: pd.DataFrame) -> None:
    assert (people["referral"] >= 0.0).all()
    assert 0.0 < people["referral"].sum() < people["lifetime"].sum()
    assert people.loc[people["joined"] == 0, "referral"].sum() == 0.0


def test_without_word_of_mouth_there_are_no_referrals() -> None:
    silent = people_table(scenario(**{"blocks.word_of_mouth": 1.0}), 3)
    assert silent["lifetime"].sum() > 0.0
    assert (silent["referral"] == 0.0).all()


def test_persons_are_those_of_the_result_and_kept_once() -> None:
    small = scenario()
    result = run(small, seeds=[3, 4], workers=0)
    path = keep_people(result.folder)
    assert path == result.folder / PEOPLE
    kept = pd.read_parquet(path)
    pd.testing.assert_frame_equal(kept, people_table(small, 3))
    late = result.series.query("run == 0 and metric == 'customers' and of == ''")
    assert kept["customer"].sum() == late.set_index("month")["value"][MONTHS]
    before = path.stat().st_mtime_ns
    keep_people(result.folder)
    assert path.stat().st_mtime_ns == before


def test_many_persons_are_kept_where_asked_for_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulation.studies.run.portfolio_people.MOST", 100)
    short = scenario(**{"run.months": 3})
    result = run(short, seeds=[1], workers=0)
    assert keep_people(result.folder) is None
    assert keep_people(result.folder, asked=True) is not None
