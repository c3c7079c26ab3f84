"""What companies do this month, as tables for the kernels.

Made anew whenever the scenario in force changes. Tables by company have one row more, the
last, for nobody: people who deal with no company choose freely and get no support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats
from simulation.kernels.account import CO_PRODUCTION, CUSTOMER_TO_CUSTOMER, VALUE_IN_USE
from simulation.kernels.desk import day_profile
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import CompanySection, Strategy
from simulation.world.journey import BY_STAFF, N_STAGES, STAGES, SUPPORT
from simulation.world.operations import Operations
from simulation.world.touchpoints import (
    AREAS,
    EACH_COMPANY,
    EXPERIENCE_PLATFORM,
    FUNCTIONS,
    MARKETING_SALES,
    N_FUNCTIONS,
    ONE_COMPANY,
    PARTNER,
    Touchpoints,
)

STRATEGY_NUMBERS = (
    "portfolio", "listening", "outside_in", "complaint_rate", "recovery", "imitation",
)  # fmt: skip
"""What processes read of strategies as it is given."""

NUMBERS = tuple(
    name
    for name, field in Strategy.model_fields.items()
    if field.annotation is float and name not in ("imitation", "teacher_share")
)
"""What is imitated; all of it lies between 0 and 1."""

PAIRS = ((0, 1), (0, 2), (1, 2))
"""Pairs of functions, in the order of the fields of ``Coupling``."""


@dataclass(frozen=True)
class Policy:
    """Tables of what companies do; C companies, T touchpoints.

    Attributes:
        price: fixed part ``(C + 1,)``, money a month
        usage_price: part that goes with usage ``(C + 1,)``, money a month
        configuration: share of the offering that each lays along the own importance ``(C + 1,)``
        what, where, why: the switches ``(C + 1,)``
        open_share: share of contacts that fall within open hours ``(C + 1,)``
        open_hours: hours a month that desks are open ``(C + 1,)``
        staff_share: share of the staff's skill that helps ``(C + 1,)``
        single_view: how far the company's touchpoints know of each other ``(C + 1,)``
        hype, push: ``(C + 1,)``
        effort: hours of an encounter ``(C + 1, T)``
        handling: mean handling minutes ``(C + 1, T)``
        route: touchpoint to which the company's process sends people ``(C + 1, n_stages + 1)``, or
            -1; after the stages comes ``BY_STAFF``
        teaching: teaching speed ``(C + 1,)``
        teachers: share of each function in the teaching, sums to 1 ``(C, 3)``
        teaching_effort: share of each function's effort that teaches ``(C, 3)``
        alignment: coupling of functions, symmetric, zero diagonal ``(C, 3, 3)``
        coordination: share of the budget that coupling costs ``(C,)``
        funding: money a month at this population ``(C, 3)``
        revenue_share, portfolio, listening, outside_in, complaint_rate, recovery, imitation:
            strategy numbers ``(C,)``
        staff_skill: of people who are hired ``(C,)``, training: of the staff ``(C,)``
        area_weights: of encounters by area, moments: and by stage
        decay: share of capability that wears off in a month ``(3,)``
        serving_cost: money a month and customer, who: the switch ``(C,)``
        configuration_hours: hours a month of configuring an offering ``(C + 1,)``
        partner_fee, partner_cost, partner_fixed_cost, partner_hours: as the scenario has them, and
            partner_help: what of their capability is not blocked ``(n_partners,)``
        value_arises: where value arises at each touchpoint ``(C + 1, T)``: between customers at
            social ones, in co-production where staff or a partner take part, elsewhere in use,
            where people use what companies provide (Grönroos & Voima 2013)
        recovering: chance that a company contacts somebody who says all there is to say ``(C,)``
        strategies: the strategy numbers in force ``(C, n_numbers)``
        day_profile: share of a day's contacts until the end of each hour ``(n_hours + 1,)``
    """

    price: Floats
    usage_price: Floats
    configuration: Floats
    what: Floats
    where: Floats
    why: Floats
    open_share: Floats
    open_hours: Floats
    staff_share: Floats
    single_view: Floats
    hype: Floats
    push: Floats
    effort: Floats
    handling: Floats
    route: NDArray[np.int64]
    teaching: Floats
    teachers: Floats
    teaching_effort: Floats
    alignment: Floats
    coordination: Floats
    funding: Floats
    revenue_share: Floats
    portfolio: Floats
    listening: Floats
    outside_in: Floats
    complaint_rate: Floats
    recovery: Floats
    imitation: Floats
    staff_skill: Floats
    training: Floats
    area_weights: Floats
    moments: Floats
    decay: Floats
    day_profile: Floats
    serving_cost: Floats
    who: Floats
    configuration_hours: Floats
    partner_fee: Floats
    partner_cost: Floats
    partner_fixed_cost: Floats
    partner_hours: Floats
    partner_help: Floats
    value_arises: NDArray[np.int64]
    recovering: Floats
    strategies: Floats

    @cached_property
    def recovers(self) -> bool:
        """Whether any company contacts people for what they say."""
        return bool(self.recovering.any())

    @cached_property
    def nothing(self) -> Floats:
        """Zeros ``(C + 1,)``."""
        return np.zeros_like(self.price)

    @cached_property
    def peak(self) -> float:
        """How many contacts come in the hour of a contact, relative to an hour's mean."""
        return peak_factor(self.day_profile)

    @cached_property
    def budget_shares(self) -> tuple[Floats, Floats]:
        """What companies fund ``(C,)``, and the share of each function ``(C, 3)``.

        Where nothing is funded, shares are even.
        """
        base = self.funding.sum(axis=1)
        even = np.full_like(self.funding, 1.0 / self.funding.shape[1])
        split = np.divide(self.funding, base[:, None], out=even, where=base[:, None] > 0.0)
        return base, split

    @cached_property
    def level_balance(self) -> Floats:
        """Evenness of funding, ``(C,)``: 1 − distance of shares from equal, relative to the most.

        0 is one function alone. Where nothing is funded, all are equal.
        """
        total = self.funding.sum(axis=1, keepdims=True)
        even = np.full_like(self.funding, 1.0 / N_FUNCTIONS)
        shares = np.divide(self.funding, total, out=even, where=total > 0.0)
        distance = np.sqrt(((shares - 1.0 / N_FUNCTIONS) ** 2).sum(axis=1))
        balance: Floats = 1.0 - distance / np.sqrt(1.0 - 1.0 / N_FUNCTIONS)
        return balance

    @classmethod
    def of(cls, scenario: Scenario, touchpoints: Touchpoints, operations: Operations) -> Policy:
        """Return the tables of a scenario."""
        companies = scenario.companies
        strategies = [company.strategy for company in companies]
        why = _with_nobody([strategy.why for strategy in strategies], 0.0)
        who = _with_nobody([strategy.who for strategy in strategies], 0.0)
        when = _with_nobody([strategy.when for strategy in strategies], 0.0)
        encounter, desks, judge = scenario.encounter, scenario.desks, scenario.evaluate
        longer = 1.0 + encounter.interaction_effort * why
        alignment = np.array([_alignment(company) for company in companies])
        handling = (longer * (1.0 + encounter.who_handling * who))[:, None] * operations.handling
        route = _route(touchpoints, operations, desks.wage * handling / 60.0)
        teachers = np.array([_teachers(strategy) for strategy in strategies])
        return cls(
            price=_with_nobody([company.price for company in companies], 0.0),
            usage_price=_with_nobody([company.usage_price for company in companies], 0.0),
            configuration=_with_nobody([strategy.configuration for strategy in strategies], 0.0),
            what=_with_nobody([strategy.what for strategy in strategies], 1.0),
            where=_with_nobody([strategy.where for strategy in strategies], 1.0),
            why=why,
            open_share=desks.in_business_hours + (1.0 - desks.in_business_hours) * when,
            open_hours=desks.business_hours + when * (desks.all_hours - desks.business_hours),
            staff_share=1.0 - encounter.who_help * (1.0 - who),
            single_view=_with_nobody([strategy.single_view for strategy in strategies], 0.0),
            hype=np.minimum(1.0, judge.hype + judge.hype_push * (1.0 - why)),
            push=scenario.journey.push * (1.0 - why),
            effort=longer[:, None] * operations.effort,
            handling=handling,
            route=route,
            teaching=_teaching(scenario, why),
            teachers=teachers,
            teaching_effort=teachers * np.array([s.education for s in strategies])[:, None],
            alignment=alignment,
            coordination=scenario.capability.coordination_cost
            * np.mean([alignment[:, f, g] ** 2 for f, g in PAIRS], axis=0),
            funding=np.array([_funding(company) for company in companies])
            * (scenario.population.people / 1000.0),
            revenue_share=np.array([company.revenue_share for company in companies]),
            staff_skill=np.array([company.staff_skill for company in companies]),
            training=np.array([company.training for company in companies]),
            area_weights=np.array([getattr(judge, f"weight_{area.value}") for area in AREAS]),
            moments=np.array([getattr(judge.moments, stage.value) for stage in STAGES]),
            decay=np.array([getattr(scenario.capability.decay, f.value) for f in FUNCTIONS]),
            day_profile=day_profile(np.array(desks.profile, dtype=np.float64)),
            serving_cost=np.array([company.cost_to_serve for company in companies]),
            who=who[:-1],
            configuration_hours=encounter.configuration_hours
            * _with_nobody([strategy.configuration for strategy in strategies], 0.0),
            **_partners(scenario),
            value_arises=_value_arises(touchpoints, operations),
            recovering=_recovering(scenario, operations, route),
            strategies=strategy_numbers(scenario),
            **{
                name: np.array([getattr(strategy, name) for strategy in strategies])
                for name in STRATEGY_NUMBERS
            },
        )


