"""The stock of capability: erosion, reconfiguration, and what it makes a company able to do."""

from __future__ import annotations

from math import expm1, sqrt
from typing import Any

from simulation.jit import njit
from simulation.kernels.room import floats


@njit(cache=True)
def erode(decay: Any, capability: Any) -> None:
    """Let capability wear: q ← (1 − δ_f) q.

    ``decay (3,)``, ``capability (n, 3, n_segments, n_outcomes)``.
    """
    for c in range(capability.shape[0]):
        for f in range(capability.shape[1]):
            for s in range(capability.shape[2]):
                for k in range(capability.shape[3]):
                    capability[c, f, s, k] *= 1.0 - decay[f]


@njit(cache=True)
def reconfigure(agility: Any, kept: Any, focus: Any, capability: Any) -> None:
    """q_sk ← (1 − a) q_sk + a φ_sk Σ_k q_sk · kept, for one company.

    ``kept`` is the share of what is moved that arrives; ``focus`` and ``capability (3, n_segments,
    n_outcomes)``.
    """
    for f in range(capability.shape[0]):
        for s in range(capability.shape[1]):
            total = 0.0
            for k in range(capability.shape[2]):
                total += capability[f, s, k]
            for k in range(capability.shape[2]):
                capability[f, s, k] = (1.0 - agility) * capability[f, s, k] + (
                    agility * focus[f, s, k] * total * kept
                )


@njit(cache=True)
def couple(alignment: Any, focus: Any) -> None:
    """φ_f ← φ_f + ½ Σ_g a_fg (φ_g − φ_f) / 3, all functions at once.

    ``alignment (n, 3, 3)``, ``focus (n, 3, n_segments, n_outcomes)``.
    """
    n_companies, _, n_segments, n_outcomes = focus.shape
    before = floats(3)
    for c in range(n_companies):
        for s in range(n_segments):
            for k in range(n_outcomes):
                for f in range(3):
                    before[f] = focus[c, f, s, k]
                for f in range(3):
                    for g in range(3):
                        focus[c, f, s, k] += (
                            0.5 * alignment[c, f, g] * (before[g] - before[f]) / 3.0
                        )


@njit(cache=True)
def perform(capability: Any, performance: Any) -> None:
    """Fill ``performance`` with 1 − exp(−q), both ``(n, 3, n_segments, n_outcomes)``."""
    flat, out = capability.reshape(-1), performance.reshape(-1)
    for place in range(len(flat)):
        out[place] = -expm1(-flat[place])


@njit(cache=True)
def mean_cosines(focus: Any, shares: Any, cosines: Any) -> None:
    """Fill ``cosines (n,)`` with the mean cosine between each two functions' focus.

    ``focus (n, 3, n_segments, n_outcomes)``; segments weigh by ``shares (n_segments,)``.
    """
    for c in range(focus.shape[0]):
        cosines[c] = 0.0
        for s in range(focus.shape[2]):
            for f in range(3):
                for g in range(f + 1, 3):
                    both = one = other = 0.0
                    for k in range(focus.shape[3]):
                        both += focus[c, f, s, k] * focus[c, g, s, k]
                        one += focus[c, f, s, k] ** 2
                        other += focus[c, g, s, k] ** 2
                    cosines[c] += shares[s] * both / sqrt(one * other) / 3.0
