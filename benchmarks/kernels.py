"""Each kernel of the month against the least it could take on this machine.

    python benchmarks/kernels.py [--people 100000] [--months 36] [--small] [--json FILE]

Kernels are timed where they run, in a model with everything else around them, so that memory is as
cold as it is in earnest. A kernel's floor adds up, at rates measured in the same run, what cannot
be avoided: every column it is given read once, a random gather for each tie, and for all that its
people do this month the draws, logarithms, exponentials and powers, in loops that hold nothing
else. What a floor leaves out is deciding what to do for whom, adding up, and writing.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from measuring import machine, show, times_words, write_json

from simulation import load_scenario
from simulation.jit import njit
from simulation.kernels import elementary
from simulation.kernels.draws import draw_block
from simulation.model import EcosystemModel
from simulation.world.network import Ties

Arguments = Mapping[str, Any]
Counts = Mapping[str, float]
USE = 5
EXPERIENCE = 3


def main() -> None:
    """Measure everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--small", action="store_true", help="a few seconds")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    people, months = (20_000, 16) if asked.small else (asked.people, asked.months)
    scenario = load_scenario(
        "launch/base_launch", {"population.people": people, "run.months": months}
    )
    model = EcosystemModel(scenario, 1)
    first = rates(model.world.ties, people)
    with watched() as watches:
        model.run_for(months)
    last = rates(model.world.ties, people)
    floor_rates = {name: (first[name] + last[name]) / 2.0 for name in first}
    show(
        "Rates of this machine",
        ["what", "ns each"],
        [[name, f"{ns:.3g}"] for name, ns in floor_rates.items()],
    )
    found = {
        name: _summary(watch, floor_rates, people, months)
        for name, watch in watches.items()
        if watch.seconds
    }
    rows = [
        [name, f"{one['ns']:.1f}", f"{one['floor']:.1f}", times_words(one["ratio"])]
        for name, one in sorted(found.items(), key=lambda pair: -pair[1]["ns"])
    ]
    total, floor = (sum(one[key] for one in found.values()) for key in ("ns", "floor"))
    rows.append(["all", f"{total:.0f}", f"{floor:.0f}", times_words(total / floor)])
    show(
        f"Kernels, {people:,} people, months {months // 3 + 1} to {months}",
        ["kernel", "ns a person", "floor", "times its floor"],
        rows,
    )
    write_json(asked.json, {"machine": machine(), "rates": floor_rates, "kernels": found})


# --- kernels, watched where they run --------------------------------------------------------------


@dataclass
class Watch:
    """What one kernel took in each month, and what it could not have avoided."""

    counts_of: Callable[[Arguments], Counts]
    seconds: list[float] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)


def _listed(given: Arguments) -> Any:
    """Return the persons for whom a kernel is called; None where it is everybody."""
    return given.get("who", given.get("persons"))


def _nothing(_: Arguments) -> Counts:
    return {}


def _arise(given: Arguments) -> Counts:
    return {"draw": np.sum(given["stage"] < 0)}


def _reach(given: Arguments) -> Counts:
    aware, customer = given["aware"], given["provider"][:, None] >= 0
    fading = (aware > 0) & (aware != EXPERIENCE) & ~customer
    return {"draw": np.sum((aware == 0) | fading)}


def _hear(given: Arguments) -> Counts:
    return {"gather": len(given["neighbour"])}


def _choose(given: Arguments) -> Counts:
    who = _listed(given)
    ways = np.diff(given["serving_start"])[given["stage"][who]]
    row = np.where(given["provider"] >= 0, given["provider"], len(given["what"]) - 1)[who]
    candidates = float(np.sum(ways * given["what"][row]))
    return {"draw": candidates + 2 * len(who), "log": 2 * candidates}


def _contacts(given: Arguments) -> Counts:
    desk, considers = given["number"], given["considers"]
    come = [(given["users"], given["using_at"]), (given["movers"], given["moving_at"])]
    callers = sum(
        int(np.sum(desk[considers[who], at[who]] < len(given["company"]))) for who, at in come
    )
    return {"draw": 4 * callers, "log": 2 * callers, "exp": callers}


def _integrate(given: Arguments) -> Counts:
    who = _listed(given)
    outcomes, place = np.diff(given["job_start"])[given["job"][who]], given["touchpoint"][who]
    there = (place >= 0) & ~given["abandoned"][who]
    uses = given["stage"][who] == USE
    powers = 3 * np.sum(there) + np.sum(outcomes[there]) + 3 * np.sum(outcomes[uses])
    return {
        "power": powers,
        "draw": np.sum(given["staffed"][given["considers"][who], place] & there),
    }


def _evaluate(given: Arguments) -> Counts:
    return {"exp": len(_listed(given))}


def _learn(given: Arguments) -> Counts:
    return {"power": np.sum(given["practice"] > 0.0)}


def _progress(given: Arguments) -> Counts:
    return {"draw": len(_listed(given))}


def _sample(given: Arguments) -> Counts:
    has_job, provider, spoke, draws = given["job"] >= 0, given["provider"], given["spoke"], 0
    for c in range(spoke.shape[1]):
        for f, interviews in enumerate(given["interviews"]):
            heard = ((spoke[:, c] >> f) & 1).astype(bool) | (interviews & (provider == c))
            draws += np.sum(heard & has_job)
    return {"draw": draws}


