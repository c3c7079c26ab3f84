"""An experiment: a question to a scenario, what is varied, how, and what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.experiment.design import Design, Point, points
from simulation.experiment.factors import Factor, Role
from simulation.experiment.outcomes import Outcome
from simulation.experiment.posterior import ParameterDraws
from simulation.scenario.tree import Place

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Experiment:
    """An experiment as its file states it, with what the command line put on top.

    Attributes:
        name: usually that of its file.
        question: what is asked.
        source: where the question comes from.
        scenario_name: the scenario as one types it where the command was started.
        base: that scenario, with all fixed changes made.
        seeds: a seed for each replicate, the same at every point.
        factors: what is varied.
        design: how.
        outcomes: the numbers kept of each run; the first one is what progress shows the best of.
        series: metrics (``metric`` or ``metric:of``) whose months are kept as well.
        verdict: the rule by which the question is answered, as data.
        asked: the file as data, from which the experiment can be made again.
        fixed: the changes that made ``base`` of the scenario that is named.
        from_start: whether levers make a difference from the founding on, and not from month 1;
            uncertainties do so always, as nobody decides on them.
        draws: of a posterior, of which each future takes one; None where there is none.
        places: where in the file some of it stands, for faults that only a run can show.
    """

    name: str
    question: str
    source: str
    scenario_name: str
    base: Scenario
    seeds: tuple[int, ...]
    factors: tuple[Factor, ...]
    design: Design
    outcomes: tuple[Outcome, ...]
    series: tuple[str, ...] = ()
    verdict: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    from_start: bool = False
    draws: ParameterDraws | None = None

    @cached_property
    def points(self) -> list[Point]:
        """The points of the design, in order."""
        return points(self.design, self.factors)

    def lasting(self, point: Point) -> Point:
        """Return the point with what it changes from the founding on: uncertainties alone."""
        if self.from_start:
            return point
        kept = {path: value for path, value in point.changes.items() if path in self._unknown}
        return Point(point.cells, {**kept, **point.before})

    @cached_property
    def _unknown(self) -> frozenset[str]:
        """Paths that uncertainties set."""
        return frozenset(
            path
            for factor in self.factors
            if factor.role is Role.UNCERTAINTY
            for level in factor.grid(2)
            for path in level.changes
        )

    @property
    def months(self) -> int:
        """Months of a run."""
        return self.base.run.months
