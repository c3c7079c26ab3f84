"""The persons of a run: what each bought, and whom they brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import load_scenario, open_result, run
from simulation.analysis.portfolio import cohort_groups, cohort_name, cohort_table, kept
from simulation.execution import Serial, Unwatched
from simulation.scenario.scenario import Scenario
from simulation.simulate import simulate
from simulation.studies.run.figures.portfolio import portfolio_words
from simulation.studies.run.persons import DISCOUNT_A_YEAR, PEOPLE, PersonsFile
from simulation.studies.run.plan import Replicates
from simulation.studies.study import carry_out

MONTHS = 30
COST = 0.12  # to serve a customer for a month


def people_table(scenario: Scenario, seed: int, folder: Path) -> pd.DataFrame:
    file = PersonsFile(folder / "figures" / "people.parquet")
    with file.recording() as see:
        simulate(scenario, seed, see=see)
    return pd.read_parquet(file.path)


def scenario(**changes: object) -> Scenario:
    small = {"population.people": 300, "run.months": MONTHS, "run.warm_up": 0,
              "companies.focal.price": 0.3,
             "companies.rival.price": 0.35, "companies.*.cost_to_serve": COST}  # fmt: skip
    return load_scenario("base").replace({**small, **changes})


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return people_table(
        scenario(**{"talk.strong": 0.3, "talk.propensity": 0.6}),
        3,
        tmp_path_factory.mktemp("people"),
    )


@pytest.mark.parametrize("garbage", [b"garbage", b""])
def test_a_damaged_file_of_persons_is_made_again(garbage: bytes, tmp_path: Path) -> None:
    study = Replicates("base", scenario(**{"run.months": 2, "population.people": 60}), (1,))
    carry_out(study, tmp_path / "result", Serial(), Unwatched())
    path = tmp_path / "result" / PEOPLE
    right = pd.read_parquet(path)
    path.write_bytes(garbage)
    carry_out(study, tmp_path / "result", Serial(), Unwatched())
    pd.testing.assert_frame_equal(pd.read_parquet(path), right)
    right.drop(columns="seed").to_parquet(path)
    assert not PersonsFile(path).is_of(1)


def test_lifetime_values_are_what_was_paid_less_the_cost_to_serve_discounted(
    people: pd.DataFrame,
) -> None:
    bought = people["paid"] > 0.0
    assert bought.sum() > 20
    assert (people.loc[~bought, "lifetime"] == 0.0).all()
    # All prices and costs are known: .35 or .3 less .12, and no one can have come before month 1.
    margin = people["lifetime"] / people["paid"]
    least = 1.0 / (1.0 + DISCOUNT_A_YEAR) ** (MONTHS / 12)
    assert (margin[bought] <= (0.35 - COST) / 0.35 + 1e-12).all()
    assert (margin[bought] >= least * (0.3 - COST) / 0.3 - 1e-12).all()


def test_a_first_spell_ends_with_the_first_lapse_and_does_not_forgive_who_came_back(
    tmp_path: Path,
) -> None:
    file, lapses = PersonsFile(tmp_path / "figures" / "people.parquet"), []
    with file.recording() as see:

        def both(model: Any) -> None:
            see(model)
            lapses.append(model.world.people.left.copy())

        simulate(scenario(**{"journey.contract_months": 6}), 3, see=both)
    months = np.array(lapses)
    first = months[(months != 0).argmax(axis=0), np.arange(months.shape[1])]
    found = pd.read_parquet(file.path)
    assert found["first_left"].tolist() == first.tolist()
    assert (found["first_left"] < found["left"]).any()
    again, unbroken = kept(found), kept(found, unbroken=True)
    assert unbroken["kept"].min() < again["kept"].min()
    assert "without a break" in portfolio_words(found)


def test_without_discount_it_is_the_margin_of_the_months(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("simulation.studies.run.persons.DISCOUNT_A_YEAR", 0.0)
    found = people_table(scenario(**{"companies.rival.price": 0.3}), 3, tmp_path)
    assert np.allclose(found["lifetime"], found["paid"] * (0.3 - COST) / 0.3)


def test_referrals_are_part_of_what_others_bought(people: pd.DataFrame) -> None:
    assert (people["referral"] >= 0.0).all()
    assert 0.0 < people["referral"].sum() < people["lifetime"].sum()
    assert people.loc[people["joined"] == 0, "referral"].sum() == 0.0


def test_without_word_of_mouth_there_are_no_referrals(tmp_path: Path) -> None:
    silent = people_table(scenario(**{"blocks.word_of_mouth": 1.0}), 3, tmp_path)
    assert silent["lifetime"].sum() > 0.0
    assert (silent["referral"] == 0.0).all()


def test_the_first_run_leaves_its_persons_and_leaves_them_once(tmp_path: Path) -> None:
    small = scenario()
    asked = Replicates("small", small, (3, 4))
    folder = tmp_path / "result"
    carry_out(asked, folder, Serial(), Unwatched())
    kept = pd.read_parquet(folder / PEOPLE)
    pd.testing.assert_frame_equal(kept, people_table(small, 3, tmp_path))
    late = open_result(folder).series.query("run == 0 and metric == 'customers' and of == ''")
    assert kept["customer"].sum() == late.set_index("month")["value"][MONTHS]
    assert carry_out(asked, folder, Serial(), Unwatched()).runs.reused == 2
    (folder / PEOPLE).unlink()
    assert carry_out(asked, folder, Serial(), Unwatched()).runs.reused == 1
    assert pd.read_parquet(folder / PEOPLE).equals(kept)
    earlier = replace(asked, seeds=(2, 3, 4))
    carry_out(earlier, folder, Serial(), Unwatched())
    assert set(pd.read_parquet(folder / PEOPLE)["seed"]) == {2}


def test_too_many_persons_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.studies.run.plan.MOST", 100)
    result = run(scenario(**{"run.months": 3}), seeds=[1], workers=0)
    assert not (result.folder / PEOPLE).exists()


def test_customers_of_before_month_1_are_worth_what_they_pay_from_then_on(tmp_path: Path) -> None:
    found = people_table(scenario(**{"run.warm_up": 24, "run.months": 6}), 3, tmp_path)
    before = found[(found["joined"] < 0) & found["customer"]]
    assert len(before) > 20
    assert before["paid"].max() <= 6 * 0.35 + 1e-12
    margin = before["lifetime"] / before["paid"]
    assert margin.max() <= (0.35 - COST) / 0.35 + 1e-12
    assert margin.min() >= (0.3 - COST) / 0.3 / (1.0 + DISCOUNT_A_YEAR) ** 0.5 - 1e-12


def test_who_knew_a_company_before_month_1_was_brought_by_nobody(tmp_path: Path) -> None:
    talkative = {"talk.strong": 0.5, "talk.propensity": 0.9}
    warm = people_table(scenario(**talkative, **{"run.warm_up": 48, "run.months": 1}), 3, tmp_path)
    assert warm["lifetime"].sum() > 0.0
    assert warm["referral"].sum() < 0.1 * warm["lifetime"].sum()


def test_who_began_before_month_1_is_a_cohort_of_its_own(tmp_path: Path) -> None:
    found = people_table(scenario(**{"run.warm_up": 30, "run.months": 24}), 3, tmp_path)
    table = cohort_table(found)
    assert [cohort_name(first) for first in table.index] == ["before", "year 1", "year 2"]
    assert table["persons"].iloc[0] == (found["joined"] < 0).sum()
    assert list(cohort_groups(found)) == ["before", "year 1", "year 2"]
    assert kept(found)["age"].max() > 24


def test_what_it_costs_to_serve_counts_from_its_event_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("simulation.studies.run.persons.DISCOUNT_A_YEAR", 0.0)
    dearer = {"month": 1, "set": {"companies.*.cost_to_serve": 0.2}}
    found = people_table(
        scenario(**{"companies.rival.price": 0.3, "events": [dearer]}), 3, tmp_path
    )
    assert found["paid"].sum() > 0.0
    assert np.allclose(found["lifetime"], found["paid"] * (0.3 - 0.2) / 0.3)


def test_customers_who_pay_nothing_cost_what_it_takes_to_serve_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("simulation.studies.run.persons.DISCOUNT_A_YEAR", 0.0)
    free = scenario(**{"companies.*.price": 0.0})
    file = PersonsFile(tmp_path / "figures" / "people.parquet")
    with file.recording() as see:
        result = simulate(free, 3, see=see)
    months = result.values[:, result.labels.index(("customers", ""))].sum()
    found = pd.read_parquet(file.path)
    assert (found["paid"] == 0.0).all()
    assert found["lifetime"].sum() == pytest.approx(-COST * months)


def test_a_market_whose_tenure_is_stated_has_a_report() -> None:
    """Some of its customers had left and come back before, of which nothing remains."""
    stated = {"run.warm_up": 30, "run.months": 24, "journey.contract_months": 4,
              "journey.churn_a": 4.0, "start.companies.focal.tenure": 5.0}  # fmt: skip
    result = run(scenario(**stated), seeds=[1], workers=0)
    assert "without a break" in portfolio_words(pd.read_parquet(result.folder / PEOPLE))
    assert result.report().answer
