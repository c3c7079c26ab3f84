"""An agent-based simulation of how value is co-created, or destroyed, in a business ecosystem.

    from simulation import load_scenario, run

    result = run(load_scenario("scenarios/base.toml"), seeds=range(10))
    result.plot("co_created_value")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.diffusion import Diffusion, diffuse, tie_people
    from simulation.scenario.load import load_scenario
    from simulation.scenario.schema import Scenario
    from simulation.studies.comparison.result import Compared, Judging, compare
    from simulation.studies.run.result import Result, run
    from simulation.studies.sweep.result import Swept, sweep

_HOMES = {
    "Compared": "simulation.studies.comparison.result",
    "Diffusion": "simulation.diffusion",
    "Judging": "simulation.studies.comparison.result",
    "Result": "simulation.studies.run.result",
    "Scenario": "simulation.scenario.schema",
    "Swept": "simulation.studies.sweep.result",
    "compare": "simulation.studies.comparison.result",
    "diffuse": "simulation.diffusion",
    "load_scenario": "simulation.scenario.load",
    "run": "simulation.studies.run.result",
    "sweep": "simulation.studies.sweep.result",
    "tie_people": "simulation.diffusion",
}

__all__ = [
    "Compared",
    "Diffusion",
    "Judging",
    "Result",
    "Scenario",
    "Swept",
    "compare",
    "diffuse",
    "load_scenario",
    "run",
    "sweep",
    "tie_people",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
