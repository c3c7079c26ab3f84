"""Designs: every kind gives the points that its definition says, in range and in an order kept."""

from __future__ import annotations

from itertools import pairwise, product
from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from simulation.experiment.design import Design, DesignKind, Point, block_size, points, thinned
from simulation.experiment.factors import (
    Choices,
    Factor,
    Levels,
    Mixture,
    Range,
    Role,
    Scale,
)

PRICE = Factor("price", Role.LEVER, Range(0.2, 0.8), present={"price": 0.35})
ELASTICITY = Factor(
    "elasticity", Role.UNCERTAINTY, Range(0.25, 4.0, Scale.LOG), present={"elasticity": 0.7}
)
SERVERS = Factor("servers", Role.LEVER, Range(1, 4, whole=True), present={"servers": 2})
SWITCH = Factor("switch", Role.LEVER, Choices((False, True)), present={"switch": True})
SHARES = Factor("funding", Role.LEVER, Mixture(("a", "b", "c"), 30.0, levels=4))
POST = Factor(
    "post", Role.LEVER, Levels(("none", "all"), {"none": {}, "all": {"x": 1, "y": True}}),
    present={"post": "none"},
)  # fmt: skip


def cells(found: list[Point], key: str) -> list[object]:
    return [point.cells[key] for point in found]


def test_grid_has_every_level_with_every_other() -> None:
    found = points(Design(DesignKind.GRID, levels=3), [PRICE, SWITCH])
    combinations = list(product([0.2, 0.5, 0.8], [False, True]))
    assert [(p.cells["price"], p.cells["switch"]) for p in found] == combinations
    assert found[0].changes == {"price": 0.2, "switch": False}


def test_log_levels_are_evenly_spaced_in_the_logarithm() -> None:
    found = cells(points(Design(DesignKind.GRID, levels=5), [ELASTICITY]), "elasticity")
    assert (found[0], found[-1]) == (0.25, 4.0)
    steps = [log(b) - log(a) for a, b in pairwise(map(float, found))]  # type: ignore[arg-type]  # numbers all
    assert steps == pytest.approx([log(2.0)] * 4)


def test_levels_of_a_whole_parameter_are_whole_and_different() -> None:
    found = cells(points(Design(DesignKind.GRID, levels=9), [SERVERS]), "servers")
    assert found == [1, 2, 3, 4]
    assert all(type(value) is int for value in found)


@pytest.mark.parametrize(("parts", "levels"), [(3, 4), (3, 11), (4, 5)])
def test_simplex_lattice_has_as_many_points_as_scheffe_counts(parts: int, levels: int) -> None:
    mixture = Mixture(tuple("abcdef"[:parts]), 30.0, levels)
    found = mixture.lattice(None)
    assert len(set(found)) == len(found) == comb(parts + levels - 2, levels - 1)
    assert all(sum(amounts) == pytest.approx(30.0) for amounts in found)


def test_simplex_design_is_scheffes_centroid_design() -> None:
    found = points(Design(DesignKind.SIMPLEX), [SHARES])
    assert [tuple(point.cells.values()) for point in found] == [
        (30.0, 0.0, 0.0), (0.0, 30.0, 0.0), (0.0, 0.0, 30.0),
        (15.0, 15.0, 0.0), (15.0, 0.0, 15.0), (0.0, 15.0, 15.0), (10.0, 10.0, 10.0),
    ]  # fmt: skip


def test_factorial_has_every_combination_of_the_extremes() -> None:
    found = points(Design(DesignKind.FACTORIAL), [PRICE, SERVERS, SWITCH])
    assert [tuple(p.cells.values()) for p in found] == list(
        product([0.2, 0.8], [1, 4], [False, True])
    )


def test_one_at_a_time_starts_with_the_scenario_and_moves_one_factor_each() -> None:
    found = points(Design(DesignKind.ONE_AT_A_TIME, levels=3), [PRICE, SWITCH, POST])
    assert found[0].changes == {}
    assert found[0].cells == {"price": 0.35, "switch": True, "post": "none"}
    assert [point.changes for point in found[1:]] == [
        {"price": 0.2}, {"price": 0.5}, {"price": 0.8}, {"switch": False}, {"x": 1, "y": True},
    ]  # fmt: skip
    assert all(list(point.cells) == ["price", "switch", "post"] for point in found)


def test_latin_hypercube_puts_one_point_into_each_stratum_of_each_factor() -> None:
    found = points(Design(DesignKind.LHS, n=20, seed=3), [PRICE, ELASTICITY])
    for key, share in (
        ("price", lambda x: (x - 0.2) / 0.6),
        ("elasticity", lambda x: log(x / 0.25) / log(16)),
    ):
        strata = sorted(int(20 * share(value)) for value in cells(found, key))
        assert strata == list(range(20))


