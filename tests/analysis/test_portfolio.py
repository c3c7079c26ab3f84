"""The portfolio: concentration, lifetime value, cohorts and retention."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from simulation.analysis.portfolio import (
    cohorts,
    concentration,
    customers,
    engagement_value,
    first_spells,
    gini,
    hhi,
    lorenz,
    retention_curve,
    stays,
    top_share,
)

Floats = NDArray[np.float64]
amounts = arrays(np.float64, st.integers(1, 30), elements=st.floats(0.1, 100.0))


@given(amounts)
def test_gini_is_half_the_relative_mean_difference(values: Floats) -> None:
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(pairs / (2 * values.mean()), abs=1e-12)


@given(amounts)
def test_gini_is_twice_the_area_above_the_lorenz_curve(values: Floats) -> None:
    curve = lorenz(values)
    area = np.trapezoid(curve["value"], curve["people"])
    assert gini(values) == pytest.approx(1.0 - 2.0 * area, abs=1e-12)


@given(amounts, st.floats(0.1, 10.0))
def test_concentration_ignores_the_currency(values: Floats, factor: float) -> None:
    assert gini(factor * values) == pytest.approx(gini(values), abs=1e-12)
    assert hhi(factor * values) == pytest.approx(hhi(values))
    assert 1 / len(values) - 1e-12 <= hhi(values) <= 1.0


def test_extremes() -> None:
    assert (gini([2.0, 2.0, 2.0, 2.0]), hhi([2.0, 2.0, 2.0, 2.0])) == (0.0, 0.25)
    assert (gini([0.0, 0.0, 0.0, 5.0]), hhi([0.0, 0.0, 0.0, 5.0])) == (0.75, 1.0)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [-1.0, 5.0]])
def test_indices_have_no_meaning_there(values: list[float]) -> None:
    assert np.isnan(gini(values))
    assert np.isnan(hhi(values))


def test_eighty_twenty() -> None:
    values = [40.0, 40.0, *[2.5] * 8]
    assert top_share(values) == pytest.approx(0.8)
    assert top_share(values, 0.1) == pytest.approx(0.4)
    assert top_share(values, 0.15) == pytest.approx(0.6)


def test_lorenz_needs_something_to_share() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        lorenz([1.0, -1.0])


def test_concentration_tells_who_costs_more_than_they_bring() -> None:
    found = concentration([-1.0, 1.0, 4.0])
    assert (found.n, found.share_below_zero) == (3, pytest.approx(1 / 3))
    assert np.isnan(found.gini)
    assert concentration([1.0, 1.0]).top_fifth == pytest.approx(0.2)


def test_engagement_is_more_than_purchase() -> None:
    records = pd.DataFrame({
        "purchase": np.arange(10.0, 0.0, -1.0), "referral": np.ones(10), "knowledge": 0.0,
    })  # fmt: skip
    found = engagement_value(records, groups=5)
    assert found["persons"].tolist() == [2] * 5
    assert found["purchase"].tolist() == [9.5, 7.5, 5.5, 3.5, 1.5]
    assert found["beyond_purchase"].iloc[-1] == pytest.approx(1 / 2.5)


def test_engagement_needs_purchases() -> None:
    with pytest.raises(ValueError, match="column purchase"):
        engagement_value(pd.DataFrame({"referral": [1.0]}))


def test_cohorts_show_what_can_be_known() -> None:
    records = pd.DataFrame({"start": [1, 1, 5, 13, 13], "stop": [13.0, nan, 29.0, 20.0, nan]})
    found = cohorts(records, end=36)
    assert found.loc[1, "persons"] == 3
    assert found.loc[1, [0, 1, 2]].tolist() == pytest.approx([1.0, 1.0, 2 / 3])
    assert found.loc[13, [0, 1]].tolist() == [1.0, 0.5]
    assert np.isnan(found.loc[13, 2])
    assert 3 not in found.columns


def test_grace_counts_people_after_a_decision_that_is_due() -> None:
    records = pd.DataFrame({"start": [1, 1], "stop": [14.0, nan]})
    assert cohorts(records, end=36).loc[1, 1] == 1.0
    later = cohorts(records, end=36, grace=2)
    assert later.loc[1, [0, 1, 2]].tolist() == [1.0, 0.5, 0.5]
    assert np.isnan(cohorts(records, end=25, grace=2).loc[1, 2])


def test_nobody_has_no_cohort() -> None:
    assert cohorts(pd.DataFrame({"start": [], "stop": []}), end=12).empty


def test_nobody_stops_before_they_start() -> None:
    with pytest.raises(ValueError, match="stop before"):
        cohorts(pd.DataFrame({"start": [5], "stop": [3.0]}), end=12)


def test_retention_kaplan_meier_by_hand() -> None:
    records = pd.DataFrame({"start": [1, 1, 1, 1, 5], "stop": [4.0, 7.0, nan, 7.0, nan]})
    found = retention_curve(records, end=10)
    assert found["age"].tolist() == [3.0, 6.0]
    assert found["kept"].tolist() == pytest.approx([4 / 5, 4 / 5 * 1 / 3])
    assert (found["low"] < found["kept"]).all()
    assert (found["high"] > found["kept"]).all()


def test_retention_rises_with_tenure_from_heterogeneity_alone_fader_hardie() -> None:
    """Shifted-beta-geometric with alpha .704, beta 1.182: 1000, 627, 474, 388, 332, 292 stay."""
    rng = np.random.default_rng(1)
    lapse = rng.beta(0.704, 1.182, 40_000)
    renewals = rng.geometric(lapse)
    records = pd.DataFrame({"start": 1, "stop": 1.0 + renewals})
    found = retention_curve(records, end=6).set_index("age")["kept"]
    expected = [0.627, 0.474, 0.388, 0.332, 0.292]
    assert found.tolist() == pytest.approx(expected, abs=0.01)


PEOPLE = pd.DataFrame({
    "joined": [0, 3, -1, -5, 4, -1], "left": [0, 9, 12, -1, 7, 0],
    "first_left": [0, 9, 6, -1, 7, 0], "customer": [False, False, True, False, True, True],
    "lifetime": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
})  # fmt: skip
"""Never; 3–9; from before to 12 and back again; gone before month 1; 4–7 and back; from before."""


def test_a_stay_ends_with_the_last_lapse_and_the_month_before_month_1_is_0() -> None:
    found = stays(PEOPLE)
    assert found["start"].tolist() == [3, 0, -4, 4, 0]
    assert found["stop"].tolist() == pytest.approx([9, nan, 0, nan, nan], nan_ok=True)
    first = first_spells(PEOPLE)
    assert first["stop"].tolist() == pytest.approx([9, 6, 0, 7, nan], nan_ok=True)


def test_who_left_before_month_1_is_no_customer_of_the_portfolio() -> None:
    assert customers(PEOPLE).index.tolist() == [1, 2, 4, 5]


def test_a_fifth_that_brings_more_than_all_is_no_share() -> None:
    """60 persons lose 30 each, 40 gain 50: the best fifth brings 1,000 of a value of 200."""
    losing = concentration([-30.0] * 60 + [50.0] * 40)
    assert np.isnan(losing.top_fifth)
    assert losing.share_below_zero == pytest.approx(0.6)
    assert np.isnan(concentration([-3.0, 1.0]).top_fifth)
    assert concentration([-1.0, *[1.0] * 9]).top_fifth == pytest.approx(2.0 / 8.0)