def strategy_numbers(scenario: Scenario) -> Floats:
    """Return the strategy numbers of all companies, ``(n_companies, n_numbers)``."""
    return np.array(
        [[getattr(company.strategy, name) for name in NUMBERS] for company in scenario.companies]
    )


def peak_factor(day_profile: Floats) -> float:
    """Return how many contacts come in the hour of a contact, relative to an hour's mean.

    H Σ_h p_h² over the H hours that have any, p their shares of the day: the contact-weighted share
    of an hour relative to a uniform day.
    """
    shares = np.diff(day_profile)
    return float(len(shares) * (shares**2).sum())


def _partners(scenario: Scenario) -> dict[str, Floats]:
    def numbers(name: str) -> Floats:
        return np.array([getattr(partner, name) for partner in scenario.partners], dtype=np.float64)

    return {
        "partner_fee": numbers("fee_share"),
        "partner_cost": numbers("cost"),
        "partner_fixed_cost": numbers("fixed_cost"),
        "partner_hours": numbers("hours"),
        "partner_help": numbers("capability"),
    }


def _value_arises(touchpoints: Touchpoints, operations: Operations) -> NDArray[np.int64]:
    arises = np.full(operations.staffed.shape, VALUE_IN_USE, dtype=np.int64)
    arises[operations.staffed | (touchpoints.owner_kind == PARTNER)] = CO_PRODUCTION
    arises[:, touchpoints.social] = CUSTOMER_TO_CUSTOMER
    return arises


