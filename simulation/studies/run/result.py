"""The result of one scenario under several seeds."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import cached_property
from typing import Self, override

from simulation.studies.result import Result, html_table


class ScenarioResult(Result):
    """The runs of one scenario."""

    @cached_property
    def answer(self) -> list[str]:
        """The answer in three sentences, computed from the tables."""
        from simulation.studies.run.answer import answer

        return answer(self.tables)

    @override
    def seen_by(self, whose: str) -> Self:
        from simulation.studies.decider import decider_in

        name = decider_in(whose, self.manifest.scenario)
        other = type(self)(self.folder)
        other.tables = replace(self.tables, manifest={**self.tables.manifest, "for_whom": name})
        return other

    @property
    def figure_names(self) -> list[str]:
        """The names of the figures that runs can have, whether or not these have all of them."""
        from simulation.studies.run.figures import VIEWS

        return list(VIEWS)

    def _repr_html_(self) -> str:
        title = html.escape(self.manifest.title or self.manifest.scenario_name)
        counts = self.manifest.runs
        return (
            f"<h4>{title}</h4><p>{counts.done} runs of {self.manifest.months} months, "
            f"{counts.failed} failed. Means with 95&nbsp;% intervals.</p>"
            f"{html_table(self._shown())}"
        )
