"""Teaching and doing; forgetting."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit
from simulation.kernels.importance import importance, total_importance

USE, SUPPORT, RENEW = 5, 6, 7


@njit(cache=True)
def learn(
    teaching: Any, spillover: Any, exponent: Any, knowledge_kept: Any, practice_kept: Any,
    lesson: Any, effort_by_value: Any, contract_months: Any, teaches: Any, levels: Any,
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
    for i in range(len(stage)):
        g = stage[i]
        kappa = knowledge[i]
        if g >= 0:
            c = considers[i]
            t = touchpoint[i]
            share = 0.0
            if t >= 0 and teaches[t]:
                share = 1.0
            elif provider[i] >= 0:
                share = spillover
            if share > 0.0 and teaching[c] > 0.0:
                s = segment[i]
                low = job_start[job[i]]
                high = job_start[job[i] + 1]
                total = 0.0
                for k in range(low, high):
                    total += importance(levels[s, k], deviation[i, k]) * lesson[c, s, k]
                total /= total_importance(levels[s], deviation[i], low, high)
                if provider[i] >= 0:
                    share *= effort_by_value[c, tenure[i] // contract_months]
                gain = min(1.0, teaching[c] * share * total) * (1.0 - kappa)
                kappa += gain
                taught[c] += gain
        knowledge[i] = kappa * knowledge_kept
        if g in (USE, SUPPORT, RENEW):
            practice[i] += 1.0
        if practice[i] > 0.0:
            practice[i] *= practice_kept
            skill[i] = 1.0 - (1.0 - skill_start[i]) * (1.0 + practice[i]) ** -exponent
