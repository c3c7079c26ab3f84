"""The stock of capability: erosion and reconfiguration."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit


@njit(cache=True)
def erode(decay: Any, capability: Any) -> None:
    """Let capability wear: q ← (1 − δ_f) q.

    ``decay (3,)``, ``capability (n, 3, n_segments, n_outcomes)``.
    """
    for c in range(capability.shape[0]):
        for f in range(capability.shape[1]):
            capability[c, f] *= 1.0 - decay[f]


@njit(cache=True)
def reconfigure(agility: Any, focus: Any, capability: Any) -> None:
    """q_sk ← (1 − a) q_sk + a φ_sk Σ_k q_sk, for one company ``(3, n_segments, n_outcomes)``."""
    for f in range(capability.shape[0]):
        for s in range(capability.shape[1]):
            total = 0.0
            for k in range(capability.shape[2]):
                total += capability[f, s, k]
            for k in range(capability.shape[2]):
                capability[f, s, k] = (1.0 - agility) * capability[f, s, k] + (
                    agility * focus[f, s, k] * total
                )


@njit(cache=True)
def couple(alignment: Any, focus: Any) -> None:
    """φ_f ← φ_f + ½ Σ_g a_fg (φ_g − φ_f) / 3, all functions at once.

    ``alignment (n, 3, 3)``, ``focus (n, 3, n_segments, n_outcomes)``.
    """
    for c in range(focus.shape[0]):
        before = focus[c].copy()
        for f in range(3):
            for g in range(3):
                focus[c, f] += 0.5 * alignment[c, f, g] * (before[g] - before[f]) / 3.0
