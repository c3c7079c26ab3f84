"""Companies with their functions, and partners; all of them live on one SimPy clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, count
from math import exp, floor, inf, log, sqrt
from typing import TYPE_CHECKING, Any

import mesa
import simpy
from scipy.special import gammaincinv
from twin_maths import mean, normalised, performance
from twin_staffing import needed

from simulation.scenario import schema
from simulation.scenario.words import Area, Function, Runner, Stage

if TYPE_CHECKING:
    from twin_model import TwinModel
    from twin_person import Person

Grid = list[list[float]]
"""A number for each segment and outcome."""

FUNCTIONS = tuple(Function)
DAYS_A_MONTH = 365.25 / 12


def reporters(people: list[Person], segment: int, k: int, model: TwinModel) -> list[Person]:
    """Return the customers of a segment who have the job that an outcome belongs to."""
    return [
        person
        for person in people
        if person.is_customer and person.segment == segment and k in model.outcomes_of[person.job]
    ]


def shrunk(reports: list[float], besides: float) -> float:
    """Return the mean of reports and of twenty more that say what is known besides."""
    return (sum(reports) + 20.0 * besides) / (len(reports) + 20.0)


IMITATED = (
    "alignment", "outside_in", "customisation", "agility", "lean", "configuration", "education",
    "listening", "single_view", "complaint_rate", "recovery", "portfolio", "who", "what", "when",
    "where", "why",
)  # fmt: skip


def to_next(now: float, every: float) -> float:
    """Return the time until what happens so often, counted from month 1, happens first."""
    return every - now % every if now < 0 else every


def counter() -> Callable[[float], int]:
    """Return what numbers draws: 0, 1, … from month 1 on, and -1, -2, … before it."""
    later, earlier = count(0), count(-1, -1)
    return lambda now: next(earlier if now < 0 else later)


class Department:
    """A function of a company: what it can do, works on, has heard, and spends."""

    def __init__(self, company: Company, function: Function) -> None:
        model = company.model
        outcomes = model.inputs.outcomes
        self.function = function
        ask = model.dice.normal
        names = [f"{company.name}:{function.value}:{outcome}" for outcome in outcomes]
        rules, spec = model.inputs.capability, company.spec
        noise = rules.focus_noise if spec.focus_noise is None else spec.focus_noise
        bias = rules.lens if spec.lens is None else spec.lens
        first = normalised(
            [
                legacy * exp(noise * ask("found", 0, f"focus:{name}"))
                for legacy, name in zip(company.legacy, names, strict=True)
            ]
        )
        self.lens = [bias * ask("found", 0, f"lens:{name}") for name in names]
        self.capability: Grid = [[company.spec.capability for _ in outcomes] for _ in model.sizes]
        self.focus: Grid = [list(first) for _ in model.sizes]
        self.heard: Grid = [list(company.legacy) for _ in model.sizes]
        self.waiting: list[Grid] = []
        """Finished innovation that has not been released."""
        self.spent: list[float] = []
        """Money by month."""
        self.warm_up = company.model.inputs.run.warm_up
        self.number = counter()
        self.listeners = 0
        """People heard this month."""

    @property
    def spend(self) -> float:
        """Return this month's spend."""
        return self.spent[-1]

    def spent_between(self, begin: float, end: float) -> float:
        """Return the mean spend a month between two moments of the clock."""
        total = 0.0
        for month, money in enumerate(self.spent, start=-self.warm_up):
            total += money * max(0.0, min(end, month + 1.0) - max(begin, month))
        return total / (end - begin)

    def add(self, gains: Grid) -> None:
        """Add to capability."""
        for own, gain in zip(self.capability, gains, strict=True):
            for k, more in enumerate(gain):
                own[k] += more


