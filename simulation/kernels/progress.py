"""The journey moves: success, purchase and choice of provider, problems, renewal, disposal."""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.evaluate import expectation
from simulation.kernels.importance import weighted
from simulation.kernels.prefetch import AHEAD, prefetch
from simulation.streams import uniform

IDLE = -1
NEED, SEARCH, EVALUATE, PURCHASE, ONBOARD, USE, SUPPORT, RENEW, DISPOSE = range(9)
EXPERIENCE = 3


@njit(cache=True)
def choose_provider(
    i: Any, none_key: Any, company_keys: Any, sensitivity: Any, shift: Any,
    value: Any, price: Any, push: Any, money: Any, aware: Any, reputation: Any, chance: Any,
) -> int:
    """Return the company that person i buys from, or -1 for not buying.

    Logit of U_c = θ (value_c − price_c + push_c) against U_0 = 0 among known companies that the
    person can pay; reputation r moves each probability P to P + k r (1 − P) for r > 0 and to
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
        r = reputation[c]
        p += shift * r * (1.0 - p) if r > 0.0 else shift * r * p
        if chance[c] > 0.0 and p > 0.0:
            arrival = -log(uniform(company_keys[c], i)) / p
            if arrival < best:
                best = arrival
                chosen = c
    if nothing > 0.0 and -log(uniform(none_key, i)) * (total / nothing) < best:
        return -1
    return chosen


@njit(cache=True)
def progress(
    month: Any, pass_key: Any, problem_key: Any, lapse_key: Any, none_key: Any, company_keys: Any,
    when_aware: Any, sensitivity: Any, shift: Any, give_up: Any, problem_rate: Any,
    contract_months: Any, by_journey: Any, by_attitude: Any, peak_end: Any,
    present: Any, following: Any,
    price: Any, push: Any, hype: Any, promise: Any, offering: Any, levels: Any, job_start: Any,
    job_value: Any,
    segment: Any, money: Any, churn_base: Any, deviation: Any, satisfaction: Any,
    knowledge: Any, attitude: Any, reputation: Any, purpose: Any,
    provider: Any, stage: Any, job: Any, tenure: Any, waited: Any, contacts: Any, problem: Any,
    aware: Any, journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any,
    joined: Any, left: Any,
    passed: Any, bought: Any, renewals: Any, lapsed: Any, churn: Any,
) -> None:
    """Move everybody on.

    A stage is passed with the probability that its purpose was met (z̄). Problems arise in use with
    probability rate · (1 − Σ w O)(1 − κ). At a renewal, logit h = logit h0 − g_J J − g_A A with
    J = w (peak + last)/2 + (1 − w) mean.

    Counts: passed ``(n_stages,)``; bought ``(n_companies, 4)`` by what made the company known;
    renewals and lapsed ``(n_companies,)``; churn ``(most contacts counted, 2)``: renewals and
    lapses by support contacts in the contract (the last row holds that many or more).
    """
    n_companies = len(lapsed)
    value = np.empty(n_companies)
    chance = np.empty(n_companies)
    for i in range(len(stage)):
        prefetch(deviation, min(i + AHEAD, len(stage) - 1))
        g = stage[i]
        if g < 0:
            continue
        s = segment[i]
        low = job_start[job[i]]
        high = job_start[job[i] + 1]
        succeeds = uniform(pass_key, i) < purpose[i]

        if g <= PURCHASE:
            knows = False
            for c in range(n_companies):
                if aware[i, c] > 0:
                    knows = True
            if not knows:
                waited[i] += 1
                if waited[i] >= give_up:
                    stage[i] = IDLE
                    job[i] = -1
                elif succeeds and following[g] == SEARCH:
                    stage[i] = following[g]
                    passed[g] += 1
                continue
            if when_aware:
                succeeds = True
            if not succeeds:
                continue
            passed[g] += 1
            if g < PURCHASE:
                stage[i] = following[g]
                if following[g] == IDLE:
                    job[i] = -1
                continue
            for c in range(n_companies):
                trust = 1.0 if aware[i, c] == EXPERIENCE else 0.0
                value[c] = job_value[job[i]] * expectation(
                    hype, promise, c, satisfaction, levels, s, deviation, i, low, high, trust,
                )
            if when_aware:
                chosen = 0
                while aware[i, chosen] == 0:
                    chosen += 1
            else:
                chosen = choose_provider(
                    i, none_key, company_keys, sensitivity, shift, value, price, push, money[i],
                    aware[i], reputation[i], chance,
                )
            if chosen < 0:
                stage[i] = IDLE
                job[i] = -1
                continue
            bought[chosen, aware[i, chosen]] += 1
            aware[i, chosen] = EXPERIENCE
            if joined[i] == 0:
                joined[i] = month
            provider[i] = chosen
            stage[i] = following[PURCHASE]
            tenure[i] = 0
            contacts[i] = 0
            problem[i] = False
            continue

        if g == DISPOSE:
            if succeeds:
                passed[g] += 1
                stage[i] = IDLE
                job[i] = -1
            continue

        c = provider[i]
        tenure[i] += 1
        if g == ONBOARD:
            if succeeds:
                passed[g] += 1
                stage[i] = USE
        elif g == USE:
            reached = weighted(offering, c, levels, s, deviation, i, low, high)
            risk = problem_rate * (1.0 - reached) * (1.0 - knowledge[i])
            if present[SUPPORT] and uniform(problem_key, i) < risk:
                problem[i] = True
                stage[i] = SUPPORT
        elif g == SUPPORT:
            contacts[i] += 1
            if succeeds:
                passed[g] += 1
                problem[i] = False
                stage[i] = USE
        else:
            renewals[c] += 1
            passed[g] += 1
            score = (
                0.5 * peak_end * (journey_peak[i] + journey_last[i])
                + (1.0 - peak_end) * journey_mean[i]
            )
            h0 = churn_base[i]
            odds = exp(-by_journey * score - by_attitude * attitude[i, c])
            # h0 · odds / (1 − h0 + h0 · odds), written so that infinite odds are certain.
            if odds > 1.0 and h0 > 0.0:
                hazard = h0 / (h0 + (1.0 - h0) / odds)
            elif h0 > 0.0:
                hazard = h0 * odds / (1.0 - h0 + h0 * odds)
            else:
                hazard = 0.0
            row = min(np.int64(contacts[i]), churn.shape[0] - 1)
            churn[row, 0] += 1
            if uniform(lapse_key, i) < hazard:
                churn[row, 1] += 1
                lapsed[c] += 1
                left[i] = month
                provider[i] = -1
                problem[i] = False
                stage[i] = following[RENEW]
                if stage[i] == IDLE:
                    job[i] = -1
                continue
            stage[i] = SUPPORT if problem[i] else USE
            contacts[i] = 0
            journey_weight[i] = 0.0
            journey_mean[i] = 0.0
            journey_peak[i] = 0.0
            journey_last[i] = 0.0
        if (
            present[RENEW]
            and stage[i] in (USE, SUPPORT)
            and tenure[i] % contract_months == 0
        ):
            stage[i] = RENEW
        if g == USE and stage[i] != USE:
            passed[g] += 1
