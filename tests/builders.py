"""Small worlds for tests: scenarios with a few changes, and models that have run for a while."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from simulation.model import EcosystemModel
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
DEFAULTS = (
    "base", "telecom", "telecom_community", "saas", "retail_bank", "community_product",
    "crm_classic", "scrm",
)  # fmt: skip


@cache
def stored(name: str) -> Scenario:
    """Return a scenario of the folder without its warm-up, as tests shall be quick."""
    return load_scenario(SCENARIOS / f"{name}.toml", {"run.warm_up": 0})


def scenario(name: str = "base", /, **changes: Any) -> Scenario:
    """Return a scenario with changes; ``population__people=300`` stands for the dotted path."""
    return stored(name).replace({key.replace("__", "."): val for key, val in changes.items()})


def changed(name: str, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with changes by dotted path."""
    return stored(name).replace(dict(changes))


def run_model(inputs: Scenario, months: int, seed: int = 1) -> EcosystemModel:
    """Return a model after some months."""
    model = EcosystemModel(inputs, seed)
    for _ in range(months):
        model.step()
    return model