class Company(mesa.Agent):
    """A company."""

    def __init__(self, model: TwinModel, index: int) -> None:
        super().__init__(model)
        self.model: TwinModel = model
        self.index = index
        self._inputs, self._operated = model.inputs, dict[int, schema.Touchpoint]()
        """Touchpoints as it operates them, and the parameters that they follow from."""
        self.name = self.spec.name
        self.legacy = self._legacy()
        self.departments = {function: Department(self, function) for function in FUNCTIONS}
        weights = [
            self.spec.allocation.get(place.spec.name, 1.0)
            if self.offers(place.index)
            and self.at(place.index).function is Runner.EXPERIENCE_PLATFORM
            else 0.0
            for place in model.places
        ]
        self.allocation = normalised(weights) if sum(weights) > 0 else weights
        self.founded = max(1, sum(share > 0 for share in self.allocation))
        """Touchpoints with platform effort at the founding."""
        self.run_before = self._platform_runs()
        self.reported: Grid = [[0.0 for _ in model.inputs.outcomes] for _ in model.sizes]
        """Satisfaction that its customers report."""
        self.promised: Grid = [list(row) for row in self.reported]
        """Satisfaction that those without experience expect."""
        self.shift = dict.fromkeys(IMITATED, 0.0)
        """How far imitation has moved the strategy's numbers."""
        self.history: list[tuple[float, int]] = []
        """Surplus and customers, month by month."""
        self.settling = [0.0 for _ in model.places]
        """Effort that lean moved and that does nothing yet."""
        self.receipts = 0.0
        self.coordination = 0.0
        self.contacts = [0.0 for _ in model.places]
        """At desks, last month."""
        self.expected = [0.0 for _ in model.places]
        self.staff = [0.0 for _ in model.places]
        self.servers = [0 for _ in model.places]
        self.paid = [0.0 for _ in model.places]
        self.occupancy = self.skill_gained = 0.0
        self.platform_brought = [0.0 for _ in model.places]
        self.platform_slack = [0.0 for _ in model.places]
        self.failed = [0 for _ in model.places]
        self.complained = [0 for _ in model.places]
        """Failures since the last planning, and those that it heard of."""
        self.outages: list[list[float]] = []
        self.campaigns: list[list[float]] = []

    @property
    def spec(self) -> schema.CompanySection:
        """Return the parameters in force."""
        return self.model.inputs.companies[self.index]

    @property
    def strategy(self) -> schema.Strategy:
        """Return the strategy in force: as given, and as imitation has moved it."""
        given = self.spec.strategy
        if not any(self.shift.values()):
            return given
        values = {
            name: min(max(getattr(given, name) + shift, 0.0), 1.0)
            for name, shift in self.shift.items()
        }
        return given.model_copy(update=values)

    def year(self) -> tuple[float, float]:
        """Return surplus and customers of the last twelve months."""
        months = self.history[-12:]
        return sum(surplus for surplus, _ in months), sum(customers for _, customers in months)

    def at(self, place: int) -> schema.Touchpoint:
        """Return a touchpoint as this company operates it."""
        inputs = self.model.inputs
        if self._inputs is not inputs:  # an event has changed them
            self._inputs, self._operated = inputs, {}
        if place not in self._operated:
            self._operated[place] = self._as_operated(place)
        return self._operated[place]

    def _as_operated(self, place: int) -> schema.Touchpoint:
        spec = self.model.places[place].spec
        own = self.spec.touchpoints.get(spec.name)
        changes = own.model_dump(exclude={"offered"}, exclude_none=True) if own else {}
        if "servers" in changes:
            changes.setdefault("service_level", 0.0)
        return spec.model_copy(update=changes)

    def offers(self, place: int) -> bool:
        """Return whether it offers a touchpoint: none that it closed, or that is another's."""
        where = self.model.places[place]
        own = self.spec.touchpoints.get(where.spec.name)
        closed = not where.spec.offered or (own is not None and not own.offered)
        return where.company in (None, self.index) and not closed

    def opens(self, place: int) -> float:
        """Return how far a touchpoint is open: own social and partners' ones by `where`."""
        where = self.model.places[place]
        if not self.offers(place):
            return 0.0
        if where.partner is not None:
            return self.strategy.where if self.model.partners[where.partner].active else 0.0
        social = where.spec.area is Area.SOCIAL and not where.peers
        return self.strategy.where if social else 1.0

    def _legacy(self) -> list[float]:
        spread = self.model.inputs.capability.legacy_spread
        given = self.spec.legacy_focus
        draw = self.model.dice.normal
        if given:
            return normalised([given.get(outcome, 0.0) for outcome in self.model.inputs.outcomes])
        return normalised(
            [
                exp(spread * draw("found", 0, f"legacy:{self.name}:{outcome}"))
                for outcome in self.model.inputs.outcomes
            ]
        )

    def _platform_runs(self) -> list[int]:
        return [
            place.index
            for place in self.model.places
            if self.offers(place.index)
            and self.at(place.index).function is Runner.EXPERIENCE_PLATFORM
        ]

    def share_out(self) -> None:
        """Share platform effort out anew, if an event changed what the platform runs."""
        before, now = self.run_before, self._platform_runs()
        if now != before:
            given = [self.spec.allocation.get(place.spec.name, 1.0) for place in self.model.places]
            total = sum(given[t] for t in now)
            new = {t: given[t] / total if total > 0 else 0.0 for t in now if t not in before}
            kept = {t: self.allocation[t] for t in now if t in before}
            rest, had = 1.0 - sum(new.values()), sum(kept.values())
            shares = [0.0 for _ in given]
            for t in now:
                shares[t] = new[t] if t in new else (rest * kept[t] / had if had > 0 else 0.0)
            self.allocation = normalised(shares) if sum(shares) > 0 else shares
        self.run_before = now

    # --- before the clock runs -------------------------------------------------------------------

    def erode(self) -> None:
        """Lose capability."""
        for function, department in self.departments.items():
            decay = getattr(self.model.inputs.capability.decay, function)
            department.capability = [
                [(1.0 - decay) * q for q in row] for row in department.capability
            ]

    def couplings(self) -> dict[frozenset[Function], float]:
        """Return how strongly each pair of functions is coupled."""
        strategy = self.strategy
        found = {}
        for one, other in combinations(FUNCTIONS, 2):
            given = getattr(strategy.coupling, f"{one.value}_{other.value}")
            found[frozenset((one, other))] = strategy.alignment if given is None else given
        return found

    def couple(self) -> None:
        """Let the functions' focus move towards each other, all at once."""
        couplings = self.couplings()
        before = {f: [list(row) for row in d.focus] for f, d in self.departments.items()}
        for f, department in self.departments.items():
            for s, row in enumerate(department.focus):
                for k in range(len(row)):
                    pull = sum(
                        couplings[frozenset((f, g))] * (before[g][s][k] - before[f][s][k]) / 3.0
                        for g in FUNCTIONS
                        if g is not f
                    )
                    row[k] = before[f][s][k] + 0.5 * pull

    def budget(self) -> None:
        """Split the month's money between coordination and the functions."""
        inputs, funding = self.model.inputs, self.spec.funding
        given = {f: getattr(funding, f) for f in FUNCTIONS}
        total = sum(given.values())
        money = total * self.model.n / 1000.0 + self.spec.revenue_share * self.receipts
        squares = mean([a * a for a in self.couplings().values()])
        self.coordination = inputs.capability.coordination_cost * squares * money
        rest = money - self.coordination
        for f, department in self.departments.items():
            share = given[f] / total if total > 0 else 1.0 / 3.0
            department.spent.append(rest * share)

    # --- on the clock ----------------------------------------------------------------------------

    def start_clock(self, clock: simpy.Environment) -> None:
        """Start everything that happens in time."""
        for department in self.departments.values():
            for _ in range(self.spec.teams):
                clock.process(self._team(clock, department))
        clock.process(self._planning(clock))
        clock.process(self._releases(clock))
        clock.process(self._campaigns(clock))
        clock.process(self._outages(clock))

    def _team(self, clock: simpy.Environment, department: Department) -> Iterator[Any]:
        while True:
            rules = self.model.inputs.capability
            name = f"project:{department.function.value}:{self.name}"
            draw = self.model.dice.uniform("firms", department.number(clock.now), name)
            begin, focus = clock.now, [list(row) for row in department.focus]
            customisation = self.strategy.customisation
            average = getattr(rules.duration, department.function)
            shape = rules.duration_shape
            length = float(gammaincinv(shape, draw)) * average / shape
            yield clock.timeout(max(length, 0.001))
            gains = self._gains(department, begin, clock.now, self._aim(focus, customisation))
            left = 1.0 - self.model.inputs.capability.turned_over * self._turned(department, focus)
            if department.function is Function.INNOVATION:
                left *= 1.0 - self.teaching_effort(Function.INNOVATION)
            gains = [[gain * left for gain in row] for row in gains]
            held_back = self.model.inputs.calendar.release_every > 0
            if department.function is Function.INNOVATION and held_back:
                department.waiting.append(gains)
            else:
                department.add(gains)

    def _turned(self, department: Department, focus: Grid) -> float:
        """Return how far a function's focus has moved from what it was, 0 to 1."""
        return sum(
            size * sum(abs(a - b) for a, b in zip(now, then, strict=True)) / 2.0
            for size, now, then in zip(self.model.sizes, department.focus, focus, strict=True)
        )

    def _aim(self, focus: Grid, customisation: float) -> Grid:
        """Return where a project's gain goes."""
        segments, outcomes = len(focus), len(focus[0])
        sizes = self.model.sizes
        common = [
            sum(size * row[k] for size, row in zip(sizes, focus, strict=True))
            for k in range(outcomes)
        ]
        loss = 1.0 + self.model.inputs.capability.variety_cost * customisation * (segments - 1)
        return [
            [
                outcomes * ((1.0 - customisation) * common[k] + customisation * row[k]) / loss
                for k in range(outcomes)
            ]
            for row in focus
        ]

    def _gains(self, department: Department, begin: float, end: float, aim: Grid) -> Grid:
        rules = self.model.inputs.capability
        money = department.spent_between(begin, end) / (self.model.n / 1000.0)
        gain = getattr(rules.gain, department.function) * (end - begin) / self.spec.teams
        gain *= sqrt(money / rules.reference_spend)
        return [[gain * part for part in row] for row in aim]

    def _releases(self, clock: simpy.Environment) -> Iterator[Any]:
        innovation = self.departments[Function.INNOVATION]
        first = to_next(clock.now, self.model.inputs.calendar.release_every or 1.0)
        while True:
            every = self.model.inputs.calendar.release_every
            yield clock.timeout(first or (every if every > 0 else 1.0))
            first = 0.0
            for gains in innovation.waiting:
                innovation.add(gains)
            innovation.waiting = []

    def _planning(self, clock: simpy.Environment) -> Iterator[Any]:
        first = to_next(clock.now, self.model.inputs.capability.reconfiguration_months)
        while True:
            yield clock.timeout(first or self.model.inputs.capability.reconfiguration_months)
            first = 0.0
            yield clock.timeout(0.0)  # after what else falls on this moment
            self._reconfigure()
            self._lean()
            self._follow_complaints()

    def _reconfigure(self) -> None:
        agility = self.strategy.agility
        for department in self.departments.values():
            for own, focus in zip(department.capability, department.focus, strict=True):
                total = sum(own)
                for k in range(len(own)):
                    moved = agility * focus[k] * total
                    lost = self.model.inputs.capability.agility_loss * moved
                    own[k] = (1.0 - agility) * own[k] + moved - lost

    def _lean(self) -> None:
        """Move platform effort from where it lies idle to where it is used up."""
        in_use = [t for t, share in enumerate(self.allocation) if share > 0]

        def idleness(t: int) -> float:
            brought = self.platform_brought[t]
            return self.platform_slack[t] / brought if brought > 0 else 1.0

        order = sorted(in_use, key=lambda t: (-idleness(t), t))
        half = len(order) // 2
        given = 0.0
        for t in order[:half]:
            gift = self.strategy.lean * self.allocation[t]
            self.allocation[t] -= gift
            given += gift
        self.settling = [0.0 for _ in self.allocation]
        for t in order[len(order) - half :]:
            self.allocation[t] += given / half
            self.settling[t] = given / half * self.model.inputs.capability.lean_loss
        self.platform_brought = [0.0 for _ in self.allocation]
        self.platform_slack = [0.0 for _ in self.allocation]

    def _follow_complaints(self) -> None:
        """Move platform effort to where complaints come from."""
        inputs = self.model.inputs
        run = [t for t, share in enumerate(self.allocation) if share > 0]
        heard = sum(self.complained[t] for t in run)
        if heard:
            moves = self.strategy.complaint_rate * (1.0 - inputs.blocks.feedback)
            moves *= heard / sum(self.failed[t] for t in run)
            for t in run:
                before = self.allocation[t]
                after = (1.0 - moves) * before + moves * self.complained[t] / heard
                self.allocation[t] = after
                self.settling[t] += max(0.0, after - before) * inputs.capability.lean_loss
        self.failed = [0 for _ in self.failed]
        self.complained = [0 for _ in self.failed]

    def fail(self, place: int) -> bool:
        """Have a failure at a touchpoint; return whether it is heard of."""
        self.model.failures.append((self.index, place))
        heard = self.at(place).listens
        if heard:
            self.model.complaints.append((self.index, place))
        return heard

    def calls_back(self, says: float) -> float:
        """Return the chance of contacting a customer in trouble who says so much."""
        hears = any(
            place.spec.area is Area.SOCIAL
            and self.at(place.index).listens
            and (place.peers or self._finds(place.index))
            for place in self.model.places
        )
        chance = self.strategy.recovery * self.strategy.listening * says
        return chance * (1.0 - self.model.inputs.blocks.feedback) if hears else 0.0

    def _finds(self, place: int) -> bool:
        """Return whether its people find a touchpoint open: by its owner, or else by itself."""
        owner = self.model.places[place].company
        return (self if owner is None else self.model.companies[owner]).offers(place)

    def _campaigns(self, clock: simpy.Environment) -> Iterator[Any]:
        over = 0.0
        if clock.now < 0:
            rules = self.model.inputs.calendar
            pause = max(rules.campaign_every - rules.campaign_months, 0.001)
            over = clock.now % (pause + rules.campaign_months)
        while True:
            rules = self.model.inputs.calendar
            pause = max(rules.campaign_every - rules.campaign_months, 0.001)
            yield clock.timeout(max(pause - over, 0.0))
            length = self.model.inputs.calendar.campaign_months
            length, over = max(length - max(over - pause, 0.0), 0.0), 0.0
            self.campaigns.append([clock.now, clock.now + length])
            yield clock.timeout(length)

    def _outages(self, clock: simpy.Environment) -> Iterator[Any]:
        number = counter()
        while True:
            rate = self.model.inputs.calendar.outages / 12.0
            if rate == 0:
                yield clock.timeout(1.0)
                continue
            ask, ordinal = self.model.dice.uniform, number(clock.now)
            yield clock.timeout(-log(ask("firms", 2 * ordinal, f"outage:{self.name}")) / rate)
            days = self.model.inputs.calendar.outage_days
            draw = ask("firms", 2 * ordinal + 1, f"outage:{self.name}")
            length = -log(draw) * days / DAYS_A_MONTH
            self.outages.append([clock.now, clock.now + length])
            yield clock.timeout(length)

    def share_of_month(self, spells: list[list[float]]) -> float:
        """Return the share of this month that spells (campaigns, outages) covered."""
        month = self.model.month
        return sum(max(0.0, min(end, month) - max(begin, month - 1)) for begin, end in spells)

    # --- who teaches -----------------------------------------------------------------------------

    def teaches(self, function: Function) -> float:
        """Return the share of the teaching that a function does."""
        strategy, platform = self.strategy, Function.EXPERIENCE_PLATFORM
        if function is strategy.teacher:
            return strategy.teacher_share
        sales = Function.MARKETING_SALES
        other = platform if strategy.teacher is sales else sales
        return 1.0 - strategy.teacher_share if function is other else 0.0

    def teaching_effort(self, function: Function) -> float:
        """Return the share of a function's effort that teaches."""
        return self.strategy.education * self.teaches(function)

    # --- what people meet ------------------------------------------------------------------------

    def performs(self, function: Function, segment: int, outcome: int) -> float:
        """Return the performance of a function."""
        return performance(self.departments[function].capability[segment][outcome])

    def supports(self, place: int, segment: int, outcome: int) -> float:
        """Return what the function behind a touchpoint contributes there."""
        runner = self.at(place).function
        if runner is Runner.NONE or not self.offers(place):
            return 0.0
        if runner is not Runner.EXPERIENCE_PLATFORM:
            return self.performs(Function(runner.value), segment, outcome)
        capability = self.departments[Function.EXPERIENCE_PLATFORM].capability[segment][outcome]
        count = sum(1 for share in self.allocation if share > 0)
        up = 1.0 - self.share_of_month(self.outages)
        if count:
            dilution = self.model.inputs.capability.dilution
            capability *= count * (self.founded / count) ** dilution
            capability *= 1.0 - self.teaching_effort(Function.EXPERIENCE_PLATFORM)
        return (
            performance(capability * max(0.0, self.allocation[place] - self.settling[place])) * up
        )

    def advertising(self, segment: int) -> float:
        """Return the chance that an unaware person of a segment is reached this month."""
        inputs, calendar = self.model.inputs, self.model.inputs.calendar
        open_share = 1.0 - inputs.blocks.advertising
        if inputs.reach.hazard is not None:
            return (1.0 - exp(-inputs.reach.hazard)) * open_share
        stock = mean(self.departments[Function.MARKETING_SALES].capability[segment])
        reached = inputs.reach.most * performance(
            (1.0 - self.teaching_effort(Function.MARKETING_SALES)) * stock
        )
        usual = min(1.0, calendar.campaign_months / calendar.campaign_every)
        lift = 1.0 + calendar.campaign_lift * self.share_of_month(self.campaigns)
        return min(1.0, reached * lift / (1.0 + calendar.campaign_lift * usual) * open_share)

    def hype(self) -> float:
        """Return how far its promises shape expectations."""
        rules = self.model.inputs.evaluate
        return min(1.0, rules.hype + rules.hype_push * (1.0 - self.strategy.why))

    def report(self, people: list[Person]) -> None:
        """Let its customers' reports be known, and what it promises on top of them."""
        for s, row in enumerate(self.reported):
            for k in range(len(row)):
                group = reporters(people, s, k, self.model)
                own = [p.satisfaction[k] for p in group if p.provider == self.index]
                row[k] = shrunk(own, self.model.reported[s][k])
                boast = self.hype() * self.performs(Function.MARKETING_SALES, s, k)
                self.promised[s][k] = row[k] * (1.0 + boast)

    def open_hours(self) -> float:
        """Return the hours a month that its desks are open."""
        desks = self.model.inputs.desks
        return desks.business_hours + self.strategy.when * (desks.all_hours - desks.business_hours)

    # --- staff -----------------------------------------------------------------------------------

    def is_staffed(self, place: int) -> bool:
        """Return whether people staff a touchpoint."""
        spec = self.at(place)
        return spec.servers > 0 or spec.service_level > 0

    def staff_desks(self) -> None:
        """Staff desks for the load expected, and train."""
        desks = self.model.inputs.desks
        profile = [arrivals for arrivals in desks.profile if arrivals > 0]
        peak = len(profile) * sum((p / sum(profile)) ** 2 for p in profile)
        for t in range(len(self.staff)):
            self.expected[t] += desks.load_memory * (self.contacts[t] - self.expected[t])
            spec = self.at(t)
            if spec.service_level > 0 and self.offers(t):
                least = needed(
                    self.expected[t] * peak / (60.0 * self.open_hours()),
                    self.handling(t),
                    desks.patience if desks.abandonment else inf,
                    spec.service_level,
                    spec.within,
                    self.model.dice,
                )
                self.staff[t] += (least - self.staff[t]) / (1.0 + desks.hiring_lag)
                self.servers[t] = max(1, floor(self.staff[t] + 0.5))
            else:
                self.staff[t] = spec.servers
                self.servers[t] = spec.servers if self.offers(t) else 0
        strain = max(0.0, self.occupancy - 0.85)
        turnover = min(1.0, desks.turnover + desks.turnover_strain * strain)
        room = 1.0 - self.spec.staff_skill
        gained = min(self.skill_gained, room)
        gained += self.spec.training * (room - gained) - turnover * gained
        self.skill_gained = min(max(gained, 0.0), room)

    def note_desks(self) -> None:
        """Remember the month at desks, and what failed."""
        model = self.model
        for t in range(len(self.staff)):
            self.failed[t] += model.failures.count((self.index, t))
            self.complained[t] += model.complaints.count((self.index, t))
        minutes = 60.0 * self.open_hours()
        busy = [model.busy.get((self.index, t), 0.0) for t in range(len(self.staff))]
        at_work = sum(self.servers)
        self.occupancy = sum(busy) / (at_work * minutes) if at_work else 0.0
        for t in range(len(self.staff)):
            desk = self.is_staffed(t) and self.offers(t)
            there = model.visits_to(self, model.places[t])
            self.contacts[t] = float(there) if desk else 0.0

    def handling(self, place: int) -> float:
        """Return the mean handling time at a desk, minutes."""
        rules, strategy = self.model.inputs.encounter, self.strategy
        longer = 1.0 + rules.interaction_effort * strategy.why
        return self.at(place).handling * longer * (1.0 + rules.who_handling * strategy.who)

    def route(self, stage: Stage | None, *, staffed: bool = False) -> int | None:
        """Return where its process sends people of a stage: where it costs least.

        Of equals, where the fewest stages are served, where it takes the least effort, or what
        comes first by name.
        """
        routes = [
            (
                self.cost_of_encounter(place.index),
                len(set(place.spec.stages)),
                self.at(place.index).effort,
                place.spec.name,
                place.index,
            )
            for place in self.model.places
            if (place.each_company or place.company == self.index)
            and stage in place.spec.stages
            and place.spec.area is not Area.SOCIAL
            and self.offers(place.index)
            and (self.is_staffed(place.index) or not staffed)
        ]
        return min(routes)[-1] if routes else None

    def cost_of_encounter(self, place: int) -> float:
        """Return what an encounter costs it, the pay of staff included."""
        spec = self.at(place)
        pay = self.model.inputs.desks.wage * self.handling(place) / 60.0
        return spec.cost + (pay if self.is_staffed(place) else 0.0)

    # --- listening -------------------------------------------------------------------------------

    def listen(self, people: list[Person]) -> None:
        """Hear people, function by function, and move the focus of each."""
        for department in self.departments.values():
            heard = self._sample(department, people)
            department.listeners = len(heard)
            for s in range(len(department.heard)):
                group = [person for person in heard if person.segment == s]
                if group:
                    department.heard[s] = self._understand(department, s, group)
        rate, outside = self.model.inputs.listening.rate, self.strategy.outside_in
        for department in self.departments.values():
            for focus, heard_need in zip(department.focus, department.heard, strict=True):
                for k in range(len(focus)):
                    aim = outside * heard_need[k] + (1.0 - outside) * self.legacy[k]
                    focus[k] += rate * (aim - focus[k])

    def _sample(self, department: Department, people: list[Person]) -> list[Person]:
        rules, blocks = self.model.inputs.listening, self.model.inputs.blocks
        function = department.function
        insight = function is Function.INNOVATION
        money = department.spend / (self.model.n / 1000.0)
        effort = min(1.0, money / self.model.inputs.capability.reference_spend)
        size = self.strategy.listening
        size *= rules.sample_low + (rules.sample_high - rules.sample_low) * effort
        size *= 1.0 + rules.interaction_gain * self.strategy.why
        size *= 1.0 - (blocks.insight if insight else blocks.feedback)
        name = f"sample:{self.name}:{function.value}"
        ask = self.model.dice.uniform
        draws = [
            (ask("listen", self.model.month, name, person.index), person.index)
            for person in people
            if self._can_hear(function, person)
        ]
        chosen = sorted(draws)[: floor(size + 0.5)]
        return [people[index] for _, index in sorted(chosen, key=lambda pair: pair[1])]

    def _can_hear(self, function: Function, person: Person) -> bool:
        if person.job is None:
            return False
        if function is Function.INNOVATION and person.provider == self.index:
            return True
        return any(
            visit.considered == self.index
            and visit.place is not None
            and self._hears_at(function, self.at(visit.place))
            for visit in person.visits
        )

    def _hears_at(self, function: Function, place: schema.Touchpoint) -> bool:
        social = function is Function.EXPERIENCE_PLATFORM and place.area is Area.SOCIAL
        return place.listens and (place.function.value == function.value or social)

    def _understand(self, department: Department, segment: int, group: list[Person]) -> list[float]:
        need = [0.0 for _ in department.lens]
        for person in group:
            for k in self.model.outcomes_of[person.job]:
                importance = person.importance(k) / 10.0
                need[k] += importance + max(importance - person.satisfaction[k], 0.0)
        need = normalised([n * exp(bias) for n, bias in zip(need, department.lens, strict=True)])
        if department.function is Function.MARKETING_SALES:
            promise = self.model.inputs.listening.promise
            promised = department.focus[segment]
            readily = [
                n * (1.0 - promise + promise * len(need) * phi)
                for n, phi in zip(need, promised, strict=True)
            ]
            need = readily if sum(readily) > 0.0 else need
        return normalised(need)


