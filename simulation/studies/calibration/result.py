"""The result of a calibration: ranges, what they can be trusted for, and the posterior."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.calibration.tables import CalibrationTables


class CalibrationResult(Result):
    """The result of a calibration: its tables as pandas frames, which are read on first use."""

    noun = "Calibration"

    @cached_property
    def tables(self) -> CalibrationTables:
        """The tables as report and figures read them."""
        from simulation.studies.calibration.tables import read_calibration

        return read_calibration(self.folder)

    @property
    def findings(self) -> dict[str, Any]:
        """Everything that was learned, as ``calibration.json`` has it."""
        return dict(self.tables.learned)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per parameter: what the data say of it, its 90 % range, and its self-test."""
        import pandas as pd

        rows = [
            {
                "parameter": one["path"], "learning": one["learning"], "low": one["range"][0],
                "middle": one["range"][1], "high": one["range"][2], "width": one["width"],
                "abc_low": one["abc"][0], "abc_high": one["abc"][2],
                "coverage": one["selftest"]["coverage"],
                "would_tell": one["would_tell"][0] if one["would_tell"] else "",
            }
            for one in self.tables.parameters
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def predicted(self) -> pd.DataFrame:
        """The data beside the posterior's predictions, a row per series and month."""
        return self.tables.predicted

    @property
    def posterior(self) -> Path:
        """The posterior file, which ``run`` and ``compare`` take; there is none in a conflict."""
        return self._path("posterior")

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.calibration.answer import answer

        return answer(self.tables)

    def _shown(self) -> pd.DataFrame:
        return self.parameters
