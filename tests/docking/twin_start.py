"""Today's market as a scenario states it, read into the twin person by person."""

from __future__ import annotations

from math import floor, log
from typing import TYPE_CHECKING

from twin_person import NOBODY, Known, Person

from simulation.scenario.words import Function, Stage

if TYPE_CHECKING:
    from twin_company import Company
    from twin_model import TwinModel

    from simulation.scenario.schema import CompanyStart


def moved(
    values: list[float], mean: float, low: float = 0.0, of: list[float] | None = None
) -> list[float]:
    """Return values moved towards the same end, so that the mean of some of them is as stated."""
    of = values if of is None else of
    if not of:
        return values
    now = sum(of) / len(of)
    if mean <= now:
        return [low + (v - low) * ((mean - low) / (now - low) if now > low else 1.0)
                for v in values]  # fmt: skip
    return [1.0 - (1.0 - v) * (1.0 - mean) / (1.0 - now) for v in values]


def state_market(model: TwinModel) -> None:
    """Let the market be as it is stated."""
    start = model.inputs.start
    stated = [(c, start.companies[c.name]) for c in model.companies if c.name in start.companies]
    for company, one in stated:
        if one.share is not None:
            for person in customers(model, company)[round(one.share * model.n) :]:
                let_go(person, company.index)
    for company, one in stated:
        if one.share is not None:
            others = [other for other in model.companies if not has_share(model, other)]
            take_on(model, company, round(one.share * model.n), others)
    for company, one in stated:
        opinions(model, company, one)
        for function in Function:
            capability(company, function, getattr(one, function.value))
    if start.knowledge is not None:
        known = moved([person.knowledge for person in model.people], start.knowledge)
        for person, knowledge in zip(model.people, known, strict=True):
            person.knowledge = knowledge


def has_share(model: TwinModel, company: Company) -> bool:
    one = model.inputs.start.companies.get(company.name)
    return one is not None and one.share is not None


def lucky(model: TwinModel, persons: list[Person], name: str) -> list[Person]:
    return sorted(persons, key=lambda p: model.dice.uniform("start", 0, name, p.index))


def customers(model: TwinModel, company: Company) -> list[Person]:
    return lucky(model, model.customers_of(company.index), f"customer:{company.name}")


def reported(persons: list[Person], outcome: int) -> list[float]:
    """Return the satisfaction with an outcome of those whose job has it."""
    return [p.satisfaction[outcome] for p in persons if outcome in p.weights()]


def nothing_open(person: Person) -> None:
    person.problem = person.for_staff = False
    person.queries = person.tries = 0
    person.tried = None
    person.forget_journey()


def let_go(person: Person, company: int) -> None:
    weights = person.weights()
    person.remembered[company] = sum(w * person.satisfaction[k] for k, w in weights.items())
    person.provider = person.considered = NOBODY
    person.stage = person.job = None
    person.tenure, person.left = 0, -1
    nothing_open(person)


def take_on(model: TwinModel, company: Company, wanted: int, others: list[Company]) -> None:
    there, name = customers(model, company), f"customer:{company.name}"
    free = [person for person in model.people if person.provider == NOBODY]
    theirs = [person for other in others for person in model.customers_of(other.index)]
    ready = lucky(model, free, name) + lucky(model, theirs, name)
    new = ready[: max(wanted - len(there), 0)]
    total = sum(job.share for job in model.inputs.jobs)
    shares = [job.share / total for job in model.inputs.jobs]
    if there and new:
        tenure = round(sum(p.tenure for p in there) / len(there))
        reports = {
            k: reported(there, k) for k in range(len(model.inputs.outcomes)) if reported(there, k)
        }
    for person in new:
        if person.provider != NOBODY:
            let_go(person, person.provider)
        if person.job is None:
            person.job = person.last_job
        if person.job is None:
            person.job = model.dice.falls(shares, "start", 0, "job", person.index)
        person.last_job = person.job
        if there:
            person.tenure = tenure
            for k, values in reports.items():
                person.satisfaction[k] = sum(values) / len(values)
        person.provider = person.considered = company.index
        person.stage = Stage.USE
        person.aware[company.index] = Known.EXPERIENCE
        person.experienced[company.index] = person.dealt[company.index] = True
        person.waited = person.contacts = 0
        if person.joined == 0:
            person.joined = -1 - person.tenure
        nothing_open(person)


def opinions(model: TwinModel, company: Company, one: CompanyStart) -> None:
    mine, c = model.customers_of(company.index), company.index
    for person in mine:
        if one.tenure is not None:
            draw = model.dice.uniform("start", 0, f"tenure:{company.name}", person.index)
            base = one.tenure / (one.tenure + 1.0)
            person.tenure = min(floor(log(1.0 - draw) / log(base)), 1200) if base > 0.0 else 0
            person.joined, person.left = -1 - person.tenure, 0
            if person.stage in (Stage.USE, Stage.RENEW):
                person.stage = Stage.RENEW if renews_now(model, person) else Stage.USE
    if one.satisfaction is not None:
        for k in range(len(model.inputs.outcomes)):
            of = reported(mine, k)
            found = moved([p.satisfaction[k] for p in mine], one.satisfaction, of=of)
            for person, value in zip(mine, found, strict=True):
                person.satisfaction[k] = value
    if one.attitude is not None:
        found = moved([p.attitude[c] for p in mine], one.attitude, low=-1.0)
        for person, value in zip(mine, found, strict=True):
            person.attitude[c] = value
    if one.awareness is not None:
        awareness(model, company, round(one.awareness * model.n))


def renews_now(model: TwinModel, person: Person) -> bool:
    journey = model.inputs.journey
    ends = person.tenure > 0 and person.tenure % journey.contract_months == 0
    return ends and Stage.RENEW in journey.stages


def awareness(model: TwinModel, company: Company, wanted: int) -> None:
    c, name = company.index, f"aware:{company.name}"
    known = [p for p in model.people if p.aware[c] is not Known.NOT]
    if wanted < len(known):
        free = lucky(model, [p for p in known if p.aware[c] is not Known.EXPERIENCE], name)
        for person in free[max(len(free) - (len(known) - wanted), 0) :]:
            person.aware[c] = Known.NOT
    else:
        unaware = lucky(model, [p for p in model.people if p.aware[c] is Known.NOT], name)
        for person in unaware[: wanted - len(known)]:
            person.aware[c] = Known.ADVERTISING


def capability(company: Company, function: Function, wanted: float | None) -> None:
    if wanted is None:
        return
    stock = company.departments[function].capability
    cells = [value for row in stock for value in row]
    now = sum(cells) / len(cells)
    company.departments[function].capability = [
        [value * (wanted / now) if now > 0.0 else wanted for value in row] for row in stock
    ]
