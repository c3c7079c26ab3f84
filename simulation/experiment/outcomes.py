"""The outcomes of an experiment: one number a run from a metric's months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from simulation.scenario.words import Better
from simulation.simulate import mean_months, total_months
from simulation.store.records import Measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.simulate import RunResult

_WINDOW = re.compile(
    r"(?P<whole>whole)|last (?P<last>\d+) months|last (?P<one>month)"
    r"|months (?P<first>\d+)-(?P<to>\d+)|month (?P<only>\d+)"
)


class Statistic(StrEnum):
    """How the months of a window become one number; months without a value do not count."""

    MEAN = "mean"
    SUM = "sum"
    FINAL = "final"
    MAX = "max"
    MIN = "min"
    ARGMAX = "argmax"


@dataclass(frozen=True)
class Window:
    """Some months of a run, the first one being 1; counted from the end if ``tail`` is given."""

    first: int = 1
    last: int | None = None
    tail: int | None = None

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window of ``whole``, ``last 12 months``, ``months 13-24`` or ``month 36``.

        Raises:
            ValueError: it is none of these.
        """
        match = _WINDOW.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        parts = {name: int(number) for name, number in match.groupdict().items()
                 if number is not None and number.isdigit()}  # fmt: skip
        if match["whole"]:
            return cls()
        if match["one"] or "last" in parts:
            window = cls(tail=parts.get("last", 1))
        else:
            first = parts.get("first", parts.get("only", 0))
            window = cls(first, parts.get("to", first))
        if window.tail == 0 or window.first < 1 or (window.last or window.first) < window.first:
            raise ValueError(text)
        return window

    def of(self, months: int) -> slice:
        """Return its rows in a run; a tail longer than the run is the whole run."""
        if self.tail is not None:
            return slice(max(months - self.tail, 0), months)
        return slice(self.first - 1, months if self.last is None else self.last)

    def __str__(self) -> str:
        if self.tail is not None:
            return "last month" if self.tail == 1 else f"last {self.tail} months"
        if self.last is None:
            return "whole"
        return (
            f"months {self.first}-{self.last}" if self.last > self.first else f"month {self.last}"
        )


LAST_YEAR = Window(tail=12)


@dataclass(frozen=True)
class Outcome:
    """A number per run: a statistic of a metric over some months."""

    name: str
    metric: str
    of: str = ""
    window: Window = LAST_YEAR
    statistic: Statistic = Statistic.MEAN
    better: Better = Better.HIGH

    def value(self, months: NDArray[np.float64]) -> float:
        """Return the number for the metric's months, shape ``(n_months,)``."""
        import numpy as np

        seen = months[self.window.of(len(months))]
        known = np.isfinite(seen)
        if not known.any():
            return float("nan")
        numbers = seen[known]
        match self.statistic:
            case Statistic.MEAN:
                return float(mean_months(numbers[:, np.newaxis])[0])
            case Statistic.SUM:
                return float(total_months(numbers[:, np.newaxis])[0])
            case Statistic.FINAL:
                return float(numbers[-1])
            case Statistic.MAX:
                return float(numbers.max())
            case Statistic.MIN:
                return float(numbers.min())
            case Statistic.ARGMAX:
                start = self.window.of(len(months)).start or 0
                return float(start + 1 + int(np.nanargmax(np.where(known, seen, np.nan))))

    def measure(self, metric: Measure) -> Measure:
        """Return its unit and meaning, given those of the metric."""
        unit = metric.unit
        if self.statistic is Statistic.SUM:
            unit = unit.removesuffix("/month")
        elif self.statistic is Statistic.ARGMAX:
            unit = "month"
        what = {Statistic.FINAL: "end", Statistic.ARGMAX: "month of the greatest"}
        word = what.get(self.statistic, self.statistic.value)
        of = f" ({self.of})" if self.of else ""
        return Measure(unit, f"{word} of {metric.meaning}{of}, {self.window}")


@dataclass(frozen=True)
class Outcomes:
    """All outcomes of an experiment, as worker processes have them."""

    wanted: tuple[Outcome, ...]

    def __call__(self, result: RunResult) -> dict[str, float]:
        """Return the outcomes of a run, by name; not a number where it lacks the metric."""
        columns = {label: place for place, label in enumerate(result.labels)}
        values = {}
        for outcome in self.wanted:
            place = columns.get((outcome.metric, outcome.of))
            values[outcome.name] = (
                float("nan") if place is None else outcome.value(result.values[:, place])
            )
        return values

    def measures(self, result: RunResult) -> dict[str, Measure]:
        """Return unit and meaning of each outcome."""
        nothing = Measure("", "")
        return {
            outcome.name: outcome.measure(result.measures.get(outcome.metric, nothing))
            for outcome in self.wanted
        }
