"""The month's books are closed: what it was worth to whom, and who paid whom."""

from __future__ import annotations

from simulation.kernels import account as kernel
from simulation.kernels import books
from simulation.streams import Draws
from simulation.world.imitation import YEAR
from simulation.world.world import World


def account(world: World, draws: Draws) -> None:
    """Settle with people, companies and partners; every transfer stands on both sides."""
    del draws  # the books leave nothing to chance
    _settle_with_people(world)
    _settle_with_companies(world)
    _settle_with_partners(world)
    _close(world)
    for partner in world.partners:
        partner.remember()
    _remember(world)


def _settle_with_people(world: World) -> None:
    people, balance, month = world.people, world.balance, world.month
    kernel.settle(
        world.policy.price, world.policy.usage_price, world.policy.value_arises,
        people.segment, people.provider, people.considers, world.use.touchpoint, balance.needy,
        balance.gained, balance.alone, balance.outlay, people.usage, people.paid,
        people.surplus,
        month.customers, month.non_customers, month.by_segment, month.by_part, month.paying,
        month.used, month.receipts,
    )


def _settle_with_companies(world: World) -> None:
    """Costs: serving customers, touchpoints, desks, hearing people, complaints, a single view."""
    month, operations, policy, scenario = (
        world.month, world.operations, world.policy, world.scenario,
    )
    desks, hearing, view = scenario.desks, scenario.listening, scenario.handover
    books.pay_for_touchpoints(
        desks.wage, desks.blended_occupancy, scenario.encounter.who_handling,
        policy.where, policy.who, policy.open_hours,
        world.touchpoints.open_channel, operations.offered, world.offers.is_operated,
        operations.fixed_cost, operations.cost, operations.handling,
        world.firms.servers, month.visitors, month.desk_contacts, month.desk_busy,
        month.desk_paid, month.running, month.staffing,
    )
    books.pay_for_service(
        policy.serving_cost, desks.training_cost, hearing.cost, hearing.research,
        hearing.complaint_cost, hearing.recovery_cost, view.view_cost, view.view_contact_cost,
        policy.training, policy.outside_in, policy.complaint_rate, policy.single_view,
        world.touchpoints.of_companies,
        month.desk_paid, month.paying, month.heard, month.complaints, month.recoveries,
        month.visitors, world.use.visitors,
        month.serving, month.training, month.hearing, month.complaining, month.recovering,
        month.viewed, month.viewing,
    )


def _settle_with_partners(world: World) -> None:
    month, policy = world.month, world.policy
    books.settle_with_partners(
        policy.partner_fee, policy.partner_cost, policy.partner_fixed_cost,
        world.offers.partner_active, world.touchpoints.partner, policy.price, policy.usage_price,
        month.partnered, month.partnered_use, month.visitors, month.fees, month.partner_costs,
    )


def _close(world: World) -> None:
    month, rules = world.month, world.scenario
    books.close(
        month.receipts, month.fees, month.partner_costs, month.serving, month.projects,
        month.coordinating, month.running, month.staffing, month.training, month.hearing,
        month.complaining, month.recovering, month.viewing, month.customers, month.non_customers,
        month.spending, month.company_surplus, month.partner_surplus, month.co_created_value,
    )
    books.note(
        world.policy.teachers, rules.peers.answer_joy * rules.encounter.wage, world.policy.effort,
        month.visitors, month.recoveries, month.heard, month.heard_non_customers,
        month.knowledge_taught, month.answer_hours,
        month.hours_spent, month.heard_customers, month.taught_by, month.joy,
    )


def _remember(world: World) -> None:
    """Write down what companies go by next month."""
    firms, month = world.firms, world.month
    books.remember(
        world.policy.open_hours, firms.servers, month.desk_busy, month.failures, month.complaints,
        month.receipts, month.desk_contacts, month.company_surplus, month.paying,
        world.step % YEAR,
        firms.occupancy, firms.failed, firms.complained, firms.receipts, firms.contacts,
        firms.earned, firms.served,
    )
