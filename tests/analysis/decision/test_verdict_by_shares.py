"""The search for reversals, and verdicts by shares of futures."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import qmc

from simulation.analysis.decision.by_shares import Evidence, ShareVerdict, judge
from simulation.analysis.decision.emulator import Kind, Sample, fit
from simulation.analysis.decision.radius import radius
from simulation.analysis.decision.reversals import RangeCell, Reversal, judged, suspects
from simulation.analysis.decision.shares import FutureShare, Shares, normals, shares_of


def share(value: float, half: float = 0.04, n: int = 256) -> FutureShare:
    return FutureShare(value, value - half, min(value + half, 1.0), n)


def evidence(better: float, same: float, worse: float, **changes: object) -> Evidence:
    shares = Shares(share(better), share(same), share(worse))
    plain = {"uniform": shares, "edge": shares, "n": 256, "seed_error": 0.1, "margin": 1.0}
    return Evidence(**{**plain, **changes})  # type: ignore[arg-type]


def reversal(mean: float, high: float) -> Reversal:
    cell = suspects(lambda x: x[:, 0], [0, 1], 2)[0]
    return Reversal(cell, mean, high, 16)


def test_nine_of_ten_under_both_measures_and_no_reversal_is_supported() -> None:
    assert judge(evidence(0.95, 0.03, 0.02)).verdict is ShareVerdict.SUPPORTED
    assert judge(evidence(0.02, 0.03, 0.95)).verdict is ShareVerdict.REFUTED


def test_confirmed_reversal_makes_it_depend_and_is_named() -> None:
    turned = judge(evidence(0.95, 0.03, 0.02, reversed_down=[reversal(-5.0, -2.0)]))
    assert turned.verdict is ShareVerdict.DEPENDS
    assert len(turned.except_where) == 1
    open_one = judge(evidence(0.95, 0.03, 0.02, reversed_down=[reversal(-5.0, 0.5)]))
    assert open_one.verdict is ShareVerdict.SUPPORTED


def test_no_difference_needs_seeds_enough_to_know() -> None:
    assert judge(evidence(0.02, 0.96, 0.02)).verdict is ShareVerdict.NO_DIFFERENCE
    loud = judge(evidence(0.02, 0.96, 0.02, seed_error=0.9))
    assert loud.verdict is ShareVerdict.UNDECIDED
    assert loud.futures_needed is None


def test_edges_of_the_ranges_have_a_say() -> None:
    edge = Shares(share(0.7), share(0.1), share(0.2))
    assert judge(evidence(0.95, 0.03, 0.02, edge=edge)).verdict is ShareVerdict.DEPENDS


def test_edges_that_are_not_known_well_leave_it_undecided() -> None:
    """Towards the ends of the ranges few futures count, and the claim might hold there too."""
    edge = Shares(share(0.92, 0.14), share(0.05, 0.1), share(0.03, 0.1))
    found = judge(evidence(0.95, 0.03, 0.02, edge=edge))
    assert found.verdict is ShareVerdict.UNDECIDED
    assert found.futures_needed is not None
    assert found.futures_needed > 256


def test_too_few_futures_are_undecided_and_told_how_many_more() -> None:
    wide = Shares(share(0.6, 0.2), share(0.1, 0.2), share(0.3, 0.2))
    found = judge(evidence(0.6, 0.1, 0.3, uniform=wide, edge=None, n=64))
    assert found.verdict is ShareVerdict.UNDECIDED
    assert found.futures_needed == pytest.approx(256, abs=1)
    assert judge(evidence(0.95, 0.03, 0.02, n=127)).verdict is ShareVerdict.UNDECIDED


def test_search_finds_a_small_box_in_which_the_effect_turns_over() -> None:
    x = qmc.Sobol(4, rng=6).random(256)

    def effect(at: np.ndarray) -> np.ndarray:
        return np.where((at[:, 0] > 0.75) & (at[:, 2] < 0.24), -2.0, 1.0)

    rng = np.random.default_rng(1)
    sample = Sample(x, effect(x) + rng.normal(0, 0.3, 256), np.full(256, 0.09))
    found = suspects(fit(sample).mean, [0, 1, 2, 3], 4)
    lowest = found[0]
    assert set(lowest.assumptions) <= {0, 1, 2, 3}
    assert {0, 2} <= set(lowest.assumptions)
    runs = [effect(cell.futures(4)) + rng.normal(0, 0.2, 16) for cell in found]
    assert judged(found, runs)[0].confirmed(0.1)


def test_five_cells_are_five_places() -> None:
    """Where two of four assumptions matter, corners of three say nothing that their cell does not.

    The lowest cell, all low in the two, holds the two corners with the same mean; its neighbours
    bound the same pair, and are other places.
    """
    cells = suspects(lambda x: x[:, 0] + x[:, 1], [0, 1, 2, 3], 4)
    assert [cell.mean for cell in cells] == pytest.approx([0.25, 0.5, 0.5, 0.625, 0.625])
    assert {(cell.assumptions, cell.low) for cell in cells[:3]} == {
        ((0, 1), (0.0, 0.0)), ((0, 1), (0.25, 0.0)), ((0, 1), (0.0, 0.25)),
    }  # fmt: skip
    assert not any(one.is_at(other) for one, other in combinations(cells, 2))


def test_corner_is_at_the_place_of_its_cell_and_of_no_neighbour() -> None:
    corner = RangeCell((0, 1, 2), (0.0, 0.0, 0.75), (0.25, 0.25, 1.0), 0.0)
    around = RangeCell((0, 2), (0.0, 0.75), (0.25, 1.0), 0.0)
    assert corner.is_at(around)
    assert around.is_at(corner)
    assert not corner.is_at(RangeCell((0, 2), (0.25, 0.75), (0.5, 1.0), 0.0))
    assert not around.is_at(RangeCell((0, 1), (0.0, 0.0), (0.25, 0.25), 0.0))
    assert not corner.is_at(RangeCell((0, 3), (0.0, 0.0), (0.25, 0.25), 0.0))


def test_bound_of_five_cells_holds_for_all_at_once() -> None:
    rng = np.random.default_rng(2)
    cells = suspects(lambda x: x.sum(axis=1), [0, 1, 2], 3)
    wrong = 0
    for _ in range(400):
        effects = [rng.normal(0, 1, 16) for _ in cells]
        wrong += any(one.confirmed(0.0) for one in judged(cells, effects))
    assert wrong <= 32  # 5 % of 400, and chance


def test_no_effect_is_no_difference_whatever_the_seed_of_all_futures() -> None:
    """A difference of 0 with noise: seeds of their own keep the verdicts honest."""
    verdicts = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = rng.random((128, 2))
        sample = Sample(x, rng.normal(0, 0.2, 128), np.full(128, 0.04))
        posterior = fit(sample, Kind.QUADRATIC).posterior()
        shares = shares_of(posterior, 1.0, posterior.draws(normals(128, draws=200)))
        verdicts.append(judge(Evidence(shares, None, 128, 0.2, 1.0)).verdict)
    assert verdicts.count(ShareVerdict.NO_DIFFERENCE) == 40


def test_radius_ends_where_the_effect_does() -> None:
    at = np.array([0.5, 0.5])
    found = radius(lambda x: 1.0 - 2.5 * np.abs(x[:, 0] - 0.5), at, 0.0)
    assert found.value == pytest.approx(0.8, abs=0.03)
    everywhere = radius(lambda x: 1.0 + 0.0 * x[:, 0], at, 0.0)
    assert everywhere.value == 1.0


def test_confirmed_reversal_of_a_refuted_claim_makes_it_depend_too() -> None:
    """Signs are turned: a mean of −5 is one of +5 where the effect is otherwise negative."""
    up = judge(evidence(0.02, 0.03, 0.95, reversed_up=[reversal(-5.0, -2.0)]))
    assert up.verdict is ShareVerdict.DEPENDS
    assert len(up.except_where) == 1
    beside = judge(evidence(0.02, 0.03, 0.95, reversed_down=[reversal(-5.0, -2.0)]))
    assert beside.verdict is ShareVerdict.REFUTED
    either = judge(evidence(0.02, 0.96, 0.02, reversed_up=[reversal(-5.0, -2.0)]))
    assert either.verdict is ShareVerdict.DEPENDS
