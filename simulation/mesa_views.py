"""What Mesa's own tools expect of a model: a scenario that can be made again, a data collector.

SolaraViz resets a model by calling its class with a new object of the class of its scenario. So
the class itself holds what the model was made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from mesa.experimental.scenarios import Scenario as MesaScenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from simulation.scenario.scenario import Scenario


def mesa_scenario(inputs: Scenario, seed: int) -> MesaScenario:
    """Return a scenario as Mesa knows them, with every number and word of ours by its path.

    A new object of its class, with other values by path, stands for ``inputs.replace(values)``.
    """
    values = dict(_leaves(inputs.model_dump(mode="json")))
    names = {
        **values,
        "__annotations__": {path: type(value) for path, value in values.items()},
        "inputs": inputs,
        "seed_used": seed,
    }
    made = type("EcosystemScenario", (MesaScenario,), names)
    return made(rng=seed)


def inputs_of(given: MesaScenario) -> tuple[Scenario, int]:
    """Return the scenario and the seed that an object of Mesa's stands for.

    Raises:
        TypeError: it was not made by ``mesa_scenario``.
    """
    inputs = getattr(type(given), "inputs", None)
    if inputs is None:
        raise TypeError(
            "scenario must be one of cocreate's: load_scenario(…). Got one of Mesa's own."
        )
    known = type(given)._scenario_defaults  # noqa: SLF001  Mesa has no other way to them
    changed = {path: value for path, value in given if path in known and value != known[path]}
    return (inputs.replace(changed) if changed else inputs), int(type(given).seed_used)


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the numbers and words of a scenario by their paths; entries of lists by name."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list):
        named = [one for one in tree if isinstance(one, Mapping) and "name" in one]
        for one in named:
            yield from _leaves(one, f"{path}.{one['name']}")
    elif isinstance(tree, bool | int | float | str) and "." in path:
        yield path, tree


class Recorded(Protocol):
    """A record of a run: labels by column, values by month."""

    labels: list[tuple[str, str]]
    values: NDArray[np.float64]


class RecordedSeries:
    """The record of a model, read as Mesa's data collector is; there is nothing to collect."""

    def __init__(self, record: Recorded, months: int) -> None:
        self._record = record
        self._months = months

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Every metric month by month, under ``metric`` or ``metric:of``."""
        values = self._record.values[: self._months]
        names = [f"{metric}:{of}" if of else metric for metric, of in self._record.labels]
        return {name: values[:, at].tolist() for at, name in enumerate(names)}

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """Return every metric as a column, one row per month simulated, indexed by month."""
        import pandas as pd

        months = pd.RangeIndex(1, self._months + 1, name="month")
        return pd.DataFrame(self.model_vars, index=months)
