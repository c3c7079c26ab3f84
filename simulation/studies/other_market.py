"""A posterior that is used in a market that it is not of: what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.experiment.posterior import ParameterDraws

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


def other_market(draws: ParameterDraws | None, name: str, scenario: Scenario) -> str:
    """Say that draws are not of a scenario's market; nothing where they are, or do not say.

    Args:
        draws: of a posterior, if there are any.
        name: of the scenario that takes them, or of its file.
        scenario: the scenario.
    """
    if draws is None or draws.market is None or draws.is_of(scenario):
        return ""
    made, taken = draws.market.name, Path(name).stem
    if made == taken:
        text = f"The posterior was calibrated with {made} as it was then, which is different here"
    else:
        text = f"The posterior was calibrated with {made}, and {taken} is another market"
    return f"{text}: what the data leave open there need not be so here."


def other_market_text(manifest: Mapping[str, Any]) -> str:
    """Say the same of a result, given its manifest; nothing where it takes no draws."""
    from simulation.scenario.scenario import Scenario

    asked = (manifest.get("sweep") or {}).get("asked") or {}
    held = manifest.get("posterior") or asked.get("posterior")
    if not isinstance(held, Mapping):
        return ""
    scenario = Scenario.model_validate(dict(manifest["scenario"]))
    return other_market(ParameterDraws.of_data(held), str(manifest["scenario_name"]), scenario)
