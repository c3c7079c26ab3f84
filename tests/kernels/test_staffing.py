"""Servers for a service level: Erlang's formulas, and published figures of them."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from desk_oracle import erlang_a, erlang_c
from hypothesis import given
from hypothesis import strategies as st

from simulation.jit import njit
from simulation.kernels import desk, staffing

# Subroutines of kernels, compiled so that Python can call them.
serve = njit(desk.serve.py_func, cache=True)
answered = njit(staffing.answered.py_func, cache=True)
servers_needed = njit(staffing.servers_needed.py_func, cache=True)


def unqueued(load: float, servers: int) -> float:
    """Return E, by its recursion."""
    weight = 1.0
    for n in range(2, servers + 1):
        weight = 1.0 + weight * (n - 1) / load
    return weight


def level(rate: float, handling: float, patience: float, servers: int, within: float) -> float:
    """Return the share answered in time."""
    return answered(rate, handling, patience, servers, unqueued(rate * handling, servers), within)


@pytest.mark.parametrize(("servers", "load", "within"), [(1, 0.5, 0.3), (5, 4.2, 1.0), (40, 36, 0)])
def test_without_abandonment_it_is_erlang_c(servers: int, load: float, within: float) -> None:
    expected = erlang_c(servers, load).within(within / 3.0)
    assert level(load / 3.0, 3.0, inf, servers, within) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "handling", "patience", "servers"),
    [(48.0, 1.0, 2.0, 50), (2.0, 8.0, 25.0, 12), (5.0, 4.0, 3.0, 30), (0.01, 8.0, 25.0, 1)],
)
def test_at_no_wait_and_at_any_wait_it_is_erlang_a(
    rate: float, handling: float, patience: float, servers: int
) -> None:
    """Answered at once are those who do not wait, answered ever those who do not leave."""
    known = erlang_a(rate, handling, patience, servers)
    args = rate, handling, patience, servers
    assert level(*args, 0.0) == pytest.approx(1.0 - known.p_wait, rel=1e-10)
    assert level(*args, 1e4) == pytest.approx(1.0 - known.p_abandon, rel=1e-10)


def test_mandelbaum_zeltyn_2007_fifty_agents() -> None:
    """48 calls and 50 agents a minute, handling 1, patience 2: 3.1 % leave (Erlang A's example)."""
    assert 1.0 - level(48.0, 1.0, 2.0, 50, 1e4) == pytest.approx(0.031, abs=0.0005)


def test_a_simulated_desk_reaches_the_level_that_the_formula_says() -> None:
    """Four million minutes of exponential calls; the bound is four standard errors of batches."""
    rng = np.random.default_rng(5)
    n, rate, handling, patience, servers, within = 400_000, 2.0, 8.0, 25.0, 16, 1.0
    arrival = np.cumsum(rng.exponential(1.0 / rate, n))
    wait, left = np.empty(n), np.empty(n, dtype=np.bool_)
    serve(arrival, rng.exponential(handling, n), rng.exponential(patience, n), servers, wait, left)
    batches = (~left & (wait <= within)).reshape(40, -1).mean(axis=1)
    error = batches.std(ddof=1) / np.sqrt(40)
    assert abs(batches.mean() - level(rate, handling, patience, servers, within)) < 4.0 * error


@given(
    st.floats(1e-4, 30.0), st.floats(0.5, 30.0), st.one_of(st.just(inf), st.floats(0.5, 40.0)),
    st.floats(0.05, 0.99), st.floats(0.0, 10.0),
)  # fmt: skip
def test_the_number_is_the_least_that_reaches_the_level(
    rate: float, handling: float, patience: float, share: float, within: float
) -> None:
    n = servers_needed(rate, handling, patience, share, within)
    assert n >= 1
    assert level(rate, handling, patience, n, within) >= share
    if n > 1:
        assert level(rate, handling, patience, n - 1, within) < share


def test_huge_desks_do_not_overflow() -> None:
    """Twenty thousand Erlang, and a patience of days: about as many servers as load."""
    assert 0.69 < servers_needed(2500.0, 8.0, 25.0, 0.7, 1.0) / 20_000 < 1.01
    assert servers_needed(0.0, 8.0, 25.0, 0.9, 1.0) == 1


def test_large_desks_are_busier_at_the_same_service_level() -> None:
    """Pooling: 70 % within a minute, calls of seven minutes, takes 1/2 of the time at 2 Erlang.

    From 3 to 100 Erlang it is between 60 and 90 %, the usual planning range.
    """
    loads = (2.0, 3.0, 10.0, 30.0, 60.0)
    busy = [load / servers_needed(1.1 * load / 7.0, 7.0, 25.0, 0.7, 1.0) for load in loads]
    assert busy == sorted(busy)
    assert busy[0] < 0.6
    assert all(0.6 <= one <= 0.9 for one in busy[1:])
