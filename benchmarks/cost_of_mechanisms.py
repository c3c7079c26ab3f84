"""What the mechanisms of the market cost, beside the version before them, at equal adoption.

    python benchmarks/cost_of_mechanisms.py [--people 100000] [--each] [--json FILE]

The version before is a commit (``--commit``) in a worktree and an environment of its own; a folder
given by ``--before`` is used, or filled, and kept. Base begins empty in both, with the same
advertising and needs, and is measured from the month on in which the same share of people are
customers: what is compared is as many people who do about as much. Models take turns of a few
months. What remains different are encounters a head (people now act up to four times a month), so
that costs are also given by encounter. ``--each`` adds today's model with one mechanism off at a
time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from measuring import machine, show, times_words, write_json

ROOT = Path(__file__).parents[1]
CHILD = Path(__file__).with_name("month_by_month.py")
COMMIT = "54cc740"
"""The last commit before the mechanisms of the market: version 0.1.0."""

ADOPTION: dict[str, Any] = {"population.need_probability": 0.2, "reach.hazard": 0.2}
"""What both versions share, so that both come to have as many customers."""

OFF: dict[str, dict[str, Any]] = {
    "rounds": {"journey.rounds": 1},
    "queries": {"journey.query_rate": 0.0},
    "needs that outlive contracts": {"journey.need_persists": 0.0},
    "help by peers": {"peers.answer": 0.0},
    "staff by service level": {"touchpoints.*.service_level": 0.0},
    "training of staff": {"companies.*.training": 0.0},
    "level that is usual": {"evaluate.adaptation": 0.0},
    "judgement of others": {"evaluate.attitude_of_others": 0.0},
    "loyalty relative to the alternative": {"journey.churn_value": 0.0},
    "fit and usage": {"needs.fit": 0.0, "population.usage_spread": 0.0},
    "complaints and recovery": {
        "companies.*.strategy.complaint_rate": 0.0, "companies.*.strategy.recovery": 0.0,
    },
    "one view": {"handover.loss": 0.0, "companies.*.strategy.single_view": 0.0},
}  # fmt: skip
"""What switches each mechanism off that takes computing time."""

Reading = dict[str, float]


class Candidate:
    """A model in a process of its own, which steps when asked.

    Args:
        root: folder of the version.
        python: words that start its interpreter.
        name: scenario.
        changes: changes of it.
    """

    def __init__(
        self, root: Path, python: list[str], name: str, changes: Mapping[str, Any]
    ) -> None:
        command = [*python, str(CHILD), str(root), name, json.dumps(dict(changes))]
        env = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        self._process = subprocess.Popen(  # noqa: S603  # our own file
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )

    def ask(self, order: str) -> Reading:
        """Return what an order came to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("a model ended before it answered")
        reading: Reading = json.loads(answer)
        return reading

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def version_before(commit: str, folder: Path | None) -> Iterator[Path]:
    """Yield a folder with the version before; one that was given is kept."""
    made = folder or Path(tempfile.mkdtemp()) / "before"
    if not (made / "simulation").is_dir():
        git("worktree", "add", "--detach", str(made), commit)
    try:
        yield made
    finally:
        if folder is None:
            git("worktree", "remove", "--force", str(made))
            shutil.rmtree(made.parent, ignore_errors=True)


def git(*words: str) -> None:
    """Run git in this repository."""
    subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True)  # noqa: S603, S607  (git, with words of this file)


def candidates(before: Path, people: int, *, each: bool) -> dict[str, Candidate]:
    """Return the models by name: the version before, today's with all off, on, and one off each."""
    size = {"population.people": people, **ADOPTION}
    old = ["uv", "run", "--no-dev", "--project", str(before), "python"]
    new = [sys.executable]
    launch = "launch/base_launch"
    off = {path: value for changes in OFF.values() for path, value in changes.items()}
    models = {
        "before": Candidate(before, old, "base", size),
        "today, all off": Candidate(ROOT, new, launch, {**size, **off}),
        "today, all on": Candidate(ROOT, new, launch, size),
    }
    if each:
        for name, changes in OFF.items():
            models[f"without {name}"] = Candidate(ROOT, new, launch, {**size, **changes})
    return models


def take_turns(
    models: Mapping[str, Candidate], share: float, turns: int, months: int
) -> dict[str, list[Reading]]:
    """Return some months of each model at a time, ``turns`` of each, from equal adoption on."""
    for name, model in models.items():
        reading = model.ask(f"until {share}")
        sys.stdout.write(f"{name}: {share:.0%} are customers after {reading['step']} months\n")
        sys.stdout.flush()
    readings: dict[str, list[Reading]] = {name: [] for name in models}
    for _ in range(turns):
        for name, model in models.items():
            readings[name].append(model.ask(f"months {months}"))
    return readings


def summed(readings: list[Reading], people: int) -> Reading:
    """Return medians: nanoseconds a person and month and an encounter, customers, encounters."""
    a_head = [one["cpu"] / one["months"] / people * 1e9 for one in readings]
    each = [ns / one["encounters"] for ns, one in zip(a_head, readings, strict=True)]
    return {
        "ns": median(a_head),
        "ns_encounter": median(each),
        "customers": median(one["customers"] for one in readings),
        "encounters": median(one["encounters"] for one in readings),
    }


def report(found: Mapping[str, Reading], people: int) -> None:
    """Print costs, and how many times the version before."""
    first = found["before"]
    show(
        f"Base at equal adoption, {people:,} people, processor time",
        ("model", "customers", "encounters a head", "ns a person and month", "times",
         "ns an encounter", "times"),
        [
            (name, f"{one['customers']:.0%}", f"{one['encounters']:.2f}", f"{one['ns']:.0f}",
             times_words(one["ns"] / first["ns"]), f"{one['ns_encounter']:.0f}",
             times_words(one["ns_encounter"] / first["ns_encounter"]))
            for name, one in found.items()
        ],
    )  # fmt: skip


def main() -> None:
    """Measure, print, and write down what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.6, help="customers from which on")
    parser.add_argument("--turns", type=int, default=3, help="readings of each")
    parser.add_argument("--months", type=int, default=4, help="months of a reading")
    parser.add_argument("--each", action="store_true", help="also one mechanism off at a time")
    parser.add_argument("--commit", default=COMMIT, help="the version before")
    parser.add_argument("--before", type=Path, default=None, help="its folder, kept afterwards")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    with version_before(asked.commit, asked.before) as before:
        models = candidates(before, asked.people, each=asked.each)
        readings = take_turns(models, asked.share, asked.turns, asked.months)
        for model in models.values():
            model.close()
    found = {name: summed(own, asked.people) for name, own in readings.items()}
    report(found, asked.people)
    size = {"people": asked.people, "share": asked.share, "turns": asked.turns,
            "months": asked.months}  # fmt: skip
    write_json(asked.json, {"machine": machine(), **size, "models": found})


if __name__ == "__main__":
    main()
