"""All benchmarks one after the other, and in one table what changed: results, and costs.

    python benchmarks/all.py --small           # as the build does, about two minutes
    python benchmarks/all.py                   # the same at full size
    python benchmarks/all.py --everything --json FOLDER   # and all that docs/performance.md tells
    python benchmarks/all.py --small --accept  # take today's costs as those to compare with

Costs are ratios of two things measured in the same run, or processor time a person and month, so
that they mean something on another machine too; they still move by a third on a busy one. Nothing
fails here: a changed result fails a test, and a changed cost is for people to look at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import show

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted.json"
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests" / "baseline")]

Told = dict[str, Any]
COSTS: dict[str, tuple[str, Callable[[Told], float]]] = {
    "full model, 10 000 people: ns of CPU a person and month": (
        "full_model", lambda told: told["cost"]["10000"]
    ),
    "docking twin: times the model's CPU": ("full_model", lambda told: told["twin"]["ratio"]),
    "bytes a person beside the ties": (
        "full_model", lambda told: told["memory"]["state"] + told["memory"]["month"]
    ),
    "kernels: times the sum of their floors": (
        "kernels",
        lambda told: sum(one["ns"] for one in told["kernels"].values())
        / sum(one["floor"] for one in told["kernels"].values()),
    ),
    "word of mouth alone: times a bare kernel": (
        "word_of_mouth",
        lambda told: _first(told["sizes"])["median"]["diffuse()"]
        / _first(told["sizes"])["median"]["bare kernel, the same draws"],
    ),
    "panel: ns of CPU a person and month": (
        "panel", lambda told: max(one["processor_ns"] for one in told["panels"])
    ),
    "panel: bytes a person and month": (
        "panel", lambda told: max(one["bytes"] for one in told["panels"])
    ),
    "two workers: times one worker's throughput": (
        "workers", lambda told: told["throughput_ratio"]
    ),
    "cocreate --help: seconds": ("start", lambda told: told["medians"]["cocreate --help"][0]),
}  # fmt: skip


def main() -> None:
    """Run everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="small sizes, about two minutes")
    parser.add_argument("--everything", action="store_true", help="the page's, with all peers")
    parser.add_argument("--accept", action="store_true", help="compare with today's costs from now")
    parser.add_argument("--json", type=Path, default=None, help="folder to write the numbers to")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        into = asked.json or Path(folder)
        into.mkdir(parents=True, exist_ok=True)
        told = {
            name: run(name, into, *_words(name, asked))
            for name in dict.fromkeys(name for name, _ in COSTS.values())
        }
        if asked.everything:
            run_the_rest(into)
    costs = {what: float(read(told[name])) for what, (name, read) in COSTS.items()}
    if asked.accept:
        ACCEPTED.write_text(json.dumps(costs, indent=2, ensure_ascii=False) + "\n", "utf-8")
    tell(costs)


def _words(name: str, asked: argparse.Namespace) -> list[str]:
    """Return what a benchmark is asked for."""
    if asked.everything:
        return EVERYTHING.get(name, [])
    return ["--small"] if asked.small else []


EVERYTHING = {
    "full_model": ["--million", "--twin-people", "10000"],
    "word_of_mouth": ["--million"],
}


def run_the_rest(into: Path) -> None:
    """Run what no table of changes needs: a million people, what pairs are worth, other tools."""
    run("kernels", into, "--people", "1000000", "--months", "24", called="kernels_million")
    run("shared_seeds", into)
    run("shared_past", into)
    run("cost_of_mechanisms", into)
    run("first_run", into)
    run("futures", into)
    run("peers", into)
    command = [sys.executable, str(HERE / "goals.py"), str(into)]
    subprocess.run(command, check=True)  # noqa: S603  # our own file


def run(name: str, into: Path, *words: str, called: str | None = None) -> Told:
    """Run one benchmark, its tables going to the terminal; return its numbers."""
    file = into / f"{called or name}.json"
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", str(file), *words]
    subprocess.run(command, check=True)  # noqa: S603  # our own files
    numbers: Told = json.loads(file.read_text(encoding="utf-8"))
    return numbers


def tell(costs: dict[str, float]) -> None:
    """Print what changed since it was last accepted: results first, then costs."""
    then = json.loads(ACCEPTED.read_text(encoding="utf-8")) if ACCEPTED.exists() else {}
    rows = [[f"golden run of {name}", "", "", words] for name, words in golden().items()]
    for what, cost in costs.items():
        old = then.get(what)
        change = f"{100 * (cost / old - 1):+.0f} %" if old else "new"
        rows.append([what, f"{old:.3g}" if old else "", f"{cost:.3g}", change])
    show("Results and costs since they were last accepted", ["what", "then", "now", "change"], rows)


def golden() -> dict[str, str]:
    """Return for each default scenario how far its golden run is from the accepted one."""
    from golden import STORED, observe

    found = {}
    for name, then in json.loads(STORED.read_text(encoding="utf-8")).items():
        now = observe(name)
        gaps = [
            abs(a - b) / max(abs(a), abs(b), 1e-3)
            for key in then
            for a, b in zip(then[key], now.get(key, []), strict=False)
            if a is not None and b is not None
        ]
        same = max(gaps, default=0.0) <= 1e-9 and list(now) == list(then)
        found[name] = "equal to 1e-9" if same else f"CHANGED, by up to {max(gaps):.1e}"
    return found


def _first(table: Told) -> Told:
    first: Told = next(iter(table.values()))
    return first


if __name__ == "__main__":
    main()
