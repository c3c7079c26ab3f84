"""Companies and partners: what they are able to do, and their life on the firms' clock.

Their numbers stand in arrays (``Firms``), so that kernels can read them; companies and partners
themselves are Mesa agents, whose SimPy processes plan, carry out projects, campaign, release, fail
and renew contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import simpy
from numpy.typing import NDArray

from simulation.kernels.stock import lay_out, perform, reconfigure
from simulation.streams import draw
from simulation.world.touchpoints import (
    FUNCTIONS,
    INNOVATION,
    N_FUNCTIONS,
)

if TYPE_CHECKING:
    from simulation.scenario import schema
    from simulation.scenario.scenario import Scenario
    from simulation.world.world import World

Floats = NDArray[np.float64]
Clockwork = Generator[simpy.Event, Any, None]
DAYS_A_MONTH = 365.25 / 12.0


class Firms:
    """Numbers of all companies; C companies, S segments, K outcomes, T touchpoints.

    Attributes:
        capability: stock q ``(C + 1, 3, S, K)``; the last row, nobody's, stays 0
        pending: finished innovation that waits for its release ``(C, S, K)``
        focus: what each function works on, sums to 1 over K ``(C, 3, S, K)``
        heard: need each function last heard, sums to 1 over K ``(C, 3, S, K)``
        lens: professional bias ``(C, 3, K)``
        legacy: what the company is used to work on ``(C, K)``
        allocation: platform effort by touchpoint, sums to 1 ``(C, T)``
        settling: share of effort that was moved and does nothing yet ``(C, T)``
        founded: touchpoints with platform effort at the founding ``(C,)``
        quality: mean purpose met last month ``(C + 1, S, T)``
        reported: satisfaction that customers report, all companies' in the last row
            ``(C + 1, S, K)``
        promised: satisfaction that the inexperienced expect, nobody's 0 ``(C + 1, S, K)``
        rate: money a month that each function spends on projects ``(C, 3)``
        invested: money each function spent on projects until this month ``(C, 3)``
        receipts: of last month ``(C,)``
        earned, served: surplus and customers of the last twelve months, by month modulo 12
            ``(C, 12)``
        contacts: at desks last month, expected: a month ``(C, T)``
        staff: people whom each desk has come to, servers: those at work this month ``(C, T)``
        occupancy: share of open time that all servers were busy last month ``(C,)``
        skill_gained: skill of the staff above that of the hired ``(C,)``
        brought, slack: of the platform since the last reconfiguration ``(C, T)``
        failed, complained: problems and failed contacts since then, and those heard ``(C, T)``
        campaign, outage: share of this month ``(C,)``
    """

    def __init__(
        self, *, n_companies: int, n_segments: int, n_outcomes: int, n_touchpoints: int
    ) -> None:
        c, s, k, t = n_companies, n_segments, n_outcomes, n_touchpoints
        self.capability: Floats = np.zeros((c + 1, N_FUNCTIONS, s, k))
        self.pending: Floats = np.zeros((c, s, k))
        self.focus: Floats = np.zeros((c, N_FUNCTIONS, s, k))
        self.heard: Floats = np.zeros((c, N_FUNCTIONS, s, k))
        self.lens: Floats = np.zeros((c, N_FUNCTIONS, k))
        self.legacy: Floats = np.zeros((c, k))
        self.allocation: Floats = np.zeros((c, t))
        self.settling: Floats = np.zeros((c, t))
        self.founded: NDArray[np.int64] = np.zeros(c, dtype=np.int64)
        self.quality: Floats = np.zeros((c + 1, s, t))
        self.reported: Floats = np.zeros((c + 1, s, k))
        self.promised: Floats = np.zeros((c + 1, s, k))
        self.rate: Floats = np.zeros((c, N_FUNCTIONS))
        self.invested: Floats = np.zeros((c, N_FUNCTIONS))
        self.receipts: Floats = np.zeros(c)
        self.earned: Floats = np.zeros((c, 12))
        self.served: Floats = np.zeros((c, 12))
        self.contacts: Floats = np.zeros((c, t))
        self.expected: Floats = np.zeros((c, t))
        self.staff: Floats = np.zeros((c, t))
        self.servers: NDArray[np.int64] = np.zeros((c, t), dtype=np.int64)
        self.occupancy: Floats = np.zeros(c)
        self.skill_gained: Floats = np.zeros(c)
        self.brought: Floats = np.zeros((c, t))
        self.slack: Floats = np.zeros((c, t))
        self.failed: Floats = np.zeros((c, t))
        self.complained: Floats = np.zeros((c, t))
        self.campaign: Floats = np.zeros(c)
        self.outage: Floats = np.zeros(c)

    @property
    def performance(self) -> Floats:
        """Return 1 − exp(−q), ``(C + 1, 3, S, K)``."""
        performance = np.empty_like(self.capability)
        perform(self.capability, performance)
        return performance

    def effort(self, dilution: float) -> Floats:
        """Return how much platform effort there is to allocate, ``(C,)``: n (n₀/n)^dilution.

        n is the number of touchpoints that get any, n₀ that at the founding (at least 1): at
        dilution 0 each further one brings its effort with it, at 1 all share what there was.
        """
        n = np.count_nonzero(self.allocation, axis=1).astype(np.float64)
        ratio = np.maximum(self.founded, 1) / np.maximum(n, 1.0)
        effort: Floats = n * ratio**dilution
        return effort

    def share_out(
        self, before: NDArray[np.bool_], now: NDArray[np.bool_], scenario: Scenario
    ) -> None:
        """Let touchpoints that the platform runs from now on have effort, and others none.

        ``before`` and ``now`` say which each platform runs, ``(C, T)``. A new one gets its share by
        the given allocation; those that stay keep the rest in the proportions they had.
        """
        for c in range(len(now)):
            if np.array_equal(before[c], now[c]):
                continue
            shares = np.where(now[c] & ~before[c], effort_shares(scenario, c, now[c]), 0.0)
            kept = np.where(now[c] & before[c], self.allocation[c], 0.0)
            scale = (1.0 - shares.sum()) / kept.sum() if kept.sum() > 0.0 else 0.0
            total = (shares + scale * kept).sum()
            self.allocation[c] = (shares + scale * kept) / (total if total > 0.0 else 1.0)


def effort_shares(scenario: Scenario, c: int, runs: NDArray[np.bool_]) -> Floats:
    """Return given shares of effort over the touchpoints that a platform ``runs``, ``(T,)``."""
    given = scenario.companies[c].allocation
    raw = np.array([given.get(row.name, 1.0) for row in scenario.touchpoints], dtype=np.float64)
    raw[~runs] = 0.0
    total = raw.sum()
    shares: Floats = raw / total if total > 0.0 else raw
    return shares


class Ordinals:
    """Numbers for draws: 0, 1, … from month 1 on, and -1, -2, … in a warm-up before it.

    So what is drawn from month 1 on is the same for a warm-up of any length.
    """

    def __init__(self) -> None:
        self._next = 0
        self._before = -1

    def next(self, now: float) -> int:
        """Return the next number."""
        if now < 0.0:
            self._before -= 1
            return self._before + 1
        self._next += 1
        return self._next - 1


def until_due(now: float, every: float) -> float:
    """Return the time until something that happens every so many months, counted from month 1."""
    return every - now % every if now < 0.0 else every


@cache
def _gamma_quantile() -> Callable[[float, float], Any]:
    """Return the inverse of the regularised incomplete gamma function; SciPy loads with it."""
    from scipy.special import gammaincinv

    return lambda shape, p: gammaincinv(shape, p)


class Spell:
    """Something that is on or off on the clock; tells for which share of a month it was on."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._time = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it is on now."""
        return self._since is not None

    def begin(self, now: float) -> None:
        """Turn it on."""
        self._since = now

    def end(self, now: float, month_start: float) -> None:
        """Turn it off."""
        if self._since is not None:
            self._time += now - max(self._since, month_start)
            self._since = None

    def close_month(self, month_start: float) -> float:
        """Return the share of the month ``month_start … month_start + 1`` and begin the next."""
        share = self._time
        if self._since is not None:
            share += month_start + 1.0 - max(self._since, month_start)
        self._time = 0.0
        return min(1.0, share)


