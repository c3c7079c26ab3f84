"""Expectation against experience: judgement, attitude, satisfaction, the journey's score."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.elementary import tanh
from simulation.kernels.importance import importance
from simulation.kernels.prefetch import prefetch
from simulation.kernels.room import integers, zeros

USE = 5


@njit(forceinline=True, error_model="numpy")
def satisfied(
    satisfaction: Any, levels: Any, s: Any, deviation: Any, i: Any, low: Any, high: Any
) -> Any:
    """Return Σ_k w_k S_ik, how satisfied a person is with a job."""
    total = 0.0
    value = 0.0
    for k in range(low, high):
        wanted = importance(levels[s, k], deviation[i, k])
        total += wanted
        value += wanted * satisfaction[i, k]
    return value / total


@subroutine(forceinline=True, error_model="numpy")
def standards(
    promised: Any, reported: Any, c: Any, satisfaction: Any, levels: Any, s: Any, deviation: Any,
    i: Any, low: Any, high: Any, trust: Any,
) -> tuple[Any, Any]:
    """Return what is expected of the provider, and what customers of the segment report.

    X = min(1, Σ w [(1 − ψ) promised + ψ S]), ψ being ``trust`` in own experience, and Σ w S̄_sk.
    """
    total = 0.0
    promise = 0.0
    known = 0.0
    usual = 0.0
    for k in range(low, high):
        wanted = importance(levels[s, k], deviation[i, k])
        total += wanted
        promise += wanted * promised[c, s, k]
        known += wanted * satisfaction[i, k]
        usual += wanted * reported[-1, s, k]
    return min(1.0, ((1.0 - trust) * promise + trust * known) / total), usual / total


BLOCK = 512
"""Persons whose judgements are formed together: few enough for the nearest cache."""


@subroutine
def _tanh_all(m: int, x: Any) -> None:
    for j in range(m):
        x[j] = tanh(x[j])


@njit(cache=True, error_model="numpy")
def evaluate(
    persons: Any,
    gain: Any, by_level: Any, adaptation: Any, market_norm: Any, norm_rate: Any, by_surprise: Any,
    loss_aversion: Any, by_burden: Any, attitude_rate: Any, others_rate: Any,
    satisfaction_rate: Any, experience_months: Any, self_service: Any,
    promised: Any, reported: Any, area_weight: Any, moment: Any, area: Any, quality: Any,
    levels: Any, job_start: Any, job_value: Any, usage: Any,
    segment: Any, provider: Any, considers: Any, job: Any, tenure: Any, deviation: Any,
    stage: Any, touchpoint: Any, purpose: Any, success: Any, burden: Any, attained: Any,
    progress: Any,
    satisfaction: Any, attitude: Any, norm: Any, dealt: Any,
    journey_weight: Any, journey_mean: Any, journey_peak: Any, journey_last: Any,
    judgement: Any,
    judged: Any, met: Any, count: Any, stage_met: Any, stage_count: Any,
    expecting: Any, expected: Any, compared: Any,
) -> None:
    """Judge the encounter of each of ``persons`` who had one, or who used the offering.

    d = Y − X in use, surprise (1{purpose met} − quality) elsewhere. The level counts in use:
    v = Y − [a L + (1 − a) self_service], L = ω Σ w S̄_sk + (1 − ω) N;
    judgement = tanh(g [b1 v + max(d, 0) − λ max(−d, 0) − b_e burden/(job_value · usage)]);
    A += min(1, m rate) (judgement − A) of the company dealt with, at ``others_rate`` for those who
    are not its customers; in use S_k += rate (y_k − S_k), N += rate (Y − N).

    The journey's mean weighs each judgement by ω = its area's weight × its stage's ``moment`` m;
    peak is the judgement of the largest min(1, ω) |judgement|; last moves to it by min(1, ω).

    Sums: ``judged (n_touchpoints,)`` judgements; ``met`` and ``count (n_companies + 1, n_segments,
    n_touchpoints)`` purpose met and encounters; ``stage_met`` and ``stage_count (n_stages,
    n_touchpoints)`` the same by stage; ``expecting`` and ``expected (n_companies,)`` persons in use
    and X; ``compared (n_companies,)`` a L + (1 − a) self_service of those in use.
    """
    n = len(persons)
    who = integers(BLOCK)
    users = integers(BLOCK)
    others = integers(BLOCK)
    joy = zeros(BLOCK)
    level = zeros(BLOCK)
    for first in range(0, n, BLOCK):
        # Lists rather than branches, for nobody can foretell who is at which stage.
        m = n_users = n_others = 0
        for i in persons[first : first + BLOCK]:
            judgement[i] = 0.0
            uses = stage[i] == USE
            elsewhere = (touchpoint[i] >= 0) & (not uses)
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
            x, usual = standards(
                promised, reported, c, satisfaction, levels, s, deviation, i,
                job_start[job[i]], job_start[job[i] + 1], trust,
            )
            joy[j] = progress[i] - x
            level[j] = usual
            expecting[c] += 1
            expected[c] += x
        for j in others[:n_others]:
            i = who[j]
            happened = 1.0 if success[i] else 0.0
            joy[j] = by_surprise * (happened - quality[considers[i], segment[i], touchpoint[i]])
        for j in range(m):
            i = who[j]
            surprise = joy[j] if joy[j] > 0.0 else loss_aversion * joy[j]
            better = 0.0
            if stage[i] == USE:
                usual = market_norm * level[j] + (1.0 - market_norm) * norm[i]
                standard = adaptation * usual + (1.0 - adaptation) * self_service
                compared[considers[i]] += standard
                better = progress[i] - standard
                norm[i] += norm_rate * (progress[i] - norm[i])
            strain = burden[i] / (job_value[job[i]] * usage[i])
            joy[j] = gain * (by_level * better + surprise - by_burden * strain)
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
            w *= moment[g]
            if c >= 0:
                rate = attitude_rate if provider[i] >= 0 else others_rate
                attitude[i, c] += min(1.0, moment[g] * rate) * (e - attitude[i, c])
                dealt[i, c] = True
            if g == USE:
                low = job_start[job[i]]
                for k in range(job_start[job[i] + 1] - low):
                    satisfaction[i, low + k] += satisfaction_rate * (
                        attained[i, k] - satisfaction[i, low + k]
                    )
            if w > 0.0:
                journey_weight[i] += w
                journey_mean[i] += w / journey_weight[i] * (e - journey_mean[i])
                w = min(1.0, w)
                if abs(w * e) > abs(journey_peak[i]):
                    journey_peak[i] = w * e
                journey_last[i] += w * (e - journey_last[i])


@njit(cache=True)
def remember_quality(start: Any, fade: Any, met: Any, count: Any, quality: Any) -> None:
    """Let ``quality`` be the mean purpose ``met``; where nobody came it falls back to ``start``."""
    for c in range(quality.shape[0]):
        for s in range(quality.shape[1]):
            for t in range(quality.shape[2]):
                if count[c, s, t] > 0:
                    quality[c, s, t] = met[c, s, t] / count[c, s, t]
                else:
                    quality[c, s, t] += fade * (start - quality[c, s, t])
