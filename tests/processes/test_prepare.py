"""Who moves in a round, in the order in which everything else relies on them."""

from __future__ import annotations

import numpy as np

from simulation.jit import njit
from simulation.kernels import prepare
from simulation.world.rounds import Due

# Subroutines of kernels, compiled so that Python can call them.
by_round = njit(prepare.by_round.py_func, cache=True)
merged = njit(prepare.merged.py_func, cache=True)
without = njit(prepare.without.py_func, cache=True)


def test_persons_are_found_by_their_round_and_stay_ascending() -> None:
    person, number = np.array([2, 3, 5, 8, 9]), np.array([4, 1, 4, 1, 2])
    due = Due(*by_round(person, number, 4))
    assert [due.of(r).tolist() for r in (1, 2, 3, 4)] == [[3, 8], [9], [], [2, 5]]
    assert not len(Due().of(3))


def test_lists_of_persons_are_joined_and_parted() -> None:
    one, two = np.array([1, 4, 6]), np.array([2, 4, 9])
    assert merged(one, two).tolist() == [1, 2, 4, 6, 9]
    assert without(merged(one, two), two).tolist() == [1, 6]
    assert without(one, two[:0]).tolist() == [1, 4, 6]
