"""The ledger: every deliverable that flows from one role to another in a month (Allee 2008).

Roles are ``customers``, ``non_customers``, companies and their functions (``focal``,
``focal:innovation``), partners, and ``suppliers``, who stand for all that money pays outside.
Money flows balance: what a role pays, another receives. Tangible deliverables are contracted;
intangible ones are not.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulation.recorder.gathered import Where
from simulation.scenario.words import FlowKind, Function
from simulation.world.touchpoints import FUNCTIONS
from simulation.world.world import World

CUSTOMERS, NON_CUSTOMERS, SUPPLIERS = "customers", "non_customers", "suppliers"


@dataclass(frozen=True)
class Flow:
    """A deliverable from one role to another, and which sums of the month say how much flowed."""

    giver: str
    receiver: str
    deliverable: str
    kind: FlowKind
    unit: str
    amount: Where

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


def _money_flow(giver: str, receiver: str, deliverable: str, amount: Where) -> Flow:
    return Flow(giver, receiver, deliverable, FlowKind.MONEY, "money/month", amount)


def _money(c: int, name: str) -> list[Flow]:
    result = [
        _money_flow(CUSTOMERS, name, "payment", lambda m: m.month.receipts[c]),
        _money_flow(name, SUPPLIERS, "serving", lambda m: m.month.serving[c]),
        _money_flow(name, SUPPLIERS, "coordination", lambda m: m.month.coordinating[c]),
        _money_flow(name, SUPPLIERS, "touchpoints", lambda m: m.month.running[c]),
        _money_flow(name, SUPPLIERS, "staff", lambda m: m.month.staffing[c]),
        _money_flow(name, SUPPLIERS, "training of staff", lambda m: m.month.training[c]),
        _money_flow(name, SUPPLIERS, "listening", lambda m: m.month.hearing[c]),
        _money_flow(name, SUPPLIERS, "complaints", lambda m: m.month.complaining[c]),
        _money_flow(name, SUPPLIERS, "recovery", lambda m: m.month.recovering[c]),
        _money_flow(name, SUPPLIERS, "single view", lambda m: m.month.viewing[c]),
    ]
    result += [_projects(c, name, f) for f in range(len(FUNCTIONS))]
    return result


def _projects(c: int, name: str, f: int) -> Flow:
    deliverable = f"projects of {FUNCTIONS[f].value}"
    return _money_flow(name, SUPPLIERS, deliverable, lambda m: m.month.projects[c, f])


def _fee(c: int, company: str, p: int, partner: str) -> Flow:
    return _money_flow(company, partner, "fee", lambda m: m.month.fees[c, p])


def _offers(c: int, name: str) -> list[Flow]:
    innovation, marketing_sales, platform = (f"{name}:{f.value}" for f in FUNCTIONS)
    teachers = {function: f"{name}:{function.value}" for function in FUNCTIONS}

    def taught(function: Function) -> Where:
        f = FUNCTIONS.index(function)
        return lambda m: m.month.taught_by[c, f]

    result = [
        Flow(
            innovation,
            CUSTOMERS,
            "offering",
            FlowKind.TANGIBLE,
            "performance",
            lambda m: m.month.offered[c],
        ),
        Flow(
            platform,
            CUSTOMERS,
            "platform support",
            FlowKind.TANGIBLE,
            "input",
            lambda m: m.month.brought[c, :, 1],
        ),
        Flow(
            marketing_sales,
            NON_CUSTOMERS,
            "promise",
            FlowKind.INTANGIBLE,
            "persons made aware",
            lambda m: m.month.new_aware_by_advertising[c],
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
    unit = "persons heard"
    return [
        Flow(
            CUSTOMERS,
            role,
            deliverable,
            FlowKind.INTANGIBLE,
            unit,
            lambda m: m.month.heard_customers[c, f],
        ),
        Flow(
            NON_CUSTOMERS,
            role,
            "feature request",
            FlowKind.INTANGIBLE,
            unit,
            lambda m: m.month.heard_non_customers[c, f],
        ),
    ]


def _between_people(c: int, name: str) -> Flow:
    return Flow(
        CUSTOMERS,
        NON_CUSTOMERS,
        f"word of mouth about {name}",
        FlowKind.INTANGIBLE,
        "persons made aware",
        lambda m: m.month.new_aware_by_word_of_mouth[c],
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
            lambda m: m.month.knowledge_told,
        ),
    ]


def _peer_help(role: int, receiver: str) -> Flow:
    return Flow(
        CUSTOMERS, receiver, "peer help", FlowKind.INTANGIBLE, "input",
        lambda m: m.month.helped[role],
    )  # fmt: skip


def _answering(role: int, giver: str) -> Flow:
    return Flow(
        giver, CUSTOMERS, "answers to peers", FlowKind.INTANGIBLE, "hours",
        lambda m: m.month.answer_hours[role],
    )  # fmt: skip


def _joy(role: int, giver: str) -> Flow:
    return Flow(
        CUSTOMERS,
        giver,
        "joy of answering",
        FlowKind.INTANGIBLE,
        "money/month",
        lambda m: m.month.joy[role],
    )


def _partner(p: int, name: str) -> list[Flow]:
    return [
        Flow(
            name,
            CUSTOMERS,
            "partner service",
            FlowKind.TANGIBLE,
            "encounters",
            lambda m: m.month.partnered[:, p],
        ),
        _money_flow(name, SUPPLIERS, "partner's costs", lambda m: m.month.partner_costs[p]),
    ]


__all__ = ["Flow", "FlowKind", "flows"]