class Party(mesa.Agent):
    """An agent with a life on the firms' clock that can be taken up again on another clock.

    Processes are generators, which cannot be copied. What each waits for is therefore noted with
    the time at which it is due; whoever starts the processes of a copy lets them wait for what
    was due first. That is exact where the clock stands at 0, as time + (due − time) is due there.
    """

    def __init__(self, model: mesa.Model, world: World) -> None:
        super().__init__(model)
        self._world = world
        self._due: dict[str, float] = {}
        self._open: dict[str, float] = {}
        """Of what was noted, that with which the processes have to go on."""

    def take_up(self) -> None:
        """Start the processes where they were when this party was copied."""
        now = self._world.clock.now
        self._open = {name: due for name, due in self._due.items() if due >= now}
        self.open_for_business()

    def open_for_business(self) -> None:
        """Start the processes on the firms' clock."""
        raise NotImplementedError

    def _wait(self, name: str, delay: float) -> simpy.Event:
        """Wait for so long, or for what is left of the wait of this name that is to be taken up."""
        clock = self._world.clock
        if name in self._open:
            delay = self._open.pop(name) - clock.now
        self._due[name] = clock.now + delay
        return clock.timeout(delay)


@dataclass(eq=False)
class Project:
    """A project under way.

    Attributes:
        function: whose it is.
        ordinal: its number, by which its length was drawn.
        focus: what the function worked on at its launch ``(S, K)``.
        customisation: the strategy's at its launch.
        before: money that the function had spent on projects until then.
        duration: months from then to its end.
        due: its end.
    """

    function: int
    ordinal: int
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
        ordinal = self._n_projects[function].next(now)
        duration = self._duration(function, ordinal)
        project = Project(
            function,
            ordinal,
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
        share.
        """
        world, function, duration = self._world, project.function, project.duration
        self._projects.remove(project)
        spend = (self._invested(function) - project.before) / duration
        per_thousand = spend / (world.scenario.population.people / 1000.0)
        stock = world.scenario.capability
        gain = getattr(stock.gain, FUNCTIONS[function].value) * duration / self.parameters.teams
        gain *= sqrt(per_thousand / stock.reference_spend)
        gain *= 1.0 - stock.turned_over * self._moved(function, project.focus)
        if function == INNOVATION:
            gain *= 1.0 - world.policy.teaching_effort[self.index, INNOVATION]
        self._deliver(function, gain * self._laid_out(project.focus, project.customisation))

    def _moved(self, function: int, focus: Floats) -> float:
        """Return how far the function's focus is from ``focus``, 0 to 1: ½ Σ_k |Δφ_sk|, by size."""
        world = self._world
        apart = 0.5 * np.abs(world.firms.focus[self.index, function] - focus).sum(axis=1)
        return float(world.segment_shares @ apart)

    def _duration(self, function: int, ordinal: int) -> float:
        stock = self._world.scenario.capability
        name = FUNCTIONS[function].value
        draw = self._draw(f"project:{name}", ordinal)
        shape = stock.duration_shape
        mean = float(getattr(stock.duration, name))
        return max(1e-3, mean * float(_gamma_quantile()(shape, draw)) / shape)

    def _invested(self, function: int) -> float:
        """Return the money that the function has spent on projects until now."""
        firms, world = self._world.firms, self._world
        elapsed = world.clock.now - (world.step - 1)
        place = self.index, function
        return float(firms.invested[place] + firms.rate[place] * elapsed)

    def _laid_out(self, focus: Floats, customisation: float) -> Floats:
        """Return how a project's gain falls on segments and outcomes, see ``lay_out``."""
        world = self._world
        variety = world.scenario.capability.variety_cost * customisation * (len(focus) - 1)
        laid: Floats = lay_out(world.segment_shares, focus, customisation, variety)
        return laid

    def _deliver(self, function: int, gain: Floats) -> None:
        firms = self._world.firms
        if function == INNOVATION and self._world.scenario.calendar.release_every > 0.0:
            firms.pending[self.index] += gain
        else:
            firms.capability[self.index, function] += gain

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
        """Move the share ``lean`` of effort from the touchpoints with most slack to the least.

        Half of the platform's touchpoints give, half get equal parts; effort that nobody used is
        all slack. Ties go to the lowest index. A share of what is got is settling in, and does
        nothing, until the next planning.
        """
        firms = self._world.firms
        firms.settling[self.index] = 0.0
        mine = np.flatnonzero(firms.allocation[self.index] > 0.0)
        brought = firms.brought[self.index, mine]
        slack = np.where(brought > 0.0, firms.slack[self.index, mine], 1.0)
        relative = slack / np.where(brought > 0.0, brought, 1.0)
        order = mine[np.argsort(-relative, kind="stable")]
        half = len(order) // 2
        if half:
            giving, getting = order[:half], order[-half:]
            moved = self.parameters.strategy.lean * firms.allocation[self.index, giving]
            firms.allocation[self.index, giving] -= moved
            firms.allocation[self.index, getting] += moved.sum() / half
            lost = self._world.scenario.capability.lean_loss
            firms.settling[self.index, getting] = lost * moved.sum() / half
        firms.brought[self.index] = 0.0
        firms.slack[self.index] = 0.0

    def _follow_complaints(self) -> None:
        """Move effort to where complaints come from: α_t ← (1 − m) α_t + m heard_t/Σ heard.

        Over the touchpoints that have effort; m = complaint_rate · share of failures that was
        heard. Nothing moves where nobody was heard. What is got is settling in as by lean.
        """
        firms, scenario = self._world.firms, self._world.scenario
        mine = firms.allocation[self.index] > 0.0
        heard = np.where(mine, firms.complained[self.index], 0.0)
        if heard.any():
            share = heard.sum() / firms.failed[self.index, mine].sum()
            rate = self.parameters.strategy.complaint_rate * (1.0 - scenario.blocks.feedback)
            aim = heard / heard.sum()
            moved = rate * share * (aim - firms.allocation[self.index])
            firms.allocation[self.index] += np.where(mine, moved, 0.0)
            got = np.where(mine, np.maximum(moved, 0.0), 0.0)
            firms.settling[self.index] += scenario.capability.lean_loss * got
        firms.failed[self.index] = 0.0
        firms.complained[self.index] = 0.0

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


class Partner(Party):
    """A partner, who stays as long as taking part is worth it."""

    MEMORY = 0.2
    """Weight of the last month in the running mean of its surplus."""

    def __init__(self, model: mesa.Model, world: World, index: int) -> None:
        super().__init__(model, world)
        self.index = index
        self.name = world.scenario.partners[index].name
        self.active = True
        self.running_mean = 0.0
        self.margin_per_customer = 0.0
        self._months = 0

    @property
    def parameters(self) -> schema.PartnerSection:
        """Return what the scenario in force says of the partner."""
        return self._world.scenario.partners[self.index]

    @property
    def surplus(self) -> float:
        """Return its surplus of this month."""
        return float(self._world.month.partner_surplus[self.index])

    def open_for_business(self) -> None:
        """Start its contracts on the firms' clock."""
        self._world.clock.process(self._contracts())

    def remember(self) -> None:
        """Let the running mean follow this month's surplus.

        An absent partner judges by what it would earn: its margin per customer when it last took
        part times the customers there are now, so that a growing market wins it back.
        """
        self._months += 1
        weight = max(self.MEMORY, 1.0 / self._months)
        n_customers = int(self._world.month.paying.sum())
        fixed = self.parameters.fixed_cost
        if self.active:
            surplus = self.surplus
            if n_customers:
                margin = (surplus + fixed) / n_customers
                self.margin_per_customer += weight * (margin - self.margin_per_customer)
        else:
            surplus = self.margin_per_customer * n_customers - fixed
        self.running_mean += weight * (surplus - self.running_mean)

    def _contracts(self) -> Clockwork:
        """Stay, or come back, where the running mean is not below the reservation value."""
        period = float(self.parameters.contract_months)
        yield self._wait("contract", until_due(self._world.clock.now, period))
        while True:
            self.active = self.running_mean >= self.parameters.reservation
            yield self._wait("contract", float(self.parameters.contract_months))
