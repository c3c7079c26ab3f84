"""A model of any version that steps when it is asked to, and reports what the months cost.

    python benchmarks/month_by_month.py ROOT SCENARIO CHANGES

ROOT is the folder of a version, whose package is imported; SCENARIO a file in its ``scenarios``;
CHANGES a JSON object of dotted paths. Each line of the input is an order: ``until SHARE`` steps
until this share of people are customers, ``months N`` steps N months. Each is answered by a line
of JSON. ``benchmarks/cost_of_mechanisms.py`` lets two versions take turns in this way.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

LONGEST = 400
"""Months after which ``until`` gives up."""


def main() -> None:
    """Make the model, and follow orders until the input ends."""
    root, name, changes = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    sys.path.insert(0, str(root))
    model = made(root, name, {**changes, "population.people": 500})
    follow(model, "months 30")  # compiled and warm
    model = made(root, name, changes)
    for order in sys.stdin:
        sys.stdout.write(json.dumps(follow(model, order)) + "\n")
        sys.stdout.flush()


def made(root: Path, name: str, changes: dict[str, Any]) -> Any:
    """Return a model of the version in ``root``."""
    from simulation.model import EcosystemModel
    from simulation.scenario.load import load_scenario

    file = root / "scenarios" / f"{name}.toml"
    return EcosystemModel(load_scenario(file).replace({"run.months": 600, **changes}), 1)


def follow(model: Any, order: str) -> dict[str, float]:
    """Step as ordered; return processor time, months, customers and encounters a head."""
    word, number = order.split()
    first, shares, started = model.world.step, [0.0], process_time()
    while not done(model, word, float(number), first, shares[-1]):
        model.step()
        shares.append(float((model.world.people.provider >= 0).mean()))
    cpu, months = process_time() - started, model.world.step - first
    return {
        "cpu": cpu,
        "months": months,
        "step": model.world.step,
        "customers": sum(shares) / max(months, 1),
        "encounters": encounters(model, first),
    }


def done(model: Any, word: str, number: float, first: int, share: float) -> bool:
    """Return whether an order has been followed."""
    if model.world.step > LONGEST:
        raise SystemExit(f"no {number} of people are customers after {LONGEST} months")
    return share >= number if word == "until" else model.world.step - first >= number


def encounters(model: Any, first: int) -> float:
    """Return encounters a head and month after the month ``first``."""
    labels = model.recorder.labels
    columns = [n for n, (name, _) in enumerate(labels) if name == "encounters"]
    rows = model.recorder.values[first : model.world.step, columns]
    people = len(model.world.people.provider)
    return float(rows.sum(axis=1).mean() / people) if len(rows) else 0.0


if __name__ == "__main__":
    main()
