"""The journey moves in a round: purchase and choice of provider, contacts, disposal."""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.importance import weighted
from simulation.kernels.room import floats, integers
from simulation.streams import uniform

IDLE = -1
NEED, SEARCH, EVALUATE, PURCHASE, ONBOARD, USE, SUPPORT, RENEW, DISPOSE = range(9)
WORD_OF_MOUTH, EXPERIENCE = 2, 3

CLASSES = np.array([0.25, 0.5, 0.75, 1.0, 2.0, 3.0])
"""Upper ends, in months, of the classes of time from need to purchase; the last has no end."""


@subroutine(forceinline=True, error_model="numpy")
def foreseen(
    c: Any, promised: Any, remembered: Any, aware: Any, levels: Any, s: Any, deviation: Any, i: Any,
    low: Any, high: Any,
) -> Any:
    """Return X of a company that i is no customer of: as remembered, or else as promised."""
    if aware[i, c] == EXPERIENCE:
        return remembered[i, c]
    return min(1.0, weighted(promised, c, levels, s, deviation, i, low, high))


@subroutine
def choose_provider(
    i: Any, none_key: Any, company_keys: Any, sensitivity: Any, shift: Any,
    value: Any, price: Any, push: Any, money: Any, aware: Any, name: Any, chance: Any,
) -> int:
    """Return the company that person i buys from, or -1 for not buying.

    Logit of U_c = θ (value_c − price_c + push_c) against U_0 = 0 among known companies that the
    person can pay; its name r moves each probability P to P + k r (1 − P) for r > 0 and to
    P + k r P for r < 0; then all are renormalised and drawn as an exponential race, in which the
    lowest index wins ties (not buying last). ``chance (n_companies,)`` is scratch.
    """
    # Utilities are taken relative to the greatest, so that none can overflow.
    greatest = 0.0
    for c in range(len(aware)):
        chance[c] = -inf
        if aware[c] > 0 and price[c] <= money:
            chance[c] = sensitivity * (value[c] - price[c] + push[c])
            greatest = max(greatest, chance[c])
    nothing = exp(-greatest)
    total = nothing
    for c in range(len(aware)):
        chance[c] = exp(chance[c] - greatest)
        total += chance[c]
    chosen = -1
    best = inf
    for c in range(len(aware)):
        p = chance[c] / total
        r = name[c]
        p += shift * r * (1.0 - p) if r > 0.0 else shift * r * p
        # A chance too small to be told from 0 can still be raised by a good name.
        if aware[c] > 0 and price[c] <= money and p > 0.0:
            arrival = -log(uniform(company_keys[c], i)) / p
            if arrival < best:
                best = arrival
                chosen = c
    if nothing > 0.0 and -log(uniform(none_key, i)) * (total / nothing) < best:
        return -1
    return chosen


