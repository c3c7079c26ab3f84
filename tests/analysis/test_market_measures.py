"""What the series of a run measure of a market, on made-up series with known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import series

from simulation import load_scenario
from simulation.analysis.market import MEASURES, Market
from simulation.simulate import simulate


def measured(name: str, frame: pd.DataFrame) -> float:
    """Return what a measure makes of a series, the mean over runs."""
    return float(MEASURES[name](Market.of(frame)).mean())


def test_churn_is_a_yearly_share_over_all_companies() -> None:
    frame = series(
        ("lapsed", "a", 2.0),
        ("lapsed", "b", 1.0),
        ("customers", "", 300.0),
        ("customers", "a", 200.0),
        ("customers", "b", 100.0),
    )
    assert measured("yearly_churn", frame) == pytest.approx(0.12)


def test_only_the_last_two_years_count() -> None:
    frame = series(("lapsed", "a", 2.0), ("customers", "a", 200.0), months=60)
    frame.loc[(frame["month"] <= 36) & (frame["metric"] == "lapsed"), "value"] = 100.0
    assert measured("yearly_churn", frame) == pytest.approx(0.12)


def test_hazard_is_that_of_the_third_renewal_over_the_first() -> None:
    frame = series(
        ("lapsed_by_contract", "1", 3.0),
        ("renewals_by_contract", "1", 10.0),
        ("lapsed_by_contract", "3", 2.0),
        ("renewals_by_contract", "3", 20.0),
    )
    assert measured("hazard_by_tenure", frame) == pytest.approx(1 / 3)


def test_correlation_from_sums_is_that_of_the_persons() -> None:
    rng = np.random.default_rng(1)
    attitude = rng.uniform(-1, 1, 400)
    kept = rng.random(400) < 0.6 + 0.3 * attitude
    frame = series(
        ("renewals_due", "a", 400.0),
        ("lapsed", "a", float((~kept).sum())),
        ("attitude_at_renewal", "a", float(attitude.sum())),
        ("squared_attitude_at_renewal", "a", float((attitude**2).sum())),
        ("attitude_at_lapse", "a", float(attitude[~kept].sum())),
    )
    assert measured("renewal_correlation", frame) == pytest.approx(
        np.corrcoef(attitude, kept)[0, 1]
    )


def test_means_over_companies_are_weighted_by_customers() -> None:
    frame = series(
        ("promoters_less_detractors", "a", 40.0),
        ("customers", "a", 300.0),
        ("promoters_less_detractors", "b", 0.0),
        ("customers", "b", 100.0),
        ("customers", "", 400.0),
    )
    assert measured("promoters_less_detractors", frame) == pytest.approx(30.0)


def test_contacts_with_staff_leave_out_what_is_settled_without_staff() -> None:
    frame = series(
        ("problem_contacts", "call_centre", 3.0),
        ("query_contacts", "call_centre", 5.0),
        ("problem_contacts", "store", 1.0),
        ("query_contacts", "store", 1.0),
        ("problem_contacts", "help_pages", 50.0),
        ("customers", "a", 100.0),
        ("desk_contacts", "a:call_centre", 9.0),
        ("desk_contacts", "a:store", 2.0),
    )
    assert measured("staff_contacts", frame) == pytest.approx(0.1)
    assert measured("phone_share", frame) == pytest.approx(0.8)


def test_occupancy_leaves_out_small_desks() -> None:
    frame = series(
        ("desk_occupancy", "a:call_centre", 0.8),
        ("desk_servers", "a:call_centre", 10.0),
        ("desk_occupancy", "a:store", 0.1),
        ("desk_servers", "a:store", 1.0),
    )
    assert measured("occupancy", frame) == pytest.approx(0.8)


def test_median_time_to_purchase_is_interpolated_in_the_class_that_holds_the_middle() -> None:
    frame = series(
        ("purchases_by_months", "0.25", 10.0),
        ("purchases_by_months", "0.5", 45.0),
        ("purchases_by_months", "1", 30.0),
        ("purchases_by_months", "more", 15.0),
    )
    assert measured("months_to_purchase", frame) == pytest.approx(0.25 + 0.25 * 40 / 45)


def test_the_function_furthest_from_one_half_in_the_middle_year_counts() -> None:
    frame = series(
        ("performance", "a:innovation", 0.55),
        ("performance", "a:marketing_sales", 0.35),
        ("performance", "b:innovation", 0.6),
        months=60,
    )
    early = (frame["month"] <= 24) | (frame["month"] > 36)
    frame.loc[early, "value"] = 0.99
    assert measured("performance_from_middle", frame) == pytest.approx(0.15)


def test_a_run_measures_the_same_from_its_arrays_as_from_a_table() -> None:
    scenario = load_scenario("telecom", {"population.people": 150, "run.months": 30})
    result = simulate(scenario, 1)
    n_months = len(result.values)
    table = pd.concat(
        pd.DataFrame(
            {"run": 0, "month": range(1, n_months + 1), "metric": metric, "of": of, "value": column}
        )
        for (metric, of), column in zip(result.labels, result.values.T, strict=True)
    )
    from_table, from_arrays = Market.of(table), Market.of_run(result)
    for name, measure in MEASURES.items():
        np.testing.assert_allclose(
            measure(from_arrays), measure(from_table), rtol=1e-12, err_msg=name
        )


def test_months_without_a_value_are_left_out_with_their_weight() -> None:
    frame = series(("desk_wait", "a:store", 3.0), ("desk_contacts", "a:store", 10.0))
    frame.loc[(frame["month"] > 12) & (frame["metric"] == "desk_wait"), "value"] = np.nan
    assert measured("mean_wait", frame) == pytest.approx(3.0)


KNOWN: dict[str, tuple[float, list[tuple[str, str, float]]]] = {
    "unsettled_problems": (12.0 * 0.05 * 0.25, [
        ("problems", "a", 10.0), ("customers", "a", 200.0), ("first_contact_resolution", "a", 0.75),
    ]),
    "settled_by_staff": (0.6, [
        ("desk_contacts", "a:call_centre", 9.0), ("stage_encounters", "support:call_centre", 40.0),
        ("stage_experience", "support:call_centre", 0.6),
        ("stage_encounters", "support:help_pages", 900.0),
        ("stage_experience", "support:help_pages", 0.1),
    ]),
    "abandoned_at_two_minutes": (2.0 * 0.06 / 3.0, [
        ("desk_wait", "a:store", 3.0), ("desk_abandoned", "a:store", 0.06),
        ("desk_contacts", "a:store", 10.0),
    ]),
    "word_of_mouth_purchases": (6.0 / 15.0, [
        ("swayed_by_word_of_mouth", "a", 6.0), ("new_customers", "a", 20.0),
        ("new_customers_returning", "a", 5.0),
    ]),
    "talk_ratio": (4.0, [("talk_positive", "", 80.0), ("talk_negative", "", 20.0)]),
    "questions_answered": (0.3, [
        ("questions", "forum", 40.0), ("questions_answered", "forum", 12.0),
    ]),
    "extreme_attitudes": (0.16, [
        ("extreme_attitude", "a", 0.1), ("customers", "a", 200.0),
        ("extreme_attitude", "b", 0.4), ("customers", "b", 50.0), ("customers", "", 250.0),
    ]),
    "margin": (0.15, [
        ("receipts", "a", 80.0), ("receipts", "b", 20.0), ("surplus", "a", 20.0),
        ("surplus", "b", -5.0), ("surplus", "customers", 500.0), ("surplus", "partner", 7.0),
    ]),
    "staff_pay": (0.2, [("staff_pay", "a", 16.0), ("staff_pay", "b", 4.0),
                        ("receipts", "a", 80.0), ("receipts", "b", 20.0)]),
    "served": (0.7, [("served", "", 0.7)]),
    "answers_by_top_tenth": (0.6, [("answers_by_top_tenth", "", 0.6)]),
}  # fmt: skip
"""What each measure makes of a market whose every month is alike."""


@pytest.mark.parametrize("name", KNOWN)
def test_a_measure_is_what_its_name_says(name: str) -> None:
    expected, rows = KNOWN[name]
    assert measured(name, series(*rows)) == pytest.approx(expected)
