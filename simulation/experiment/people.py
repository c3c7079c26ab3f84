"""The persons of one run at its end, as a table: for the customer portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.schema import Scenario

COLUMNS = ("paid", "surplus", "joined", "left")


def people_table(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a scenario and return a row a person.

    Returns:
        Columns person, segment (name), customer (whether at the end), paid, surplus (money in
        all), joined (month of the first purchase, or 0), left (month of the last lapse, or 0),
        month (the last of the run).
    """
    import pandas as pd

    from simulation.model import EcosystemModel

    model = EcosystemModel(scenario, seed)
    for _ in range(scenario.run.months):
        model.step()
    people = model.world.people
    names = [segment.name for segment in scenario.segments]
    return pd.DataFrame(
        {
            "person": range(len(people)),
            "segment": [names[code] for code in people.segment],
            "customer": people.provider >= 0,
            **{name: people.column(name) for name in COLUMNS},
            "month": scenario.run.months,
        }
    )
