"""Attribution: the axioms of Möbius, Harsanyi and Shapley, known games, and intervals."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from simulation.analysis.attribution import (
    attribute,
    coalition_name,
    coalitions,
    mobius,
    orders,
    shapley,
    stack,
    stack_tables,
)

Floats = NDArray[np.float64]
numbers = st.floats(-100.0, 100.0)
games = st.integers(1, 5).flatmap(lambda n: arrays(np.float64, 1 << n, elements=numbers))
AREAS = ("I", "M", "P")


def n_players(v: Floats) -> int:
    return len(v).bit_length() - 1


def members(mask: int, n: int) -> list[int]:
    return [i for i in range(n) if mask >> i & 1]


def relabelled(mask: int, order: tuple[int, ...]) -> int:
    return sum(1 << order[i] for i in members(mask, len(order)))


def restricted(v: Floats, keep: int) -> Floats:
    """The subgame of the players in ``keep``."""
    players = members(keep, n_players(v))
    return np.array(
        [
            v[sum(1 << players[j] for j in members(m, len(players)))]
            for m in range(1 << len(players))
        ]
    )


def by_orders(v: Floats) -> Floats:
    """Shapley values as mean marginal contributions over all orders: his own definition."""
    n = n_players(v)
    phi = np.zeros(n)
    for order in permutations(range(n)):
        reached = 0
        for i in order:
            phi[i] += v[reached | 1 << i] - v[reached]
            reached |= 1 << i
    return phi / factorial(n)


@given(games)
def test_mobius_follows_its_definition(v: Floats) -> None:
    n = n_players(v)
    for mask, dividend in enumerate(mobius(v)):
        size = len(members(mask, n))
        subsets = [m for m in range(1 << n) if m & mask == m]
        expected = sum((-1) ** (size - len(members(m, n))) * v[m] for m in subsets)
        assert dividend == pytest.approx(expected, abs=1e-9)


def values_of(dividends: Floats) -> Floats:
    """Return what every coalition is worth: the sum of the dividends of its subsets."""
    return np.array([
        sum(dividends[m] for m in range(len(dividends)) if m & mask == m)
        for mask in range(len(dividends))
    ])  # fmt: skip


@given(games)
def test_a_coalition_is_worth_the_dividends_of_its_subsets(v: Floats) -> None:
    assert values_of(mobius(v)) == pytest.approx(v, abs=1e-9)
    assert mobius(values_of(v)) == pytest.approx(v, abs=1e-9)


@given(games)
def test_shapley_is_the_mean_over_all_orders(v: Floats) -> None:
    assert shapley(v) == pytest.approx(by_orders(v), abs=1e-9)


@given(games)
def test_efficiency(v: Floats) -> None:
    assert shapley(v).sum() == pytest.approx(v[-1] - v[0], abs=1e-9)


@given(arrays(np.float64, 4, elements=numbers))
def test_symmetry(by_size: Floats) -> None:
    v = np.array([by_size[mask.bit_count()] for mask in range(8)])
    assert shapley(v) == pytest.approx(np.full(3, (v[-1] - v[0]) / 3), abs=1e-9)


@given(games, st.data())
def test_null_player(v: Floats, data: st.DataObject) -> None:
    player = data.draw(st.integers(0, n_players(v) - 1))
    without = np.array([v[mask & ~(1 << player)] for mask in range(len(v))])
    assert shapley(without)[player] == pytest.approx(0.0, abs=1e-9)
    dividends = mobius(without)
    assert all(abs(dividends[m]) < 1e-9 for m in range(len(v)) if m >> player & 1)


@given(arrays(np.float64, (2, 8), elements=numbers), numbers)
def test_additivity(pair: Floats, factor: float) -> None:
    v, w = pair
    assert shapley(v + factor * w) == pytest.approx(shapley(v) + factor * shapley(w), abs=1e-7)


@given(games, st.data())
def test_relabelling(v: Floats, data: st.DataObject) -> None:
    order = tuple(data.draw(st.permutations(range(n_players(v)))))
    renamed = np.empty_like(v)
    for mask in range(len(v)):
        renamed[relabelled(mask, order)] = v[mask]
    assert shapley(renamed)[list(order)] == pytest.approx(shapley(v), abs=1e-9)


@given(arrays(np.float64, 16, elements=numbers), st.integers(0, 3), st.integers(0, 3))
def test_balanced_contributions_myerson_1980(v: Floats, i: int, j: int) -> None:
    def gain(player: int, leaver: int) -> float:
        keep = 15 & ~(1 << leaver)
        place = members(keep, 4).index(player)
        return float(shapley(v)[player] - shapley(restricted(v, keep))[place])

    if i != j:
        assert gain(i, j) == pytest.approx(gain(j, i), abs=1e-9)


@given(arrays(np.float64, 16, elements=st.floats(0.0, 10.0)))
def test_the_shapley_value_of_a_convex_game_is_in_the_core(dividends: Floats) -> None:
    dividends[0] = 0.0
    v = values_of(dividends)
    phi = shapley(v)
    for mask in range(16):
        assert phi[members(mask, 4)].sum() >= v[mask] - 1e-9


def test_glove_game_known_answer() -> None:
    v = np.array([float((m & 1) and (m & 6) != 0) for m in range(8)])
    assert shapley(v) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)
    gloves = ("left", "right_1", "right_2")
    dividends = zip(coalitions(gloves), mobius(v), strict=True)
    nonzero = {coalition_name(c, gloves): float(d) for c, d in dividends if d != 0.0}
    assert nonzero == {"left+right_1": 1.0, "left+right_2": 1.0, "left+right_1+right_2": -1.0}


def test_a_missing_coalition_is_named() -> None:
    game = {c: 0.0 for c in coalitions(AREAS) if c != frozenset("MP")}
    with pytest.raises(ValueError, match=r"Missing: M\+P\."):
        stack(game, AREAS)


def test_tables_are_paired_by_seed_not_by_place() -> None:
    one = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], index=[7, 8], columns=[1, 2])
    both = pd.DataFrame([[30.0, 40.0], [10.0, 20.0], [0.0, 0.0]], index=[8, 7, 9], columns=[1, 2])
    found = stack_tables({frozenset(): one, frozenset("a"): both}, ["a"])
    assert found.tolist() == [one.to_numpy().tolist(), [[10.0, 20.0], [30.0, 40.0]]]
    with pytest.raises(ValueError, match="They share none"):
        stack_tables({frozenset(): one, frozenset("a"): both.loc[[9]]}, ["a"])


def test_intervals_are_paired_over_seeds() -> None:
    rng = np.random.default_rng(1)
    luck = 100.0 * rng.normal(size=12)
    gains = np.array([0, 1, 2, 3, 4, 5, 6, 14.0])
    noise = 0.1 * rng.normal(size=(8, 12))
    found = attribute(gains[:, None] + luck + noise, AREAS)
    mean, low, high = found.dividend("P", "M", "I").floats()
    per_seed = found.dividends[7]
    assert low < mean < high
    assert high - low < 1.0
    assert high - mean == pytest.approx(2.200985 * per_seed.std(ddof=1) / np.sqrt(12), rel=1e-6)
    assert mean == pytest.approx(7.0, abs=0.5)


def test_t_intervals_of_dividends_cover() -> None:
    rng = np.random.default_rng(2)
    v = np.arange(4.0)[:, None, None] ** 2 + rng.normal(size=(4, 8, 4000))
    found = attribute(v, ("a", "b"))
    truth = mobius(np.arange(4.0) ** 2)[3]
    interval = found.dividend("a", "b")
    covered = np.mean((interval.low <= truth) & (truth <= interval.high))
    assert covered == pytest.approx(0.95, abs=0.012)


def test_months_are_carried_along() -> None:
    rng = np.random.default_rng(3)
    v = rng.normal(size=(8, 5, 7))
    found = attribute(v, AREAS)
    alone = attribute(v[:, :, 3], AREAS)
    assert found.dividend("I", "P").low[3] == pytest.approx(alone.dividend("I", "P").low)
    assert found.shapley_of("M").mean.shape == (7,)
    table = found.table()
    picked = table[(table.kind == "shapley") & (table["of"] == "M") & (table.month == 4)]
    assert picked["mean"].item() == pytest.approx(float(alone.shapley_of("M").mean))


def test_dividends_and_losses_add_up_to_the_total() -> None:
    v = np.random.default_rng(4).normal(size=(8, 6))
    found = attribute(v, AREAS)
    table = found.table()
    total = found.total().floats()[0]
    assert table[table.kind == "dividend"]["mean"].sum() == pytest.approx(total)
    assert table[table.kind == "shapley"]["mean"].sum() == pytest.approx(total)
    with_p = [n for n in found.names() if "P" in n]
    dividends = table[table["of"].isin(with_p) & (table.kind == "dividend")]["mean"]
    assert dividends.sum() == pytest.approx(found.last_in("P").floats()[0])


def test_names_go_from_small_to_large() -> None:
    found = attribute(np.zeros((8, 2)), AREAS)
    assert found.names() == ["I", "M", "P", "I+M", "I+P", "M+P", "I+M+P"]
    summary = found.summary()
    assert list(summary) == ["dividends", "shapley", "total"]
    assert summary["total"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_one_seed_has_no_interval() -> None:
    low = attribute(np.zeros((2, 1)), ("a",)).total().low
    assert np.isnan(low)


def test_ten_players() -> None:
    v = np.random.default_rng(5).normal(size=(1024, 3))
    found = attribute(v, tuple("abcdefghij"))
    assert found.shapley.sum(axis=0) == pytest.approx(v[-1] - v[0])


@pytest.mark.parametrize("shape", [(8,), (7, 3), (4, 3)])
def test_values_must_fit_the_players(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must have shape"):
        attribute(np.zeros(shape), AREAS)


def test_a_missing_number_is_refused() -> None:
    with pytest.raises(ValueError, match="must be numbers"):
        attribute(np.full((8, 2), np.nan), AREAS)


def test_the_best_order_gets_the_value_early() -> None:
    v = values_of(np.array([5.0, 1.0, 3.0, 0.0]))
    found = orders(np.stack([v, v + 1.0], axis=1), ("slow", "fast"))
    assert found.best() == ("fast", "slow")
    table = found.table
    assert table["mean"].tolist() == [3.5, 2.5]
    assert table["behind"].tolist() == [0.0, 1.0]


def test_equal_orders_are_seldom_told_apart_though_the_best_of_them_was_picked() -> None:
    told = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(size=(16, 20))
        told += bool((orders(noise, tuple("abcd")).table["behind_low"] > 0.0).any())
    assert told <= 5  # of 40; intervals that cover one by one would tell 9 or so


@settings(max_examples=20)
@given(arrays(np.float64, (16, 2), elements=numbers))
def test_all_orders_end_at_the_same_place(v: Floats) -> None:
    found = orders(v, tuple("abcd"))
    assert len(found.orders) == 24
    worth = dict(zip(found.orders, found.worth[:, 0], strict=True))
    expected = (v[1, 0] + v[3, 0] + v[7, 0] + v[15, 0]) / 4 - v[0, 0]
    assert worth[tuple("abcd")] == pytest.approx(expected, abs=1e-9)


def test_too_many_players_have_too_many_orders() -> None:
    with pytest.raises(ValueError, match="at most 7"):
        orders(np.zeros((256, 1)), tuple("abcdefgh"))
