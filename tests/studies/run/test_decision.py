"""Whose benefit counts in a run's report, and who loses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from builders import scenario

from simulation import open_result, run
from simulation.errors import InputError
from simulation.report.words import signed
from simulation.studies.run.decision import benefit_of, decision_lines
from simulation.studies.run.result import ScenarioResult

SMALL = {"run.months": 6, "run.warm_up": 0, "population.people": 80}


def result(whose: str | None = None, **changes: object) -> ScenarioResult:
    return run(scenario(**SMALL, **changes), replicates=2, workers=0, whose=whose)


def test_first_company_decides_where_nobody_is_named() -> None:
    (first, last) = decision_lines(result().tables)
    assert first.startswith("For focal: ")
    assert last.startswith("Who loses: ")


def test_the_one_who_is_named_has_the_line_and_the_result_remembers_it(tmp_path: Path) -> None:
    folder = result("customers").save(tmp_path / "kept")
    stored = open_result(folder)
    assert stored.manifest.for_whom == "customers"
    (line, _) = stored.report().for_whom
    assert line.startswith("For customers (all people): ")
    assert "per customer and year" in line


def test_a_stored_result_is_seen_by_another_and_stays_what_it_is() -> None:
    stored = result("focal")
    other = stored.seen_by("customers")
    assert other.report().for_whom[0].startswith("For customers (all people): ")
    assert stored.report().for_whom[0].startswith("For focal: ")
    assert other.series is not None
    assert other.report().answer == stored.report().answer
    with pytest.raises(InputError, match="is not an actor of the scenario"):
        stored.seen_by("shareholders")


def test_benefit_of_everyone_is_the_co_created_value() -> None:
    tables = result("everyone").tables
    value = benefit_of(tables)
    assert value is not None
    whole = tables.series[tables.series["metric"] == "co_created_value"]["value"].mean()
    assert value.mean == pytest.approx(whole)


def test_nobody_of_that_name_is_refused_with_those_there_are() -> None:
    known = "There are customers, everyone, focal, rival, partner:installer."
    with pytest.raises(InputError, match=f"is not an actor of the scenario. {known}"):
        result("shareholders")


@pytest.mark.parametrize(("whose", "each"), [("focal", 30.0), ("rival", -8.0), ("customers", 12.0)])
def test_a_gain_a_month_is_told_per_customer_and_year(whose: str, each: float) -> None:
    """300 of 400 customers are the focal company's: 12 · 750/300, 12 · −66.7/100, 12 · 400/400."""
    values = {
        ("co_created_value", ""): 1083.3, ("surplus", "customers"): 500.0,
        ("alone", "customers"): 100.0, ("surplus", "non_customers"): -50.0,
        ("alone", "non_customers"): -50.0, ("surplus", "focal"): 750.0,
        ("surplus", "rival"): -200.0 / 3.0, ("customers", ""): 400.0,
        ("adoption", "focal"): 0.3, ("adoption", "rival"): 0.1,
    }  # fmt: skip
    kept = result(whose).tables
    series = pd.DataFrame([
        {"run": run, "month": month, "metric": metric, "of": of, "value": value}
        for run in (0, 1) for month in range(1, 7) for (metric, of), value in values.items()
    ])  # fmt: skip
    line, _ = decision_lines(replace(kept, series=series))
    assert f"{signed(each)} " in line
    assert "per customer and year" in line


def test_customers_whose_benefit_counts_are_all_people_run_by_run() -> None:
    """Customers gain 400 and 420, non-customers lose 30 and 50: people gain 370 in both runs."""
    values = {
        ("surplus", "customers"): (500.0, 520.0), ("alone", "customers"): (100.0, 100.0),
        ("surplus", "non_customers"): (-20.0, -40.0), ("alone", "non_customers"): (10.0, 10.0),
        ("surplus", "focal"): (75.0, 75.0), ("customers", ""): (400.0, 400.0),
    }  # fmt: skip
    series = pd.DataFrame([
        {"run": run, "month": month, "metric": metric, "of": of, "value": value[run]}
        for run in (0, 1) for month in range(1, 7) for (metric, of), value in values.items()
    ])  # fmt: skip
    tables = replace(result("customers").tables, series=series)
    value = benefit_of(tables)
    assert value is not None
    assert (value.mean, value.low, value.high) == pytest.approx((370.0, 370.0, 370.0))
    line, losers = decision_lines(tables)
    assert line.startswith("For customers (all people): a gain of 370")
    assert losers == "Who loses: nobody clearly."  # non-customers are people too
    sure = series.assign(value=series["value"].replace(-40.0, -20.0))  # as much in both runs
    (_, losers) = decision_lines(replace(tables, series=sure))
    together = "; customers and non-customers together gain 380."
    assert losers == f"Who loses: non-customers (−30){together}"
    worse = sure.assign(
        value=sure["value"].where((sure["metric"] != "surplus") | (sure["of"] != "focal"), -5.0)
    )
    (_, losers) = decision_lines(replace(tables, series=worse))
    assert losers == f"Who loses: focal (−5) and non-customers (−30){together}"
    either = sure.assign(value=sure["value"].replace({500.0: 20.0, 520.0: 240.0}))
    (_, losers) = decision_lines(replace(tables, series=either))
    assert losers == (
        "Who loses: non-customers (−30); for customers and non-customers together it is open (0)."
    )
    poor = sure.assign(value=sure["value"].replace({500.0: 20.0, 520.0: 20.0}))
    (_, losers) = decision_lines(replace(tables, series=poor))
    assert losers == "Who loses: all people together (−110)."
    without = series[series["of"] != "non_customers"]
    only = benefit_of(replace(tables, series=without))
    assert only is not None
    assert only.mean == pytest.approx(410.0)
