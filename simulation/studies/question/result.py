"""The result of a question: its verdict, by a rule that was written down beforehand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.studies.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.question.tables import QuestionTables


class QuestionResult(Result):
    """The runs of a question, and its verdict."""

    noun = "Question"

    @cached_property
    def tables(self) -> QuestionTables:
        """The tables as report and figures read them."""
        from simulation.studies.question.tables import read_asked

        return read_asked(self.folder)

    @property
    def verdict(self) -> dict[str, Any]:
        """The verdict as data, as the folder's ``verdict.json`` has it."""
        return dict(self.tables.findings)

    @property
    def futures(self) -> pd.DataFrame:
        """One row per future: effect on which the claim rests, and whether the claim holds."""
        return self.tables.futures

    @cached_property
    def effects(self) -> pd.DataFrame:
        """One row per effect that the claim stands on: its mean, and in how many futures it holds.

        Columns: name, of, mean, low, high, own (at the market's own values), holds.
        """
        import pandas as pd

        return pd.DataFrame([
            {"name": one["name"], "of": one["of"], "mean": one["mean"], "low": one["low"],
             "high": one["high"], "own": one["own"]["mean"],
             "holds": one["shares"]["better"]["value"]}
            for one in self.tables.findings["effects"]
        ])  # fmt: skip

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        from simulation.studies.question.answer import answer

        return answer(self.tables)

    @property
    def where(self) -> str:
        """Where the claim holds and where it does not, in a sentence; empty if everywhere alike."""
        from simulation.report.words import sentence
        from simulation.studies.question.answer import where_text

        text = where_text(self.tables)
        return sentence(text) if text else ""

    def _shown(self) -> pd.DataFrame:
        return self.effects

    def __repr__(self) -> str:
        findings = self.tables.findings
        return f"<Question {findings['name']} in {findings['market']}: {findings['verdict']}>"
