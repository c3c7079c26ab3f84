"""The CES functions: their limits, their invariants, and the known answers of docs/model.md."""

from __future__ import annotations

from math import inf, isclose, log, nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from simulation.errors import InputError
from simulation.jit import njit
from simulation.kernels import ces as kernel
from simulation.kernels.ces import ces, exponent

# Subroutines of kernels, compiled so that Python can call them.
add_terms = njit(kernel.add_terms.py_func, cache=True)
ces2 = njit(kernel.ces2.py_func, cache=True)
ces2_all = njit(kernel.ces2_all.py_func, cache=True)
close = njit(kernel.close.py_func, cache=True)
close_all = njit(kernel.close_all.py_func, cache=True)
empty_total = njit(kernel.empty_total.py_func, cache=True)
join = njit(kernel.join.py_func, cache=True)
term = njit(kernel.term.py_func, cache=True)

SIGMAS = [0.0, 0.01, 0.25, 0.5, 0.7, 0.95, 1.0, 1.02, 1.5, 2.0, 5.0, 100.0, inf]

inputs = st.lists(st.floats(0.02, 1.0), min_size=4, max_size=4).map(np.array)
weights = st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4).map(
    lambda w: np.array(w) / np.sum(w)
)
sigmas = st.one_of(st.sampled_from(SIGMAS), st.floats(0.05, 20.0))


def by_definition(x: NDArray[np.float64], a: NDArray[np.float64], rho: float) -> float:
    return float((a * x**rho).sum() ** (1.0 / rho))


def by_parts(x: NDArray[np.float64], a: NDArray[np.float64], rho: float) -> float:
    total = term(x[0], a[0], rho)
    for value, weight in zip(x[1:], a[1:], strict=True):
        total = join(total, term(value, weight, rho), rho)
    return float(close(total, rho))


@pytest.mark.parametrize(
    ("sigma", "rho"), [(0.0, -inf), (0.5, -1.0), (1.0, 0.0), (2.0, 0.5), (inf, 1.0)]
)
def test_limits_are_exact(sigma: float, rho: float) -> None:
    assert exponent(sigma) == rho


@pytest.mark.parametrize("sigma", [-0.1, float("nan")])
def test_names_rule_and_value(sigma: float) -> None:
    with pytest.raises(InputError, match=f"at least 0. Got {sigma}"):
        exponent(sigma)


X = np.array([0.3, 0.05, 0.9, 0.6])
A = np.array([0.35, 0.35, 0.2, 0.1])


def test_leontief_is_the_scarcest_input() -> None:
    assert ces(X, A, exponent(0.0)) == 0.05


def test_leontief_ignores_inputs_without_weight() -> None:
    a = np.array([0.5, 0.0, 0.25, 0.25])
    assert ces(X, a, exponent(0.0)) == by_parts(X, a, exponent(0.0)) == 0.3


def test_cobb_douglas_is_the_weighted_geometric_mean() -> None:
    expected = np.prod(X**A)
    assert ces(X, A, exponent(1.0)) == pytest.approx(expected, rel=1e-15)


def test_perfect_substitutes_add_up() -> None:
    assert ces(X, A, exponent(inf)) == pytest.approx(A @ X, rel=1e-15)


@pytest.mark.parametrize("rho", [1e-3, 1e-5, 1e-8, 1e-11, 1e-14, 1e-17, 1e-300])
@pytest.mark.parametrize("sign", [-1, 1])
def test_is_continuous_at_cobb_douglas(rho: float, sign: int) -> None:
    logs = np.log(X)
    variance = A @ logs**2 - (A @ logs) ** 2
    limit = np.prod(X**A)
    slope = limit * variance / 2
    got = ces(X, A, sign * rho)
    assert got - limit == pytest.approx(sign * rho * slope, rel=5 * rho, abs=2e-15)


def test_nears_leontief_without_overflow() -> None:
    assert ces(X, A, exponent(1e-4)) == pytest.approx(0.05, rel=2e-4)
    assert ces2(0.05, 0.9, 0.35, exponent(1e-4)) == pytest.approx(0.05, rel=2e-4)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_weight_of_zero_drops_its_input(sigma: float) -> None:
    rho = exponent(sigma)
    tiny = np.array([0.3, 1e-200, 0.9])
    with_it = ces(tiny, np.array([0.6, 0.0, 0.4]), rho)
    assert with_it == ces(np.array([0.3, 0.9]), np.array([0.6, 0.4]), rho)
    assert ces2(0.3, 0.0, 1.0, rho) == ces2(0.0, 0.3, 0.0, rho) == 0.3


