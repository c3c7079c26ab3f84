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
    from simulation.comparing import Compared, Judging, compare
    from simulation.diffusion import Diffusion, diffuse, tie_people
    from simulation.library import Result, run
    from simulation.scenario.load import load_scenario
    from simulation.scenario.schema import Scenario
    from simulation.sweeping import Swept, sweep

_HOMES = {
    "Compared": "simulation.comparing",
    "Diffusion": "simulation.diffusion",
    "Judging": "simulation.comparing",
    "Result": "simulation.library",
    "Scenario": "simulation.scenario.schema",
    "Swept": "simulation.sweeping",
    "compare": "simulation.comparing",
    "diffuse": "simulation.diffusion",
    "load_scenario": "simulation.scenario.load",
    "run": "simulation.library",
    "sweep": "simulation.sweeping",
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
