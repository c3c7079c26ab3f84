"""A person: what they know, want, choose, experience and remember."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from math import exp, log, sqrt, tanh
from typing import TYPE_CHECKING

import mesa
from scipy.special import betaincinv
from twin_maths import ces, less_likely, normalised, performance

from simulation.scenario.words import Area, ChoiceRule, Function, Stage

if TYPE_CHECKING:
    from twin_company import Company
    from twin_model import TwinModel

BEFORE_PURCHASE = (Stage.NEED, Stage.SEARCH, Stage.EVALUATE, Stage.PURCHASE)
BEFORE_USE = (*BEFORE_PURCHASE, Stage.ONBOARD)
USING = (Stage.USE, Stage.RENEW)
"""Stages of those who use the offering; support is what they seek with a problem or a query."""
NOBODY = -1


class Known(IntEnum):
    """Whether a company is known, and why."""

    NOT = 0
    ADVERTISING = 1
    WORD_OF_MOUTH = 2
    EXPERIENCE = 3


@dataclass
class Visit:
    """An encounter at a touchpoint, or nowhere."""

    stage: Stage | None = None
    considered: int = NOBODY
    place: int | None = None
    hours: float = 0.0
    """What it asks."""
    time: float = 1.0
    """Share of it for which the person has time."""
    kept: float = 1.0
    """Share of help that a handover leaves."""
    helped: float = 0.0
    """Help by peers."""
    wait: float = 0.0
    abandoned: bool = False
    is_called: bool = False
    """Whether staff contact the person."""
    met: float = 0.0
    """How far the purpose was met, z̄."""
    success: bool = False
    configuring_hours: float = 0.0
    """Hours that go with it and are spent on configuring the offering."""
    burden: float = 0.0
    judgement: float | None = None
    contribution: list[float] = field(default_factory=list)
    idle_contribution: list[float] = field(default_factory=list)


class Person(mesa.Agent):
    """A person, who is a customer while they have a provider."""

    def __init__(self, model: TwinModel, index: int) -> None:
        super().__init__(model)
        self.model: TwinModel = model
        self.index = index
        self._born()
        companies, outcomes = len(model.inputs.companies), len(model.inputs.outcomes)
        self.provider = NOBODY
        self.considered = NOBODY
        self.stage: Stage | None = None
        self.job: int | None = None
        self.tried: tuple[int, int, Stage] | None = None
        """Where, with which company and in which stage what is open was tried in vain."""
        self.last_job: int | None = None
        self.answers_given = self.answers_lately = 0.0
        self.tenure = self.waited = self.contacts = 0
        self.joined = self.left = 0
        """Months of the first purchase and of the last lapse."""
        self.problem = self.for_staff = False
        self.queries = self.tries = self.need_month = 0
        """Open queries, whether they are for staff, and contacts about what is open."""
        self.practice = self.paid = self.surplus = 0.0
        self.progress = self.norm = model.inputs.encounter.self_service
        self.satisfaction = [model.inputs.population.satisfaction for _ in range(outcomes)]
        self.aware = [Known.NOT for _ in range(companies)]
        self.attitude = [0.0 for _ in range(companies)]
        self.reputation = [0.0 for _ in range(companies)]
        self.experienced = [False for _ in range(companies)]
        self.dealt = [False for _ in range(companies)]
        """Whether the person ever had an encounter with a company that was judged."""
        self.remembered = [0.0 for _ in range(companies)]
        """Satisfaction at each company when last leaving it."""
        self.forget_journey()
        self.start_month()

    def _born(self) -> None:
        model, inputs = self.model, self.model.inputs
        population, ask = inputs.population, model.dice

        def between(low: float, high: float, name: str) -> float:
            return low + (high - low) * ask.uniform("found", 0, name, self.index)

        def around(median: float, spread: float, name: str) -> float:
            return median * exp(spread * ask.normal("found", 0, name, self.index))

        self.segment = ask.falls(model.sizes, "found", 0, "segment", self.index)
        self.knowledge = between(population.knowledge_low, population.knowledge_high, "knowledge")
        self.skill = between(population.skill_low, population.skill_high, "skill")
        self.skill_start = self.skill
        self.hours = around(population.hours, population.hours_spread, "hours")
        self.money = around(population.money, population.money_spread, "money")
        spread = population.usage_spread
        self.usage = around(exp(-spread * spread / 2.0), spread, "usage")
        self.sociability = ask.uniform("found", 0, "sociability", self.index)
        spread = inputs.peers.helpful_spread
        self.helpful = around(exp(-spread * spread / 2.0), spread, "helpful")
        draw = ask.uniform("found", 0, "churn", self.index)
        self.churn = float(betaincinv(inputs.journey.churn_a, inputs.journey.churn_b, draw))
        self.deviation = [
            around(1.0, inputs.needs.spread_within, f"deviation:{outcome}")
            for outcome in inputs.outcomes
        ]
        spread = inputs.needs.fit
        self.fit = [
            around(exp(-spread * spread / 2.0), spread, f"fit:{company.name}")
            for company in inputs.companies
        ]

    def forget_journey(self) -> None:
        """Start the judgements of a journey afresh."""
        self.journey_weight = self.journey_mean = self.journey_peak = self.journey_last = 0.0

    def start_month(self) -> None:
        """Clear what belongs to one month only."""
        self.use = Visit()
        self.visit = Visit()
        """The latest visit in the rounds of this month."""
        self.visits: list[Visit] = []
        """All visits of this month that took place."""
        self.was_customer = self.uses = False
        self.stage_before: Stage | None = None
        self.renewal_round: int | None = None
        """The round in which the contract comes up for renewal."""
        self.trouble = 0
        """Rounds in which a problem was open."""
        self.outcome_progress: dict[int, float] = {}
        self.expected: float | None = None
        self.compared_with: float | None = None
        self.advantage: float | None = None
        self.hours_spent = self.outlay = self.gained = self.alone = 0.0
        self.bought = False

    def begin_month(self) -> tuple[int | None, int | None]:
        """Say what the month has in store: rounds in which a problem and a query open, or none."""
        journey = self.model.inputs.journey
        self.was_customer = self.is_customer
        self.stage_before = self.stage
        self.uses = self.stage in USING
        if self.stage not in (None, Stage.DISPOSE):
            self.alone = self._job_value() * self.model.inputs.encounter.self_service
        self.gained = self.alone
        if self.stage is Stage.RENEW:
            self.renewal_round = self._round("renew_round")
        if not self.uses or Stage.SUPPORT not in journey.stages:
            return None, None
        problem = query = None
        if self.problem:
            self.trouble = journey.rounds
        else:
            provider = self.model.companies[self.provider]
            offered = sum(w * self.offered(provider, k) for k, w in self.weights().items())
            chance = journey.problem_rate * (1.0 - offered) * (1.0 - self.knowledge)
            if self._happens(chance, "prepare", "problem"):
                problem = self._round("problem_round")
        if not self.queries:
            chance = journey.query_rate * self.usage * (1.0 - self.knowledge)
            if self._happens(chance, "prepare", "query"):
                query = self._round("query_round")
        return problem, query

    def _round(self, name: str) -> int:
        rounds = self.model.inputs.journey.rounds
        return min(int(rounds * self._draw("prepare", name)), rounds - 1) + 1

    # --- what the person is ----------------------------------------------------------------------

    @property
    def is_customer(self) -> bool:
        """Return whether the person has a provider."""
        return self.provider != NOBODY

    @property
    def effort_share(self) -> float:
        """Return the provider's effort for this person, 1 on average and for non-customers."""
        return self.model.effort_for(self.provider, self.tenure) if self.is_customer else 1.0

    @property
    def company(self) -> Company | None:
        """Return the company considered."""
        return None if self.considered == NOBODY else self.model.companies[self.considered]

    @property
    def why(self) -> float:
        """Return how far the company considered interacts instead of transacting."""
        return self.company.strategy.why if self.company else 0.0

    def importance(self, k: int) -> float:
        """Return how important an outcome is, 0-10."""
        return min(self.model.importance[self.segment][k] * self.deviation[k], 10.0)

    def weights(self) -> dict[int, float]:
        """Return the weights of the outcomes of the present job."""
        if self.job is None:
            return {}
        importance = {k: self.importance(k) for k in self.model.outcomes_of[self.job]}
        total = sum(importance.values())
        return {k: value / total for k, value in importance.items()}

    def performance(self, company: Company | None, function: Function) -> float:
        """Return what a company's function achieves for this person, by the job's weights."""
        if company is None:
            return 0.0
        return sum(
            w * company.performs(function, self.segment, k) for k, w in self.weights().items()
        )

    def offered(self, company: Company | None, k: int) -> float:
        """Return what a company's offering does for this person, O_ik."""
        if company is None:
            return 0.0
        stock = company.departments[Function.INNOVATION].capability[self.segment]
        share, weights = company.strategy.configuration, self.weights()
        laid = weights[k] * sum(stock[other] for other in weights)
        own = (1.0 - share) * stock[k] + share * laid
        return min(1.0, performance(own) * self.fit[company.index])

    def foresees(self, company: Company) -> float:
        """Return the progress expected of a company whose customer the person is not."""
        if self.experienced[company.index]:
            return self.remembered[company.index]
        promises = company.promised[self.segment]
        return min(1.0, sum(w * promises[k] for k, w in self.weights().items()))

    def price_at(self, company: Company) -> float:
        """Return what a company asks of this person a month."""
        return company.spec.price + company.spec.usage_price * self.usage

    def satisfied(self) -> float:
        """Return satisfaction with the job's outcomes, by their weights."""
        return sum(w * self.satisfaction[k] for k, w in self.weights().items())

    def effort_at(self, place: int) -> float:
        """Return the hours that an encounter would ask."""
        rules = self.model.inputs.encounter
        effort = self.model.met_at(self, place).effort
        return effort * (1.0 + rules.interaction_effort * self.why)

    def _happens(self, chance: float, process: str, name: str) -> bool:
        name += self.model.ending
        return self.model.dice.happens(chance, process, self.model.month, name, self.index)

    def _draw(self, process: str, name: str) -> float:
        name += self.model.ending
        return self.model.dice.uniform(process, self.model.month, name, self.index)

    # --- needs, reach, talk ----------------------------------------------------------------------

    def feel_need(self) -> None:
        """Get a need, if idle."""
        inputs = self.model.inputs
        first = inputs.journey.stages[0]
        if self.stage is not None or first not in BEFORE_PURCHASE:
            return
        if not self._happens(inputs.population.need_probability, "needs", "need"):
            return
        shares = normalised([job.share for job in inputs.jobs])
        self.job = self.model.dice.falls(shares, "needs", self.model.month, "job", self.index)
        self.stage = first
        self.begin_journey(self.model.month)

    def begin_journey(self, month: int) -> None:
        """Begin to look for somebody who does the job."""
        self.waited, self.need_month = 0, month
        self.forget_journey()

    def be_reached(self, chances: list[float]) -> None:
        """Hear of companies by advertising, or forget them."""
        for c, company in enumerate(self.model.companies):
            if self.aware[c] is Known.NOT:
                if self._happens(chances[c], "reach", f"advert:{company.name}"):
                    self.aware[c] = Known.ADVERTISING
            elif not self.is_customer and not self.experienced[c]:
                fade = self.model.inputs.reach.fade
                if self._happens(fade, "reach", f"fade:{company.name}"):
                    self.aware[c] = Known.NOT

    def talks(self, c: int) -> float:
        """Return the propensity to talk about a company."""
        if not self.experienced[c]:
            return 0.0
        rules, attitude = self.model.inputs.talk, self.attitude[c]
        more = rules.positive if attitude > 0 else rules.negative
        return min(1.0, rules.propensity + more * attitude * attitude)

    def contacts_of_month(self) -> list[tuple[Person, float]]:
        """Return everybody who may talk to this person, with the strength of the tie."""
        model, rules = self.model, self.model.inputs.talk
        ties = [
            (model.people[j], rules.strong if strong else rules.weak)
            for j, strong in model.ties[self.index]
        ]
        for m in range(model.weak_contacts):
            j = model.dice.pick("talk", model.month, f"contact:{m}", self.index, model.n)
            if j != self.index:
                ties.append((model.people[j], rules.weak))
        return ties

    def hear_talk(self, news: list[tuple[float, float | None]], wiser: float | None) -> None:
        """Take in what others say.

        Args:
            news: by company, how exposed the person was, and the mean attitude of the speakers.
            wiser: mean knowledge of those speakers who know more.
        """
        rules = self.model.inputs.talk
        silence = 1.0
        for c, (exposure, said) in enumerate(news):
            silence *= 1.0 - exposure
            if self.aware[c] is Known.NOT:
                name = f"word:{self.model.companies[c].name}"
                if self._happens(exposure, "talk", name):
                    self.aware[c] = Known.WORD_OF_MOUTH
            if said is not None:
                step = rules.reputation_rate * exposure
                self.reputation[c] += step * (said - self.reputation[c])
        if wiser is not None:
            step = rules.knowledge_rate * (1.0 - silence)
            self.knowledge += step * max(wiser - self.knowledge, 0.0)

    # --- choice of touchpoint --------------------------------------------------------------------

    def consider(self) -> None:
        """Turn to the provider, or else to the known company with the highest name."""
        if self.is_customer:
            self.considered = self.provider
        elif self.stage is not Stage.DISPOSE:
            self.considered = NOBODY
            best = 0.0
            for c, known in enumerate(self.aware):
                name = self.attitude[c] if self.experienced[c] else self.reputation[c]
                if known and (self.considered == NOBODY or name > best):
                    self.considered, best = c, name

    @property
    def renews_now(self) -> bool:
        """Return whether the contract comes up in this round."""
        return self.stage is Stage.RENEW and self.renewal_round == self.model.round

    def open_problem(self) -> None:
        """Have something go wrong in this round."""
        self.problem = True
        self.trouble += self.model.inputs.journey.rounds - self.model.round + 1

    def open_query(self) -> None:
        """Have something to ask from this round on."""
        self.queries = 1

    @property
    def has_hours(self) -> bool:
        """Return whether there is time left this month."""
        return self.hours_spent < self.hours

    def go(self) -> None:
        """Pick a touchpoint in this round."""
        stage = self.stage
        if stage in USING and not self.renews_now:
            stage = Stage.SUPPORT
        self.visit = self._pick("choose", stage)

    def is_contacted(self) -> bool:
        """Return whether the company contacts this person in this round, in trouble as they are."""
        if not self.problem or self.renews_now or any(visit.is_called for visit in self.visits):
            return False
        company, liking = self.model.companies[self.provider], self.attitude[self.provider]
        if liking >= 0 or company.route(Stage.SUPPORT, staffed=True) is None:
            return False
        chance = company.calls_back(self.talks(self.provider))
        month = self.model.month
        return self.model.dice.happens(chance, "sense", month, "recovery", self.index)

    def be_contacted(self) -> None:
        """Be contacted by staff, which asks no effort."""
        self.considered = self.provider
        place = self.model.companies[self.provider].route(Stage.SUPPORT, staffed=True)
        self.visit = Visit(Stage.SUPPORT, self.provider, place, is_called=True)
        self.visits.append(self.visit)

    def go_use(self) -> None:
        """Pick the touchpoint of this month's use."""
        self.use = self._pick("choose_use", Stage.USE)

    def _pick(self, process: str, stage: Stage | None) -> Visit:
        self.consider()
        place = self._choose_place(process, stage)
        owner = None if place is None else self.model.places[place].company
        if owner is not None and not self.is_customer:
            self.considered = owner
        visit = Visit(stage, self.considered, place)
        self._set_aside(visit)
        self.visits.append(visit)
        return visit

    def _set_aside(self, visit: Visit) -> None:
        """Give hours to an encounter; it is the more of a burden the more there were before."""
        rules = self.model.inputs.encounter
        enjoyment = self.model.inputs.segments[self.segment].enjoyment
        if visit.place is not None:
            visit.hours = self.effort_at(visit.place)
            visit.time = min(1.0, (self.hours - self.hours_spent) / visit.hours)

        def burden(hours: float) -> float:
            strain = hours / self.hours
            return rules.burden / 2.0 * strain**2 * self.hours * rules.wage / enjoyment

        visit.configuring_hours = self.configuring(visit)
        before, hours = burden(self.hours_spent), visit.hours + visit.configuring_hours
        self.hours_spent += hours
        visit.burden = burden(self.hours_spent) - before
        self.outlay += rules.wage * hours + visit.burden

    def configuring(self, visit: Visit) -> float:
        """Return the hours that a user spends on configuring the offering."""
        if visit.stage is not Stage.USE or self.company is None:
            return 0.0
        hours = self.model.inputs.encounter.configuration_hours
        return hours * self.company.strategy.configuration

    def _choose_place(self, process: str, stage: Stage | None) -> int | None:
        asks_staff = stage is Stage.SUPPORT and self.for_staff and not self.problem
        company = self.company
        route = company.route(stage, staffed=asks_staff) if company else None
        if company and route is None:
            route = company.route(stage)
        has_route = company is not None and route is not None
        if has_route and not self._happens(company.strategy.what, process, "process"):
            return route
        where = company.strategy.where if company else 1.0
        any_channel = self._happens(where, process, "where")
        open_places = [
            place.index
            for place in self.model.places
            if stage in place.spec.stages and self._is_open(place.index, any_channel)
        ]
        if asks_staff:
            staffed = [t for t in open_places if self.model.is_staffed(self, t)]
            open_places = staffed or open_places
        return self._own_choice(process, open_places)

    def _own_choice(self, process: str, open_places: list[int]) -> int | None:
        choice = self.model.inputs.choice
        race: dict[int, tuple[float, float]] = {}
        for index in open_places:
            spec = self.model.places[index].spec
            known = self.model.quality[self.considered][self.segment][index]
            utility = choice.quality * known
            utility += choice.social * (self.sociability - 0.5) * spec.sociality
            utility -= choice.effort * self.effort_at(index) / self.hours
            draw = self._draw(process, f"touchpoint:{spec.name}")
            race[index] = utility, draw
        return self.model.dice.first(race) if race else None

    def _is_open(self, index: int, any_channel: bool) -> bool:
        place = self.model.places[index]
        if place.peers:
            return place.spec.offered
        if not self._finds_open(index):
            return False
        if place.partner is not None:
            return any_channel and self.model.partners[place.partner].active
        if place.spec.area is Area.SOCIAL and not any_channel:
            return False
        someone_elses = place.company is not None and place.company != self.considered
        return not (someone_elses and (self.is_customer or self.stage is Stage.DISPOSE))

    def _finds_open(self, index: int) -> bool:
        """Return whether whose touchpoint it is, or who is considered, offers it."""
        model, owner = self.model, self.model.places[index].company
        if owner is not None:
            return model.companies[owner].offers(index)
        if self.company is not None:
            return self.company.offers(index)
        return any(company.offers(index) for company in model.companies)

    # --- encounter -------------------------------------------------------------------------------

    def integrate(self, visit: Visit) -> dict[int, float]:
        """Integrate resources at an encounter; return what is made of each outcome, z."""
        z = self._integrated(visit)
        weights = self.weights()
        visit.met = min(1.0, sum(weights[k] * z[k] for k in weights))
        return z

    def succeed(self) -> None:
        """Have the purpose of this round's encounter met, or not."""
        chance, place = 0.0 if self.visit.abandoned else self.visit.met, self.visit.place
        query = self.visit.stage is Stage.SUPPORT and not self.problem
        if query and place is not None and not self.model.is_staffed(self, place):
            assert self.job is not None
            chance *= self.model.inputs.jobs[self.job].clarity
        self.visit.success = self._happens(chance, "encounter", "pass")
        stage = self.visit.stage
        if self.visit.success:
            self.tried = None
        elif place is not None and stage is not None and stage is not Stage.RENEW:
            self.tried = place, self.considered, stage

    def would_answer(self) -> None:
        """Note who this person is as one who answers, for the month."""
        rules = self.model.inputs.peers
        self.last_job = self.last_job if self.job is None else self.job
        self.answers_given = 0.0
        self.wise = self.competence()
        self.willing = min(1.0, rules.answer * self.helpful * self.wise)
        self.looks = min(1.0, rules.look_in * 2.0 * self.sociability)
        self.room = rules.give * self.hours * min(self.helpful, 20.0) / rules.answer_hours
        self.used = list(self.experienced)

    def bear_answering(self) -> None:
        """Spend hours on answering others, a burden on top of the month's other hours."""
        rules, peers = self.model.inputs.encounter, self.model.inputs.peers
        answering = peers.answer_hours * self.answers_given
        spec = self.model.inputs.segments[self.segment]

        def burden(spent: float) -> float:
            strain = spent / self.hours
            return rules.burden / 2.0 * strain**2 * self.hours * rules.wage / spec.enjoyment

        self.outlay += rules.wage * (1.0 - peers.answer_joy) * answering
        self.outlay += burden(self.hours_spent + answering) - burden(self.hours_spent)
        self.hours_spent += answering

    def _job_value(self) -> float:
        assert self.job is not None
        return self.model.inputs.jobs[self.job].value * self.usage

    def _integrated(self, visit: Visit) -> dict[int, float]:
        rules, weights = self.model.inputs.encounter, self.weights()
        if visit.place is None:
            return dict.fromkeys(weights, rules.self_service)
        if visit.abandoned:
            return dict.fromkeys(weights, rules.floor)
        assert visit.stage is not None
        asked = getattr(rules.weights, visit.stage.value)
        shares = (asked.operant, asked.platform, asked.time)
        inputs = {k: self._inputs(visit, visit.place, k) for k in weights}
        z = {k: ces(inputs[k], shares, rules.elasticity) for k in weights}
        self._count(visit, inputs, shares, z)
        return z

    def _count(
        self,
        visit: Visit,
        inputs: dict[int, list[float]],
        shares: tuple[float, ...],
        z: dict[int, float],
    ) -> None:
        """Count competence, platform, help and time brought, and what of them lies idle."""
        weights, own = self.weights(), self.competence()

        def mean_of(amounts: dict[int, float]) -> float:
            return sum(weights[k] * amount for k, amount in amounts.items())

        operant, platform, time = (
            mean_of({k: values[n] for k, values in inputs.items()}) if shares[n] > 0 else 0.0
            for n in range(3)
        )
        idle = [
            mean_of({k: max(values[n] - z[k], 0.0) for k, values in inputs.items()})
            if shares[n] > 0
            else 0.0
            for n in range(3)
        ]
        brought = own if shares[0] > 0 else 0.0
        own_idle = mean_of({k: max(own - z[k], 0.0) for k in z}) if shares[0] > 0 else 0.0
        visit.contribution = [brought, platform, operant - brought, time]
        visit.idle_contribution = [own_idle, idle[1], idle[0] - own_idle, idle[2]]

    def competence(self) -> float:
        """Return the person's own competence, c."""
        return max(self.model.inputs.encounter.floor, sqrt(self.knowledge * self.skill))

    def _inputs(self, visit: Visit, place: int, k: int) -> list[float]:
        """Return operant resources, platform and time for an outcome."""
        company, floor = self.company, self.model.inputs.encounter.floor
        support = company.supports(place, self.segment, k) if company else 0.0
        return [
            self._operant(visit, place),
            max(floor, support * self._not_lost(visit, place)),
            max(floor, visit.time),
        ]

    def _operant(self, visit: Visit, place: int) -> float:
        """Return what this person and all helpers know and can do together."""
        own = self.competence()
        taken_in = 1.0 - self.model.inputs.encounter.absorb * (1.0 - own)
        lacking = 1.0 - own
        for share in self._helpers(visit, place):
            lacking *= 1.0 - share * taken_in
        return 1.0 - lacking

    def _not_lost(self, visit: Visit, place: int) -> float:
        """Return the share of platform support that waiting and closed doors leave."""
        inputs, company = self.model.inputs, self.company
        if company is None or not company.is_staffed(place):
            return 1.0
        desks = inputs.desks
        tolerance = desks.patience if desks.wait_tolerance is None else desks.wait_tolerance
        left = exp(-visit.wait / tolerance)
        always = inputs.desks.in_business_hours
        in_time = always + (1.0 - always) * company.strategy.when
        if not self._happens(in_time, "use" if visit is self.use else "encounter", "when"):
            left *= 1.0 - inputs.encounter.delay_loss
        return left

    def _helpers(self, visit: Visit, index: int) -> tuple[float, float, float]:
        """Return the help of peers, partners and staff."""
        model, rules = self.model, self.model.inputs.encounter
        place, company = model.places[index], self.company
        peers = partner = staff = 0.0
        if place.spec.area is Area.SOCIAL:
            peers = visit.helped
        if place.partner is not None:
            partner = model.partner_help[place.partner]
        if company is not None and company.is_staffed(index):
            staff = company.spec.staff_skill + company.skill_gained
            staff *= 1.0 - rules.who_help * (1.0 - company.strategy.who)
        staff = min(1.0, staff * self.effort_share)
        if company is not None and company.is_staffed(index):
            staff += (1.0 - staff) * company.strategy.single_view * self._in_archives()
        return visit.kept * peers, visit.kept * partner, visit.kept * staff

    def _in_archives(self) -> float:
        """Return what staff find in the archive that answers most: its own or a shared one."""
        model, job = self.model, self.job
        assert job is not None
        circles = [
            (place.index, company, job)
            for place in model.places
            if place.spec.area is Area.SOCIAL
            for company in (self.considered, len(model.companies))
        ]
        return max((model.found_at_start[circle] for circle in circles), default=0.0)

    def hand_over(self) -> None:
        """Begin anew, if what is open was tried elsewhere before."""
        visit, model = self.visit, self.model
        visit.kept = 1.0
        if visit.place is None or self.tried is None:
            return
        place, company, stage = self.tried
        closed = stage is not visit.stage or (stage is Stage.SUPPORT and self.tries == 0)
        if closed or (place, company) == (visit.place, self.considered):
            return
        view = 0.0
        before = model.places[place]
        own = not before.peers and before.partner is None
        if self.company is not None and company == self.considered and own:
            view = self.company.strategy.single_view
        visit.kept = 1.0 - model.inputs.handover.loss * (1.0 - view)
        model.handovers.append(visit.place)

    def use_offering(self) -> None:
        """Use the offering: what it offers and what the person makes of it come together."""
        rules, company, journey = (
            self.model.inputs.encounter,
            self.company,
            self.model.inputs.journey,
        )
        z = self.integrate(self.use)
        weight = rules.offering_weight
        kept = 1.0 - journey.problem_loss * self.trouble / journey.rounds
        for k in z:
            pair = (max(self.offered(company, k), rules.floor), max(z[k], rules.floor))
            y = ces(pair, (weight, 1.0 - weight), rules.offering_elasticity)
            self.outcome_progress[k] = y * kept
        self.progress = min(
            1.0, sum(w * self.outcome_progress[k] for k, w in self.weights().items())
        )
        self.gained = self._job_value() * self.progress

    # --- evaluate --------------------------------------------------------------------------------

    def evaluate(self, visit: Visit) -> None:
        """Judge an encounter against what was expected."""
        in_use = visit is self.use
        if visit.place is None and not in_use:
            return
        rules = self.model.inputs.evaluate
        level = 0.0
        if in_use:
            gap = self.progress - self._expected()
            level = rules.level * self._better()
        else:
            known = self.model.quality[self.considered][self.segment][visit.place]
            gap = rules.surprise * ((1.0 if visit.success else 0.0) - known)
        strain = rules.burden * visit.burden / self._job_value()
        joy = level + max(gap, 0.0) - rules.loss_aversion * max(-gap, 0.0) - strain
        visit.judgement = tanh(rules.gain * joy)
        self._change_attitude(visit, visit.judgement)
        if in_use:
            for k, y in self.outcome_progress.items():
                self.satisfaction[k] += rules.satisfaction_rate * (y - self.satisfaction[k])
        self._remember(visit, visit.judgement)

    def _better(self) -> float:
        """Return by how much progress exceeds what a user compares it with; get used to it."""
        rules, alone = self.model.inputs.evaluate, self.model.inputs.encounter.self_service
        report = self.model.reported[self.segment]
        others = sum(w * report[k] for k, w in self.weights().items())
        usual = rules.market_norm * others + (1.0 - rules.market_norm) * self.norm
        self.compared_with = rules.adaptation * usual + (1.0 - rules.adaptation) * alone
        self.norm += rules.norm_rate * (self.progress - self.norm)
        return self.progress - self.compared_with

    def _change_attitude(self, visit: Visit, judgement: float) -> None:
        """Let the attitude to whoever is dealt with follow the judgement."""
        c, rules = self.considered, self.model.inputs.evaluate
        if c == NOBODY:
            return
        assert visit.stage is not None
        speed = rules.attitude_rate * getattr(rules.moments, visit.stage.value)
        if not self.is_customer:
            speed *= rules.attitude_of_others
        self.attitude[c] += min(1.0, speed) * (judgement - self.attitude[c])
        self.dealt[c] = True

    def _expected(self) -> float:
        """Return the outcome progress that a user expects."""
        company = self.company
        assert company is not None
        trust = self.tenure / (self.tenure + self.model.inputs.evaluate.experience_months)
        promises = company.promised[self.segment]
        self.expected = min(
            1.0,
            sum(
                w * ((1.0 - trust) * promises[k] + trust * self.satisfaction[k])
                for k, w in self.weights().items()
            ),
        )
        return self.expected

    def _remember(self, visit: Visit, judgement: float) -> None:
        rules = self.model.inputs.evaluate
        weight = {
            Area.CRM: rules.weight_crm,
            Area.CEM: rules.weight_cem,
            Area.SOCIAL: rules.weight_social,
        }[Area.CEM if visit.place is None else self.model.places[visit.place].spec.area]
        assert visit.stage is not None
        weight *= getattr(rules.moments, visit.stage.value)
        if weight > 0:
            self.journey_weight += weight
            self.journey_mean += weight * (judgement - self.journey_mean) / self.journey_weight
            weight = min(1.0, weight)
            if abs(weight * judgement) > abs(self.journey_peak):
                self.journey_peak = weight * judgement
            self.journey_last += weight * (judgement - self.journey_last)

    # --- learn -----------------------------------------------------------------------------------

    def be_taught(self) -> None:
        """Learn at a touchpoint that teaches, in this round."""
        place = self.visit.place
        if place is None or self.visit.abandoned:
            return
        if self.model.met_at(self, place).teaches:
            self.knowledge += self._taught(1.0) * (1.0 - self.knowledge)

    def learn(self) -> None:
        """Be taught in use or by what spills over, practise, and forget."""
        rules, place = self.model.inputs.learn, self.use.place
        if self.is_customer:
            there = place is not None and self.model.companies[self.provider].at(place).teaches
            there = there and not self.use.abandoned
            share = 1.0 if there else rules.spillover
            self.knowledge += self._taught(share) * (1.0 - self.knowledge)
        self.knowledge *= 1.0 - rules.knowledge_forgotten
        if self.uses:
            self.practice += 1.0
        if self.practice > 0:
            self.practice *= 1.0 - rules.skill_forgotten
            worn = (1.0 + self.practice) ** -rules.practice_exponent
            self.skill = 1.0 - (1.0 - self.skill_start) * worn

    def _taught(self, share: float) -> float:
        rules = self.model.inputs.learn
        company = self.model.companies[self.provider] if self.is_customer else self.company
        if company is None:
            return 0.0
        speed = rules.teaching * (1.0 - self.model.inputs.blocks.teaching)
        speed *= company.strategy.education * (1.0 + rules.interaction_gain * company.strategy.why)
        teacher = sum(company.teaches(f) * self.performance(company, f) for f in Function)
        return min(1.0, speed * share * teacher * self.effort_share)

    # --- progress --------------------------------------------------------------------------------

    def move_on(self) -> bool:
        """Move along the journey; return whether to go on in the next round."""
        stage, success = self.visit.stage, self.visit.success
        if stage in BEFORE_PURCHASE:
            if not any(self.aware):
                if success and stage is Stage.NEED and self._next() is Stage.SEARCH:
                    self.stage = Stage.SEARCH
                return False
            self._approach(success)
            goes_on = self.stage in BEFORE_USE
        elif stage is Stage.DISPOSE:
            if success:
                self._leave_behind("progress", self.model.month)
            goes_on = self.stage is not None
        elif stage is Stage.ONBOARD:
            if success:
                self.stage = Stage.USE
            goes_on = not success
        else:
            if stage is Stage.SUPPORT:
                self._seek_support(success)
            goes_on = self.problem or self.queries > 0
        return goes_on and self.has_hours

    def _seek_support(self, success: bool) -> None:
        journey, place = self.model.inputs.journey, self.visit.place
        self.model.first_contacts.append((self.provider, self.tries, success))
        self.model.contacts.append((place, self.problem))
        self.contacts += 1
        self.tries = min(self.tries + 1, 127)
        if self.problem:
            if success:
                self.problem = False
                self.trouble -= journey.rounds - self.model.round
        else:
            untended = place is not None and not self.model.is_staffed(self, place)
            if untended and not self.for_staff:
                assert self.job is not None
                unclear = 1.0 - self.model.inputs.jobs[self.job].clarity
                if self._happens(journey.doubt * unclear, "progress", "doubt"):
                    self.queries += 1
            if success:
                self.queries -= 1
            self.for_staff = self.queries > 0 and (self.for_staff or untended)
        if success:
            self.tries = 0

    def _written_month(self) -> int:
        """Return this month as it is written down: 0 stands for never."""
        return self.model.month if self.model.month > 0 else self.model.month - 1

    def _rest(self) -> None:
        self.stage, self.job = None, None

    def _leave_behind(self, process: str, month: int) -> None:
        """Be done with a provider: look for another, or rest."""
        journey = self.model.inputs.journey
        later = (Stage.SEARCH, Stage.EVALUATE, Stage.PURCHASE)
        again = next((stage for stage in later if stage in journey.stages), None)
        if again is not None and self._happens(journey.need_persists, process, "persist"):
            self.stage = again
            self.begin_journey(month)
        else:
            self._rest()

    def end_month(self) -> None:
        """Give up, grow older as a customer, renew; nothing is open to whoever is idle."""
        self._end_month()
        if self.stage is None:
            self.tried = None

    def _end_month(self) -> None:
        journey = self.model.inputs.journey
        if self.stage in BEFORE_PURCHASE and not any(self.aware):
            self.waited += 1
            if self.waited >= journey.give_up_months:
                self._rest()
        if not self.was_customer:
            return
        self.tenure += 1
        if self.stage is Stage.RENEW:
            self._renew()
        due = self.tenure % journey.contract_months == 0
        if self.is_customer and self.stage is Stage.USE and due and Stage.RENEW in journey.stages:
            self.stage = Stage.RENEW

    def _next(self) -> Stage | None:
        stages = self.model.inputs.journey.stages
        assert self.stage is not None
        after = stages.index(self.stage) + 1
        return stages[after] if after < len(stages) else None

    def _approach(self, success: bool) -> None:
        rule = self.model.inputs.journey.rule
        if not success and rule is not ChoiceRule.WHEN_AWARE:
            return
        if self.stage is not Stage.PURCHASE:
            following = self._next()
            if following in BEFORE_PURCHASE:
                self.stage = following
            else:
                self._rest()
        elif rule is ChoiceRule.WHEN_AWARE:
            self._buy(next(c for c, known in enumerate(self.aware) if known))
        else:
            choice = self._choose_provider()
            if choice == NOBODY:
                self._rest()
            else:
                self._buy(choice)

    def _choose_provider(self, *, heard: bool = True) -> int:
        """Return the company bought from, or nobody; and if nobody had said anything of any."""
        journey = self.model.inputs.journey
        utility = {NOBODY: 0.0}
        for c, company in enumerate(self.model.companies):
            if self.aware[c] and self.price_at(company) <= self.money:
                push = journey.push * (1.0 - company.strategy.why)
                worth = self._job_value() * self.foresees(company) - self.price_at(company) + push
                utility[c] = journey.sensitivity * worth
        return self._race(utility, heard=heard)

    def _race(self, utility: dict[int, float], *, heard: bool) -> int:
        """Draw from the logit probabilities, moved by reputation."""
        highest = max(utility.values())
        weight = {c: exp(u - highest) for c, u in utility.items()}
        total = sum(weight.values())
        chance = {c: w / total for c, w in weight.items()}
        for c in chance:
            if c != NOBODY:
                shift = self.model.inputs.journey.word_of_mouth_shift * self._name_of(c, heard)
                chance[c] += shift * ((1.0 - chance[c]) if shift > 0 else chance[c])
        total = sum(chance.values())
        race = {}
        for c, p in chance.items():
            name = "nobody" if c == NOBODY else f"company:{self.model.companies[c].name}"
            if p > 0:
                race[c] = log(p / total), self._draw("progress", name)
        return self.model.dice.first(race)

    def _name_of(self, c: int, heard: bool) -> float:
        """Return a company's name: its reputation, and by own dealings the own attitude."""
        own = self.model.inputs.journey.own_attitude if self.dealt[c] else 0.0
        return (1.0 - own) * self.reputation[c] * heard + own * self.attitude[c]

    def _is_swayed(self, company: int) -> bool:
        """Whether word of mouth is the main cause of a purchase."""
        if self.aware[company] is not Known.ADVERTISING:
            return self.aware[company] is Known.WORD_OF_MOUTH
        by_logit = self.model.inputs.journey.rule is not ChoiceRule.WHEN_AWARE
        return by_logit and self._choose_provider(heard=False) != company

    def _buy(self, company: int) -> None:
        stages = self.model.inputs.journey.stages
        swayed = self._is_swayed(company)
        self.provider = self.considered = company
        self.dealt[company] = True
        self.bought = True
        waited = self.model.month - self.need_month
        waited += self.model.round / self.model.inputs.journey.rounds
        self.model.purchases.append((company, waited, swayed))
        self.joined = self.joined or self._written_month()
        self.experienced[company] = True
        self.aware[company] = Known.EXPERIENCE
        self.tenure = self.contacts = 0
        self.stage = Stage.ONBOARD if Stage.ONBOARD in stages else Stage.USE

    def _advantage(self) -> float:
        """Return by how much the provider is worth more than the best alternative."""
        own = self.model.companies[self.provider]
        value = self._job_value()
        alternatives = [value * self.model.inputs.encounter.self_service]
        for company in self.model.companies:
            known = self.aware[company.index] and company is not own
            if known and self.price_at(company) <= self.money:
                alternatives.append(value * self.foresees(company) - self.price_at(company))
        return value * self.satisfied() - self.price_at(own) - max(alternatives)

    def _renew(self) -> None:
        journey, rules = self.model.inputs.journey, self.model.inputs.evaluate
        ends = (self.journey_peak + self.journey_last) / 2.0
        score = rules.peak_end * ends + (1.0 - rules.peak_end) * self.journey_mean
        pull = journey.churn_journey * score + journey.churn_attitude * self.attitude[self.provider]
        self.advantage = self._advantage()
        pull += journey.churn_value * self.advantage
        if self._happens(less_likely(self.churn, pull), "renew", "lapse"):
            self.remembered[self.provider] = self.satisfied()
            self.provider, self.problem, self.for_staff = NOBODY, False, False
            self.queries = self.tries = 0
            self.left = self._written_month()
            self.need_month = self.model.month + 1
            if Stage.DISPOSE in journey.stages:
                self.stage = Stage.DISPOSE
            else:
                self._leave_behind("renew", self.model.month + 1)
        else:
            self.contacts = 0
            self.forget_journey()
            self.stage = Stage.USE
