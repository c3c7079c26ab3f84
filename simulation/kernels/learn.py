"""Teaching and doing; forgetting."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.elementary import power
from simulation.kernels.importance import weighted
from simulation.kernels.prefetch import AHEAD, prefetch

USE, SUPPORT, RENEW = 5, 6, 7

BLOCK = 512
"""Persons whose practice becomes skill together: few enough for the nearest cache."""


@njit(cache=True)
def _skills(exponent: Any, m: int, unskilled: Any, practice: Any) -> None:
    """Turn 1 − h0 and practice into skill, in ``practice``."""
    for j in range(m):
        practice[j] = 1.0 - unskilled[j] * power(1.0 + practice[j], -exponent)


@njit(cache=True, error_model="numpy")
def learn(
    teaching: Any, spillover: Any, exponent: Any, knowledge_kept: Any, practice_kept: Any,
    lesson: Any, effort_by_value: Any, teaches: Any, levels: Any,
    job_start: Any,
    segment: Any, provider: Any, considers: Any, stage: Any, job: Any, tenure: Any,
    deviation: Any, touchpoint: Any, skill_start: Any,
    knowledge: Any, skill: Any, practice: Any, taught: Any,
) -> None:
    """Teach, practise, forget.

    Δκ = teaching_c · Σ w T · (1 − κ) · effort at a touchpoint that teaches, ``spillover`` of it for
    the company's other customers; T is ``lesson (n_companies + 1, n_segments, n_outcomes)``.
    skill = 1 − (1 − h0)(1 + practice)^−b. ``taught[c]`` adds up Δκ.
    """
    n = len(stage)
    who = np.empty(BLOCK, dtype=np.int64)
    unskilled = np.zeros(BLOCK)
    skilled = np.zeros(BLOCK)
    for first in range(0, n, BLOCK):
        m = 0
        for i in range(first, min(first + BLOCK, n)):
            prefetch(deviation, min(i + AHEAD, n - 1))
            g = stage[i]
            c = considers[i]
            t = touchpoint[i]
            kappa = knowledge[i]
            there = (t >= 0) and teaches[t]
            share = 1.0 if there else (spillover if provider[i] >= 0 else 0.0)
            if g >= 0 and share * teaching[c] > 0.0:
                s = segment[i]
                share *= effort_by_value[provider[i], tenure[i]]
                speed = teaching[c] * share * weighted(
                    lesson, c, levels, s, deviation, i, job_start[job[i]], job_start[job[i] + 1]
                )
                gain = min(1.0, speed) * (1.0 - kappa)
                kappa += gain
                taught[c] += gain
            knowledge[i] = kappa * knowledge_kept
            kept = (practice[i] + (g in (USE, SUPPORT, RENEW))) * practice_kept
            practice[i] = kept
            who[m] = i
            unskilled[m] = 1.0 - skill_start[i]
            skilled[m] = kept
            m += kept > 0.0
        _skills(exponent, m, unskilled, skilled)
        for j in range(m):
            skill[who[j]] = skilled[j]
