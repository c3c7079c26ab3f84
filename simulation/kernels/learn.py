"""Teaching and doing; forgetting."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.elementary import power
from simulation.kernels.importance import weighted
from simulation.kernels.prefetch import AHEAD, prefetch
from simulation.kernels.room import integers, zeros

USE = 5

BLOCK = 512
"""Persons whose practice becomes skill together: few enough for the nearest cache."""


@subroutine
def _skills(exponent: Any, m: int, unskilled: Any, practice: Any) -> None:
    """Turn 1 − h0 and practice into skill, in ``practice``."""
    for j in range(m):
        practice[j] = 1.0 - unskilled[j] * power(1.0 + practice[j], -exponent)


@subroutine(forceinline=True, error_model="numpy")
def _gain(
    speed: Any, lesson: Any, c: Any, levels: Any, s: Any, deviation: Any, i: Any, low: Any,
    high: Any, knowledge: Any,
) -> Any:
    """Return Δκ = min(1, speed · Σ w T) · (1 − κ)."""
    return min(1.0, speed * weighted(lesson, c, levels, s, deviation, i, low, high)) * (
        1.0 - knowledge
    )


@njit(cache=True, error_model="numpy")
def teach(
    persons: Any, teaching: Any, lesson: Any, effort_by_value: Any, teaches: Any, levels: Any,
    job_start: Any,
    segment: Any, provider: Any, considers: Any, job: Any, tenure: Any, deviation: Any,
    touchpoint: Any, abandoned: Any, knowledge: Any, taught: Any,
) -> None:
    """Teach those of ``persons`` who are at a touchpoint that teaches, and did not give up waiting.

    Δκ = teaching_c · Σ w T · (1 − κ) · effort; T is ``lesson (n_companies + 1, n_segments,
    n_outcomes)``; ``teaches (n_companies + 1, n_touchpoints)``. ``taught[c]`` adds up Δκ.
    """
    for i in persons:
        c, t = considers[i], touchpoint[i]
        if t < 0 or not teaches[c, t] or abandoned[i] or teaching[c] == 0.0:
            continue
        gain = _gain(
            teaching[c] * effort_by_value[provider[i], tenure[i]], lesson, c, levels, segment[i],
            deviation, i, job_start[job[i]], job_start[job[i] + 1], knowledge[i],
        )
        knowledge[i] += gain
        taught[c] += gain


@njit(cache=True, error_model="numpy")
def learn(
    teaching: Any, spillover: Any, exponent: Any, knowledge_kept: Any, practice_kept: Any,
    lesson: Any, effort_by_value: Any, teaches: Any, levels: Any,
    job_start: Any,
    segment: Any, provider: Any, job: Any, tenure: Any,
    deviation: Any, skill_start: Any, use_stage: Any, use_touchpoint: Any, use_abandoned: Any,
    knowledge: Any, skill: Any, practice: Any, taught: Any,
) -> None:
    """Teach customers once a month, in use or by what spills over; practise, forget.

    Δκ = teaching_c · share · Σ w T · (1 − κ) · effort, where ``share`` is 1 for those whose
    encounter in use was at a touchpoint that teaches (unless they gave up waiting there), and
    ``spillover`` for the company's other customers. skill = 1 − (1 − h0)(1 + practice)^−b.
    ``taught[c]`` adds up Δκ.
    """
    n = len(provider)
    who = integers(BLOCK)
    unskilled = zeros(BLOCK)
    skilled = zeros(BLOCK)
    for first in range(0, n, BLOCK):
        m = 0
        for i in range(first, min(first + BLOCK, n)):
            prefetch(deviation, min(i + AHEAD, n - 1))
            c = provider[i]
            t = use_touchpoint[i]
            kappa = knowledge[i]
            is_there = t >= 0 and not use_abandoned[i]
            share = 1.0 if is_there and teaches[c, t] else spillover
            if c >= 0 and share * teaching[c] > 0.0:
                share *= effort_by_value[c, tenure[i]]
                gain = _gain(
                    teaching[c] * share, lesson, c, levels, segment[i], deviation, i,
                    job_start[job[i]], job_start[job[i] + 1], kappa,
                )
                kappa += gain
                taught[c] += gain
            knowledge[i] = kappa * knowledge_kept
            practised = practice[i] + (use_stage[i] == USE)
            kept = practised * practice_kept
            practice[i] = kept
            who[m] = i
            unskilled[m] = 1.0 - skill_start[i]
            skilled[m] = kept
            m += practised > 0.0
        _skills(exponent, m, unskilled, skilled)
        for j in range(m):
            skill[who[j]] = skilled[j]
