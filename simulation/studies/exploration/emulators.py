"""The emulators of an exploration as plain data, small enough to be carried in a page.

A process is carried by at most 256 futures: their places, the weights α = A⁻¹ (d̄ − μ)/σ in full
precision, and the inverse Cholesky factor of A = k(X, X) + τ² + noise/σ² in single precision, so
that the variance c + τ² − |L⁻¹ k|² can be worked out where the page is. A quadratic is carried by
the mean of its weights and the Cholesky factor L of their covariance: variance |Lᵀ t|² + τ².
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import (
    TINY,
    Emulator,
    Floats,
    Quadratic,
    Surface,
    some_of,
)
from simulation.store.files import write_text

EMULATORS = "emulators.json"
MOST_POINTS = 256
MOST_ARMS = 3


def carried(surface: Surface) -> Surface:
    """Return the emulator that a page carries: the same, on at most 256 of its futures."""
    n = surface.sample.n
    if n <= MOST_POINTS or isinstance(surface.smooth, Quadratic):
        return surface
    return replace(surface, sample=surface.sample.some(some_of(n, MOST_POINTS)))


def emulator_data(emulator: Emulator, kept: Sequence[int]) -> dict[str, Any]:
    """Return what a page needs to ask an emulator for mean and spread.

    Args:
        emulator: of one arm.
        kept: the columns of its assumptions among all.
    """
    surface = carried(emulator.surface)
    common = {"kept": list(kept), "centre": surface.centre, "scale": surface.scale,
              "rough": surface.rough, "points": surface.sample.n,
              "of": emulator.surface.sample.n}  # fmt: skip
    if isinstance(surface.smooth, Quadratic):
        mean, covariance = surface.smooth.weights(surface)
        root = np.linalg.cholesky(covariance)
        return {**common, "weights": mean.tolist(), "root": _packed(root[_lower(root)], "<f4")}
    kernel: Any = surface.smooth
    x = surface.sample.x
    noise = surface.sample.noise / surface.scale**2
    covariance = np.asarray(kernel(x)) + np.diag(surface.rough + TINY + noise)
    root = np.linalg.inv(np.linalg.cholesky(covariance))
    alpha = root.T @ (root @ ((surface.sample.mean - surface.centre) / surface.scale))
    lengths = np.broadcast_to(kernel.k2.length_scale, (x.shape[1],))
    return {
        **common,
        "amplitude": float(kernel.k1.constant_value),
        "lengths": lengths.tolist(),
        "x": _packed(x, "<f8"),
        "alpha": _packed(alpha, "<f8"),
        "root": _packed(root[_lower(root)], "<f4"),
    }


def _lower(root: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(len(root))


def _packed(values: Floats, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode()


def write_emulators(folder: Path, arms: Sequence[tuple[str, Emulator, Sequence[int]]]) -> None:
    """Write the emulators of arms whose shape may be read, the first ones."""
    data = {name: emulator_data(emulator, kept) for name, emulator, kept in arms if emulator.speaks}
    few = dict(list(data.items())[:MOST_ARMS])
    write_text(folder / EMULATORS, json.dumps(few, ensure_ascii=False) + "\n")


def read_emulators(folder: Path) -> dict[str, Any]:
    """Return what ``write_emulators`` wrote; nothing of a result that has none."""
    file = folder / EMULATORS
    if not file.is_file():
        return {}
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
