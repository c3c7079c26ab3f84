"""Expectation against experience: judgement, attitude, satisfaction, the journey's score."""

from __future__ import annotations

from math import tanh
from typing import Any

from simulation.compiled import njit
from simulation.kernels.importance import importance, total_importance

USE, SUPPORT, RENEW = 5, 6, 7


@njit(inline="always")
def expectation(
    hype: Any, promise: Any, satisfaction: Any, levels: Any, deviations: Any, low: Any, high: Any,
    trust: Any,
) -> Any:
    """Return X = (1 − ψ) hype Σ w M + ψ Σ w S, ψ being ``trust`` in own experience."""
    inverse = 1.0 / total_importance(levels, deviations, low, high)
    promised = 0.0
    known = 0.0
    for k in range(low, high):
        w = importance(levels[k], deviations[k]) * inverse
        promised += w * promise[k]
        known += w * satisfaction[k]
    return (1.0 - trust) * hype * promised + trust * known


@njit(cache=True)
def evaluate(
    gain: Any, by_level: Any, loss_aversion: Any, by_burden: Any, attitude_rate: Any,
    satisfaction_rate: Any, experience_months: Any, self_service: Any,
    hype: Any, promise: Any, area_weight: Any, area: Any, quality: Any, levels: Any,
    job_start: Any, job_value: Any,
    segment: Any, provider: Any, considers: Any, stage: Any, job: Any, tenure: Any,
    deviation: Any, touchpoint: Any, purpose: Any, attained: Any, progress: Any, burden: Any,
    satisfaction: Any, attitude: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any,
    judgement: Any,
) -> None:
    """Judge this month's encounter of every active person who had one, or who used the offering.

    d = Y − X in use, z̄ − quality elsewhere;
    judgement = tanh(g [b1 (Y − self_service) + max(d, 0) − λ max(−d, 0) − b_e burden/job_value]);
    A += rate (judgement − A) for customers; S_k += rate (y_k − S_k) where the offering is in use.

    The journey's mean weighs each judgement by its area's weight ω; peak is the judgement of the
    largest ω |judgement|; last moves to the judgement by ω.
    """
    for i in range(len(stage)):
        g = stage[i]
        t = touchpoint[i]
        judgement[i] = 0.0
        if g < 0 or (t < 0 and g != USE):
            continue
        c = considers[i]
        s = segment[i]
        low = job_start[job[i]]
        high = job_start[job[i] + 1]
        if g == USE:
            trust = tenure[i] / (tenure[i] + experience_months)
            d = progress[i] - expectation(
                hype[c], promise[c, s], satisfaction[i], levels[s], deviation[i], low, high, trust
            )
        else:
            d = purpose[i] - quality[c, s, t]
        surprise = d if d > 0.0 else loss_aversion * d
        e = tanh(gain * (
            by_level * (progress[i] - self_service)
            + surprise
            - by_burden * burden[i] / job_value[job[i]]
        ))
        judgement[i] = e
        if provider[i] >= 0:
            attitude[i, provider[i]] += attitude_rate * (e - attitude[i, provider[i]])
        if g in (USE, SUPPORT, RENEW):
            for k in range(low, high):
                satisfaction[i, k] += satisfaction_rate * (
                    attained[i, k - low] - satisfaction[i, k]
                )
        w = area_weight[area[t]] if t >= 0 else area_weight[1]
        if w > 0.0:
            journey_weight[i] += w
            journey_mean[i] += w / journey_weight[i] * (e - journey_mean[i])
            if abs(w * e) > abs(journey_peak[i]):
                journey_peak[i] = w * e
            journey_last[i] += w * (e - journey_last[i])


@njit(cache=True)
def judgements(touchpoint: Any, judgement: Any, total: Any) -> None:
    """Add up judgements by touchpoint, ``total (n_touchpoints,)``."""
    for i in range(len(touchpoint)):
        if touchpoint[i] >= 0:
            total[touchpoint[i]] += judgement[i]