@pytest.mark.parametrize("sigma", SIGMAS)
def test_an_input_of_zero_stops_all_up_to_cobb_douglas(sigma: float) -> None:
    rho = exponent(sigma)
    got = ces(np.array([0.0, 0.8]), np.array([0.5, 0.5]), rho)
    assert got == pytest.approx(ces2(0.0, 0.8, 0.5, rho), rel=1e-14)
    assert (got == 0.0) == (sigma <= 1.0)


@pytest.mark.parametrize("rho", [-1.0, 0.5])
def test_fast_paths_join_the_general_one(rho: float) -> None:
    here = by_parts(X, A, rho)
    beside = by_parts(X, A, nextafter(rho, 0.0))
    assert here == pytest.approx(beside, rel=1e-14)
    assert here == pytest.approx(by_definition(X, A, rho), rel=1e-14)


@pytest.mark.parametrize("threshold", [-0.0625, 0.0625])
def test_stable_and_plain_sums_agree_where_they_meet(threshold: float) -> None:
    inner = by_parts(X, A, nextafter(threshold, 0.0))
    assert inner == pytest.approx(by_parts(X, A, threshold), rel=1e-14)


@given(inputs, weights, sigmas)
def test_lies_between_the_least_and_the_greatest_input(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float
) -> None:
    z = ces(x, a, exponent(sigma))
    assert x.min() * (1 - 1e-14) <= z <= x.max() * (1 + 1e-14)


@given(inputs, weights, sigmas, st.floats(0.01, 100.0))
def test_is_homogeneous_of_degree_one(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float, factor: float
) -> None:
    rho = exponent(sigma)
    assert ces(factor * x, a, rho) == pytest.approx(factor * ces(x, a, rho), rel=1e-13)


@given(inputs, weights, sigmas, st.integers(0, 3), st.floats(0.0, 1.0))
def test_never_falls_when_an_input_rises(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float, n: int, more: float
) -> None:
    rho = exponent(sigma)
    raised = x.copy()
    raised[n] += more
    assert ces(raised, a, rho) >= ces(x, a, rho) * (1 - 1e-14)


@given(inputs, weights, st.floats(0.2, 20.0))
def test_euler_marginal_products_exhaust_the_output(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float
) -> None:
    rho = exponent(sigma)
    products = 0.0
    for n in range(4):
        step = np.zeros(4)
        step[n] = 1e-5 * x[n]
        slope = (ces(x + step, a, rho) - ces(x - step, a, rho)) / (2 * step[n])
        products += slope * x[n]
    assert products == pytest.approx(ces(x, a, rho), rel=1e-7)


