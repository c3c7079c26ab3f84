"""What is to be calibrated: parameters, and the ranges in which they are sought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.experiment.factors import Range, Scale
from simulation.scenario.suggest import did_you_mean

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

DEFAULTS = (
    "journey.problem_rate", "reach.most", "reach.fade", "talk.propensity",
    "journey.churn_attitude", "encounter.self_service",
)  # fmt: skip
"""Parameters that are calibrated where none are named."""

LOG_FROM = 20.0
"""A range whose ends differ by this factor is spaced by logarithms."""


@dataclass(frozen=True)
class Unknown:
    """A parameter to be calibrated, and the range in which it is sought."""

    path: str
    low: float
    high: float
    log: bool = False
    whole: bool = False

    @property
    def range(self) -> Range:
        """The range as designs use it."""
        scale = Scale.LOG if self.log else Scale.LINEAR
        return Range(self.low, self.high, scale, whole=self.whole)


def unknowns_of(scenario: Scenario, stated: Sequence[str]) -> tuple[Unknown, ...]:
    """Return the parameters to calibrate, each written ``path`` or ``path=low..high``.

    Raises:
        InputError: with all that is wrong with them.
    """
    faults: list[Fault] = []
    unknowns = [_unknown(scenario, text, faults) for text in stated or DEFAULTS]
    paths = [one.path for one in unknowns if one is not None]
    faults += [Fault("is named twice.", key=f"--parameter {path}")
               for path in dict.fromkeys(paths) if paths.count(path) > 1]  # fmt: skip
    if faults:
        raise InputError(faults)
    return tuple(one for one in unknowns if one is not None)


def check_paths(stated: Sequence[str]) -> None:
    """Refuse what is no parameter, whatever the scenario is.

    Raises:
        InputError: with all that are none.
    """
    faults: list[Fault] = []
    for text in stated:
        _declared(text, faults)
    if faults:
        raise InputError(faults)


def _declared(text: str, faults: list[Fault]) -> Any:
    """Return the declaration of a parameter written ``path`` or ``path=low..high``, or note why."""
    from simulation.scenario.fields import parameters
    from simulation.scenario.paths import pattern, split

    path = text.partition("=")[0].strip()
    known = {one.path: one for one in parameters()}
    try:
        return known[pattern(split(path))]
    except (KeyError, ValueError):
        hint = did_you_mean(path, known) or "See cocreate describe."
        faults.append(Fault("is not a parameter.", key=f"--parameter {text}", hint=hint))
        return None


def _unknown(scenario: Scenario, text: str, faults: list[Fault]) -> Unknown | None:
    from simulation.scenario.fields import ValueKind

    about = _declared(text, faults)
    if about is None:
        return None
    path, _, ends = text.partition("=")
    path = path.strip()
    try:
        scenario.replace({path: _middle(about, ends)})
    except InputError as error:
        faults += error.faults
        return None
    except _NoRangeError as error:
        faults.append(Fault(str(error), key=f"--parameter {text}", hint="Write path=low..high."))
        return None
    low, high = _ends(about, ends)
    log = low > 0 and high / low >= LOG_FROM
    return Unknown(path, low, high, log=log, whole=about.kind is ValueKind.WHOLE)


class _NoRangeError(Exception):
    """A parameter has no range."""


def _ends(about: Any, ends: str) -> tuple[float, float]:
    if not ends:
        if about.sweep is None:
            raise _NoRangeError("has no range worth exploring of its own.")
        return float(about.sweep[0]), float(about.sweep[1])
    parts = ends.split("..")
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        raise _NoRangeError(f"has no range: {ends}.") from None
    if not low < high:
        raise _NoRangeError(f"has a range whose ends are not in order: {ends}.")
    return low, high


def _middle(about: Any, ends: str) -> float | int:
    from simulation.scenario.fields import ValueKind

    low, high = _ends(about, ends)
    middle = (low + high) / 2.0
    return round(middle) if about.kind is ValueKind.WHOLE else middle
