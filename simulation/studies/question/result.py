"""The result of a question: its verdict, by a rule that was written down beforehand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.question.tables import AskedQuestion

SHOWN = 12
"""Runs that a notebook shows."""


class QuestionResult(Result):
    """The runs of a question, and its verdict."""

    @cached_property
    def tables(self) -> AskedQuestion:
        """The tables as report and figures read them."""
        from simulation.studies.question.tables import read_asked

        return read_asked(self.folder)

    @cached_property
    def verdict(self) -> dict[str, Any]:
        """The verdict as data: name, verdict, effect, low, high, what it is most sensitive to.

        Raises:
            InputError: there is none, because a run that the rule needs is missing.
        """
        from simulation.studies.question.verdict import read_verdict, verdict_data

        return read_verdict(self.folder) or verdict_data(self.tables, quick=False)

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.question.answer import answer

        return answer(self.tables)

    def _shown(self) -> pd.DataFrame:
        return self.runs.head(SHOWN)

    def __repr__(self) -> str:
        return f"<Question {self.tables.name}: {self.verdict['verdict']}>"
