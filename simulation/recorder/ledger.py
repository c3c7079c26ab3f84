"""The ledger: every deliverable that flows from one role to another in a month (Allee 2008).

Roles are ``customers``, ``non_customers``, companies and their functions (``focal``,
``focal:innovation``), partners, and ``suppliers``, who stand for all that money pays outside.
Money flows balance: what a role pays, another receives. Tangible deliverables are contracted;
intangible ones are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulation.scenario.words import FlowKind, Function
from simulation.world.touchpoints import FUNCTIONS
from simulation.world.world import World

CUSTOMERS, NON_CUSTOMERS, SUPPLIERS = "customers", "non_customers", "suppliers"


@dataclass(frozen=True)
class Flow:
    """A deliverable from one role to another, and how much of it flowed this month."""

    giver: str
    receiver: str
    deliverable: str
    kind: FlowKind
    unit: str
    amount: Callable[[World], float]

    @property
    def label(self) -> tuple[str, str, str, str, str]:
        """Return what the flow is: giver, receiver, deliverable, kind, unit."""
        return self.giver, self.receiver, self.deliverable, self.kind.value, self.unit


def flows(world: World) -> tuple[Flow, ...]:
    """Return all flows that a world can have, in a fixed order."""
    result: list[Flow] = []
    for c, company in enumerate(world.scenario.companies):
        result += _money(c, company.name)
        result += _offers(c, company.name)
        result += _voices(c, company.name)
        for p, partner in enumerate(world.scenario.partners):
            result.append(_fee(c, company.name, p, partner.name))
    result += [
        _between_people(c, name)
        for c, name in enumerate(company.name for company in world.scenario.companies)
    ]
    result += _peers()
    for p, partner in enumerate(world.scenario.partners):
        result += _partner(p, partner.name)
    return tuple(result)


def _money_flow(
    giver: str, receiver: str, deliverable: str, amount: Callable[[World], float]
) -> Flow:
    return Flow(giver, receiver, deliverable, FlowKind.MONEY, "money/month", amount)


def _money(c: int, name: str) -> list[Flow]:
    result = [
        _money_flow(CUSTOMERS, name, "payment", lambda w: w.month.receipts[c]),
        _money_flow(name, SUPPLIERS, "serving", lambda w: w.month.serving[c]),
        _money_flow(name, SUPPLIERS, "coordination", lambda w: w.month.coordinating[c]),
        _money_flow(name, SUPPLIERS, "touchpoints", lambda w: w.month.running[c]),
        _money_flow(name, SUPPLIERS, "staff", lambda w: w.month.staffing[c]),
        _money_flow(name, SUPPLIERS, "training of staff", lambda w: w.month.training[c]),
        _money_flow(name, SUPPLIERS, "listening", lambda w: w.month.hearing[c]),
        _money_flow(name, SUPPLIERS, "complaints", lambda w: w.month.complaining[c]),
        _money_flow(name, SUPPLIERS, "recovery", lambda w: w.month.recovering[c]),
        _money_flow(name, SUPPLIERS, "single view", lambda w: w.month.viewing[c]),
    ]
    result += [_projects(c, name, f) for f in range(len(FUNCTIONS))]
    return result


def _projects(c: int, name: str, f: int) -> Flow:
    deliverable = f"projects of {FUNCTIONS[f].value}"
    return _money_flow(name, SUPPLIERS, deliverable, lambda w: w.month.projects[c, f])


def _fee(c: int, company: str, p: int, partner: str) -> Flow:
    return _money_flow(company, partner, "fee", lambda w: w.month.fees[c, p])


def _offers(c: int, name: str) -> list[Flow]:
    innovation, marketing_sales, platform = (f"{name}:{f.value}" for f in FUNCTIONS)
    teachers = {function: f"{name}:{function.value}" for function in FUNCTIONS}

    def taught(function: Function) -> Callable[[World], float]:
        f = FUNCTIONS.index(function)
        return lambda w: float(w.month.knowledge_taught[c] * w.policy.teachers[c, f])

    result = [
        Flow(
            innovation,
            CUSTOMERS,
            "offering",
            FlowKind.TANGIBLE,
            "performance",
            lambda w: w.month.offered[c],
        ),
        Flow(
            platform,
            CUSTOMERS,
            "platform support",
            FlowKind.TANGIBLE,
            "input",
            lambda w: w.month.brought[c, :, 1].sum(),
        ),
        Flow(
            marketing_sales,
            NON_CUSTOMERS,
            "promise",
            FlowKind.INTANGIBLE,
            "persons made aware",
            lambda w: float(w.month.new_aware_by_advertising[c]),
        ),
    ]
    result += [
        Flow(role, CUSTOMERS, "teaching", FlowKind.INTANGIBLE, "knowledge", taught(function))
        for function, role in teachers.items()
    ]
    return result


def _voices(c: int, name: str) -> list[Flow]:
    deliverables = ("insight", "feedback", "feedback")
    return [
        flow
        for f, deliverable in enumerate(deliverables)
        for flow in _voice(c, f"{name}:{FUNCTIONS[f].value}", f, deliverable)
    ]


def _voice(c: int, role: str, f: int, deliverable: str) -> list[Flow]:
    def customers(world: World) -> float:
        return float(world.month.heard[c, f] - world.month.heard_non_customers[c, f])

    def non_customers(world: World) -> float:
        return float(world.month.heard_non_customers[c, f])

    unit = "persons heard"
    return [
        Flow(CUSTOMERS, role, deliverable, FlowKind.INTANGIBLE, unit, customers),
        Flow(NON_CUSTOMERS, role, "feature request", FlowKind.INTANGIBLE, unit, non_customers),
    ]


def _between_people(c: int, name: str) -> Flow:
    return Flow(
        CUSTOMERS,
        NON_CUSTOMERS,
        f"word of mouth about {name}",
        FlowKind.INTANGIBLE,
        "persons made aware",
        lambda w: float(w.month.new_aware_by_word_of_mouth[c]),
    )


def _peers() -> list[Flow]:
    roles = (CUSTOMERS, NON_CUSTOMERS)
    return [
        *(_peer_help(role, receiver) for role, receiver in enumerate(roles)),
        *(_answering(role, giver) for role, giver in enumerate(roles)),
        *(_joy(role, giver) for role, giver in enumerate(roles)),
        Flow(
            CUSTOMERS,
            NON_CUSTOMERS,
            "knowledge by talk",
            FlowKind.INTANGIBLE,
            "knowledge",
            lambda w: w.month.knowledge_told,
        ),
    ]


def _peer_help(role: int, receiver: str) -> Flow:
    return Flow(
        CUSTOMERS, receiver, "peer help", FlowKind.INTANGIBLE, "input",
        lambda w: float(w.month.helped[role]),
    )  # fmt: skip


def _answering(role: int, giver: str) -> Flow:
    return Flow(
        giver, CUSTOMERS, "answers to peers", FlowKind.INTANGIBLE, "hours",
        lambda w: float(w.month.answer_hours[role]),
    )  # fmt: skip


def _joy(role: int, giver: str) -> Flow:
    def worth(world: World) -> float:
        rate = world.scenario.peers.answer_joy * world.scenario.encounter.wage
        return float(rate * world.month.answer_hours[role])

    return Flow(CUSTOMERS, giver, "joy of answering", FlowKind.INTANGIBLE, "money/month", worth)


def _partner(p: int, name: str) -> list[Flow]:
    return [
        Flow(
            name,
            CUSTOMERS,
            "partner service",
            FlowKind.TANGIBLE,
            "encounters",
            lambda w: float(w.month.partnered[:, p].sum()),
        ),
        _money_flow(name, SUPPLIERS, "partner's costs", lambda w: w.month.partner_costs[p]),
    ]


__all__ = ["Flow", "FlowKind", "flows"]
