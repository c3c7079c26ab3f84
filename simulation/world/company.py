"""Companies: Mesa agents that plan, carry out projects, campaign, release and have outages."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import mesa
import numpy as np

from simulation.arrays import Floats
from simulation.kernels import planning
from simulation.kernels.stock import reconfigure
from simulation.scenario import schema
from simulation.streams import Streams, draw
from simulation.world.party import Clockwork, Ordinals, Party, Spell, until_due
from simulation.world.touchpoints import FUNCTIONS, INNOVATION, N_FUNCTIONS

if TYPE_CHECKING:
    from simulation.world.world import World

DAYS_A_MONTH = 365.25 / 12.0


NAMES = tuple(function.value for function in FUNCTIONS)
"""Names of functions, as the scenario's tables by function have them."""

BATCH = 32
"""Numbers whose draws are made together: one call costs as much as twenty draws."""


class Durations:
    """Lengths of a function's projects relative to their mean, by ordinal: gamma-distributed.

    Inverting the distribution for many draws at once is cheaper than for one at a time.
    """

    def __init__(self, streams: Streams, name: str) -> None:
        self._streams, self._name = streams, name
        self._shape = 0.0
        self._batches: dict[int, Floats] = {}

    def of(self, ordinal: int, shape: float) -> float:
        """Return the length of a project under a gamma distribution of this ``shape``."""
        if shape != self._shape:
            self._shape, self._batches = shape, {}
        number, place = divmod(ordinal, BATCH)
        if number not in self._batches:
            self._batches[number] = self._drawn(number)
        return float(self._batches[number][place])

    def _drawn(self, number: int) -> Floats:
        from scipy.special import gammaincinv

        keys = [
            self._streams.key("firms", ordinal, self._name)
            for ordinal in range(number * BATCH, (number + 1) * BATCH)
        ]
        drawn = [draw(key, 0) for key in keys]
        return np.asarray(gammaincinv(self._shape, drawn), dtype=np.float64)


@dataclass(eq=False)
class Project:
    """A project under way.

    Attributes:
        function: whose it is.
        focus: what the function worked on at its launch ``(S, K)``.
        customisation: the strategy's at its launch.
        before: money that the function had spent on projects until then.
        duration: months from then to its end.
        due: its end.
    """

    function: int
    focus: Floats
    customisation: float
    before: float
    duration: float
    due: float