@njit(cache=True)
def progress(
    persons: Any, number: Any, rounds: Any, month: Any,
    none_key: Any, company_keys: Any, doubt_key: Any, persist_key: Any,
    when_aware: Any, sensitivity: Any, shift: Any, own_attitude: Any, doubt: Any, persists: Any,
    following: Any, again: Any,
    price: Any, usage_price: Any, push: Any, promised: Any, levels: Any, job_start: Any,
    job_value: Any, clarity: Any, staffed: Any,
    segment: Any, money: Any, usage: Any, deviation: Any, attitude: Any, reputation: Any,
    dealt: Any, remembered: Any, hours: Any, spent: Any, met_stage: Any, touchpoint: Any,
    success: Any,
    provider: Any, considers: Any, stage: Any, job: Any, tenure: Any, waited: Any, contacts: Any,
    problem: Any, queries: Any, for_staff: Any, tries: Any, need_month: Any, aware: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any, joined: Any,
    trouble: Any,
    passed: Any, bought: Any, swayed: Any, months_to_purchase: Any, purchases: Any,
    first_contacts: Any, support: Any,
) -> Any:
    """Move ``persons`` on after their encounter; return who moves in the next round, ascending.

    A stage is passed where the purpose was met. A problem is settled so too. A query that is not
    settled where nobody staffs a touchpoint is for staff from then on, and each taken there raises
    a new one for staff with probability ``doubt`` · (1 − clarity). Who knows nobody, has bought and
    is in use, is idle, or has no hours left, stops for this month. At the purchase a company's name
    is reputation, and where i has dealt with it (1 − o) reputation + o attitude, o =
    ``own_attitude``.

    Counts: passed ``(n_stages,)``; bought ``(n_companies, 4)`` by what made the company known;
    swayed ``(n_companies,)`` first-time customers whom word of mouth made aware, or who would have
    chosen otherwise, under the same draws, had no company a reputation;
    months_to_purchase ``(n_companies,)`` months since the need arose, of all who bought, and
    purchases ``(n_classes,)`` how many bought within each of ``CLASSES``, or later;
    first_contacts ``(n_companies, 2)`` about something, and how many of them settled it; support
    ``(n_companies, 2, n_touchpoints)`` contacts about problems, and queries.
    """
    n_companies = len(bought)
    value = floats(n_companies)
    chance = floats(n_companies)
    name = floats(n_companies)
    unheard = floats(n_companies)
    due = floats(n_companies)
    on = integers(len(persons))
    m = 0
    for i in persons:
        g = met_stage[i]
        succeeds = success[i]
        goes_on = False
        if g <= PURCHASE:
            knows = False
            for c in range(n_companies):
                if aware[i, c] > 0:
                    knows = True
            if not knows:
                if succeeds and following[g] == SEARCH:
                    stage[i] = SEARCH
                    passed[g] += 1
            elif not (succeeds or when_aware):
                goes_on = True
            elif g < PURCHASE:
                passed[g] += 1
                stage[i] = following[g]
                goes_on = stage[i] != IDLE
                if not goes_on:
                    job[i] = -1
            else:
                passed[g] += 1
                s, low, high = segment[i], job_start[job[i]], job_start[job[i] + 1]
                for c in range(n_companies):
                    due[c] = price[c] + usage_price[c] * usage[i]
                    value[c] = job_value[job[i]] * usage[i] * foreseen(
                        c, promised, remembered, aware, levels, s, deviation, i, low, high
                    )
                    name[c] = reputation[i, c]
                    unheard[c] = 0.0
                    if dealt[i, c]:
                        name[c] += own_attitude * (attitude[i, c] - name[c])
                        unheard[c] = own_attitude * attitude[i, c]
                if when_aware:
                    chosen = 0
                    while aware[i, chosen] == 0:
                        chosen += 1
                else:
                    chosen = choose_provider(
                        i, none_key, company_keys, sensitivity, shift, value, due, push,
                        money[i], aware[i], name, chance,
                    )
                if chosen < 0:
                    stage[i] = IDLE
                    job[i] = -1
                else:
                    bought[chosen, aware[i, chosen]] += 1
                    waiting = month - need_month[i] + number / rounds
                    months_to_purchase[chosen] += waiting
                    purchases[np.searchsorted(CLASSES, waiting)] += 1
                    if aware[i, chosen] == WORD_OF_MOUTH:
                        swayed[chosen] += 1
                    elif aware[i, chosen] != EXPERIENCE and not when_aware:
                        swayed[chosen] += chosen != choose_provider(
                            i, none_key, company_keys, sensitivity, shift, value, due, push,
                            money[i], aware[i], unheard, chance,
                        )
                    aware[i, chosen] = EXPERIENCE
                    if joined[i] == 0:
                        joined[i] = month if month > 0 else month - 1
                    provider[i] = considers[i] = chosen
                    dealt[i, chosen] = True
                    stage[i] = following[PURCHASE]
                    tenure[i] = 0
                    contacts[i] = 0
                    goes_on = stage[i] == ONBOARD
        elif g == ONBOARD:
            goes_on = not succeeds
            if succeeds:
                passed[g] += 1
                stage[i] = USE
        elif g == DISPOSE:
            goes_on = not succeeds
            if succeeds:
                passed[g] += 1
                stage[i] = IDLE
                if again != IDLE and uniform(persist_key, i) < persists:
                    stage[i] = again
                    waited[i] = 0
                    need_month[i] = month
                    journey_weight[i] = 0.0
                    journey_mean[i] = 0.0
                    journey_peak[i] = 0.0
                    journey_last[i] = 0.0
                    goes_on = True
                else:
                    job[i] = -1
        elif g == SUPPORT:
            c, t = provider[i], touchpoint[i]
            first = tries[i] == 0
            contacts[i] += 1
            tries[i] = min(tries[i] + 1, 127)
            first_contacts[c, 0] += first
            if t >= 0:
                support[c, 0 if problem[i] else 1, t] += 1
            if problem[i]:
                if succeeds:
                    problem[i] = False
                    trouble[i] -= rounds - number
            else:
                untended = t >= 0 and not staffed[c, t]
                raised = (
                    untended
                    and not for_staff[i]
                    and uniform(doubt_key, i) < doubt * (1.0 - clarity[job[i]])
                )
                queries[i] += raised - succeeds
                for_staff[i] = queries[i] > 0 and (for_staff[i] or untended)
            if succeeds:
                passed[g] += 1
                first_contacts[c, 1] += first
                tries[i] = 0
            goes_on = problem[i] or queries[i] > 0
        else:
            goes_on = problem[i] or queries[i] > 0
        on[m] = i
        m += goes_on and spent[i] < hours[i]
    return on[:m]
