"""What a search seeks, what it must keep, and what it did."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from simulation.analysis.percentage import is_percentage, number_of, percentage
from simulation.errors import Fault, FaultList, InputError
from simulation.studies.futures.decision import YEARLY_RATE
from simulation.studies.optimisation.search import RUNGS, Rung

SEARCH, TEST = "search", "test"
"""The phases of a search's runs."""
MOST_PAIRS = 128
"""Fresh pairs of the test at most."""
KEPT = "kept:"
"""Of the columns that hold what limits are on."""
_LIMIT = re.compile(r"\s*([\w:.\- ]+?)\s*(<=|>=)\s*(-?[\d.]+(?:e-?\d+)?)\s*")


@dataclass(frozen=True)
class Limit:
    """A metric that must stay at most, or at least, at a value: a budget, a service level.

    Attributes:
        metric: ``metric`` or ``metric:of``; its mean over the last 12 months counts. Of a metric
            that has no total every one has to keep it.
        value: the bound.
        at_least: whether it is a lower bound.
    """

    metric: str
    value: float
    at_least: bool = False

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Return the limit that a text such as ``desk_wait<=5`` stands for.

        Raises:
            InputError: it is none.
        """
        match = _LIMIT.fullmatch(text)
        if match is None:
            hint = "Write --keep 'desk_wait<=5' or --keep 'adoption:focal>=0.3'."
            raise InputError([Fault("is no limit.", key=f"--keep {text}", hint=hint)])
        return cls(match[1], float(match[3]), match[2] == ">=")

    @property
    def column(self) -> str:
        """Where its values stand in the table of runs."""
        return f"{KEPT}{self.metric}:{'least' if self.at_least else 'most'}"

    def worst(self, means: Mapping[tuple[str, str], float]) -> float | None:
        """Return the value that counts, given means by label; None where there is none."""
        metric, _, of = self.metric.partition(":")
        if (metric, of) in means:
            return means[metric, of]
        same = [value for (name, _), value in means.items() if name == metric and not of]
        every = [value for value in same if isfinite(value)] or same
        return (min(every) if self.at_least else max(every)) if every else None

    def excess(self, value: float) -> float:
        """Return by how much a value is beyond the bound; within it, negative."""
        return self.value - value if self.at_least else value - self.value

    def __str__(self) -> str:
        return f"{self.metric} {'at least' if self.at_least else 'at most'} {self.value:g}"


@dataclass(frozen=True)
class Aim:
    """What is sought.

    Attributes:
        whose: whose benefit counts; several give a Pareto front.
        rate: by which a year's delay is discounted.
        rungs: how many candidates are run in how many pairs.
        seed: of the search.
        most: fresh pairs of the test at most.
        limits: what has to be kept.
        loss: what anybody may lose against the base, money a month or "1%" of its gross value; any
            amount if None.
    """

    whose: tuple[str, ...] = ("everyone",)
    rate: float = YEARLY_RATE
    rungs: tuple[Rung, ...] = RUNGS
    seed: int = 1
    most: int = MOST_PAIRS
    limits: tuple[Limit, ...] = ()
    loss: str | None = None

    @property
    def actors(self) -> tuple[str, ...]:
        """The actors as tables name them."""
        return tuple(name.removeprefix("partner:") for name in self.whose)

    @property
    def is_bound(self) -> bool:
        """Whether anything has to be kept."""
        return bool(self.limits) or self.loss is not None

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Aim:
        """Return the aim that plain data stand for."""
        rungs = tuple(Rung(**rung) for rung in data["rungs"])
        limits = tuple(Limit(**one) for one in data.get("limits", ()))
        return cls(tuple(data["whose"]), float(data["rate"]), rungs, int(data["seed"]),
                   int(data["most"]), limits, data.get("loss"))  # fmt: skip


def limits_of(texts: Sequence[str]) -> tuple[Limit, ...]:
    """Return the limits that texts stand for.

    Raises:
        InputError: with all that stand for none.
    """
    faults = FaultList()
    limits = [faults.attempt(Limit.parse, text) for text in texts]
    faults.refuse()
    return tuple(limit for limit in limits if limit is not None)


def check_loss(text: str | None) -> str | None:
    """Return what anybody may lose, if it can be read.

    Raises:
        InputError: it cannot.
    """
    if text is None:
        return None
    try:
        value = percentage(text) if is_percentage(text) else number_of(text)
    except ValueError:
        value = -1.0
    if value < 0.0:
        hint = "Write --nobody-loses 1% or --nobody-loses 0."
        raise InputError([Fault(f"is not an amount: {text}.", key="--nobody-loses", hint=hint)])
    return text


def everybody(names: Sequence[str]) -> list[str]:
    """Return those among the outcomes of a run that are somebody's benefit."""
    return [name for name in names
            if name not in ("everyone", "gross_value") and ":" not in name]  # fmt: skip


def excesses(
    outcomes: Mapping[str, float], base: Mapping[str, float], aim: Aim, loss: float | None
) -> dict[str, float]:
    """Return by how much a run breaks each limit, given the base's run in the same pair.

    Args:
        outcomes: of the run.
        base: of the base's run.
        aim: the limits.
        loss: what anybody may lose, in model money a month; any amount if None.
    """
    excess = {str(limit): limit.excess(outcomes[limit.column]) for limit in aim.limits}
    if loss is not None:
        for name in everybody(list(outcomes)):
            excess[f"loss of {name}"] = base[name] - outcomes[name] - loss
    return excess


@dataclass(frozen=True)
class Candidate:
    """A setting of all levers: its place in the unit cube, and the pairs it was searched in."""

    number: int
    place: tuple[float, ...]
    pairs: int


@dataclass(frozen=True)
class Trace:
    """What a search did: its candidates, those that were tested, and with how many pairs."""

    candidates: tuple[Candidate, ...] = ()
    tested: tuple[int, ...] = ()
    pairs: int = 0
    futures: tuple[int, ...] = ()
    """The futures of the search's pairs, then those of the test's."""

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Trace:
        """Return the trace that plain data stand for."""
        candidates = tuple(
            Candidate(int(one["number"]), tuple(one["place"]), int(one["pairs"]))
            for one in data["candidates"]
        )
        return cls(candidates, tuple(data["tested"]), int(data["pairs"]), tuple(data["futures"]))
