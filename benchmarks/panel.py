"""What a panel costs: nanoseconds and bytes a person and month, beyond the simulation itself.

    python benchmarks/panel.py [--readings 5] [--small] [--json FILE]

People are simulated once and played back, so that nothing but the panel is in the readings: the
play with a panel (a run's part, written month by month; the table made of it and brought to the
disk; its checksum) less the play without. Beside it stands what the processor did of that, since a
busy machine makes the clock run ahead, and the share of simulating. The usual columns are words
and numbers that change now and then; the dense ones change for everyone every month and compress
worst.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

from measuring import machine, show, side_by_side, write_json

from simulation import Scenario, load_scenario
from simulation.model import EcosystemModel
from simulation.store import Identity, PlannedRun
from simulation.store.files import sha256
from simulation.store.panel import PanelStore
from simulation.world.panel import PanelColumn, panel_columns
from simulation.world.people import People

NS_GOAL, BYTES_GOAL = 60, 20
SETS = {
    "usual": ("provider", "progress", "attitude:focal"),
    "dense": ("surplus", "knowledge", "practice"),
}
PLAN = PlannedRun(0, "base", Identity("panel", 1, "-"))


@dataclass(frozen=True)
class Film:
    """What people were at the end of every month, and what simulating that took."""

    inputs: Scenario
    months: tuple[dict[str, Any], ...]
    seconds: float

    @property
    def rows(self) -> int:
        """Persons times months."""
        return self.inputs.population.people * len(self.months)


def main() -> None:
    """Measure everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="fewer people, a few seconds")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    sizes = ((10_000, 24), (50_000, 6)) if asked.small else ((10_000, 120), (100_000, 24))
    readings = 3 if asked.small else asked.readings
    found = []
    for people, months in sizes:
        film = filmed(
            load_scenario("launch/base_launch", {"population.people": people, "run.months": months})
        )
        found += [measured(film, name, readings) for name in SETS]
    report(found, readings)
    write_json(asked.json, {"machine": machine(), "readings": readings, "panels": found})


def filmed(inputs: Scenario) -> Film:
    """Simulate, and keep what people are."""
    columns = [column for names in SETS.values() for column in panel_columns(names, inputs)]
    sources = {column.source for column in columns}
    model, months, seconds = EcosystemModel(inputs), [], 0.0
    for _ in range(inputs.run.months):
        started = perf_counter()
        model.step()
        seconds += perf_counter() - started
        months.append({name: model.world.people.column(name).copy() for name in sources})
    return Film(inputs, tuple(months), seconds)


def measured(film: Film, name: str, readings: int) -> dict[str, Any]:
    """Return what a panel of a set of columns costs."""
    columns = panel_columns(SETS[name], film.inputs)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as room:
        folder = Path(room)
        seconds = side_by_side(
            {"with": lambda: play(film, folder, columns), "without": lambda: play(film, folder)},
            repeats=readings,
        )
        used = [processor(film, folder, columns) for _ in range(readings)]
        size = PanelStore(folder, columns).path.stat().st_size
    pairs = zip(seconds["with"], seconds["without"], strict=True)
    extra = [(one - other) / film.rows * 1e9 for one, other in pairs]
    return {
        "people": film.inputs.population.people,
        "months": len(film.months),
        "columns": SETS[name],
        "ns": median(extra),
        "ns_all": extra,
        "processor_ns": median(used) / film.rows * 1e9,
        "bytes": size / film.rows,
        "simulating_ns": film.seconds / film.rows * 1e9,
    }


def processor(film: Film, folder: Path, columns: tuple[PanelColumn, ...]) -> float:
    """Return the processor's seconds of a panel."""
    used = process_time()
    play(film, folder, columns)
    with_panel = process_time()
    play(film, folder)
    return with_panel - used - (process_time() - with_panel)


def play(film: Film, folder: Path, columns: tuple[PanelColumn, ...] = ()) -> None:
    """Play the film, and make its panel where there are columns."""
    n = film.inputs.population.people
    people = People(n, n_outcomes=1, n_companies=1)
    model = SimpleNamespace(world=SimpleNamespace(people=people))
    if not columns:
        for month in film.months:
            vars(people).update(month)
        return
    store = PanelStore(folder, columns)
    with store.part(PLAN).recording() as see:
        for month in film.months:
            vars(people).update(month)
            see(model)
    store.write([PLAN])
    sha256(store.path)
    store.clear()


def report(found: list[dict[str, Any]], readings: int) -> None:
    """Print the costs of all panels."""
    rows = [
        [
            f"{one['people']:,} × {one['months']}: {', '.join(one['columns'])}",
            f"{one['ns']:.0f}",
            f"{min(one['ns_all']):.0f} … {max(one['ns_all']):.0f}",
            f"{one['processor_ns']:.0f}",
            f"{one['bytes']:.1f}",
            f"{one['ns'] / one['simulating_ns']:.1%}",
        ]
        for one in found
    ]
    columns = ["people × months: columns", "ns", "range", "processor", "bytes", "of simulating"]
    show(f"A panel of three columns, a person and month, {readings} readings", columns, rows)
    print(f"Goals: ≤ {NS_GOAL} ns, ≤ {BYTES_GOAL} bytes.")


if __name__ == "__main__":
    main()
