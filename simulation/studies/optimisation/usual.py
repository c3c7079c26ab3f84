"""The search of a scenario for which nobody has written an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import FaultList

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes


def experiment_of(scenario: str, levers: Mapping[str, Any], changes: Changes) -> Experiment:
    """Return the experiment that searches levers of a scenario.

    Args:
        scenario: a file, or the name of one.
        levers: each path with its range, or an empty table for the range that its declaration
            gives; where there are none, the first company's budget, education and outside-in.
        changes: what the command line changes.

    Raises:
        ExperimentError: with all faults.
    """
    from simulation.experiment.load import read_experiment, with_changes
    from simulation.scenario.load import load_scenario
    from simulation.scenario.tree import plant

    fixed = dict(changes.settings)
    if changes.months is not None:
        fixed["run.months"] = changes.months
    market = FaultList().attempt(load_scenario, scenario) or load_scenario(scenario, fixed)
    company = market.companies[0]
    home = f"companies.{company.name}"
    funding = company.funding
    total = funding.innovation + funding.marketing_sales + funding.experience_platform
    usual = {
        f"{home}.funding": {"simplex": 3, "total": total},
        f"{home}.strategy.education": {"range": [0.0, 1.0]},
        f"{home}.strategy.outside_in": {"range": [0.0, 1.0]},
    }
    tree = {
        "question": f"What should {company.label or company.name} do?",
        "scenario": scenario,
        "levers": dict(levers) or usual,
        "design": {"kind": "random", "n": 2},
        "outcomes": {"value": {"metric": "co_created_value"}},
    }
    return read_experiment(Path(scenario).stem, with_changes(plant(tree), changes))
