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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import TINY, Emulator, Quadratic, Surface
from simulation.analysis.decision.joint_emulator import JointEmulator
from simulation.arrays import Floats
from simulation.store.files import write_text

EMULATORS = "emulators.json"
JOINT = "emulator_of_levels.json"
MOST_POINTS = 256
MOST_ARMS = 3


def carried(surface: Surface) -> Surface:
    """Return the emulator that a page carries: the same, on at most 256 of its futures."""
    return surface.thinned(MOST_POINTS)


def emulator_data(whole: Surface, kept: Sequence[int]) -> dict[str, Any]:
    """Return what a page needs to ask an emulator for mean and spread.

    Args:
        whole: fitted to all futures.
        kept: which of the page's sliders its inputs are.
    """
    surface = carried(whole)
    common = {"kept": list(kept), "centre": surface.centre, "scale": surface.scale,
              "rough": surface.rough, "points": surface.sample.n,
              "of": whole.sample.n}  # fmt: skip
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
    speaking = [one for one in arms if one[1].speaks][:MOST_ARMS]
    data = {name: emulator_data(emulator.surface, kept) for name, emulator, kept in speaking}
    _write(folder / EMULATORS, data)


def write_joint(folder: Path, emulator: JointEmulator | None, level: int) -> None:
    """Write the emulator over the level of a lever, if what a page carries of it tells enough.

    Args:
        folder: of the result, where none is left of what earlier runs said.
        emulator: over (level, assumptions); None where the arms are not levels of one number.
        level: which of the page's sliders is the level's.
    """
    if emulator is None or not emulator.thin.moves:
        (folder / JOINT).unlink(missing_ok=True)
        return
    _write(folder / JOINT, emulator_data(emulator.surface, (level, *emulator.kept)))


def read_emulators(folder: Path) -> dict[str, Any]:
    """Return what ``write_emulators`` wrote; nothing of a result that has none."""
    return _read(folder / EMULATORS)


def read_joint(folder: Path) -> dict[str, Any]:
    """Return what ``write_joint`` wrote; nothing of a result that has none."""
    return _read(folder / JOINT)


def _write(file: Path, data: dict[str, Any]) -> None:
    write_text(file, json.dumps(data, ensure_ascii=False) + "\n")


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
