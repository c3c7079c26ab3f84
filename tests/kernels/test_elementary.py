"""exp, log, powers and tanh against the library's, over all that kernels give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.jit import njit
from simulation.kernels import elementary

ULP = 2.0**-52


@njit
def exps(x: Any) -> Any:
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = elementary.exp(x[i])
    return out


@njit
def logs(x: Any) -> Any:
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = elementary.log(x[i])
    return out


@njit
def powers(x: Any, exponent: float) -> Any:
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = elementary.power(x[i], exponent)
    return out


@njit
def tanhs(x: Any) -> Any:
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = elementary.tanh(x[i])
    return out


def spread(low: float, high: float) -> Any:
    """Return numbers between two, and the two."""
    return np.append(np.random.default_rng(1).uniform(low, high, 50_000), [low, high])


@pytest.mark.parametrize("size", [1e-12, 1e-3, 1.0, 40.0, 700.0])
def test_exp_is_right_to_an_ulp(size: float) -> None:
    x = spread(-size, size)
    assert np.max(np.abs(exps(x) / np.exp(x) - 1.0)) <= 1.5 * ULP


def test_exp_stands_still_where_doubles_end() -> None:
    ends = exps(np.array([-1e9, -np.inf, np.inf, 1e9, 0.0]))
    assert 0.0 < ends[0] == ends[1] < 1e-300
    assert 1e300 < ends[2] == ends[3] < np.inf
    assert ends[4] == 1.0


@pytest.mark.parametrize("power", [-300.0, -20.0, -1.0, -1e-9])
def test_log_is_right_to_an_ulp(power: float) -> None:
    x = 10.0 ** spread(power, -power)
    true = np.log(x)
    wide = np.abs(true) > 1e-3
    assert np.max(np.abs(logs(x) / true - 1.0)[wide], initial=0.0) <= 1.5 * ULP
    assert np.max(np.abs(logs(x) - true)[~wide], initial=0.0) <= 2.0 * ULP


def test_log_of_one_is_nothing() -> None:
    assert logs(np.array([1.0]))[0] == 0.0


@pytest.mark.parametrize("exponent", [-40.0, -1.0, -0.43, 0.5, 1.0, 3.0])
def test_power_is_right(exponent: float) -> None:
    x = spread(0.02, 1.0)
    size = 2.0 + np.abs(exponent * np.log(x))
    assert np.all(np.abs(powers(x, exponent) / x**exponent - 1.0) <= 1.5 * size * ULP)


@given(st.floats(-1e6, 1e6))
def test_tanh_is_right_and_odd(x: float) -> None:
    one, other = tanhs(np.array([x, -x]))
    assert one == -other
    assert abs(one - np.tanh(x)) <= 3e-16
