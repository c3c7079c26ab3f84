"""What the metrics mean, measured on the twin as a plain reader would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from math import nan, sqrt

from twin_company import FUNCTIONS, Company, Department
from twin_model import TwinModel
from twin_person import USING, Known, Person, Visit

from simulation.scenario.words import Area, Stage

Measured = Iterator[tuple[str, str, float]]
"""(metric, of, value)"""


def mean(values: Iterable[float]) -> float:
    """Return the mean, not a number where there is nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else nan


def step(twin: TwinModel) -> dict[tuple[str, str], float]:
    """Let the twin live a month, and measure it."""
    found: list[tuple[str, str, float]] = []
    twin.start_month()
    twin.run_firms()
    twin.run_staff()
    twin.run_needs()
    found += _news(twin, "new_aware_by_advertising", twin.run_reach)
    found += _talk(twin)
    found += _news(twin, "new_aware_by_word_of_mouth", twin.run_talk)
    twin.run_consult()
    known = [list(person.aware) for person in twin.people]
    twin.run_prepare()
    twin.run_choose_use()
    twin.run_ask_in_use()
    lessons, encounters = _rounds(twin)
    twin.run_use()
    twin.run_judge_use()
    for c, gained in enumerate(_lessons(twin)):
        found.append(("knowledge_taught", twin.companies[c].name, lessons[c] + gained))
    twin.run_learn()
    found += _progress(twin, known)
    found += _passed(twin, encounters)
    twin.run_listen()
    twin.run_answer()
    twin.run_account()
    for measure in (
        _support,
        _value,
        _people,
        _companies,
        _minds,
        _places,
        _resources,
        _peers,
        _desks,
        _needs,
    ):
        found += measure(twin)
    return {(metric, of): value for metric, of, value in found}


# --- during the month ----------------------------------------------------------------------------


def _news(twin: TwinModel, metric: str, process: object) -> Measured:
    before = [list(person.aware) for person in twin.people]
    knowledge = sum(person.knowledge for person in twin.people)
    assert callable(process)
    process()
    for c, company in enumerate(twin.companies):
        news = [not b[c] and p.aware[c] for b, p in zip(before, twin.people, strict=True)]
        yield metric, company.name, sum(map(bool, news))
    if process == twin.run_talk:
        yield "knowledge_told", "", sum(person.knowledge for person in twin.people) - knowledge


def _talk(twin: TwinModel) -> Measured:
    pairs = list(product(twin.people, range(len(twin.companies))))
    yield "talk_positive", "", sum(p.talks(c) for p, c in pairs if p.attitude[c] > 0)
    yield "talk_negative", "", sum(p.talks(c) for p, c in pairs if p.attitude[c] < 0)


Encounters = list[tuple[Stage, bool]]
"""In which stage each was, and whether the person moved on after it."""


def _rounds(twin: TwinModel) -> tuple[list[float], Encounters]:
    """Let the rounds pass; return what was learned in them by company, and the encounters."""
    lessons, encounters = [0.0 for _ in twin.companies], Encounters()
    for number in range(1, twin.inputs.journey.rounds + 1):
        twin.round = number
        twin.run_choose()
        twin.run_ask()
        twin.run_encounter()
        twin.run_evaluate()
        before = {p.index: p.knowledge for p in twin.moving}
        twin.run_teach()
        for p in twin.moving:
            if p.considered >= 0:
                lessons[p.considered] += p.knowledge - before[p.index]
        moving = list(twin.moving)
        twin.run_progress()
        encounters += [_moved_on(p) for p in moving]
    twin.round = 0
    return lessons, encounters


def _moved_on(p: Person) -> tuple[Stage, bool]:
    """Return the stage of this round's encounter, and whether the person is done with it.

    A contact is done with if it settled what it was about, a renewal whatever comes of it.
    """
    stage = p.visit.stage
    assert stage is not None
    if stage is Stage.SUPPORT:
        return stage, p.visit.success
    return stage, stage is Stage.RENEW or p.stage is not stage


def _passed(twin: TwinModel, encounters: Encounters) -> Measured:
    """Measure, once contracts have ended, after how many encounters people moved on.

    Use is left for a renewal.
    """
    in_use = [(Stage.USE, p.stage is Stage.RENEW) for p in twin.users]
    for stage in twin.inputs.journey.stages:
        moved = [on for at, on in [*encounters, *in_use] if at is stage]
        yield "stage_passed", stage.value, mean(moved)


def _lessons(twin: TwinModel) -> list[float]:
    """Return what customers will learn once a month, by company."""
    spillover, gained = twin.inputs.learn.spillover, []
    for company in twin.companies:
        total = 0.0
        for p in twin.customers_of(company.index):
            there = p.use.place is not None and company.at(p.use.place).teaches
            there = there and not p.use.abandoned
            total += p._taught(1.0 if there else spillover) * (1.0 - p.knowledge)
        gained.append(total)
    return gained


