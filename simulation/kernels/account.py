"""What the month was worth to people, and what they paid."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.room import zeros

IN_USE = 2
VALUE_IN_USE, CO_PRODUCTION, CUSTOMER_TO_CUSTOMER = range(3)


@njit(cache=True)
def effort_by_value(
    portfolio: Any, a: Any, b: Any, contract_months: int, n_companies: int, months: int,
    provider: Any, tenure: Any,
) -> Any:
    """Return the effort for a customer by company and tenure, ``(C + 1, n)``.

    A customer's value is proportional to (a + b + n)/a, the inverse of the churn expected after n
    renewals under the beta distribution of base churn; effort ∝ max(0, 1 + p (value/mean − 1)),
    scaled so that the total per customer stays 1. The last row, of people without provider, is 1.
    There is room for two contracts more than anybody can have had in so many ``months``.
    """
    for i in range(len(tenure)):
        months = max(months, tenure[i])
    most = months // contract_months + 2
    count = zeros((n_companies + 1, most * contract_months))
    for i in range(len(provider)):
        count[provider[i], tenure[i]] += 1.0
    effort = np.ones(count.shape)
    for c in range(n_companies):
        customers = 0.0
        mean = 0.0
        for month in range(count.shape[1]):
            customers += count[c, month]
            mean += count[c, month] * (a + b + month // contract_months) / a
        if customers == 0.0:
            continue
        mean /= customers
        total = 0.0
        for month in range(count.shape[1]):
            value = (a + b + month // contract_months) / a
            effort[c, month] = max(0.0, 1.0 + portfolio[c] * (value / mean - 1.0))
            total += count[c, month] * effort[c, month]
        for month in range(count.shape[1]):
            effort[c, month] *= customers / total
    return effort


@njit(cache=True)
def settle(
    price: Any, usage_price: Any, kind: Any,
    segment: Any, provider: Any, considers: Any, touchpoint: Any, needy: Any, gained: Any,
    alone: Any, outlay: Any, usage: Any, paid: Any, total_surplus: Any,
    customers: Any, non_customers: Any, by_segment: Any, by_part: Any, paying: Any, used: Any,
    receipts: Any,
) -> None:
    """Settle the month with every person.

    surplus = gained − price (if a customer at the month's end; fixed part + usage part · usage) −
    outlay, which is added to each person's ``total_surplus``, and the price to what they have
    ``paid``. A person counts among customers who used the offering this month or is a customer at
    its end.

    ``customers`` and ``non_customers``: surplus, alone, persons (``(3,)`` each; non-customers count
    where they are active); ``by_segment (n_segments,)`` surplus; ``by_part (3,)`` gained − alone of
    users by where it arose (``kind (n_companies + 1, n_touchpoints)`` of the ``touchpoint`` of
    use); ``paying (n_companies,)`` persons, ``used`` their usage, ``receipts`` what they pay.
    """
    # Sums of those who do not count are 0 rather than a branch: nobody can foretell who does.
    paid_by = zeros(len(price))
    used_by = zeros(len(price))
    mine = mine_alone = mine_count = theirs = theirs_alone = theirs_count = 0.0
    for i in range(len(provider)):
        p = provider[i]
        t = touchpoint[i]
        due = price[p] + usage_price[p] * usage[i]
        surplus = gained[i] - outlay[i] - due
        paid[i] += due
        paid_by[p] += 1.0
        used_by[p] += usage[i]
        total_surplus[i] += surplus
        by_segment[segment[i]] += surplus
        counts = 1.0 if (p >= 0) | (needy[i] == IN_USE) else 0.0
        mine += counts * surplus
        mine_alone += counts * alone[i]
        mine_count += counts
        theirs += (1.0 - counts) * surplus
        theirs_alone += (1.0 - counts) * alone[i]
        theirs_count += (1.0 - counts) * (needy[i] > 0)
        part = kind[considers[i], t] if t >= 0 else VALUE_IN_USE
        by_part[part] += gained[i] - alone[i] if needy[i] == IN_USE else 0.0
    for c in range(len(paying)):
        paying[c] += np.int64(paid_by[c])
        used[c] += used_by[c]
        receipts[c] = paying[c] * price[c] + used[c] * usage_price[c]
    customers[0] += mine
    customers[1] += mine_alone
    customers[2] += mine_count
    non_customers[0] += theirs
    non_customers[1] += theirs_alone
    non_customers[2] += theirs_count