def test_sobol_and_morris_have_the_blocks_that_their_indices_need() -> None:
    factors = [PRICE, ELASTICITY, SWITCH]
    sobol = Design(DesignKind.SOBOL, n=8)
    assert len(points(sobol, factors)) == 8 * block_size(sobol, 3) == 8 * 5
    second = Design(DesignKind.SOBOL, n=8, second_order=True)
    assert len(points(second, factors)) == 8 * block_size(second, 3) == 8 * 8
    morris = Design(DesignKind.MORRIS, trajectories=5)
    found = points(morris, factors)
    assert len(found) == 5 * block_size(morris, 3) == 5 * 4
    for start in range(0, 20, 4):
        for before, after in pairwise(found[start : start + 4]):
            moved = [key for key in before.cells if before.cells[key] != after.cells[key]]
            assert len(moved) == 1


@pytest.mark.parametrize(
    ("kind", "size"),
    [(DesignKind.RANDOM, "n"), (DesignKind.SOBOL, "n"), (DesignKind.MORRIS, "trajectories")],
)
def test_a_larger_design_begins_with_the_smaller_one(kind: DesignKind, size: str) -> None:
    small = Design(kind, n=8, trajectories=8, seed=5)
    large = Design(kind, n=16, trajectories=16, seed=5)
    few, many = points(small, [PRICE, ELASTICITY]), points(large, [PRICE, ELASTICITY])
    assert len(many) == 2 * len(few)
    assert many[: len(few)] == few


def test_a_finer_grid_holds_the_coarser_one() -> None:
    coarse, fine = (points(Design(DesignKind.GRID, levels=n), [PRICE, ELASTICITY]) for n in (3, 5))
    assert all(point in fine for point in coarse)


def test_designs_hang_on_their_seed_and_on_nothing_else() -> None:
    for kind in (DesignKind.LHS, DesignKind.RANDOM, DesignKind.SOBOL, DesignKind.MORRIS):
        one, same, other = (
            points(Design(kind, n=8, trajectories=8, seed=seed), [PRICE, SERVERS])
            for seed in (1, 1, 2)
        )
        assert one == same
        assert one != other


def test_sampled_mixtures_are_uniform_over_the_simplex() -> None:
    mixture = Mixture(("a", "b", "c"), 1.0)
    draws = np.random.default_rng(1).random((4000, 2))
    shares = np.array([mixture.at(row.tolist()) for row in draws])
    assert shares.min() >= 0
    assert np.allclose(shares.sum(axis=1), 1.0)
    for part in range(3):  # each part of Dirichlet(1, 1, 1) is Beta(1, 2)
        assert kstest(shares[:, part], lambda x: 1 - (1 - x) ** 2).pvalue > 0.001


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 9), st.integers(0, 9))
def test_whole_numbers_have_equal_parts_of_the_range(share: float, low: int, more: int) -> None:
    value = Range(low, low + more, whole=True).at(share)
    assert low <= value <= low + more
    assert value == low + int(share * (more + 1))


@given(st.integers(1, 60), st.integers(1, 60))
def test_thinning_keeps_order_and_spreads(n: int, limit: int) -> None:
    found = thinned(list(range(n)), limit)
    assert found == sorted(set(found))
    assert len(found) == min(n, limit)
    assert found[0] == 0


def test_limits_leave_whole_blocks() -> None:
    factors = [PRICE, ELASTICITY, SWITCH]
    whole = points(Design(DesignKind.SOBOL, n=64), factors)
    few = points(Design(DesignKind.SOBOL, n=64, limit=45), factors)
    assert few == whole[: 8 * 5]
    assert len(points(Design(DesignKind.MORRIS, trajectories=9, limit=13), factors)) == 3 * 4
    assert len(points(Design(DesignKind.GRID, levels=5, limit=4), factors)) == 4


def test_links_and_mixtures_set_all_their_paths() -> None:
    linked = Factor("price", Role.LEVER, Range(0.2, 0.8), links=("other",))
    assert linked.at([1.0]).changes == {"price": 0.8, "other": 0.8}
    assert linked.at([1.0]).cells == {"price": 0.8}
    both = Factor("funding", Role.LEVER, Mixture(("a", "b"), 6.0), links=("rival",))
    assert both.grid(2)[0].changes == {
        "funding.a": 0.0, "funding.b": 6.0, "rival.a": 0.0, "rival.b": 6.0,
    }  # fmt: skip
    assert both.columns == ("funding.a", "funding.b")