@given(inputs, weights, sigmas, sigmas)
def test_rises_with_the_elasticity(
    x: NDArray[np.float64], a: NDArray[np.float64], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert ces(x, a, exponent(low)) <= ces(x, a, exponent(high)) * (1 + 1e-14)


@given(inputs, weights, sigmas)
def test_parts_and_whole_agree(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float
) -> None:
    rho = exponent(sigma)
    assert by_parts(x, a, rho) == pytest.approx(ces(x, a, rho), rel=2e-14)


@given(st.floats(0.02, 1.0), st.floats(0.02, 1.0), st.floats(0.01, 0.99), sigmas)
def test_two_inputs_are_the_same_function(
    x1: float, x2: float, weight: float, sigma: float
) -> None:
    rho = exponent(sigma)
    whole = ces(np.array([x1, x2]), np.array([weight, 1.0 - weight]), rho)
    assert ces2(x1, x2, weight, rho) == pytest.approx(whole, rel=1e-14)
    assert ces2(x2, x1, 1.0 - weight, rho) == pytest.approx(whole, rel=1e-14)


@given(st.floats(0.02, 1.0), weights, sigmas)
def test_equal_inputs_come_out_as_they_are(x: float, a: NDArray[np.float64], sigma: float) -> None:
    assert isclose(ces(np.full(4, x), a, exponent(sigma)), x, rel_tol=1e-13)


def dividends(sigma: float, low: float = 0.2, high: float = 1.0) -> list[float]:
    """Harsanyi dividends of one, two and three inputs raised from low to high, weights 1/3."""
    rho = exponent(sigma)
    a = np.full(3, 1.0 / 3.0)
    value = [ces(np.array([high] * n + [low] * (3 - n)), a, rho) for n in range(4)]
    signs = [np.array([1]), np.array([-1, 1]), np.array([1, -2, 1]), np.array([-1, 3, -3, 1])]
    return [float(signs[n] @ value[: n + 1]) for n in range(1, 4)]


# docs/model.md section 7: CES dividends and CES allocation.


@pytest.mark.parametrize(
    ("sigma", "expected"),
    [
        (1.0, (0.1420, 0.1008, 0.0716)),
        (0.5, (0.0727, 0.0831, 0.3325)),
        (2.0, (0.1988, 0.0679, 0.0)),
    ],
)
def test_dividends(sigma: float, expected: tuple[float, ...]) -> None:
    assert dividends(sigma) == pytest.approx(expected, abs=5.1e-5)


@settings(max_examples=50)
@given(st.floats(0.1, 10.0), st.floats(0.02, 0.8))
def test_the_triple_dividend_changes_sign_at_two(sigma: float, low: float) -> None:
    triple = dividends(sigma, low)[2]
    if abs(sigma - 2.0) > 1e-3:
        assert triple * (2.0 - sigma) > 0.0


def test_the_triple_dividend_is_exactly_zero_at_two() -> None:
    assert dividends(2.0)[2] == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("sigma", "expected"), [(0.5, (0.415, 0.322, 0.263)), (2.0, (0.658, 0.237, 0.105))]
)
def test_allocation_at_equal_costs(sigma: float, expected: tuple[float, ...]) -> None:
    delta = np.array([0.5, 0.3, 0.2])
    assert best_shares(delta, np.ones(3), sigma) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
def test_allocation_follows_weight_per_cost(sigma: float) -> None:
    delta, cost = np.array([0.5, 0.3, 0.2]), np.array([2.0, 1.0, 0.5])
    formula = (delta / cost) ** sigma
    assert best_shares(delta, cost, sigma) == pytest.approx(formula / formula.sum(), abs=1e-4)


def test_cobb_douglas_by_hand() -> None:
    assert log(ces2(0.25, 0.5, 0.5, 0.0)) == pytest.approx(-1.5 * log(2.0), rel=1e-15)


def best_shares(
    delta: NDArray[np.float64], cost: NDArray[np.float64], sigma: float
) -> NDArray[np.float64]:
    """Shares of the inputs' quantities that make most of a budget of 1."""
    rho = exponent(sigma)
    found = minimize(
        lambda x: -ces(x, delta, rho),
        np.full(3, 1.0 / cost.sum()),
        bounds=[(1e-3, None)] * 3,
        constraints={"type": "eq", "fun": lambda x: cost @ x - 1.0},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.success
    return np.asarray(found.x / found.x.sum())


# --- many at once ---------------------------------------------------------------------------------


@given(inputs, weights, sigmas)
def test_many_at_once_are_the_same_as_one_by_one(
    x: NDArray[np.float64], a: NDArray[np.float64], sigma: float
) -> None:
    rho = exponent(sigma)
    total, z = np.full(4, empty_total(rho)), np.empty(4)
    add_terms(x, a, rho, 4, total)
    add_terms(x[::-1].copy(), (1.0 - a), rho, 4, total)
    close_all(total, rho, 4, z)
    for j in range(4):
        alone = join(term(x[j], a[j], rho), term(x[3 - j], 1.0 - a[j], rho), rho)
        assert isclose(z[j], close(alone, rho), rel_tol=1e-11)


@given(inputs, inputs, st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]), sigmas)
def test_many_pairs_are_the_same_as_one_by_one(
    x: NDArray[np.float64], y: NDArray[np.float64], weight: float, sigma: float
) -> None:
    rho = exponent(sigma)
    z = np.empty(4)
    ces2_all(x, y, weight, rho, 4, z)
    for j in range(4):
        assert isclose(z[j], ces2(x[j], y[j], weight, rho), rel_tol=1e-11)


def test_only_the_first_of_many_are_touched() -> None:
    x, total = np.full(4, 0.5), np.zeros(4)
    add_terms(x, np.ones(4), 0.5, 2, total)
    assert np.all(total[:2] > 0.0)
    assert np.all(total[2:] == 0.0)
