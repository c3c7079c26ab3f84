"""Adding pairs until a difference is known precisely enough."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from simulation.analysis.interval import CONFIDENCE
from simulation.store import PlannedRun, RunRecord, RunStore
from simulation.studies.comparison.pairs import Pairs

if TYPE_CHECKING:
    from simulation.analysis.sequential import Tolerance

MOST_PAIRS = 500
"""Pairs at which adding more ends, unless another number is asked for."""


@dataclass(frozen=True)
class Goal:
    """When a comparison is precise enough.

    Attributes:
        outcome: the outcome to be known so precisely, as in ``runs`` (``metric`` or ``metric:of``).
        precision: half the width of its interval, for every what-if; relative to the base's mean.
        n_intervals: how many intervals hold at once (see ``analysis.compare.Looks.ANY``).
        most: pairs at which to stop in any case.
        confidence: chance that all intervals cover, however often results are inspected.
    """

    outcome: str
    precision: Tolerance
    n_intervals: int
    most: int = MOST_PAIRS
    confidence: float = CONFIDENCE


@dataclass(frozen=True)
class InterimLook:
    """How precise a comparison is after some pairs.

    Attributes:
        pairs: finished pairs.
        half_widths: half the width of each what-if's interval, by its name.
        asked: half the width asked for.
        more: pairs to add before the next look; 0 when all are as narrow as asked.
    """

    pairs: int
    half_widths: Mapping[str, float] = field(default_factory=dict)
    asked: float = 0.0
    more: int = 0

    @property
    def reached(self) -> bool:
        """Whether every interval is as narrow as asked."""
        return self.more == 0


def look(pairs: Pairs, store: RunStore, goal: Goal) -> InterimLook:
    """Return how precisely the differences are known, and how many pairs to add."""
    from simulation.analysis.sequential import judge

    plans = pairs.planned()
    base = [plan for plan in plans if plan.scenario == pairs.base.name]
    ours = values(store, base, goal.outcome)
    known = [value for value in ours.values() if isfinite(value)]
    asked = goal.precision.at(sum(known) / len(known)) if known else 0.0
    level = 1.0 - (1.0 - goal.confidence) / goal.n_intervals
    widths: dict[str, float] = {}
    n_pairs, more = len(pairs.seeds), 0
    for what_if in pairs.what_ifs:
        of_what_if = [plan for plan in plans if plan.scenario == what_if.name]
        theirs = values(store, of_what_if, goal.outcome)
        both = [seed for seed in pairs.seeds if seed in ours and seed in theirs]
        gaps = [theirs[seed] - ours[seed] for seed in both]
        differences = [gap for gap in gaps if isfinite(gap)]
        judged = judge(differences, asked, confidence=level)
        _, low, high = judged.interval.floats()
        widths[what_if.name] = (high - low) / 2.0
        n_pairs, more = min(n_pairs, len(differences)), max(more, judged.more)
    return InterimLook(n_pairs, widths, asked, more)


def values(store: RunStore, plans: Sequence[PlannedRun], outcome: str) -> dict[int, float]:
    """Return an outcome of those runs that finished, by seed."""
    result: dict[int, float] = {}
    for plan in plans:
        record = store.read(plan)
        if isinstance(record, RunRecord) and outcome in record.outcomes:
            result[plan.identity.seed] = record.outcomes[outcome]
    return result


def waves(
    pairs: Pairs, goal: Goal, store: RunStore, on_look: Callable[[InterimLook], None]
) -> Generator[Sequence[PlannedRun], None, Pairs]:
    """Yield the runs of pairs that are added until the goal is reached, and return all pairs.

    It also ends where the goal has no meaning: no pair has a value, or the base's is zero.

    Args:
        pairs: with the seeds to begin with.
        goal: when to stop.
        store: has the runs that are done.
        on_look: is called at every look at the results.
    """
    n = 0
    while True:
        yield pairs.in_turn()[n * len(pairs.sides) :]
        seen = look(pairs, store, goal)
        on_look(seen)
        n = len(pairs.seeds)
        if seen.reached or n >= goal.most or not seen.pairs or not seen.asked:
            return pairs
        pairs = pairs.first(min(n + seen.more, goal.most))