KERNELS: dict[str, tuple[str, str, Callable[[Arguments], Counts]]] = {
    "needs: arise": ("simulation.kernels.needs", "arise", _arise),
    "reach: reach": ("simulation.kernels.reach", "reach", _reach),
    "talk: speak": ("simulation.kernels.talk", "speak", _nothing),
    "talk: hear": ("simulation.kernels.talk", "hear", _hear),
    "choose: choose": ("simulation.kernels.choose", "choose", _choose),
    "encounter: desks": ("simulation.kernels.desk", "run_desks", _contacts),
    "encounter: integrate": ("simulation.kernels.integrate", "integrate", _integrate),
    "evaluate: evaluate": ("simulation.kernels.evaluate", "evaluate", _evaluate),
    "learn: learn": ("simulation.kernels.learn", "learn", _learn),
    "progress: progress": ("simulation.kernels.progress", "progress", _progress),
    "listen: sample": ("simulation.kernels.listen", "sample", _sample),
    "account: settle": ("simulation.kernels.account", "settle", _nothing),
    "record: survey": ("simulation.recorder.census", "survey", _nothing),
}


@contextmanager
def watched() -> Iterator[dict[str, Watch]]:
    """Time every kernel, month by month, while the context lasts."""
    watches: dict[str, Watch] = {}
    kept = []
    for label, (module_name, name, counts_of) in KERNELS.items():
        module = import_module(module_name)
        kernel = getattr(module, name)
        kept.append((module, name, kernel))
        watches[label] = Watch(counts_of)
        setattr(module, name, _timed(kernel, watches[label]))
    try:
        yield watches
    finally:
        for module, name, kernel in kept:
            setattr(module, name, kernel)


def _timed(kernel: Any, watch: Watch) -> Callable[..., Any]:
    signature = inspect.signature(kernel.py_func)

    def call(*arguments: Any) -> Any:
        given = signature.bind(*arguments).arguments
        counts = dict(watch.counts_of(given))
        counts["byte"] = _bytes_of_people(given)
        started = process_time()
        answer = kernel(*arguments)
        watch.seconds.append(process_time() - started)
        watch.counts.append(counts)
        return answer

    return call


def _bytes_of_people(given: Arguments) -> int:
    """Return the bytes of all columns: the longest arrays, less what is gathered along ties."""
    columns = [a for name, a in given.items() if isinstance(a, np.ndarray) and name != "neighbour"]
    longest = max(len(column) for column in columns)
    listed = _listed(given)
    share = 1.0 if listed is None else len(listed) / longest
    read = sum(column.nbytes for column in columns if len(column) in (longest, longest - 1))
    return round(share * read)


def _summary(watch: Watch, each: Counts, people: int, months: int) -> dict[str, float]:
    """Return ns a person and month, and the floor: the calls of a month are added up.

    The first third of all calls is left out.
    """
    skip = len(watch.seconds) // 3
    floors = [sum(n * each[what] for what, n in counts.items()) for counts in watch.counts[skip:]]
    person_months = people * months * (len(floors) / max(1, len(watch.seconds)))
    ns, floor = sum(watch.seconds[skip:]) / person_months * 1e9, sum(floors) / person_months
    return {"ns": ns, "floor": floor, "ratio": ns / floor}


# --- rates of the machine -------------------------------------------------------------------------


@njit(cache=False)
def _gather(table: Any, index: Any) -> float:
    total = 0.0
    for j in index:
        total += table[j, 0] + table[j, 5]
    return total


@njit(cache=False)
def _read(column: Any) -> float:
    total = np.zeros(8)
    for first in range(0, len(column) - 7, 8):
        for lane in range(8):
            total[lane] += column[first + lane]
    return total.sum()


@njit(cache=False)
def _logs(x: Any, out: Any) -> None:
    for i in range(len(x)):
        out[i] = elementary.log(x[i])


@njit(cache=False)
def _exps(x: Any, out: Any) -> None:
    for i in range(len(x)):
        out[i] = elementary.exp(x[i])


@njit(cache=False)
def _powers(x: Any, exponent: Any, out: Any) -> None:
    for i in range(len(x)):
        out[i] = elementary.power(x[i], exponent)


def rates(ties: Ties, people: int) -> dict[str, float]:
    """Return nanoseconds of one draw, logarithm, exponential, power, gather, and byte read."""
    n = 100_000
    x, out = np.linspace(0.05, 0.95, n), np.empty(n)
    table = np.ones((people, 6))
    column = np.ones(8_000_000)
    key = np.uint64(12345)
    return {
        "draw": _each(lambda: draw_block(key, 0, n, out), n),
        "log": _each(lambda: _logs(x, out), n),
        "exp": _each(lambda: _exps(x, out), n),
        "power": _each(lambda: _powers(x, -1.3, out), n),
        "gather": _each(lambda: _gather(table, ties.neighbour), len(ties.neighbour)),
        "byte": _each(lambda: column.sum(), column.nbytes),
    }


def _each(call: Callable[[], object], n: int) -> float:
    call()
    readings = []
    for _ in range(9):
        started = process_time()
        call()
        readings.append(process_time() - started)
    return median(readings) / n * 1e9


if __name__ == "__main__":
    main()
