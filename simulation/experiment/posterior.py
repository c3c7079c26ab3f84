"""The posterior file: draws of parameters that observed data leave, taken by other studies.

draws = read_posterior("results/calibration")
scenario.replace(draws.settings(0))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.paths import from_home
from simulation.scenario.paths import value_at
from simulation.store.read import read_frame
from simulation.store.tables import write_frame

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario

POSTERIOR = "posterior.parquet"


@dataclass(frozen=True)
class ParameterDraws:
    """Draws of parameters, each row a set that goes together.

    Attributes:
        file: where from.
        paths: the parameters.
        rows: their values, in random order, so that the first n are a sample for any n.
    """

    file: str
    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def settings(self, place: int) -> dict[str, Any]:
        """Return the set of parameters at a place, from 0; the same for everybody.

        Raises:
            InputError: the file has fewer.
        """
        if place >= len(self.rows):
            message = f"has {len(self.rows)} draws, and {place + 1} are asked for."
            hint = "Ask for fewer replicates."
            raise InputError([Fault(message, file=Path(self.file), hint=hint)])
        return dict(zip(self.paths, self.rows[place], strict=True))

    def settings_in(self, place: int, what_if: Scenario, base: Scenario) -> dict[str, Any]:
        """Return the set at a place without what a what-if sets otherwise than the base.

        Raises:
            InputError: the file has fewer.
        """
        return {path: value for path, value in self.settings(place).items()
                if value_at(what_if, path) == value_at(base, path)}  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """What the draws are, as a short text."""
        return hashlib.sha256(repr((self.paths, self.rows)).encode()).hexdigest()[:16]

    def check(self, n: int, scenarios: Iterable[Scenario]) -> None:
        """Refuse more sets than there are, or parameters that some scenario does not have.

        Raises:
            InputError: with what is wrong.
        """
        settings = [self.settings(place) for place in range(n)]
        for scenario in scenarios:
            try:
                scenario.replace(settings[0])
            except InputError as error:
                hint = "Give the file that cocreate calibrate wrote for this scenario."
                faults = [replace(one, file=Path(self.file), hint=hint) for one in error.faults]
                raise InputError(faults) from None

    def as_data(self) -> dict[str, Any]:
        """Return the draws as plain data."""
        return {"file": self.file, "paths": list(self.paths), "rows": [list(r) for r in self.rows]}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> ParameterDraws | None:
        """Return the draws that plain data stand for; None of nothing."""
        if not data:
            return None
        return cls(data["file"], tuple(data["paths"]), tuple(tuple(row) for row in data["rows"]))


def write_posterior(file: Path, draws: pd.DataFrame) -> None:
    """Write draws, one column per parameter."""
    write_frame(file, draws)


def read_posterior(file: str | Path) -> ParameterDraws:
    """Return the draws of a posterior file, or of a calibration's folder that has one.

    Raises:
        InputError: there is no such file, or it has no draws.
    """
    path = from_home(file)
    path = path / POSTERIOR if path.is_dir() else path
    if not path.is_file():
        hint = "Make it with: cocreate calibrate. Where data and model conflict, there is none."
        raise InputError([Fault("does not exist.", file=path, hint=hint)])
    frame = read_frame(path)
    if frame.empty:
        raise InputError([Fault("has no draws.", file=path)])
    rows = tuple(tuple(row) for row in frame.itertuples(index=False, name=None))
    return ParameterDraws(str(path), tuple(map(str, frame.columns)), rows)
