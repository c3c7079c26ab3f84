"""What the month was worth to people, and what they paid."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiled import njit

IN_USE = 2
VALUE_IN_USE, CO_PRODUCTION, CUSTOMER_TO_CUSTOMER = range(3)


@njit(cache=True)
def effort_by_value(
    portfolio: Any, a: Any, b: Any, contract_months: Any, n_companies: int, most: int,
    provider: Any, tenure: Any,
) -> Any:
    """Return the effort for a customer of each company by renewals behind them, ``(C + 1, most)``.

    A customer's value is proportional to (a + b + n)/a, the inverse of the churn expected after n
    renewals under the beta distribution of base churn; effort ∝ max(0, 1 + p (value/mean − 1)),
    scaled so that the total per customer stays 1.
    """
    effort = np.ones((n_companies + 1, most))
    count = np.zeros((n_companies, most))
    for i in range(len(provider)):
        if provider[i] >= 0:
            count[provider[i], tenure[i] // contract_months] += 1.0
    for c in range(n_companies):
        customers = 0.0
        mean = 0.0
        for n in range(most):
            customers += count[c, n]
            mean += count[c, n] * (a + b + n) / a
        if customers == 0.0:
            continue
        mean /= customers
        total = 0.0
        for n in range(most):
            effort[c, n] = max(0.0, 1.0 + portfolio[c] * ((a + b + n) / a / mean - 1.0))
            total += count[c, n] * effort[c, n]
        for n in range(most):
            effort[c, n] *= customers / total
    return effort


@njit(cache=True)
def settle(
    price: Any, served_by_partner: Any, kind: Any,
    segment: Any, provider: Any, considers: Any, touchpoint: Any, needy: Any, gained: Any,
    alone: Any, outlay: Any, paid: Any, total_surplus: Any,
    customers: Any, non_customers: Any, by_segment: Any, by_part: Any, paying: Any, partnered: Any,
    encounters: Any,
) -> None:
    """Settle the month with every person.

    surplus = gained − price (if a customer at the month's end) − outlay, which is added to each
    person's ``total_surplus``, and the price to what they have ``paid``. A person counts among
    customers who used the offering this month or is a customer at its end.

    ``customers`` and ``non_customers``: surplus, alone, persons (``(3,)`` each; non-customers count
    where they are active); ``by_segment (n_segments,)`` surplus; ``by_part (3,)`` gained − alone of
    users by where it arose (``kind`` of the touchpoint); ``paying (n_companies,)`` persons;
    ``partnered (n_companies, n_partners)`` customers' encounters at partners' touchpoints
    (``served_by_partner (n_touchpoints,)``, -1 where none); ``encounters (n_companies + 1,
    n_touchpoints)``.
    """
    for i in range(len(provider)):
        p = provider[i]
        t = touchpoint[i]
        surplus = gained[i] - outlay[i]
        if p >= 0:
            surplus -= price[p]
            paid[i] += price[p]
            paying[p] += 1
        if t >= 0:
            encounters[considers[i], t] += 1
            if served_by_partner[t] >= 0 and p >= 0:
                partnered[p, served_by_partner[t]] += 1
        total_surplus[i] += surplus
        by_segment[segment[i]] += surplus
        if p >= 0 or needy[i] == IN_USE:
            customers[0] += surplus
            customers[1] += alone[i]
            customers[2] += 1.0
        else:
            non_customers[0] += surplus
            non_customers[1] += alone[i]
            if needy[i] > 0:
                non_customers[2] += 1.0
        if needy[i] == IN_USE:
            part = kind[t] if t >= 0 else VALUE_IN_USE
            by_part[part] += gained[i] - alone[i]