def _recovering(scenario: Scenario, operations: Operations, route: NDArray[np.int64]) -> Floats:
    """Return recovery · listening, 0 where no social touchpoint is listened to or none has staff.

    A block on feedback takes its share.
    """
    strategies = [company.strategy for company in scenario.companies]
    recovery = np.array([strategy.recovery for strategy in strategies])
    listening = np.array([strategy.listening for strategy in strategies])
    hears = (operations.listens & operations.open_to & operations.social)[:-1].any(axis=1)
    chance: Floats = (
        recovery
        * listening
        * (1.0 - scenario.blocks.feedback)
        * hears
        * (route[:-1, BY_STAFF] >= 0)
    )
    return chance


def _with_nobody(values: list[float], nobody: float) -> Floats:
    return np.array([*values, nobody], dtype=np.float64)


def _teachers(strategy: Strategy) -> Floats:
    """Return each function's share of the teaching: the teacher's, and the rest."""
    shares = np.zeros(N_FUNCTIONS)
    teacher = FUNCTIONS.index(strategy.teacher)
    other = EXPERIENCE_PLATFORM if teacher == MARKETING_SALES else MARKETING_SALES
    shares[teacher], shares[other] = strategy.teacher_share, 1.0 - strategy.teacher_share
    return shares


def _funding(company: CompanySection) -> list[float]:
    return [getattr(company.funding, function.value) for function in FUNCTIONS]


def _alignment(company: CompanySection) -> Floats:
    matrix = np.zeros((N_FUNCTIONS, N_FUNCTIONS))
    fields = (
        company.strategy.coupling.innovation_marketing_sales,
        company.strategy.coupling.innovation_experience_platform,
        company.strategy.coupling.marketing_sales_experience_platform,
    )
    for (f, g), name in zip(PAIRS, fields, strict=True):
        matrix[f, g] = matrix[g, f] = company.strategy.alignment if name is None else name
    return matrix


def _route(touchpoints: Touchpoints, operations: Operations, pay: Floats) -> NDArray[np.int64]:
    """Send people to the company's own touchpoint of least cost.

    Its cost is that of an encounter and, where staffed, the ``pay (C + 1, T)`` of handling it. Of
    equals it is the one that serves the fewest stages, then the one that asks the least effort of
    people, then the first by name: the order of touchpoints in a scenario decides nothing.
    """
    of_companies = (touchpoints.owner_kind == EACH_COMPANY) | (
        touchpoints.owner_kind == ONE_COMPANY
    )
    cost = operations.cost + np.where(operations.staffed, pay, 0.0)
    usable = operations.offered & of_companies & ~touchpoints.social
    n_stages = touchpoints.serves.sum(axis=0)
    by_name = np.argsort(np.argsort(touchpoints.names))
    route = np.full((len(cost), N_STAGES + 1), -1, dtype=np.int64)
    for company in range(len(route) - 1):
        for stage in range(N_STAGES + 1):
            serves = touchpoints.serves[SUPPORT if stage == BY_STAFF else stage]
            staffed = operations.staffed[company] | (stage != BY_STAFF)
            mine = np.flatnonzero(serves & usable[company] & staffed)
            if len(mine):
                # Keys of a sort, the last one first.
                effort = operations.effort[company, mine]
                keys = by_name[mine], effort, n_stages[mine], cost[company, mine]
                route[company, stage] = mine[np.lexsort(keys)[0]]
    return route


def _teaching(scenario: Scenario, why: Floats) -> Floats:
    education = _with_nobody([c.strategy.education for c in scenario.companies], 0.0)
    speed = scenario.learn.teaching * (1.0 - scenario.blocks.teaching)
    return speed * education * (1.0 + scenario.learn.interaction_gain * why)
