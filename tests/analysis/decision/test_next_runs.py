"""Where to run next: futures that cannot tell, cells that may be reversed, what was left out."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.next_runs import (
    directions,
    fixed_at,
    further_seeds,
    left_out_share,
    redrawn,
    suspect_cells,
)
from simulation.analysis.decision.shares import FutureShare, Shares


def shares(better: float, same: float, worse: float) -> Shares:
    return Shares(*(FutureShare(one, one - 0.05, one + 0.05, 128) for one in (better, same, worse)))


def test_futures_that_can_tell_least_get_seeds_first_and_only_as_many_as_the_budget_has() -> None:
    chance, seeds = np.array([0.95, 0.5, 0.2, 0.6, 0.05]), np.full(5, 2)
    assert further_seeds(chance, seeds, budget=3, most=16).tolist() == [0, 2, 0, 1, 0]
    assert further_seeds(chance, seeds, budget=99, most=16).tolist() == [0, 2, 2, 2, 0]
    assert further_seeds(chance, seeds, budget=99, most=3).tolist() == [0, 1, 1, 1, 0]
    assert further_seeds(chance, np.full(5, 16), budget=99, most=16).tolist() == [0] * 5


def test_reversals_are_searched_against_the_claim_that_is_near() -> None:
    assert directions(shares(0.9, 0.05, 0.05)) == (False,)
    assert directions(shares(0.05, 0.05, 0.9)) == (True,)
    assert directions(shares(0.05, 0.9, 0.05)) == (False, True)
    assert directions(shares(0.5, 0.1, 0.4)) == ()


def test_suspect_cell_is_named_by_columns_of_all_assumptions() -> None:
    def mean(x: np.ndarray) -> np.ndarray:
        return np.where((x[:, 0] > 0.75) & (x[:, 1] < 0.25), -1.0, 2.0)

    found = suspect_cells(mean, (7, 3), shares(0.94, 0.0, 0.06))
    assert found[0].cell.assumptions == (7, 3)
    assert (found[0].cell.low, found[0].cell.high) == ((0.75, 0.0), (1.0, 0.25))
    assert found[0].cell.mean == pytest.approx(-1.0)
    up = suspect_cells(lambda x: -mean(x), (7, 3), shares(0.06, 0.0, 0.94))
    assert up[0].upward
    assert up[0].cell.mean == pytest.approx(1.0)


def test_futures_at_a_point_differ_in_everything_else() -> None:
    points = fixed_at(np.array([0.3, 0.9]), (1, 4), 6, 16)
    assert points.shape == (16, 6)
    assert np.all(points[:, [1, 4]] == [0.3, 0.9])
    assert len(np.unique(points[:, 0])) == 16


def test_what_is_left_out_is_drawn_again_and_the_rest_stays() -> None:
    x = np.random.default_rng(1).random((20, 5))
    again = redrawn(x, (0, 3))
    assert np.all(again[:, [0, 3]] == x[:, [0, 3]])
    assert not np.any(again[:, [1, 2, 4]] == x[:, [1, 2, 4]])


def test_share_that_left_out_assumptions_carry_is_the_true_one_whatever_seeds_share() -> None:
    """D = a + b + noise; b, a third of the variance, is drawn again; half the noise is shared."""
    rng = np.random.default_rng(3)
    n, seeds = 400, 2
    a, b, again = (rng.normal(0, s, n) for s in (2**0.5, 1.0, 1.0))
    common = rng.normal(0, 1.0, (n, seeds))
    first = (a + b)[:, None] + common + rng.normal(0, 0.5, (n, seeds))
    second = (a + again)[:, None] + common + rng.normal(0, 0.5, (n, seeds))
    found = left_out_share(first, second, 3.0)
    assert found is not None
    assert found.share == pytest.approx(1 / 3, abs=0.05)
    assert found.low < 1 / 3 < found.high
    assert left_out_share(first[:, :1], second[:, :1], 3.0) is None


def test_noise_of_the_seeds_own_is_taken_off_a_share_left_out_once_and_not_twice() -> None:
    """As above with as much noise as there is to see: taken off twice, nothing would be left."""
    rng = np.random.default_rng(4)
    n, seeds = 4000, 2
    a, b, again = (rng.normal(0, s, n) for s in (2**0.5, 1.0, 1.0))
    first, second = ((a + one)[:, None] + rng.normal(0, 1.0, (n, seeds)) for one in (b, again))
    found = left_out_share(first, second, 3.0)
    assert found is not None
    assert found.share == pytest.approx(1 / 3, abs=0.04)