class Partner(mesa.Agent):
    """A partner, which takes part while it is worth it."""

    def __init__(self, model: TwinModel, index: int) -> None:
        super().__init__(model)
        self.model: TwinModel = model
        self.index = index
        self.name = self.spec.name
        self.active = True
        self.worth = 0.0
        """Running mean of what taking part is worth to it."""
        self.margin = 0.0
        """Running mean of what it earns a customer, its fixed cost aside."""

    @property
    def spec(self) -> schema.PartnerSection:
        """Return the parameters in force."""
        return self.model.inputs.partners[self.index]

    def contracts(self, clock: simpy.Environment) -> Iterator[Any]:
        """Decide at each contract's end whether to take part."""
        first = to_next(clock.now, self.spec.contract_months)
        while True:
            yield clock.timeout(first or self.spec.contract_months)
            first = 0.0
            self.active = self.worth >= self.spec.reservation

    def help(self, asked: float, left: float) -> float:
        """Return the help it gives where so many hours are asked of it, and so many left."""
        if not self.active or asked <= 0:
            return 0.0
        share = min(1.0, left / asked)
        return self.spec.capability * share * (1.0 - self.model.inputs.blocks.partner_capability)

    def close_books(self, surplus: float, customers: int) -> None:
        """Remember what taking part is worth, or would be."""
        months = self.model.month + self.model.inputs.run.warm_up
        weight = max(0.2, 1.0 / months)
        if self.active:
            if customers:
                margin = (surplus + self.spec.fixed_cost) / customers
                self.margin += weight * (margin - self.margin)
            self.worth += weight * (surplus - self.worth)
        else:
            would_be = self.margin * customers - self.spec.fixed_cost
            self.worth += weight * (would_be - self.worth)
