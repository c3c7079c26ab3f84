"""The stored tables of a question, with what its runs say of its claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, override

from simulation.errors import Fault, ResultError
from simulation.report.words import points, signed
from simulation.store import read_manifest
from simulation.store.read import read_frame, read_measures
from simulation.studies.futures.tables import FuturesTables
from simulation.studies.question.findings import FUTURES, read_verdict
from simulation.studies.question.horizons import KEPT, is_share
from simulation.studies.question.judging import SEARCHED

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class QuestionTables(FuturesTables):
    """A question: its runs, its futures, what was found, and its manifest.

    Its one arm is the effect on which the claim hangs, so that the figures of futures draw it.
    """

    @property
    @override
    def unchanged(self) -> str:
        """The arm that is the market as it is."""
        return str(self.manifest["sweep"]["inquiry"]["arms"][0])

    @override
    def _of_design(self) -> pd.Series[bool]:
        """Return which runs are those of the design, and not of cells that were searched."""
        futures: pd.Series[int] = self.runs["future"]
        return futures < SEARCHED

    @override
    def is_actor(self, benefit: str) -> bool:
        """Whether a benefit is somebody's money; all that are kept by actor are."""
        return True

    @override
    def futures_of(self, arm: Mapping[str, Any]) -> pd.DataFrame:
        """Return what was found of the claim, which is all that is kept, in each future."""
        return self.futures

    @override
    def is_money(self, benefit: str) -> bool:
        """Whether a benefit is money a month."""
        return not (benefit in KEPT and is_share(benefit))

    @override
    def amount(self, value: float, benefit: str = "everyone") -> str:
        """Return a change of a benefit with its sign: "+2.4 EUR a month per 1000 people"."""
        if not self.is_money(benefit):
            return points(100.0 * value)
        return f"{signed(value * self.factor)} {self.unit_of_change(benefit)}"

    def span(self, low: float, high: float, benefit: str = "everyone") -> str:
        """Return two changes of a benefit without their unit: "+2.4 to +8.1"."""
        factor = self.factor if self.is_money(benefit) else 100.0
        return f"{signed(low * factor)} to {signed(high * factor)}"

    def unit_of_change(self, benefit: str = "everyone") -> str:
        """Return the unit of a change of a benefit."""
        money = self.is_money(benefit)
        return f"{self.currency} a month per 1000 people" if money else "percentage points"

    @property
    def benefit(self) -> str:
        """Whose benefit the effect is on which the claim rests."""
        return str(self.findings["of"])

    @property
    def verdict(self) -> Mapping[str, Any]:
        """What was found, as data."""
        return self.findings


def read_asked(folder: Path) -> QuestionTables:
    """Read the result folder of a question.

    Raises:
        ResultError: it holds none, or a file cannot be read as what it should be.
    """
    manifest = asdict(read_manifest(folder))
    verdict = read_verdict(folder)
    if verdict is None:
        hint = "Give a folder that `cocreate ask` of this version wrote."
        raise ResultError([Fault("holds no verdict on a question.", file=folder, hint=hint)])
    runs = folder / "runs.parquet"
    measures = read_measures(runs)
    return QuestionTables(
        read_frame(runs),
        read_frame(folder / "failures.parquet"),
        read_frame(folder / FUTURES),
        verdict,
        manifest,
        units={name: one.unit for name, one in measures.items()},
        meanings={name: one.meaning for name, one in measures.items()},
    )
