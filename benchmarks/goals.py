"""The goals of speed in one table: version 0.1.0, the goal, and what has been measured now.

    python benchmarks/all.py --everything --json FOLDER
    python benchmarks/goals.py FOLDER

Reads what the other benchmarks wrote; a row that was not measured, or at another size, is empty.
What version 0.1.0 took was measured by the same benchmarks when it was released, without the
market's mechanisms; what has to do with them is given with them on, and with them off.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import show

Told = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """One row of the table.

    Attributes:
        what: what is measured.
        before: with version 0.1.0.
        goal: what is aimed at, in the unit of ``now``.
        unit: of the numbers.
        needs: the benchmark that measures it.
        now: reads it from what that wrote.
        most: whether the goal is the most, rather than the least.
    """

    what: str
    before: float | None
    goal: float
    unit: str
    needs: str
    now: Callable[[Told], float]
    most: bool = True

    def row(self, told: dict[str, Told]) -> list[str]:
        """Return the cells of the table."""
        before = "" if self.before is None else f"{self.before:g} {self.unit}"
        sign = "≤" if self.most else "≥"
        cells = [self.what, before, f"{sign} {self.goal:g} {self.unit}"]
        try:
            now = self.now(told[self.needs])
        except LookupError:  # not measured, or at another size
            return [*cells, "", ""]
        met = now <= self.goal if self.most else now >= self.goal
        shown = f"{now:,.0f}" if now >= 1000.0 else f"{now:.3g}"
        return [*cells, f"{shown} {self.unit}", "yes" if met else "no"]


def _cost(people: int) -> Callable[[Told], float]:
    return lambda told: float(told["cost"][str(people)])


def _cost_off(people: int) -> Callable[[Told], float]:
    return lambda told: float(told["cost_off"][str(people)])


def _intercept(name: str) -> Callable[[Told], float]:
    """Return milliseconds of a month of twenty people."""
    return lambda told: float(told[name]["20"]) * 20 / 1e6


def _floors(told: Told) -> float:
    rows = told["kernels"].values()
    return sum(one["ns"] for one in rows) / sum(one["floor"] for one in rows)


def _start(name: str) -> Callable[[Told], float]:
    return lambda told: float(told["medians"][name][0])


def _first_month(told: Told) -> float:
    medians = told["medians"]
    first = medians["and its first month, kernels from the cache"][0]
    return float(first - medians["Python alone"][0])


def _first_run(way: str, place: int) -> Callable[[Told], float]:
    return lambda told: float(told["medians"][way][place])


def _twin(told: Told) -> float:
    twin = told["twin"]
    if (twin["people"], twin["months"]) != (10_000, 120):
        raise LookupError
    return float(twin["ratio"])


def _futures(told: Told) -> float:
    if told["size"]["futures"] != FUTURES:
        raise LookupError
    return float(told["clock"])


FUTURES = 256


def _peer(tool: str, people: int) -> Callable[[Told], float]:
    def slower(told: Told) -> float:
        return float(told["sizes"][str(people)]["peers"][tool].get("times_slower", 0.0))

    return slower


SIZES = {1_000: (1407, 900), 3_000: (787, 600), 10_000: (446, 390), 100_000: (306, 295)}
"""Nanoseconds a person and month by people: version 0.1.0, and the goal."""

PEERS = {
    "Mesa 3.5, neighbour lists": (737, 834, 591),
    "Mesa 3.5, neighbour lists, telling": (105, 108, 77),
    "Mesa 3.5, discrete_space.Network": (1860, 2350, 1552),
    "AgentPy 0.1.5": (831, 937, 601),
    "BPTK-Py 3.4, telling": (668, 941, 672),
    "mesa-frames 0.1, asking": (2518, 408, 67),
    "Starsim 3.7": (1207, 177, 48),
}
"""How many times slower other tools were at 1 000, 10 000 and 100 000 people, version 0.1.0."""

TWO, ONE = "from the table, two processes", "from the table, one process"

GOALS: tuple[Goal, ...] = (
    *(
        Goal(f"fixed cost of a month: 20 people, mechanisms {words}", 1.0, 0.55, "ms",
             "full_model", _intercept(name))
        for words, name in (("on", "cost"), ("off", "cost_off"))
    ),
    *(
        Goal(f"a person and month, {people:,} people, mechanisms {words}", before, goal, "ns",
             "full_model", read(people))
        for people, (before, goal) in SIZES.items()
        for words, read in (("on", _cost), ("off", _cost_off))
    ),
    Goal("against the docking twin", 200, 230, "×", "full_model",
         _twin, most=False),
    Goal("kernels against their floors, 100,000 people", 3.3, 2.9, "×", "kernels", _floors),
    Goal("kernels against their floors, 1,000,000 people", 1.95, 1.8, "×", "kernels_million",
         _floors),
    Goal("bytes a person beside the ties", 438, 350, "", "full_model",
         lambda told: float(told["memory"]["state"] + told["memory"]["month"])),
    Goal("first run ever, two processes: clock", 45, 16, "s", "first_run", _first_run(TWO, 0)),
    Goal("first run ever, one process: processor", None, 24, "s", "first_run", _first_run(ONE, 1)),
    Goal("warm: import to first month", 0.92, 0.75, "s", "start", _first_month),
    Goal("first table of cocreate run", 1.9, 1.4, "s", "start", _start("run: table of outcomes")),
    Goal("256 futures × 3 arms × 2 seeds", 120, 100, "s", "futures",
         _futures),
    Goal("1,000,000 people × 120 months", 39, 35, "s", "full_model",
         lambda told: float(told["million"]["cpu"])),
    Goal("its memory", 1.0, 0.85, "GB", "full_model",
         lambda told: float(told["million"]["peak_gigabytes"])),
    *(
        Goal(f"{tool}, {people:,} people", before, 50 if "Starsim" in tool else before, "×",
             "peers", _peer(tool, people), most=False)
        for tool, each in PEERS.items()
        for people, before in zip((1_000, 10_000, 100_000), each, strict=True)
        if people == 100_000 or "Starsim" not in tool
    ),
)  # fmt: skip


def main(folder: Path) -> None:
    """Print the table."""
    told = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    show("Goals of speed", ["what", "version 0.1.0", "goal", "now", "met"],
         [goal.row(told) for goal in GOALS])  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
