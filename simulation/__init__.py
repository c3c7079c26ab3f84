"""An agent-based simulation of how value is co-created, or destroyed, in a business ecosystem.

    from simulation import load_scenario, run

    result = run(load_scenario("scenarios/base.toml"), seeds=range(10))
    result.plot("co_created_value")

Names are loaded when they are first used, so that importing the package costs nothing.

The folders, each of which imports only from those below it:

    cli, dashboard      the commands and the page, which carry studies out
    studies             one folder for each kind of study, from its plan to its report
    report, execution   how any report is drawn; how runs are carried out
    experiment, observation     files of experiments; logs of a real market
    analysis            statistics on arrays and frames
    processes, recorder, store  the month; what is recorded of it; files of results
    world, kernels      the state of a run; loops over people, compiled
    scenario            what is assumed, declared once in ``schema``
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.diffusion import Diffusion, diffuse, tie_people
    from simulation.errors import (
        CocreateError,
        ExperimentError,
        Fault,
        InputError,
        ResultError,
        RunFailedError,
        ScenarioError,
    )
    from simulation.model import EcosystemModel
    from simulation.observation.observe import Observed, Reading, observe
    from simulation.scenario.load import load_scenario
    from simulation.scenario.scenario import Scenario
    from simulation.scenario.schema import Network
    from simulation.studies.attribution.result import AttributionResult
    from simulation.studies.calibration.plan import Effort
    from simulation.studies.calibration.result import CalibrationResult
    from simulation.studies.comparison.criteria import Criteria
    from simulation.studies.comparison.result import ComparisonResult
    from simulation.studies.exploration.result import ExplorationResult
    from simulation.studies.library import (
        ask,
        attribute,
        calibrate,
        compare,
        explore,
        optimise,
        run,
        sweep,
    )
    from simulation.studies.optimisation.result import OptimisationResult
    from simulation.studies.optimisation.search import Rung
    from simulation.studies.question.result import QuestionResult
    from simulation.studies.result import Result, open_result
    from simulation.studies.run.result import ScenarioResult
    from simulation.studies.sweep.result import SweepResult

_HOMES = {
    "AttributionResult": "simulation.studies.attribution.result",
    "CalibrationResult": "simulation.studies.calibration.result",
    "CocreateError": "simulation.errors",
    "ComparisonResult": "simulation.studies.comparison.result",
    "Criteria": "simulation.studies.comparison.criteria",
    "Diffusion": "simulation.diffusion",
    "EcosystemModel": "simulation.model",
    "Effort": "simulation.studies.calibration.plan",
    "ExperimentError": "simulation.errors",
    "ExplorationResult": "simulation.studies.exploration.result",
    "Fault": "simulation.errors",
    "InputError": "simulation.errors",
    "Network": "simulation.scenario.schema",
    "Observed": "simulation.observation.observe",
    "OptimisationResult": "simulation.studies.optimisation.result",
    "QuestionResult": "simulation.studies.question.result",
    "Reading": "simulation.observation.observe",
    "Result": "simulation.studies.result",
    "ResultError": "simulation.errors",
    "Rung": "simulation.studies.optimisation.search",
    "RunFailedError": "simulation.errors",
    "Scenario": "simulation.scenario.scenario",
    "ScenarioError": "simulation.errors",
    "ScenarioResult": "simulation.studies.run.result",
    "SweepResult": "simulation.studies.sweep.result",
    "ask": "simulation.studies.library",
    "attribute": "simulation.studies.library",
    "calibrate": "simulation.studies.library",
    "compare": "simulation.studies.library",
    "diffuse": "simulation.diffusion",
    "explore": "simulation.studies.library",
    "load_scenario": "simulation.scenario.load",
    "observe": "simulation.observation.observe",
    "open_result": "simulation.studies.result",
    "optimise": "simulation.studies.library",
    "run": "simulation.studies.library",
    "sweep": "simulation.studies.library",
    "tie_people": "simulation.diffusion",
}

__all__ = [
    "AttributionResult",
    "CalibrationResult",
    "CocreateError",
    "ComparisonResult",
    "Criteria",
    "Diffusion",
    "EcosystemModel",
    "Effort",
    "ExperimentError",
    "ExplorationResult",
    "Fault",
    "InputError",
    "Network",
    "Observed",
    "OptimisationResult",
    "QuestionResult",
    "Reading",
    "Result",
    "ResultError",
    "RunFailedError",
    "Rung",
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "SweepResult",
    "ask",
    "attribute",
    "calibrate",
    "compare",
    "diffuse",
    "explore",
    "load_scenario",
    "observe",
    "open_result",
    "optimise",
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