class Company(Party):
    """A company with its three functions."""

    def __init__(self, model: mesa.Model, world: World, index: int) -> None:
        super().__init__(model, world)
        self.index = index
        self.name = world.scenario.companies[index].name
        self._campaign = Spell()
        self._outage = Spell()
        self._durations = [
            Durations(world.streams, f"project:{function}:{self.name}") for function in NAMES
        ]
        self._n_projects = [Ordinals() for _ in range(N_FUNCTIONS)]
        self._projects: list[Project] = []
        self._n_outages = Ordinals()
        self._nth_outage = 0

    @property
    def parameters(self) -> schema.CompanySection:
        """Return what the scenario in force says of the company."""
        return self._world.scenario.companies[self.index]

    @property
    def capability(self) -> Floats:
        """Return its capability, a view ``(3, n_segments, n_outcomes)``."""
        view: Floats = self._world.firms.capability[self.index]
        return view

    @property
    def focus(self) -> Floats:
        """Return what its functions work on, a view ``(3, n_segments, n_outcomes)``."""
        view: Floats = self._world.firms.focus[self.index]
        return view

    @property
    def n_customers(self) -> int:
        """Return how many people are its customers."""
        return int(np.count_nonzero(self._world.people.provider == self.index))

    @property
    def receipts(self) -> float:
        """Return what customers paid it last month."""
        return float(self._world.firms.receipts[self.index])

    @property
    def surplus(self) -> float:
        """Return its surplus of this month so far."""
        return float(self._world.month.company_surplus[self.index])

    def open_for_business(self) -> None:
        """Start its processes on the firms' clock."""
        clock = self._world.clock
        for function in range(N_FUNCTIONS):
            under_way = [project for project in self._projects if project.function == function]
            for _ in range(self.parameters.teams):
                clock.process(self._team(function, under_way))
        clock.process(self._plan())
        clock.process(self._campaigns())
        clock.process(self._releases())
        clock.process(self._outages())

    def close_month(self, month_start: float) -> None:
        """Write down for which share of the month it campaigned and was out of order."""
        firms = self._world.firms
        firms.campaign[self.index] = self._campaign.close_month(month_start)
        firms.outage[self.index] = self._outage.close_month(month_start)

    def _draw(self, name: str, ordinal: int) -> float:
        key = self._world.streams.key("firms", ordinal, f"{name}:{self.name}")
        return float(draw(key, 0))

    def _team(self, function: int, under_way: list[Project]) -> Clockwork:
        """Carry out one project after the other, those that are ``under_way`` first."""
        clock = self._world.clock
        while True:
            project = under_way.pop(0) if under_way else self._launched(function)
            # Launched now, it ends at now + duration; taken up at 0, at 0 + due.
            launched = clock.now + project.duration == project.due
            yield clock.timeout(project.duration if launched else project.due - clock.now)
            self._finish(project)

    def _launched(self, function: int) -> Project:
        """Return a project that begins now."""
        world = self._world
        now = world.clock.now
        duration = self._duration(function, self._n_projects[function].next(now))
        project = Project(
            function,
            focus=world.firms.focus[self.index, function].copy(),
            customisation=self.parameters.strategy.customisation,
            before=self._invested(function),
            duration=duration,
            due=now + duration,
        )
        self._projects.append(project)
        return project

    def _finish(self, project: Project) -> None:
        """Hand over a project's gain.

        gain = γ · duration · √(monthly spend per 1000 people / reference spend) / teams, so that
        neither the number of teams nor the size of projects matters by itself. A share of it is
        lost as far as the function's focus has moved since, and innovation's own teaching takes its
        share; for how it falls on segments and outcomes see ``deliver``.
        """
        world, function, duration = self._world, project.function, project.duration
        self._projects.remove(project)
        spend = (self._invested(function) - project.before) / duration
        per_thousand = spend / (world.scenario.population.people / 1000.0)
        stock = world.scenario.capability
        gain = getattr(stock.gain, NAMES[function]) * duration / self.parameters.teams
        gain *= sqrt(per_thousand / stock.reference_spend)
        teaches = function == INNOVATION
        kept = 1.0 - world.policy.teaching_effort[self.index, INNOVATION] if teaches else 1.0
        planning.deliver(
            gain, kept, stock.turned_over, project.customisation,
            stock.variety_cost * project.customisation * (len(project.focus) - 1),
            world.segment_shares, world.firms.focus[self.index, function], project.focus,
            self._stock_of(function),
        )  # fmt: skip

    def _stock_of(self, function: int) -> Floats:
        """Return to what a function's gains are added: innovation may wait for a release."""
        firms = self._world.firms
        waits = function == INNOVATION and self._world.scenario.calendar.release_every > 0.0
        stock: Floats = (
            firms.pending[self.index] if waits else firms.capability[self.index, function]
        )
        return stock

    def _duration(self, function: int, ordinal: int) -> float:
        stock = self._world.scenario.capability
        shape = stock.duration_shape
        mean = float(getattr(stock.duration, NAMES[function]))
        return max(1e-3, mean * self._durations[function].of(ordinal, shape) / shape)

    def _invested(self, function: int) -> float:
        """Return the money that the function has spent on projects until now."""
        firms, world = self._world.firms, self._world
        elapsed = world.clock.now - (world.step - 1)
        place = self.index, function
        return float(firms.invested[place] + firms.rate[place] * elapsed)

    def _plan(self) -> Clockwork:
        """Reconfigure capability and move platform effort, once in a planning period."""
        world = self._world
        period = float(world.scenario.capability.reconfiguration_months)
        yield self._wait("plan", until_due(world.clock.now, period))
        while True:
            # Projects and releases of the same moment come first, whatever their periods.
            yield world.clock.timeout(0.0)
            reconfigure(
                self.parameters.strategy.agility,
                1.0 - world.scenario.capability.agility_loss,
                world.firms.focus[self.index],
                world.firms.capability[self.index],
            )
            self._move_effort()
            self._follow_complaints()
            yield self._wait("plan", float(world.scenario.capability.reconfiguration_months))

    def _move_effort(self) -> None:
        """Move effort from the touchpoints with most slack to the least, see ``move_effort``.

        A share of what is got is settling in, and does nothing, until the next planning.
        """
        firms = self._world.firms
        planning.move_effort(
            self.parameters.strategy.lean, self._world.scenario.capability.lean_loss,
            firms.allocation[self.index], firms.settling[self.index],
            firms.brought[self.index], firms.slack[self.index],
        )  # fmt: skip

    def _follow_complaints(self) -> None:
        """Move effort to where complaints come from, see ``follow_complaints``.

        What is got is settling in as by lean.
        """
        firms, scenario = self._world.firms, self._world.scenario
        planning.follow_complaints(
            self.parameters.strategy.complaint_rate * (1.0 - scenario.blocks.feedback),
            scenario.capability.lean_loss,
            firms.allocation[self.index], firms.settling[self.index],
            firms.failed[self.index], firms.complained[self.index],
        )  # fmt: skip

    def _campaigns(self) -> Clockwork:
        world = self._world
        gone = self._gone_of_campaigns()
        while True:
            calendar = world.scenario.calendar
            pause = max(calendar.campaign_every - calendar.campaign_months, 1e-3)
            if not self._campaign.is_on:
                yield self._wait("campaign", max(pause - gone, 0.0))
                self._campaign.begin(world.clock.now)
            late = max(gone - pause, 0.0)
            length = max(world.scenario.calendar.campaign_months - late, 0.0)
            yield self._wait("campaign's end", length)
            self._campaign.end(world.clock.now, world.step - 1)
            gone = 0.0

    def _gone_of_campaigns(self) -> float:
        """Return how much of a pause and its campaign is over at the start of a warm-up."""
        calendar, now = self._world.scenario.calendar, self._world.clock.now
        pause = max(calendar.campaign_every - calendar.campaign_months, 1e-3)
        return float(now % (pause + calendar.campaign_months)) if now < 0.0 else 0.0

    def _releases(self) -> Clockwork:
        world, firms = self._world, self._world.firms
        first = world.scenario.calendar.release_every or 1.0
        yield self._wait("release", until_due(world.clock.now, first))
        while True:
            firms.capability[self.index, INNOVATION] += firms.pending[self.index]
            firms.pending[self.index] = 0.0
            yield self._wait("release", world.scenario.calendar.release_every or 1.0)

    def _outages(self) -> Clockwork:
        world = self._world
        if "calm" in self._open:
            yield self._wait("calm", 0.0)
        while True:
            if not (self._outage.is_on or "outage" in self._open):
                if world.scenario.calendar.outages <= 0.0:
                    yield self._wait("calm", 1.0)
                    continue
                self._nth_outage = self._n_outages.next(world.clock.now)
            if not self._outage.is_on:
                yield self._wait("outage", self._until_outage())
                self._outage.begin(world.clock.now)
            mean = world.scenario.calendar.outage_days / DAYS_A_MONTH
            length = -np.log(self._draw("outage", 2 * self._nth_outage + 1)) * mean
            yield self._wait("repair", float(length))
            self._outage.end(world.clock.now, world.step - 1)

    def _until_outage(self) -> float:
        rate = self._world.scenario.calendar.outages / 12.0
        drawn = -np.log(self._draw("outage", 2 * self._nth_outage))
        return float(drawn / rate) if rate > 0.0 else 0.0
