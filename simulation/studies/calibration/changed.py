"""Truths of a changed model: what ranges are worth where an assumption is not as it was assumed.

No model is right. Some runs more are taken for data, in which an assumption that is not calibrated
lies at the end of its range, and are found again as data would be, discrepancy included: by ranges
of the unchanged model, or by none where it does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.calibration.discrepancy import Fit, discrepancy, fits
from simulation.analysis.calibration.inference import (
    GRID,
    Cloud,
    Fitted,
    RunDesign,
    posterior,
    prior_points,
    quantiles,
)
from simulation.analysis.calibration.selftest import LEVEL, RANGE, Learning, learning
from simulation.errors import Fault, InputError
from simulation.scenario.fields import parameters
from simulation.scenario.load import parse_settings
from simulation.scenario.paths import value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.analysis.calibration.features import Features
    from simulation.arrays import Floats
    from simulation.scenario.scenario import Scenario
    from simulation.studies.calibration.unknowns import Unknown


ASSUMPTIONS = ("journey.churn_value", "choice.quality", "evaluate.loss_aversion")
"""The first that is not calibrated is changed, where none is stated."""
MOST_WIDENED = 4
"""κ up to which ranges are shown, as widened."""


@dataclass(frozen=True)
class ChangedAssumption:
    """An assumption of the changed model."""

    path: str
    value: Any


def change_of(
    scenario: Scenario, unknowns: Sequence[Unknown], stated: str = ""
) -> ChangedAssumption:
    """Return what is changed: as stated (``PATH=VALUE``), or an assumption at its farther end.

    Raises:
        InputError: what is stated is no setting of the scenario, or is calibrated.
    """
    calibrated = {one.path for one in unknowns}
    if not stated:
        known = {one.path: one.sweep for one in parameters()}
        path = next(one for one in ASSUMPTIONS if one not in calibrated)
        ends, value = known[path] or (0.0, 1.0), float(value_at(scenario, path))
        return ChangedAssumption(path, float(max(ends, key=lambda end: abs(end - value))))
    ((path, value),) = parse_settings([stated]).items()
    scenario.replace({path: value})
    if path in calibrated:
        hint = "Change an assumption that is not."
        raise InputError([Fault("is calibrated itself.", key=f"--changed {stated}", hint=hint)])
    return ChangedAssumption(path, value)


@dataclass(frozen=True)
class RecoveredTruth:
    """What is found of one truth.

    Attributes:
        shown: whether ranges are given: κ of at most 4 suffices.
        widened: whether they are wider than the method's own.
        inside: whether each range holds the truth, shape ``(p,)``.
        learned: whether each parameter is said to be learned, shape ``(p,)``.
    """

    shown: bool
    widened: bool
    inside: NDArray[np.bool_]
    learned: NDArray[np.bool_]


def recovered(
    design: RunDesign, fitted: Fitted, features: Features, *, truth: Floats, data: Floats
) -> list[RecoveredTruth]:
    """Return what is found of each truth.

    Args:
        design: runs of the unchanged model.
        fitted: what is fitted to them.
        features: how series become features.
        truth: the parameters behind each data set, shape ``(n, p)``.
        data: features of each data set, shape ``(n, f)``.
    """
    cloud = Cloud.of(fitted, prior_points(design.theta.shape[1], GRID))
    return [_recovered(fits(design, fitted, features, one), fitted, features, one, at, cloud)
            for at, one in zip(truth, data, strict=True)]  # fmt: skip


def _recovered(
    checks: list[Fit], fitted: Fitted, features: Features, data: Floats, truth: Floats, cloud: Cloud
) -> RecoveredTruth:
    kappa, summaries = checks[-1].kappa, fitted.summarise(data[None])[0]
    extra = kappa**2 * discrepancy(fitted, features, data)
    where, weights = posterior(cloud, summaries, extra, GRID)
    low, _, high = quantiles(where.theta, weights, RANGE).T
    called = [learning(float(width), float(r2))
              for width, r2 in zip((high - low) / LEVEL, fitted.r2, strict=True)]  # fmt: skip
    shown = checks[-1].holds and kappa <= MOST_WIDENED
    inside = (low <= truth) & (truth <= high)
    return RecoveredTruth(
        shown, kappa > 1, inside, np.array([one is Learning.LEARNED for one in called])
    )


def fared(truths: Sequence[RecoveredTruth], parameter: int) -> dict[str, Any]:
    """Return how often ranges that are given hold a parameter, over all and where learned."""
    given = [one for one in truths if one.shown]
    learned = [one for one in given if one.learned[parameter]]
    return {"truths": len(given), "coverage": _share(given, parameter),
            "learned": len(learned), "learned_coverage": _share(learned, parameter)}  # fmt: skip


def _share(truths: Sequence[RecoveredTruth], parameter: int) -> float | None:
    return float(np.mean([one.inside[parameter] for one in truths])) if truths else None
