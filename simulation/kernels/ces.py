"""Constant elasticity of substitution: how actors integrate what each of them brings.

    z = (Σ a_n x_n^ρ)^(1/ρ),   σ = 1/(1 − ρ),   Σ a_n = 1

σ = 0 is Leontief (the scarcest input decides), σ = 1 Cobb–Douglas, σ = ∞ linear; all three are
exact, and z is continuous in ρ through 0. A zero weight drops its input (Arrow, Chenery, Minhas &
Solow 1961, Review of Economics and Statistics 43:225).

An inner loop in which only one input changes adds up the others once:

    base = join(term(x1, a1, rho), term(x2, a2, rho), rho)
    z = close(join(base, term(x3, a3, rho), rho), rho)

``join`` is a sum but for ρ = −∞, where it is a minimum. Inputs lie in [0, ∞). For finite ρ < 0 the
building blocks need x^ρ to be a finite number (with x ≥ .02 that is ρ > −180, σ > .006); ``ces``
and ``ces2`` scale by the scarcest input and have no such limit.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, expm1, inf, isnan, log, log1p, sqrt
from typing import Any

from simulation.errors import Fault, InputError
from simulation.jit import njit, subroutine
from simulation.kernels import elementary

COBB_DOUGLAS = 1e-15
"""Below this |ρ| the limit at 0 is nearer than rounding can tell."""

NEAR_COBB_DOUGLAS = 0.0625
"""Below this |ρ| sums of x^ρ − 1 keep the digits that sums of x^ρ lose."""


@lru_cache
def exponent(sigma: float) -> float:
    """Return ρ = 1 − 1/σ, the exponent of a CES with elasticity of substitution ``sigma``.

    Args:
        sigma: Elasticity of substitution, from 0 (ρ = −∞) over 1 (ρ = 0) to ∞ (ρ = 1).

    Raises:
        InputError: ``sigma`` is negative or not a number.
    """
    if isnan(sigma) or sigma < 0.0:
        raise InputError([Fault(f"An elasticity of substitution must be at least 0. Got {sigma}.")])
    return -inf if sigma == 0.0 else 1.0 - 1.0 / sigma


@subroutine
def _log(x: Any) -> Any:
    return log(x) if x > 0.0 else -inf


@subroutine
def term(x: Any, weight: Any, rho: Any) -> Any:
    """Return what one input adds to the total that ``close`` turns into z."""
    if rho == -inf:
        value = x if weight > 0.0 else inf
    elif weight == 0.0:
        value = 0.0
    elif rho == -1.0:
        value = weight / x if x > 0.0 else inf
    elif rho == 0.5:
        value = weight * sqrt(x)
    elif rho == 1.0:
        value = weight * x
    elif abs(rho) < COBB_DOUGLAS:
        value = weight * _log(x)
    elif abs(rho) < NEAR_COBB_DOUGLAS:
        value = weight * expm1(rho * _log(x))
    else:
        value = weight * x**rho
    return value


@subroutine
def weigh(part: Any, weight: Any, rho: Any) -> Any:
    """Return the ``term`` of an input of any weight from its ``term`` of weight 1."""
    if rho == -inf:
        return part if weight > 0.0 else inf
    return weight * part


@subroutine
def join(total: Any, part: Any, rho: Any) -> Any:
    """Return a total with one more ``term`` in it."""
    return min(total, part) if rho == -inf else total + part


@subroutine
def close(total: Any, rho: Any) -> Any:
    """Return z of the total of all ``term`` values, whose weights sum to 1."""
    if rho in (-inf, 1.0):
        z = total
    elif rho == -1.0:
        z = 1.0 / total
    elif rho == 0.5:
        z = total * total
    elif abs(rho) < COBB_DOUGLAS:
        z = exp(total)
    elif abs(rho) < NEAR_COBB_DOUGLAS:
        z = exp(log1p(total) / rho)
    else:
        z = total ** (1.0 / rho)
    return z


@subroutine
def ces2(x1: Any, x2: Any, weight: Any, rho: Any) -> Any:
    """Return the CES of two inputs, ``weight`` being that of ``x1`` and the rest that of ``x2``."""
    if weight == 0.0:
        return x2
    if weight == 1.0:
        return x1
    least = min(x1, x2)
    if rho == -inf or least == max(x1, x2):
        return least
    if abs(rho) < COBB_DOUGLAS and weight == 0.5:
        return sqrt(x1) * sqrt(x2)
    scale = least if rho < -1.0 else 1.0
    if scale == 0.0:
        return 0.0
    total = term(x1 / scale, weight, rho) + term(x2 / scale, 1.0 - weight, rho)
    return scale * close(total, rho)


@njit(cache=True)
def ces(x: Any, a: Any, rho: Any) -> Any:
    """Return the CES of inputs ``x`` with weights ``a``, both of shape ``(n_inputs,)``.

    Leontief (ρ = −∞) is the least input of positive weight. The weights must sum to 1.
    """
    least = inf
    for n in range(len(x)):
        if a[n] > 0.0:
            least = min(least, x[n])
    if rho == -inf or (rho < 0.0 and least == 0.0):
        return least
    scale = least if rho < -1.0 else 1.0
    total = 0.0
    for n in range(len(x)):
        total += term(x[n] / scale, a[n], rho)
    return scale * close(total, rho)


# --- many at once ---------------------------------------------------------------------------------
# The same functions for the first m entries of arrays: which case applies is asked once, and the
# loops become vector code. Inputs are normal numbers > 0.


@subroutine
def empty_total(rho: Any) -> float:
    """Return the total of no inputs."""
    return inf if rho == -inf else 0.0


@subroutine
def add_terms(x: Any, weight: Any, rho: Any, m: Any, total: Any) -> None:
    """``join`` the ``term`` of each input to each total."""
    if rho == -inf:
        for j in range(m):
            total[j] = min(total[j], x[j] if weight[j] > 0.0 else inf)
    elif abs(rho) < COBB_DOUGLAS:
        for j in range(m):
            total[j] += weight[j] * elementary.log(x[j])
    elif abs(rho) < NEAR_COBB_DOUGLAS or rho == 1.0:
        for j in range(m):
            total[j] += term(x[j], weight[j], rho)
    else:
        for j in range(m):
            total[j] += weight[j] * elementary.power(x[j], rho)


@subroutine(error_model="numpy")
def close_all(total: Any, rho: Any, m: Any, z: Any) -> None:
    """``close`` each total."""
    if rho == -inf or rho == 1.0:
        for j in range(m):
            z[j] = total[j]
    elif abs(rho) < COBB_DOUGLAS:
        for j in range(m):
            z[j] = elementary.exp(total[j])
    elif abs(rho) < NEAR_COBB_DOUGLAS:
        for j in range(m):
            z[j] = close(total[j], rho)
    else:
        per_rho = 1.0 / rho
        for j in range(m):
            z[j] = elementary.power(total[j], per_rho)


@subroutine(error_model="numpy")
def ces2_all(x1: Any, x2: Any, weight: Any, rho: Any, m: Any, y: Any) -> None:
    """``ces2`` of each pair of inputs."""
    if abs(rho) < COBB_DOUGLAS and weight == 0.5:
        for j in range(m):
            y[j] = sqrt(x1[j] * x2[j])
    elif (0.0 < weight < 1.0 and -inf < rho <= -NEAR_COBB_DOUGLAS) or rho >= NEAR_COBB_DOUGLAS:
        per_rho = 1.0 / rho
        for j in range(m):
            least = min(x1[j], x2[j])
            total = weight * elementary.power(x1[j] / least, rho)
            total += (1.0 - weight) * elementary.power(x2[j] / least, rho)
            y[j] = least * elementary.power(total, per_rho)
    else:
        for j in range(m):
            y[j] = ces2(x1[j], x2[j], weight, rho)
