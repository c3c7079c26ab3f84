"""Every process reads and writes what it says, and nothing else: one test tries to disprove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from builders import changed

from simulation.model import EcosystemModel
from simulation.processes.order import MONTH
from simulation.processes.process import MonthOfProcesses, Process, RoundOfProcesses
from simulation.world.people import COLUMNS
from simulation.world.world import World

LIVELY = {
    "population.people": 400,
    "population.need_probability": 0.3,
    "journey.contract_months": 3,
    "reach.hazard": 0.3,
    "reach.fade": 0.1,
    "touchpoints.*.handling": 60.0,
    "calendar.outages": 4.0,
    "journey.rounds": 3,
    "journey.query_rate": 0.8,
    "journey.give_up_months": 2,
    "journey.need_persists": 0.5,
}
WITHOUT_ENDS = {
    "journey.stages": ["need", "search", "evaluate", "purchase", "use", "support", "renew"],
}
"""Use is the first encounter after the purchase, and who lapses looks for another at once."""
Snapshot = dict[str, np.ndarray]


def state(world: World) -> Snapshot:
    """Return copies of all arrays of the world, by name."""
    found = {f"people.{name}": world.people.column(name).copy() for name in COLUMNS}
    for part in ("use", "encounters", "balance", "firms", "peers"):
        arrays = vars(getattr(world, part)).items()
        found |= {f"{part}.{name}": np.copy(value) for name, value in arrays}
    return found | {"levels": world.levels.copy(), "effort_by_value": world.effort_by_value.copy()}


def restore(world: World, snapshot: Snapshot) -> None:
    """Write a snapshot back into the world."""
    for name, value in snapshot.items():
        part, _, attribute = name.rpartition(".")
        if name == "effort_by_value":
            world.effort_by_value = value.copy()
        else:
            target = getattr(getattr(world, part), attribute) if part else world.levels
            target[:] = value


def lively_world(changes: Mapping[str, Any] = MappingProxyType({})) -> EcosystemModel:
    """Return a model in which everything happens."""
    model = EcosystemModel(changed("base", {**LIVELY, **changes}), 1)
    for _ in range(14):
        model.step()
    return model


def declared(process: Process, name: str) -> bool:
    return name in process.writes or name.split(".")[0] in process.writes


def processes(month: MonthOfProcesses, world: World) -> Iterator[Process]:
    """Yield the processes of a month, those of rounds in each round."""
    for entry in month:
        if isinstance(entry, RoundOfProcesses):
            yield from entry.each(world)
        else:
            yield entry


ALL = tuple(
    p
    for entry in MONTH
    for p in (entry.processes if isinstance(entry, RoundOfProcesses) else [entry])
)


def each_month(model: EcosystemModel, months: int, visit: Callable[[Process], None]) -> None:
    for _ in range(months):
        model.world.step += 1
        model.world.month = model.world.new_month()
        for process in processes(MONTH, model.world):
            visit(process)


def test_processes_write_what_they_declare_and_nothing_else() -> None:
    written: dict[str, set[str]] = {process.name: set() for process in ALL}

    def visit(model: EcosystemModel, process: Process) -> None:
        before = state(model.world)
        process(model.world)
        after = state(model.world)
        for name in before:
            if not np.array_equal(before[name], after[name], equal_nan=True):
                assert declared(process, name), f"{process.name} writes {name}"
                written[process.name].add(name)

    for model in (lively_world(), lively_world(WITHOUT_ENDS)):
        each_month(model, 12, partial(visit, model))
    for process in ALL:
        for name in process.writes:
            if "." in name or name in ("levels", "effort_by_value"):
                assert name in written[process.name], f"{process.name} never writes {name}"


@pytest.mark.parametrize("process", ALL[1:], ids=lambda process: process.name)
def test_processes_read_no_other_column(process: Process) -> None:
    """Scramble every column that a process does not read: what it writes stays the same."""
    model = lively_world()
    world = model.world
    world.step += 1
    world.month = world.new_month()
    for earlier in processes(MONTH, world):
        if earlier is process and world.rounds.number in (0, 2):
            break
        earlier(world)
    before = state(world)
    sums = world.month.words.copy()
    rounds = replace(world.rounds)

    def run(start: Snapshot) -> Snapshot:
        restore(world, start)
        world.rounds = replace(rounds)
        world.month.words[:] = sums
        process(world)
        return state(world)

    plain = run(before)
    scrambled = dict(before)
    order = np.random.default_rng(1).permutation(world.people.n)
    untouched = [name for name in COLUMNS if name not in process.reads]
    for name in untouched:
        if f"people.{name}" not in process.writes:
            scrambled[f"people.{name}"] = before[f"people.{name}"][order]
    mixed = run(scrambled)
    for name in plain:
        if declared(process, name):
            assert np.array_equal(plain[name], mixed[name], equal_nan=True), name


def test_every_process_says_why_it_stands_where_it_does() -> None:
    assert [process.name for process in ALL] == [
        "firms", "staff", "needs", "reach", "talk", "consult", "prepare", "choose_use",
        "ask_in_use", "choose", "ask", "encounter", "evaluate", "teach", "progress", "use",
        "judge_use", "learn",
        "renew", "listen", "answer", "account",
    ]  # fmt: skip
    assert all(process.why_here for process in (*MONTH, *ALL))


def test_processes_of_rounds_declare_for_all_of_them() -> None:
    rounds = next(entry for entry in MONTH if isinstance(entry, RoundOfProcesses))
    assert {"problem", "money"} <= set(rounds.reads)
    assert {"people.attitude", "people.provider"} <= set(rounds.writes)
