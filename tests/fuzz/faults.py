"""Sweeps that are killed, stopped, moved away from and run into each other, at random times.

    uv run python tests/fuzz/faults.py --kills 20

Each round starts a sweep in a process, interferes, starts the same command again until it ends, and
compares the tables with those of a sweep that was left alone. Prints a line a fault and the counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXPERIMENT = """question = "?"
scenario = "base"
replicates = 3
[set]
"population.people" = 200
"run.months" = 12
"run.warm_up" = 0
[levers]
"companies.focal.price" = { range = [0.2, 0.5], levels = 8 }
[design]
kind = "grid"
[outcomes]
value = { metric = "co_created_value" }
"""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def start(here: Path, out: str) -> subprocess.Popen[str]:
    """Start the sweep."""
    words = ["-m", "simulation", "sweep", "exp.toml", "--out", out, "--no-report", "--workers", "2"]
    return subprocess.Popen(  # noqa: S603  (this interpreter)
        [sys.executable, *words], cwd=here, text=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def tables(folder: Path) -> dict[str, str]:
    """Return the digests of the tables."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.glob("*.parquet"))}  # fmt: skip


def kill_at_random(here: Path, rng: random.Random, whole: float) -> str:
    """Send a signal at a random time, check the exit, and go on to the end."""
    out = here / "killed"
    shutil.rmtree(out, ignore_errors=True)
    number = rng.choice(SIGNALS)
    process = start(here, "killed")
    time.sleep(rng.random() * whole)
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    code = process.returncode
    if number is not signal.SIGKILL and code not in (0, 130):
        early = code == -number  # before the first line of ours could run
        if not early:
            return f"exit code {code} after {number.name}: {told[-200:]}"
    if "Traceback" in told:
        return f"traceback after {number.name}: {told[-300:]}"
    again = start(here, "killed")
    again.communicate(timeout=300)
    if again.returncode != 0:
        return f"exit code {again.returncode} of the second start"
    return "" if tables(out) == tables(here / "whole") else "other bytes"


def move_away(here: Path) -> str:
    """Move the folder while runs go on; it must be said within seconds."""
    process = start(here, "moved")
    deadline = time.monotonic() + 60
    while not (here / "moved" / "journal.bin").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (here / "moved").rename(here / "away")
    started = time.monotonic()
    _, told = process.communicate(timeout=120)
    took = time.monotonic() - started
    said = process.returncode == 1 and "moved" in told
    return "" if said and took < 10 else f"{took:.1f} s, {process.returncode}: {told[-200:]}"


def two_at_once(here: Path) -> str:
    """Start a second sweep on the folder of the first; it must be refused."""
    first = start(here, "shared")
    deadline = time.monotonic() + 60
    while not (here / "shared" / "manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    second = start(here, "shared")
    _, told = second.communicate(timeout=120)
    first.communicate(timeout=300)
    refused = second.returncode == 2 and "another cocreate" in told
    return "" if refused and first.returncode == 0 else f"{second.returncode}: {told[-200:]}"


def strays(here: Path) -> int:
    """Return how many processes still work in the folder (Linux)."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += path.resolve() == here.resolve()
        except OSError:
            continue
    return found


def main() -> None:
    """Interfere, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, counts = random.Random(options.seed), Counter[str]()  # noqa: S311
    with tempfile.TemporaryDirectory() as shelter:
        here = Path(shelter)
        (here / "exp.toml").write_text(EXPERIMENT)
        started = time.monotonic()
        start(here, "whole").communicate(timeout=600)
        whole = time.monotonic() - started
        cases = [("move", lambda: move_away(here)), ("two", lambda: two_at_once(here))]
        cases += [("kill", lambda: kill_at_random(here, rng, whole))] * options.kills
        for name, case in cases:
            fault = case()
            counts[f"{name} {'failed' if fault else 'held'}"] += 1
            if fault:
                sys.stdout.write(f"{name}: {fault}\n")
        time.sleep(1)
        sys.stdout.write(f"{dict(counts)}, {strays(here)} stray processes\n")


if __name__ == "__main__":
    main()
