"""The posterior file: draws of parameters that observed data leave, taken by other studies.

posterior = read_posterior("results/calibration/posterior.parquet", scenario)
for settings in posterior.settings(20):
    scenario.replace(settings)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.store.read import read_frame
from simulation.store.tables import write_frame

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario

POSTERIOR = "posterior.parquet"


@dataclass(frozen=True)
class PosteriorFile:
    """Draws of parameters, each row a set that goes together.

    Attributes:
        file: where from.
        paths: the parameters.
        rows: their values, in random order.
    """

    file: Path
    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def settings(self, n: int) -> list[dict[str, Any]]:
        """Return the first n sets of parameters; the same for everybody, so that pairs are pairs.

        Raises:
            InputError: the file has fewer.
        """
        if n > len(self.rows):
            message = f"has {len(self.rows)} draws, and {n} are asked for."
            raise InputError([Fault(message, file=self.file, hint="Ask for fewer replicates.")])
        return [dict(zip(self.paths, row, strict=True)) for row in self.rows[:n]]


def write_posterior(file: Path, draws: pd.DataFrame) -> None:
    """Write draws, one column per parameter."""
    write_frame(file, draws)


def read_posterior(file: str | Path, scenario: Scenario) -> PosteriorFile:
    """Return the posterior of a file, or of a calibration's folder.

    Args:
        file: ``posterior.parquet`` or the folder that has it.
        scenario: to which it is to be applied.

    Raises:
        InputError: there is no such file, it is no posterior, or its parameters are not the
            scenario's.
    """
    path = Path(file)
    path = path / POSTERIOR if path.is_dir() else path
    if not path.is_file():
        hint = "Make it with: cocreate calibrate. Where data and model conflict, there is none."
        raise InputError([Fault("does not exist.", file=path, hint=hint)])
    frame = read_frame(path)
    if frame.empty:
        raise InputError([Fault("has no draws.", file=path)])
    rows = tuple(tuple(row) for row in frame.itertuples(index=False, name=None))
    found = PosteriorFile(path, tuple(map(str, frame.columns)), rows)
    try:
        scenario.replace(found.settings(1)[0])
    except InputError as error:
        hint = "Give the file that cocreate calibrate wrote for this scenario."
        raise InputError([replace(fault, file=path, hint=hint) for fault in error.faults]) from None
    return found
