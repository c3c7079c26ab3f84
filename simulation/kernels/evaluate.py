"""Expectation against experience: judgement, attitude, satisfaction, the journey's score."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.elementary import tanh
from simulation.kernels.importance import importance
from simulation.kernels.prefetch import prefetch

USE, SUPPORT, RENEW = 5, 6, 7


@njit(forceinline=True, error_model="numpy")
def expectation(
    hype: Any, promise: Any, c: Any, satisfaction: Any, levels: Any, s: Any, deviation: Any, i: Any,
    low: Any, high: Any, trust: Any,
) -> Any:
    """Return X = (1 − ψ) hype Σ w M + ψ Σ w S, ψ being ``trust`` in own experience."""
    total = 0.0
    promised = 0.0
    known = 0.0
    for k in range(low, high):
        wanted = importance(levels[s, k], deviation[i, k])
        total += wanted
        promised += wanted * promise[c, s, k]
        known += wanted * satisfaction[i, k]
    return ((1.0 - trust) * hype[c] * promised + trust * known) / total


BLOCK = 512
"""Persons whose judgements are formed together: few enough for the nearest cache."""


@njit(cache=True)
def _tanh_all(m: int, x: Any) -> None:
    for j in range(m):
        x[j] = tanh(x[j])


@njit(cache=True, error_model="numpy")
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
    judged: Any, met: Any, count: Any, stage_met: Any, stage_count: Any,
) -> None:
    """Judge this month's encounter of every active person who had one, or who used the offering.

    d = Y − X in use, z̄ − quality elsewhere;
    judgement = tanh(g [b1 (Y − self_service) + max(d, 0) − λ max(−d, 0) − b_e burden/job_value]);
    A += rate (judgement − A) for customers; S_k += rate (y_k − S_k) where the offering is in use.

    The journey's mean weighs each judgement by its area's weight ω; peak is the judgement of the
    largest ω |judgement|; last moves to the judgement by ω.

    Sums: ``judged (n_touchpoints,)`` judgements; ``met`` and ``count (n_companies + 1, n_segments,
    n_touchpoints)`` purpose met and encounters; ``stage_met`` and ``stage_count (n_stages,
    n_touchpoints)`` the same by stage.
    """
    n = len(stage)
    who = np.empty(BLOCK, dtype=np.int64)
    users = np.empty(BLOCK, dtype=np.int64)
    others = np.empty(BLOCK, dtype=np.int64)
    joy = np.zeros(BLOCK)
    for first in range(0, n, BLOCK):
        # Lists rather than branches, for nobody can foretell who is at which stage.
        m = n_users = n_others = 0
        for i in range(first, min(first + BLOCK, n)):
            judgement[i] = 0.0
            uses = stage[i] == USE
            elsewhere = (stage[i] >= 0) & (touchpoint[i] >= 0) & (not uses)
            prefetch(deviation, i)
            prefetch(satisfaction, i)
            prefetch(attained, i)
            prefetch(attitude, i)
            who[m] = i
            users[n_users] = others[n_others] = m
            m += uses | elsewhere
            n_users += uses
            n_others += elsewhere
        for j in users[:n_users]:
            i = who[j]
            c = considers[i]
            s = segment[i]
            trust = tenure[i] / (tenure[i] + experience_months)
            joy[j] = progress[i] - expectation(
                hype, promise, c, satisfaction, levels, s, deviation, i,
                job_start[job[i]], job_start[job[i] + 1], trust,
            )
        for j in others[:n_others]:
            i = who[j]
            joy[j] = purpose[i] - quality[considers[i], segment[i], touchpoint[i]]
        for j in range(m):
            i = who[j]
            surprise = joy[j] if joy[j] > 0.0 else loss_aversion * joy[j]
            joy[j] = gain * (
                by_level * (progress[i] - self_service)
                + surprise
                - by_burden * burden[i] / job_value[job[i]]
            )
        _tanh_all(m, joy)
        for j in range(m):
            i = who[j]
            g = stage[i]
            c = considers[i]
            t = touchpoint[i]
            e = joy[j]
            judgement[i] = e
            w = area_weight[1]
            if t >= 0:
                w = area_weight[area[t]]
                judged[t] += e
                met[c, segment[i], t] += purpose[i]
                count[c, segment[i], t] += 1
                stage_met[g, t] += purpose[i]
                stage_count[g, t] += 1
            if provider[i] >= 0:
                attitude[i, provider[i]] += attitude_rate * (e - attitude[i, provider[i]])
            if g in (USE, SUPPORT, RENEW):
                low = job_start[job[i]]
                for k in range(job_start[job[i] + 1] - low):
                    satisfaction[i, low + k] += satisfaction_rate * (
                        attained[i, k] - satisfaction[i, low + k]
                    )
            if w > 0.0:
                journey_weight[i] += w
                journey_mean[i] += w / journey_weight[i] * (e - journey_mean[i])
                if abs(w * e) > abs(journey_peak[i]):
                    journey_peak[i] = w * e
                journey_last[i] += w * (e - journey_last[i])
