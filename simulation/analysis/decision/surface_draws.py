"""Draws of a whole emulator: each is one surface, the same one wherever it is looked at.

What is not known of a surface is common to all futures: if it is too high in one, it mostly is in
the next. Draws that are made point by point lose that, and it averages out where futures are
counted. A quadratic is drawn by its weights. A process is drawn everywhere at once by Matheron's
rule: a surface drawn before any data, and corrected by what it gets wrong of them,

    g(·) = φ(·)'ω + k(·, X) (K + N)⁻¹ (d̄ − μ − φ(X)'ω − e),  ω ~ N(0, I),  e ~ N(0, τ²I + N),

with random Fourier features φ of the Matérn covariance, whose frequencies are Student's t with
2ν = 5 degrees of freedom (Wilson et al. 2020, Efficiently sampling functions from Gaussian process
posteriors; Rahimi & Recht 2007). Lack of fit and noise are as in ``Surface.alternatives``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import TINY, Quadratic, Surface, with_constant
from simulation.analysis.decision.extra import extra
from simulation.arrays import Floats

FREQUENCIES = 1024
FREEDOM = 5
"""2ν of the process's Matérn covariance."""


@dataclass(frozen=True)
class SurfaceDraws:
    """Draws of μ + g, and of the noise from seed to seed.

    Attributes:
        at: the surfaces at points ``(n_points, n_inputs)``, shape ``(n_points, n_draws)``.
        noise: variance from seed to seed of what was fitted, ``(n_fitted, n_draws)``.
    """

    at: Callable[[Floats], Floats]
    noise: Floats


def draws_of(surface: Surface, n: int, rng: np.random.Generator) -> SurfaceDraws:
    """Return draws of an emulator, given all that it was fitted to.

    Args:
        surface: the emulator.
        n: how many draws.
        rng: where they come from.
    """
    parts = surface.alternatives()
    counts = [count for _, count in parts]
    ends = np.round(np.cumsum([0, *counts]) / sum(counts) * n).astype(int)
    sizes = np.diff(ends)
    alternatives = [one for one, _ in parts]
    noise = np.vstack([np.tile(one.sample.noise, (size, 1))
                       for one, size in zip(alternatives, sizes, strict=True)])  # fmt: skip
    if isinstance(surface.smooth, Quadratic):
        at = _quadratics(surface.smooth, alternatives, sizes, rng)
    else:
        at = _processes(surface, alternatives, sizes, rng)
    return SurfaceDraws(at, noise.T)


def _quadratics(
    smooth: Quadratic, alternatives: Sequence[Surface], sizes: NDArray[np.intp],
    rng: np.random.Generator,
) -> Callable[[Floats], Floats]:  # fmt: skip
    """Return quadratics, so many by each alternative."""
    drawn = []
    for one, size in zip(alternatives, sizes, strict=True):
        mean, covariance = smooth.weights(one)
        root = np.linalg.cholesky(covariance)
        drawn.append(mean[:, None] + root @ rng.standard_normal((len(mean), size)))
    weights = np.hstack(drawn)
    return lambda x: with_constant(x) @ weights


def _processes(
    surface: Surface, alternatives: Sequence[Surface], sizes: NDArray[np.intp],
    rng: np.random.Generator,
) -> Callable[[Floats], Floats]:  # fmt: skip
    """Return processes, so many by each alternative."""
    features = _features(surface, rng)
    x, scale = surface.sample.x, surface.scale
    smooth = alternatives[0].smooth  # with the constant, whose feature comes first
    known, prior = smooth(x, x), features(x)
    weights = rng.standard_normal((prior.shape[1], int(sizes.sum())))
    left = (surface.sample.mean - surface.centre) / scale
    pulls = []
    for one, some in zip(alternatives, np.split(weights, np.cumsum(sizes)[:-1], axis=1),
                         strict=True):  # fmt: skip
        apart = one.rough + TINY + one.sample.noise / scale**2
        noise = np.sqrt(apart)[:, None] * rng.standard_normal((len(x), some.shape[1]))
        pulls.append(_solved(known + np.diag(apart), left[:, None] - prior @ some - noise))
    pull = np.hstack(pulls)
    return lambda new: surface.centre + scale * (features(new) @ weights + smooth(new, x) @ pull)


def _solved(covariance: Floats, right: Floats) -> Floats:
    from scipy.linalg import cho_factor, cho_solve

    with extra("threadpoolctl").threadpool_limits(1):  # as where it was fitted
        root = cho_factor(covariance, lower=True, check_finite=False)
        return np.asarray(cho_solve(root, right, check_finite=False))


def _features(surface: Surface, rng: np.random.Generator) -> Callable[[Floats], Floats]:
    """Return φ: 1 and pairs of waves, ``(n_points, 1 + 2 · FREQUENCIES)``; φφ' is about 1 + k."""
    kernel: Any = surface.smooth
    n_inputs = surface.sample.x.shape[1]
    wide = np.sqrt(rng.chisquare(FREEDOM, (FREQUENCIES, 1)) / FREEDOM)
    waves = rng.standard_normal((FREQUENCIES, n_inputs)) / wide / kernel.k2.length_scale
    height = np.sqrt(float(kernel.k1.constant_value) / FREQUENCIES)

    def features(x: Floats) -> Floats:
        angle = x @ waves.T
        return np.hstack([np.ones((len(x), 1)), height * np.cos(angle), height * np.sin(angle)])

    return features
