"""Put the two models side by side: read the state of each, compare it, copy one into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from twin_company import FUNCTIONS, IMITATED
from twin_model import TwinModel
from twin_person import NOBODY, Known, Person, Visit

from simulation.model import EcosystemModel
from simulation.processes.order import MONTH
from simulation.processes.process import Process, RoundOfProcesses
from simulation.scenario.words import Stage
from simulation.world.policy import strategy_numbers
from simulation.world.world import World

STAGES = tuple(Stage)
IDLE = -1

Values = Any
"""Anything that numpy takes for an array."""


@dataclass(frozen=True)
class Difference:
    """A quantity on which the models disagree."""

    month: int
    process: str
    name: str
    worst: float
    first: tuple[int, ...]
    fast: float
    twin: float
    count: int

    def __str__(self) -> str:
        where = f"month {self.month}, after {self.process}" if self.process else f"{self.month}"
        return (
            f"{where}: {self.name}{list(self.first)} fast {self.fast!r} twin {self.twin!r}"
            f" ({self.count} differ, by {self.worst:.1e} at most)"
        )


# --- what there is to compare --------------------------------------------------------------------

INTEGERS: dict[str, Callable[[Person], Values]] = {
    "segment": lambda p: p.segment,
    "provider": lambda p: p.provider,
    "considers": lambda p: p.considered,
    "stage": lambda p: IDLE if p.stage is None else STAGES.index(p.stage),
    "job": lambda p: -1 if p.job is None else p.job,
    "tried": lambda p: -1 if p.tried is None else p.tried[0],
    "tried_at": lambda p: -1 if p.tried is None else p.tried[1],
    "tried_in": lambda p: -1 if p.tried is None else STAGES.index(p.tried[2]),
    "last_job": lambda p: -1 if p.last_job is None else p.last_job,
    "tenure": lambda p: p.tenure,
    "waited": lambda p: p.waited,
    "contacts": lambda p: p.contacts,
    "joined": lambda p: p.joined,
    "left": lambda p: p.left,
    "problem": lambda p: p.problem,
    "dealt": lambda p: p.dealt,
    "queries": lambda p: p.queries,
    "for_staff": lambda p: p.for_staff,
    "tries": lambda p: p.tries,
    "need_month": lambda p: p.need_month,
    "aware": lambda p: [int(known) for known in p.aware],
}
FLOATS: dict[str, Callable[[Person], Values]] = {
    "knowledge": lambda p: p.knowledge,
    "skill": lambda p: p.skill,
    "skill_start": lambda p: p.skill_start,
    "practice": lambda p: p.practice,
    "hours": lambda p: p.hours,
    "money": lambda p: p.money,
    "usage": lambda p: p.usage,
    "sociability": lambda p: p.sociability,
    "helpful": lambda p: p.helpful,
    "churn_base": lambda p: p.churn,
    "progress": lambda p: p.progress,
    "norm": lambda p: p.norm,
    "paid": lambda p: p.paid,
    "surplus": lambda p: p.surplus,
    "journey_weight": lambda p: p.journey_weight,
    "journey_mean": lambda p: p.journey_mean,
    "journey_peak": lambda p: p.journey_peak,
    "journey_last": lambda p: p.journey_last,
    "deviation": lambda p: p.deviation,
    "satisfaction": lambda p: p.satisfaction,
    "attitude": lambda p: p.attitude,
    "reputation": lambda p: p.reputation,
    "fit": lambda p: p.fit,
    "remembered": lambda p: p.remembered,
}
"""State of people by its name in the fast model; the two together are all of its columns."""

MET: dict[str, Callable[[Visit], Values]] = {
    "stage": lambda v: IDLE if v.stage is None else STAGES.index(v.stage),
    "touchpoint": lambda v: -1 if v.place is None else v.place,
    "hours": lambda v: v.hours,
    "time": lambda v: v.time,
    "abandoned": lambda v: v.abandoned,
    "help": lambda v: v.helped,
    "kept": lambda v: v.kept,
    "wait": lambda v: v.wait,
    "purpose": lambda v: v.met,
    "success": lambda v: v.success,
    "burden": lambda v: v.burden,
    "judgement": lambda v: 0.0 if v.judgement is None else v.judgement,
}
"""Encounters of this month."""

BALANCE: dict[str, Callable[[Person], Values]] = {
    "customer": lambda p: p.was_customer,
    "hours": lambda p: p.hours_spent,
    "outlay": lambda p: p.outlay,
    "gained": lambda p: p.gained,
    "alone": lambda p: p.alone,
    "trouble": lambda p: p.trouble,
}
"""What the month asks of a person and gives."""


def people_state(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield each column of people in both models."""
    for name, read in (INTEGERS | FLOATS).items():
        yield f"people.{name}", world.people.column(name), [read(p) for p in twin.people]
    yield "people.experienced", world.people.experienced, [p.experienced for p in twin.people]


