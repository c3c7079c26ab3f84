"""What a page may ask for, so that one visitor cannot take the machine from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.errors import Fault

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Ceiling:
    """The limits of a dashboard.

    Attributes:
        person_months: people × months of a run.
        sessions: pages open at the same time.
        seeds: pairs that an answer may ask for.
        stored_runs: runs kept in memory, about .4 MB each.
    """

    person_months: int = 1_200_000
    sessions: int = 12
    seeds: int = 32
    stored_runs: int = 400

    def faults(self, scenario: Scenario) -> list[Fault]:
        """Return what is too large in a scenario, and what a page may not do."""
        faults = []
        people = scenario.population.people
        months = scenario.run.months + scenario.run.warm_up
        if people * months > self.person_months:
            faults.append(
                Fault(
                    f"is too many for the page with {months} months: people × months must be at "
                    f"most {self.person_months:,}. Got {people * months:,}.",
                    key="population.people",
                    hint=f"Set at most {self.person_months // months:,} here; `cocreate run` has "
                    "no such limit.",
                )
            )
        return faults

    def seed_faults(self, seeds: int) -> list[Fault]:
        """Return why a number of pairs is refused."""
        if 2 <= seeds <= self.seeds:
            return []
        message = f"must be 2 to {self.seeds} on the page. Got {seeds}."
        return [Fault(message, key="seeds", hint="`cocreate compare --replicates` has no limit.")]
