"""The posterior file: draws of parameters that observed data leave, taken by other studies.

posterior = read_posterior("results/calibration/posterior.parquet")
for settings in posterior.settings(20):
    scenario.replace(settings)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario

POSTERIOR = "posterior.parquet"
KEY = b"cocreate.posterior"


@dataclass(frozen=True)
class Posterior:
    """Draws of parameters, each row a set that goes together.

    Attributes:
        file: where from.
        paths: the parameters.
        rows: their values, in random order.
        scenario: the name of the scenario that was calibrated.
    """

    file: Path
    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    scenario: str = ""

    def settings(self, n: int) -> list[dict[str, Any]]:
        """Return the first n sets of parameters; the same for everybody, so that pairs are pairs.

        Raises:
            InputError: the file has fewer.
        """
        if n > len(self.rows):
            message = f"has {len(self.rows)} draws, and {n} are asked for."
            raise InputError([Fault(message, file=self.file, hint="Ask for fewer replicates.")])
        return [dict(zip(self.paths, row, strict=True)) for row in self.rows[:n]]


def write_posterior(file: Path, draws: pd.DataFrame, scenario: Scenario, name: str) -> None:
    """Write draws, one column per parameter."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(draws, preserve_index=False)
    told = json.dumps({"scenario": name, "fingerprint": scenario.fingerprint})
    pq.write_table(table.replace_schema_metadata({KEY: told.encode()}), file)


def read_posterior(file: str | Path, scenario: Scenario | None = None) -> Posterior:
    """Return the posterior of a file, or of a calibration's folder.

    Args:
        file: ``posterior.parquet`` or the folder that has it.
        scenario: to which it is to be applied.

    Raises:
        InputError: there is no such file, it is no posterior, or its parameters are not the
            scenario's.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(file)
    path = path / POSTERIOR if path.is_dir() else path
    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        hint = "Make it with: cocreate calibrate. Where data and model conflict, there is none."
        raise InputError([Fault("does not exist.", file=path, hint=hint)]) from None
    except (pa.ArrowException, OSError):
        raise InputError([Fault("cannot be read as Parquet.", file=path)]) from None
    told = (table.schema.metadata or {}).get(KEY)
    if told is None:
        raise InputError([Fault("is not a posterior file.", file=path,
                                hint="Give the one that cocreate calibrate wrote.")])  # fmt: skip
    rows = tuple(tuple(row.values()) for row in table.to_pylist())
    found = Posterior(path, tuple(table.column_names), rows, json.loads(told)["scenario"])
    if scenario is not None and rows:
        scenario.replace(found.settings(1)[0])
    return found
