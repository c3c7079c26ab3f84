"""The docking twin: docs/model.md a second time, as plain Mesa agents and plain loops.

It shares the scenario schema and the random streams with `simulation`, and nothing else. It is as
slow as it looks; what it is for is that two readings of one text must agree, person by person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, inf

import mesa
import simpy
from twin_company import Company, Grid, Partner, reporters, shrunk
from twin_desk import Asker, Contact, arrival, handling, patience, serve
from twin_draws import Dice
from twin_maths import mean
from twin_person import NOBODY, Person, Visit
from twin_start import state_market
from twin_ties import weave

from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import Touchpoint
from simulation.scenario.words import Area, NetworkKind, Stage

News = list[tuple[float, float | None]]
"""By company: how exposed a person is to talk of it, and the mean attitude of those who speak."""


Circle = tuple[int, int, int]
"""People who ask each other: touchpoint, company (one more than there are: of all), job."""


@dataclass
class Archive:
    """Answers that a circle keeps, and the same weighted by the competence in them."""

    answers: float = 0.0
    wisdom: float = 0.0


class Place:
    """A touchpoint, and whose it is."""

    def __init__(self, model: TwinModel, index: int) -> None:
        self._model = model
        self.index = index
        companies = [company.name for company in model.inputs.companies]
        partners = [partner.name for partner in model.inputs.partners]
        owner = self.spec.owner
        self.each_company = owner == "company"
        self.peers = owner == "peers"
        self.company = companies.index(owner) if owner in companies else None
        self.partner = partners.index(owner) if owner in partners else None

    @property
    def spec(self) -> Touchpoint:
        """Return the parameters in force."""
        return self._model.inputs.touchpoints[self.index]


@dataclass
class Books:
    """The sums of a month."""

    surplus: dict[str, float] = field(default_factory=dict)
    alone: dict[str, float] = field(default_factory=dict)
    gross: dict[str, float] = field(default_factory=dict)
    receipts: list[float] = field(default_factory=list)
    fees: list[float] = field(default_factory=list)
    spending: list[float] = field(default_factory=list)
    encounters: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)

    @property
    def co_created_value(self) -> float:
        """Return what all actors have, less what the people would have had alone."""
        return sum(self.surplus.values()) - sum(self.alone.values())


class TwinModel(mesa.Model):
    """The ecosystem.

    Args:
        scenario: what is assumed.
        seed: which run of it.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(rng=seed)
        self.inputs = scenario
        self.changes = dict(scenario.timeline())
        self.dice = Dice(seed)
        self.month = -scenario.run.warm_up
        self.n = scenario.population.people
        total = sum(segment.share for segment in scenario.segments)
        self.sizes = [segment.share / total for segment in scenario.segments]
        self.outcomes_of = self._outcomes_of_jobs()
        self.importance = [self._importance_of(s) for s in range(len(self.sizes))]
        self.places = [Place(self, t) for t in range(len(scenario.touchpoints))]
        self.companies = [Company(self, c) for c in range(len(scenario.companies))]
        self.partners = [Partner(self, p) for p in range(len(scenario.partners))]
        self.people = [Person(self, i) for i in range(self.n)]
        self.ties = weave(scenario.network, self.n, self.dice)
        self.full_mixing = scenario.network.kind is NetworkKind.FULL_MIXING
        in_groups = scenario.network.kind is NetworkKind.GROUPS
        self.weak_contacts = scenario.network.weak_contacts if in_groups else 0
        self.quality = {
            c: [[scenario.choice.quality_start for _ in self.places] for _ in self.sizes]
            for c in (*range(len(self.companies)), NOBODY)
        }
        self.reported: Grid = [[0.0 for _ in scenario.outcomes] for _ in self.sizes]
        """Satisfaction that the customers of all companies report."""
        self.round = 0
        """The present round of the month, or 0 outside of the rounds."""
        self.moving: list[Person] = []
        self.opening: dict[int, tuple[int | None, int | None]] = {}
        """By person: rounds in which a problem and a query open."""
        self._effort: dict[int, tuple[float, float]] = {}
        """By company with customers: their mean value, and mean effort before it is scaled to 1."""
        self.partner_help: list[float] = []
        self.partner_hours: list[float] = []
        """What partners have left this month."""
        self.archives = {
            (place.index, company, job): Archive()
            for place in self.places
            for company in range(len(self.companies) + 1)
            for job in range(len(scenario.jobs))
        }
        self.questions: dict[int, float] = {}
        self.answers: dict[int, float] = {}
        self.answered: dict[int, float] = {}
        self.found: dict[int, float] = {}
        self.peer_help: dict[int, float] = {}
        self.busy: dict[tuple[int, int], float] = {}
        """Minutes that servers were busy this month, by company and touchpoint."""
        self.books = Books()
        self.clock = simpy.Environment(initial_time=self.month)
        for company in self.companies:
            company.start_clock(self.clock)
        for partner in self.partners:
            self.clock.process(partner.contracts(self.clock))

    def _outcomes_of_jobs(self) -> list[list[int]]:
        found, first = [], 0
        for job in self.inputs.jobs:
            found.append(list(range(first, first + len(job.outcomes))))
            first += len(job.outcomes)
        return found

    def _importance_of(self, s: int) -> list[float]:
        segment, spread = self.inputs.segments[s], self.inputs.needs.spread_between

        def generated(outcome: str) -> float:
            draw = self.dice.normal("found", 0, f"importance:{segment.name}:{outcome}")
            return min(max(5.0 * exp(spread * draw), 0.5), 10.0)

        return [
            segment.importance[outcome] if outcome in segment.importance else generated(outcome)
            for outcome in self.inputs.outcomes
        ]

    # --- the month -------------------------------------------------------------------------------

    def step(self) -> None:
        """Live a month."""
        self.start_month()
        self.run_firms()
        self.run_staff()
        self.run_needs()
        self.run_reach()
        self.run_talk()
        self.run_consult()
        self.run_prepare()
        self.run_choose_use()
        self.run_ask_in_use()
        for number in range(1, self.inputs.journey.rounds + 1):
            self.round = number
            self.run_choose()
            self.run_ask()
            self.run_encounter()
            self.run_evaluate()
            self.run_teach()
            self.run_progress()
        self.round = 0
        self.run_use()
        self.run_judge_use()
        self.run_learn()
        self.run_renew()
        self.run_listen()
        self.run_answer()
        self.run_account()

    def warm_up(self) -> None:
        """Live the months before the first."""
        while self.month < 0:
            self.step()
        state_market(self)
        for person in self.people:
            person.paid = person.surplus = 0.0

    def start_month(self) -> None:
        """Turn the page: the timeline's changes come into force."""
        self.month += 1
        self.inputs = self.changes.get(self.month, self.inputs)
        self.books = Books()
        for company in self.companies:
            company.share_out()
        self.busy = {}
        self.failures: list[tuple[int, int]] = []
        self.complaints: list[tuple[int, int]] = []
        """Companies and touchpoints of what failed, and of what of it was heard."""
        self.complained_of: dict[str, float] = {}
        """Complaints by outcome, of companies that move effort by them."""
        self.recovered: list[tuple[int, bool]] = []
        """Companies that contacted somebody in trouble, and whether that settled it."""
        self.handovers: list[int] = []
        """Touchpoints to which open purposes were taken."""
        self.first_contacts: list[tuple[int, int, bool]] = []
        """Provider, contacts before about the same, and whether it was settled."""
        self.contacts: list[tuple[int | None, bool]] = []
        """Touchpoint of each support contact, and whether it was about a problem."""
        self.purchases: list[tuple[int, float]] = []
        """Company bought from, and months since the need arose."""
        for person in self.people:
            person.start_month()

    def met_at(self, person: Person, place: int) -> Touchpoint:
        """Return a touchpoint as the company that a person considers operates it."""
        company = person.company
        return self.places[place].spec if company is None else company.at(place)

    def is_staffed(self, person: Person, place: int) -> bool:
        """Return whether people staff a touchpoint for those who consider whom a person does."""
        if person.company is not None:
            return person.company.is_staffed(place)
        spec = self.places[place].spec
        return spec.servers > 0 or spec.service_level > 0

    @property
    def active(self) -> list[Person]:
        """Return those who are somewhere on a journey."""
        return [person for person in self.people if person.stage is not None]

    def customers_of(self, company: int) -> list[Person]:
        """Return a company's customers."""
        return [person for person in self.people if person.provider == company]

    def run_firms(self) -> None:
        """Process 1."""
        if self.month > 1 and self.month % 3 == 1:
            self._imitate()
        for company in self.companies:
            company.erode()
            company.couple()
            company.budget()
        self.clock.run(until=self.month)

    def run_staff(self) -> None:
        """Process 1a: desks are staffed."""
        for company in self.companies:
            company.staff_desks()

    def _imitate(self) -> None:
        """Let companies move their strategies towards that of the most profitable a customer."""
        known = [c for c in self.companies if c.history and c.history[-1][1] >= 30]
        if not known:
            return
        best = max(known, key=lambda c: c.year()[0] / c.year()[1])
        before = [company.strategy for company in self.companies]
        for company, now in zip(self.companies, before, strict=True):
            for name in company.shift:
                own, aim = getattr(now, name), getattr(before[best.index], name)
                new = own + now.imitation * (aim - own)
                if now.imitation > 0.0:
                    company.shift[name] = new - getattr(company.spec.strategy, name)

    def run_needs(self) -> None:
        """Process 2."""
        for s, row in enumerate(self.importance):
            before, name = mean(row), self.inputs.segments[s].name
            for k, outcome in enumerate(self.inputs.outcomes):
                draw = self.dice.normal("needs", self.month, f"drift:{name}:{outcome}")
                row[k] *= exp(self.inputs.needs.drift * draw)
            after = mean(row)
            self.importance[s] = [value * before / after for value in row]
        for person in self.people:
            person.feel_need()

    def run_reach(self) -> None:
        """Process 3."""
        chances = [
            [company.advertising(s) for company in self.companies] for s in range(len(self.sizes))
        ]
        for person in self.people:
            person.be_reached(chances[person.segment])

    def run_talk(self) -> None:
        """Process 4."""
        talking = [[person.talks(c) for c in range(len(self.companies))] for person in self.people]
        if self.full_mixing:
            news = self._common_news(talking)
            heard = [(news, self._wiser_than(person, talking)) for person in self.people]
        else:
            heard = [self._news(person, talking) for person in self.people]
        for person, (news, wiser) in zip(self.people, heard, strict=True):
            person.hear_talk(news, wiser)

    def _news(self, person: Person, talking: list[list[float]]) -> tuple[News, float | None]:
        """Return how exposed a person is to talk of each company, what is said, and by how wise."""
        contacts = person.contacts_of_month()
        open_share = 1.0 - self.inputs.blocks.word_of_mouth
        news: News = []
        for c in range(len(self.companies)):
            silence, weight, said = 1.0, 0.0, 0.0
            for other, strength in contacts:
                loudness = strength * talking[other.index][c]
                silence *= 1.0 - loudness
                weight += loudness
                said += loudness * other.attitude[c]
            news.append((open_share * (1.0 - silence), said / weight if weight > 0 else None))
        weight = known = 0.0
        for other, strength in contacts:
            if other.knowledge > person.knowledge:
                loudness = strength * sum(talking[other.index])
                weight += loudness
                known += loudness * other.knowledge
        return news, known / weight if weight > 0 else None

    def _common_news(self, talking: list[list[float]]) -> News:
        """Return exposure and what is said where everybody meets everybody."""
        open_share = 1.0 - self.inputs.blocks.word_of_mouth
        news: News = []
        for c in range(len(self.companies)):
            weight = sum(row[c] for row in talking)
            said = sum(row[c] * p.attitude[c] for row, p in zip(talking, self.people, strict=True))
            exposure = 1.0 - exp(-self.inputs.talk.contagion * weight / self.n)
            news.append((open_share * exposure, said / weight if weight > 0 else None))
        return news

    def _wiser_than(self, person: Person, talking: list[list[float]]) -> float | None:
        """Return the mean knowledge of all speakers who know more than a person."""
        weight = known = 0.0
        for row, other in zip(talking, self.people, strict=True):
            if other.knowledge > person.knowledge:
                weight += sum(row)
                known += sum(row) * other.knowledge
        return known / weight if weight > 0 else None

    def run_consult(self) -> None:
        """Process 5."""
        for s, row in enumerate(self.reported):
            for k in range(len(row)):
                group = reporters(self.people, s, k, self)
                alone = self.inputs.encounter.self_service
                row[k] = shrunk([p.satisfaction[k] for p in group], alone)
        for company in self.companies:
            company.report(self.people)

    @property
    def ending(self) -> str:
        """Return how names of draws end: in a round, by its number."""
        return f":{self.round}" if self.round else ""

    @property
    def users(self) -> list[Person]:
        """Return those who use an offering this month."""
        return [person for person in self.people if person.uses]

    def run_prepare(self) -> None:
        """Process 6."""
        self._share_effort()
        self.opening = {person.index: person.begin_month() for person in self.active}
        self.moving = [
            person for person in self.active
            if not person.uses or person.problem or person.queries
        ]  # fmt: skip

    def run_choose_use(self) -> None:
        """Process 7."""
        self.partner_hours = [partner.spec.hours for partner in self.partners]
        for person in self.users:
            person.go_use()
        self.partner_help_in_use = self._ask_partners([person.use for person in self.users])

    def _ask_partners(self, visits: list[Visit]) -> list[float]:
        """Return the help of each partner, shared out where hours are short."""
        helped = []
        for p, partner in enumerate(self.partners):
            asked = sum(
                visit.hours
                for visit in visits
                if visit.place is not None and self.places[visit.place].partner == p
            )
            helped.append(partner.help(asked, self.partner_hours[p]))
            self.partner_hours[p] = max(0.0, self.partner_hours[p] - asked)
        return helped

    # --- the rounds ------------------------------------------------------------------------------

    def run_choose(self) -> None:
        """Process 9, in each round."""
        contacted = [person for person in self.people if person.is_contacted()]
        going = {person.index for person in self.moving}
        for index, (problem, query) in self.opening.items():
            if problem == self.round:
                self.people[index].open_problem()
            if query == self.round:
                self.people[index].open_query()
            if self.round in (problem, query) or self.people[index].renews_now:
                going.add(index)
        going = {i for i in going if self.people[i].has_hours}
        going |= {person.index for person in contacted}
        self.moving = [self.people[i] for i in sorted(going)]
        for person in self.moving:
            if person in contacted:
                person.be_contacted()
            else:
                person.go()

    def run_encounter(self) -> None:
        """Process 11, in each round."""
        visits = [person.visit for person in self.moving]
        for company in self.companies:
            for place in self.places:
                if company.is_staffed(place.index) and company.offers(place.index):
                    self._open_desk(company, place)
        self.partner_help = self._ask_partners(visits)
        for person in self.moving:
            person.hand_over()
            person.integrate(person.visit)
            person.succeed()
        self._fail()

    def _fail(self) -> None:
        """Note what went wrong in this round, and who complained."""
        failing = [
            (self.people[i], self.people[i].provider, self.people[i].use.place)
            for i, (problem, _) in self.opening.items()
            if problem == self.round
        ]
        failing += [(p, p.considered, p.visit.place) for p in self.moving if not p.visit.success]
        for person, c, place in failing:
            if c == NOBODY or place is None:
                continue
            company = self.companies[c]
            if company.fail(place) and company.strategy.complaint_rate > 0:
                for k, w in person.weights().items():
                    name = self.inputs.outcomes[k]
                    self.complained_of[name] = self.complained_of.get(name, 0.0) + w
        self.recovered += [(p.provider, p.visit.success) for p in self.moving if p.visit.is_called]

    def run_evaluate(self) -> None:
        """Process 12, in each round."""
        for person in self.moving:
            person.evaluate(person.visit)

    def run_teach(self) -> None:
        """Process 13, in each round."""
        for person in self.moving:
            person.be_taught()

    def run_progress(self) -> None:
        """Process 14, in each round."""
        self.moving = [person for person in self.moving if person.move_on()]

    def _share_effort(self) -> None:
        """Note how each company spreads effort over its customers by their value."""
        self._effort = {}
        for company in self.companies:
            customers = self.customers_of(company.index)
            if customers:
                average = mean([self._value(p.tenure) for p in customers])
                self._effort[company.index] = average, 1.0
                usual = mean([self.effort_for(company.index, p.tenure) for p in customers])
                self._effort[company.index] = average, usual

    def _value(self, tenure: int) -> float:
        journey = self.inputs.journey
        renewals = tenure // journey.contract_months
        return (journey.churn_a + journey.churn_b + renewals) / journey.churn_a

    def effort_for(self, company: int, tenure: int) -> float:
        """Return a company's effort for a customer of a tenure, 1 on average."""
        if company not in self._effort:
            return 1.0
        average, usual = self._effort[company]
        portfolio = self.companies[company].strategy.portfolio
        return max(0.0, 1.0 + portfolio * (self._value(tenure) / average - 1.0)) / usual

    def _open_desk(self, company: Company, place: Place) -> None:
        """Queue one company's contacts of this round at one touchpoint."""
        average = company.handling(place.index)
        desks, hours = self.inputs.desks, company.open_hours()
        rounds = self.inputs.journey.rounds
        contacts = []
        for person in self.users:
            ask = Asker(self.dice, "use", self.month, "", person.index)
            here = (person.use.considered, person.use.place) == (company.index, place.index)
            if here and min(int(rounds * ask.uniform("day")), rounds - 1) + 1 == self.round:
                contacts.append(
                    Contact(person.use, person.index, arrival(desks, ask, 0, 1, hours),
                            handling(desks, ask, average), patience(desks, ask))
                )  # fmt: skip
        for person in self.moving:
            ask = Asker(self.dice, "encounter", self.month, self.ending, person.index)
            if (person.visit.considered, person.visit.place) == (company.index, place.index):
                when = arrival(desks, ask, self.round - 1, rounds, hours)
                waits = inf if person.visit.is_called else patience(desks, ask)
                contacts.append(
                    Contact(person.visit, person.index, when,
                            handling(desks, ask, average), waits)
                )  # fmt: skip
        serve(contacts, company.servers[place.index], self.dice)
        served = [contact.handling for contact in contacts if not contact.abandoned]
        key = company.index, place.index
        self.busy[key] = self.busy.get(key, 0.0) + sum(served)
        for contact in contacts:
            contact.visit.wait, contact.visit.abandoned = contact.wait, contact.abandoned
            if contact.visit.is_called:
                contact.visit.wait = 0.0

    # --- people help each other ------------------------------------------------------------------

    def run_ask_in_use(self) -> None:
        """Process 8."""
        self.questions, self.answers, self.answered = {}, {}, {}
        self.found, self.peer_help = {}, {}
        self.kept_now: dict[Circle, list[tuple[float, float]]] = {}
        self.here: dict[tuple[int, int], Circle] = {}
        """The circle in which a person was first this month at a touchpoint."""
        self.found_at_start = {circle: self._in_archive(circle) for circle in self.archives}
        for person in self.people:
            person.would_answer()
        self._ask([(person, person.use) for person in self.users])

    def run_ask(self) -> None:
        """Process 10, in each round."""
        self._ask([(person, person.visit) for person in self.moving])

    def _ask(self, visitors: list[tuple[Person, Visit]]) -> None:
        circles: dict[Circle, list[tuple[Person, Visit]]] = {}
        for person, visit in visitors:
            circle = self._circle(person, visit)
            if circle is not None:
                circles.setdefault(circle, []).append((person, visit))
                if self._belongs(person, circle):
                    self.here.setdefault((person.index, circle[0]), circle)
        for circle, group in circles.items():
            self._ask_each_other(circle, group)

    def _ask_each_other(self, circle: Circle, visitors: list[tuple[Person, Visit]]) -> None:
        rules = self.inputs.peers
        asked = 1.0 - self._in_archive(circle)
        shares = [(person, self._share(person, circle)) for person in self.people]
        spent = sum(answers for answers, _ in self.kept_now.get(circle, []))
        asks = len(visitors) * asked
        kept = []
        for person, visit in visitors:
            others = [(p, s) for p, s in shares if p is not person and s > 0]
            willing = sum(s * p.willing for p, s in others)
            capacity = max(0.0, sum(s * p.room for p, s in others) - spent)
            got = wisdom = 0.0
            if willing > 0 and asks > 0:
                supply = min(willing, capacity / asks)
                got = rules.enough * (1.0 - exp(-supply / rules.enough))
                got *= 1.0 - self.inputs.blocks.peer_help
                wisdom = sum(s * p.willing * p.wise for p, s in others) / willing
                for p, s in others:
                    p.answers_given += s * p.willing * asked * got / willing
            self._help(visit, circle, asked, got, wisdom)
            kept.append((asked * got, asked * got * wisdom))
        self.kept_now.setdefault(circle, []).extend(kept)

    def _help(self, visit: Visit, circle: Circle, asked: float, got: float, wisdom: float) -> None:
        """Let a person who asks find and get answers."""
        place, _, job = circle
        answered = self.inputs.jobs[job].answerable * (1.0 - exp(-got * wisdom))
        visit.helped = 1.0 - asked * (1.0 - answered)
        for total, more in (
            (self.questions, asked),
            (self.answers, asked * got),
            (self.answered, asked * (1.0 - exp(-got))),
            (self.found, 1.0 - asked),
            (self.peer_help, visit.helped),
        ):
            total[place] = total.get(place, 0.0) + more

    def _circle(self, person: Person, visit: Visit) -> Circle | None:
        """Return among whom a person asks; peers' touchpoints are open to all companies' people."""
        if visit.place is None or person.last_job is None:
            return None
        place = self.places[visit.place]
        if place.spec.area is not Area.SOCIAL:
            return None
        if place.peers:
            return place.index, len(self.companies), person.last_job
        considered = visit.considered
        return None if considered == NOBODY else (place.index, considered, person.last_job)

    def _belongs(self, person: Person, circle: Circle) -> bool:
        """Return whether a person can answer in a circle."""
        _, company, job = circle
        shared = company == len(self.companies)
        knows = any(person.used) if shared else person.used[company]
        return knows and person.last_job == job and person.willing > 0

    def _share(self, person: Person, circle: Circle) -> float:
        """Return how far a person takes part in a circle: all, by looking in, or not at all."""
        if not self._belongs(person, circle):
            return 0.0
        return 1.0 if self.here.get((person.index, circle[0])) == circle else person.looks

    def _in_archive(self, circle: Circle) -> float:
        """Return the share of questions that is answered already."""
        kept, rules = self.archives[circle], self.inputs.peers
        if kept.answers == 0:
            return 0.0
        covered = 1.0 - exp(-kept.answers / rules.needed)
        covered *= self.inputs.jobs[circle[2]].answerable * kept.wisdom / kept.answers
        return covered * (1.0 - self.inputs.blocks.peer_help)

    def run_answer(self) -> None:
        """Process 20."""
        rules = self.inputs.peers
        for circle, kept in self.archives.items():
            now = self.kept_now.get(circle, [])
            kept.answers = (1.0 - rules.decay) * kept.answers + sum(a for a, _ in now)
            kept.wisdom = (1.0 - rules.decay) * kept.wisdom + sum(w for _, w in now)
        for person in self.people:
            person.bear_answering()
            person.answers_lately += person.answers_given - person.answers_lately / 24.0

    # --- after them ------------------------------------------------------------------------------

    def run_use(self) -> None:
        """Process 15."""
        self.partner_help = self.partner_help_in_use
        for person in self.users:
            person.use_offering()
        for visit in self.visits():
            if visit.contribution and visit.considered != NOBODY:
                assert visit.place is not None
                company = self.companies[visit.considered]
                company.platform_brought[visit.place] += visit.contribution[1]
                company.platform_slack[visit.place] += visit.idle_contribution[1]

    def visits(self) -> list[Visit]:
        """Return all encounters of the month."""
        return [visit for person in self.people for visit in person.visits]

    def run_judge_use(self) -> None:
        """Process 16."""
        for person in self.users:
            person.evaluate(person.use)
        visitors: dict[tuple[int, int, int], list[float]] = {}
        for person in self.people:
            for visit in person.visits:
                if visit.place is not None:
                    key = (visit.considered, person.segment, visit.place)
                    visitors.setdefault(key, []).append(visit.met)
        choice = self.inputs.choice
        for c, segments in self.quality.items():
            for s, row in enumerate(segments):
                for t in range(len(row)):
                    if (c, s, t) in visitors:
                        row[t] = mean(visitors[c, s, t])
                    else:
                        row[t] += choice.quality_fade * (choice.quality_start - row[t])

    def run_learn(self) -> None:
        """Process 17."""
        for person in self.people:
            person.learn()

    def run_renew(self) -> None:
        """Process 18."""
        for person in self.people:
            person.end_month()

    def run_listen(self) -> None:
        """Process 19."""
        for company in self.companies:
            company.listen(self.people)

    # --- account ---------------------------------------------------------------------------------

    def run_account(self) -> None:
        """Process 21."""
        books = self.books
        places = [visit.place for visit in self.visits()]
        books.encounters = [places.count(t) for t in range(len(self.places))]
        books.heard = [
            sum(d.listeners for d in company.departments.values()) for company in self.companies
        ]
        self._people_account()
        for company in self.companies:
            self._company_account(company)
        for company in self.companies:
            company.note_desks()
        all_customers = sum(person.is_customer for person in self.people)
        for partner in self.partners:
            surplus = self._partner_surplus(partner) if partner.active else 0.0
            books.surplus[partner.name] = surplus
            partner.close_books(surplus, all_customers)

    def _people_account(self) -> None:
        books = self.books
        books.surplus = {"customers": 0.0, "non_customers": 0.0}
        books.alone = {"customers": 0.0, "non_customers": 0.0}
        books.gross = {"value_in_use": 0.0, "co_production": 0.0, "customer_to_customer": 0.0}
        for person in self.people:
            used = person.uses
            actor = "customers" if used or person.is_customer else "non_customers"
            provider = self.companies[person.provider] if person.is_customer else None
            price = person.price_at(provider) if provider else 0.0
            surplus = person.gained - price - person.outlay
            person.paid += price
            person.surplus += surplus
            books.surplus[actor] += surplus
            books.alone[actor] += person.alone
            if used:
                books.gross[self._arose(person)] += person.gained - person.alone

    def _arose(self, person: Person) -> str:
        """Return where a user's gain arose."""
        if person.use.place is None:
            return "value_in_use"
        place = self.places[person.use.place]
        if place.spec.area is Area.SOCIAL:
            return "customer_to_customer"
        staffed = self.is_staffed(person, person.use.place)
        together = staffed or place.partner is not None
        return "co_production" if together else "value_in_use"

    def _company_account(self, company: Company) -> None:
        customers = len(self.customers_of(company.index))
        company.receipts = sum(p.price_at(company) for p in self.customers_of(company.index))
        fees = sum(
            self.partners[partner].spec.fee_share * person.price_at(company)
            for person, provider, partner in self._fee_encounters()
            if provider == company.index
        )
        spending = company.spec.cost_to_serve * customers
        spending += sum(d.spend for d in company.departments.values()) + company.coordination
        spending += self._running(company) + self._staff(company)
        hearing = self.inputs.listening
        a_person = hearing.cost + hearing.research * company.strategy.outside_in
        spending += a_person * self.books.heard[company.index]
        spending += self._view(company) + self._complaints(company)
        self.books.receipts.append(company.receipts)
        self.books.fees.append(fees)
        self.books.spending.append(spending)
        self.books.surplus[company.name] = company.receipts - fees - spending
        company.history.append((company.receipts - fees - spending, customers))

    def _complaints(self, company: Company) -> float:
        """Return what taking down complaints and contacting people in trouble costs."""
        costs = self.inputs.listening
        heard = sum(c == company.index for c, _ in self.complaints)
        contacted = sum(c == company.index for c, _ in self.recovered)
        complaint = company.strategy.complaint_rate * costs.complaint_cost
        return complaint * heard + costs.recovery_cost * contacted

    def _view(self, company: Company) -> float:
        """Return what a single view of its customers costs a company."""
        costs = self.inputs.handover
        contacts = 0
        for person in self.people:
            for visit in person.visits:
                if visit is person.use or visit.place is None:
                    continue
                place = self.places[visit.place]
                own = not place.peers and place.partner is None
                contacts += own and visit.considered == company.index
        price = costs.view_cost + costs.view_contact_cost * contacts
        return company.strategy.single_view * price

    def _fee_encounters(self) -> list[tuple[Person, int, int]]:
        """Return person, provider and partner of customers' encounters at partners' touchpoints."""
        return [
            (person, visit.considered, partner)
            for person in self.people
            for visit in person.visits
            if person.was_customer or visit.stage is Stage.ONBOARD
            if visit.place is not None
            if (partner := self.places[visit.place].partner) is not None
        ]

    def visits_to(self, company: Company, place: Place) -> int:
        """Return how many encounters people who consider a company had at a touchpoint."""
        return sum(
            visit.place == place.index and visit.considered == company.index
            for visit in self.visits()
        )

    def _running(self, company: Company) -> float:
        cost = 0.0
        for place in self.places:
            visits = self.visits_to(company, place)
            spec = company.at(place.index)
            cost += company.opens(place.index) * spec.fixed_cost + spec.cost * visits
        return cost

    def _staff(self, company: Company) -> float:
        rules, desks, cost = self.inputs.encounter, self.inputs.desks, 0.0
        company.paid = [0.0 for _ in self.places]
        for place in self.places:
            t = place.index
            if not company.is_staffed(t) or not company.offers(t):
                continue
            contacts = self.visits_to(company, place)
            if company.opens(t) > 0:
                load = self.busy.get((company.index, t), 0.0) / (60.0 * company.open_hours())
                blended = desks.blended_occupancy
                at_work = float(company.servers[t])
                at_desk = min(at_work, load / blended) if blended > 0 else at_work
                company.paid[t] = max(at_desk, load)
            extra = company.strategy.who * rules.who_handling * contacts
            hours = company.open_hours() * company.paid[t]
            cost += desks.wage * (hours + extra * company.at(t).handling / 60.0)
        return cost + company.spec.training * desks.training_cost * sum(company.paid)

    def _partner_surplus(self, partner: Partner) -> float:
        fees = sum(
            partner.spec.fee_share * person.price_at(self.companies[provider])
            for person, provider, index in self._fee_encounters()
            if index == partner.index
        )
        visits = sum(
            visit.place is not None and self.places[visit.place].partner == partner.index
            for visit in self.visits()
        )
        return fees - partner.spec.cost * visits - partner.spec.fixed_cost
