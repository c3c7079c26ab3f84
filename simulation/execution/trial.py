"""A scenario made small, to see what is recorded of it, or to have every kernel come up once."""

from __future__ import annotations

from simulation.scenario.scenario import Scenario
from simulation.scenario.words import NetworkKind

FEW = 200
"""People of a trial: few enough to be done at once."""


def trial_of(scenario: Scenario, months: int = 1) -> Scenario:
    """Return a scenario with few people that begins with month 1 and has no events.

    What is recorded depends on none of them. Where a file says who is tied to whom, all people that
    it ties have to be there, so they stay.
    """
    few = scenario.population.people
    if scenario.network.kind is not NetworkKind.EDGE_LIST:
        few = min(few, FEW)
    return scenario.model_copy(
        update={
            "run": scenario.run.model_copy(update={"months": months, "warm_up": 0}),
            "population": scenario.population.model_copy(update={"people": few}),
            "events": (),
        }
    )
