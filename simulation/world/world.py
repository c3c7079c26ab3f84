"""The world: all state of one run, and nothing else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import simpy
from numpy.typing import NDArray

from simulation.arrays import Floats
from simulation.scenario.scenario import Scenario
from simulation.streams import Streams
from simulation.world.company import Company
from simulation.world.firms import Firms
from simulation.world.imitation import moved
from simulation.world.journey import Journey
from simulation.world.month import Balance, Encounters, Month
from simulation.world.network import Ties
from simulation.world.offers import Offers
from simulation.world.operations import Operations
from simulation.world.partner import Partner
from simulation.world.peers import Peers
from simulation.world.people import People
from simulation.world.policy import Policy, strategy_numbers
from simulation.world.rounds import Rounds
from simulation.world.touchpoints import EXPERIENCE_PLATFORM, FUNCTIONS, Touchpoints

if TYPE_CHECKING:
    from collections.abc import Mapping


class World:
    """The state that processes read and write.

    Attributes:
        scenario: the scenario in force this month (events and imitation change it)
        given: the same before imitation
        shift: how far imitation has moved strategy numbers ``(n_companies, n_numbers)``
        ever_desks: companies' staffed touchpoints, now or by an event to come
            ``(n_companies, n_touchpoints)``
        step: the present month, 1 being the first that is recorded; those of a warm-up end with 0
        levels: importance of outcomes to segments, 0-10, ``(n_segments, n_outcomes)``
        segment_shares: ``(n_segments,)``, sums to 1
        job_start: first outcome of each job, and the end of the last ``(n_jobs + 1,)``
        job_shares: how often each job comes up, sums to 1 ``(n_jobs,)``
        job_value: money a month ``(n_jobs,)``
        job_clarity, job_answerable: ``(n_jobs,)``
        enjoyment: what segments enjoy of their hours ``(n_segments,)``
        effort_by_value: effort for a customer by company and months as its customer
        sizes: lengths of the axes of the month's tables
        revenue_budget: budget from receipts by month, given instead of earned ``(months, C)``
        use: this month's encounters in use, one a user
        encounters: the latest encounter of each person in the rounds of this month
        balance: what the month asks of each person and gives them
        rounds: who moves in the present round
        speech: what people have to say, written anew every month ``(n_people, 2 + 2 C)``
    """

    scenario: Scenario
    touchpoints: Touchpoints
    journey: Journey
    policy: Policy
    people: People
    use: Encounters
    encounters: Encounters
    balance: Balance
    month: Month
    firms: Firms
    offers: Offers
    peers: Peers
    ties: Ties
    companies: tuple[Company, ...]
    partners: tuple[Partner, ...]
    levels: Floats
    segment_shares: Floats
    job_start: NDArray[np.int64]
    job_shares: Floats
    job_value: Floats
    job_clarity: Floats
    job_answerable: Floats
    enjoyment: Floats
    effort_by_value: Floats
    speech: Floats

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        self.streams = streams
        self._names: dict[str, tuple[str, ...]] = {}
        self.clock = simpy.Environment()
        self.step = -scenario.run.warm_up
        self.rounds = Rounds()
        self.revenue_budget: Floats | None = None
        self.shift = np.zeros_like(strategy_numbers(scenario))
        self.adopt(scenario)
        self.expect(scenario)

    def expect(self, scenario: Scenario) -> None:
        """Let the events of ``scenario``, which is in force as month 1 begins, be those to come."""
        self.given = scenario
        self.scenario = moved(scenario, self.shift)
        later = [
            Operations.of(changed, self.touchpoints).desks for _, changed in scenario.timeline()
        ]
        self.ever_desks = np.any([self.operations.desks, *later], axis=0)

    def adopt(self, scenario: Scenario) -> None:
        """Let ``scenario`` be in force from now on.

        Where it changes what the platforms run, their effort is shared out anew. Strategies that
        have moved by imitation stay moved.
        """
        before = self._platform_runs() if "firms" in vars(self) else None
        self.given = scenario
        scenario = self.scenario = moved(scenario, self.shift)
        self.touchpoints = Touchpoints.of(scenario)
        self.journey = Journey.of(scenario)
        self.operations = Operations.of(scenario, self.touchpoints)
        self.policy = Policy.of(scenario, self.touchpoints, self.operations)
        self.job_shares = _shares([job.share for job in scenario.jobs])
        self.job_value = np.array([job.value for job in scenario.jobs])
        self.job_clarity = np.array([job.clarity for job in scenario.jobs])
        self.job_answerable = np.array([job.answerable for job in scenario.jobs])
        self.enjoyment = np.array([segment.enjoyment for segment in scenario.segments])
        self.sizes = _sizes(scenario)
        if before is not None:
            self.firms.share_out(before, self._platform_runs(), scenario)

    def _platform_runs(self) -> NDArray[np.bool_]:
        return self.operations.run_by(EXPERIENCE_PLATFORM)[:-1]

    @property
    def n_companies(self) -> int:
        """Return the number of companies."""
        return len(self.scenario.companies)

    @property
    def n_segments(self) -> int:
        """Return the number of segments."""
        return len(self.scenario.segments)

    def new_month(self) -> Month:
        """Return an empty month, in the memory of the last where there was one."""
        last = vars(self).get("month")
        if last is None or last.sizes != self.sizes:
            return Month(self.sizes)
        last.clear()
        return last

    @cached_property
    def drift_names(self) -> tuple[str, ...]:
        """Names of the draws by which needs drift, by segment and outcome."""
        return tuple(
            f"drift:{segment.name}:{outcome}"
            for segment in self.scenario.segments
            for outcome in self.scenario.outcomes
        )

    @cached_property
    def sample_names(self) -> tuple[str, ...]:
        """Names of the draws of whom functions hear, by company and function."""
        return tuple(
            f"sample:{company.name}:{function.value}"
            for company in self.scenario.companies
            for function in FUNCTIONS
        )

    def by_company(self, name: str) -> tuple[str, ...]:
        """Return the names of a draw of every company."""
        names = self._names.get(name)
        if names is None:
            companies = self.scenario.companies
            names = self._names[name] = tuple(f"{name}:{company.name}" for company in companies)
        return names

    def invariants(self) -> Mapping[str, int]:
        """Return what is out of bounds, by name; empty when all is well."""
        faults = dict(self.people.faults())
        customers = self.people.provider >= 0
        faults["customer without a job"] = int(np.sum(customers & (self.people.job < 0)))
        faults["active without a job"] = int(
            np.sum((self.people.stage >= 0) != (self.people.job >= 0))
        )
        faults["customer before the purchase"] = int(np.sum(customers & (self.people.stage < 4)))
        faults["user without a provider"] = int(
            np.sum(~customers & (self.people.stage >= 4) & (self.people.stage <= 7))
        )
        for name, rows in (("focus", self.firms.focus), ("heard", self.firms.heard)):
            faults[f"{name} off the simplex"] = int(np.sum(np.abs(rows.sum(axis=-1) - 1) > 1e-9))
        faults["negative capability"] = int(np.sum(self.firms.capability < 0))
        return {name: count for name, count in faults.items() if count}


def _sizes(scenario: Scenario) -> dict[str, int]:
    """Return the lengths of the axes of the month's tables."""
    return {
        "company": len(scenario.companies),
        "row": len(scenario.companies) + 1,
        "segment": len(scenario.segments),
        "outcome": len(scenario.outcomes),
        "touchpoint": len(scenario.touchpoints),
        "partner": len(scenario.partners),
    }


def _shares(values: list[float]) -> Floats:
    raw = np.array(values, dtype=np.float64)
    shares: Floats = raw / raw.sum()
    return shares
