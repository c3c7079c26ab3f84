"""The month ends for people: patience with needs nobody answers, tenure, renewals."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.evaluate import satisfied
from simulation.kernels.progress import foreseen
from simulation.kernels.room import floats
from simulation.streams import uniform

IDLE = -1
PURCHASE, USE, SUPPORT, RENEW = 3, 5, 6, 7


@subroutine
def advantage(
    i: Any, own: Any, worth: Any, self_service: Any, price: Any, money: Any, promised: Any,
    remembered: Any, aware: Any, satisfaction: Any, levels: Any, s: Any, deviation: Any,
    low: Any, high: Any,
) -> Any:
    """Return by how much i's provider ``own`` is worth more than the best alternative.

    v_own − v_alt: v_own = value Σ w S − price; v_alt is the greatest of value · self_service and,
    over the other companies that i knows and can pay, value X_c − price_c.
    """
    best = worth * self_service
    for c in range(aware.shape[1]):
        if c != own and aware[i, c] > 0 and price[c] <= money[i]:
            x = foreseen(c, promised, remembered, aware, levels, s, deviation, i, low, high)
            best = max(best, worth * x - price[c])
    here = satisfied(satisfaction, levels, s, deviation, i, low, high)
    return worth * here - price[own] - best


@subroutine(forceinline=True)
def _hazard(h0: Any, odds: Any) -> Any:
    """Return h0 · odds / (1 − h0 + h0 · odds), written so that infinite odds are certain."""
    if odds > 1.0 and h0 > 0.0:
        return h0 / (h0 + (1.0 - h0) / odds)
    if h0 > 0.0:
        return h0 * odds / (1.0 - h0 + h0 * odds)
    return 0.0


@subroutine(forceinline=True)
def _forget(i: Any, weight: Any, mean: Any, peak: Any, last: Any) -> None:
    """Let a person's journey begin anew."""
    weight[i] = 0.0
    mean[i] = 0.0
    peak[i] = 0.0
    last[i] = 0.0


@njit(cache=True)
def renew(
    month: Any, lapse_key: Any, persist_key: Any,
    give_up: Any, contract_months: Any, by_journey: Any, by_attitude: Any, by_value: Any,
    peak_end: Any, self_service: Any, persists: Any, present: Any, following: Any, again: Any,
    price: Any, usage_price: Any, promised: Any, levels: Any, job_start: Any, job_value: Any,
    segment: Any, money: Any, usage: Any, churn_base: Any, deviation: Any, satisfaction: Any,
    attitude: Any, aware: Any, customer: Any,
    provider: Any, stage: Any, job: Any, tenure: Any, waited: Any, contacts: Any, problem: Any,
    queries: Any, for_staff: Any, tries: Any, need_month: Any, remembered: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any, left: Any,
    used: Any, passed: Any, renewals: Any, lapsed: Any, churn: Any, by_contract: Any, opinion: Any,
    lead: Any,
) -> None:
    """Let needs be given up, contracts grow older, and those that end be renewed or not.

    Who knows nobody gives a need up after ``give_up`` months. At a renewal, logit h = logit h0 −
    g_J J − g_A A − g_V (v_own − v_alt) with J = w (peak + last)/2 + (1 − w) mean. Whoever lapses
    remembers Σ w S and goes to dispose or, with
    probability ``persists``, on with the same need, or is idle.

    ``used (n_people,)`` is the stage in which the offering was used this month, -1 none: whose
    contract ends while onboarding never passes use.

    Counts: renewals and lapsed ``(n_companies,)``; churn ``(most contacts counted, 2)``: renewals
    and lapses by support contacts in the contract (the last row holds that many or more);
    by_contract ``(most contracts counted, 2)`` the same by how many contracts end with this one;
    opinion ``(n_companies, 3)`` Σ A and Σ A² of renewals due, and Σ A of lapses;
    ``lead (n_companies,)`` adds up v_own − v_alt.
    """
    due = floats(aware.shape[1])
    for i in range(len(stage)):
        g = stage[i]
        if 0 <= g <= PURCHASE:
            knows = False
            for c in range(aware.shape[1]):
                if aware[i, c] > 0:
                    knows = True
            if not knows:
                waited[i] += 1
                if waited[i] >= give_up:
                    stage[i] = IDLE
                    job[i] = -1
        c = provider[i]
        if c < 0 or not customer[i]:
            continue
        tenure[i] += 1
        if g == RENEW:
            renewals[c] += 1
            score = (
                0.5 * peak_end * (journey_peak[i] + journey_last[i])
                + (1.0 - peak_end) * journey_mean[i]
            )
            s, low, high = segment[i], job_start[job[i]], job_start[job[i] + 1]
            for other in range(len(due)):
                due[other] = price[other] + usage_price[other] * usage[i]
            ahead = advantage(
                i, c, job_value[job[i]] * usage[i], self_service, due, money, promised,
                remembered, aware, satisfaction, levels, s, deviation, low, high,
            )
            lead[c] += ahead
            odds = exp(-by_journey * score - by_attitude * attitude[i, c] - by_value * ahead)
            hazard = _hazard(churn_base[i], odds)
            row = min(np.int64(contacts[i]), churn.shape[0] - 1)
            churn[row, 0] += 1
            # An event can make contracts longer than the one that ends: it is the first at least.
            contracts = min((tenure[i] - 1) // contract_months, by_contract.shape[0])
            ended = max(0, contracts - 1)
            by_contract[ended, 0] += 1
            like = attitude[i, c]
            opinion[c, 0] += like
            opinion[c, 1] += like * like
            if uniform(lapse_key, i) < hazard:
                churn[row, 1] += 1
                by_contract[ended, 1] += 1
                opinion[c, 2] += like
                lapsed[c] += 1
                left[i] = month if month > 0 else month - 1
                remembered[i, c] = satisfied(satisfaction, levels, s, deviation, i, low, high)
                need_month[i] = month + 1  # should the need outlive the contract
                provider[i] = -1
                problem[i] = False
                queries[i] = 0
                for_staff[i] = False
                tries[i] = 0
                stage[i] = following[RENEW]
                if stage[i] == IDLE:
                    if again != IDLE and uniform(persist_key, i) < persists:
                        stage[i] = again
                        waited[i] = 0
                        _forget(
                            i, journey_weight, journey_mean, journey_peak, journey_last
                        )
                    else:
                        job[i] = -1
                continue
            stage[i] = USE
            contacts[i] = 0
            _forget(i, journey_weight, journey_mean, journey_peak, journey_last)
        if present[RENEW] and stage[i] == USE and tenure[i] % contract_months == 0:
            stage[i] = RENEW
            passed[USE] += used[i] == USE


@njit(cache=True)
def forget_tries(stage: Any, tried: Any, tried_at: Any, tried_in: Any) -> None:
    """Let whoever is done with the journey have nothing open any more."""
    for i in range(len(stage)):
        if stage[i] < 0:
            tried[i] = tried_at[i] = tried_in[i] = -1
