"""The month's books are closed: what it was worth to whom, and who paid whom."""

from __future__ import annotations

import numpy as np

from simulation.kernels import account as kernel
from simulation.streams import Draws
from simulation.world.imitation import YEAR
from simulation.world.touchpoints import PARTNER
from simulation.world.world import World


def account(world: World, draws: Draws) -> None:
    """Settle with people, companies and partners; every transfer stands on both sides."""
    del draws  # the books leave nothing to chance
    _settle_with_people(world)
    _settle_with_companies(world)
    _settle_with_partners(world)
    _remember(world)


def _remember(world: World) -> None:
    """Write down what companies go by next month."""
    firms, month = world.firms, world.month
    firms.receipts[:] = month.receipts
    firms.contacts[:] = month.desk_contacts
    firms.failed += month.failures
    firms.complained += month.complaints
    minutes = (firms.servers * 60.0 * world.policy.open_hours[:-1, None]).sum(axis=1)
    busy = month.desk_busy.sum(axis=1)
    firms.occupancy[:] = np.divide(busy, minutes, out=np.zeros_like(busy), where=minutes > 0.0)
    world.firms.earned[:, world.step % YEAR] = world.month.company_surplus
    world.firms.served[:, world.step % YEAR] = world.month.paying


def _settle_with_people(world: World) -> None:
    people, balance, month = world.people, world.balance, world.month
    kernel.settle(
        world.policy.price, world.policy.usage_price, _parts(world),
        people.segment, people.provider, people.considers, world.use.touchpoint, balance.needy,
        balance.gained, balance.alone, balance.outlay, people.usage, people.paid,
        people.surplus,
        month.customers, month.non_customers, month.by_segment, month.by_part, month.paying,
        month.used,
    )
    month.receipts[:] = month.paying * world.policy.price[:-1]
    month.receipts += month.used * world.policy.usage_price[:-1]


def _parts(world: World) -> np.ndarray:
    """Return where value arises at each touchpoint, ``(n_companies + 1, n_touchpoints)``.

    Between customers at social touchpoints; in co-production where staff or a partner take part;
    in use elsewhere, where people use what companies provide (Grönroos & Voima 2013).
    """
    touchpoints, staffed = world.touchpoints, world.operations.staffed
    parts = np.full(staffed.shape, kernel.VALUE_IN_USE, dtype=np.int64)
    parts[staffed | (touchpoints.owner_kind == PARTNER)] = kernel.CO_PRODUCTION
    parts[:, touchpoints.social] = kernel.CUSTOMER_TO_CUSTOMER
    return parts


def _settle_with_companies(world: World) -> None:
    """Costs: serving customers, touchpoints, desks, hearing people, complaints, a single view.

    Open channels cost their fixed cost by ``where``; desks cost paid servers for their open hours,
    by ``who`` colleagues' time in every contact, and training.
    """
    month, operations, policy, scenario = (
        world.month, world.operations, world.policy, world.scenario,
    )
    wage = scenario.desks.wage
    is_open = world.open_touchpoints()
    for c, company in enumerate(scenario.companies):
        where, who = company.strategy.where, company.strategy.who
        month.serving[c] = company.cost_to_serve * month.paying[c]
        offered = operations.offered[c] & is_open
        opened = np.where(world.touchpoints.open_channel, where, 1.0) * offered
        month.running[c] = (opened * operations.fixed_cost[c]).sum() + (
            operations.cost[c] * month.encounters[c]
        ).sum()
        paid = month.desk_paid[c] = _paid(world, c) * (opened > 0.0)
        colleagues = (
            who * scenario.encounter.who_handling * month.desk_contacts[c] * operations.handling[c]
        ).sum() / 60.0
        month.staffing[c] = wage * (paid.sum() * policy.open_hours[c] + colleagues)
        month.training[c] = company.training * scenario.desks.training_cost * paid.sum()
        a_person = scenario.listening.cost + (
            scenario.listening.research * company.strategy.outside_in
        )
        month.hearing[c] = a_person * month.heard[c].sum()
        hearing = scenario.listening
        month.complaining[c] = (
            company.strategy.complaint_rate * hearing.complaint_cost * month.complaints[c].sum()
        )
        month.recovering[c] = hearing.recovery_cost * month.recoveries[c].sum()
        view = scenario.handover.view_cost + scenario.handover.view_contact_cost * month.viewed[c]
        month.viewing[c] = company.strategy.single_view * view


def _paid(world: World, c: int) -> np.ndarray:
    """Return how many servers each of a company's desks pays, ``(n_touchpoints,)``.

    min(n, load/blended occupancy), the load being the mean number busy this month: up to that
    occupancy people do other work between contacts. All n where it is 0.
    """
    servers = world.firms.servers[c].astype(np.float64)
    blended = world.scenario.desks.blended_occupancy
    if blended <= 0.0:
        return servers
    load = world.month.desk_busy[c] / (60.0 * world.policy.open_hours[c])
    return np.minimum(servers, load / blended)


def _settle_with_partners(world: World) -> None:
    """A partner's fee is a share of the price for each of a customer's encounters with it."""
    month, price, usage_price = world.month, world.policy.price, world.policy.usage_price
    for partner in world.partners:
        p, parameters = partner.index, partner.parameters
        month.fees[:, p] = parameters.fee_share * (
            price[:-1] * month.partnered[:, p] + usage_price[:-1] * month.partnered_use[:, p]
        )
        visits = month.encounters[:, world.touchpoints.partner == p].sum()
        month.partner_costs[p] = parameters.cost * visits + parameters.fixed_cost * partner.active
    for partner in world.partners:
        partner.remember()


