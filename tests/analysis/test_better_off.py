"""The same persons in two scenarios: shares, gains and inequality."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from simulation.analysis.better_off import (
    GROUPS,
    gini_with_debts,
    groups,
    pair_of_people,
    people_table,
    person_margin,
)
from simulation.analysis.compare import Looks
from simulation.analysis.comparison_question import ComparisonQuestion
from simulation.analysis.portfolio import gini
from simulation.analysis.sequential import Tolerance

Floats = NDArray[np.float64]


def test_pair_of_people_by_hand() -> None:
    base, what_if = [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 8.0]
    everybody, first, second = pair_of_people(base, what_if, [0, 0, 1, 1], ["a", "b", "empty"])
    assert everybody == pytest.approx({
        "group": "", "people": 4, "share_better": 0.5, "share_worse": 0.25, "mean_gain": 1.0,
        "gain_of_better": 2.5, "loss_of_worse": 1.0, "gini_base": 0.25,
        "gini_what_if": 4.5 / 14, "spread_base": 0.625, "spread_what_if": 1.125,
    })  # fmt: skip
    assert (first["group"], first["share_better"], first["share_worse"]) == ("a", 0.5, 0.0)
    assert isnan(float(first["loss_of_worse"]))
    assert (second["group"], second["share_better"], second["share_worse"]) == ("b", 0.5, 0.5)


def test_gains_within_the_margin_are_none() -> None:
    (everybody, _) = pair_of_people([1.0, 1.0], [1.05, 2.0], [0, 0], ["a"], margin=0.1)
    assert everybody["share_better"] == 0.5
    assert person_margin(Tolerance(0.02, relative=True), [50.0, 150.0]) == pytest.approx(2.0)
    assert person_margin(Tolerance(3.0), [50.0]) == 0.0
    assert person_margin(None, [50.0]) == 0.0


AMOUNTS = st.just(0.0) | st.floats(1e-3, 100)
WITH_DEBTS = AMOUNTS | AMOUNTS.map(lambda value: -value)


@given(arrays(np.float64, st.integers(1, 30), elements=AMOUNTS))
def test_gini_with_debts_is_gini_where_there_are_none(values: Floats) -> None:
    known = gini(values)
    assert gini_with_debts(values) == pytest.approx(known, abs=1e-12, nan_ok=True)


@given(arrays(np.float64, st.integers(2, 30), elements=WITH_DEBTS), st.floats(0.01, 100))
def test_gini_with_debts_stays_within_its_bounds_and_ignores_the_currency(
    values: Floats, rate: float
) -> None:
    known = gini_with_debts(values)
    assert isnan(known) or 0.0 <= known <= 1.0
    assert gini_with_debts(values * rate) == pytest.approx(known, nan_ok=True)


def test_gini_where_nobody_has_anything() -> None:
    assert isnan(gini_with_debts(np.zeros(3)))


def test_groups_are_means_over_pairs_with_intervals() -> None:
    rng = np.random.default_rng(2)
    rows = []
    for seed in range(1, 7):
        base = rng.uniform(0, 10, 300)
        what_if = base + rng.uniform(-0.5, 1.0, 300)
        told = pair_of_people(base, what_if, np.arange(300) % 2, ["a", "b"])
        rows += [{"what_if": "w", "seed": seed, **row} for row in told]
    table = people_table(rows)
    assert list(table) == list(GROUPS)
    found = groups(table, ComparisonQuestion("base", ("w",)))
    assert [group.name for group in found] == ["", "a", "b"]
    mean, low, high = found[0].share_better.floats()
    assert low < 2 / 3 < high
    assert mean == pytest.approx(table.query("group == ''")["share_better"].mean())
    often = groups(table, ComparisonQuestion("base", ("w",), looks=Looks.ANY))
    assert often[0].share_better.floats()[1] < low


def test_a_change_of_inequality_is_what_if_less_base() -> None:
    """In the what-if the second of two has all: Gini .5 in place of 0."""
    rows = [{"what_if": "w", "seed": seed, **row} for seed in (1, 2)
            for row in pair_of_people([1.0, 1.0], [0.0, 2.0 + seed], [0, 0], ["a"])]  # fmt: skip
    (everybody, _) = groups(people_table(rows), ComparisonQuestion("base", ("w",)))
    assert everybody.gini_change.floats() == pytest.approx((0.5, 0.5, 0.5))
