"""Measure where the optimum of two integrated functions turns, and write it into the page.

    uv run python docs/make_counter.py

fills the part between ``<!-- turns -->`` and ``<!-- end -->`` in ``docs/scenarios/counter.md``.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from simulation import load_scenario
from simulation.analysis.interval import Interval, t_interval
from simulation.scenario.scenario import Scenario
from simulation.simulate import last_year, simulate

DOCS = Path(__file__).parent
PAGE = DOCS / "scenarios" / "counter.md"
MARK = re.compile(r"(<!-- turns -->\n).*?(<!-- end -->)", re.DOTALL)
PAIRS = (
    "innovation_experience_platform",
    "innovation_marketing_sales",
    "marketing_sales_experience_platform",
)
ARMS = {"two": (0.7, 0.0, 0.0), "none": (0.0, 0.0, 0.0), "all": (0.7, 0.7, 0.7)}
COSTS = (0.15, 0.3, 0.45, 0.6, 0.75)
PEOPLE, MONTHS, SEEDS = 1000, 60, range(1, 13)


def main() -> None:
    """Measure at each cost, and write the table."""
    lines = ["| cost of coordination | over none | over all three |", "|---:|---:|---:|"]
    for cost in COSTS:
        values = {name: value(arm(cost, coupling)) for name, coupling in ARMS.items()}
        over = [t_interval(values["two"] - values[name]) for name in ("none", "all")]
        lines.append(f"| {cost:g} | {words(over[0])} | {words(over[1])} |")
    table = "\n".join(lines)
    page = MARK.sub(lambda match: f"{match[1]}{table}\n{match[2]}", PAGE.read_text("utf-8"))
    PAGE.write_text(page, "utf-8")


def arm(cost: float, coupling: tuple[float, ...]) -> Scenario:
    """Return the scenario with some pairs coupled; staff cost as in a large business."""
    changes = {
        f"companies.focal.strategy.coupling.{pair}": weight
        for pair, weight in zip(PAIRS, coupling, strict=True)
    }
    return load_scenario(DOCS.parent / "scenarios" / "counter" / "two_functions.toml").replace({
        **changes, "capability.coordination_cost": cost, "population.people": PEOPLE,
        "run.months": MONTHS, "desks.wage": PEOPLE / 100_000,
    })  # fmt: skip


def value(scenario: Scenario) -> np.ndarray:
    """Return co-created value per 1000 people and month of the last year, by seed."""
    found = [last_year(simulate(scenario, seed))["co_created_value"] for seed in SEEDS]
    return np.array(found) / (PEOPLE / 1000)


def words(one: Interval) -> str:
    """Return a difference with its interval."""
    text = f"{one.mean:+.1f} ({one.low:+.1f} to {one.high:+.1f})"
    return text.replace("-", "−")


if __name__ == "__main__":
    main()