def _progress(twin: TwinModel, known: list[list[Known]]) -> Measured:
    contract = [(p.provider, p.stage is Stage.RENEW, p.contacts) for p in twin.people]
    months = twin.inputs.journey.contract_months
    ended = [min(max(p.tenure // months, 1), 4) for p in twin.people]
    liking = [p.attitude[p.provider] if p.is_customer else 0.0 for p in twin.people]
    twin.run_renew()
    for c, company in enumerate(twin.companies):
        bought = [known[p.index][c] for p in twin.people if p.bought and p.provider == c]
        yield "new_customers", company.name, len(bought)
        for cause, metric in (
            (Known.ADVERTISING, "new_customers_by_advertising"),
            (Known.WORD_OF_MOUTH, "new_customers_by_word_of_mouth"),
            (Known.EXPERIENCE, "new_customers_returning"),
        ):
            yield metric, company.name, bought.count(cause)
        due = [p for p in twin.people if contract[p.index][:2] == (c, True)]
        yield "renewals_due", company.name, len(due)
        yield "lapsed", company.name, sum(not p.is_customer for p in due)
        yield "advantage", company.name, mean(p.advantage or 0.0 for p in due)
        yield "attitude_at_renewal", company.name, sum(liking[p.index] for p in due)
        squares = sum(liking[p.index] ** 2 for p in due)
        yield "squared_attitude_at_renewal", company.name, squares
        lapsing = sum(liking[p.index] for p in due if not p.is_customer)
        yield "attitude_at_lapse", company.name, lapsing
    for n, of in ((1, "1"), (2, "2"), (3, "3"), (4, "4+")):
        due = [p for p in twin.people if contract[p.index][1] and ended[p.index] == n]
        yield "renewals_by_contract", of, len(due)
        yield "lapsed_by_contract", of, sum(not p.is_customer for p in due)
    for n in range(7):
        due = [p for p in twin.people if contract[p.index][1:] == (True, n)]
        yield "churn_due_by_contacts", str(n), len(due)
        yield "churn_by_contacts", str(n), sum(not p.is_customer for p in due)


def _support(twin: TwinModel) -> Measured:
    for c, company in enumerate(twin.companies):
        first = [settled for provider, before, settled in twin.first_contacts
                 if provider == c and before == 0]  # fmt: skip
        yield "first_contact_resolution", company.name, mean(first)
        users = [p for p in twin.users if p.use.considered == c]
        rounds = twin.inputs.journey.rounds
        yield "in_trouble", company.name, mean(p.trouble / rounds for p in users)
        opened = [twin.opening[p.index] for p in users]
        yield "problems", company.name, sum(problem is not None for problem, _ in opened)
        yield "queries", company.name, sum(query is not None for _, query in opened)
        yield "months_to_purchase", company.name, mean(w for b, w, _ in twin.purchases if b == c)
        swayed = sum(sway for b, _, sway in twin.purchases if b == c)
        yield "swayed_by_word_of_mouth", company.name, swayed
        called = [settled for provider, settled in twin.recovered if provider == c]
        yield "recoveries", company.name, len(called)
        yield "recovered", company.name, sum(called)
        costs = twin.inputs.listening
        yield "recovery_cost", company.name, costs.recovery_cost * len(called)
        heard = sum(provider == c for provider, _ in twin.complaints)
        cost = costs.complaint_cost * company.strategy.complaint_rate * heard
        yield "complaint_cost", company.name, cost
    for place in twin.places:
        for metric, listed in (("failures", twin.failures), ("complaints", twin.complaints)):
            yield metric, place.spec.name, sum(t == place.index for _, t in listed)
    for name in twin.inputs.outcomes:
        yield "complaints_by_outcome", name, twin.complained_of.get(name, 0.0)
    ends = (0.25, 0.5, 0.75, 1.0, 2.0, 3.0)
    waits = [sum(w > end for end in ends) for _, w, _ in twin.purchases]
    for n, of in enumerate([*(f"{end:g}" for end in ends), "more"]):
        yield "purchases_by_months", of, waits.count(n)
    if Stage.SUPPORT in twin.inputs.journey.stages:
        for place in twin.places:
            if Stage.SUPPORT in place.spec.stages:
                about = [problem for where, problem in twin.contacts if where == place.index]
                yield "problem_contacts", place.spec.name, about.count(True)
                yield "query_contacts", place.spec.name, about.count(False)


# --- at its end ----------------------------------------------------------------------------------


def _value(twin: TwinModel) -> Measured:
    yield "co_created_value", "", twin.books.co_created_value
    for metric, table in (
        ("gross_value", twin.books.gross),
        ("surplus", twin.books.surplus),
        ("alone", twin.books.alone),
    ):
        yield from ((metric, of, value) for of, value in table.items())
    for s, segment in enumerate(twin.inputs.segments):
        members = [p for p in twin.people if p.segment == s]
        price = sum(p.price_at(twin.companies[p.provider]) for p in members if p.is_customer)
        yield "segment_value", segment.name, sum(p.gained - p.outlay for p in members) - price


def _people(twin: TwinModel) -> Measured:
    yield "customers", "", sum(p.is_customer for p in twin.people)
    in_need = [p for p in twin.people if p.stage_before not in (None, Stage.DISPOSE, *USING)]
    yield "active_non_customers", "", sum(not p.is_customer for p in in_need)
    served = [p.is_customer for p in twin.people if p.is_customer or p in in_need]
    yield "served", "", mean(served)
    yield "people_in_stage", "idle", sum(p.stage is None for p in twin.people)
    for stage in twin.inputs.journey.stages:
        yield "people_in_stage", stage.value, sum(_stage(p) is stage for p in twin.people)
    for c, company in enumerate(twin.companies):
        yield "customers", company.name, len(twin.customers_of(c))
        yield "adoption", company.name, len(twin.customers_of(c)) / twin.n
        yield "aware", company.name, sum(p.aware[c] > 0 for p in twin.people) / twin.n
    for partner in twin.partners:
        yield "partner_active", partner.name, float(partner.active)


def _stage(p: Person) -> Stage | None:
    """Return the stage of a person: in support is who uses with a problem or a query open."""
    return Stage.SUPPORT if p.stage is Stage.USE and (p.problem or p.queries) else p.stage


def _companies(twin: TwinModel) -> Measured:
    for c, company in enumerate(twin.companies):
        spend = [d.spend for d in company.departments.values()]
        yield "budget", company.name, sum(spend) + company.coordination
        yield "receipts", company.name, twin.books.receipts[c]
        yield "spending", company.name, twin.books.spending[c]
        training = company.spec.training * twin.inputs.desks.training_cost * sum(company.paid)
        yield "staff_pay", company.name, twin._staff(company) - training
        yield "direction", company.name, _direction(company)
        funding = [getattr(company.spec.funding, f) for f in FUNCTIONS]
        shares = [money / sum(funding) for money in funding] if sum(funding) else [1 / 3] * 3
        apart = sqrt(sum((share - 1 / 3) ** 2 for share in shares))
        for name in company.shift:
            yield "strategy", f"{company.name}:{name}", getattr(company.strategy, name)
        yield "level_balance", company.name, 1.0 - apart / sqrt(2 / 3)
        yield "staff_skill", company.name, company.spec.staff_skill + company.skill_gained
        yield "campaign", company.name, company.share_of_month(company.campaigns)
        yield "outage", company.name, company.share_of_month(company.outages)
        for f, department in company.departments.items():
            yield from _department(company, department, f"{company.name}:{f.value}")
        for place in twin.places:
            of = f"{company.name}:{place.spec.name}"
            yield "allocation", of, company.allocation[place.index]


def _department(company: Company, department: Department, of: str) -> Measured:
    grid = department.capability
    yield "capability", of, mean(q for row in grid for q in row)
    cells = [(s, k) for s, row in enumerate(grid) for k in range(len(row))]
    yield "performance", of, mean(company.performs(department.function, s, k) for s, k in cells)
    yield "heard", of, department.listeners


def _direction(company: Company) -> float:
    def cosine(one: list[float], other: list[float]) -> float:
        inner = sum(a * b for a, b in zip(one, other, strict=True))
        return inner / sqrt(sum(a * a for a in one) * sum(b * b for b in other))

    pairs = list(combinations(company.departments.values(), 2))
    return sum(
        size * mean(cosine(one.focus[s], other.focus[s]) for one, other in pairs)
        for s, size in enumerate(company.model.sizes)
    )


def _minds(twin: TwinModel) -> Measured:
    yield "knowledge", "", mean(p.knowledge for p in twin.people)
    yield "skill", "", mean(p.skill for p in twin.people)
    customers = [p for p in twin.people if p.is_customer]
    yield "satisfaction", "", mean(p.satisfied() for p in customers)
    users = twin.users
    yield "outcome_progress", "", mean(p.progress for p in users)
    for c, company in enumerate(twin.companies):
        liking = [p.attitude[c] for p in twin.customers_of(c)]
        yield "attitude", company.name, mean(liking)
        promoters = [(a >= 0.2) - (a <= -0.2) for a in liking]
        yield "promoters_less_detractors", company.name, 100.0 * mean(promoters)
        yield "extreme_attitude", company.name, mean(abs(a) > 0.9 for a in liking)
        own = [p.progress for p in users if p.use.considered == c]
        yield "outcome_progress", company.name, mean(own)
        yield "usage", company.name, mean(p.usage for p in twin.customers_of(c))
        hours = sum(v.configuring_hours for v in twin.visits() if v.considered == c)
        yield "configuring_hours", company.name, hours
        for metric, table in (("reported", company.reported), ("promised", company.promised)):
            yield metric, company.name, mean(value for row in table for value in row)
        expecting = [p.expected for p in users if p.considered == c and p.expected is not None]
        yield "expected", company.name, mean(expecting)
        standards = [p.compared_with or 0.0 for p in users if p.considered == c]
        yield "comparison_level", company.name, sum(standards) / len(own) if own else nan


def visitors(twin: TwinModel, place: int) -> list[Visit]:
    """Return the encounters at a touchpoint this month."""
    return [visit for visit in twin.visits() if visit.place == place]


def _places(twin: TwinModel) -> Measured:
    for place in twin.places:
        name, there = place.spec.name, visitors(twin, place.index)
        yield "encounters", name, len(there)
        yield "experience", name, mean(v.met for v in there)
        yield "unmet", name, 1.0 - mean(v.met for v in there)
        yield "judgement", name, mean(v.judgement or 0.0 for v in there)
        yield "hours_spent", name, sum(v.hours for v in there)
        for stage in place.spec.stages:
            if stage in twin.inputs.journey.stages:
                theirs, of = [v for v in there if v.stage is stage], f"{stage.value}:{name}"
                yield "stage_encounters", of, len(theirs)
                yield "stage_experience", of, mean(v.met for v in theirs)


def _resources(twin: TwinModel) -> Measured:
    for place in twin.places:
        served = [v for v in visitors(twin, place.index) if v.contribution]
        for n, resource in enumerate(("competence", "platform", "help", "time")):
            of = f"{place.spec.name}:{resource}"
            brought = sum(v.contribution[n] for v in served)
            slack = sum(v.idle_contribution[n] for v in served)
            yield "brought", of, brought
            yield "slack", of, slack
            yield "used", of, brought - slack


def _peers(twin: TwinModel) -> Measured:
    for place in twin.places:
        yield "handovers", place.spec.name, twin.handovers.count(place.index)
    for place in twin.places:
        if place.spec.area is not Area.SOCIAL:
            continue
        name, t, count = place.spec.name, place.index, len(visitors(twin, place.index))
        yield "questions", name, twin.questions.get(t, 0.0)
        yield "answers", name, twin.answers.get(t, 0.0)
        yield "questions_answered", name, twin.answered.get(t, 0.0)
        kept = [archive for circle, archive in twin.archives.items() if circle[0] == t]
        yield "archive", name, sum(archive.answers for archive in kept)
        yield "found", name, twin.found.get(t, 0.0) / count if count else nan
        yield "peer_help", name, twin.peer_help.get(t, 0.0) / count if count else nan
    lately = sorted((p.answers_lately for p in twin.people if p.answers_lately > 0), reverse=True)
    tenth = len(lately) // 10
    yield "answers_by_top_tenth", "", sum(lately[:tenth]) / sum(lately) if tenth else nan
    given = sum(p.answers_given for p in twin.people)
    yield "answer_hours", "", twin.inputs.peers.answer_hours * given


def _desks(twin: TwinModel) -> Measured:
    for company, place in product(twin.companies, twin.places):
        if not company.is_staffed(place.index) or not company.offers(place.index):
            continue
        of = f"{company.name}:{place.spec.name}"
        callers = [v for v in visitors(twin, place.index) if v.considered == company.index]
        yield "desk_contacts", of, len(callers)
        yield "desk_wait", of, mean(v.wait for v in callers)
        yield "desk_abandoned", of, mean(v.abandoned for v in callers)
        within = company.at(place.index).within
        yield "desk_answered", of, mean(not v.abandoned and v.wait <= within for v in callers)
        servers = company.servers[place.index]
        yield "desk_servers", of, servers
        yield "desk_paid", of, company.paid[place.index]
        busy = twin.busy.get((company.index, place.index), 0.0)
        yield "desk_occupancy", of, busy / (servers * 60.0 * company.open_hours())


def _needs(twin: TwinModel) -> Measured:
    for s, segment in enumerate(twin.inputs.segments):
        members = [p for p in twin.people if p.segment == s]
        for k, outcome in enumerate(twin.inputs.outcomes):
            of = f"{segment.name}:{outcome}"
            yield "importance", of, mean(p.importance(k) for p in members)
            yield "outcome_satisfaction", of, 10.0 * mean(p.satisfaction[k] for p in members)
