"""Sweeps in tests: a small experiment on the stub model, and ``cocreate`` in and out of process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from typer.testing import CliRunner

from simulation.cli.app import app

TESTS = Path(__file__).parent
STUB = "stub_model:Stub"
TABLES = ("runs.parquet", "failures.parquet")

PRICES = """
question = "Does a higher price pay?"
source = "test"
scenario = "base"
replicates = 4
[levers]
"companies.focal.price" = {{ range = [0.1, 0.68], levels = {levels} }}
[design]
kind = "grid"
[outcomes]
value = {{ metric = "co_created_value", window = "whole" }}
adopters = {{ metric = "adoption", of = "focal", window = "months 2-4", statistic = "max" }}
[set]
"run.months" = 6
"""

PROGRAM = """
import sys
sys.path[:0] = {paths!r}
import pinned
from simulation.cli import main
main()
"""


@dataclass
class Answer:
    """What a command returned and said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on standard output, which must be JSON."""
        return json.loads(self.out)


def cocreate(*words: str) -> Answer:
    """Run a command in this process."""
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


def start(*words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command as a process of its own."""
    program = PROGRAM.format(paths=[str(TESTS), str(TESTS.parent)])
    return subprocess.Popen(  # noqa: S603  (the program under test)
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip


def experiment(text: str = PRICES, *, levels: int = 30, name: str = "prices") -> str:
    """Write an experiment file here and return its name."""
    Path(f"{name}.toml").write_text(text.format(levels=levels), encoding="utf-8")
    return f"{name}.toml"


def tables(folder: str | Path) -> dict[str, bytes]:
    """Return the bytes of the data tables of a result."""
    return {name: (Path(folder) / name).read_bytes() for name in TABLES}


def wait_for_journal(folder: str | Path, size: int, seconds: float = 40) -> None:
    """Wait until a journal has so many bytes."""
    journal = Path(folder) / "journal.bin"
    deadline = monotonic() + seconds
    while not (journal.exists() and journal.stat().st_size >= size):
        assert monotonic() < deadline
        sleep(0.01)


FUTURES = """
question = "Does teaching pay?"
scenario = "base"
replicates = 1
[set]
"run.months" = 3
"population.people" = 60
[levers.teaching]
levels."as today" = {}
levels.more = { "companies.focal.strategy.education" = 0.8 }
[uncertainties]
"encounter.self_service" = { range = [0.0, 0.3] }
"talk.propensity" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 16
[outcomes]
value = { metric = "co_created_value" }
"""
"""An experiment in futures, small enough for tests."""
