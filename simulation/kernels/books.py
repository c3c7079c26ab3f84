"""What the month cost companies and partners, and what remains to all."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit
from simulation.kernels.room import floats
from simulation.kernels.totals import total


@njit(cache=True)
def pay_for_touchpoints(
    wage: Any, blended: Any, who_handling: Any, where: Any, who: Any, open_hours: Any,
    open_channel: Any, offered: Any, is_operated: Any, fixed_cost: Any, cost: Any, handling: Any,
    servers: Any, visitors: Any, desk_contacts: Any, desk_busy: Any,
    desk_paid: Any, running: Any, staffing: Any,
) -> None:
    """Fill what touchpoints and their staff cost each company.

    Open channels cost their fixed cost by ``where``; desks cost paid servers for their open hours,
    and by ``who`` colleagues' time in every contact. A desk pays min(n, load/blended occupancy)
    servers, the load being the mean number busy this month: up to that occupancy people do other
    work between contacts; all n where ``blended`` is 0. What they work beyond the open hours is
    overtime: a desk pays at least the load.
    """
    n_touchpoints = servers.shape[1]
    fixed, of_visits, colleagues = (
        floats(n_touchpoints), floats(n_touchpoints), floats(n_touchpoints),
    )
    for c in range(len(running)):
        minutes = 60.0 * open_hours[c]
        for t in range(n_touchpoints):
            is_open = offered[c, t] and is_operated[t]
            opened = (where[c] if open_channel[t] else 1.0) * (1.0 if is_open else 0.0)
            fixed[t] = opened * fixed_cost[c, t]
            of_visits[t] = cost[c, t] * visitors[c, t]
            paid = float(servers[c, t])
            load = desk_busy[c, t] / minutes
            if blended > 0.0:
                paid = min(paid, load / blended)
            desk_paid[c, t] = max(paid, load) if opened > 0.0 else 0.0
            colleagues[t] = who[c] * who_handling * desk_contacts[c, t] * handling[c, t]
        running[c] = total(fixed) + total(of_visits)
        staffing[c] = wage * (total(desk_paid[c]) * open_hours[c] + total(colleagues) / 60.0)


@njit(cache=True)
def pay_for_service(
    serving_cost: Any, training_cost: Any, hearing_cost: Any, research: Any, complaint_cost: Any,
    recovery_cost: Any, view_cost: Any, view_contact_cost: Any,
    training: Any, outside_in: Any, complaint_rate: Any, single_view: Any, of_companies: Any,
    desk_paid: Any, paying: Any, heard: Any, complaints: Any, recoveries: Any, visitors: Any,
    visitors_in_use: Any,
    serving: Any, trained: Any, hearing: Any, complaining: Any, recovering: Any, viewed: Any,
    viewing: Any,
) -> None:
    """Fill what each company spends on customers, training, hearing people, and a single view."""
    for c in range(len(serving)):
        serving[c] = serving_cost[c] * paying[c]
        trained[c] = training[c] * training_cost * total(desk_paid[c])
        hearing[c] = (hearing_cost + research * outside_in[c]) * heard[c].sum()
        complaining[c] = complaint_rate[c] * complaint_cost * complaints[c].sum()
        recovering[c] = recovery_cost * recoveries[c].sum()
        viewed[c] = 0
        for t in range(len(of_companies)):
            if of_companies[t]:
                viewed[c] += visitors[c, t] - visitors_in_use[c, t]
        viewing[c] = single_view[c] * (view_cost + view_contact_cost * viewed[c])


@njit(cache=True)
def settle_with_partners(
    fee_share: Any, cost: Any, fixed_cost: Any, active: Any, partner: Any, price: Any,
    usage_price: Any, partnered: Any, partnered_use: Any, visitors: Any, fees: Any, costs: Any,
) -> None:
    """Fill each partner's fees and costs: a share of the price for each encounter of a customer."""
    for p in range(len(costs)):
        visits = 0
        for c in range(len(fees)):
            fees[c, p] = fee_share[p] * (
                price[c] * partnered[c, p] + usage_price[c] * partnered_use[c, p]
            )
        for t in range(len(partner)):
            if partner[t] == p:
                for c in range(len(visitors)):
                    visits += visitors[c, t]
        costs[p] = cost[p] * visits + fixed_cost[p] * (1.0 if active[p] else 0.0)


@njit(cache=True)
def close(
    receipts: Any, fees: Any, partner_costs: Any, serving: Any, projects: Any, coordinating: Any,
    running: Any, staffing: Any, training: Any, hearing: Any, complaining: Any, recovering: Any,
    viewing: Any, customers: Any, non_customers: Any,
    spending: Any, company_surplus: Any, partner_surplus: Any, co_created: Any,
) -> None:
    """Fill what companies spent, and what remains to each actor and to all.

    Co-created value is the surplus of all actors less what the same people would have had alone.
    """
    for c in range(len(receipts)):
        spending[c] = (
            serving[c] + total(projects[c]) + coordinating[c] + running[c] + staffing[c]
            + training[c] + hearing[c] + complaining[c] + recovering[c] + viewing[c]
        )
        company_surplus[c] = receipts[c] - total(fees[c]) - spending[c]
    for p in range(len(partner_costs)):
        received = 0.0
        for c in range(len(fees)):
            received += fees[c, p]
        partner_surplus[p] = received - partner_costs[p]
    people = customers[0] + non_customers[0]
    everybody = people + total(company_surplus) + total(partner_surplus)
    co_created[0] = everybody - (customers[1] + non_customers[1])


@njit(cache=True)
def remember(
    open_hours: Any, servers: Any, desk_busy: Any, failures: Any, complaints: Any,
    month_receipts: Any, desk_contacts: Any, surplus: Any, paying: Any, month_of_year: Any,
    occupancy: Any, failed: Any, complained: Any, receipts: Any, contacts: Any, earned: Any,
    served: Any,
) -> None:
    """Write down what companies go by next month.

    How busy servers were, receipts, contacts at desks, surplus and customers of the month of the
    year; failures and complaints add up until the planning.
    """
    minutes = floats(servers.shape[1])
    for c in range(len(occupancy)):
        for t in range(servers.shape[1]):
            minutes[t] = servers[c, t] * 60.0 * open_hours[c]
            failed[c, t] += failures[c, t]
            complained[c, t] += complaints[c, t]
            contacts[c, t] = desk_contacts[c, t]
        available = total(minutes)
        occupancy[c] = total(desk_busy[c]) / available if available > 0.0 else 0.0
        receipts[c] = month_receipts[c]
        earned[c, month_of_year] = surplus[c]
        served[c, month_of_year] = paying[c]


@njit(cache=True)
def note(
    teachers: Any, joy: Any, effort: Any, visitors: Any, recoveries: Any, heard: Any,
    heard_non_customers: Any, knowledge_taught: Any, answer_hours: Any,
    hours_spent: Any, heard_customers: Any, taught_by: Any, joys: Any,
) -> None:
    """Fill what is recorded besides: hours spent at touchpoints, who was heard, who taught.

    Whom staff contacts spends no hours on it.
    """
    for t in range(len(hours_spent)):
        hours_spent[t] = 0.0
        for c in range(len(visitors)):
            called = recoveries[c, t] if c < len(recoveries) else 0
            hours_spent[t] += (visitors[c, t] - called) * effort[c, t]
    for c in range(len(heard)):
        for f in range(heard.shape[1]):
            heard_customers[c, f] = heard[c, f] - heard_non_customers[c, f]
            taught_by[c, f] = knowledge_taught[c] * teachers[c, f]
    for role in range(len(joys)):
        joys[role] = joy * answer_hours[role]