def encounters(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield this month's use, latest encounters and balance in both models."""
    for name, read in MET.items():
        yield f"use.{name}", getattr(world.use, name), [read(p.use) for p in twin.people]
        met = getattr(world.encounters, name)
        yield f"met.{name}", met, [read(p.visit) for p in twin.people]
    for name, told in BALANCE.items():
        yield f"balance.{name}", getattr(world.balance, name), [told(p) for p in twin.people]
    attained = np.zeros_like(world.balance.attained)
    for p in twin.people:
        values = list(p.outcome_progress.values())
        attained[p.index, : len(values)] = values
    yield "balance.attained", world.balance.attained, attained


def firms_state(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield what companies, partners and segments are in both models."""
    firms, departments = world.firms, [list(c.departments.values()) for c in twin.companies]
    for name in ("capability", "focus", "heard", "lens"):
        fast = getattr(firms, name)[: len(departments)]
        yield f"firms.{name}", fast, [[getattr(d, name) for d in ds] for ds in departments]
    waiting = [
        np.sum([np.zeros_like(firms.pending[0]), *ds[0].waiting], axis=0) for ds in departments
    ]
    yield "firms.pending", firms.pending, waiting
    yield "firms.legacy", firms.legacy, [c.legacy for c in twin.companies]
    yield "firms.allocation", firms.allocation, [c.allocation for c in twin.companies]
    yield "firms.settling", firms.settling, [c.settling for c in twin.companies]
    yield "firms.receipts", firms.receipts, [c.receipts for c in twin.companies]
    year = [c.year() for c in twin.companies]
    fast = [firms.earned.sum(axis=1), firms.served.sum(axis=1)]
    yield "firms.year", np.transpose(fast), year
    in_force = [[getattr(c.strategy, name) for name in IMITATED] for c in twin.companies]
    yield "strategies", strategy_numbers(world.scenario), in_force
    yield "firms.brought", firms.brought, [c.platform_brought for c in twin.companies]
    yield "firms.slack", firms.slack, [c.platform_slack for c in twin.companies]
    yield "firms.failed", firms.failed, [c.failed for c in twin.companies]
    yield "firms.complained", firms.complained, [c.complained for c in twin.companies]
    for name in ("contacts", "expected", "staff", "servers", "occupancy", "skill_gained"):
        yield f"firms.{name}", getattr(firms, name), [getattr(c, name) for c in twin.companies]
    companies = (*range(len(twin.companies)), NOBODY)
    yield "firms.quality", firms.quality, [twin.quality[c] for c in companies]
    yield "firms.reported", firms.reported, [*(c.reported for c in twin.companies), twin.reported]
    yield "firms.promised", firms.promised[:-1], [c.promised for c in twin.companies]
    yield "levels", world.levels, twin.importance
    yield "partners.active", [p.active for p in world.partners], [p.active for p in twin.partners]
    fast = [[p.running_mean, p.margin_per_customer] for p in world.partners]
    yield "partners.worth", fast, [[p.worth, p.margin] for p in twin.partners]


def answers(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield what people asked and answered, and what is kept of it."""
    month, peers = world.month, world.peers
    yield "peers.given", peers.given, [p.answers_given for p in twin.people]
    yield "peers.lately", peers.lately, [p.answers_lately for p in twin.people]
    for name in ("questions", "answers", "answered", "found", "peer_help"):
        told = getattr(twin, name)
        yield f"month.{name}", getattr(month, name), [told.get(t.index, 0.0) for t in twin.places]
    hours = twin.inputs.peers.answer_hours
    given = [
        hours * sum(p.answers_given for p in twin.people if p.is_customer == customer)
        for customer in (True, False)
    ]
    yield "month.answer_hours", month.answer_hours, given
    archive, wisdom = np.zeros_like(peers.archive), np.zeros_like(peers.wisdom)
    for (place, company, job), kept in twin.archives.items():
        archive[company, place, job], wisdom[company, place, job] = kept.answers, kept.wisdom
    yield "peers.archive", peers.archive, archive
    yield "peers.wisdom", peers.wisdom, wisdom


def clockwork(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield what the firms' process leaves for the month."""
    firms, companies = world.firms, twin.companies
    spend = [[d.spend for d in c.departments.values()] for c in companies]
    yield "firms.rate", firms.rate, spend
    yield "month.coordinating", world.month.coordinating, [c.coordination for c in companies]
    yield "firms.campaign", firms.campaign, [c.share_of_month(c.campaigns) for c in companies]
    yield "firms.outage", firms.outage, [c.share_of_month(c.outages) for c in companies]


def resources(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield the month's sums of what was brought and not used, and of the desks."""
    n = len(twin.companies)
    brought = np.zeros((n + 1, len(twin.places), 4))
    slack, waits = np.zeros_like(brought), np.zeros((n, len(twin.places)))
    left = np.zeros_like(waits)
    for v in twin.visits():
        if v.contribution:
            brought[v.considered, v.place] += v.contribution
            slack[v.considered, v.place] += v.idle_contribution
        if v.place is not None and v.considered != NOBODY:
            waits[v.considered, v.place] += v.wait
            left[v.considered, v.place] += v.abandoned
    yield "month.brought", world.month.brought, brought
    yield "month.slack", world.month.slack, slack
    yield "month.desk_wait", world.month.desk_wait, waits
    yield "month.desk_abandoned", world.month.desk_abandoned, left
    for name in ("failures", "complaints"):
        told = np.zeros_like(world.month.failures)
        for place in getattr(twin, name):
            told[place] += 1
        yield f"month.{name}", getattr(world.month, name), told


def books(world: World, twin: TwinModel) -> Iterator[tuple[str, Values, Values]]:
    """Yield the month's sums of money and encounters."""
    month, kept = world.month, twin.books
    names = [c.name for c in twin.companies]
    yield (
        "month.customers",
        month.customers[:2],
        [d["customers"] for d in (kept.surplus, kept.alone)],
    )
    yield (
        "month.non_customers",
        month.non_customers[:2],
        [d["non_customers"] for d in (kept.surplus, kept.alone)],
    )
    yield "month.by_part", month.by_part, list(kept.gross.values())
    yield "month.encounters", month.encounters.sum(axis=0), kept.encounters
    yield "month.heard", month.heard.sum(axis=1), kept.heard
    yield "month.receipts", month.receipts, kept.receipts
    yield "month.fees", month.fees.sum(axis=1), kept.fees
    yield "month.spending", month.spending, kept.spending
    yield "month.company_surplus", month.company_surplus, [kept.surplus[name] for name in names]
    partners = [kept.surplus[p.name] for p in twin.partners]
    yield "month.partner_surplus", month.partner_surplus, partners
    yield "month.co_created_value", month.co_created_value[0], kept.co_created_value


Reader = Callable[[World, TwinModel], Iterator[tuple[str, Values, Values]]]

AFTER_MONTH: tuple[Reader, ...] = (
    people_state, encounters, firms_state, clockwork, resources, answers, books,
)  # fmt: skip

MORE_AFTER: dict[str, tuple[Reader, ...]] = {
    "firms": (clockwork,),
    "use": (resources,),
    "judge_use": (encounters,),
    "answer": (answers,),
    "account": (books,),
}
"""What a process leaves besides state, to be compared after it."""


# --- comparing -----------------------------------------------------------------------------------


@dataclass
class Comparison:
    """A collection of differences, and how near the rest came to being one."""

    bound: float
    differences: list[Difference]
    nearest: float = 0.0

    def check(
        self, name: str, fast: Values, twin: Values, *, month: int, process: str = ""
    ) -> None:
        """Compare one quantity: whole numbers exactly, others to the bound.

        Two numbers agree if they differ by at most the bound, absolutely or relative to the
        greatest of their array.
        """
        a, b = np.asarray(fast), np.asarray(twin)
        assert a.shape == b.shape, (name, a.shape, b.shape)
        if a.size == 0:
            return
        exact = a.dtype.kind in "iub" and b.dtype.kind in "iub"
        gap = np.abs(a.astype(float) - b.astype(float))
        scale = 1.0 if exact else max(1.0, float(np.max(np.abs(a))))
        wrong = ~(gap <= (0.0 if exact else self.bound * scale))
        if not exact:
            self.nearest = max(self.nearest, float(np.max(gap)) / scale)
        if wrong.any():
            first = tuple(int(i) for i in np.argwhere(wrong)[0])
            self.differences.append(
                Difference(
                    month,
                    process,
                    name,
                    float(np.max(gap)),
                    first,
                    float(a[first]),
                    float(b[first]),
                    int(wrong.sum()),
                )
            )


def compare_months(
    fast: EcosystemModel, twin: TwinModel, months: int, *, bound: float
) -> Comparison:
    """Step both models and compare all of their state after each month, until they differ."""
    found = Comparison(bound, [])
    twin.warm_up()
    for month in range(1, months + 1):
        fast.step()
        twin.step()
        for read in AFTER_MONTH:
            for name, a, b in read(fast.world, twin):
                found.check(name, a, b, month=month)
        if found.differences:
            break
    return found


# --- one process at a time -----------------------------------------------------------------------


def copy_state(world: World, twin: TwinModel, done: set[str]) -> None:
    """Make the twin's state that of the fast model; its clock goes on by itself.

    Encounters count from the process on that clears them: before, they are last month's.
    """
    for person in twin.people:
        _copy_person(world, person)
        if "prepare" in done:
            _copy_encounters(world, person)
    firms = world.firms
    for c, company in enumerate(twin.companies):
        for f, function in enumerate(FUNCTIONS):
            department = company.departments[function]
            department.capability = firms.capability[c, f].tolist()
            department.focus = firms.focus[c, f].tolist()
            department.heard = firms.heard[c, f].tolist()
        company.departments[FUNCTIONS[0]].waiting = [firms.pending[c].tolist()]
        company.allocation = firms.allocation[c].tolist()
        company.reported = firms.reported[c].tolist()
        company.promised = firms.promised[c].tolist()
        company.settling = firms.settling[c].tolist()
        company.receipts = float(firms.receipts[c])
        for name in ("contacts", "expected", "staff", "servers", "occupancy", "skill_gained"):
            setattr(company, name, getattr(firms, name)[c].tolist())
        company.platform_brought = firms.brought[c].tolist()
        company.platform_slack = firms.slack[c].tolist()
        company.failed = firms.failed[c].astype(int).tolist()
        company.complained = firms.complained[c].astype(int).tolist()
    for (place, owner, job), kept in twin.archives.items():
        kept.answers = float(world.peers.archive[owner, place, job])
        kept.wisdom = float(world.peers.wisdom[owner, place, job])
    for c in twin.quality:
        twin.quality[c] = firms.quality[c].tolist()
    twin.reported = firms.reported[-1].tolist()
    twin.importance = world.levels.tolist()
    for own, partner in zip(twin.partners, world.partners, strict=True):
        own.active = partner.active
        own.worth, own.margin = partner.running_mean, partner.margin_per_customer


def _copy_person(world: World, person: Person) -> None:
    i, people = person.index, world.people
    person.provider, person.considered = int(people.provider[i]), int(people.considers[i])
    place, company, stage = (
        int(people.column(name)[i]) for name in ("tried", "tried_at", "tried_in")
    )
    person.tried = None if place < 0 else (place, company, STAGES[stage])
    person.answers_lately = float(world.peers.lately[i])
    person.last_job = None if people.last_job[i] < 0 else int(people.last_job[i])
    person.stage = None if people.stage[i] < 0 else STAGES[people.stage[i]]
    person.job = None if people.job[i] < 0 else int(people.job[i])
    person.tenure, person.waited = int(people.tenure[i]), int(people.waited[i])
    person.contacts, person.problem = int(people.contacts[i]), bool(people.problem[i])
    person.joined, person.left = int(people.joined[i]), int(people.left[i])
    person.queries, person.tries = int(people.queries[i]), int(people.tries[i])
    person.for_staff, person.need_month = bool(people.for_staff[i]), int(people.need_month[i])
    for name in ("knowledge", "skill", "practice", "progress", "norm", "paid", "surplus"):
        setattr(person, name, float(getattr(people, name)[i]))
    for name in ("journey_weight", "journey_mean", "journey_peak", "journey_last"):
        setattr(person, name, float(getattr(people, name)[i]))
    person.satisfaction = people.satisfaction[i].tolist()
    person.attitude = people.attitude[i].tolist()
    person.reputation = people.reputation[i].tolist()
    person.aware = [Known(code) for code in people.aware[i]]
    person.experienced = people.experienced[i].tolist()
    person.dealt = people.dealt[i].tolist()
    person.remembered = people.remembered[i].tolist()


def _copy_encounters(world: World, person: Person) -> None:
    i, balance = person.index, world.balance
    person.hours_spent = float(balance.hours[i])
    for name in ("outlay", "gained", "alone"):
        setattr(person, name, float(getattr(balance, name)[i]))
    for row, k in enumerate(person.outcome_progress):
        person.outcome_progress[k] = float(balance.attained[i, row])
    for visit, met in ((person.use, world.use), (person.visit, world.encounters)):
        visit.met = float(met.purpose[i])
        visit.kept = float(met.kept[i])
        visit.helped = float(met.help[i])
        for name in ("hours", "time", "wait", "burden"):
            setattr(visit, name, float(getattr(met, name)[i]))


def _processes(world: World, twin: TwinModel) -> Iterator[Process]:
    """Yield the processes of a month, those of rounds in each round."""
    for entry in MONTH:
        if isinstance(entry, Process):
            yield entry
        if isinstance(entry, RoundOfProcesses):
            for process in entry.each(world):
                twin.round = world.rounds.number
                yield process
            twin.round = 0


def compare_processes(
    fast: EcosystemModel, twin: TwinModel, months: int, *, bound: float
) -> Comparison:
    """Let every process of every month start from the same state in both, and compare after it."""
    found, world = Comparison(bound, []), fast.world
    for _ in range(months):
        twin.start_month()
        _start_month(fast)
        readers: list[Reader] = [people_state, firms_state]
        done: set[str] = set()
        for process in _processes(world, twin):
            copy_state(world, twin, done)
            process(world)
            done.add(process.name)
            getattr(twin, f"run_{process.name}")()
            readers += MORE_AFTER.get(process.name, ())
            for read in readers:
                for name, a, b in read(world, twin):
                    found.check(name, a, b, month=world.step, process=process.name)
        if found.differences:
            break
    return found


def _start_month(fast: EcosystemModel) -> None:
    """Do what the fast model does before the first process of a month."""
    world = fast.world
    world.step += 1
    if world.step in fast._changes:
        world.adopt(fast._changes[world.step])
    world.month = world.new_month()
