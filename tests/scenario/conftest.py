"""A small scenario in a folder of its own, and a way to write others beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulation.errors import Fault, ScenarioError
from simulation.scenario.load import load_scenario

SMALL = """\
title = "Small"

[[segments]]
name = "people"

[[jobs]]
name = "job"
outcomes = ["less_effort", "lower_cost"]

[[companies]]
name = "focal"
price = 0.4
funding = { innovation = 2, experience_platform = 4 }

[[companies]]
name = "rival"

[[partners]]
name = "helper"

[[touchpoints]]
name = "shop"
stages = ["purchase"]
servers = 1

[[touchpoints]]
name = "call_centre"
owner = "helper"
stages = ["support"]
"""

Write = Callable[..., Path]
Faults = Callable[[str], list[Fault]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Work in a folder that holds ``small.toml``; return a writer of further files."""
    monkeypatch.chdir(tmp_path)

    def writer(text: str, name: str = "case") -> Path:
        file = Path(f"{name}.toml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    writer(SMALL, "small")
    return writer


@pytest.fixture
def faults(write: Write) -> Faults:
    """Return the faults of a file with the given text."""

    def of(text: str) -> list[Fault]:
        with pytest.raises(ScenarioError) as caught:
            load_scenario(write(text))
        return list(caught.value.faults)

    return of
