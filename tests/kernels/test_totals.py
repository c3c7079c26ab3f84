"""Sums in kernels are those of NumPy, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.jit import njit
from simulation.kernels import totals

total = njit(totals.total.py_func, cache=True)
"""A subroutine of kernels, compiled so that Python can call it."""


@pytest.mark.parametrize("n", [0, 1, 3, 7, 8, 9, 15, 16, 23, 64, 127])
def test_a_total_is_numpys_to_the_bit(n: int) -> None:
    values = np.random.default_rng(n).lognormal(0.0, 3.0, n)
    assert total(values) == values.sum()
