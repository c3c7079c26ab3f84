"""What the number of people simulated does: value per head, and desks that are large enough.

    python benchmarks/size.py [--quick] [--json FILE]

Value per head must not hang on the number of people where fixed costs and communities are off;
where they are on, size acts through them, and never turns the sign of a market's value. At a size
at which desks carry more than 2 Erlang, occupancy and waits are held against published figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from measuring import machine, show, write_json

from simulation import load_scenario, run
from simulation.analysis.interval import t_interval
from simulation.analysis.market import WINDOW
from simulation.analysis.targets import hold, targets_of
from simulation.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
MONTHS, LAST = 36, 12
SIZES = {500: 24, 2_000: 8, 10_000: 4, 50_000: 2}
"""People, and seeds."""

MARKETS = (
    "base", "telecom", "telecom_community", "saas", "retail_bank", "community_product",
)  # fmt: skip
LARGE = 200_000
SERVICE = ("desk occupancy", "wait for an answer", "abandoned at a mean wait of two minutes")

PER_HEAD: dict[str, Any] = {
    "touchpoints.*.fixed_cost": 0.0,
    "peers.answer": 0.0,
    "partners.*.hours": 1e9,
    "partners.*.fixed_cost": 0.0,
    "listening.cost": 0.0,
    "listening.research": 0.0,
    "handover.view_cost": 0.0,
}
"""Fixed costs, samples of fixed size and communities are off: all that is left is per head."""


def market(name: str, people: int, changes: dict[str, Any]) -> Scenario:
    """Return a market of some size."""
    stored = load_scenario(SCENARIOS / f"{name}.toml")
    size = {"population.people": people, "run.months": MONTHS}
    return stored.replace({**size, **changes})


def per_head(name: str, people: int, seeds: Iterable[int], changes: dict[str, Any]) -> list[float]:
    """Return co-created value a head and month of the last year, by run."""
    series = run(market(name, people, changes), seeds=seeds, workers=0).series
    late = (series["metric"] == "co_created_value") & (series["month"] > MONTHS - LAST)
    return [float(v) / people for v in series[late].groupby("run")["value"].mean()]


def sizes(name: str, changes: dict[str, Any], counts: dict[int, int]) -> list[dict[str, Any]]:
    """Return value per head at each size with its interval."""
    found = []
    for people, seeds in counts.items():
        one = t_interval(per_head(name, people, range(1, seeds + 1), changes))
        found.append({"people": people, "runs": seeds, "mean": float(one.mean),
                      "low": float(one.low), "high": float(one.high)})  # fmt: skip
    show(
        f"{name}: co-created value a head and month, {'per head alone' if changes else 'all on'}",
        ("people", "runs", "mean", "95 % interval"),
        [
            (f"{row['people']:,}", str(row["runs"]), f"{row['mean']:+.3f}",
             f"{row['low']:+.3f} to {row['high']:+.3f}")
            for row in found
        ],
    )  # fmt: skip
    return found


def desks(people: int) -> dict[str, float]:
    """Return what telecom's desks show at a large size beside published figures."""
    few_months = {"run.warm_up": 12, "run.months": WINDOW}
    result = run(market("telecom", people, few_months), seeds=[1], workers=0)
    wanted = [one for one in targets_of("telecom") if one.name in SERVICE]
    held = hold(result.series, wanted)
    show(
        f"telecom, {people:,} people",
        ("figure", "published", "here"),
        [(one.target.name, f"{one.target.low} to {one.target.high}", f"{one.value.mean:.3f}")
         for one in held],
    )  # fmt: skip
    return {one.target.name: float(one.value.mean) for one in held}


def main() -> None:
    """Measure, and print or write down what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes and base alone")
    parser.add_argument("--desks", action="store_true", help="desks at a large size alone")
    parser.add_argument("--markets", nargs="*", default=None, help="all on in these markets alone")
    parser.add_argument("--json", type=Path, help="write what was measured to a file")
    args = parser.parse_args()
    if args.desks:
        write_json(args.json, {"machine": machine(), "desks": desks(LARGE)})
        return
    counts = dict(list(SIZES.items())[:2]) if args.quick else SIZES
    if args.markets:
        few = {people: seeds for people, seeds in SIZES.items() if people <= 10_000}
        on = {name: sizes(name, {}, few) for name in args.markets}
        write_json(args.json, {"machine": machine(), "on": on})
        return
    few = {people: seeds for people, seeds in counts.items() if people <= 10_000}
    found: dict[str, Any] = {"machine": machine(), "off": sizes("base", PER_HEAD, counts)}
    found["on"] = {
        name: sizes(name, {}, counts if name == "base" else few)
        for name in (MARKETS[:1] if args.quick else MARKETS)
    }
    if not args.quick:
        found["desks"] = desks(LARGE)
    write_json(args.json, found)


if __name__ == "__main__":
    main()
